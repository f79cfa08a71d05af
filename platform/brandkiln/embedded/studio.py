"""Run the whole studio on this machine: `python -m brandkiln.embedded.studio [--demo]`.

Starts a Valkey, brings the database up to date, then starts the web server and the workers, watches them, and
stops them all in order at Ctrl-C or SIGTERM. Should this process be killed, the system ends its children.
"""

import argparse
import os
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from brandkiln.embedded import home
from brandkiln.embedded.children import follow_parent, start_child, stop_children
from brandkiln.embedded.home import ROOT, StudioNotStarted
from brandkiln.embedded.server import ServerNotStarted, short_folder
from brandkiln.embedded.services import Service, studio_commands
from brandkiln.embedded.valkey import valkey_answers, valkey_command

READY_SECONDS = 120.0
STOP_SECONDS = 15.0
BROKER_STOP_SECONDS = 5.0
FIRST_ACCOUNT = "The first account is made by: .venv/bin/python manage.py createsuperuser"


class Stopped(Exception):
    """A person asked the studio to stop while it was starting."""


class Studio:
    """The services of one home folder, from the first start to the last stop."""

    def __init__(self, folder: Path, *, demo: bool) -> None:
        self.folder = folder
        self.demo = demo
        self.host = os.environ.get("BRANDKILN_BIND") or "127.0.0.1"
        self.port = home.choose_port(self.host, os.environ.get("BRANDKILN_PORT", ""))
        self.url = os.environ.get("BRANDKILN_PUBLIC_URL") or f"http://localhost:{self.port}"
        self.socket = short_folder(folder) / "valkey.sock"
        self.environment = os.environ | {
            "BRANDKILN_HOME": str(folder),
            "BRANDKILN_PUBLIC_URL": self.url,
            "BRANDKILN_BROKER_URL": f"unix://{self.socket}",
            "PYTHONUNBUFFERED": "1",  # the logs are read while they are written
        }
        self.stopping = threading.Event()
        self.broker: Service | None = None
        self.services: list[Service] = []

    def run(self) -> None:
        """Start everything and watch it until a person asks for the end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        try:
            self.start()
            while not self.stopping.wait(0.25):
                self.watch()
        except Stopped:
            pass
        finally:
            self.stop()

    def start(self) -> None:
        is_first = not (self.folder / "logs").exists()
        data = self.folder / "valkey"
        data.mkdir(exist_ok=True)
        self.broker = self.service("broker", valkey_command(data, self.socket))
        self.wait_for(lambda: valkey_answers(self.socket), what="the broker")
        self.manage("migrate", "--no-input", "--skip-checks")  # which take two seconds and look at pages
        for name, command in studio_commands(self.host, self.port).items():
            self.services.append(self.service(name, command))
        if self.demo and is_first:
            note("making the first pieces of the demo workspace, which takes a minute or two")
        sign_in = self.sign_in_after_seeding() if self.demo else FIRST_ACCOUNT
        self.wait_for(self.is_ready, what="the web server")
        print(f"Brandkiln is ready at {self.url}  {sign_in}", flush=True)

    def service(self, name: str, command: list[str]) -> Service:
        service = Service(name, command, self.log(name), self.environment, ROOT)
        service.start()
        return service

    def watch(self) -> None:
        for service in [*([self.broker] if self.broker else []), *self.services]:
            if told := service.watch():
                note(told)

    def stop(self) -> None:
        """End the web server and the workers together, then the broker that they use."""
        # A second Ctrl-C no longer interrupts the clean-up, which is bounded anyway.
        running = [service.child for service in self.services if service.child]
        stop_children(running, grace_seconds=STOP_SECONDS)
        if self.broker and self.broker.child:
            stop_children([self.broker.child], grace_seconds=BROKER_STOP_SECONDS)

    def wait_for(self, answers: Callable[[], bool], *, what: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers():
            self.watch()
            if self.stopping.wait(0.05):
                raise Stopped
            if time.monotonic() > deadline:
                raise StudioNotStarted(
                    f"{what} did not answer within {READY_SECONDS:.0f} s; see {self.folder}/logs."
                )

    def manage(self, *command: str) -> Path:
        """Run a management command to its end; return its log."""
        log = self.log(command[0])
        log.unlink(missing_ok=True)
        words = [sys.executable, str(ROOT / "manage.py"), *command]
        child = start_child(words, log=log, environment=self.environment, folder=ROOT)
        try:
            while child.poll() is None:
                self.watch()
                if self.stopping.wait(0.05):
                    raise Stopped
        finally:
            stop_children([child], grace_seconds=BROKER_STOP_SECONDS)
        if child.returncode != 0:
            raise StudioNotStarted(f"manage.py {' '.join(command)} failed; see {log}.")
        return log

    def sign_in_after_seeding(self) -> str:
        """Fill the demo workspace; return the line with which seed_demo says how to sign in."""
        try:
            lines = self.manage("seed_demo").read_text(encoding="utf-8").splitlines()
        except StudioNotStarted as failure:
            note(f"{failure} The studio goes on without demo data.")
            return FIRST_ACCOUNT
        return next((line for line in reversed(lines) if line.lower().startswith("sign in")), "")

    def is_ready(self) -> bool:
        """Return whether the web server says that it, the database, the broker and the storage work."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104  compared, not bound
        known_as = {"Host": urlsplit(self.url).netloc}
        request = urllib.request.Request(f"http://{host}:{self.port}/readyz", headers=known_as)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


def note(text: str) -> None:
    """Tell what happens on the way; standard output holds only the line that says where the studio is."""
    print(f"Brandkiln: {text}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the whole studio on this machine.")
    parser.add_argument("--demo", action="store_true", help="fill the workspace of the demo")
    demo = parser.parse_args().demo
    try:
        if "MAKELEVEL" in os.environ:
            follow_parent(signal.SIGTERM)  # a killed make should not leave its studio running
        folder = home.home()
        _held = home.lock(folder)
        home.keep_secret_key(folder)
        Studio(folder, demo=demo).run()
    except (StudioNotStarted, ServerNotStarted) as failure:
        sys.exit(f"Brandkiln: {failure}")


if __name__ == "__main__":
    main()
