"""Open every address of the studio as its owner; print what was loaded and what failed, as JSON.

Runs in a process of its own, started by test_web_process.py, since pytest itself has loaded more than a web server.
"""

import json
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
django.setup()

import brandkiln.asgi  # noqa: E402, F401  what uvicorn loads
from brandkiln.workspaces.models import Workspace  # noqa: E402
from brandkiln.workspaces.services import issue_token  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.test import Client  # noqa: E402

from tests.brandkiln.answers import finish  # noqa: E402
from tests.brandkiln.operations import OPERATIONS  # noqa: E402
from tests.brandkiln.test_isolation import PAGES, api_call, sign_in, signed_in  # noqa: E402
from tests.brandkiln.world import STRANGE, World, make_world  # noqa: E402
from tests.factories import Cast, make_cast  # noqa: E402

NUMERICAL = ("torch", "transformers", "numpy", "accelerate", "polars")
SIGN_IN_PAGES = (
    "login/",
    "signup/",
    "logout/",
    "password/reset/",
    "password/change/",
    "email/",
    "2fa/",
    "2fa/totp/activate/",
)


def addresses(cast: Cast, world: World) -> list[str]:
    """Return every address that a browser can open."""
    world.keys.update(STRANGE)
    pages = [world.address(route, "acme") for route in PAGES.values()]
    tables = [f"/admin/{table._meta.app_label}/{table._meta.model_name}/" for table in admin.site._registry]
    pages += ["/admin/", "/api/docs", "/api/openapi.json", *tables, *(f"{table}add/" for table in tables)]
    return pages + [f"/accounts/{page}" for page in SIGN_IN_PAGES]


def main() -> None:
    cast = make_cast()
    cast.ada.is_staff = cast.ada.is_superuser = True
    cast.ada.save()
    cast.ada.cookies = sign_in(cast.ada)
    world = make_world(Workspace.objects.get(slug="acme"), cast.project, cast.ada)
    statuses: dict[str, int] = {}
    for client in (signed_in(cast.ada), Client(raise_request_exception=False)):
        for address in addresses(cast, world):
            status = finish(client.get(address))
            statuses[address] = max(status, statuses.get(address, 0)) if status >= 500 else status
    token = issue_token(workspace=cast.acme, user=cast.ada, name="visitor", scopes=["read", "write", "jobs"])[
        1
    ]
    for operation in OPERATIONS:
        statuses[" ".join(operation)] = api_call(operation, world, token)
    report = {
        "opened": len(statuses),
        "server_errors": sorted(address for address, status in statuses.items() if status >= 500),
        "numerical": [name for name in NUMERICAL if name in sys.modules],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
