# %% [markdown]
# # Homework 2: Generative adversarial networks

# %% [markdown]
# {{ colab_badge }}

# %% [markdown]
# You write the game between two networks from its losses upwards, let one of them learn to draw clothes from the other's
# criticism alone, and see what goes wrong when the two do not match.
#
# | part | what you write | points: by the grader + by hand | time |
# |---|---|---|---|
# | 1. The game | three losses, stable in float32 | 17 + 4 | 1½ hours |
# | 2. Playing it | a step for each player, and the loop | 21 | 1½ hours |
# | 3. DCGAN | initialisation, generator, discriminator; nearest neighbours | 22 | 1½ hours |
# | 4. Real images | a trained generator, and what you see in it | 8 + 4 | 1 hour, and the training |
# | | | **68 + 8** | **5½ hours** |
# | 5. WGAN, extra credit | critic, clipping, gradient penalty | 14 | 1 hour |
# | 6. BEGAN, extra credit | two losses in balance | 8 | ½ hour |
# | 7. Parts of BigGAN, extra credit | hinge loss, truncation, orthogonality, conditional batch norm | 20 | 1½ hours |
#
# **How it works.** Every exercise has a stub that raises `NotImplementedError`: put your code in its place. The cell
# below each stub checks it on small inputs. Green is right. Red says what it *saw*, asks a question to *think* about,
# and names what to *read*; when your answer is a common mistake, it tells you which one. The grader uses other inputs
# and more of them, and calls your functions alone: names, argument order and docstrings are the contract. Helpers,
# constants and tables may stand in whatever cell you like: with an answer the grader runs the lines that it needs,
# and no others.
#
# **What you hand in.** The zip that the last cell packs: this notebook, `hw2_gan.ipynb`, with the checks of parts 1 to 3
# green and both written questions (1.4 and 4.4) answered, and the generator that you trained. Parts 5 to 7 are a choice.
#
# **What it runs on.** Parts 1 to 3 run on a laptop in a minute. Part 4 trains on a GPU (`RUN = "full"`), or in a few
# minutes on a processor (`RUN = "quick"`): the same cells, smaller networks, and full points for both.
#
# **What the grader has.** {{ grader_has }} An answer
# that needs newer Python or another library gets no points; the last cell tells you, before you hand in.
#
# **What holds for every exercise**, unless its docstring says otherwise. Any batch size works, 1 as well, and no two sizes
# need be equal; an empty batch need not work. Floating-point results have the dtype of what was handed in (float32 or
# float64), labels and indices are long, and everything stays on the device it came on, a GPU or the processor. What is
# handed in is not changed: values, `requires_grad`, `.grad`. A loss is a 0-d tensor that can be differentiated; of other
# results the docstring says whether they can. Nothing is drawn at random inside.
#
# **Letters for shapes.** B batch · B' another batch, which may have another size · C channels · H, W height and width ·
# D dimension of a point · N number of training images.

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
import math
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import matplotlib.pyplot as plt
import torch.nn.functional as F
from IPython.display import display
from torch import Tensor, nn
from torch.optim import Optimizer

from homework import checks, plots
from homework.plots import BLUE, GREEN, GREY, ORANGE

check = checks.of("hw2_gan")

# %% [markdown]
# The two switches of this notebook. `RUN` takes what the machine has unless you say otherwise; what it changes stands
# in a table in part 4. `DATA` is for later: come back to CIFAR-10 when everything is done.
# (A third run, `dry`, takes a few steps of everything: it shows that all cells run, and nothing else.)

# %%
RUN = os.environ.get("RUN") or ("full" if DEVICE.type == "cuda" else "quick")
DATA = "fashion_mnist"  # or "cifar10", the long run

if DEVICE.type == "cpu":
    torch.set_num_threads(1)  # networks this small only get slower when several cores share them

# %% [markdown]
# ## The idea
#
# A forger paints, a detective says which pictures are forged. Each learns from the other: the detective from the forger's
# pictures, the forger from what the detective noticed. If both are good pupils, the pictures end up so good that the
# detective can only toss a coin. No one ever told the forger what a picture should look like.
#
# The forger is the **generator** G. It turns noise $z \sim \mathcal N(0, I)$ into an image $G(z)$, in one pass. The
# detective is the **discriminator** D, a classifier of two classes: is this image real, or made? The gradient of its answer
# flows back *through the image* into the generator. So the discriminator is a loss function that nobody had to write down.
#
# | | VAE | diffusion (homework 1) | GAN |
# |---|---|---|---|
# | what says that a sample is good | a reconstruction of the very image | the noise that was really added | another network, which learns too |
# | trained by | a bound on log p(x), which is minimised | the same bound, a regression | a game: no number falls from start to end |
# | knows p(x) | a bound on it | a bound on it | no: it can sample, and that is all |
# | one sample costs | one pass | T passes | one pass |
# | known for | blur | patience | sharp images; dropped modes, lost balance |


# %%
def draw_box(axes: plt.Axes, place: tuple[float, float], text: str, color: str) -> None:
    style = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": color, "linewidth": 1.6}
    axes.text(*place, text, ha="center", va="center", bbox=style, fontsize=9)


def draw_arrow(axes: plt.Axes, start: tuple[float, float], end: tuple[float, float], color: str, bend: float = 0):
    style = {"arrowstyle": "-|>", "color": color, "linewidth": 1.4, "connectionstyle": f"arc3,rad={bend}"}
    axes.annotate("", end, start, arrowprops=style)


def show_the_game() -> None:
    """Who sees what (grey arrows), and whom each loss teaches (orange)."""
    _, axes = plt.subplots(figsize=(10, 3.4), layout="constrained")
    boxes = {"noise\nz": (0, 0, GREEN), "generator\nG": (2, 0, BLUE), "made image\nG(z)": (4.2, 0, GREY)}
    boxes |= {"real image\nx": (4.2, 1.6, GREY), "discriminator\nD": (6.6, 0.8, BLUE), "logit": (8.6, 0.8, GREY)}
    for text, (x, y, color) in boxes.items():
        draw_box(axes, (x, y), text, color)
    for start, end in (((0.4, 0), (1.4, 0)), ((2.6, 0), (3.5, 0)), ((4.9, 0.1), (5.9, 0.6))):
        draw_arrow(axes, start, end, GREY)
    for start, end in (((4.9, 1.5), (5.9, 1.0)), ((7.3, 0.8), (8.3, 0.8))):
        draw_arrow(axes, start, end, GREY)
    draw_arrow(axes, (8.6, 1.2), (6.6, 1.3), ORANGE, bend=0.45)
    draw_arrow(axes, (8.6, 0.4), (2.0, -0.42), ORANGE, bend=-0.22)
    notes = {"D learns: real up, made down": (7.6, 2.05), "G learns, through D and the image: made up": (5.9, -0.98)}
    for text, (x, y) in notes.items():
        axes.text(x, y, text, color=ORANGE, ha="center", va="center", fontsize=9)
    axes.set(xlim=(-0.7, 9.3), ylim=(-1.2, 2.3))
    axes.axis("off")
    plt.show()


show_the_game()

# %% [markdown]
# # Part 1: The game
#
# Source for parts 1 and 2: Goodfellow et al., *Generative Adversarial Nets* (GAN), 2014. One formula holds the whole game:
#
# $$\min_G \max_D\; V(D, G) = \mathbb E_{x \sim p}\bigl[\log D(x)\bigr] + \mathbb E_{z}\bigl[\log(1 - D(G(z)))\bigr]
# \qquad \text{(eq. 1)}$$
#
# $D(x)$ is the probability, in the discriminator's opinion, that x is real. Read it as a binary cross-entropy with its sign
# turned, with label 1 for real and 0 for made, and nothing in it is new. New is that the second term has two players
# pulling at it.
#
# **How we count.** Here D gives a **logit** $l$, any real number, and the probability is its sigmoid
# $\sigma(l) = 1 / (1 + e^{-l})$. Every loss is something to *minimise*. Every expectation is a mean over its own batch.
#
# ### 1.1 `discriminator_loss` (8 points)
#
# The discriminator maximises V, so it minimises
#
# $$L_D = -\,\mathbb E_x \log D(x) - \mathbb E_z \log(1 - D(G(z))).$$
#
# As a formula it is one line of code. As code it has a trap that has ended many trainings. A discriminator that is sure of
# itself gives large logits, and float32 knows no number between 0.99999994 and 1: from $l = 17$ on, $1 - \sigma(l)$ is
# exactly 0, and its logarithm $-\infty$. The gradient becomes NaN, and one step later so do all weights. But
# $-\log(1 - \sigma(l)) = \log(1 + e^{l})$ is no problem at all: for $l = 200$ it is 200. You only have to ask for it in a
# way that never computes the sigmoid. This function is called **softplus**, and its twin is
# $-\log\sigma(l) = \mathrm{softplus}(-l)$.
#
# | | shape | |
# |---|---|---|
# | `logits_real` | (B,) or (B, 1) | for real images |
# | `logits_fake` | (B',) or (B', 1) | for made images; B' may differ from B |
# | result | 0-d | the **sum** of two means |
#
# Some codes take half of it. With ours, a discriminator that always says “½” has a loss of $2 \log 2 \approx 1.386$: the
# number to know when you watch a GAN train.
#
# Source: Goodfellow et al., 2014, eq. 1.
#
# *Medium, 20 minutes.* Traps: each mean over its own batch, which one mean over both together is not if B' ≠ B; logits may
# come as (B, 1) and (B',) together; value *and gradient* have to be right at ± 200, and at 0.
#
# <details><summary>Hint 1</summary>
#
# Which of the two terms is a cross-entropy with the label 1, and which one with 0?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `F.softplus`, `F.logsigmoid` and `F.binary_cross_entropy_with_logits` are all made for this. Choose the one that you could
# explain to somebody.
#
# </details>


