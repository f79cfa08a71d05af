"""The peer of bench/report_statistics.py: STL of statsmodels, imports included."""

import json
import resource
import sys
import time
from pathlib import Path

begin = time.perf_counter()
from statsmodels.tsa.seasonal import STL  # noqa: E402 - its import is timed

imported = time.perf_counter()
given = json.loads(Path(sys.argv[1]).read_text())
trends = [[float(v) for v in STL(values, period=12, seasonal=7, robust=True).fit().trend] for values in given]
done = time.perf_counter()
print(
    json.dumps(
        {
            "import_seconds": round(imported - begin, 3),
            "stl_seconds": round(done - imported, 3),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "trends": trends,
        }
    )
)
