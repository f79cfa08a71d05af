"""The demo's product pictures: Fashion-MNIST, from Debian's package where it can be had, else the sample held here."""

import shutil
import subprocess
from pathlib import Path

from brandkiln.demo.fashion_mnist import DEBIAN_FOLDER, write_sample

PACKAGE = "dataset-fashion-mnist"
PER_CLASS = 300
HELD_SAMPLE = Path(__file__).parent / "data" / "fashion-sample.zip"
PRODUCT_PICTURES = {
    "description": "Grey product pictures of 28 x 28 pixels in ten classes, from Fashion-MNIST.",
    "licence": "MIT",
    "source": "Fashion-MNIST, Zalando Research, https://github.com/zalandoresearch/fashion-mnist",
}


def picture_archive(folder: Path) -> Path:
    """Return a ZIP of product pictures in folders by class: 3,000 from Debian's package, or the 1,000 held here."""
    source = DEBIAN_FOLDER if DEBIAN_FOLDER.is_dir() else fetch_package(folder)
    if source is None:
        return HELD_SAMPLE
    archive = folder / "product-pictures.zip"
    write_sample(source, archive, per_class=PER_CLASS)
    return archive


def fetch_package(folder: Path) -> Path | None:
    """Download and unpack Debian's package of Fashion-MNIST; None where there is no apt or it can't be reached."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return None
    try:
        subprocess.run(
            ["apt-get", "download", PACKAGE], cwd=folder, check=True, capture_output=True, timeout=120
        )
        package = next(folder.glob("*.deb"))
        subprocess.run(
            ["dpkg-deb", "-x", package, folder / "unpacked"], check=True, capture_output=True, timeout=60
        )
    except (subprocess.SubprocessError, OSError, StopIteration):
        return None
    found = folder / "unpacked" / DEBIAN_FOLDER.relative_to("/")
    return found if found.is_dir() else None
