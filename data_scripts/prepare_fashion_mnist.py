"""Puts Fashion-MNIST where torchvision looks for it: data/FashionMNIST/raw, checked by size and hash.

    python data_scripts/prepare_fashion_mnist.py [ROOT]        ROOT defaults to data/

The files come from Debian's package dataset-fashion-mnist (installed, or fetched and unpacked without root); elsewhere
torchvision's own download does the same: FashionMNIST(ROOT, download=True).

Xiao, Rasul & Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017. MIT.
"""

import gzip
import hashlib
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

INSTALLED = Path("/usr/share/datasets/fashion-mnist")
PACKAGE = "dataset-fashion-mnist"
SHA256 = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def find_archives(scratch: Path) -> Path:
    """The folder that holds the packed files: the installed package's, or that of a package fetched into scratch."""
    if INSTALLED.is_dir():
        return INSTALLED
    if not shutil.which("apt-get"):
        sys.exit("there is no apt-get here; use torchvision's FashionMNIST(ROOT, download=True) instead")
    try:
        subprocess.run(["apt-get", "download", PACKAGE], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        sys.exit(f"apt-get could not fetch {PACKAGE}; run `apt-get update` as root once and try again")
    (package,) = scratch.glob("*.deb")
    subprocess.run(["dpkg", "-x", str(package), str(scratch / "unpacked")], check=True)
    return scratch / "unpacked" / INSTALLED.relative_to("/")


def unpack(archive: Path, target: Path) -> None:
    """Unpack one file, all of it or nothing, if its bytes are the published ones."""
    content = gzip.decompress(archive.read_bytes())
    if hashlib.sha256(content).hexdigest() != SHA256[target.name]:
        sys.exit(f"{archive} does not hold the published {target.name}; remove it and fetch it again")
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(content)
    partial.replace(target)


def is_ready(path: Path) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[path.name]


def describe(path: Path) -> str:
    """The sizes that an IDX file announces: a count, and for images their height and width."""
    header = path.read_bytes()[:16]
    sizes = struct.unpack(f">{header[3]}I", header[4 : 4 + 4 * header[3]])
    return f"{path.name}: {' x '.join(map(str, sizes))}"


def main() -> None:
    raw = Path(sys.argv[1] if len(sys.argv) > 1 else "data") / "FashionMNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    missing = [raw / name for name in SHA256 if not is_ready(raw / name)]
    if missing:
        with tempfile.TemporaryDirectory() as scratch:
            archives = find_archives(Path(scratch))
            for target in missing:
                unpack(archives / f"{target.name}.gz", target)
    for name in SHA256:
        print(describe(raw / name))


if __name__ == "__main__":
    main()

# Expected output:
# train-images-idx3-ubyte: 60000 x 28 x 28
# train-labels-idx1-ubyte: 60000
# t10k-images-idx3-ubyte: 10000 x 28 x 28
# t10k-labels-idx1-ubyte: 10000
