"""The data sets that this machine has are the published ones, byte by byte; nothing is downloaded here."""

import dataclasses
import hashlib
import struct
from pathlib import Path

import pytest
import torch

import package_sources
from homework.datasets import CIFAR10, DIGITS, FASHION_MNIST, DataSet, DatasetUnavailable, ImageSet, load


def real(data: DataSet, train: bool) -> ImageSet:
    """One split, without any network."""
    sources = {}
    if data is DIGITS:
        sources = data.sources
    elif data is FASHION_MNIST and (Path("/") / package_sources.CLOTHES_FOLDER).is_dir():
        sources = {"package": package_sources.clothes_from_debian}
    try:
        return load(dataclasses.replace(data, sources=sources), train)
    except DatasetUnavailable:
        pytest.skip(f"neither the cache nor a package of {data.name} is on this machine")


IDX_SHA256 = {  # of the unpacked files that the authors published
    True: (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    False: (
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}


@pytest.mark.parametrize("train", [True, False])
def test_fashion_mnist_is_the_published_one_byte_by_byte(train):
    found = real(FASHION_MNIST, train)
    images = struct.pack(">IIII", 0x803, len(found), 28, 28) + found.images.numpy().tobytes()
    labels = struct.pack(">II", 0x801, len(found)) + found.labels.to(torch.uint8).numpy().tobytes()
    assert tuple(hashlib.sha256(file).hexdigest() for file in (images, labels)) == IDX_SHA256[train]


BINARY_SHA1 = [  # of the authors' binary batches, as MXNet's Gluon publishes them
    "aadd24acce27caa71bf4b10992e9e7b2d74c2540",
    "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795",
    "1dd00a74ab1d17a6e7d73e185b69dbf31242f295",
    "aab85764eb3584312d3c7f65fd2fd016e36a258e",
    "26e2849e66a845b7f1e4614ae70f4889ae604628",
    "67eb016db431130d61cd03c7ad570b013799c88c",
]


@pytest.mark.parametrize(("train", "hashes"), [(True, BINARY_SHA1[:5]), (False, BINARY_SHA1[5:])])
def test_cifar10_is_the_published_one_byte_by_byte(train, hashes):
    found = real(CIFAR10, train)
    rows = torch.cat([found.labels[:, None].to(torch.uint8), found.images.flatten(1)], dim=1)  # (N, 3073)
    assert [hashlib.sha1(batch.numpy().tobytes()).hexdigest() for batch in rows.split(10_000)] == hashes


def test_digits_are_balanced_and_no_digit_is_in_both_splits():
    train, test = real(DIGITS, True), real(DIGITS, False)
    assert train.labels.bincount().tolist() == [400] * 10
    assert test.labels.bincount().tolist() == [100] * 10
    assert train.labels[:20].tolist() == [*range(10), *range(10)]
    as_bytes = [{image.numpy().tobytes() for image in part.images} for part in (train, test)]
    assert not as_bytes[0] & as_bytes[1]
