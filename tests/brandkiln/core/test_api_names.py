"""The API's document knows a schema by its class's name alone, so no two may share one."""

from collections import Counter

from brandkiln.core.api import Body
from ninja import Schema


def named(base: type) -> set[type]:
    """Return the classes of the studio below a class."""
    found = {one for one in base.__subclasses__() if one.__module__.startswith("brandkiln.")}
    return found.union(*(named(one) for one in found)) if found else found


def test_no_two_schemas_of_the_api_share_a_name() -> None:
    import brandkiln.urls  # noqa: F401  # loads every operation

    classes = named(Schema) | named(Body)
    shared = [name for name, count in Counter(one.__name__ for one in classes).items() if count > 1]
    assert shared == []
    assert len(classes) > 100
