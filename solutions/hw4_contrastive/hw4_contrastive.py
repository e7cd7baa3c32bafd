# %% [markdown]
# # Homework 4: Contrastive representation learning
#
# {{ colab_badge }}
#
# You write InfoNCE and the parts of MoCo, and train MoCo with them on pictures that this notebook draws.
#
# | part | what you write | points: by the grader + by hand | time |
# |---|---|---|---|
# | 1. InfoNCE | the contrastive loss, and what it says about mutual information | 20 + 4 | 1½ hours |
# | 2. MoCo | momentum encoder, queue, loss, training step | 40 + 4 | 2½ hours |
# | | | **60 + 8** | **4 hours** |
#
# **How it works.** Every exercise has a stub that raises `NotImplementedError`: put your code in its place. The cell
# below each stub checks it on small inputs. Green is right. Red says what it *saw*, asks a question to *think* about,
# and names what to *read*; when your answer is a common mistake, it tells you which one. The grader uses other inputs
# and more of them, and calls your functions and your class alone: names, argument order and docstrings are the
# contract. You may add cells and helper functions wherever you like.
#
# **What you hand in.** The file `hw4_contrastive.zip` that the last cell makes of this notebook, with all checks green and
# both written questions (1.4 and 2.5) answered. No GPU is needed; everything here runs on a laptop in about a minute.
#
# **Letters for shapes.** B batch · D feature dimension · K number of negatives, or size of the queue · n number of keys
# that the queue holds (n ≤ K) · N = 1 + K candidates.

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

colab.set_up(use_drive=USE_DRIVE)
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %%
import math
from copy import deepcopy

import matplotlib.pyplot as plt
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from homework import checks

check = checks.of("hw4_contrastive")
BLUE, GREEN, ORANGE, GREY = "#0072b2", "#009e73", "#d55e00", "#888888"

# %% [markdown]
# ## The idea
#
# We want features of images, and have no labels. So we make up a task whose answer we know. Take an image and change
# it twice at random: crop it, flip it, shift its colours. The two *views* show the same thing and share hardly a pixel.
# Encode one of them as the **query**, the other one as its **positive**, and some other images as **negatives**. The
# task: find the positive among all these candidates.
#
# A network that can do this has had to keep what the two views share, which is what the image shows, and to drop what
# the random changes took away. Nobody told it what a dog is, but two crops of the same dog have become neighbours.
#
# Features live on the unit sphere: their norm is divided out, and two of them are compared by the cosine of the angle
# between them. Below, a query among its candidates in two dimensions. The loss pulls the positive in and pushes the
# negatives away, the nearest ones hardest. On the right, how the same cosines turn into probabilities: the lower the
# **temperature** $\tau$, the more the nearest candidates matter.


# %%
def show_the_idea(angles: Tensor, temperatures: tuple[float, ...]) -> None:
    """Candidates at these angles from the query (radians, the positive first), and their probabilities."""
    _, (circle, bars) = plt.subplots(1, 2, figsize=(10, 4.4), width_ratios=(1, 1.3), layout="constrained")
    circle.add_patch(plt.Circle((0, 0), 1, fill=False, color=GREY, linewidth=0.8))
    names = ["positive", *(f"negative {number}" for number in range(1, len(angles)))]
    for angle, name in zip([0.0, *angles.tolist()], ["query", *names], strict=True):
        color = {"query": BLUE, "positive": GREEN}.get(name, ORANGE)
        x, y = math.cos(angle + 0.6), math.sin(angle + 0.6)
        circle.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 2})
        circle.text(1.15 * x, 1.12 * y, name, color=color, ha="left" if x > 0 else "right", va="center")
    circle.set(xlim=(-1.9, 1.9), ylim=(-1.3, 1.3), aspect="equal", title="one query and its candidates")
    circle.axis("off")
    for number, temperature in enumerate(temperatures):
        place = torch.arange(len(angles)) + 0.27 * (number - 1)
        probability = torch.softmax(angles.cos() / temperature, dim=0)
        bars.bar(
            place, probability, width=0.25, color=[GREEN] + [ORANGE] * (len(angles) - 1), alpha=0.35 + 0.3 * number
        )
        bars.text(
            place[0], probability[0] + 0.015, f"τ = {temperature}", rotation=90, ha="center", va="bottom", fontsize=8
        )
    bars.set(ylim=(0, 1.15), ylabel="probability", title="which candidate is the positive?")
    bars.set_xticks(range(len(angles)), names)
    bars.spines[["top", "right"]].set_visible(False)
    plt.show()


show_the_idea(torch.tensor([0.45, -0.85, 1.9, -2.3]), temperatures=(1.0, 0.3, 0.1))

# %% [markdown]
# # Part 1: InfoNCE
#
# ### 1.1 `cosine_similarity_matrix` (6 points)
#
# How alike are two feature vectors? As alike as their directions: the cosine of the angle between them is 1 for the same
# direction, 0 for a right angle, −1 for opposite ones. Length says nothing. A network could otherwise lower its loss by
# making all features longer, without telling a single image from another.
#
# $$s_{ij} = \frac{a_i \cdot b_j}{\lVert a_i \rVert\,\lVert b_j \rVert}$$
#
# | | shape | |
# |---|---|---|
# | `a` | (A, D) | A feature vectors, one a row, of any norm |
# | `b` | (B, D) | B others |
# | result | (A, B) | row i belongs to `a[i]`, column j to `b[j]` |
#
# Source: Chen, Kornblith, Norouzi and Hinton, *A Simple Framework for Contrastive Learning of Visual Representations*
# (SimCLR), 2020, section 2.1.
#
# *Easy, 15 minutes.* Traps: the norm belongs to one vector, not to a column and not to the whole matrix; A and B may be
# 1, and the result is a matrix all the same; the caller goes on using `a` and `b`.
#
# <details><summary>Hint 1</summary>
#
# If all rows had norm 1, the formula would be a product of two matrices. Give them norm 1 first.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.nn.functional` has a function that divides each vector by its norm, along the dimension you name; it returns a
# new tensor, and a vector of zeros stays zero where a plain division would give NaN.
#
# </details>


