"""Puts Fashion-MNIST (60,000 and 10,000 images, MIT) into the cache that homework.datasets reads; 31 MB come.

    python data_scripts/prepare_fashion_mnist.py [FOLDER]     default: $HOMEWORK_DATA, else ~/.cache/lecture19-homework

Debian's package dataset-fashion-mnist is asked first (installed, or fetched by apt-get and unpacked without root), then
the publisher, as torchvision does. Run it again after an interruption: what has come is continued.

Xiao, Rasul & Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017.
"""

import sys

from homework.datasets import FASHION_MNIST
from preparation import prepare

if __name__ == "__main__":
    prepare(FASHION_MNIST, *sys.argv[1:2])

# Expected output:
# fashion_mnist train: 60000 x 1 x 28 x 28, 10 classes, sha256 16d82e2b505296aa
# fashion_mnist test: 10000 x 1 x 28 x 28, 10 classes, sha256 9f1ec356a747bfe4
