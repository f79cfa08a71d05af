"""How much of anything the readers accept, and the error that refuses a whole file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps of one reading. The defaults fit a machine with 4 GiB of memory."""

    memory_bytes: int = 2 * 2**30
    """Address space of the reading process."""
    cpu_seconds: int = 3600
    wall_seconds: float = 2 * 3600
    written_bytes: int = 16 * 2**30
    """Size of any single file that the reader writes."""
    entries: int = 200_000
    """Files in an archive."""
    unpacked_bytes: int = 8 * 2**30
    """All files of an archive together."""
    ratio: int = 50
    """How many times larger than itself an archive may become, once it becomes larger than `ratio_free_bytes`."""
    ratio_free_bytes: int = 64 * 2**20
    image_bytes: int = 64 * 2**20
    """One image file."""
    pixels: int = 50_000_000
    side: int = 16_384
    """Longest side of an image in pixels."""
    volume_bytes: int = 512 * 2**20
    """One medical file: a DICOM file as it is, a NIfTI volume unpacked."""
    slices: int = 4_096
    """Frames or slices of a medical file."""
    sound_bytes: int = 512 * 2**20
    """One sound file."""
    sound_seconds: int = 3600
    channels: int = 8
    rows: int = 2_000_000
    columns: int = 1_000
    line_characters: int = 4_000_000
    cell_characters: int = 100_000
    text_characters: int = 100_000
    """One text record."""
    decoders: int = 0
    """Processes that decode images beside the reading process; 0 decodes in it. The child sets one for each core."""
    labels: int = 5_000
    depth: int = 32
    """Nesting of JSON."""


class Refused(Exception):
    """The file as a whole is refused: its structure can't be trusted or nothing can be read from it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ReaderFailed(Exception):
    """This machine could not read the file: its disk is full, say. The file may be fine."""


class Fault(Exception):
    """One record is refused; the others go on."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
