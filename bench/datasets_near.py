"""How the search for near duplicates grows, for bench/datasets.py: three sizes of the same pictures."""

import math
import os
import time
from itertools import islice
from typing import Any

from brandkiln.datasets.checks.facts import picture_facts
from brandkiln.datasets.checks.groups import Groups, Look, alike_pictures

from bench import datasets_files

MOST = int(os.environ.get("BENCH_IMAGES", "60000"))


def measure() -> dict[str, Any]:
    """Return the seconds that each size takes, and the power of the size that they grow with: 1 is linear.

    From what was measured of the pictures when they came in to the groups of those that look alike.
    """
    facts = [picture_facts(image) for _, image in islice(datasets_files.pictures_of_the_bench(), MOST)]
    sizes = {}
    for size in (MOST // 4, MOST // 2, MOST):
        start = time.perf_counter()
        groups = Groups()
        groups.join(alike_pictures([look for one in facts[:size] if (look := Look.of(one))]))
        found = sum(1 for _ in groups)
        sizes[str(size)] = {"seconds": round(time.perf_counter() - start, 2), "groups": found}
    first, last = sizes[str(MOST // 4)]["seconds"], sizes[str(MOST)]["seconds"]
    return {"sizes": sizes, "grows_with_power": round(math.log(max(last, 0.01) / max(first, 0.01), 4), 2)}
