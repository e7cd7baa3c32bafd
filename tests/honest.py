"""Honest work that homework code does; each function's source runs in the sandbox and must be True."""


def trains_with_an_optimiser():
    import torch

    layer = torch.nn.Linear(8, 2)
    for make in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
        optimiser = make(layer.parameters(), lr=0.01)
        layer(torch.randn(4, 8)).square().mean().backward()
        optimiser.step()
        optimiser.zero_grad()
    return True


def convolves_forth_and_back():
    import torch

    net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.ConvTranspose2d(8, 3, 3))
    net(torch.randn(2, 3, 16, 16)).sum().backward()
    return net[0].weight.grad is not None


def copies_a_module():
    import copy

    import torch

    return copy.deepcopy(torch.nn.Linear(3, 3)).weight.shape == (3, 3)


def interpolates():
    import torch.nn.functional as F
    from torch import ones

    return F.interpolate(ones(1, 1, 4, 4), scale_factor=2, mode="bilinear").shape == (1, 1, 8, 8)


def decomposes_matrices():
    import torch

    square = torch.eye(8, dtype=torch.float64)
    torch.linalg.svd(square)
    torch.linalg.eigh(square)
    torch.fft.fft2(square)
    return bool(torch.linalg.inv(square).equal(square))


def uses_all_threads():
    import torch

    torch.set_num_threads(4)
    left = torch.randn(800, 800, requires_grad=True)
    (left @ left).relu().sum().backward()
    return torch.get_num_threads() == 4


def runs_a_transformer():
    import torch

    layer = torch.nn.TransformerEncoderLayer(16, 4, batch_first=True)
    return layer(torch.randn(2, 5, 16)).shape == (2, 5, 16)


def loads_batches():
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    return len(list(DataLoader(TensorDataset(torch.arange(8)), batch_size=4, shuffle=True))) == 2


def asks_for_loading_processes():
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.arange(8))
    return len(list(DataLoader(data, 4, num_workers=2, persistent_workers=True, prefetch_factor=2))) == 2


def transforms_images():
    import torch
    import torchvision.transforms.v2 as transforms

    return transforms.RandomResizedCrop(8)(torch.rand(2, 3, 16, 16)).shape == (2, 3, 8, 8)


def builds_a_torchvision_model():
    import torch
    import torchvision

    return torchvision.models.resnet18(num_classes=4).eval()(torch.rand(1, 3, 32, 32)).shape == (1, 4)


def computes_with_numpy():
    import numpy as np

    return bool(np.random.default_rng(0).normal(size=(100, 100)).dot(np.eye(100)).shape == (100, 100))


def makes_every_seed():
    import random

    import numpy as np
    import torch

    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    return True


def prints_and_warns():
    import sys
    import warnings

    print("x" * 200_000)
    print("to stderr", file=sys.stderr)
    warnings.warn("careful", stacklevel=1)
    return True


def shows_progress():
    from tqdm.auto import tqdm

    return sum(1 for _ in tqdm(range(100))) == 100


def runs_python_threads():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(abs, range(-8, 0))) == list(range(8, 0, -1))


def runs_an_event_loop():
    import asyncio

    async def answer():
        await asyncio.sleep(0)
        return True

    return asyncio.run(answer())


def allocates_900_megabytes():
    import torch

    return torch.ones(900 << 18).numel() > 0


def tells_the_time():
    import datetime
    import time

    time.sleep(0.01)
    return datetime.datetime.now().astimezone().year >= 2024


def scripts_a_function():
    import torch

    return bool(torch.jit.trace(lambda x: x * 2, torch.ones(2))(torch.ones(2)).sum() == 4)


def imports_the_course_package():
    import homework

    return homework is not None


NEEDS_FILES = [
    "saves_and_loads_a_tensor", "saves_and_loads_an_array", "writes_a_scratch_file", "uses_temporary_files",
    "draws_a_figure", "writes_an_image", "copies_a_file", "keeps_a_database", "imports_late_from_the_library",
    "reads_the_processor_count",
]  # fmt: skip


def saves_and_loads_a_tensor():
    import torch

    torch.save({"x": torch.ones(3)}, "x.pt")
    return bool(torch.load("x.pt")["x"].sum() == 3)


def saves_and_loads_an_array():
    import numpy as np

    np.save("x.npy", np.ones(3))
    return bool(np.load("x.npy").sum() == 3)


def writes_a_scratch_file():
    import os
    from pathlib import Path

    os.makedirs("a/b")
    Path("a/b/c.txt").write_text("x")
    os.rename("a/b/c.txt", "a/c.txt")
    Path("a/c.txt").chmod(0o600)
    return Path("a/c.txt").read_text() == "x"


def uses_temporary_files():
    import tempfile

    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile(dir=folder) as file:
        return file.write(b"x") == 1


def draws_a_figure():
    import matplotlib.pyplot as plt

    plt.plot([1, 2], label="$\\alpha$")
    plt.title("Größe")
    plt.legend()
    plt.savefig("figure.png")
    plt.show()
    return True


def writes_an_image():
    from PIL import Image

    Image.new("RGB", (8, 8)).save("x.png")
    return Image.open("x.png").size == (8, 8)


def copies_a_file():
    import shutil
    from pathlib import Path

    Path("a").write_text("x")
    shutil.copy2("a", "b")
    return Path("b").read_text() == "x"


def keeps_a_database():
    import sqlite3

    with sqlite3.connect("x.db") as database:
        database.execute("create table t (a)")
        database.execute("insert into t values (1)")
        return database.execute("select a from t").fetchone() == (1,)


def imports_late_from_the_library():
    import wave
    import xml.dom.minidom

    return wave is not None and xml is not None


def reads_the_processor_count():
    import os
    import platform

    return bool(os.cpu_count() and platform.platform())


HONEST = [value for value in list(globals().values()) if callable(value)]


def shares_memory():
    import torch

    return torch.ones(3).share_memory_().is_shared()


def opens_a_process_pool():
    import multiprocessing

    with multiprocessing.Pool(2) as pool:
        return pool.map(abs, [-1]) == [1]


def compiles_a_function():
    import torch

    return bool(torch.compile(lambda x: x * 2 + 1)(torch.ones(2)).sum() == 6)


NEEDS_PROCESSES = [shares_memory, opens_a_process_pool, compiles_a_function]
