"""The plain loop of bench/datasets.py: `datasets_loop ZIP FOLDER` opens, converts and saves each picture by Pillow."""

import io
import json
import os
import sys
import time
import zipfile
from pathlib import Path

from PIL import Image


def main() -> None:
    """Print how long it took."""
    target = Path(sys.argv[2])
    target.mkdir()
    start, used = time.perf_counter(), sum(os.times()[:4])
    with zipfile.ZipFile(sys.argv[1]) as archive:
        for number, name in enumerate(archive.namelist()):
            with Image.open(io.BytesIO(archive.read(name))) as image:
                image.convert("L").save(target / f"{number}.png")
    used = round(sum(os.times()[:4]) - used, 2)
    print(json.dumps({"seconds": round(time.perf_counter() - start, 2), "cpu_seconds": used}))


if __name__ == "__main__":
    main()