# %% exercise="cosine_similarity_matrix"
def cosine_similarity_matrix(a: Tensor, b: Tensor) -> Tensor:
    """The cosine of the angle between every row of a and every row of b.

    Args:
        a: feature vectors of any norm, shape (A, D).
        b: feature vectors of any norm, shape (B, D).

    Returns:
        cosines in [-1, 1], shape (A, B), with the dtype and device of a. It can be differentiated with respect to both
        inputs, which themselves are left unchanged.

    Source: Chen et al. (SimCLR), 2020, section 2.1.
    """
    ### BEGIN SOLUTION
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T
    ### END SOLUTION


# %% check="cosine_similarity_matrix" points=6
check(cosine_similarity_matrix)

# %% [markdown]
# ### 1.2 `info_nce` (12 points)
#
# Finding the positive among N = 1 + K candidates is classification with N classes, and its loss is cross entropy. The
# logits are the cosines divided by the temperature:
#
# $$L = -\frac1B \sum_{i=1}^{B} \log
# \frac{\exp(s(q_i, k_i^+)/\tau)}{\exp(s(q_i, k_i^+)/\tau) + \sum_{j=1}^{K} \exp(s(q_i, k_j^-)/\tau)}$$
#
# The fraction is the probability that the softmax gives to the right candidate. Note what stands in the denominator: the
# positive itself, once, and the K negatives, which all queries share. The positives of *other* queries are not there.
#
# | | shape | |
# |---|---|---|
# | `query` | (B, D) | any norm |
# | `positive` | (B, D) | row i is the positive of query i |
# | `negatives` | (K, D) | shared by all queries |
# | logits | (B, 1 + K) | the positive at index 0, in every row |
# | result | 0-d | mean over the batch |
#
# Two numbers to hold on to. A model that knows nothing gives every candidate the same probability, and its loss is
# $\log(1 + K)$. A perfect model's loss goes to 0. Everything you will see in training lies between these.
#
# **The log-sum-exp trick.** At $\tau = 0.005$ a logit reaches 200, and $e^{200}$ is more than float32 can hold
# (it ends near $e^{88}$): the fraction becomes ∞/∞. A query that is far from its positive is as bad the other way: its
# probability rounds to 0, and $\log 0$ is −∞. Both go away if the fraction is never computed. Take the logarithm on paper,
#
# $$-\log \frac{e^{z_0}}{\sum_j e^{z_j}} = \log \sum_j e^{z_j} - z_0
# = \Bigl( M + \log \sum_j e^{z_j - M} \Bigr) - z_0, \qquad M = \max_j z_j,$$
#
# and no exponent is larger than 0. PyTorch's own functions for log-softmax and cross entropy work like this, and their
# gradients do too. A small number added inside the logarithm only hides the problem: it puts a ceiling on the loss, and
# the worst queries, which need their gradient most, get none.
#
# Source: van den Oord, Li and Vinyals, *Representation Learning with Contrastive Predictive Coding* (CPC), 2018, eq. 4,
# with the cosine and the temperature of He et al. (MoCo), 2020, eq. 1.
#
# *Medium, 40 minutes.* Traps: the temperature divides, and it divides all logits; all three inputs need their norm taken
# away; labels are as many as the queries and stand on the same device; a batch of one query must not lose a dimension.
#
# <details><summary>Hint 1: the logits</summary>
#
# You have a function for queries against negatives. For query i against positive i alone you need a sum of products
# along each row, as a column of shape (B, 1).
#
# </details>
# <details><summary>Hint 2: the loss</summary>
#
# With the positive in column 0 the class label of every row is the same number. One function of
# `torch.nn.functional` takes logits and labels, and does the logarithm, the softmax and the mean.
#
# </details>


