"""A server that receives webhooks, well or badly, as a test says."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Receiver:
    """What a server was sent, and how it answers.

    Attributes:
        answers: Status codes, one for each request; the last holds for all after it. 0 hangs.
        drips: Whether the body of an answer comes byte by byte, for as long as the block.
    """

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    got: list[tuple[dict[str, str], bytes, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiver(*answers: int, certificate: Path | None = None, **headers: str) -> Iterator[Receiver]:
    """Run a server for as long as the block."""
    state = Receiver(
        answers=list(answers) or [200], headers={k.replace("_", "-"): v for k, v in headers.items()}
    )

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.got.append(({k.lower(): v for k, v in self.headers.items()}, body, self.path))
            status = state.answers[min(len(state.got), len(state.answers)) - 1]
            if not status:
                state.over.wait(5)
                return
            self.send_response(status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()
            while state.drips and not state.over.wait(0.05):
                self.wfile.write(b".")
            self.wfile.write(b"thanks")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  a client that does not trust us
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    scheme = "https" if certificate else "http"
    state.url = f"{scheme}://localhost:{server.server_port}/hook?from=studio"
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