# %% exercise="discriminator_loss"
def discriminator_loss(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """What the discriminator minimises: -E log D(x) - E log(1 - D(G(z))), the sum of its two terms.

    Args:
        logits_real: D's logits for real images, shape (B,) or (B, 1); D(x) is their sigmoid.
        logits_fake: D's logits for generated images, shape (B',) or (B', 1), same dtype; B' may differ from B.

    Returns:
        a 0-d tensor; each expectation is a mean over its own batch. Value and gradient are finite and right for logits
        from -200 to 200, at exactly 0 as well.

    Source: Goodfellow et al. (GAN), 2014, eq. 1.
    """
    ### BEGIN SOLUTION
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()
    ### END SOLUTION


# %% check="discriminator_loss" points=8
check(discriminator_loss)

# %% [markdown]
# ### 1.2 `generator_loss` (5 points)
#
# The generator wants the second term small. But look at when it needs help most: in the beginning, when its images are so
# bad that D rejects them all. There $\log(1 - D(G(z)))$ is flat. So the paper gives it another loss with the same wish,
# which is steep just there:
#
# $$L_G = -\,\mathbb E_z \log D(G(z)) \qquad \text{(non-saturating)}$$
#
# “Be taken for real”, in the place of “do not be found out”. It is what everybody uses, and what we mean by *the* generator
# loss from now on.
#
# | | shape | |
# |---|---|---|
# | `logits_fake` | (B,) or (B, 1) | for made images |
# | result | 0-d | mean over the batch |
#
# Source: Goodfellow et al., 2014, section 3, last paragraph.
#
# *Easy, 10 minutes.* Trap: the same as above; here large *negative* logits are the dangerous ones, and the usual ones.


# %% exercise="generator_loss"
def generator_loss(logits_fake: Tensor) -> Tensor:
    """What the generator minimises in practice, the non-saturating loss: -E log D(G(z)).

    Args:
        logits_fake: D's logits for generated images, shape (B,) or (B, 1); D(G(z)) is their sigmoid.

    Returns:
        a 0-d tensor, the mean over the batch. Value and gradient are finite and right for logits from -200 to 200, at
        exactly 0 as well.

    Source: Goodfellow et al. (GAN), 2014, section 3.
    """
    ### BEGIN SOLUTION
    return F.softplus(-logits_fake).mean()
    ### END SOLUTION


# %% check="generator_loss" points=5
check(generator_loss)

# %% [markdown]
# ### 1.3 `saturating_generator_loss` (4 points)
#
# And this is what eq. 1 says, so that you can compare:
#
# $$L_G^\text{minimax} = \mathbb E_z \log(1 - D(G(z))) \qquad \text{(saturating)}$$
#
# It is never positive. Minimising it makes it *more* negative, without bound.
#
# | | shape | |
# |---|---|---|
# | `logits_fake` | (B,) or (B, 1) | for made images |
# | result | 0-d | mean over the batch, at most 0 |
#
# Source: Goodfellow et al., 2014, eq. 1.
#
# *Easy, 5 minutes.* Trap: the sign. This is a term of $L_D$, turned around.


# %% exercise="saturating_generator_loss"
def saturating_generator_loss(logits_fake: Tensor) -> Tensor:
    """What the generator minimises in the minimax game: E log(1 - D(G(z))).

    Args:
        logits_fake: D's logits for generated images, shape (B,) or (B, 1); D(G(z)) is their sigmoid.

    Returns:
        a 0-d tensor, the mean over the batch, at most 0. Value and gradient are finite and right for logits from -200 to
        200, at exactly 0 as well.

    Source: Goodfellow et al. (GAN), 2014, eq. 1.
    """
    ### BEGIN SOLUTION
    return -F.softplus(logits_fake).mean()
    ### END SOLUTION


# %% check="saturating_generator_loss" points=4
check(saturating_generator_loss)

# %% [markdown]
# **Try it.** Both losses, and what matters in training: the gradient with respect to the logit, from autograd.


# %%
def slopes(loss: Callable[[Tensor], Tensor], logits: Tensor) -> tuple[Tensor, Tensor]:
    """Value and derivative of a generator's loss for each logit by itself, both (N,)."""
    logits = logits.clone().requires_grad_()
    values = torch.stack([loss(logit[None]) for logit in logits])
    (gradient,) = torch.autograd.grad(values.sum(), logits)
    return values.detach(), gradient


def show_generator_losses() -> None:
    """The two losses of the generator against D's logit for its image, and how strongly each one pulls."""
    logits = torch.linspace(-10, 10, 201)
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
    for loss, color, name in (
        (generator_loss, BLUE, "non-saturating"),
        (saturating_generator_loss, ORANGE, "saturating"),
    ):
        values, gradient = slopes(loss, logits)
        left.plot(logits, values, color=color, label=name)
        right.plot(logits, gradient.abs(), color=color, label=name)
    left.set(title="loss of the generator", xlabel="logit of a made image")
    right.set(title="size of its gradient", xlabel="logit of a made image", yscale="log")
    for axes in (left, right):
        axes.axvspan(-10, -4, color=GREY, alpha=0.15, linewidth=0)
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    right.text(-9.7, 0.3, "D is sure:\nmade", color=GREY, va="top")
    plt.show()


show_generator_losses()

# %% [markdown]
# **What you should see.** Both fall as the logit grows: they want the same. But where D is sure that an image is made
# (grey), the saturating loss has a gradient of $\sigma(l)$, practically nothing, and the other one of $1 - \sigma(l)$,
# practically 1. You will measure in 4.2 what that means for a whole network.
#
# ## The best discriminator
#
# Fix the generator, and let q be the density of its images. For each x by itself, D has to choose one number that minimises
# $-p(x) \log D - q(x) \log(1 - D)$. Set the derivative to 0:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)} \qquad \text{(proposition 1)}$$
#
# So the best discriminator knows how many times likelier x is in the data than in the generator's output, and its logit is
# $\log p(x) - \log q(x)$. Put it into V, and the generator's game becomes
#
# $$V(D^*, G) = 2\, \mathrm{JS}(p \,\|\, q) - 2 \log 2 \qquad \text{(theorem 1)}$$
#
# with the **Jensen-Shannon divergence**
#
# $$\mathrm{JS}(p \,\|\, q) = \tfrac12\, \mathrm{KL}\bigl(p \,\|\, \tfrac{p + q}{2}\bigr) + \tfrac12\, \mathrm{KL}\bigl(q \,\|\, \tfrac{p + q}{2}\bigr).$$
#
# It is 0 only for p = q, and never more than log 2. Nobody computes a density here. The discriminator, a mere classifier,
# does it for us.
#
# **Try it** in one dimension, where p and q can be drawn. A small network is trained with your `discriminator_loss` on
# samples, and must find $D^*$.

# %%
from homework.training import Updater

GRID = torch.linspace(-6, 6, 1201, dtype=torch.float64)  # in float32, tails would be 0 and 0 / 0 come of it
CELL = (GRID[1] - GRID[0]).item()


def normal_density(x: Tensor, mean: float, deviation: float) -> Tensor:
    return torch.distributions.Normal(mean, deviation).log_prob(x).exp()


def js_divergence(p: Tensor, q: Tensor) -> float:
    """Jensen-Shannon divergence of two densities on GRID, in nats."""
    middle = (p + q) / 2
    return sum(torch.xlogy(side, side / middle).sum().item() * CELL / 2 for side in (p, q))


def train_judge_of_points(rng: torch.Generator, steps: int = 1500, batch: int = 512) -> nn.Module:
    """A network (B, 1) -> (B, 1) that tells points of p, two humps, from points of q, one."""
    network = nn.Sequential(nn.Linear(1, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))
    updater = Updater(network.parameters(), 5e-3, total=steps)
    for _ in range(steps):
        side = torch.randint(2, (batch, 1), generator=rng) * 3.0 - 1.5
        real = side + 0.6 * torch.randn(batch, 1, generator=rng)
        made = 0.8 + 1.2 * torch.randn(batch, 1, generator=rng)
        updater.update(discriminator_loss(network(real), network(made)))
    return network


p = (normal_density(GRID, -1.5, 0.6) + normal_density(GRID, 1.5, 0.6)) / 2
q = normal_density(GRID, 0.8, 1.2)
torch.manual_seed(0)
judge_of_points = train_judge_of_points(torch.Generator().manual_seed(1))
with torch.no_grad():
    logits = judge_of_points(GRID[:, None].float())[:, 0]
reached = ((p * F.softplus(-logits) + q * F.softplus(logits)).sum() * CELL).item()
print(f"loss of D, over p and q: {reached:.3f}; the best there can be is 2 log 2 - 2 JS = ", end="")
print(f"{2 * math.log(2) - 2 * js_divergence(p, q):.3f}")


# %%
def show_best_discriminator() -> None:
    """p, q, the best discriminator and the trained one; and how JS sees a generator that is far off."""
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
    left.fill_between(GRID, p, color=GREY, alpha=0.35, linewidth=0, label="p, data")
    left.fill_between(GRID, q, color=GREEN, alpha=0.35, linewidth=0, label="q, generator")
    left.plot(GRID, p / (p + q), color=BLUE, label="D* = p / (p + q)")
    left.plot(GRID, logits.sigmoid(), color=ORANGE, linestyle="--", label="D, trained")
    left.set(xlim=(-4, 4), ylim=(0, 1.05), title="the best discriminator", xlabel="x")
    shifts = torch.linspace(0, 5, 51)
    narrow = [normal_density(GRID, centre, 0.3) for centre in (-2.5, *(shifts - 2.5).tolist())]
    divergences = [js_divergence(narrow[0], other) for other in narrow[1:]]
    right.plot(shifts, divergences, color=BLUE, label="Jensen-Shannon")
    right.axhline(math.log(2), color=GREY, linestyle=":", linewidth=1)
    right.text(5, 0.705, "log 2", color=GREY, ha="right", va="bottom")
    right.plot(shifts, shifts / 5, color=ORANGE, linestyle="--", label="distance / 5")
    right.set(title="two narrow humps, moved apart", xlabel="distance", ylim=(0, 1.05))
    for axes in (left, right):
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_best_discriminator()

# %% [markdown]
# **What you should see.** Left, dashes on the blue line where there are points to learn from (and nonsense far outside).
# Right, the catch: once two densities no longer overlap, JS is log 2 *wherever* they are. A discriminator that is perfect
# tells the generator that it is wrong, and not in which direction to go. Part 5 replaces JS by something that grows with
# the distance.

# %% [markdown]
# ### 1.4 The game on paper (4 points, written)
#
# Answer in six to ten sentences:
#
# 1. Derive $D^*$: for one x, which number D minimises $-p \log D - q \log(1 - D)$? What is $L_D$ at this optimum if p = q, and what
#    does it come to if p and q do not overlap at all?
# 2. Suppose D is trained to its optimum before every step of the generator, as eq. 1 has it. What does G then minimise? Why can
#    the gradient vanish although G is far from good?
# 3. D gives all made images the logit −10. How large is the gradient of each of the two generator losses with respect to one
#    logit (before the mean over the batch)? Do the two losses want different generators?
# 4. A colleague computes `torch.log(1 - torch.sigmoid(l))` in float32. Her first thousand steps are fine, and then every weight is
#    NaN. What happened, at about which logit, and what does she write instead? Would clamping the probability to at most
#    $1 - 10^{-7}$ be as good?
#
# *Medium, 25 minutes.*

# %% [markdown] written="written_game" points=4
# ### BEGIN SOLUTION
# **Model answer.** (1) The derivative $-p / D + q / (1 - D)$ is 0 at $D = p / (p + q)$, and the second derivative is
# positive, so this is the minimum. If p = q then D* = ½ everywhere and $L_D = 2 \log 2 \approx 1.386$. Without overlap D*
# is 1 on the data and 0 on made images, and $L_D$ goes to 0. (2) $V(D^*, G) = 2\,\mathrm{JS}(p \| q) - 2 \log 2$, so G
# minimises the Jensen-Shannon divergence. Without overlap JS is log 2, a constant, however far the two are apart: its
# gradient is 0. D's logits are then so negative on all made images that $\sigma(l)$, the factor in front of the saturating
# loss's gradient, is practically 0. (3) Saturating: $-\sigma(-10) \approx -4.5 \cdot 10^{-5}$; non-saturating:
# $-(1 - \sigma(-10)) \approx -0.99995$, about twenty thousand times as much. Both decrease in the logit, so both pull made
# images to where D says “real”; for one image their gradients have the same direction and differ in length only. (Over a
# batch they weight images differently.) With both, p = q is the equilibrium. (4) As D becomes sure, $\sigma(l)$ rounds to
# 1; from about l = 17 on $1 - \sigma(l)$ is 0 in float32, the logarithm $-\infty$, and its gradient 0 · ∞ = NaN. Adam
# carries the NaN into every weight. She writes `-F.softplus(l)`, or a loss with logits. Clamping prevents the NaN but its
# gradient is 0 beyond the clamp: D stops learning from just those made images that it is most wrong about.
#
# **Marks**, one point each:
# - D* with a derivation (half); 2 log 2 and 0 (half);
# - JS, up to constants (half); JS is constant without overlap, or σ(l) ≈ 0 there (half);
# - both sizes, about 4.5e-5 and 1, signs may be missing (half); same wish, direction or equilibrium, another strength (half);
# - 1 − σ rounds to 0 near 17, log 0, then NaN (half); softplus or *with logits*, and clamping has a gradient of 0 (half).
# ### END SOLUTION

# %% [markdown]
# # Part 2: Playing it
#
# ### 2.1 `discriminator_step` (8 points)
#
# Algorithm 1 of the paper alternates. The discriminator moves, the generator stands still; then the other way round. Both
# moves need both networks, and each moves only one of them. That is the difficulty, and most bugs of GANs live here.
#
# The discriminator's move: make images from z, look at the real ones and at the made ones, compute $L_D$, and take one step
# of `optimizer_d`.
#
# | | shape | |
# |---|---|---|
# | `G`, `D` | modules | (B', z_dim) → images; images → logits |
# | `optimizer_d` | | holds D's parameters only |
# | `real` | (B, C, H, W) | real images; in the toy below points (B, 2) |
# | `z` | (B', z_dim) | given: the function draws nothing itself |
# | result | 0-d, or a float | $L_D$ before the update, without a graph |
#
# Two details. Call D on real and on made images *apart*: a batch norm in D normalises over whatever is in the batch, and a
# mixed batch would leak which is which. And gradients add up in PyTorch until somebody clears them: the generator's step
# leaves gradients on D, as they must pass through it, and these are none of D's business.
#
# Source: Goodfellow et al., 2014, algorithm 1.
#
# *Medium, 25 minutes.* Traps: a gradient left over from the step before; G's parameters must stay; the loss is returned
# without its graph, which would stay alive with it. (`detach()` is enough; for a Python float the processor waits until a GPU
# is done.)
#
# <details><summary>Hint 1</summary>
#
# Does this step need gradients of G at all? If not, do not record them: it is half the work.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The five lines of every training step, in this order: forward, loss, clear, backward, step.
#
# </details>


# %% exercise="discriminator_step"
def discriminator_step(G: nn.Module, D: nn.Module, optimizer_d: Optimizer, real: Tensor, z: Tensor) -> Tensor | float:
    """One update of the discriminator; the generator's parameters stay as they are.

    Both networks are in training mode, before, during and after the step, and all their parameters ask for gradients.
    Gradients (.grad) of earlier steps, of either player, play no part; what this step leaves of them, on either network,
    does not matter.

    Args:
        G: (B', z_dim) -> images.
        D: images -> logits, (B,) or (B, 1). It is called on real and fake images apart, so that batch norm sees one kind.
        optimizer_d: holds D's parameters; it takes one step along the gradient of the loss as it is.
        real: real images, shape (B, C, H, W).
        z: noise, shape (B', z_dim); this noise is used, and no other. B' may differ from B.

    Returns:
        the loss before the update, that of discriminator_loss, without a graph: a 0-d tensor (detached), or a Python
        float, for which the processor waits for a GPU.

    Source: Goodfellow et al. (GAN), 2014, algorithm 1.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        fake = G(z)
    loss = discriminator_loss(D(real), D(fake))
    optimizer_d.zero_grad()
    loss.backward()
    optimizer_d.step()
    return loss.detach()
    ### END SOLUTION


# %% check="discriminator_step" points=8
check(discriminator_step)

# %% [markdown]
# ### 2.2 `generator_step` (7 points)
#
# The generator's move: make images from z, ask D, compute $L_G$ (1.2, the non-saturating one), and take one step of
# `optimizer_g`. Here the gradient *has to* run through D into the image and on into G. D hands it through, and does not
# move.
#
# | | shape | |
# |---|---|---|
# | `G`, `D` | modules | as above |
# | `optimizer_g` | | holds G's parameters only |
# | `z` | (B, z_dim) | given |
# | result | 0-d, or a float | $L_G$ before the update, without a graph |
#
# Source: Goodfellow et al., 2014, algorithm 1 and section 3.
#
# *Medium, 15 minutes.* Traps: what was right for the other player is fatal here, since with images detached G learns
# nothing, and nothing complains; and gradients that are left over from an earlier step.


# %% exercise="generator_step"
def generator_step(G: nn.Module, D: nn.Module, optimizer_g: Optimizer, z: Tensor) -> Tensor | float:
    """One update of the generator with the non-saturating loss; the discriminator's parameters stay as they are.

    Both networks are in training mode, before, during and after the step, and all their parameters ask for gradients.
    Gradients (.grad) of earlier steps, of either player, play no part; what this step leaves of them, on either network,
    does not matter.

    Args:
        G: (B, z_dim) -> images.
        D: images -> logits, (B,) or (B, 1).
        optimizer_g: holds G's parameters; it takes one step along the gradient of the loss as it is.
        z: noise, shape (B, z_dim); this noise is used, and no other.

    Returns:
        the loss before the update, that of generator_loss, without a graph: a 0-d tensor (detached), or a Python float,
        for which the processor waits for a GPU.

    Source: Goodfellow et al. (GAN), 2014, algorithm 1 and section 3.
    """
    ### BEGIN SOLUTION
    loss = generator_loss(D(G(z)))
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.detach()
    ### END SOLUTION


# %% check="generator_step" points=7
check(generator_step)

# %% [markdown]
# ### 2.3 `train_gan` (6 points)
#
# One round: k steps of D, then one of G. Theory would like D to be at its optimum before each step of G, hence k. Practice
# mostly takes k = 1.
#
# | | | |
# |---|---|---|
# | `batches` | n·k tensors | real data: each step of D takes the next one |
# | `noises` | n·(k + 1) tensors | each step, of either player, takes the next one |
# | `k` | int, at least 1 | |
# | result | two lists | n k losses of D, n losses of G, in order: what the steps give back |
#
# With k = 2, `noises` are used as D D G, D D G, and so on.
#
# Source: Goodfellow et al., 2014, algorithm 1.
#
# *Easy, 20 minutes.* Traps: a new batch and new noise in *each* of the k steps; G moves at the end of a round, not at its
# start.
#
# <details><summary>Hint</summary>
#
# `iter(noises)` makes something of which `next(…)` gives one after the other. Then nobody has to count indices.
#
# </details>


# %% exercise="train_gan"
def train_gan(
    G: nn.Module,
    D: nn.Module,
    optimizer_g: Optimizer,
    optimizer_d: Optimizer,
    batches: Sequence[Tensor],
    noises: Sequence[Tensor],
    k: int,
) -> tuple[list[Tensor | float], list[Tensor | float]]:
    """Rounds of k discriminator steps and one generator step, until the batches are used up.

    Args:
        G: (B, z_dim) -> images.
        D: images -> logits.
        optimizer_g: holds G's parameters.
        optimizer_d: holds D's parameters.
        batches: n·k batches of real images, n at least 1; each discriminator step takes the next one. A list, a tuple,
            or a tensor with one more dimension in front; batches may be of unequal size.
        noises: n·(k + 1) batches of noise, a list, a tuple or a tensor; each step, of either player, takes the next one.
        k: discriminator steps for each generator step, at least 1.

    Returns:
        the discriminator's losses, n·k, and the generator's, n, in order: two lists (or tuples) of what the steps give
        back, 0-d tensors without a graph or Python floats. Batches and noises are as many as before.

    Source: Goodfellow et al. (GAN), 2014, algorithm 1.
    """
    ### BEGIN SOLUTION
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g
    ### END SOLUTION


# %% check="train_gan" points=6
check(train_gan)

# %% [markdown]
# ## A game in two dimensions
#
# Before images: points in the plane. The data are eight small clouds on a ring. Will the generator find all of them? The
# picture below grows while your `train_gan` runs. Grey are data, blue is what G makes.

# %%
MODES = 8
ANGLES = 2 * math.pi * torch.arange(MODES) / MODES
CENTRES = 2 * torch.stack([ANGLES.cos(), ANGLES.sin()], dim=1)  # (8, 2)


def draw_ring(count: int, rng: torch.Generator) -> Tensor:
    """Points (count, 2) in eight round clouds of deviation 0.05 on a ring of radius 2."""
    which = torch.randint(MODES, (count,), generator=rng)
    return CENTRES[which] + 0.05 * torch.randn(count, 2, generator=rng)


def small_network(inputs: int, outputs: int, hidden: int = 64) -> nn.Sequential:
    """Two hidden layers: enough for points."""
    layers = [nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, outputs)]
    return nn.Sequential(*layers)


@torch.no_grad()
def make_points(G: nn.Module, count: int = 1000) -> Tensor:
    """Points (count, 2) from noise that is always the same."""
    return G(torch.randn(count, 2, generator=torch.Generator().manual_seed(3)))


def count_modes(points: Tensor) -> tuple[int, float]:
    """How many clouds hold at least 1 % of the points within 0.2 of their centre, and the share of points in clouds."""
    distance, nearest = torch.cdist(points, CENTRES).min(dim=1)
    hits = torch.bincount(nearest[distance < 0.2], minlength=MODES)
    return int((hits >= 0.01 * len(points)).sum()), hits.sum().item() / len(points)


def draw_points(strip: Sequence[tuple[int, Tensor]], title: str, panels: int) -> plt.Figure:
    """A row of scatter plots (rounds done, points), with room for as many as will come."""
    figure, all_axes = plt.subplots(1, panels, figsize=(12, 2.5), layout="constrained")
    data = draw_ring(400, torch.Generator().manual_seed(4))
    for axes in all_axes:
        axes.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=[], yticks=[])
    for axes, (rounds, points) in zip(all_axes, strip, strict=False):
        axes.scatter(*data.T, s=2, color=GREY, alpha=0.4)
        axes.scatter(*points.T, s=2, color=BLUE, alpha=0.5)
        axes.set_title(f"{rounds} rounds: {count_modes(points)[0]} of {MODES}", fontsize=9)
    figure.suptitle(title, fontsize=11)
    plt.close(figure)  # shown by its handle alone
    return figure


def play_on_ring(lr_g: float, lr_d: float, title: str, seed: int = 2, panels: int = 6, batch: int = 128) -> nn.Module:
    """A GAN of points, with a picture that grows; the generator."""
    torch.manual_seed(seed)
    G, D = small_network(2, 2), small_network(2, 1)
    optimizer_g, optimizer_d = (
        torch.optim.Adam(network.parameters(), lr, betas=(0.5, 0.999)) for network, lr in ((G, lr_g), (D, lr_d))
    )
    rng = torch.Generator().manual_seed(seed)
    strip = [(0, make_points(G))]
    handle = display(draw_points(strip, title, panels), display_id=True)
    for done in range(RING_ROUNDS, RING_ROUNDS * panels, RING_ROUNDS):
        batches = [draw_ring(batch, rng) for _ in range(RING_ROUNDS)]
        noises = torch.randn(2 * RING_ROUNDS, batch, 2, generator=rng)
        train_gan(G, D, optimizer_g, optimizer_d, batches, noises, k=1)
        strip.append((done, make_points(G)))
        handle.update(draw_points(strip, title, panels))
    modes, share = count_modes(strip[-1][1])
    print(f"{title}: {modes} of {MODES} clouds, {share:.0%} of the points in a cloud")
    return G


RING_ROUNDS = 600  # between two pictures
ring_generator = play_on_ring(lr_g=1e-3, lr_d=1e-3, title="two players of equal speed")

# %% [markdown]
# Now the discriminator learns at a tenth of that speed.

# %%
collapsed_generator = play_on_ring(lr_g=1e-3, lr_d=1e-4, title="a discriminator that is too slow")

# %% [markdown]
# **What you should see.** In the first game the blue points reach the ring and gather in its clouds: in ours 7 of 8, with
# 83 % of the points in a cloud (7 of 8 and 79 % after 2,000 rounds with two other seeds). The others lie on bridges between
# clouds, since a continuous G cannot tear its cloud of noise apart.
#
# In the second game G makes nearly the same point whatever z is, and this one point wanders about. That is **mode
# collapse**. G moves to where D says “real” most loudly, and all z agree on that place. By the time that the slow D has
# learnt better, everything is there; then G moves on. Eq. 1 asks for *min over G of max over D*: D answers every move. If D
# hardly moves, G plays *max over D of min over G*, in which one perfect point is the best it can do against a D that stands
# still.

# %% [markdown]
# # Part 3: DCGAN
#
# Points can be made by any network. With convolutional networks and images the game went out of balance easily, until a
# recipe was found. Source for 3.1 to 3.3: Radford, Metz and Chintala, *Unsupervised Representation Learning with Deep
# Convolutional Generative Adversarial Networks* (DCGAN), 2016. The authors tried many networks, and this is what trained:
#
# - strided convolutions in D and strided transposed convolutions in G, in the place of pooling and of interpolation;
# - batch norm in both, but not in G's last layer and not in D's first one: there the network must see the pixels' true scale;
# - no dense hidden layers;
# - ReLU in G and tanh at its end, LeakyReLU with slope 0.2 in D: its gradient must reach G also where a unit is off;
# - weights drawn from $\mathcal N(0, 0.02^2)$, Adam with $\beta_1 = 0.5$: the opponent changes, so do not trust old gradients long.
#
# ### 3.1 `init_dcgan_weights` (4 points)
#
# `network.apply(f)` calls f on every module in the network, containers and the network itself included. Yours initialises
# the one it is given, if it is of a kind that DCGAN has an opinion about:
#
# | layer | weight | bias |
# |---|---|---|
# | convolution, transposed convolution, 1-d to 3-d | $\mathcal N(0, 0.02^2)$ | 0 |
# | batch norm, 1-d to 3-d | $\mathcal N(1, 0.02^2)$ | 0 |
# | everything else | left alone | left alone |
#
# Source: Radford et al., 2016, section 4.
#
# *Easy, 15 minutes.* Traps: 0.02 is the standard deviation; a gain of batch norm lies around 1, and around 0 it would
# switch the layer off; a convolution may have no bias, and a batch norm (`affine=False`) neither of the two.
#
# <details><summary>Hint</summary>
#
# `isinstance` takes a tuple of classes. `nn.init` has functions that work in place and outside of autograd.
#
# </details>


# %% exercise="init_dcgan_weights"
def init_dcgan_weights(module: nn.Module) -> None:
    """Initialise one layer as DCGAN does, in place; called on every layer by `network.apply(init_dcgan_weights)`.

    Weights of convolutions and transposed convolutions (1-d to 3-d) are drawn from a normal distribution with mean 0 and
    standard deviation 0.02, weights of batch norm (1-d to 3-d) from one with mean 1 and standard deviation 0.02. Biases of
    both become 0, where there are any. Layers of other kinds, and the running statistics of batch norm, are left alone.
    Draws come from PyTorch's own generator, which is not seeded here: each layer has draws of its own.

    Parameters stay the objects they are, with dtype, device, `requires_grad` and `.grad`: their numbers
    alone are new, those of frozen ones as well.

    Args:
        module: any layer. A container may be left to `apply`, which calls this function on every layer in it too.

    Source: Radford, Metz and Chintala (DCGAN), 2016, section 4.
    """
    ### BEGIN SOLUTION
    is_norm = isinstance(module, nn.modules.batchnorm._BatchNorm)
    if not (is_norm or isinstance(module, nn.modules.conv._ConvNd)):
        return
    if module.weight is not None:
        nn.init.normal_(module.weight, 1.0 if is_norm else 0.0, 0.02)
    if module.bias is not None:
        nn.init.zeros_(module.bias)
    ### END SOLUTION


# %% check="init_dcgan_weights" points=4
check(init_dcgan_weights)

# %% [markdown]
# ### 3.2 `DCGANGenerator` (7 points)
#
# From a vector to an image, in four transposed convolutions. The first one makes a map of 4 × 4 out of the noise, seen as
# an image of one pixel with z_dim channels. Three more double height and width: 4 → 8 → 16 → 32. While the map gets larger,
# its channels get fewer.
#
# A transposed convolution is the *backward pass* of a convolution, used forwards: each input pixel stamps a kernel onto the
# output. Its output is $(\text{in} - 1) \cdot \text{stride} - 2 \cdot \text{padding} + \text{kernel}$ wide. A kernel of 4
# with stride 2 doubles the size with the right padding, and covers all output pixels equally often; with a kernel of 3 it
# would not, and you would see a checkerboard.
#
# | | shape | |
# |---|---|---|
# | `z` | (B, z_dim) | noise |
# | hidden maps | (B, 4 w, 4, 4), (B, 2 w, 8, 8), (B, w, 16, 16) | the usual choice, for w = `width`; batch norm and ReLU after each |
# | result | (B, C, 32, 32) | tanh, so in [−1, 1], like the data |
#
# **You hand in its weights**, and the grader fills `DCGANGenerator(64, 1, width)` of *your* notebook with them. So train
# after your last change to this class.
#
# Source: Radford et al., 2016, section 3.
#
# *Medium, 30 minutes.* Traps: the noise comes as (B, z_dim) and the first layer wants (B, z_dim, 1, 1); nothing between the
# last layer and tanh; a layer that is made in `forward` is never trained; `super().__init__()` is there, leave it.
#
# <details><summary>Hint</summary>
#
# `nn.Sequential` and one formula. Which padding makes (in − 1) · 2 − 2 · padding + 4 equal to 2 · in?
#
# </details>


# %% exercise="DCGANGenerator"
class DCGANGenerator(nn.Module):
    """Noise to images of 32 x 32 pixels, by strided transposed convolutions and batch norm.

    Every hidden layer is followed by batch norm and then ReLU; the last one has neither, and ends in tanh. Each of the
    three strided layers doubles height and width, from 4 x 4 to 32 x 32. There is no pooling, no upsampling by
    interpolation, and no dense layer beside the one, if you like, that makes the first 4 x 4 map from the noise. Hidden
    layers of stride 1, dropout and spectral norm may be added. In evaluation mode nothing is drawn, and an image depends
    on its own noise alone. Images can be differentiated, with respect to the noise too. All weights have
    their shapes once the network is made, as 3.1 and optimizers need them; they follow `.double()`.

    Args:
        z_dim: length of a noise vector, at least 1.
        channels: of the images, C, at least 1.
        width: channels of the last hidden map, at least 1. No map before it has fewer than the one after it, and the first
            has more (paper: twice as many each).

    Source: Radford, Metz and Chintala (DCGAN), 2016, section 3.
    """

    def __init__(self, z_dim: int, channels: int, width: int):
        super().__init__()
        ### BEGIN SOLUTION
        layers = [nn.ConvTranspose2d(z_dim, 4 * width, kernel_size=4, bias=False)]  # 1 x 1 -> 4 x 4
        for outputs in (2 * width, width):  # -> 8 x 8 -> 16 x 16
            layers += [nn.BatchNorm2d(2 * outputs), nn.ReLU()]
            layers += [nn.ConvTranspose2d(2 * outputs, outputs, kernel_size=4, stride=2, padding=1, bias=False)]
        layers += [nn.BatchNorm2d(width), nn.ReLU()]
        layers += [nn.ConvTranspose2d(width, channels, kernel_size=4, stride=2, padding=1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, z: Tensor) -> Tensor:
        """Noise (B, z_dim) -> images (B, channels, 32, 32) in [-1, 1]."""
        ### BEGIN SOLUTION
        return self.layers(z[:, :, None, None])
        ### END SOLUTION


# %% check="DCGANGenerator" points=7
check(DCGANGenerator)

# %% [markdown]
# ### 3.3 `DCGANDiscriminator` (6 points)
#
# The same way back: 32 → 16 → 8 → 4, more channels at each step, then one logit. No sigmoid: your losses of part 1 want
# logits.
#
# | | shape | |
# |---|---|---|
# | `images` | (B, C, 32, 32) | in [−1, 1] |
# | hidden maps | (B, w, 16, 16), (B, 2 w, 8, 8), (B, 4 w, 4, 4) | the usual choice; LeakyReLU(0.2) after each, batch norm in all but the first |
# | result | (B,) | logits |
#
# Source: Radford et al., 2016, section 3.
#
# *Medium, 20 minutes.* Traps: (B,) and not (B, 1, 1, 1), and for B = 1 not a number without any shape, which `squeeze()`
# would make of it; no batch norm in front.


# %% exercise="DCGANDiscriminator"
class DCGANDiscriminator(nn.Module):
    """Images of 32 x 32 pixels to one logit each, by strided convolutions and batch norm.

    Every hidden layer is followed by LeakyReLU with slope 0.2, and by batch norm before it except in the first one.
    Each of the three strided layers halves height and width, from 32 x 32 to 4 x 4. There is no pooling, no sigmoid, and
    no dense layer beside the one, if you like, that makes the logit from the last 4 x 4 map. Hidden layers of stride 1,
    dropout and spectral norm may be added. In evaluation mode nothing is drawn, and a logit depends on its own image
    alone. Logits can be differentiated, with respect to every pixel too. All weights have their shapes once the network is
    made, as 3.1 and optimizers need them; they follow `.double()`.

    Args:
        channels: of the images, C, at least 1.
        width: channels of the first hidden map, at least 1. No map after it has fewer than the one before it, and the last
            has more (paper: twice as many each).

    Source: Radford, Metz and Chintala (DCGAN), 2016, section 3.
    """

    def __init__(self, channels: int, width: int):
        super().__init__()
        ### BEGIN SOLUTION
        layers = [nn.Conv2d(channels, width, kernel_size=4, stride=2, padding=1), nn.LeakyReLU(0.2)]  # -> 16 x 16
        for inputs in (width, 2 * width):  # -> 8 x 8 -> 4 x 4
            layers += [nn.Conv2d(inputs, 2 * inputs, kernel_size=4, stride=2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(2 * inputs), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(4 * width, 1, kernel_size=4)]  # -> 1 x 1
        self.layers = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, images: Tensor) -> Tensor:
        """Images (B, channels, 32, 32) in [-1, 1] -> logits (B,)."""
        ### BEGIN SOLUTION
        return self.layers(images).flatten()
        ### END SOLUTION


# %% check="DCGANDiscriminator" points=6
check(DCGANDiscriminator)

# %% [markdown]
# **Try it** before any training: what a fresh generator draws, and what a fresh discriminator thinks of it.

# %%
torch.manual_seed(0)
fresh_generator, fresh_discriminator = DCGANGenerator(64, 1, 16), DCGANDiscriminator(1, 16)
for network in (fresh_generator, fresh_discriminator):
    network.apply(init_dcgan_weights)
    print(f"{type(network).__name__}: {sum(weights.numel() for weights in network.parameters()):,} parameters")
with torch.no_grad():
    images = fresh_generator(torch.randn(8, 64))
    plots.show_images({"fresh": images}, "no training yet: grey, with the texture of the kernels")
    print("D's logits for them:", [round(logit, 2) for logit in fresh_discriminator(images).tolist()])

# %% [markdown]
# ### 3.4 `nearest_neighbors` (5 points)
#
# Could the generator cheat and learn training images by heart? The GAN paper's own answer was to print, beside each sample,
# the training image nearest to it. In pixels, that is the smallest squared distance
#
# $$\lVert s - x \rVert^2 = \lVert s \rVert^2 - 2\, s \cdot x + \lVert x \rVert^2.$$
#
# For 64 samples and 60,000 images, the tensor of all differences would have 3 billion numbers: 12 GB. The right-hand side
# needs one matrix product, and 64 × 60,000 numbers.
#
# | | shape | |
# |---|---|---|
# | `samples` | (B, C, H, W) | |
# | `images` | (N, C, H, W) | |
# | result | (B,) | long: an index into `images` |
#
# Source: Goodfellow et al., 2014, figure 2 (rightmost column).
#
# *Medium, 20 minutes.* Traps: memory; the largest inner product is *not* the smallest distance, as bright images win it; of
# equally near ones the first.
#
# <details><summary>Hint</summary>
#
# Flatten both to rows. One of the three terms is the same for all candidates of a sample.
#
# </details>


# %% exercise="nearest_neighbors"
def nearest_neighbors(samples: Tensor, images: Tensor) -> Tensor:
    """For each generated image the training image that is closest to it, pixel by pixel.

    Args:
        samples: generated images, shape (B, C, H, W), floating point.
        images: training images, shape (N, C, H, W), same dtype. Both may lie in memory as they like, cut out of larger
            images for example.

    Returns:
        indices into images, long, shape (B,): the smallest squared L2 distance. Of images whose distance is exactly equal,
        as with pixels that are small whole numbers, the first one. With many samples there is at no time a tensor of
        all differences, B N C H W; one sample's differences, N C H W, or B N numbers are fine.

    Source: Goodfellow et al. (GAN), 2014, figure 2.
    """
    ### BEGIN SOLUTION
    samples, images = samples.flatten(start_dim=1), images.flatten(start_dim=1)
    distances = images.square().sum(dim=1) - 2 * samples @ images.T  # (B, N), each row less its sample's own norm
    return distances.argmin(dim=1)
    ### END SOLUTION


# %% check="nearest_neighbors" points=5
check(nearest_neighbors)

# %% [markdown]
# **Try it** on images that nobody made. The first run loads them, about 30 MB, and keeps them for next time. DCGAN wants 32
# × 32 pixels; FashionMNIST has 28 × 28, so it gets a black frame.

# %%
from homework import datasets
from homework.datasets import to_model_range

LOAD = {"fashion_mnist": datasets.load_fashion_mnist, "cifar10": datasets.load_cifar10}
training_set, test_set = (LOAD[DATA](train=train) for train in (True, False))
FRAME = (32 - training_set.images.shape[-1]) // 2
framed = F.pad(training_set.images, [FRAME] * 4)  # (N, C, 32, 32), uint8; 0 is black
CLASSES, CHANNELS = training_set.classes, framed.shape[1]
print(f"{len(training_set):,} images for training, {len(test_set):,} kept apart; framed to {tuple(framed.shape[1:])}")

# %%
known = to_model_range(training_set.images)  # (N, C, H, W)
held_out = to_model_range(test_set.images[:10])
plots.show_images(
    {"held out": held_out, "nearest": known[nearest_neighbors(held_out, known)]},
    "real images that are held apart, and the training images nearest to them",
    [CLASSES[label] for label in test_set.labels[:10]],
    side=0.8,
)

# %% [markdown]
# Pairs of the same kind, though not of the same make: this is how near *strangers* come in this data set. A generator that
# draws, and does not remember, should come no nearer.

# %% [markdown]
# # Part 4: Real images
#
# What `RUN` changes:
#
# | | `quick` | `full` |
# |---|---|---|
# | width of both networks | 16 | 64 |
# | images a step | 64 | 128 |
# | rounds of one step each (k = 1) | 2,500 (2.7 passes over FashionMNIST) | 20,000 (43 passes) |
# | learning rate of both, EMA decay | 0.001, 0.99 | 0.0002, 0.999 |
# | rounds in each game of 4.2 | 250 | 1,000 |
# | training takes | 1½ to 3 minutes on one processor core | about 6 minutes on a T4 (*computed, not measured*), with all extra credit 17 |
#
# The same for both: z of 64 numbers, Adam with $\beta_1 = 0.5$, weights initialised by 3.1.
#
# **EMA** is an exponential moving average of the generator's weights over the last steps. In a game the weights do not
# settle, they circle. Their average is in the middle of the circle, and draws better. It is the average that you hand in.
#
# ### 4.1 `trained_generator` (8 points)
#
# There is nothing to write here: run the cells. The grader fills your `DCGANGenerator` with the weights that you hand in
# and judges what it draws: how far samples are from real images as a whole, and how many classes are among them. A quick
# run earns all points if the functions above are right.

# %%
from dataclasses import asdict, dataclass

from homework import colab, preflight
from homework.training import Batches, average_of, run_folder, step_rng, train


@dataclass(frozen=True)
class Settings:
    width: int
    batch: int
    steps: int
    lr: float
    ema: float
    comparison: int


SETTINGS = {
    "quick": Settings(width=16, batch=64, steps=2_500, lr=1e-3, ema=0.99, comparison=200),
    "full": Settings(width=64, batch=128, steps=20_000, lr=2e-4, ema=0.999, comparison=1_000),
    "dry": Settings(width=4, batch=16, steps=6, lr=1e-3, ema=0.5, comparison=10),
}[RUN]
SEED, Z_DIM = 0, 64


def new_players(seed: int) -> tuple[nn.Module, nn.Module, Optimizer, Optimizer]:
    """A generator and a discriminator, initialised, each with its own Adam."""
    torch.manual_seed(seed)
    players = [DCGANGenerator(Z_DIM, CHANNELS, SETTINGS.width), DCGANDiscriminator(CHANNELS, SETTINGS.width)]
    players = [player.apply(init_dcgan_weights).to(DEVICE, memory_format=torch.channels_last) for player in players]
    return *players, *(torch.optim.Adam(player.parameters(), SETTINGS.lr, betas=(0.5, 0.999)) for player in players)


batches = Batches(framed, size=SETTINGS.batch, seed=SEED, device=DEVICE)
generator, discriminator, optimizer_g, optimizer_d = new_players(SEED)
ema = average_of(generator, SETTINGS.ema)
print(f"RUN = {RUN!r} on {DEVICE}")


# %%
def real_batch(number: int) -> Tensor:
    """Training images (B, C, 32, 32) in [-1, 1]; the same number gives the same ones."""
    return to_model_range(batches.at(number)[0])


def step(number: int) -> dict[str, Tensor | float]:
    """One round with k = 1; all that is random in it depends on the seed and on its number alone."""
    real = real_batch(number)
    rng = step_rng(SEED, number, DEVICE)
    z_d, z_g = torch.randn(2, len(real), Z_DIM, generator=rng, device=DEVICE)
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real, z_d)
    loss_g = generator_step(generator, discriminator, optimizer_g, z_g)
    ema.update_parameters(generator)
    return {"loss of D": loss_d, "loss of G": loss_g}


# %% [markdown]
# Before the long cell a **preflight**: it takes a few real steps, checks that images are in their range, that both losses
# are finite and that every weight of both players gets its gradient, and then puts everything back. What is wrong shows
# now, in a sentence, and not after half an hour.

# %%
parts = {"generator": generator, "discriminator": discriminator, "ema": ema}
parts |= {"optimizer_g": optimizer_g, "optimizer_d": optimizer_d}
preflight.check(step, parts, trained=["generator", "discriminator"], images=real_batch(0))

# %% [markdown]
# The training. It saves itself every minute: if the kernel dies or Colab disconnects, run the cells again, and it goes on
# where it was. Stopping it by hand is as safe. A finished run is loaded at once, but only if it is this run: if you have
# changed anything that its step uses, a function, a class, a helper or a constant, it says which, and `restart=True` trains
# again.
#
# **What you should see.** No curve that falls. D starts near 2 log 2 ≈ 1.39 and is ahead within fifty rounds: its loss
# drops below 0.5, and G's rises above 4. Then G catches up, and both stay where they are, in ours near 0.9 for D and 1.7
# for G, with much noise. If D's loss goes to 0 and G's climbs without end, D has won, and G gets no help any more. Below the
# curves, what the averaged generator makes of always the same noise: grey at first, then outlines, then clothes.

# %%
fixed_z = torch.randn(2, 12, Z_DIM, generator=torch.Generator().manual_seed(5)).to(DEVICE)


@torch.no_grad()
def draw_fixed() -> Tensor:
    """Images (2, 12, C, 32, 32) of the averaged generator as it is now, from noise that never changes."""
    return torch.stack([ema.module.eval()(z) for z in fixed_z])


history = train(
    step,
    parts,
    SETTINGS.steps,
    run_folder(f"hw2_{DATA}_{RUN}"),
    settings={"data": DATA, "seed": SEED, "z_dim": Z_DIM, **asdict(SETTINGS), "players": new_players},
    restart=False,  # True trains again and writes over what is kept
    show=plots.LiveCurves("training: the losses of both players", samples=draw_fixed),
)

# %% [markdown]
# The losses do not say how good the images are. So we measure with the eyes of a given classifier that knows FashionMNIST,
# as in homework 1.
#
# - **Fréchet distance**: describe the classifier's features of all samples by a mean and a covariance, do the same for real
#   images, and compare the two Gaussians (Heusel et al., 2017). Small only if samples look right *and* are as diverse as real
#   images.
# - **Coverage**: how many of the ten classes make up at least 2 % of the samples each, as the classifier sees them.

# %%
from homework.evaluation import frechet_distance, image_features
from homework.networks import ImageClassifier, load_classifier


def train_judge(steps: int = 3_000) -> ImageClassifier:
    """A classifier for data that no given one knows: CIFAR-10."""
    judge = ImageClassifier(CHANNELS, len(CLASSES), width=48).to(DEVICE)
    judge_updater = Updater(judge.parameters(), 3e-3, warmup=100, total=steps)
    judge_batches = Batches(training_set.images, training_set.labels, size=128, seed=SEED, device=DEVICE)

    def judge_step(number: int) -> dict[str, Tensor]:
        images, labels = judge_batches.at(number)
        loss = F.cross_entropy(judge(to_model_range(images)), labels)
        judge_updater.update(loss)
        return {"loss of the judge": loss}

    train(judge_step, {"judge": judge, "updater": judge_updater}, steps, None, settings={})
    return judge.eval()


@torch.no_grad()
def features_of(images: Tensor) -> Tensor:
    """Features (N, F), on the processor, of images (N, C, H, W): uint8, or in [-1, 1]."""
    chunks = images.split(1000)
    ready = (to_model_range(chunk) if chunk.dtype == torch.uint8 else chunk for chunk in chunks)
    return torch.cat([image_features(judge, chunk.to(DEVICE)).cpu() for chunk in ready])


@torch.no_grad()
def draw(network: nn.Module, z: Tensor) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] for noise (N, z_dim), without their frame, on the processor."""
    images = torch.cat([network(part.to(DEVICE)).cpu() for part in z.split(500)])
    return images[:, :, FRAME : 32 - FRAME, FRAME : 32 - FRAME]


def fixed_noise(count: int, seed: int = 5) -> Tensor:
    return torch.randn(count, Z_DIM, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def class_shares(features: Tensor) -> Tensor:
    """The share of each class (classes,) among images with these features, as the judge sees them."""
    seen = judge.head(features.to(DEVICE)).argmax(dim=1).cpu()
    return torch.bincount(seen, minlength=len(CLASSES)) / len(seen)


judge = load_classifier(DATA).to(DEVICE) if DATA == "fashion_mnist" else train_judge()
real_features = features_of(test_set.images)
as_many = features_of(training_set.images[:2000])
print(f"2,000 real training images: Fréchet distance {frechet_distance(as_many, real_features):.2f}")

# %% [markdown]
# What is handed in: the averaged generator, and a note on how it came about.

# %%
from homework.submission import save_artefact

FOLDER = colab.folder("hw2_gan")
ARTEFACT = "generator" if DATA == "fashion_mnist" else f"generator_{DATA}"  # only the first one is handed in
averaged = ema.module.eval()
last = {name: sum(values[-100:]) / len(values[-100:]) for name, values in history.items()}
metrics = {"loss": last["loss of G"], "loss_d": last["loss of D"], "run": RUN, "data": DATA, "seed": SEED}
metrics |= {"channels": CHANNELS, "z_dim": Z_DIM, **asdict(SETTINGS)}
save_artefact(FOLDER, ARTEFACT, averaged.state_dict(), metrics)

# %% artefact="trained_generator" file="generator" points=8
from safetensors.torch import load_file

saved = DCGANGenerator(Z_DIM, CHANNELS, SETTINGS.width).to(DEVICE)
saved.load_state_dict(load_file(FOLDER / "artefacts" / f"{ARTEFACT}.safetensors"))
sample_features = features_of(draw(saved.eval(), fixed_noise(2000)))
shares = class_shares(sample_features)
EXPECTED = {"quick": "0.3 to 0.6", "full": "0.1 to 0.4 (extrapolated, not measured on a GPU by us)"}.get(
    RUN, "nothing yet"
)
print(
    f"2,000 samples, drawn from the file: Fréchet distance {frechet_distance(sample_features, real_features):.2f}, "
    f"expected {EXPECTED}; {(shares >= 0.02).sum()} of {len(CLASSES)} classes"
)

# %%
noise = fixed_noise(100)
plots.show_images(
    {f"{row + 1}": draw(averaged, part) for row, part in enumerate(noise.split(10))},
    f"100 samples, {RUN} run",
    side=0.45,
)

# %% [markdown]
# **What you should see.** After a quick run, clothes that you recognise at a glance, sharper than those of homework 1, and
# some that nobody would wear: holes, two things in one, torn sandals. A full run should have few of these (this is what
# others report of networks of its size; we have not run it on a GPU ourselves). Our quick run has a Fréchet distance of 0.38;
# with other seeds it was between 0.35 and 0.41. Ours, after the quick run:
#
# ![A hundred samples of the generator after a quick run](figures/expected_quick.png)

# %% [markdown]
# ### 4.2 The game, compared
#
# **Which loss?** Take two fresh players. Let D learn alone while G stands still, and ask after every few steps how strong
# the gradient is that would reach G's weights, with either loss and the same noise.


# %%
def gradient_norm(loss: Tensor, network: nn.Module) -> float:
    """The norm of the gradient of a loss over all of a network's parameters."""
    gradients = torch.autograd.grad(loss, list(network.parameters()), retain_graph=True)
    return torch.cat([gradient.flatten() for gradient in gradients]).norm().item()


def watch_a_strong_discriminator(steps: int = 120, every: int = 4) -> dict[str, list[float]]:
    """D learns alone; mean logit of made images, and the gradient norms at G, after every few steps."""
    G, D, _, optimizer = new_players(seed=6)
    rng = torch.Generator(DEVICE).manual_seed(6)
    seen: dict[str, list[float]] = {"step": [], "logit": [], "non-saturating": [], "saturating": []}
    for number in range(steps + 1):
        z = torch.randn(SETTINGS.batch, Z_DIM, generator=rng, device=DEVICE)
        if number % every == 0:
            logits = D(G(z))
            seen["step"].append(number)
            seen["logit"].append(logits.mean().item())
            seen["non-saturating"].append(gradient_norm(generator_loss(logits), G))
            seen["saturating"].append(gradient_norm(saturating_generator_loss(logits), G))
        discriminator_step(G, D, optimizer, real_batch(number), z)
    return seen


def show_strong_discriminator(seen: dict[str, list[float]]) -> None:
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
    left.plot(seen["step"], seen["logit"], color=GREY)
    left.set(title="D's mean logit for made images", xlabel="steps of D alone")
    for name, color in (("non-saturating", BLUE), ("saturating", ORANGE)):
        right.plot(seen["step"], seen[name], color=color, label=name)
    right.set(title="norm of the gradient that reaches G", xlabel="steps of D alone", yscale="log")
    right.legend(frameon=False)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    plt.show()


strong = watch_a_strong_discriminator()
show_strong_discriminator(strong)
print(f"after {strong['step'][-1]} steps of D: logit {strong['logit'][-1]:.1f}, ", end="")
print(f"gradient {strong['non-saturating'][-1]:.2g} non-saturating, {strong['saturating'][-1]:.2g} saturating")

# %% [markdown]
# **What you should see.** D needs a few steps to be sure. From there on the gradient of the saturating loss falls with the
# logit, while the other one stays as it was. Ours, after 120 steps of D: logit −8.8, gradient 25 non-saturating and 0.0045
# saturating, which is five thousand times less. For each image the two gradients differ by the factor
# $(1 - \sigma(l)) / \sigma(l) = e^{-l}$, and $e^{8.8} \approx 6600$. (Adam divides by the size of the gradient, and so
# hides part of the trouble. It cannot hide that what is left drowns in noise.)
#
# **How many steps for D?** Two short games from the same start, with k = 1 and k = 5, and as many rounds. Every few rounds
# D is asked for its logits of the same real and made images.

# %%
PAUSE = 5  # rounds between two looks


def play(k: int, rounds: int) -> tuple[nn.Module, dict[str, list[float]]]:
    """A game of train_gan; the generator, and D's mean logits of real and of made images on the way."""
    G, D, own_g, own_d = new_players(seed=7)
    rng = torch.Generator(DEVICE).manual_seed(7)
    probe = fixed_noise(256).to(DEVICE)
    shown = to_model_range(framed[:256]).to(DEVICE)
    seen: dict[str, list[float]] = {"real": [], "made": []}
    for start in range(0, rounds, PAUSE):
        numbers = range(start * k, (start + PAUSE) * k)
        noises = torch.randn(PAUSE * (k + 1), SETTINGS.batch, Z_DIM, generator=rng, device=DEVICE)
        train_gan(G, D, own_g, own_d, [real_batch(number) for number in numbers], noises, k)
        with torch.no_grad():
            seen["real"].append(D(shown).mean().item())
            seen["made"].append(D(G(probe)).mean().item())
    return G, seen


def show_games(games: dict[int, tuple[nn.Module, dict[str, list[float]]]]) -> None:
    """D's mean logits over the rounds, one panel for each k."""
    _, all_axes = plt.subplots(1, len(games), figsize=(10, 3.2), layout="constrained", sharey=True)
    for axes, (k, (_, seen)) in zip(all_axes, games.items(), strict=True):
        for name, color in (("real", GREEN), ("made", ORANGE)):
            rounds = [PAUSE * (number + 1) for number in range(len(seen[name]))]
            axes.plot(rounds, seen[name], color=color, label=f"{name} images")
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set(title=f"k = {k}", xlabel="rounds", ylabel="D's mean logit")
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    plt.show()


games = {k: play(k, SETTINGS.comparison) for k in (1, 5)}
show_games(games)
plots.show_images(
    {f"k = {k}": draw(G.eval(), fixed_noise(12)) for k, (G, _) in games.items()},
    f"after {SETTINGS.comparison} rounds",
)
for k, (G, seen) in games.items():
    gap = sum(seen["real"][-10:]) / 10 - sum(seen["made"][-10:]) / 10
    distance = frechet_distance(features_of(draw(G, fixed_noise(2000))), real_features)
    print(f"k = {k}: gap between the logits {gap:.1f} at the end, Fréchet distance {distance:.1f}")

# %% [markdown]
# **What you should see.** With k = 5 the two curves stay farther apart: D is nearer to its optimum, and surer. Ours end
# with a gap of 2.1 for k = 1 and 6.5 for k = 5. Neither draws clothes yet, and after as many *rounds* k = 5 is a little ahead
# (Fréchet distance 7.0 against 8.2). But a round with k = 5 has six steps and one with k = 1 two. For the same price k = 1
# plays 600 rounds, and is then at 2.9 (we measured that apart).

# %% [markdown]
# ### 4.3 What it draws
#
# **Between two samples.** If the generator had a drawer with one image for each z, moving z would jump from image to image.
# So walk from one z to another and look. Noise in 64 dimensions nearly always has a norm near 8; the straight line between
# two such points cuts through the middle, where no training noise has ever been. We walk along a *great circle*.


# %%
def great_circle(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """Points (steps, z_dim) from start to end, both (z_dim,), turning by the same angle each time."""
    angle = torch.acos(F.cosine_similarity(start, end, dim=0))
    share = torch.linspace(0, 1, steps)[:, None]  # (steps, 1)
    return (torch.sin((1 - share) * angle) * start + torch.sin(share * angle) * end) / torch.sin(angle)


ends = fixed_noise(10, seed=8).unflatten(0, (5, 2))  # (5, 2, z_dim)
plots.show_images(
    {f"{row + 1}": draw(averaged, great_circle(*pair, steps=12)) for row, pair in enumerate(ends)},
    "from one sample to another, along a great circle in z",
)

# %% [markdown]
# **Which clothes?** A generator that draws perfect trousers, and nothing but trousers, has dropped nine modes.


# %%
def show_coverage() -> None:
    """The share of each class among samples, against that among real images."""
    _, axes = plt.subplots(figsize=(9, 3), layout="constrained")
    axes.bar(CLASSES, shares, color=BLUE, width=0.7)
    axes.axhline(1 / len(CLASSES), color=GREY, linestyle="--", label="real images")
    axes.set(title=f"what the classifier sees in 2,000 samples: {(shares >= 0.02).sum()} of {len(CLASSES)} classes")
    axes.set(ylabel="share", ylim=(0, 1.35 * max(shares.max().item(), 0.1)))
    axes.tick_params(axis="x", labelsize=8, rotation=20)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_coverage()

# %% [markdown]
# **Drawn, or remembered?** Your `nearest_neighbors`, for samples and, since *near* needs something to compare with, for
# real images that are held apart.

# %%
made = draw(averaged, fixed_noise(200, seed=9))
apart = to_model_range(test_set.images[:200])
nearest = {"samples": nearest_neighbors(made, known), "held-out images": nearest_neighbors(apart, known)}
plots.show_images(
    {"sample": made[:12], "nearest": known[nearest["samples"][:12]]},
    "samples, and the training images nearest to them",
    side=0.7,
)
for name, images in (("samples", made), ("held-out images", apart)):
    distances = (images - known[nearest[name]]).flatten(start_dim=1).norm(dim=1)
    print(f"{name}: distance to the nearest training image, median {distances.median():.2f}")

# %% [markdown]
# **What you should see.** Pairs alike in kind and outline, and different in everything else. Our samples are *farther* from
# their nearest training image (median 8.6) than held-out images are (6.8): this model draws, it does not remember. In
# pixels, though, a copy that is moved by two pixels would go unnoticed; homework 1 measured in the classifier's features
# for that reason. Walking along the great circle, everything changes little by little, and the images on the way are
# clothes too, or nearly. And all ten classes are there, though ours makes too few sandals: 6 % in the place of 10 %.

# %% [markdown]
# ### 4.4 Who won? (4 points, written)
#
# Look at your own figures and answer in six to ten sentences:
#
# 1. How strong are the two gradients in 4.2 once D has learnt alone? Give your numbers and D's logit, and explain their ratio with
#    the slopes of part 1.
# 2. What does k = 5 do to the logits of real and made images, compared with k = 1? Theory wants D at its optimum. What did more
#    steps of D buy here, and what do they cost?
# 3. What would you see in the coverage, in the Fréchet distance and in the nearest neighbours if the generator (a) drew only
#    trousers, very well; (b) had learnt 2,000 training images by heart? Which of the measures misses which fault? What do *your* numbers say?
# 4. The losses of your run hardly move in its second half, and yet the samples improve. Why is a flat loss no sign that nothing
#    happens, other than in homework 1? Name one thing that a GAN has over diffusion, and one that diffusion has over a GAN.
#
# *Medium, 25 minutes.*

# %% [markdown] written="written_real_images" points=4
# ### BEGIN SOLUTION
# **Model answer.** (1) In our quick run, after D has learnt alone for 120 steps, its mean logit for made images is −8.8;
# the norm of the gradient at G is 25 with the non-saturating loss and 0.0045 with the saturating one, 5,600 times less. The
# losses differ only in their slope at the logit, $1 - \sigma(l)$ against $\sigma(l)$; everything behind it, from the logit
# back to G's weights, is the same. The ratio is $e^{-l} = e^{8.8} \approx 6600$. (2) With k = 5 the logits are farther
# apart: a gap of 6.5 in the place of 2.1. D is nearer to its optimum, so its gradient is a better estimate of where G
# should go, and after as many rounds the Fréchet distance is a little better (7.0 against 8.2). But each round costs three
# times as much, and for the same number of steps k = 1 is ahead. A D that is sure also makes the gradient of the minimax
# loss vanish, which is why the optimum is not what one wants in practice. (3) Only trousers: one class in the coverage, and
# a large Fréchet distance as the covariance is far too small; the nearest neighbours look fine. Learnt by heart: coverage
# and Fréchet distance are nearly perfect, and only the nearest neighbours show it, with pairs that are equal and distances
# near 0, far below those of held-out images. Ours: ten classes with too few sandals, 0.41, and a median of 8.6 against 6.8,
# so neither fault. (4) Each loss is measured against the other player. If both improve at the same pace, both losses stay
# where they are. In homework 1 the target is noise that does not learn, so a lower loss is a better model. A GAN needs one
# pass for a sample, and its images are sharp; diffusion has a stable training with a loss that means something, and drops
# no modes.
#
# **Marks**, one point each:
# - numbers with the logit (half); slopes $1 - \sigma(l)$ and $\sigma(l)$, or the ratio $e^{-l}$ (half);
# - a larger gap, D surer or nearer to its optimum (half); a gain for each round *and* the price in steps, or vanishing gradients (half);
# - (a) seen by coverage or Fréchet distance, not by neighbours; (b) seen by neighbours only (half); own numbers, read rightly (half);
# - the opponent changes, or both improve together (half); one advantage on each side (half).
# ### END SOLUTION

# %% [markdown]
# ## Extra credit: parts 5 to 7
#
# Three answers to what you saw above, each in a few short functions, with a training to go with it. Take them in any order,
# or none: **if you stop here, go to “Hand in” at the end and run its cell.** (“Run all” stops at the first check that is
# not green.) The cells in between that need a function you have not written say so in one line, and do nothing.


# %%
@contextmanager
def extra_credit() -> Iterator[None]:
    """For the cells of parts 5 to 7: a function that is not written yet costs one line here, and no error."""
    try:
        yield
    except (NotImplementedError, preflight.PreflightFailed) as error:
        cause = error.__cause__ or error
        if not isinstance(cause, NotImplementedError):
            raise
        missing = traceback.extract_tb(cause.__traceback__)[-1].name
        print(f"Nothing to see yet: this cell needs {missing}, which is extra credit.")


# %% [markdown]
# # Part 5: WGAN (extra credit)
#
# Sources: Arjovsky, Chintala and Bottou, *Wasserstein GAN* (WGAN), 2017; Gulrajani et al., *Improved Training of
# Wasserstein GANs* (WGAN-GP), 2017.
#
# Part 1 ended with a perfect discriminator that cannot say in which direction to go. WGAN measures another distance. Think
# of p and q as two heaps of earth: the **Wasserstein distance** is the least work, mass times way, that turns one into the
# other. Move a heap twice as far, and it doubles. It has a second form, which a network can learn:
#
# $$W(p, q) = \max_{\lVert f \rVert_L \le 1}\; \mathbb E_{x \sim p}[f(x)] - \mathbb E_{x \sim q}[f(x)]$$
#
# where f may be any function that is nowhere steeper than 1. Such an f is called a **critic**: it gives a score, any
# number, and no probability. There is no logarithm, so nothing saturates.
#
# ### 5.1 `critic_loss` (3 points)
#
# The critic maximises the difference, so it minimises $\mathbb E_z f(G(z)) - \mathbb E_x f(x)$. Minus this loss *estimates
# the distance*, up to a factor: a curve that finally means something.
#
# | | shape | |
# |---|---|---|
# | `scores_real`, `scores_fake` | (B,) or (B, 1); (B',) or (B', 1) | |
# | result | 0-d | each mean over its own batch |
#
# Source: Arjovsky et al., 2017, algorithm 1.
#
# *Easy, 5 minutes.* Trap: the sign.


# %% exercise="critic_loss"
def critic_loss(scores_real: Tensor, scores_fake: Tensor) -> Tensor:
    """What the critic of WGAN minimises: E f(G(z)) - E f(x).

    Args:
        scores_real: the critic's scores of real images, shape (B,) or (B, 1).
        scores_fake: the critic's scores of generated images, shape (B',) or (B', 1), same dtype; B' may differ from B.

    Returns:
        a 0-d tensor; each expectation is a mean over its own batch. Minus this estimates the Wasserstein distance up to a
        factor.

    Source: Arjovsky, Chintala and Bottou (WGAN), 2017, algorithm 1.
    """
    ### BEGIN SOLUTION
    return scores_fake.mean() - scores_real.mean()
    ### END SOLUTION


# %% check="critic_loss" points=3
check(critic_loss)

# %% [markdown]
# ### 5.2 `wgan_generator_loss` (2 points)
#
# The generator can only move the term with G in it: $-\mathbb E_z f(G(z))$.
#
# | | shape | |
# |---|---|---|
# | `scores_fake` | (B,) or (B, 1) | |
# | result | 0-d | |
#
# Source: Arjovsky et al., 2017, algorithm 1.
#
# *Easy, 5 minutes.*


# %% exercise="wgan_generator_loss"
def wgan_generator_loss(scores_fake: Tensor) -> Tensor:
    """What the generator of WGAN minimises: -E f(G(z)).

    Args:
        scores_fake: the critic's scores of generated images, shape (B,) or (B, 1).

    Returns:
        a 0-d tensor, the mean over the batch with its sign turned.

    Source: Arjovsky, Chintala and Bottou (WGAN), 2017, algorithm 1.
    """
    ### BEGIN SOLUTION
    return -scores_fake.mean()
    ### END SOLUTION


# %% check="wgan_generator_loss" points=2
check(wgan_generator_loss)

# %% [markdown]
# ### 5.3 `clip_weights_` (3 points)
#
# How does one keep a network from being steep? The first paper, in its own words, does it terribly: after each step, every
# weight is cut off at ± c. (In PyTorch a name that ends in `_` works in place.)
#
# | | | |
# |---|---|---|
# | `critic` | any module | changed in place: all its parameters, none of its buffers |
# | `c` | positive | 0.01 in the paper |
#
# Source: Arjovsky et al., 2017, algorithm 1 and section 3.
#
# *Easy, 10 minutes.* Traps: autograd refuses to let you change a leaf in place while it records; both ends.


# %% exercise="clip_weights_"
def clip_weights_(critic: nn.Module, c: float) -> None:
    """Clamp every parameter of the critic to [-c, c], in place and without a graph; buffers are left alone.

    Frozen parameters are clamped too. Parameters stay the objects they are, with `requires_grad` and `.grad`; numbers
    within [-c, c] stay exactly what they are.

    Args:
        critic: any module, in any mode.
        c: positive; 0.01 in the paper.

    Source: Arjovsky, Chintala and Bottou (WGAN), 2017, algorithm 1.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-c, c)
    ### END SOLUTION


# %% check="clip_weights_" points=3
check(clip_weights_)

# %% [markdown]
# ### 5.4 `gradient_penalty` (6 points)
#
# Clipping makes critics that are far too simple. WGAN-GP asks for the slope itself. On the way from a made image to the
# real one that it should be moved to, the best critic has a slope of exactly 1. Nobody knows which one that is, so take any
# pair, pick a point between the two, measure the slope, and pay for what is missing or too much:
#
# $$\mathbb E\,\bigl(\lVert \nabla_{\hat x} f(\hat x) \rVert_2 - 1\bigr)^2,
# \qquad \hat x = m\, x + (1 - m)\, G(z), \quad m \sim U[0, 1] \qquad \text{(eq. 3)}$$
#
# The penalty contains a gradient, and the critic will be trained on it: you need the gradient *of a gradient*.
#
# | | shape | |
# |---|---|---|
# | `critic` | function | called once |
# | `real`, `fake` | (B, C, H, W) or (B, D) | |
# | `mix` | (B,) | m, one for each pair |
# | result | 0-d | mean over the batch, without the paper's factor λ = 10 |
#
# Each image must be scored by itself, or its gradient would not be its own. So a critic has no batch norm.
#
# Source: Gulrajani et al., 2017, eq. 3 and algorithm 1.
#
# *Hard, 30 minutes.* Traps: one norm for each image, over all its pixels, and not one for the batch; (B,) against
# (B, C, H, W); autograd throws the graph of a gradient away unless you tell it not to.
#
# <details><summary>Hint 1</summary>
#
# If every score depends on its own image only, the gradient of the *sum* of all scores holds, row by row, the gradient of
# each.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `torch.autograd.grad(…, create_graph=True)`.
#
# </details>


# %% exercise="gradient_penalty"
def gradient_penalty(critic: Callable, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """How far the critic's slope is from 1 between real and generated images: E (|grad f(x)| - 1)^2.

    Args:
        critic: images (B, ...) -> scores (B,) or (B, 1), each image by itself; called once. Its parameters keep the
            `.grad` that they have.
        real: real images, shape (B, C, H, W), or points (B, D).
        fake: generated images, same shape as real.
        mix: where between the two, in [0, 1], shape (B,): x = mix real + (1 - mix) fake, item by item.

    Returns:
        a 0-d tensor: the mean over the batch of (norm - 1) squared, each norm an L2 norm over all pixels of one image. It
        can be differentiated again, with respect to the critic's parameters; whether with respect to real and fake, too,
        is left open. Where the critic is flat the slope is 0: that costs 1, and all gradients stay finite. The factor
        lambda of the paper is not in it.

    Source: Gulrajani et al. (WGAN-GP), 2017, eq. 3 and algorithm 1.
    """
    ### BEGIN SOLUTION
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))  # (B, 1, ...)
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()
    ### END SOLUTION


# %% check="gradient_penalty" points=6
check(gradient_penalty)

# %% [markdown]
# **Try it** on the two narrow humps of part 1, which JS could not tell apart from two humps that are farther away.


# %%
def fit_critic(distance: float, clipped: bool, steps: int = 250, batch: int = 256) -> float:
    """The distance of two humps of points as a trained critic estimates it."""
    torch.manual_seed(0)
    critic = small_network(1, 1)
    updater = Updater(critic.parameters(), 2e-3, clip=None, optimizer=torch.optim.Adam, betas=(0.0, 0.9))
    rng = torch.Generator().manual_seed(10)
    for _ in range(steps):
        real, made = 0.3 * torch.randn(2, batch, 1, generator=rng)
        made = made + distance
        loss = critic_loss(critic(real), critic(made))
        if not clipped:
            loss = loss + 10 * gradient_penalty(critic, real, made, torch.rand(batch, generator=rng))
        updater.update(loss)
        if clipped:
            clip_weights_(critic, 0.1)
    return -critic_loss(critic(real), critic(made)).item()


def show_critics(distances: tuple[float, ...]) -> None:
    """What critics say of two humps, against the distance between them; both scaled to 1 at the right end."""
    _, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    for clipped, color, name in ((False, BLUE, "gradient penalty"), (True, GREEN, "clipped weights")):
        estimates = torch.tensor([fit_critic(distance, clipped) for distance in distances])
        label = f"{name}; {estimates[-1]:.3g} at the end"
        axes.plot(distances, estimates / estimates[-1], color=color, marker="o", label=label)
    narrow = [normal_density(GRID, centre, 0.3) for centre in (-2.5, *(distance - 2.5 for distance in distances))]
    js = [js_divergence(narrow[0], other) / math.log(2) for other in narrow[1:]]
    axes.plot(distances, js, color=GREY, linestyle="--", label="Jensen-Shannon / log 2")
    axes.set(xlabel="distance of the humps", ylabel="estimate, scaled", title="what the generator is told")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


with extra_credit():
    show_critics((0.5, 1.0, 2.0, 3.0, 4.0, 5.0))

# %% [markdown]
# **What you should see.** JS is at its limit from a distance of 2 on. The critic with the gradient penalty goes on growing:
# ours says 1.05 at a distance of 1, and 5.85 at 5, a little too much, since the penalty only pulls its slope towards 1. The
# clipped critic grows as well, but bends, and its scale is whatever c allows.
#
# **And images.** Five steps of the critic for one of the generator is usual; we take three. The critic below is your
# discriminator without batch norm. Watch the curve: unlike every loss so far, it falls when the images get better.


# %%
def without_norm(network: nn.Module) -> nn.Module:
    """The network, with nothing in the place of each of its batch norms."""
    for name, part in network.named_children():
        is_norm = isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d)
        setattr(network, name, nn.Identity()) if is_norm else without_norm(part)
    return network


EXTRA_STEPS = {
    "quick": {"wgan": 300, "began": 400},
    "full": {"wgan": 5_000, "began": 10_000},
    "dry": {"wgan": 3, "began": 3},
}[RUN]
EXTRA = {"data": DATA, "seed": SEED, "z_dim": Z_DIM, **asdict(SETTINGS)}
CRITIC_STEPS, PENALTY = 3, 10


def train_wgan() -> nn.Module:
    """WGAN-GP; the averaged generator."""
    G = new_players(seed=11)[0]
    critic, average = without_norm(DCGANDiscriminator(CHANNELS, SETTINGS.width)).to(DEVICE), average_of(G, 0.98)
    options = {"clip": None, "optimizer": torch.optim.Adam, "betas": (0.0, 0.9)}
    g_updater, critic_updater = (Updater(player.parameters(), SETTINGS.lr, **options) for player in (G, critic))

    def round_of_wgan(number: int) -> dict[str, Tensor]:
        rng = step_rng(SEED, number, DEVICE)
        z = torch.randn(CRITIC_STEPS + 1, SETTINGS.batch, Z_DIM, generator=rng, device=DEVICE)
        mix = torch.rand(CRITIC_STEPS, SETTINGS.batch, generator=rng, device=DEVICE)
        for turn in range(CRITIC_STEPS):
            real, fake = real_batch(number * CRITIC_STEPS + turn), G(z[turn]).detach()
            loss = critic_loss(critic(real), critic(fake))
            critic_updater.update(loss + PENALTY * gradient_penalty(critic, real, fake, mix[turn]))
        g_updater.update(wgan_generator_loss(critic(G(z[-1]))))
        average.update_parameters(G)
        return {"estimated distance": -loss.detach()}

    parts = {"generator": G, "critic": critic, "average": average, "g_updater": g_updater, "c_updater": critic_updater}
    preflight.check(
        round_of_wgan, parts, trained=["generator"], images=real_batch(0)
    )  # a last bias cancels in the loss
    curves = plots.LiveCurves("WGAN-GP: the distance, as the critic estimates it", window=20)
    steps, folder = EXTRA_STEPS["wgan"], run_folder(f"hw2_wgan_{DATA}_{RUN}")
    train(round_of_wgan, parts, steps, folder, settings=EXTRA, show=curves)
    return average.module.eval()


with extra_credit():
    wgan_generator = train_wgan()
    plots.show_images({"WGAN-GP": draw(wgan_generator, fixed_noise(12))}, f"after {EXTRA_STEPS['wgan']} rounds")
    distance = frechet_distance(features_of(draw(wgan_generator, fixed_noise(2000))), real_features)
    print(f"Fréchet distance {distance:.1f}")

# %% [markdown]
# **What you should see.** The estimate rises above 30 while the critic learns to see, and then falls as the generator
# learns: to 2.5 after 300 rounds, in ours, with shapes of clothes and a Fréchet distance of 1.9. A round costs more
# than twice one of part 4, since the penalty is differentiated twice. In return you can read off the curve how it goes.

# %% [markdown]
# # Part 6: BEGAN (extra credit)
#
# Source: Berthelot, Schumm and Metz, *BEGAN: Boundary Equilibrium Generative Adversarial Networks*, 2017.
#
# Here the discriminator is an *autoencoder*, and its opinion of an image is how badly it can reconstruct it,
# $\mathcal L(x) = \lVert x - \mathrm{AE}(x) \rVert_1$ (ours is the mean over pixels). It learns to reconstruct real images
# well and made ones badly. The generator makes images that it reconstructs well.
#
# ### 6.1 `began_losses` (4 points)
#
# $$L_D = \mathcal L(x) - k\, \mathcal L(G(z)), \qquad L_G = \mathcal L(G(z))$$
#
# | | shape | |
# |---|---|---|
# | `recon_real`, `recon_fake` | (B,), (B',) | reconstruction errors, at least 0 |
# | `k` | float in [0, 1] | how much D cares for made images |
# | result | two 0-d tensors | $L_D$ and $L_G$ |
#
# Source: Berthelot et al., 2017, section 3.3.
#
# *Easy, 10 minutes.* Trap: k stands in one of the two losses only.


# %% exercise="began_losses"
def began_losses(recon_real: Tensor, recon_fake: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Losses of BEGAN, whose discriminator is an autoencoder: L_D = L(x) - k L(G(z)) and L_G = L(G(z)).

    Args:
        recon_real: how badly the discriminator reconstructs each real image, at least 0, shape (B,).
        recon_fake: the same for generated images, shape (B',), same dtype; B' may differ from B.
        k: how much the discriminator cares for generated images, in [0, 1].

    Returns:
        the discriminator's and the generator's loss, two 0-d tensors; L is a mean over its own batch.

    Source: Berthelot, Schumm and Metz (BEGAN), 2017, section 3.3.
    """
    ### BEGIN SOLUTION
    return recon_real.mean() - k * recon_fake.mean(), recon_fake.mean()
    ### END SOLUTION


# %% check="began_losses" points=4
check(began_losses)

# %% [markdown]
# ### 6.2 `began_update_k` (4 points)
#
# If one player is too strong, turn a knob. The wanted balance is a ratio $\gamma = \mathcal L(G(z)) / \mathcal L(x)$ (as
# means). While made images are reconstructed *too well* for that, D should care more about them, so k grows:
#
# $$k \leftarrow \mathrm{clamp}_{[0, 1]}\bigl(k + \lambda_k\,(\gamma\, \mathcal L(x) - \mathcal L(G(z)))\bigr)$$
#
# | | | |
# |---|---|---|
# | `k` | () or a float | in the training a tensor |
# | `gamma`, `lambda_k` | floats | |
# | `recon_real`, `recon_fake` | (B,), (B',) | as above; may carry a graph |
# | result | () or a float | in [0, 1], and no graph |
#
# Source: Berthelot et al., 2017, section 3.3.
#
# *Easy, 15 minutes.* Traps: γ belongs to the *real* images; no graph; both ends of the clamp.


# %% exercise="began_update_k"
def began_update_k(
    k: Tensor | float, recon_real: Tensor, recon_fake: Tensor, gamma: float, lambda_k: float
) -> Tensor | float:
    """The next k: it grows while generated images are reconstructed too well, compared with gamma times the real ones.

    Args:
        k: the present one, in [0, 1]: a 0-d tensor on the errors' device, as in the training below, or a Python float.
        recon_real: how badly the discriminator reconstructs each real image, shape (B,).
        recon_fake: the same for generated images, shape (B',), same dtype; B' may differ from B. Both may carry a graph.
        gamma: the wanted ratio of L(G(z)) to L(x), in [0, 1].
        lambda_k: how fast k moves; 0.001 in the paper.

    Returns:
        k + lambda_k (gamma L(x) - L(G(z))), clamped to [0, 1], without a graph: a 0-d tensor on the errors'
        device, or a Python number. Reading a number off a GPU makes Python wait; a tensor stays there.

    Source: Berthelot, Schumm and Metz (BEGAN), 2017, section 3.3.
    """
    ### BEGIN SOLUTION
    balance = gamma * recon_real.detach().mean() - recon_fake.detach().mean()
    return (k + lambda_k * balance).clamp(0, 1)
    ### END SOLUTION


# %% check="began_update_k" points=4
check(began_update_k)

# %% [markdown]
# **Try it.** The encoder is small and dense, and the decoder has the architecture of the generator, as in the paper: so it is yours.
# BEGAN comes with a number that should fall when all goes well,
# $\mathcal M = \mathcal L(x) + |\gamma\,\mathcal L(x) - \mathcal L(G(z))|$: real images are reconstructed well, *and* the
# players are in balance. The paper moves k with $\lambda_k = 0.001$; our run is short, so we take 0.05.

# %%
GAMMA, LAMBDA_K, CODE = 0.7, 0.05, 32


class Autoencoder(nn.Module):
    """BEGAN's discriminator: images (B, C, 32, 32) -> how badly it reconstructs each, (B,). Its balance k is a buffer."""

    def __init__(self, channels: int, width: int):
        super().__init__()
        layers = [nn.Flatten(), nn.Linear(channels * 32 * 32, 8 * width), nn.ELU(), nn.Linear(8 * width, CODE)]
        self.encoder = nn.Sequential(*layers)
        self.decoder = DCGANGenerator(CODE, channels, width)
        self.register_buffer("k", torch.zeros(()))

    def forward(self, images: Tensor) -> Tensor:
        return (self.decoder(self.encoder(images)) - images).abs().mean(dim=(1, 2, 3))


def train_began() -> nn.Module:
    """BEGAN; the averaged generator."""
    G = new_players(seed=12)[0]
    D, average = Autoencoder(CHANNELS, SETTINGS.width).apply(init_dcgan_weights).to(DEVICE), average_of(G, 0.98)
    options = {"clip": None, "optimizer": torch.optim.Adam, "betas": (0.5, 0.999)}
    g_updater, d_updater = (Updater(player.parameters(), SETTINGS.lr, **options) for player in (G, D))

    def round_of_began(number: int) -> dict[str, Tensor | float]:
        k = D.k.clone()
        z_d, z_g = torch.randn(2, SETTINGS.batch, Z_DIM, generator=step_rng(SEED, number, DEVICE), device=DEVICE)
        of_real, of_fake = D(real_batch(number)), D(G(z_d).detach())
        d_updater.update(began_losses(of_real, of_fake, k)[0])
        g_updater.update(began_losses(of_real.detach(), D(G(z_g)), k)[1])
        D.k.fill_(began_update_k(k, of_real, of_fake, GAMMA, LAMBDA_K))
        average.update_parameters(G)
        error, made = of_real.detach().mean(), of_fake.detach().mean()
        return {"L(x)": error, "M": error + (GAMMA * error - made).abs(), "k": k}

    parts = {"generator": G, "autoencoder": D, "average": average, "g_updater": g_updater, "d_updater": d_updater}
    preflight.check(round_of_began, parts, trained=["generator", "autoencoder"], images=real_batch(0))
    curves = plots.LiveCurves("BEGAN: reconstruction, convergence M and balance k", window=20)
    steps, folder = EXTRA_STEPS["began"], run_folder(f"hw2_began_{DATA}_{RUN}")
    train(round_of_began, parts, steps, folder, settings=EXTRA, show=curves)
    return average.module.eval()


with extra_credit():
    began_generator = train_began()
    plots.show_images({"BEGAN": draw(began_generator, fixed_noise(12))}, f"after {EXTRA_STEPS['began']} rounds")
    distance = frechet_distance(features_of(draw(began_generator, fixed_noise(2000))), real_features)
    print(f"Fréchet distance {distance:.1f}")

# %% [markdown]
# **What you should see.** k rises at first, to 0.3 in ours, as grey made images are so easy to reconstruct; then it
# settles below 0.1. M falls from 1.2 to 0.18. The images are soft, without a hole in them: an autoencoder likes what is
# simple. Ours, after 400 rounds, had a Fréchet distance of 2.6.

# %% [markdown]
# # Part 7: Parts of BigGAN (extra credit)
#
# Source: Brock, Donahue and Simonyan, *Large Scale GAN Training for High Fidelity Natural Image Synthesis* (BigGAN), 2019.
# The same game, with batches of 2048 images and networks hundreds of times as large as ours, draws dogs and mountains of
# 512 × 512 pixels. Most of what makes that possible is size. Five small parts fit into a homework.
#
# ### 7.1 `hinge_discriminator_loss` (3 points)
#
# $$L_D = \mathbb E_x \max(0, 1 - D(x)) + \mathbb E_z \max(0, 1 + D(G(z)))$$
#
# (D gives logits.) Once an image is on the right side by a margin of 1 it costs nothing more: D spends its strength on the
# images that are hard to tell apart.
#
# | | shape | |
# |---|---|---|
# | `logits_real`, `logits_fake` | (B,) or (B, 1); (B',) or (B', 1) | |
# | result | 0-d | sum of two means |
#
# Source: Brock et al., 2019, section 3; Lim and Ye (Geometric GAN), 2017.
#
# *Easy, 5 minutes.* Trap: which sign stands where.


# %% exercise="hinge_discriminator_loss"
def hinge_discriminator_loss(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """The hinge loss of the discriminator: E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), where D gives logits.

    Args:
        logits_real: shape (B,) or (B, 1).
        logits_fake: shape (B',) or (B', 1), same dtype; B' may differ from B.

    Returns:
        a 0-d tensor, the sum of two means, each over its own batch. On a margin, where a hinge has a corner, the gradient
        may be that of either side.

    Source: Brock, Donahue and Simonyan (BigGAN), 2019, section 3; Lim and Ye (Geometric GAN), 2017.
    """
    ### BEGIN SOLUTION
    return F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake).mean()
    ### END SOLUTION


# %% check="hinge_discriminator_loss" points=3
check(hinge_discriminator_loss)

# %% [markdown]
# ### 7.2 `hinge_generator_loss` (2 points)
#
# $L_G = -\mathbb E_z D(G(z))$. No hinge for the generator: it should never be content.
#
# | | shape | |
# |---|---|---|
# | `logits_fake` | (B,) or (B, 1) | |
# | result | 0-d | |
#
# Source: Brock et al., 2019, section 3; Lim and Ye, 2017.
#
# *Easy, 5 minutes.*


# %% exercise="hinge_generator_loss"
def hinge_generator_loss(logits_fake: Tensor) -> Tensor:
    """The generator's loss against a hinge discriminator: -E D(G(z)), where D gives logits.

    Args:
        logits_fake: shape (B,) or (B, 1).

    Returns:
        a 0-d tensor, the mean over the batch with its sign turned.

    Source: Brock, Donahue and Simonyan (BigGAN), 2019, section 3; Lim and Ye (Geometric GAN), 2017.
    """
    ### BEGIN SOLUTION
    return -logits_fake.mean()
    ### END SOLUTION


# %% check="hinge_generator_loss" points=2
check(hinge_generator_loss)

# %% [markdown]
# ### 7.3 `truncate_noise` (5 points)
#
# The **truncation trick**: train with $z \sim \mathcal N(0, I)$, and *sample* with a z whose large numbers are drawn again.
# Noise from the middle is what G saw most often, so images become better, and more alike. It costs nothing and can be
# turned after training, like the weight of guidance in homework 1.
#
# | | shape | |
# |---|---|---|
# | `noise` | (B, z_dim) | |
# | `threshold` | positive float | largest size allowed |
# | `redraws` | (R, B, z_dim) | further draws, R ≥ 0 |
# | result | (B, z_dim) | each number too large becomes the first redraw at its place that is not; if there is none, the last draw is clamped |
#
# Source: Brock et al., 2019, section 3.1.
#
# *Medium, 20 minutes.* Traps: *size*, so −3 is too large as well; numbers are redrawn one by one, not whole vectors; a
# number that is fine stays, whatever the redraws say; the noise belongs to the caller.
#
# <details><summary>Hint</summary>
#
# One `torch.where` for each of the R redraws.
#
# </details>


# %% exercise="truncate_noise"
def truncate_noise(noise: Tensor, threshold: float, redraws: Tensor) -> Tensor:
    """The truncation trick: numbers that are too large in size are drawn again, for images that are less varied.

    Args:
        noise: a draw from N(0, I), shape (B, z_dim).
        threshold: the largest allowed size, positive.
        redraws: further draws from N(0, I), shape (R, B, z_dim), R at least 0.

    Returns:
        noise, where each number whose absolute value is above the threshold has been replaced by the first of redraws[0],
        redraws[1], ... at its own place that is not; what is still too large then becomes -threshold or threshold, with
        the sign of the last draw. Where nothing is too large, noise itself may come back.

    Source: Brock, Donahue and Simonyan (BigGAN), 2019, section 3.1.
    """
    ### BEGIN SOLUTION
    for redraw in redraws:
        noise = torch.where(noise.abs() > threshold, redraw, noise)
    return noise.clamp(-threshold, threshold)
    ### END SOLUTION


# %% check="truncate_noise" points=5
check(truncate_noise)

# %% [markdown]
# **Try it** on the generator you trained in part 4: the same noise, truncated harder and harder.


# %%
@torch.no_grad()
def how_sure(features: Tensor) -> float:
    """The probability that the judge gives to the class it sees, averaged over images with these features."""
    return judge.head(features.to(DEVICE)).softmax(dim=1).amax(dim=1).mean().item()


def show_truncation(thresholds: tuple[float, ...], count: int = 2000) -> None:
    """Samples of truncated noise; how sure the judge is of what it sees, how much samples differ, Fréchet distance."""
    noise = fixed_noise(count, seed=13)
    redraws = torch.randn(20, *noise.shape, generator=torch.Generator().manual_seed(14))
    print(f"real images: the judge is {how_sure(real_features):.0%} sure")
    rows = {}
    for threshold in thresholds:
        images = draw(averaged, truncate_noise(noise, threshold, redraws))
        features = features_of(images)
        spread = (images[::2] - images[1::2]).flatten(start_dim=1).norm(dim=1).mean().item()
        rows[f"{threshold:g}"] = images[:12]
        print(
            f"threshold {threshold:4g}: the judge is {how_sure(features):.0%} sure, two samples are {spread:.1f} apart, ",
            end="",
        )
        print(f"Fréchet distance {frechet_distance(features, real_features):.2f}")
    plots.show_images(rows, "the same noise, truncated at …")


with extra_credit():
    show_truncation((4.0, 2.0, 1.0, 0.5, 0.2))

# %% [markdown]
# **What you should see.** Samples become more alike, that is certain: ours are 22.5 apart at first, 16.2 at a threshold of
# 1, and 1.9 at 0.2. But they become no better: the classifier is no surer of what it sees (58 % at 4, 57 % at 1; 81 % with
# real images). At 2 hardly anything changes, at 1 the Fréchet distance has gone from 0.39 to 1.72, and below that the
# clothes dissolve. Noise that is so short has never been seen in training, and the statistics of the batch norms do not fit
# it. The paper saw the same in some of its large generators, and has a cure: the next exercise.

# %% [markdown]
# ### 7.4 `orthogonal_penalty` (4 points)
#
# Truncation only works if G is smooth: noise it has rarely seen in this density must still give an image. BigGAN asks the
# filters of each layer to be *orthogonal to each other*, but lets each have the norm it likes:
#
# $$R(W) = \lVert W W^\top \odot (\mathbf 1 - I) \rVert_F^2$$
#
# with the filters as the *rows* of W.
#
# | | shape | |
# |---|---|---|
# | `weight` | (filters, …) | of a convolution (out, in, kh, kw), or of a dense layer (out, in) |
# | result | 0-d | without the paper's factor β |
#
# Source: Brock et al., 2019, eq. 3, whose filters are columns.
#
# *Medium, 15 minutes.* Traps: the diagonal does not count; entries are squared, and no root is taken.


# %% exercise="orthogonal_penalty"
def orthogonal_penalty(weight: Tensor) -> Tensor:
    """How far the filters of a layer are from being orthogonal to each other, whatever their norms.

    Args:
        weight: shape (filters, ...): of a convolution (out, in, kh, kw), or of a dense layer (out, in).

    Returns:
        a 0-d tensor: with the filters as rows of W, the sum of squares of all entries of W W^T off its diagonal. The
        factor beta of the paper is not in it. Value and gradient are right where it is 0, too: for filters that are
        orthogonal, or 0.

    Source: Brock, Donahue and Simonyan (BigGAN), 2019, eq. 3, whose filters are columns.
    """
    ### BEGIN SOLUTION
    rows = weight.flatten(start_dim=1)
    products = rows @ rows.T  # (filters, filters)
    return (products - torch.diag(products.diag())).square().sum()
    ### END SOLUTION


# %% check="orthogonal_penalty" points=4
check(orthogonal_penalty)

# %% [markdown]
# ### 7.5 `ConditionalBatchNorm2d` (6 points)
#
# How is a generator told what to draw? BigGAN tells every batch norm: normalise as always, then scale and shift each
# channel by numbers that belong to the *class of this image*. So a boot and a shirt go through the same convolutions, and
# use their channels differently.
#
# | | shape | |
# |---|---|---|
# | `gain`, `bias` | embeddings (classes, C) | all 1, and all 0, at the start |
# | `x` | (B, C, H, W) | |
# | `labels` | (B,) | long |
# | result | (B, C, H, W) | gain of the label · normalised x + bias of the label |
#
# Normalisation and running statistics are those of `nn.BatchNorm2d`, and are shared by all classes.
#
# Source: Brock et al., 2019, section 3; de Vries et al., 2017.
#
# *Medium, 25 minutes.* Traps: the batch norm inside must not have a gain of its own; an embedding starts at random unless
# you say otherwise; (B, C) against (B, C, H, W); in eval mode the running statistics are used.
#
# <details><summary>Hint</summary>
#
# `nn.BatchNorm2d(features, affine=False)`.
#
# </details>


# %% exercise="ConditionalBatchNorm2d"
class ConditionalBatchNorm2d(nn.Module):
    """Batch norm whose gain and bias belong to the class of each image.

    Gain and bias have a row for each class, (classes, features), all 1 and all 0 at the start, and are trained; embeddings
    or parameters, under any name. Nothing else is. Normalisation and running statistics are those of nn.BatchNorm2d
    with its default settings, shared by all classes. The output can be differentiated.

    Args:
        features: channels, C.
        classes: number of labels.

    Source: Brock, Donahue and Simonyan (BigGAN), 2019, section 3; de Vries et al., 2017.
    """

    def __init__(self, features: int, classes: int):
        super().__init__()
        ### BEGIN SOLUTION
        self.norm = nn.BatchNorm2d(features, affine=False)
        self.gain, self.bias = nn.Embedding(classes, features), nn.Embedding(classes, features)
        nn.init.ones_(self.gain.weight)
        nn.init.zeros_(self.bias.weight)
        ### END SOLUTION

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Images (B, C, H, W) and labels (B,) long -> (B, C, H, W)."""
        ### BEGIN SOLUTION
        gain, bias = self.gain(labels)[:, :, None, None], self.bias(labels)[:, :, None, None]  # (B, C, 1, 1)
        return gain * self.norm(x) + bias
        ### END SOLUTION


# %% check="ConditionalBatchNorm2d" points=6
check(ConditionalBatchNorm2d)

# %% [markdown]
# ## The long run: CIFAR-10
#
# Set `DATA = "cifar10"` and `RUN = "full"` at the top, and run everything again: the same cells, with colours, birds and
# trucks. The classifier is trained on the spot. For CIFAR-10, 20,000 rounds of networks this small are a start: you should
# see patches of sky and grass, and outlines of animals and vehicles (*extrapolated, not measured*). What you hand in stays
# the FashionMNIST model: this run is saved beside it.

# %% [markdown]
# ## Hand in
#
# **Save the notebook** (Ctrl+S), then run the cell below. It packs the notebook, and what you trained if the homework
# asks for it, into one zip. Then it opens that zip in a fresh process, finds your answers and what they need in it as
# the grader does, and runs every check once more. Read what it says: a definition that lives only in this kernel is
# missing there. Nothing is sent anywhere; upload the zip yourself, as often as you like.

# %%
from homework.submission import hand_in

archive = hand_in("hw2_gan")
