"""Reading processes that are forked from one that has everything loaded: confined as the studio's are, in a tenth of
the time. Run as a program, it is the process that they are forked from; it gets their three files over a socket.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


class Forked:
    """What the parent of a reading process asks of it."""

    def __init__(self, server: socket.socket, errors: IO[bytes]) -> None:
        (theirs_in, ours_in), (ours_out, theirs_out) = os.pipe(), os.pipe()
        socket.send_fds(server, [b"!"], [theirs_in, theirs_out, errors.fileno()])
        os.close(theirs_in)
        os.close(theirs_out)
        self.stdin, self.stdout = os.fdopen(ours_in, "wb"), os.fdopen(ours_out, "rb", buffering=0)
        self._server = server
        self.pid = int(server.recv(16))
        self._code: int | None = None

    def kill(self) -> None:
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        if self._code is None:
            self._code = int(self._server.recv(16))
        return self._code


class Readers:
    """Starts reading processes in place of `process._child`."""

    def __init__(self, platform: Path) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(platform),
            "PYTHONUTF8": "1",
            "LC_ALL": "C.UTF-8",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__, str(theirs.fileno())],
            env=environment,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    @contextmanager
    def child(self, errors: IO[bytes]) -> Iterator[Forked]:
        child = Forked(self._ours, errors)
        try:
            yield child
        finally:
            child.kill()
            child.wait()
            child.stdin.close()
            child.stdout.close()

    def end(self) -> None:
        self._ours.close()
        self._process.wait()


def serve(channel: socket.socket) -> None:
    """Fork a reader for each message until the other end is closed."""
    from brandkiln.datasets.readers import child
    from brandkiln.datasets.readers.confine import confine

    child.confine = lambda limits, *, parent: confine(limits, parent=os.getppid())
    while True:
        message, files, _, _ = socket.recv_fds(channel, 1, 3)
        if not message:
            return
        if not (pid := os.fork()):
            for wanted, given in enumerate(files):
                os.dup2(given, wanted)
                os.close(given)
            channel.close()
            sys.stdin = os.fdopen(0)
            os._exit(child.main())
        for one in files:
            os.close(one)
        channel.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        channel.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