# %% exercise="info_nce"
def info_nce(query: Tensor, positive: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    """InfoNCE: cross entropy of each query's positive against shared negatives.

    Args:
        query: features of any norm, shape (B, D).
        positive: features of any norm, shape (B, D); row i belongs to query i.
        negatives: features of any norm, shape (K, D), the same for all queries.
        temperature: divides the cosines; positive, down to 0.005.

    Returns:
        the mean over the batch of -log softmax of the positive among its 1 + K candidates: a 0-d tensor with the dtype
        and device of query. Its value and its gradient are finite at every temperature above; the gradient reaches all
        three inputs, and none of them is changed.

    Source: van den Oord et al. (CPC), 2018, eq. 4; He et al. (MoCo), 2020, eq. 1.
    """
    ### BEGIN SOLUTION
    query, positive = F.normalize(query, dim=1), F.normalize(positive, dim=1)
    of_positive = (query * positive).sum(dim=1, keepdim=True)  # (B, 1)
    of_negatives = cosine_similarity_matrix(query, negatives)  # (B, K)
    logits = torch.cat([of_positive, of_negatives], dim=1) / temperature  # (B, 1 + K)
    labels = torch.zeros(len(query), dtype=torch.long, device=query.device)  # the positive is class 0
    return F.cross_entropy(logits, labels)
    ### END SOLUTION


# %% check="info_nce" points=12
check(info_nce)

# %% [markdown]
# ### 1.3 `mutual_information_bound` (2 points)
#
# Why is this a good task? Because of what a low loss proves. The mutual information $I(x; y)$ says by how much knowing
# one view $y$ lowers the uncertainty about the other one, $x$. It is hard to compute from samples. But InfoNCE, the loss
# $L$ with N candidates, bounds it from below:
#
# $$I(x; y) \;\ge\; \log N - L$$
#
# Read it like this: a guess costs $\log N$, and every nat by which you beat the guess is something the two views must
# have told you about each other. The bound is never above $\log N$, since no loss is below 0. And it may be negative,
# when a bad model does worse than guess. That is true as well, if useless, so leave it.
#
# | | | |
# |---|---|---|
# | `loss` | 0-d tensor or float | InfoNCE in nats, as your function gives it |
# | `num_candidates` | int | N: the positive and the negatives together |
# | result | as `loss` | in nats |
#
# Source: van den Oord et al., 2018, section 2.3, proved in their appendix; Poole, Ozair, van den Oord, Alemi and
# Tucker, *On Variational Bounds of Mutual Information*, 2019, about how tight it is.
#
# *Easy, 5 minutes.* Trap: which logarithm is the loss made with?


# %% exercise="mutual_information_bound"
def mutual_information_bound(loss: Tensor | float, num_candidates: int) -> Tensor | float:
    """A lower bound on the mutual information of two views, from an InfoNCE loss.

    Args:
        loss: InfoNCE in nats, a 0-d tensor or a float.
        num_candidates: how many candidates each query had, its positive among them; N = 1 + K.

    Returns:
        the bound in nats, at most log N. It is negative when the loss is worse than that of guessing.

    Source: van den Oord et al. (CPC), 2018, section 2.3.
    """
    ### BEGIN SOLUTION
    return math.log(num_candidates) - loss
    ### END SOLUTION


# %% check="mutual_information_bound" points=2
check(mutual_information_bound)

# %% [markdown]
# **Try it.** Here is a world in which we know the truth. Two views show the same angle, each with a small error of its
# own (normal, with standard deviation σ), and the encoder is perfect: it returns the direction. The true mutual
# information is then $\log 2\pi - \tfrac12 \log(2\pi e \cdot 2\sigma^2)$: how much the angle was uncertain, less how
# much it still is when you know the other view. The figure shows your bound for more and more candidates.


# %%
def find_true_information(jitter: float) -> float:
    """Mutual information in nats of two views of one angle, each off by a normal error of this size in radians."""
    return math.log(2 * math.pi) - 0.5 * math.log(2 * math.pi * math.e * 2 * jitter**2)


def point_to(angles: Tensor) -> Tensor:
    """Unit vectors (B, 2) in the direction of angles (B,)."""
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def measure_bound(num_candidates: int, jitter: float, rng: torch.Generator, batch: int = 1000) -> float:
    """The bound of a perfect encoder; the temperature is the one that fits the views' errors."""
    angles = 2 * math.pi * torch.rand(batch, generator=rng)
    errors = jitter * torch.randn(2, batch, generator=rng)
    others = 2 * math.pi * torch.rand(num_candidates - 1, generator=rng)
    loss = info_nce(point_to(angles + errors[0]), point_to(angles + errors[1]), point_to(others), 2 * jitter**2)
    return float(mutual_information_bound(loss, num_candidates))


def show_bounds(numbers: list[int], jitters: dict[float, str]) -> None:
    """The bound against the number of candidates, with the truth and the ceiling log N."""
    rng = torch.Generator().manual_seed(4)
    _, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    axes.plot(numbers, [math.log(number) for number in numbers], color=GREY, linestyle=":", label="log N")
    for jitter, color in jitters.items():
        bounds = [measure_bound(number, jitter, rng) for number in numbers]
        axes.axhline(find_true_information(jitter), color=color, linestyle="--", linewidth=1)
        axes.plot(
            numbers, bounds, color=color, marker="o", markersize=4, label=f"σ = {jitter}: bound, and truth (dashed)"
        )
    axes.set(
        xscale="log", ylim=(0, 5), xlabel="number of candidates N", ylabel="nats", title="the bound needs candidates"
    )
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_bounds([2**power for power in range(1, 13)], jitters={0.2: BLUE, 0.02: ORANGE})

# %% [markdown]
# With few candidates both curves run along $\log N$: the task is so easy that a perfect encoder cannot show what it
# knows. The more two views share, the more candidates it takes to see it. (Where a curve peeps out above the truth, that
# is the error of a mean over 1000 queries.)

# %% [markdown]
# ### 1.4 Why many candidates? (4 points, written)
#
# Answer in five to ten sentences:
#
# 1. A colleague trains with N = 8 candidates, reaches a loss of 0.05, and says: “The views share only 2 nats of mutual
#    information.” What does the loss prove, and what is wrong with the sentence?
# 2. Why does the same loss of 0.05 mean more at N = 4096 than at N = 8?
# 3. SimCLR takes its negatives from the batch. What does it cost to have 4096 of them there?
# 4. Name one way in which a negative may do harm, and say why more negatives can make that worse.
#
# *Medium, 20 minutes.*

# %% [markdown] written="written_candidates" points=4
# ### BEGIN SOLUTION
# **Model answer.** (1) The loss proves that the mutual information is *at least* log 8 − 0.05 = 2.03 nats. It is a lower
# bound, and with 8 candidates no loss could prove more than log 8 = 2.08 nats: the views may share far more, and this
# task cannot show it. (2) At N = 4096 a guess costs 8.3 nats, not 2.1, so the same loss proves at least 8.27 nats: the
# positive was picked out of 4095 others, many of them close to the query, and the encoder needs finer differences for
# that. (3) All views of the batch pass through the encoder and keep their activations for backward, because gradients
# flow to the negatives too: memory grows in proportion to the number of negatives, and in practice that takes many GPUs
# or TPUs and an optimizer made for large batches. (4) A false negative: another image of the same kind, or the same
# image once more, is pushed away though it should be near. The more negatives are drawn, the more of these are among
# them, and a low temperature puts the weight on just these near ones.
#
# **Marks**, one point each:
# - at least log 8 − 0.05 ≈ 2.03 nats, a lower bound with the ceiling log N, so nothing follows about “only”;
# - the loss is to be compared with log N, or: the bound is then log 4096 − 0.05 ≈ 8.27 nats;
# - memory (or compute) for the activations of every view in the batch; “slow” alone gives half a point;
# - false negatives, with the reason that their number grows with N. Another harm with a sound reason counts too.
# ### END SOLUTION

# %% [markdown]
# # Part 2: MoCo
#
# Many negatives, without a huge batch: how? Keys do not have to come from *this* batch. MoCo keeps those of the last
# batches in a **queue**, thousands of them, for the price of a matrix (K, D). Two problems follow.
#
# *They go stale.* The encoder has changed since an old key was made, and a query would find its positive by the age of
# the keys and not by what they show. So a second encoder makes the keys, one that changes slowly.
#
# *They carry no gradient.* Nothing could be backpropagated into batches that are gone. So the second encoder is not
# trained at all: it follows the first one, by a moving average of its parameters.


# %%
def draw_box(axes: plt.Axes, place: tuple[float, float], text: str, color: str) -> None:
    """A labelled box around a place."""
    style = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": color, "linewidth": 1.6}
    axes.text(*place, text, ha="center", va="center", bbox=style)


def draw_arrow(
    axes: plt.Axes, start: tuple[float, float], end: tuple[float, float], color: str, line: str = "-"
) -> None:
    arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 1.6, "linestyle": line, "shrinkA": 2, "shrinkB": 2}
    axes.annotate("", end, start, arrowprops=arrow)


