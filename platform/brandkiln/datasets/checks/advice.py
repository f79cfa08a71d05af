"""Whether the data is enough for the generators that could learn from it, before a minute of training is spent."""

from typing import Any

from generators import registry


def advice(kind: str, training_records: int) -> list[dict[str, Any]]:
    """Return for each generator that trains on this kind of data how many records it wants and how many there are."""
    return [
        {
            "generator": spec.name,
            "title": spec.title,
            "minimum": spec.needs.minimum_records,
            "here": training_records,
            "enough": training_records >= spec.needs.minimum_records,
            "text": _sentence(spec.name, spec.needs.minimum_records, training_records),
        }
        for spec in registry.specs().values()
        if spec.train is not None and kind in spec.needs.data
    ]


def _sentence(name: str, minimum: int, here: int) -> str:
    if here >= minimum:
        return f"Enough for {name}: it wants {minimum:,} or more training records; {here:,} are here."
    return f"{name} wants {minimum:,} or more training records; {here:,} are here. Add {minimum - here:,}."
