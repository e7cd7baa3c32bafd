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


def joins_a_thread_of_c():
    """pthread_join waits for the kernel's word that the thread is gone."""
    import ctypes

    libc = ctypes.CDLL(None)
    thread = ctypes.c_ulong()
    work = ctypes.cast(libc.usleep, ctypes.c_void_p)
    began = libc.pthread_create(ctypes.byref(thread), None, work, ctypes.c_void_p(50_000))
    return (began, libc.pthread_join(thread, None)) == (0, 0)


def lets_threads_talk():
    import queue
    import threading

    box, barrier = queue.Queue(), threading.Barrier(4)
    threads = [threading.Thread(target=lambda: (barrier.wait(5), box.put(1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return box.qsize() == 4


def asks_about_itself():
    import os
    import threading
    import time

    return bool(
        os.sched_getaffinity(0) and os.getsid(0) and os.getpgid(0) and time.process_time() >= 0
        and time.thread_time() >= 0 and time.perf_counter() and threading.get_native_id()
    )  # fmt: skip


def sorts_a_lot():
    import numpy as np

    return bool(np.sort(np.arange(100_000)[::-1], kind="stable")[0] == 0 and sorted(range(100_000, 0, -1))[0] == 1)


NEEDS_FILES = [
    "saves_and_loads_a_tensor", "saves_and_loads_an_array", "writes_a_scratch_file", "uses_temporary_files",
    "draws_a_figure", "writes_an_image", "copies_a_file", "keeps_a_database", "imports_late_from_the_library",
    "reads_the_processor_count", "maps_an_array_into_memory", "maps_a_tensor_into_memory", "writes_a_file_to_the_disk",
    "rearranges_with_einops", "tabulates_with_pandas", "computes_with_scipy", "fits_with_scikit_learn",
    "filters_with_scikit_image",
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


def maps_an_array_into_memory():
    import numpy as np

    written = np.memmap("map.bin", dtype="float32", mode="w+", shape=(1000,))
    written[:] = 2
    written.flush()
    return bool(np.memmap("map.bin", dtype="float32", mode="r").sum() == 2000)


def maps_a_tensor_into_memory():
    import torch

    torch.from_file("tensor.bin", shared=True, size=1000).fill_(2)
    return bool(torch.from_file("tensor.bin", size=1000).sum() == 2000)


def writes_a_file_to_the_disk():
    import os

    with open("written", "wb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
        file.write(bytes(10_000))
        file.flush()
        os.fsync(file.fileno())
    return os.path.getsize("written") == 10_000


def rearranges_with_einops():
    import torch
    from einops import einsum, rearrange, reduce, repeat
    from einops.layers.torch import Rearrange

    x = torch.arange(24.0).reshape(2, 3, 4)
    rows = rearrange(x, "b c d -> (b c) d")
    means = reduce(x, "b c d -> b", "mean").equal(x.mean((1, 2)))
    same = einsum(rows, rows, "i d, j d -> i j").equal(rows @ rows.T)
    return means and same and Rearrange("b c d -> b (c d)")(x).shape == repeat(x[:, 0, 0], "b -> b n", n=12).shape


def tabulates_with_pandas():
    import io

    import pandas as pd

    table = pd.DataFrame({"name": ["a", "b", "a"], "loss": [1.0, 2.0, 3.0]})
    table.to_csv("table.csv", index=False)
    means = pd.read_csv("table.csv").groupby("name")["loss"].mean()
    return bool(means["a"] == 2 and pd.read_csv(io.StringIO(means.to_csv()), index_col=0).shape == (2, 1))


def computes_with_scipy():
    import numpy as np
    from scipy import linalg, ndimage, optimize, signal, sparse, special, stats

    root = linalg.sqrtm(4 * np.eye(3))
    best = optimize.minimize(lambda x: ((x - 2) ** 2).sum(), np.zeros(2)).x
    smooth = ndimage.gaussian_filter(np.ones((8, 8)), 1)
    even = signal.convolve(np.ones(3), np.ones(3)).sum() == 9 and sparse.eye(3).sum() == 3
    sure = special.logsumexp([0.0]) == 0 and stats.norm.cdf(0) == 0.5
    return bool(np.allclose(root, 2 * np.eye(3)) and np.allclose(best, 2) and np.allclose(smooth, 1) and even and sure)


def fits_with_scikit_learn():
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    points, labels = np.array([[0.0, 0.0], [0.1, 0.0], [1.0, 1.0], [1.1, 1.0]]), np.array([0, 0, 1, 1])
    models = LogisticRegression(C=100), KNeighborsClassifier(1, n_jobs=2)
    right = all(model.fit(points, labels).score(points, labels) == 1 for model in models)
    found = KMeans(2, n_init=2, random_state=0).fit_predict(points)
    return bool(right and found[0] == found[1] != found[2] and PCA(1).fit_transform(points).shape == (4, 1))


def filters_with_scikit_image():
    import numpy as np
    from skimage import color, filters, metrics, transform

    image = np.full((16, 16, 3), 0.5)
    grey = filters.gaussian(transform.resize(color.rgb2lab(image)[..., 0], (8, 8)))
    return bool(grey.shape == (8, 8) and metrics.mean_squared_error(grey, grey) == 0)


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