def show_moco() -> None:
    """Two encoders, the queue, and the loss; where the gradient flows and where it does not."""
    _, axes = plt.subplots(figsize=(10, 3.6), layout="constrained")
    for place, text, color in (
        ((0.6, 2), "view_q\n(B, …)", GREY),
        ((0.6, 0), "view_k\n(B, …)", GREY),
        ((3, 2), "encoder_q", BLUE),
        ((3, 0), "encoder_k", GREEN),
        ((5.4, 2), "query\n(B, D)", BLUE),
        ((5.4, 0), "key\n(B, D)", GREEN),
        ((7.8, 0), "queue\n(n, D)", GREEN),
        ((7.8, 2), "InfoNCE", ORANGE),
    ):
        draw_box(axes, place, text, color)
    for start, end in (((1.2, 2), (2.3, 2)), ((3.7, 2), (4.8, 2)), ((6, 2), (7.1, 2)), ((1.2, 0), (2.3, 0))):
        draw_arrow(axes, start, end, GREY)
    for start, end in (((3.7, 0), (4.8, 0)), ((5.9, 0.4), (7.2, 1.6)), ((7.8, 0.45), (7.8, 1.65)), ((6, 0), (7.2, 0))):
        draw_arrow(axes, start, end, GREY)
    draw_arrow(axes, (3, 1.65), (3, 0.35), GREEN, "--")
    axes.text(2.9, 1, "momentum update", color=GREEN, ha="right", va="center")
    axes.annotate(
        "gradient",
        (3.1, 2.35),
        (7.8, 2.95),
        color=ORANGE,
        ha="center",
        va="center",
        arrowprops={"arrowstyle": "-|>", "color": ORANGE, "linewidth": 1.6, "connectionstyle": "arc3,rad=0.12"},
    )
    axes.text(6.6, -0.3, "enqueue, last", color=GREY, ha="center", va="center", fontsize=9)
    axes.text(6.1, 1.05, "positive", color=GREY, ha="right", va="center", fontsize=9)
    axes.text(7.9, 1.05, "negatives", color=GREY, ha="left", va="center", fontsize=9)
    axes.set(xlim=(-0.2, 9), ylim=(-0.7, 3.3))
    axes.axis("off")
    plt.show()


show_moco()

# %% [markdown]
# Source for all of part 2: He, Fan, Wu, Xie and Girshick, *Momentum Contrast for Unsupervised Visual Representation
# Learning* (MoCo), 2020, section 3.
#
# ### 2.1 `momentum_update` (8 points)
#
# After each step the key encoder goes a small part of the way to where the query encoder is now:
#
# $$\theta_k \leftarrow m\,\theta_k + (1 - m)\,\theta_q$$
#
# With m = 0.999 it goes a thousandth of the way. Keys of the last few hundred steps were then made by nearly the same
# encoder, and can be compared. With m = 0 encoder_k would be a copy of encoder_q, and the keys in the queue would come
# from as many different encoders as there are batches in it; the paper reports that this does not train at all.
#
# | | | |
# |---|---|---|
# | `encoder_q`, `encoder_k` | modules with the same layers | only `encoder_k` changes |
# | `m` | float in [0, 1] | 0 copies, 1 leaves everything as it is |
# | result | None | in place |
#
# Source: He et al., 2020, eq. 2.
#
# *Easy to write, easy to get wrong; 30 minutes.* Traps: `k = m * k + …` gives a new tensor to the name `k` and leaves the
# encoder as it was; *every* parameter follows, biases and the scale and shift of norm layers too; autograd records what
# you do with parameters unless you tell it not to. Buffers, such as the running averages of a batch norm, are your
# choice: the paper's code leaves them alone, and the grader does not look at them.
#
# <details><summary>Hint 1</summary>
#
# Both modules list their parameters in the same order, so they can be walked through in pairs.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A tensor's methods whose name ends in an underscore change it in place. Inside the right context manager autograd does
# not mind, and records nothing.
#
# </details>


# %% exercise="momentum_update"
def momentum_update(encoder_q: nn.Module, encoder_k: nn.Module, m: float) -> None:
    """Move every parameter of encoder_k towards encoder_q, in place: k becomes m k + (1 - m) q.

    Args:
        encoder_q: the encoder that the optimizer trains. It is left as it is, and trainable.
        encoder_k: a module with the same layers. It keeps its Parameter objects, which get new values; they carry no
            graph, and those that were frozen stay frozen.
        m: how much of encoder_k is kept, in [0, 1].

    Buffers are outside this contract: leave them alone or copy them.

    Source: He et al. (MoCo), 2020, eq. 2.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        for parameter_q, parameter_k in zip(encoder_q.parameters(), encoder_k.parameters(), strict=True):
            parameter_k.mul_(m).add_(parameter_q, alpha=1 - m)
    ### END SOLUTION


# %% check="momentum_update" points=8
check(momentum_update)

# %% [markdown]
# **Try it.** An encoder with a single parameter, which training shakes about while it climbs, and what your update makes
# of it. A large m gives a calm key encoder, which lags behind.


# %%
def follow(targets: Tensor, m: float) -> list[float]:
    """The one parameter of encoder_k while encoder_q's goes through the targets (T,)."""
    encoder_q, encoder_k = (nn.Linear(1, 1, bias=False) for _ in range(2))
    nn.init.zeros_(encoder_k.weight)
    values = []
    for target in targets:
        nn.init.constant_(encoder_q.weight, float(target))
        momentum_update(encoder_q, encoder_k, m)
        values.append(encoder_k.weight.item())
    return values


