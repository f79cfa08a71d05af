"""The peer of bench/datasets.py: `datasets_peer.py images|rows FILE FOLDER` reads a file with Hugging Face's library.

It runs with an interpreter of its own, which has `datasets` and `pillow`. Unpacking the ZIP counts, as it does for us;
imports don't. The pictures are kept as they came and are not decoded.
"""

import json
import os
import sys
import time
import zipfile
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}

import datasets


def main() -> None:
    """Print how long it took on both cores."""
    kind, source, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    datasets.disable_progress_bars()
    start, used = time.perf_counter(), sum(os.times()[:4])
    if kind == "images":
        with zipfile.ZipFile(source) as archive:
            archive.extractall(folder / "pictures")
        options = {"data_dir": str(folder / "pictures")}
        made = datasets.load_dataset(
            "imagefolder", **options, split="train", cache_dir=str(folder / "cache"), num_proc=os.cpu_count()
        )
    else:
        made = datasets.load_dataset("csv", data_files=source, split="train", cache_dir=str(folder / "cache"))
    seconds = time.perf_counter() - start
    assert len(made) > 0
    print(json.dumps({"seconds": round(seconds, 2), "cpu_seconds": round(sum(os.times()[:4]) - used, 2)}))


if __name__ == "__main__":
    main()
