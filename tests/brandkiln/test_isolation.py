"""Workspaces are walls: every route, every object and every role, tried out.

The routes are read from the URL configuration, so a new one fails here until routes.py or operations.py says who may
use it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from brandkiln.api import api
from brandkiln.datasets.tus import PIECE_TYPE
from brandkiln.notifications.models import Notification
from brandkiln.planning.feeds import create_feed
from brandkiln.workspaces.models import ApiToken, Membership, Role, Workspace
from brandkiln.workspaces.services import issue_token
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.brandkiln.answers import finish
from tests.brandkiln.datasets.files import grey
from tests.brandkiln.operations import JOB, OPERATIONS
from tests.brandkiln.routes import OPEN_ROUTES, ROUTES, Route
from tests.brandkiln.world import STRANGE, World, make_world
from tests.factories import Cast, ProjectFactory, make_cast

pytestmark = pytest.mark.django_db

TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Offset": "0"}  # other operations look away
OWN_EVERYWHERE = {
    "name",
    "kind",
    "number",
    "preset",
    "form",
    "size",
}  # parts of an address that name no row of a workspace


def names_of(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the address of every page but those of the admin, of sign-in and of the API."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name not in {"admin", "ninja"} and not route.startswith("accounts/"):
                yield from names_of(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name), route


PAGES = dict(names_of(get_resolver().url_patterns))


def operations() -> list[tuple[str, str]]:
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return [(method.upper(), path) for path, item in paths.items() for method in item]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Cast, World]]:
    """Make the cast and one world for all tests here; each test takes back what it wrote."""
    with django_db_blocker.unblock():
        atomics = TestCase._enter_atomics()
        cast = make_cast()
        for user in (cast.ben, cast.rita, cast.pia, cast.ada, cast.cleo):
            user.cookies = sign_in(user)
        yield cast, make_world(cast.acme, cast.project, cast.ada)
        TestCase._rollback_atomics(atomics)


@pytest.fixture
def cast(stage: tuple[Cast, World], db: None) -> Cast:
    return stage[0]


@pytest.fixture
def ours(stage: tuple[Cast, World], db: None, settings: Any, tmp_path: Path) -> World:
    place = tmp_path / "photos"
    place.mkdir()
    (place / "a.csv").write_bytes(b"a,b\n1,2\n")
    settings.IMPORT_FOLDERS = [str(place)]
    return World(dict(stage[1].keys))


def call(client: Client, route: Route, address: str) -> int:
    response = getattr(client, route.method)(address, route.data, headers=route.headers)
    return finish(response)


def sign_in(user: Any) -> SimpleCookie:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies


def signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies = SimpleCookie(user.cookies.output(header=""))
    return client


def test_every_page_has_an_entry_here() -> None:
    assert set(PAGES) == set(ROUTES) | set(OPEN_ROUTES)
    assert {name for name, route in PAGES.items() if "<slug:workspace>" in route} == set(ROUTES)


def test_every_operation_of_the_api_has_an_entry_here() -> None:
    assert set(operations()) == set(OPERATIONS)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is written inside, so that one world serves several tries."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", ROUTES)
def test_a_page_opens_to_members_of_the_role_and_to_nobody_else(name: str, cast: Cast, ours: World) -> None:
    route, pattern = ROUTES[name], PAGES[name]
    address = ours.address(pattern, "acme")
    visitor = getattr(Client(), route.method)(address)
    assert (visitor.status_code, visitor["Location"].split("?")[0]) == (302, "/accounts/login/")
    cleo = signed_in(cast.cleo)
    assert call(cleo, route, address) == 404
    if not {part.split(":")[1].split(">")[0] for part in pattern.split("<")[2:]} <= OWN_EVERYWHERE:
        # Cleo is the admin of her own workspace; our objects are not in it.
        assert call(cleo, route, ours.address(pattern, "other")) == 404
    for user in (cast.ben, cast.rita, cast.pia, cast.ada):
        with undone():
            role = Role(Membership.objects.get(workspace=cast.acme, user=user).role)
            if name == "token_revoke":  # one's own, as nobody but an admin sees another's
                token, _text = issue_token(workspace=cast.acme, user=user, name="own", scopes=["read"])
                ours.keys["token"] = token.pk
            if name == "calendar_feed_revoke":
                ours.keys["feed"] = create_feed(workspace=cast.acme, owner=user, name="own")[0].pk
            if name == "notification_page":  # likewise
                Notification.objects.filter(pk=ours.keys["notification"]).update(person=user)
            status = call(signed_in(user), route, ours.address(pattern, "acme"))
            allowed = {200, 201, 202, 204, 302, 303, 400, 409, 422} if role.rank >= route.role.rank else {403}
            assert status in allowed, (role, status)


@pytest.mark.parametrize("name", OPEN_ROUTES)
def test_a_visitor_gets_what_is_open(name: str, cast: Cast) -> None:
    world = World({**STRANGE, "name": "text-lm", "number": 0})
    status = Client().get(world.address(PAGES[name], "")).status_code
    assert status == OPEN_ROUTES[name] or (OPEN_ROUTES[name] is None and status in {200, 503})


def api_call(operation: tuple[str, str], world: World, token: str, **extra: Any) -> int:
    method, path = operation
    keys = world.keys
    for part in (
        "folder",
        "tag",
        "view",
        "change",
        "dataset",
        "version",
        "job",
        "checkpoint",
        "made",
        "asset",
        "upload",
        "file",
        "question",
        "index",
        "connection",
        "bulk_template",
        "template",
        "bulk",
        "comparison",
        "report",
        "comment",
        "asset_comment",
        "link",
        "campaign",
        "entry",
        "feed",
        "spread",
        "share",
        "pack",
        "endpoint",
        "delivery",
        "quota",
        "member",
        "invitation",
    ):
        path = path.replace(f"{{{part}_id}}", str(keys[part]))
    path = (
        path.replace("{number}", "0")
        .replace("{issue_number}", "1")
        .replace("{rule}", "emoji")
        .replace("{content}", keys["content"])
        .replace("{key}", str(keys["template"]))
        .replace("{channel}", keys["channel"])
    )
    path = path.replace("{slug}", keys["slug"]).replace("{name}", keys["name"])
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(raise_request_exception=False, headers=headers)
    body = extra.get("body", OPERATIONS[operation][1])
    if path.endswith("/bulks/upload"):
        sent = {"project": keys["slug"], "templates": str(keys["bulk_template"])}
        response = client.post(f"/api{path}", sent | {"file": SimpleUploadedFile("a.csv", b"name\nBoot\n")})
    elif path.endswith(("/uploads", "/reread")) and body is None:
        response = client.post(f"/api{path}", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    elif path.endswith("/pictures"):
        response = client.post(f"/api{path}", {"picture": SimpleUploadedFile("a.png", grey(7))})
    elif body is None:
        response = client.generic(method, f"/api{path}", b"x", PIECE_TYPE, headers=TUS)
    else:
        text = json.dumps(body).replace("{dataset}", str(keys["dataset"]))
        for named in ("checkpoint", "asset", "job"):
            text = text.replace(f"{{{named}}}", str(keys[named]))
        text = text.replace("{bulk_template}", str(keys["bulk_template"]))
        response = client.generic(method, f"/api{path}", text, "application/json")
    return finish(response)


def token_of(workspace: Workspace, user: Any, *scopes: str) -> str:
    return issue_token(workspace=workspace, user=user, name="test", scopes=scopes)[1]


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_an_operation_opens_to_a_live_token_of_the_workspace_with_the_scope(
    operation: tuple[str, str], cast: Cast, ours: World
) -> None:
    scope, body = OPERATIONS[operation]
    every = {"read", "write", "jobs"}
    assert api_call(operation, ours, "") == 401
    assert api_call(operation, ours, token_of(cast.acme, cast.ada, *every - {scope})) == 403
    named = any(part in operation[1] for part in ("_id}", "{content}", "{slug}", "{key}"))
    is_form = operation[1] == "/v1/bulks/upload"
    names_a_row = named or not {
        "project",
        "dataset",
        "datasets",
        "checkpoints",
        "first",
        "assets",
    }.isdisjoint({"project"} if is_form else body or {})
    with undone():
        status = api_call(operation, ours, token_of(cast.other, cast.cleo, *every))
        assert status in ({404} if names_a_row else {200, 201})
    text = token_of(cast.acme, cast.ada, *every)
    with undone():
        assert api_call(operation, ours, text) in {200, 201, 202, 204, 409, 422}
    ApiToken.objects.update(revoked_at=timezone.now())
    assert api_call(operation, ours, text) == 401


@pytest.mark.parametrize("reference", ["checkpoint", "version"])
def test_a_job_cannot_name_anothers_checkpoint_or_data(reference: str, cast: Cast, ours: World) -> None:
    ProjectFactory(workspace=cast.other, slug="spring")
    name = {"checkpoint": "checkpoint", "version": "dataset_version"}[reference]
    body = {**JOB, "kind": "evaluate", name: str(ours.keys[reference]), "params": {}}
    token = token_of(cast.other, cast.cleo, "read", "write", "jobs")
    assert api_call(("POST", "/v1/jobs"), ours, token, body=body) == 404


def test_the_library_download_leaves_out_what_is_not_ours(cast: Cast, ours: World) -> None:
    response = signed_in(cast.cleo).post("/w/other/library/download/", {"asset": [str(ours.keys["asset"])]})
    assert response.status_code in {302, 404, 400, 422}


def test_the_admin_is_for_staff(cast: Cast) -> None:
    assert signed_in(cast.ada).get("/admin/").status_code == 302