def show_followers(steps: int, ms: dict[float, str]) -> None:
    """encoder_q's parameter and its followers for several m."""
    rng = torch.Generator().manual_seed(5)
    targets = 1 - torch.exp(-torch.arange(steps) / 60) + 0.15 * torch.randn(steps, generator=rng)
    _, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    axes.plot(targets, color=GREY, alpha=0.6, linewidth=0.8, label="encoder_q")
    for m, color in ms.items():
        axes.plot(follow(targets, m), color=color, linewidth=2, label=f"encoder_k, m = {m}")
    axes.set(xlabel="step", ylabel="parameter", title="the key encoder follows slowly")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_followers(300, ms={0.9: ORANGE, 0.98: BLUE})

# %% [markdown]
# ### 2.2 `MoCoQueue` (12 points)
#
# The memory of negatives: first in, first out. It starts empty; batches of keys come in; once `size` keys are there,
# each new key replaces the oldest one.
#
# | | shape | |
# |---|---|---|
# | `MoCoQueue(dim, size)` | | an empty queue for `size` keys of length `dim` = D |
# | `.enqueue(keys)` | (B, D) | any B, any norm: keys are stored with norm 1 and without a graph |
# | `.keys()` | (n, D) | the valid keys, n ≤ `size`, in whatever order |
#
# For example, with `size=3` and keys that come in pairs: after 1, 2 the queue holds 1, 2; after 3, 4 it holds 2, 3, 4;
# after 5, 6 it holds 4, 5, 6. Of a batch larger than the queue the last `size` keys stay, just as if the keys had come
# one by one.
#
# The queue is part of the training's state, as the weights are: a run that is resumed with an empty queue, or with one
# that forgot where the next key goes, is another run. Make it a module whose `state_dict` restores it exactly, into a
# fresh queue as well. What a module saves are its parameters and its **buffers** (`register_buffer`); plain attributes
# are forgotten. A buffer's shape must not depend on how many keys have come, or `load_state_dict` refuses it.
#
# Source: He et al., 2020, section 3.2, “Dictionary as a queue”. The paper's own code asks that `size` is a multiple of
# the batch size; here any batch size is right.
#
# *The hardest one here, 50 minutes.* Traps: a batch that meets the end of the memory with too few slots left; an exact
# fit; slots that were never written are no keys; `keys` with a graph keep the whole encoder pass in memory, for every
# batch in the queue; the tensor that you are given belongs to the caller.
#
# <details><summary>Hint 1: what to remember</summary>
#
# A memory of fixed shape (size, dim), and how many keys have come so far. From that number you can tell both where the
# next key goes and how many rows are valid. Keep it as a tensor, so that it can be a buffer.
#
# </details>
# <details><summary>Hint 2: the end of the memory</summary>
#
# If the slots are a ring, key number c goes to slot c modulo size. You can compute the slots of a whole batch at once,
# and write to all of them with one indexed assignment.
#
# </details>
# <details><summary>Hint 3: a batch larger than the queue</summary>
#
# Then two keys would go to the same slot, and in an indexed assignment it is not defined which of them stays. Keep only
# the last `size` keys and the last `size` slots, but count all of them. A slice from `-size` does what you need for
# small batches too.
#
# </details>


# %% exercise="MoCoQueue"
class MoCoQueue(nn.Module):
    """First in, first out memory of normalised keys.

    Its state_dict restores it exactly: loaded into a queue of the same dim and size, empty or not, it gives the same
    keys, and the next key goes where it would have gone.

    Source: He et al. (MoCo), 2020, section 3.2 and algorithm 1.
    """

    def __init__(self, dim: int, size: int):
        """An empty queue.

        Args:
            dim: length D of a key, at least 1.
            size: how many keys it can hold, at least 1.
        """
        ### BEGIN SOLUTION
        super().__init__()
        self.register_buffer("memory", torch.zeros(size, dim))
        self.register_buffer("count", torch.zeros((), dtype=torch.long))  # keys that have ever come
        ### END SOLUTION

    def enqueue(self, keys: Tensor) -> None:
        """Store keys over the oldest ones.

        Args:
            keys: features of any norm, shape (B, D), the oldest first; they may carry a graph. B may be anything, larger
                than the queue too: then the last `size` keys stay. The tensor itself is left unchanged, and may be
                written over by the caller later.
        """
        ### BEGIN SOLUTION
        size = len(self.memory)
        slots = (self.count + torch.arange(len(keys), device=self.memory.device)) % size  # (B,)
        self.memory[slots[-size:]] = F.normalize(keys.detach()[-size:], dim=1).to(self.memory)
        self.count += len(keys)
        ### END SOLUTION

    def keys(self) -> Tensor:
        """The valid keys.

        Returns:
            keys of norm 1 without a graph, shape (n, D) with n <= size, in any order; (0, D) when nothing has come yet.
        """
        ### BEGIN SOLUTION
        num_valid = min(int(self.count), len(self.memory))
        return self.memory[:num_valid].clone()  # a copy: the next enqueue must not change what a loss was made with
        ### END SOLUTION


# %% check="MoCoQueue" points=12
check(MoCoQueue)

# %% [markdown]
# ### 2.3 `moco_loss` (8 points)
#
# InfoNCE, with the keys of the queue as negatives:
#
# $$L = -\frac1B \sum_{i=1}^{B} \log
# \frac{\exp(q_i \cdot k_i/\tau)}{\exp(q_i \cdot k_i/\tau) + \sum_{j=1}^{n} \exp(q_i \cdot \text{queue}_j/\tau)}$$
#
# One thing is new. Keys are *targets*: the loss moves the query towards its key, and never a key towards its query. No
# gradient may flow to `key` or to `queue_keys`, even if they come with a graph.
#
# | | shape | |
# |---|---|---|
# | `query` | (B, D) | from encoder_q, any norm |
# | `key` | (B, D) | from encoder_k, any norm; row i is the positive of query i |
# | `queue_keys` | (n, D) | from `MoCoQueue.keys()` |
# | result | 0-d | mean over the batch |
#
# Source: He et al., 2020, eq. 1 and algorithm 1.
#
# *Easy, 15 minutes.* Traps: the batch's other keys are not among the negatives; the query must keep its gradient.
#
# <details><summary>Hint</summary>
#
# You have written this loss already. What is left is to cut two of its inputs off from the graph: every tensor has a
# method for that.
#
# </details>


