"""Sounds: each file is one record, decoded to its end to prove that it is whole, and kept without its tags."""

import hashlib
import math
from array import array
from collections import Counter
from collections.abc import Sequence
from operator import mul
from pathlib import Path
from typing import Any

from brandkiln.datasets.checks.images import spread
from brandkiln.datasets.readers.files import Source
from brandkiln.datasets.readers.limits import Fault, Limits
from brandkiln.datasets.readers.rows import Progress
from brandkiln.datasets.readers.sndfile import Sound, open_sound
from brandkiln.datasets.readers.sound_files import SUFFIXES, copy_without_tags, sound_format
from brandkiln.datasets.readers.writer import Writer, checked_label

RATES = range(1_000, 384_001)
CHUNK = 2**20


def read_sounds(
    sources: Sequence[Source], writer: Writer, limits: Limits, progress: Progress
) -> dict[str, Any]:
    """Write every sound and return what was seen."""
    lengths: array[int] = array("L")
    rates: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    names: dict[str, str] = {}
    for done, source in enumerate(sources, start=1):
        try:
            if (first := names.setdefault(source.name.casefold(), source.name)) is not source.name:
                raise Fault(
                    "same_name", f'The name is the same as "{first}" on most machines; rename one of the two.'
                )
            facts, kind = _read(source, writer, limits)
        except Fault as fault:
            writer.refuse(source.name, fault)
        else:
            lengths.append(round(facts["seconds"] * 1000))
            rates[str(facts["sample_rate"])] += 1
            formats[kind] += 1
        progress(done, len(sources))
    return {
        "milliseconds": spread(lengths),
        "sample_rates": dict(rates.most_common()),
        "formats": dict(formats.most_common()),
    }


def _read(source: Source, writer: Writer, limits: Limits) -> tuple[dict[str, Any], str]:
    if source.size > limits.sound_bytes:
        raise Fault(
            "file_too_large", f"The file has {source.size:,} bytes; {limits.sound_bytes:,} are read at most."
        )
    label = checked_label(source.label)
    kept = writer.files / "sound"
    try:
        with source.on_disk(writer.folder) as path:
            kind = sound_format(path)
            if copy_without_tags(path, kind, kept):
                writer.notes["tags_dropped"] += 1
        facts = sound_facts(kept, limits)
        writer.add_sound(
            name=source.name, label=label, path=kept, suffix=SUFFIXES[kind], sha256=_digest(kept), facts=facts
        )
    finally:
        kept.unlink(missing_ok=True)
    return facts, kind


def sound_facts(path: Path, limits: Limits) -> dict[str, Any]:
    """Decode the whole sound and return its figures; see checks/facts.py.

    Raises:
        Fault: If it is damaged, cut off, silent of samples or beyond the caps.
    """
    with open_sound(path) as sound:
        _check(sound, limits)
        samples, peak, squares = 0, 0.0, 0.0
        for block in sound.blocks():
            samples += len(block)
            if samples > limits.sound_seconds * sound.sample_rate * sound.channels:
                raise _too_long(limits)
            peak = max(peak, max(block), -min(block))
            squares += sum(map(mul, block, block))
        frames = samples // sound.channels
        if not frames:
            raise Fault("empty_sound", "The file holds no samples.")
        if not math.isfinite(squares):
            raise Fault("not_a_number", "Some samples are no finite numbers; export the sound anew.")
        if frames < sound.frames:
            raise Fault(
                "cut_sound", f"The sound is cut off: {frames:,} of {sound.frames:,} samples could be decoded."
            )
        return {
            "seconds": round(frames / sound.sample_rate, 3),
            "sample_rate": sound.sample_rate,
            "channels": sound.channels,
            "peak": round(peak, 5),
            "rms": round(math.sqrt(squares / samples), 5),
        }


def _check(sound: Sound, limits: Limits) -> None:
    if not 1 <= sound.channels <= limits.channels:
        raise Fault(
            "too_many_channels",
            f"The sound has {sound.channels} channels; {limits.channels} are read at most.",
        )
    if sound.sample_rate not in RATES:
        raise Fault(
            "odd_sample_rate", f"The sample rate {sound.sample_rate:,} Hz is not between 1,000 and 384,000."
        )
    if sound.frames > limits.sound_seconds * sound.sample_rate:
        raise _too_long(limits)


def _too_long(limits: Limits) -> Fault:
    return Fault(
        "too_long", f"The sound is longer than {limits.sound_seconds:,} seconds; cut it into pieces."
    )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
