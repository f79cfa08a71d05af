"""Images: each file is one."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from brandkiln.datasets.checks.images import ImageTally
from brandkiln.datasets.readers.decode import decode
from brandkiln.datasets.readers.decoders import Outcome, decode_all
from brandkiln.datasets.readers.files import Source, names_of, picked
from brandkiln.datasets.readers.limits import Fault, Limits
from brandkiln.datasets.readers.medical import is_medical, write_scan
from brandkiln.datasets.readers.pairs import Describe, said_by_folder
from brandkiln.datasets.readers.writer import Writer, checked_label

Progress = Callable[[int, int], None]


def read_images(
    sources: Sequence[Source],
    writer: Writer,
    limits: Limits,
    progress: Progress,
    describe: Describe = said_by_folder,
) -> dict[str, object]:
    """Write every image with what is said of it, and return what was seen."""
    tally = ImageTally()
    pictures = picked(sources, lambda name: not is_medical(name))
    scans = [source for source in sources if is_medical(source.name)] if len(pictures) < len(sources) else []
    done = 0
    for done, (source, outcome) in enumerate(decoded(pictures, writer, limits), start=1):
        if isinstance(outcome, Fault):
            writer.refuse(source.name, outcome)
        else:
            said = describe(source)
            writer.add_picture(
                name=source.name, label=said.label, kept=outcome, text=said.text, fields=said.fields
            )
            tally.see(outcome["facts"])
        progress(done, len(sources))
    refused = dict(_bad_names(scans))
    for place, source in enumerate(scans):
        try:
            if place in refused:
                raise refused[place]
            for facts in write_scan(source, f"scan{place}", describe(source), writer, limits):
                tally.see(facts)
                progress(done + place, len(sources))
        except Fault as fault:
            writer.refuse(source.name, fault)
    return tally.summary()


def decoded(sources: Sequence[Source], writer: Writer, limits: Limits) -> Iterator[tuple[Source, Outcome]]:
    """Yield each image with what `Writer.add_picture` keeps of it, or the Fault that it is refused for."""
    refused = dict(_bad_names(sources))
    good = array("I", (place for place in range(len(sources)) if place not in refused))

    def work(number: int) -> dict[str, Any]:
        place = good[number]
        return writer.write_picture(str(place), decode(sources[place].load(limits.image_bytes), limits))

    outcomes = decode_all(len(good), work, decoders=limits.decoders)
    for place, source in enumerate(sources):
        yield source, refused[place] if place in refused else next(outcomes)


def _bad_names(sources: Sequence[Source]) -> Iterator[tuple[int, Fault]]:
    """Yield what names are refused for; those that stand alone are not held."""
    keys = sorted(hash(name.casefold()) for name in names_of(sources))
    repeated = {one for one, other in pairwise(keys) if one == other}
    names: dict[str, str] = {}
    good = set[str]()
    for place, name in enumerate(names_of(sources)):
        key, folder = name.casefold(), name.rpartition("/")[0]
        if folder in good and hash(key) not in repeated:
            continue
        try:
            if hash(key) in repeated and (first := names.setdefault(key, name)) is not name:
                raise Fault(
                    "same_name", f'The name is the same as "{first}" on most machines; rename one of the two.'
                )
            checked_label(sources[place].label)
            good.add(folder)
        except Fault as fault:
            yield place, fault