# %% exercise="moco_loss"
def moco_loss(query: Tensor, key: Tensor, queue_keys: Tensor, temperature: float) -> Tensor:
    """InfoNCE of each query's own key against the keys of the queue.

    Args:
        query: features from encoder_q, of any norm, shape (B, D).
        key: features from encoder_k, of any norm, shape (B, D); row i belongs to query i.
        queue_keys: the keys of earlier batches, shape (n, D).
        temperature: divides the cosines; positive, down to 0.005.

    Returns:
        the mean over the batch, a 0-d tensor with the dtype and device of query. Its gradient reaches the query, and
        neither key nor queue_keys. No input is changed.

    Source: He et al. (MoCo), 2020, eq. 1 and algorithm 1.
    """
    ### BEGIN SOLUTION
    return info_nce(query, key.detach(), queue_keys.detach(), temperature)
    ### END SOLUTION


# %% check="moco_loss" points=8
check(moco_loss)

# %% [markdown]
# ### 2.4 `moco_step` (12 points)
#
# One step of training puts everything together. The order is that of algorithm 1 in the paper:
#
# 1. **loss**: encode both views, `view_q` with encoder_q and `view_k` with encoder_k, and compare with the keys that are
#    in the queue *now*;
# 2. **update of q**: one step of the optimizer, on the gradient of this loss alone;
# 3. **momentum update of k**, towards encoder_q as it is now;
# 4. **enqueue** the keys that the loss was made with.
#
# The order matters. If the batch joined the queue before the loss, each query would meet its own key among the
# negatives, and would be told at once to come closer and to go away. (MoCo's published code moves encoder_k first of all;
# that works as well, but gives other numbers. Follow the list.)
#
# | | | |
# |---|---|---|
# | `encoder_q`, `encoder_k` | modules (B, …) → (B, D) | both change |
# | `queue` | a `MoCoQueue` | gets B keys more; it may be empty at first, and then the loss is 0 |
# | `optimizer` | holds the parameters of encoder_q | one step |
# | `view_q`, `view_k` | (B, …) | row i of both shows the same image |
# | result | float | the loss of item 1 |
#
# Source: He et al., 2020, algorithm 1.
#
# *Medium, 30 minutes.* Traps: gradients that are left from the step before add up; the pass through encoder_k needs no
# graph, and recording one costs half of the memory; the loss is returned as a Python float: a tensor would keep its
# step's whole graph alive for as long as you keep the number.
#
# <details><summary>Hint 1</summary>
#
# Nine or ten lines, in the order of the list. Clear the optimizer's gradients at some point before `backward`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The keys that join the queue at the end are the tensor you made in item 1. Don't encode anything twice.
#
# </details>


# %% exercise="moco_step"
def moco_step(
    encoder_q: nn.Module,
    encoder_k: nn.Module,
    queue: MoCoQueue,
    optimizer: torch.optim.Optimizer,
    view_q: Tensor,
    view_k: Tensor,
    m: float,
    temperature: float,
) -> float:
    """One step of MoCo: loss, update of encoder_q, momentum update of encoder_k, enqueue; in this order.

    Args:
        encoder_q: maps a view to features (B, D); trained by the optimizer.
        encoder_k: the same layers; moved by momentum alone, frozen or not. No graph is left on it.
        queue: the keys of earlier batches; read before this batch's keys join it.
        optimizer: holds encoder_q's parameters; it takes one step.
        view_q: one view of each image, shape (B, ...). It is left unchanged, as is view_k.
        view_k: another view of the same images, in the same order, shape (B, ...).
        m: how much of encoder_k is kept, in [0, 1].
        temperature: of the loss; positive.

    Returns:
        the loss before the update, as a Python float.

    Source: He et al. (MoCo), 2020, algorithm 1.
    """
    ### BEGIN SOLUTION
    query = encoder_q(view_q)  # (B, D)
    with torch.no_grad():
        key = encoder_k(view_k)  # (B, D)
    loss = moco_loss(query, key, queue.keys(), temperature)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()
    ### END SOLUTION


# %% check="moco_step" points=12
check(moco_step)

# %% [markdown]
# ## MoCo at work
#
# A world small enough for a processor, in which we know what there is to learn. Each image is a **dial** with one hand.
# Two views of a dial show nearly the same angle, each with an error of σ = 0.2 (11 degrees), and everything else is
# drawn anew: where the dial lies, how bright it is, its noise. No one tells the encoder that there are angles.


# %%
JITTER = 0.2  # radians
SIDE, HAND = 16, 6.0  # pixels


def draw_dials(angles: Tensor, rng: torch.Generator) -> Tensor:
    """Images (B, 1, 16, 16) of dials whose hands stand at angles (B,); place, brightness and noise come from rng."""
    batch = len(angles)
    center = (SIDE - 1) / 2 + 4 * torch.rand(batch, 1, 1, 2, generator=rng) - 2
    grid = torch.stack(torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="xy"), dim=-1)  # (16, 16, 2)
    offset = grid - center  # (B, 16, 16, 2)
    hand = point_to(angles)[:, None, None]  # (B, 1, 1, 2)
    along = (offset * hand).sum(dim=-1, keepdim=True).clamp(0, HAND)  # nearest point of the hand to each pixel
    ink = torch.exp(-(offset - along * hand).square().sum(dim=-1))  # (B, 16, 16)
    brightness = 0.5 + torch.rand(batch, 1, 1, generator=rng)
    images = brightness * ink + 0.1 * torch.randn(batch, SIDE, SIDE, generator=rng)
    return images[:, None].to(DEVICE)


