"""Say which Chromium the browser tests will use; as root, try to install one from Debian's packages."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get update -q && apt-get install -y -q --no-install-recommends chromium"


def find_browser() -> str | None:
    """Return the path of an installed Chromium; BRANDKILN_CHROMIUM names another one."""
    named = os.environ.get("BRANDKILN_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    if not find_browser() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("tests: installing Chromium for the browser tests", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            ["sh", "-c", INSTALL], env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
    if browser := find_browser():
        print(f"tests: browser tests use {browser}")
    else:
        print("tests: NO CHROMIUM FOUND, SO THE BROWSER TESTS ARE SKIPPED. Install chromium to run them.")


if __name__ == "__main__":
    main()
