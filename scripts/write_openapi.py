"""Write the API's document to docs/openapi.json; with `--check`, say whether the one there is up to date."""

import json
import os
import sys
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def current() -> str:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandkiln.settings")
    django.setup()
    from brandkiln.api import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/"), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        DOCUMENT.write_text(current(), encoding="utf-8")
    elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != current():
        sys.exit("docs/openapi.json is not what the API is. Run make openapi and commit the file.")