def draw_views(batch: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two views (B, 1, 16, 16) of each of `batch` new dials."""
    angles = 2 * math.pi * torch.rand(batch, generator=rng)
    errors = JITTER * torch.randn(2, batch, generator=rng)
    return draw_dials(angles + errors[0], rng), draw_dials(angles + errors[1], rng)


def show_views(count: int) -> None:
    """The two views of some dials, one above the other."""
    pairs = draw_views(count, torch.Generator().manual_seed(6))
    figure, axes = plt.subplots(2, count, figsize=(9, 2.5), layout="constrained")
    for row, (views, name) in enumerate(zip(pairs, ("view_q", "view_k"), strict=True)):
        axes[row, 0].set_ylabel(name)
        for axis, view in zip(axes[row], views.cpu(), strict=True):
            axis.imshow(view[0], cmap="gray", vmin=-0.2, vmax=1.4)
            axis.set(xticks=[], yticks=[])
    figure.suptitle("two views of eight dials")
    plt.show()


show_views(8)

# %% [markdown]
# The encoder is a small network with D = 8 outputs. First a **preflight** on two tiny batches: it finds a wrong device, a
# loss that is not finite, or a gradient that does not arrive in a second, and not after an hour of training.

# %%
DIM, QUEUE_SIZE, BATCH, STEPS = 8, 1024, 128, 1000
M, TEMPERATURE, LEARNING_RATE = 0.999, 0.1, 3e-3


def make_encoder() -> nn.Module:
    """(B, 1, 16, 16) -> (B, D)."""
    layers = [nn.Linear(SIDE * SIDE, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, DIM)]
    return nn.Sequential(nn.Flatten(), *layers).to(DEVICE)


def start_moco(queue_size: int, rng: torch.Generator) -> tuple[nn.Module, nn.Module, MoCoQueue, torch.optim.Optimizer]:
    """encoder_q, encoder_k as a frozen copy of it, a queue filled with first keys, and the optimizer."""
    encoder_q = make_encoder()
    encoder_k = deepcopy(encoder_q).requires_grad_(False)
    queue = MoCoQueue(DIM, queue_size).to(DEVICE)
    queue.enqueue(encoder_k(draw_views(queue_size, rng)[1]))
    return encoder_q, encoder_k, queue, torch.optim.Adam(encoder_q.parameters(), lr=LEARNING_RATE)


def fly_before() -> None:
    """Two steps on two pairs each; AssertionError with a sentence if the training path is broken."""
    rng = torch.Generator().manual_seed(7)
    encoder_q, encoder_k, queue, optimizer = start_moco(4, rng)
    before = [deepcopy(encoder.state_dict()) for encoder in (encoder_q, encoder_k)]
    losses = [moco_step(encoder_q, encoder_k, queue, optimizer, *draw_views(2, rng), M, TEMPERATURE) for _ in range(2)]
    assert all(map(math.isfinite, losses)), f"the losses are {losses}"
    assert queue.keys().shape == (4, DIM), f"the queue should be full, but keys() has shape {tuple(queue.keys().shape)}"
    for name, encoder, state in zip("qk", (encoder_q, encoder_k), before, strict=True):
        still = [key for key, value in encoder.state_dict().items() if torch.equal(value, state[key])]
        assert not still, f"encoder_{name} did not move in {', '.join(still)}"
    print(f"Ready: on {DEVICE}, two steps with losses {losses[0]:.2f} and {losses[1]:.2f} moved both encoders.")


fly_before()

# %% [markdown]
# Now the training itself, three times, a few seconds each on one processor core: with a slow key encoder (m = 0.999, as
# in the paper), with one ten times as fast, and with a plain copy (m = 0). After each run we ask the trained encoders
# once more, with *fresh* candidates that encoder_k makes here and now, in place of the queue.


# %%
def train_moco(m: float, seed: int) -> tuple[nn.Module, nn.Module, list[float]]:
    """encoder_q and encoder_k after training, and the loss of each step."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    encoder_q, encoder_k, queue, optimizer = start_moco(QUEUE_SIZE, rng)
    losses = []
    progress = tqdm(range(STEPS), desc=f"MoCo, m = {m}")
    for step in progress:
        losses.append(moco_step(encoder_q, encoder_k, queue, optimizer, *draw_views(BATCH, rng), m, TEMPERATURE))
        if step % 50 == 49:
            progress.set_postfix(loss=f"{sum(losses[-50:]) / 50:.3f}")
    return encoder_q, encoder_k, losses


@torch.no_grad()
def measure_fresh_bound(encoder_q: nn.Module, encoder_k: nn.Module, rounds: int = 20) -> float:
    """The bound with candidates that encoder_k makes now."""
    rng = torch.Generator().manual_seed(8)
    bounds = []
    for _ in range(rounds):
        view_q, view_k = draw_views(BATCH, rng)
        others = draw_views(QUEUE_SIZE, rng)[1]
        loss = info_nce(encoder_q(view_q), encoder_k(view_k), encoder_k(others), TEMPERATURE)
        bounds.append(float(mutual_information_bound(loss, 1 + QUEUE_SIZE)))
    return sum(bounds) / rounds


def measure_training_bound(losses: list[float]) -> float:
    """The bound from the losses of the last 100 steps."""
    return mutual_information_bound(sum(losses[-100:]) / 100, 1 + QUEUE_SIZE)


EXPECTED = {  # over five seeds, with a margin
    0.999: "1.55 to 1.65 and the same afresh",
    0.99: "1.70 to 2.00, and 1.50 to 1.60 afresh",
    0.0: "0.00 to 0.05 and the same afresh",
}
encoders, losses, bounds = {}, {}, {}
for m, expected in EXPECTED.items():
    encoder_q, encoder_k, losses[m] = train_moco(m, seed=0)
    encoders[m], bounds[m] = encoder_q, (measure_training_bound(losses[m]), measure_fresh_bound(encoder_q, encoder_k))
    print(f"m = {m}: bound {bounds[m][0]:.2f} in training, {bounds[m][1]:.2f} afresh; expected {expected}")


# %%
def show_training(
    losses: dict[float, list[float]], bounds: dict[float, tuple[float, float]], smoothing: int = 20
) -> None:
    """The bound during training for each m, and at its end with the queue and with fresh candidates."""
    truth = find_true_information(JITTER)
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=(1.6, 1), sharey=True, layout="constrained")
    for number, (m, color) in enumerate(zip(losses, (BLUE, ORANGE, GREY), strict=True)):
        smooth = torch.tensor(losses[m]).reshape(-1, smoothing).mean(dim=1)
        steps = torch.arange(len(smooth)) * smoothing
        left.plot(steps, mutual_information_bound(smooth, 1 + QUEUE_SIZE), color=color, label=f"m = {m}")
        in_training, afresh = bounds[m]
        right.bar(number - 0.2, in_training, width=0.36, color=color)
        right.bar(number + 0.2, afresh, width=0.36, color=color, alpha=0.45)
    for axes in (left, right):
        axes.axhline(truth, color=GREEN, linestyle="--")
        axes.spines[["top", "right"]].set_visible(False)
    right.text(2.4, truth - 0.04, "true mutual\ninformation", color=GREEN, ha="right", va="top")
    left.set(xlabel="step", ylabel="nats", title="bound log N − L during training", ylim=(-0.1, 2.2))
    left.legend(frameon=False, loc="center right")
    right.set(title="queue (dark), fresh candidates (pale)")
    right.set_xticks(range(len(bounds)), [f"m = {m}" for m in bounds])
    plt.show()


