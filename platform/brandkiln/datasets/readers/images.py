"""Images: each file is one."""

from collections.abc import Callable, Sequence

from brandkiln.datasets.checks.images import ImageTally
from brandkiln.datasets.readers.decode import decode
from brandkiln.datasets.readers.limits import Fault, Limits
from brandkiln.datasets.readers.sources import Source
from brandkiln.datasets.readers.writer import Writer, checked_label

Progress = Callable[[int, int], None]


def read_images(
    sources: Sequence[Source], writer: Writer, limits: Limits, progress: Progress
) -> dict[str, object]:
    """Write every image and return what was seen."""
    tally = ImageTally()
    names: dict[str, str] = {}
    for done, source in enumerate(sources, start=1):
        name = source.name
        try:
            if (first := names.setdefault(name.casefold(), name)) is not name:
                raise Fault(
                    "same_name", f'The name is the same as "{first}" on most machines; rename one of the two.'
                )
            label = checked_label(source.label)
            picture = decode(source.load(limits.image_bytes), limits)
            writer.add_image(name=name, label=label, png=picture.png, thumbnail=picture.thumbnail)
            tally.see(picture)
            writer.notes.update(picture.notes)
        except Fault as fault:
            writer.refuse(name, fault)
        progress(done, len(sources))
    return tally.summary()
