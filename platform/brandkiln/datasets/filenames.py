"""Names that strangers gave to files, made harmless: no way out of a folder, one Unicode form, nothing unseen."""

import unicodedata

NAME_LENGTH = 255
PATH_LENGTH = 1024


def safe_filename(filename: str) -> str:
    """Return the last part of a path that a browser sent, as NFC and without control characters."""
    return _safe_part(_plain(filename).split("/")[-1]) or "upload"


def safe_path(path: str) -> str:
    """Return a path within what was chosen, with / between folders; parts that would lead out are dropped."""
    parts = [part for part in map(_safe_part, _plain(path).split("/")) if part and not part.endswith(":")]
    while len(parts) > 1 and len("/".join(parts)) > PATH_LENGTH:
        parts.pop(0)
    return "/".join(parts) or "upload"


def free_path(path: str, taken: set[str]) -> str:
    """Return the path, or one with a number where another file has it already; it is added to those taken."""
    free, number = path, 1
    while free.casefold() in taken:
        number += 1
        folder, slash, name = path.rpartition("/")
        stem, dot, suffix = name.rpartition(".")
        free = f"{folder}{slash}" + (f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})")
    taken.add(free.casefold())
    return free


def _plain(path: str) -> str:
    return unicodedata.normalize("NFC", path.encode("utf-8", "replace").decode()).replace("\\", "/")


def _safe_part(part: str) -> str:
    name = "".join(letter for letter in part if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) < 16:
        return f"{stem[: NAME_LENGTH - len(suffix) - 1]}.{suffix}"
    return name[:NAME_LENGTH]