show_training(losses, bounds)

# %% [markdown]
# And the features. The encoder was never told about angles; the colour is for us. Dials that are neighbours in feature
# space should differ by about 3 degrees after training; before, it is 30 to 50 degrees.


# %%
@torch.no_grad()
def encode_dials(encoder: nn.Module, count: int = 1000) -> tuple[Tensor, Tensor]:
    """Angles (count,) of new dials and their normalised features (count, D), on the processor."""
    rng = torch.Generator().manual_seed(9)
    angles = 2 * math.pi * torch.rand(count, generator=rng)
    return angles, F.normalize(encoder(draw_dials(angles, rng)), dim=1).cpu()


def measure_neighbours(angles: Tensor, features: Tensor) -> float:
    """Median difference in degrees between the angle of a dial and that of its nearest neighbour among the features."""
    nearest = (features @ features.T).fill_diagonal_(-1).argmax(dim=1)
    difference = angles - angles[nearest]
    return math.degrees(torch.atan2(difference.sin(), difference.cos()).abs().median())


def show_features(encoders: dict[str, nn.Module]) -> None:
    """The two principal components of the features, coloured by the angle of the hand."""
    figure, axes = plt.subplots(1, len(encoders), figsize=(9, 4), layout="constrained")
    for axis, (name, encoder) in zip(axes, encoders.items(), strict=True):
        angles, features = encode_dials(encoder)
        centered = features - features.mean(dim=0)
        plane = torch.linalg.svd(centered, full_matrices=False).Vh[:2]  # (2, D)
        dots = axis.scatter(*(centered @ plane.T).T, c=angles, cmap="twilight", vmin=0, vmax=2 * math.pi, s=8)
        title = f"{name}\nnearest neighbours differ by {measure_neighbours(angles, features):.0f}°"
        axis.set(title=title, aspect="equal", xticks=[], yticks=[])
    figure.colorbar(dots, ax=axes, label="angle of the hand (radians)", shrink=0.8)
    plt.show()


torch.manual_seed(0)
show_features({"before training": make_encoder(), f"trained, m = {M}": encoders[M]})

# %% [markdown]
# **What you should see.** With m = 0.999 the bound rises to about 1.6 nats and stays just below the truth of 1.68: the
# encoder has found nearly all that the views share, and the features have become a closed curve along which the angle
# runs once. With m = 0 nothing is learnt. With m = 0.99 something odd happens, and question 2.5 asks you what.
#
# The MoCo of the paper trains the same way: a ResNet-50 in the place of the small network, random crops and colours in
# the place of place and brightness, K = 65536, m = 0.999, a temperature of 0.07, and 200 epochs of ImageNet.

# %% [markdown]
# ### 2.5 What the queue costs (4 points, written)
#
# Answer in five to ten sentences:
#
# 1. Somebody enqueues the batch *before* computing the loss. What does each query find among its negatives, and what
#    does the loss ask of it?
# 2. Why is no gradient sent to the keys of the queue? Give a reason of memory, and one of what the gradient would mean.
# 3. With m = 0 the run above never gets going. What is wrong with the keys in the queue then? And what would m = 1 do?
# 4. At m = 0.99 the bound in training goes *above* the true mutual information; with fresh candidates it does not. A
#    theorem has not broken. Which of its assumptions has, and by what does a query know its positive, besides the angle?
#
# *Medium, 20 minutes.*

# %% [markdown] written="written_queue" points=4
# ### BEGIN SOLUTION
# **Model answer.** (1) It finds its own key, and the loss asks it to come closer to this key, as the positive, and to go
# away from the very same key, as a negative. The two pull against each other, the loss cannot go below log 2, and the
# features learn less. (2) To backpropagate into a key, the activations of the encoder's pass that made it have to be
# kept: for K keys, that is the memory of a batch of K, which the queue was to spare us. And the encoder that made an old
# key is gone: a gradient at its old parameters says little about where the present ones should go. (3) With m = 0 every
# batch in the queue was made by another encoder, as it was one step, two steps, … ago. The keys cannot be compared with
# each other: they differ by age more than by what they show, and each update moves the target that the next one aims at.
# With m = 1 encoder_k stays what it was at the start: keys are consistent, but random features, and encoder_q can learn
# no more than to predict those. (4) The bound assumes that the negatives come from the same distribution as the
# positive. Here the positive is made by encoder_k as it is now, and the negatives by what it was one to eight batches
# ago. If the features drift, a query can tell its positive by its freshness. That lowers the loss without any
# information about the angle; with m = 0.999 encoder_k hardly moves in eight steps, and the effect is gone.
#
# **Marks**, one point each:
# - its own key is both positive and negative, so it is pulled and pushed at once;
# - memory of the passes that made the keys, *and* the parameters that made them are out of date (half a point each);
# - m = 0: keys of different encoders cannot be compared (half a point); m = 1: the key encoder never learns (half);
# - negatives are not distributed like the positive, since they are older (half a point); the query uses age, or drift
#   of the encoder, as a clue (half).
# ### END SOLUTION

# %% [markdown]
# ## Hand in
#
# **Save the notebook** (Ctrl+S), then run the cell below. It packs the notebook, and what you trained if the homework
# asks for it, into one zip. Then it opens that zip in a fresh process, finds your definitions in it as the grader does,
# and runs every check once more. Read what it says: a definition that lives only in this kernel is missing there.
# Nothing is sent anywhere; upload the zip yourself, as often as you like.

# %%
from homework.submission import hand_in

archive = hand_in("hw4_contrastive")
