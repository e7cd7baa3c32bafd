# %% [markdown]
# # Homework 1: Denoising diffusion

# %% [markdown]
# {{ colab_badge }}

# %% [markdown]
# You write a diffusion model from its two Gaussians upwards, train it on real images, and tell it what to draw.
#
# | part | what you write | points: by the grader + by hand | time |
# |---|---|---|---|
# | 1. From the VAE | the reparameterisation trick, and a KL divergence | 9 | ¾ hour |
# | 2. Noise, forwards | schedule, noising, and the way back if the noise is known | 17 | 1 hour |
# | 3. Noise, backwards | why the KL is a regression; objective, step, sampling | 35 + 5 | 2½ hours |
# | 4. Guidance | labels that are dropped, and noise that is guided | 10 | ½ hour |
# | 5. Real images | a trained model, and what you see in it | 9 + 5 | 1 hour, and the training |
# | | | **80 + 10** | **6 hours** |
#
# **How it works.** Every exercise has a stub that raises `NotImplementedError`: put your code in its place. The cell
# below each stub checks it on small inputs. Green is right on these inputs. Red says what it *saw*, asks a question to
# *think* about, and names what to *read*; when your answer is a common mistake, it tells you which one. The grader uses
# other inputs and more of them, also on a GPU, and calls your functions alone: names, argument order and docstrings are
# the contract. Helpers, constants and tables may stand in whatever cell you like: with an answer the grader runs the
# lines that it needs, and no others.
#
# **What you hand in.** The zip that the last cell packs: this notebook, `hw1_diffusion.ipynb`, with all checks green and
# both written questions (3.6 and 5.5) answered, and the denoiser that you trained.
#
# **What it runs on.** Parts 1 to 4 run on a laptop in a minute. Part 5 trains on a GPU (`RUN = "full"`), or in a few
# minutes on a processor (`RUN = "quick"`): the same cells, a smaller network, and full points for both.
#
# **What the grader has.** {{ grader_has }} An answer
# that needs newer Python or another library gets no points; the last cell tells you, before you hand in.
#
# **What holds for every exercise**, unless its docstring says otherwise. Any batch size works, 1 as well, and no two
# sizes need be equal; an empty batch need not work. Floating-point results have the dtype of what was handed in (float32
# or float64), labels and indices are long, and everything stays on the device it came on, a GPU or the processor. What is
# handed in is not changed: values, `requires_grad`, `.grad`. A loss is a 0-d tensor that can be differentiated; of other
# results the docstring says whether they can. Nothing is drawn at random inside.
#
# **Letters for shapes.** B batch · C channels · H, W height and width · D dimension of a code or a point ·
# T number of timesteps · F number of features of an image.

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
import os
from collections.abc import Callable
from itertools import pairwise

import matplotlib.pyplot as plt
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from homework import checks, plots
from homework.networks import PointDenoiser, UNet
from homework.plots import BLUE, GREEN, GREY, ORANGE

check = checks.of("hw1_diffusion")

# %% [markdown]
# The two switches of this notebook. `RUN` takes what the machine has unless you say otherwise; what it changes stands
# in a table in part 5. `DATA` is for later: come back to CIFAR-10 when everything is done.
# (A third run, `dry`, takes a few steps of everything: it shows that all cells run, and nothing else.)

# %%
RUN = os.environ.get("RUN") or ("full" if DEVICE.type == "cuda" else "quick")
DATA = "fashion_mnist"  # or "cifar10", the long run

if DEVICE.type == "cpu":
    torch.set_num_threads(1)  # networks this small only get slower when several cores share them

# %% [markdown]
# ## The idea
#
# There are millions of photographs of shoes, and we want a machine that draws another one. So there is a distribution
# $p(x)$ over all images, of which we have samples, and we want a new sample. This lecture has three answers. All three
# start from noise, which is easy to sample, and learn to turn it into an image:
#
# | | VAE | diffusion | GAN |
# |---|---|---|---|
# | the noise | a short code z | as large as the image | a short code z |
# | from image to noise | an encoder, learnt | a fixed recipe: add noise, T times | there is no such way |
# | from noise to image | a decoder | a denoiser, T times | a generator |
# | trained by | a bound on log p(x): reconstruction and a KL | the same bound, which becomes a regression | a game against a discriminator |
# | one sample costs | one pass | T passes (guided: 2T) | one pass |
# | known for | a smooth space of codes; blurred images | sharp and diverse images; slow | sharp images, fast; drops modes, hard to balance |
#
# A diffusion model is a VAE in which nobody trains the encoder. The encoder adds a little noise at a time until nothing
# is left of the image, and because each step is so small, the way back is a Gaussian too. Nobody has to learn how to
# draw a shoe from nothing. All there is to learn is how to make an image *a little less noisy*.


# %%
def draw_chain(axes: plt.Axes, height: float, boxes: list[tuple[float, str, str]]) -> None:
    """Labelled boxes (place, text, colour) in a row, with an arrow from each one to the next."""
    for place, text, color in boxes:
        style = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": color, "linewidth": 1.6}
        axes.text(place, height, text, ha="center", va="center", bbox=style, fontsize=9)
    for (start, *_), (end, *_) in pairwise(boxes):
        draw_arrow(axes, (start + 0.62, height), (end - 0.62, height), GREY)


def draw_arrow(axes: plt.Axes, start: tuple[float, float], end: tuple[float, float], color: str, bend: float = 0):
    style = {"arrowstyle": "-|>", "color": color, "linewidth": 1.4, "connectionstyle": f"arc3,rad={bend}"}
    axes.annotate("", end, start, arrowprops=style)


def show_three_models() -> None:
    """VAE, diffusion and GAN: what is learnt (blue), what is drawn at random (green), what is compared (orange)."""
    _, axes = plt.subplots(figsize=(10, 4.6), layout="constrained")
    vae = [(1, "image\nx", GREY), (3, "encoder", BLUE), (5, "code\nz", GREEN), (7, "decoder", BLUE)]
    draw_chain(axes, 4, [*vae, (9, "image", GREY)])
    draw_chain(axes, 2, [(1, "image\n$x_0$", GREY), (3, "$x_1$", GREY), (5, "…", GREY), (7, "noise\n$x_T$", GREEN)])
    for end in (1, 3, 5):
        draw_arrow(axes, (end + 1.8, 1.55), (end + 0.2, 1.55), BLUE, bend=-0.3)
    gan = [(1, "code\nz", GREEN), (3, "generator", BLUE), (5, "image", GREY), (7, "discriminator", BLUE)]
    draw_chain(axes, 0, gan)
    draw_arrow(axes, (7, -0.72), (7, -0.3), GREY)
    notes = ((5, 4.62, "close to N(0, I)?", ORANGE), (9, 4.62, "like x?", ORANGE), (8.9, 0, "real or\nmade?", ORANGE))
    notes += ((4, 2.3, "adds noise, nothing is learnt", GREY), (4, 1.0, "one denoiser, for all steps", BLUE))
    notes += ((8.9, 2, "which noise\nwas added?", ORANGE), (7, -0.9, "real image x", GREY))
    for x, y, text, color in notes:
        axes.text(x, y, text, color=color, ha="center", va="center", fontsize=9)
    for height, name in ((4, "VAE"), (2, "diffusion"), (0, "GAN")):
        axes.text(-0.2, height, name, ha="right", va="center", weight="bold")
    axes.set(xlim=(-1.3, 10), ylim=(-1.1, 4.9))
    axes.axis("off")
    plt.show()


show_three_models()

# %% [markdown]
# # Part 1: From the VAE
#
# Two tools of the VAE will be needed throughout: how to draw a random number so that a gradient can pass, and how to
# measure how far one Gaussian is from another.
#
# ### 1.1 `reparameterize` (4 points)
#
# The encoder of a VAE does not name one code for an image. It names a Gaussian: means $\mu$, and variances, as
# logarithms, since those may be any number while a variance may not. The decoder gets a sample of it. But how shall
# the loss of the decoder tell the encoder to move its mean a little to the left? A number that was drawn has no
# derivative.
#
# The trick: draw the randomness *first*, from a Gaussian that nobody trains, and compute the sample from it.
#
# $$z = \mu + \sigma \odot \epsilon, \qquad \epsilon \sim \mathcal N(0, I), \qquad \sigma^2 = \exp(\texttt{log\_var})$$
#
# Now z is an ordinary function of $\mu$ and log_var. Diffusion uses this trick at every step of every training run.
#
# | | shape | |
# |---|---|---|
# | `mu`, `log_var` | any, in a VAE (B, D) | both trained |
# | `noise` | as `mu` | $\epsilon$, given: the function draws nothing itself |
# | result | as `mu` | one sample for each mean |
#
# Source: Kingma and Welling, *Auto-Encoding Variational Bayes* (VAE), 2014, section 2.4.
#
# *Easy, 10 minutes.* Traps: a variance is not a standard deviation; the noise you are given is the one to use, and so
# it is in this whole homework: the grader gives noise and compares numbers.
#
# <details><summary>Hint 1</summary>
#
# What do you have to do to log_var to get σ² out of it? And what to get σ?
#
# </details>
# <details><summary>Hint 2</summary>
#
# $\sqrt{\exp(a)} = \exp(a / 2)$: one line, without a square root.
#
# </details>


# %% exercise="reparameterize"
def reparameterize(mu: Tensor, log_var: Tensor, noise: Tensor) -> Tensor:
    """A sample of N(mu, diag exp(log_var)), written as a function of mu, log_var and given noise.

    Args:
        mu: means, any shape of one dimension or more; in a VAE (B, D).
        log_var: logarithms of the variances, from -80 to 80, with the shape and dtype of mu.
        noise: a draw from N(0, I), with the shape and dtype of mu; this noise is used, and no other.

    Returns:
        the sample, with the shape, dtype and device of mu. It can be differentiated with respect to mu and log_var,
        for all values of log_var; the inputs are left unchanged, and nothing random is drawn here.

    Source: Kingma and Welling (VAE), 2014, section 2.4.
    """
    ### BEGIN SOLUTION
    return mu + torch.exp(log_var / 2) * noise
    ### END SOLUTION


# %% check="reparameterize" points=4
check(reparameterize)

# %% [markdown]
# ### 1.2 `kl_to_standard_normal` (5 points)
#
# If the decoder is to make images from codes $z \sim \mathcal N(0, I)$ later, the codes that it sees in training must
# look like these. So a VAE pays for every image whose Gaussian is not the standard normal one. The price is the
# Kullback-Leibler divergence, which between Gaussians needs no sampling at all:
#
# $$\mathrm{KL}\bigl(\mathcal N(\mu, \mathrm{diag}\,\sigma^2) \,\|\, \mathcal N(0, I)\bigr)
# = \frac12 \sum_{d=1}^{D} \bigl(\mu_d^2 + \sigma_d^2 - 1 - \log \sigma_d^2\bigr)$$
#
# Each part has a meaning. $\mu^2$ pulls the mean to 0, and $\sigma^2 - 1 - \log\sigma^2$ pulls the variance to 1: it is 0
# there and positive everywhere else. Dimensions are independent, so their divergences add up. Images are averaged.
#
# | | shape | |
# |---|---|---|
# | `mu`, `log_var` | (B, D) | one Gaussian a row |
# | result | 0-d | in nats: summed over D, averaged over B |
#
# Source: Kingma and Welling, 2014, appendix B.
#
# *Easy, 15 minutes.* Traps: a mean over all elements is not a sum over D with a mean over B; the paper writes the
# *negative* of the divergence, which it maximises.
#
# <details><summary>Hint</summary>
#
# Build one tensor (B, D) that holds what stands in the brackets, and then reduce it twice. To try it in your head: for
# mu = 0 and log_var = 0 you want 0, and for mu = 1 and log_var = 0 you want ½ for each dimension.
#
# </details>


# %% exercise="kl_to_standard_normal"
def kl_to_standard_normal(mu: Tensor, log_var: Tensor) -> Tensor:
    """The divergence KL(N(mu, diag exp(log_var)) || N(0, I)) in nats: summed over D, averaged over the batch.

    Args:
        mu: means, shape (B, D).
        log_var: logarithms of the variances, from -80 to 80, shape (B, D), with the dtype of mu.

    Returns:
        a 0-d tensor, at least 0 up to rounding, with the dtype and device of mu. It can be differentiated with respect
        to both inputs, for all values of log_var and at N(0, I) too; they are left unchanged.

    Source: Kingma and Welling (VAE), 2014, appendix B.
    """
    ### BEGIN SOLUTION
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1).mean()
    ### END SOLUTION


# %% check="kl_to_standard_normal" points=5
check(kl_to_standard_normal)

# %% [markdown]
# **Try it.** The tug-of-war in every VAE, with a decoder so simple that we know who wins. An image sits at the point
# $a$, and reconstructing it from the code z costs $\lVert z - a\rVert^2 / 2s^2$. The reconstruction wants all codes at
# $a$; the KL wants them spread around 0. The best Gaussian is the exact posterior, with mean $a / (1 + s^2)$ and variance
# $s^2 / (1 + s^2)$ (dashed). Your two functions and a gradient have to find it.


# %%
def fit_code(target: Tensor, scale: float, steps: int = 300) -> tuple[Tensor, Tensor]:
    """Means (steps, D) and log variances (steps, D) on the way from N(0, I) to the best Gaussian."""
    mu, log_var = (torch.zeros(1, len(target), requires_grad=True) for _ in range(2))
    optimizer = torch.optim.Adam([mu, log_var], lr=0.05)
    rng = torch.Generator().manual_seed(0)
    path = []
    for _ in range(steps):
        noise = torch.randn(256, len(target), generator=rng)
        codes = reparameterize(mu.expand_as(noise), log_var.expand_as(noise), noise)
        reconstruction = (codes - target).square().sum(dim=1).mean() / (2 * scale**2)
        loss = reconstruction + kl_to_standard_normal(mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(torch.cat([mu, log_var]).detach().clone())
    mus, log_vars = torch.stack(path, dim=1)
    return mus, log_vars


def show_tug_of_war(target: Tensor, scales: dict[float, str]) -> None:
    """For each s: the way of the mean, the Gaussian it ends in (a circle of one σ), and the exact posterior."""
    _, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    axes.plot(*target, marker="*", markersize=14, color=GREY, linestyle="none", label="image a")
    for scale, color in scales.items():
        mus, log_vars = fit_code(target, scale)
        axes.plot(*mus.T, color=color, linewidth=1.5)
        axes.add_patch(plt.Circle(mus[-1], log_vars[-1].mean().div(2).exp(), color=color, alpha=0.25, linewidth=0))
        exact = target / (1 + scale**2), (scale**2 / (1 + scale**2)) ** 0.5
        axes.add_patch(plt.Circle(*exact, fill=False, color=color, linestyle="--"))
        axes.plot([], [], color=color, label=f"s = {scale}")
    axes.add_patch(plt.Circle((0, 0), 1, fill=False, color=GREY, linewidth=0.8, label="N(0, I)"))
    axes.set(xlim=(-1.4, 3.4), ylim=(-1.2, 2.2), aspect="equal", title="reconstruction pulls to a, the KL to N(0, I)")
    axes.legend(frameon=False, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_tug_of_war(torch.tensor([2.2, 1.2]), scales={0.3: BLUE, 1.0: GREEN, 3.0: ORANGE})

# %% [markdown]
# The circles should fill the dashed ones. With s = 3 the reconstruction hardly matters, and the code says next to
# nothing about the image. In a VAE this is called posterior collapse. A diffusion model goes there on purpose: its last
# $x_T$ knows nothing about the image any more, and for that no network is needed.

# %% [markdown]
# # Part 2: Noise, forwards
#
# Source for parts 2 and 3: Ho, Jain and Abbeel, *Denoising Diffusion Probabilistic Models* (DDPM), 2020.
#
# ### 2.1 `linear_schedule` (5 points)
#
# One step of the forward process shrinks the image a little and adds a little noise:
#
# $$q(x_t \mid x_{t-1}) = \mathcal N\bigl(\sqrt{1 - \beta_t}\; x_{t-1},\; \beta_t I\bigr) \qquad \text{(eq. 2)}$$
#
# Shrinking by just this much keeps the variance at 1 if it was 1. The **schedule** says how large the steps are. DDPM lets
# $\beta$ grow evenly from $10^{-4}$ to 0.02 in T = 1000 steps: small steps while there is fine detail to lose, larger
# ones once there is little left. With $\alpha_t = 1 - \beta_t$, the product
#
# $$\bar\alpha_t = \prod_{s \le t} \alpha_s$$
#
# says how much of the image's variance is left after step t.
#
# **How we count.** The paper's first step is t = 1. Ours is t = 0, as in most libraries, so that $\beta_t$ is `betas[t]`
# and a batch of timesteps can be an index. So `alpha_bar[0]` is $1 - \beta_0$ and not 1: after step 0 there is some noise.
#
# | | shape | |
# |---|---|---|
# | `num_steps` | int | T, at least 1 |
# | `beta_start`, `beta_end` | floats in (0, 1) | first and last of the betas, both included |
# | result | (T,) and (T,) | `betas` and `alpha_bar`, float32 |
#
# Source: Ho et al., 2020, section 2 ($\bar\alpha$, above eq. 4) and section 4 (the schedule).
#
# *Easy, 15 minutes.* Traps: the end is included; a product is not a sum; T = 1 is allowed.
#
# <details><summary>Hint</summary>
#
# PyTorch has a function for numbers that grow evenly between two ends, and one for the product of all elements so far.
#
# </details>


# %% exercise="linear_schedule"
def linear_schedule(num_steps: int, beta_start: float = 1e-4, beta_end: float = 0.02) -> tuple[Tensor, Tensor]:
    """Variances of the forward process that grow evenly, and how much of the image is left after each step.

    Args:
        num_steps: T, at least 1.
        beta_start: beta of the first step, in (0, 1).
        beta_end: beta of the last step, in (0, 1), not below beta_start; the only step of T = 1 has beta_start.

    Returns:
        betas, shape (T,), from beta_start to beta_end, both included; and alpha_bar, shape (T,), where alpha_bar[t] is
        the product of (1 - beta) over steps 0 ... t. Both are float32, on the processor. No beta is clipped.

    Source: Ho, Jain and Abbeel (DDPM), 2020, section 2 (alpha_bar, above eq. 4) and section 4 (the schedule).
    """
    ### BEGIN SOLUTION
    betas = torch.linspace(beta_start, beta_end, num_steps)  # (T,)
    return betas, torch.cumprod(1 - betas, dim=0)
    ### END SOLUTION


# %% check="linear_schedule" points=5
check(linear_schedule)

# %% [markdown]
# **Try it.** Sampling will start from pure noise, so the forward process must *end* in pure noise: `alpha_bar` has to come
# close to 0. The paper's schedule does, in 1000 steps. We can afford 200. If we keep its betas, a good part of the image
# is left at the end, and no sample could ever start there. So this course takes larger steps: T = 200 from 5e-4 to 0.1.


# %%
T, BETA_START, BETA_END = 200, 5e-4, 0.1
betas, alpha_bar = linear_schedule(T, BETA_START, BETA_END)


def show_schedules(schedules: dict[str, tuple[Tensor, str]]) -> None:
    """How much of the image's variance is left, against the share of the steps that are done."""
    _, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    for name, (kept, color) in schedules.items():
        axes.plot(torch.linspace(0, 1, len(kept)), kept, color=color, label=f"{name}; at the end {kept[-1]:.5f}")
    axes.set(xlabel="t / T", ylabel="alpha_bar", title="how much of the image is left")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_schedules(
    {
        "T = 200, the paper's betas": (linear_schedule(T)[1], ORANGE),
        "T = 1000, the paper's betas": (linear_schedule(1000)[1], GREY),
        "T = 200, this course's betas": (alpha_bar, BLUE),
    }
)

# %% [markdown]
# ### 2.2 `forward_noising` (8 points)
#
# To train at step 150, do we have to add noise 151 times? No, since a Gaussian of a Gaussian is a Gaussian. Take two
# steps: the first leaves noise of variance $1 - \alpha_1$, the second one shrinks this to $\alpha_2 (1 - \alpha_1)$ and
# adds $1 - \alpha_2$. Independent variances add up, and the sum is $1 - \alpha_1\alpha_2$. Go on like this, and you can
# jump to any step at once:
#
# $$q(x_t \mid x_0) = \mathcal N\bigl(\sqrt{\bar\alpha_t}\; x_0,\; (1 - \bar\alpha_t) I\bigr),
# \qquad x_t = \sqrt{\bar\alpha_t}\; x_0 + \sqrt{1 - \bar\alpha_t}\; \epsilon \qquad \text{(eq. 4)}$$
#
# You know the right-hand side: it is the reparameterisation trick. In training every image of a batch gets a timestep of
# its own, so that each update sees easy and hard cases.
#
# | | shape | |
# |---|---|---|
# | `x0` | (B, …) | images (B, C, H, W) in [−1, 1], or points (B, D) |
# | `t` | (B,) | long, 0 … T − 1, one for each item |
# | `noise` | as `x0` | $\epsilon$ |
# | `alpha_bar` | (T,) | |
# | result | as `x0` | each item at its own timestep |
#
# Source: Ho et al., 2020, eq. 4.
#
# *Medium, 25 minutes.* Traps: `alpha_bar[t]` has shape (B,), and with images (B, C, H, W) PyTorch would line it up with
# the *width*: an error if you are lucky, nonsense if B = W; both square roots; 2-D data; x0 belongs to the caller.
#
# <details><summary>Hint 1</summary>
#
# Give the B numbers the shape (B, 1, 1, 1) for images and (B, 1) for points: as many ones as x0 has other dimensions.
# `x0.dim()` tells how many it has.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The weights, squared, add up to 1. If yours do not, one of the roots is missing.
#
# </details>


# %% exercise="forward_noising"
def forward_noising(x0: Tensor, t: Tensor, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """A sample of q(x_t | x_0): every item is noised to its own timestep at once.

    Args:
        x0: clean data, images (B, C, H, W) in [-1, 1], or points (B, D).
        t: timesteps in 0 ... T - 1, long, shape (B,), one per item.
        noise: a draw from N(0, I), same shape and dtype as x0; this noise is used, and no other.
        alpha_bar: shape (T,), each from 0 (only noise is left) to 1 (there is none).

    Returns:
        x_t = sqrt(alpha_bar_t) x0 + sqrt(1 - alpha_bar_t) noise, with the shape, dtype and device of x0, also when
        alpha_bar has another dtype. It need not be differentiable. The inputs are left unchanged, and nothing random is
        drawn here.

    Source: Ho, Jain and Abbeel (DDPM), 2020, eq. 4.
    """
    ### BEGIN SOLUTION
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))  # (B, 1, ...)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise
    ### END SOLUTION


# %% check="forward_noising" points=8
check(forward_noising)

# %% [markdown]
# **Try it** on real images. The first run loads them, about 30 MB, and keeps them for next time; everything that follows
# has them in [−1, 1].

# %%
from homework import datasets

LOAD = {"fashion_mnist": datasets.load_fashion_mnist, "cifar10": datasets.load_cifar10}
training_set, test_set = (LOAD[DATA](train=train) for train in (True, False))
print(
    f"{len(training_set)} images for training, {len(test_set)} kept apart, of shape {tuple(test_set.images.shape[1:])}"
)


# %%
def pick_one_per_class(images: datasets.ImageSet, which: int) -> Tensor:
    """The image number `which` of each class, (classes, C, H, W) in [-1, 1]."""
    numbers = [torch.nonzero(images.labels == label)[which, 0] for label in range(len(images.classes))]
    return datasets.to_model_range(images.images[torch.stack(numbers)])


def show_forward(images: Tensor, names: tuple[str, ...], timesteps: Tensor) -> None:
    """A strip for each image: clean, and noised to each of these timesteps."""
    rng = torch.Generator().manual_seed(1)
    rows = {}
    for name, image in zip(names, images, strict=True):
        x0 = image.expand(len(timesteps), -1, -1, -1)
        noisy = forward_noising(x0, timesteps, torch.randn(x0.shape, generator=rng), alpha_bar)
        rows[name] = torch.cat([image[None], noisy])
    columns = ["x0", *(f"t = {t}" for t in timesteps)]
    plots.show_images(rows, "the forward process: one jump from x0 to each step", columns)


TIMESTEPS = torch.tensor([0, 10, 25, 50, 75, 100, 125, 150, 199])
chosen = [9, 3, 8, 0]
show_forward(pick_one_per_class(test_set, 2)[chosen], [test_set.classes[label] for label in chosen], TIMESTEPS)

# %% [markdown]
# At which step can *you* no longer tell the boot from the bag? Nothing in the later pictures says which one it was. This is
# where a sampler that runs backwards has to decide.

# %% [markdown]
# ### 2.3 `predict_x0` (4 points)
#
# Turn eq. 4 around. If somebody tells you the noise in $x_t$, there is only one clean image that it can have come from:
#
# $$x_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t}\; \epsilon}{\sqrt{\bar\alpha_t}} \qquad \text{(eq. 15)}$$
#
# So a network that finds the noise also finds the image, and the other way round. This is all that a *denoiser* will be.
#
# | | shape | |
# |---|---|---|
# | `x_t`, `noise` | (B, …) | the noisy items, and the noise in them or a guess at it |
# | `t` | (B,) | long |
# | `alpha_bar` | (T,) | |
# | result | as `x_t` | not clipped |
#
# Source: Ho et al., 2020, eq. 15.
#
# *Easy, 10 minutes.* Trap: the same as above, for the shape of `alpha_bar[t]`.


# %% exercise="predict_x0"
def predict_x0(x_t: Tensor, t: Tensor, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """The clean data that x_t was made of, if `noise` is the noise in it: the inverse of forward_noising.

    Args:
        x_t: noisy data, images (B, C, H, W), or points (B, D).
        t: timesteps in 0 ... T - 1, long, shape (B,), one per item.
        noise: the noise in x_t or a model's guess at it, same shape and dtype as x_t.
        alpha_bar: shape (T,), each above 0 and at most 1, however small.

    Returns:
        x0, with the shape, dtype and device of x_t, also when alpha_bar has another dtype. It is not clipped, and need
        not be differentiable. The inputs are left unchanged.

    Source: Ho, Jain and Abbeel (DDPM), 2020, eq. 15.
    """
    ### BEGIN SOLUTION
    kept = alpha_bar[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1))  # (B, 1, ...)
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()
    ### END SOLUTION


# %% check="predict_x0" points=4
check(predict_x0)

# %% [markdown]
# **Try it.** With the true noise you get the image back at every step. Now let the guess be off by a little: 5 % of noise
# of another draw. Divided by $\sqrt{\bar\alpha_t}$, the little error becomes a large one at late steps. A single jump from
# noise to image is not to be had; this is why sampling takes many steps, and changes its mind on the way.


# %%
def show_errors(image: Tensor, timesteps: Tensor, error: float) -> None:
    """An image at several steps, and what comes back from the true noise and from a slightly wrong one."""
    rng = torch.Generator().manual_seed(2)
    x0 = image.expand(len(timesteps), -1, -1, -1)
    noise, other = (torch.randn(x0.shape, generator=rng) for _ in range(2))
    x_t = forward_noising(x0, timesteps, noise, alpha_bar)
    rows = {
        "noisy": x_t,
        "true noise": predict_x0(x_t, timesteps, noise, alpha_bar),
        f"off by {error:.0%}": predict_x0(x_t, timesteps, noise + error * other, alpha_bar),
    }
    plots.show_images(rows, "x0 from the noise", [f"t = {t}" for t in timesteps])


show_errors(pick_one_per_class(test_set, 2)[9], TIMESTEPS, error=0.05)

# %% [markdown]
# # Part 3: Noise, backwards
#
# ### 3.1 `posterior_mean` (7 points)
#
# Given a noisy $x_t$, what was $x_{t-1}$? In general nobody knows: that depends on all images there are. But if we are
# told $x_0$ as well, the answer is a Gaussian that can be written down. Bayes' rule multiplies two Gaussians in
# $x_{t-1}$, the one that leads from $x_0$ to it (eq. 4) and the one that leads from it to $x_t$ (eq. 2):
#
# $$q(x_{t-1} \mid x_t, x_0) = \mathcal N\bigl(\tilde\mu_t(x_t, x_0),\; \tilde\beta_t I\bigr), \qquad
# \tilde\mu_t = \frac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1 - \bar\alpha_t}\, x_0
# + \frac{\sqrt{\alpha_t}\,(1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t}\, x_t \qquad \text{(eq. 6 and 7)}$$
#
# A mixture of where we are and where we come from. We are not told $x_0$, but 2.3 says that knowing the noise is as good.
# Put eq. 15 in the place of $x_0$, and everything falls into place:
#
# $$\mu = \frac{1}{\sqrt{\alpha_t}} \Bigl( x_t - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\; \epsilon \Bigr)
# \qquad \text{(eq. 11)}$$
#
# Take a small part of the noise away, and undo the shrinking of this one step. Do the substitution once on paper; it is
# half a page, and question 3.6 leans on it.
#
# | | shape | |
# |---|---|---|
# | `x_t`, `noise` | (B, …) | the noisy items, and the noise in them or a guess at it |
# | `t` | (B,) | long |
# | `betas`, `alpha_bar` | (T,) | |
# | result | as `x_t` | mean of $x_{t-1}$, not clipped |
#
# Source: Ho et al., 2020, eq. 11.
#
# *Medium, 25 minutes.* Traps: $\alpha_t = 1 - \beta_t$ belongs to this one step, $\bar\alpha_t$ to all steps so far, and
# eq. 11 has both; with eq. 7 you would need $\bar\alpha_{t-1}$, and at t = 0 the index −1 is the *last* entry, not 1.
#
# <details><summary>Hint</summary>
#
# A way to test yourself: at t = 0 there is nothing before, and the mean is $x_0$ itself. Does your function agree there
# with predict_x0?
#
# </details>


# %% exercise="posterior_mean"
def posterior_mean(x_t: Tensor, t: Tensor, noise: Tensor, betas: Tensor, alpha_bar: Tensor) -> Tensor:
    """The mean of x_{t-1} given x_t, if `noise` is the noise in x_t.

    Args:
        x_t: noisy data, images (B, C, H, W), or points (B, D).
        t: timesteps in 0 ... T - 1, long, shape (B,), one per item.
        noise: the noise in x_t or a model's guess at it, same shape and dtype as x_t.
        betas: shape (T,), each in (0, 1).
        alpha_bar: shape (T,), the product of (1 - beta) over the steps 0 ... t.

    Returns:
        (x_t - beta_t / sqrt(1 - alpha_bar_t) noise) / sqrt(alpha_t), where alpha_t = 1 - beta_t, with the shape, dtype
        and device of x_t, also when the schedule has another dtype. It is not clipped, and need not be differentiable.
        The inputs are left unchanged.

    Source: Ho, Jain and Abbeel (DDPM), 2020, eq. 11.
    """
    ### BEGIN SOLUTION
    shape = (-1, *[1] * (x_t.dim() - 1))
    beta, kept = (table[t].to(x_t.dtype).reshape(shape) for table in (betas, alpha_bar))  # (B, 1, ...)
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()
    ### END SOLUTION


# %% check="posterior_mean" points=7
check(posterior_mean)

# %% [markdown]
# ### 3.2 `kl_equal_variance` (4 points)
#
# Now train a network $p_\theta(x_{t-1} \mid x_t) = \mathcal N(\mu_\theta(x_t, t), \sigma_t^2 I)$ to go back one step. The
# bound on $\log p(x_0)$ is that of a VAE with T codes, and it falls apart into one term for each step:
#
# $$\mathbb E_q \Bigl[ \underbrace{\mathrm{KL}(q(x_T \mid x_0) \,\|\, p(x_T))}_{L_T}
# + \sum_{t > 1} \underbrace{\mathrm{KL}(q(x_{t-1} \mid x_t, x_0) \,\|\, p_\theta(x_{t-1} \mid x_t))}_{L_{t-1}}
# \underbrace{- \log p_\theta(x_0 \mid x_1)}_{L_0} \Bigr] \qquad \text{(eq. 5)}$$
#
# (with t counted as in the paper). There is the KL of 1.2 again: $L_T$ asks whether the codes are standard normal. Nothing
# in it can be trained. The terms in the middle compare two Gaussians. If both have the variance $v$ in every direction,
#
# $$\mathrm{KL}\bigl(\mathcal N(\mu_q, v I) \,\|\, \mathcal N(\mu_p, v I)\bigr)
# = \frac{1}{2 v} \lVert \mu_q - \mu_p \rVert^2.$$
#
# The variances have cancelled out of everything but the scale, and what is left is a squared distance. That is the whole
# reason why one of the most powerful generative models is trained with a mean squared error.
#
# | | shape | |
# |---|---|---|
# | `mu_q`, `mu_p` | (B, …) | means |
# | `variance` | (B,) | v of each item |
# | result | (B,) | one divergence for each item, in nats, summed over pixels |
#
# Source: Ho et al., 2020, eq. 8.
#
# *Easy, 10 minutes.* Traps: sum over pixels, not mean; one number for each item, not for the batch; the factor 2.


# %% exercise="kl_equal_variance"
def kl_equal_variance(mu_q: Tensor, mu_p: Tensor, variance: Tensor) -> Tensor:
    """The divergence KL(N(mu_q, v I) || N(mu_p, v I)) of each item, in nats.

    Args:
        mu_q: means, images (B, C, H, W), or points (B, D).
        mu_p: means, same shape and dtype as mu_q.
        variance: v of each item, positive, however small or large, shape (B,), with the dtype of mu_q.

    Returns:
        one divergence per item, shape (B,), for B = 1 too, summed over pixels, with the dtype and device of mu_q. It can
        be differentiated with respect to the means, where they are equal too; the inputs are left unchanged.

    Source: Ho, Jain and Abbeel (DDPM), 2020, eq. 8.
    """
    ### BEGIN SOLUTION
    return (mu_q - mu_p).square().flatten(start_dim=1).sum(dim=1) / (2 * variance)
    ### END SOLUTION


# %% check="kl_equal_variance" points=4
check(kl_equal_variance)

# %% [markdown]
# ## From the KL to a regression
#
# Four lines, and each one is something you have written:
#
# 1. The term of step t is a KL between Gaussians whose variances are fixed, so it is a squared distance of means,
#    $\frac{1}{2\sigma_t^2} \lVert \tilde\mu_t - \mu_\theta \rVert^2$, plus a number that no training can change (eq. 8).
# 2. $x_t$ was made by eq. 4, so we know its noise $\epsilon$, and $\tilde\mu_t$ is eq. 11 with the *true* noise.
# 3. The network sees $x_t$ too. So let it predict the noise only, $\epsilon_\theta(x_t, t)$, and let $\mu_\theta$ be
#    eq. 11 with the *predicted* noise.
# 4. Subtract the two. $x_t$ cancels, and the weighted distance of noises is left:
#
# $$L_{t-1} = \mathbb E_{x_0, \epsilon} \biggl[
# \underbrace{\frac{\beta_t^2}{2 \sigma_t^2 \alpha_t (1 - \bar\alpha_t)}}_{\text{weight of step } t}
# \lVert \epsilon - \epsilon_\theta(\sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon,\; t) \rVert^2 \biggr]
# \qquad \text{(eq. 12)}$$
#
# DDPM then makes one more step, which no theory asks for: it drops the weight. The figure measures with your functions
# what is dropped: the KL of two guesses, divided by the squared distance of their noises.


# %%
def measure_weights(rng: torch.Generator) -> Tensor:
    """KL between the steps of two guesses at the noise, for each unit of squared distance between them; (T,)."""
    x_t, noise, guess = (torch.randn(T, 50, generator=rng) for _ in range(3))
    t = torch.arange(T)
    mu_q, mu_p = (posterior_mean(x_t, t, epsilon, betas, alpha_bar) for epsilon in (noise, guess))
    return kl_equal_variance(mu_q, mu_p, betas) / (noise - guess).square().sum(dim=1)


def show_weights() -> None:
    """The weight of each step in the bound, and in the simple objective."""
    _, axes = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
    axes.plot(measure_weights(torch.Generator().manual_seed(3)), color=BLUE, label="in the bound, measured")
    axes.axhline(1, color=ORANGE, linestyle="--", label="in the simple objective")
    axes.set(xlabel="t", ylabel="weight", yscale="log", title="what a squared error of the noise costs at step t")
    axes.legend(frameon=False, loc="center right")
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


show_weights()

# %% [markdown]
# The bound cares most about the very first steps, where the noise is nearly invisible. The simple objective cares about
# all steps alike, and so, compared with the bound, more about the late ones, which decide what the image shows. The paper
# finds that samples become better for it.
#
# ### 3.3 `ddpm_loss` (8 points)
#
# $$L_\text{simple} = \mathbb E_{t, x_0, \epsilon}
# \bigl[ \lVert \epsilon - \epsilon_\theta(\sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon,\; t) \rVert^2 \bigr]
# \qquad \text{(eq. 14)}$$
#
# Noise the images, ask the model which noise that was, compare. We take the mean over pixels instead of their sum, so that
# numbers do not depend on the size of the image. Two of them to hold on to: a model that always says 0 has a loss of 1, the
# variance of the noise, and so has every model that cannot know the noise. A loss that *stays* at 1 means that the model
# is asked for something that is not in its input.
#
# | | shape | |
# |---|---|---|
# | `model` | function | called once, as `model(x_t, t)`; returns its guess, as `x_t` |
# | `x0`, `noise` | (B, …) | clean items, and the noise to use |
# | `t` | (B,) | long |
# | `alpha_bar` | (T,) | |
# | result | 0-d | mean over all elements |
#
# Source: Ho et al., 2020, eq. 14 and algorithm 1.
#
# *Easy, 15 minutes.* Traps: the noise of the target is the noise *in* $x_t$, and not another draw; the model sees $x_t$ and
# not $x_0$; the model's parameters must get their gradient.


# %% exercise="ddpm_loss"
def ddpm_loss(model: Callable, x0: Tensor, t: Tensor, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """The simple objective of DDPM: the mean squared error of the noise that the model finds in x_t.

    Args:
        model: any function, called once for the whole batch, as model(x_t, t), without names for its arguments;
            returns its guess at the noise, with the shape and dtype of x_t. Nothing else is asked of it or done to it.
        x0: clean data, images (B, C, H, W) in [-1, 1], or points (B, D).
        t: timesteps in 0 ... T - 1, long, shape (B,), one per item.
        noise: a draw from N(0, I), same shape and dtype as x0; this noise is used, and no other.
        alpha_bar: shape (T,), each in (0, 1).

    Returns:
        the mean over all elements of the batch of (noise - model(x_t, t)) squared: a 0-d tensor with the dtype and
        device of x0, also when alpha_bar has another dtype. Its gradient reaches the model's parameters, and is 0 for a
        perfect guess. The inputs are left unchanged.

    Source: Ho, Jain and Abbeel (DDPM), 2020, eq. 14 and algorithm 1.
    """
    ### BEGIN SOLUTION
    x_t = forward_noising(x0, t, noise, alpha_bar)
    return F.mse_loss(model(x_t, t), noise)
    ### END SOLUTION


# %% check="ddpm_loss" points=8
check(ddpm_loss)

# %% [markdown]
# ### 3.4 `denoising_step` (9 points)
#
# One step back in time is a *sample* of $p_\theta(x_{t-1} \mid x_t)$, so noise is taken away and a little fresh noise is
# added:
#
# $$x_{t-1} = \underbrace{\frac{1}{\sqrt{\alpha_t}} \Bigl( x_t - \frac{\beta_t}{\sqrt{1 - \bar\alpha_t}}\,
# \epsilon_\theta(x_t, t) \Bigr)}_{\text{eq. 11}} + \sigma_t z, \qquad z \sim \mathcal N(0, I), \qquad \sigma_t^2 = \beta_t$$
#
# The last step, at our t = 0, is the exception. What comes out of it is the image, and nobody wants noise on it: $z = 0$.
# The paper allows two choices for the variance, $\beta_t$ and $\tilde\beta_t$, and finds them about as good; ours is the
# first.
#
# | | shape | |
# |---|---|---|
# | `model` | function | `model(x_t, t)` is its guess at the noise |
# | `x_t`, `noise` | (B, …) | the noisy items; z, given |
# | `t` | (B,) | long; in one batch there may be t = 0 and others |
# | `betas`, `alpha_bar` | (T,) | |
# | result | as `x_t` | $x_{t-1}$, not clipped |
#
# Source: Ho et al., 2020, algorithm 2, and section 3.2 for the variance.
#
# *Medium, 25 minutes.* Traps: $\sigma_t$ is a root; the noise is left out at t = 0, not at t = 1; and it is left out for
# *those items*, not for the whole batch, so `if t == 0` will not do.
#
# <details><summary>Hint 1</summary>
#
# Half of this function exists: you have written eq. 11.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Make a tensor (B,) with the standard deviation of each item, in which the items with t = 0 have a zero. Then give it
# the shape (B, 1, …), as before.
#
# </details>


# %% exercise="denoising_step"
def denoising_step(model: Callable, x_t: Tensor, t: Tensor, noise: Tensor, betas: Tensor, alpha_bar: Tensor) -> Tensor:
    """One step back: a sample of p(x_{t-1} | x_t), with the variance beta_t.

    Args:
        model: any function, called once for the whole batch, as model(x_t, t), without names for its arguments;
            returns its guess at the noise, with the shape and dtype of x_t. Nothing else is asked of it or done to it.
        x_t: noisy data, images (B, C, H, W), or points (B, D).
        t: timesteps in 0 ... T - 1, long, shape (B,), one per item; they may differ.
        noise: a draw from N(0, I), same shape and dtype as x_t, scaled by sqrt(beta_t), and no other; items with t = 0
            get none of it.
        betas: shape (T,), each in (0, 1).
        alpha_bar: shape (T,), the product of (1 - beta) over the steps 0 ... t.

    Returns:
        x_{t-1}, with the shape, dtype and device of x_t, also when the schedule has another dtype. It is not clipped,
        and need not be differentiable. The inputs are left unchanged.

    Source: Ho, Jain and Abbeel (DDPM), 2020, algorithm 2, with sigma_t^2 = beta_t (section 3.2).
    """
    ### BEGIN SOLUTION
    mean = posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar)
    spread = torch.where(t > 0, betas[t].sqrt(), 0).to(x_t.dtype)  # (B,)
    return mean + spread.reshape(-1, *[1] * (x_t.dim() - 1)) * noise
    ### END SOLUTION


# %% check="denoising_step" points=9
check(denoising_step)

# %% [markdown]
# ### 3.5 `sample` (7 points)
#
# And now all steps in a row, from pure noise at t = T − 1 down to the image after t = 0.
#
# | | shape | |
# |---|---|---|
# | `model` | function | called once a step, with t of shape (B,) |
# | `x_T` | (B, …) | pure noise |
# | `betas`, `alpha_bar` | (T,) | their length says how many steps |
# | `noises` | (T, B, …) | `noises[t]` is the noise of step t |
# | result | as `x_T` | samples |
#
# Nothing is trained here. If autograd recorded T passes through the network, it would keep the activations of all of them:
# 200 times the memory of one.
#
# Source: Ho et al., 2020, algorithm 2.
#
# *Easy, 20 minutes.* Traps: it runs *down*, and t = 0 is a step too; the model wants t as a long tensor (B,), on the device
# of the data; no graph, even if the model's parameters want one.
#
# <details><summary>Hint</summary>
#
# `for step in reversed(range(…))`, and `torch.full` for the batch's timesteps. PyTorch has a context manager that
# switches the recording off.
#
# </details>


# %% exercise="sample"
def sample(model: Callable, x_T: Tensor, betas: Tensor, alpha_bar: Tensor, noises: Tensor) -> Tensor:
    """From noise to data: the steps t = T - 1, ..., 0 in a row.

    Args:
        model: any function, called as model(x_t, t) with t long, shape (B,), once a step, without names for its
            arguments; returns its guess at the noise. Whatever mode it is in, whatever gradients it has, it keeps.
        x_T: where to start, a draw from N(0, I), images (B, C, H, W), or points (B, D).
        betas: shape (T,), each in (0, 1); T is any number of steps.
        alpha_bar: shape (T,), the product of (1 - beta) over the steps 0 ... t.
        noises: draws from N(0, I), shape (T, B, ...); noises[t] is the noise of step t, so noises[T - 1] is used first
            and noises[0] has no effect.

    Returns:
        x_0, with the shape, dtype and device of x_T, also when the schedule has another dtype; it is not clipped. No
        graph is kept, from one step to the next either: the result and each x_t that the model gets after x_T require
        no gradient, whatever the model's parameters do. The inputs are left unchanged, and gradients are recorded
        again after the call if they were before.

    Source: Ho, Jain and Abbeel (DDPM), 2020, algorithm 2.
    """
    ### BEGIN SOLUTION
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            t = torch.full((len(x),), step, device=x.device)  # (B,)
            x = denoising_step(model, x, t, noises[step], betas, alpha_bar)
    return x
    ### END SOLUTION


# %% check="sample" points=7
check(sample)

# %% [markdown]
# ## Diffusion at work, in two dimensions
#
# Before images: points in the plane, where everything can be seen and training takes seconds. The data lie on a spiral.
# The denoiser is a small given network, `PointDenoiser`; everything else is yours.


# %%
def draw_spiral(count: int, rng: torch.Generator) -> Tensor:
    """Points (count, 2) on a spiral, nearly."""
    turn = torch.rand(count, generator=rng).sqrt() * 2.5 * torch.pi
    radius = 1.9 * turn / (2.5 * torch.pi)
    points = torch.stack([radius * turn.cos(), radius * turn.sin()], dim=1)
    return points + 0.03 * torch.randn(count, 2, generator=rng)


def train_on_points(
    network: nn.Module, x0: Tensor, labels: Tensor | None, alpha_bar: Tensor, steps: int, batch: int = 512
) -> list[float]:
    """Train a denoiser of points (N, D), with labels (N,) if there are any; the loss of each step."""
    rng = torch.Generator().manual_seed(4)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    losses = []
    for _ in tqdm(range(steps), desc="points"):
        chosen = torch.randint(len(x0), (batch,), generator=rng)
        t = torch.randint(len(alpha_bar), (batch,), generator=rng)
        noise = torch.randn(batch, x0.shape[1], generator=rng)
        known = None
        if labels is not None:  # from part 4 on
            coins = torch.rand(batch, generator=rng)
            known = drop_labels(labels[chosen], coins, DROP_PROBABILITY, network.null_label)
        loss = ddpm_loss(lambda x_t, t, known=known: network(x_t, t, known), x0[chosen], t, noise, alpha_bar)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    return losses


POINT_T = 100
POINT_STEPS = 60 if RUN == "dry" else 6_000
point_betas, point_alpha_bar = linear_schedule(POINT_T, 1e-3, 0.2)
spiral = draw_spiral(10_000, torch.Generator().manual_seed(5))
torch.manual_seed(0)
point_denoiser = PointDenoiser()
losses = train_on_points(point_denoiser, spiral, None, point_alpha_bar, steps=POINT_STEPS)
print(f"loss {sum(losses[-300:]) / 300:.3f}; expected 0.19 to 0.20, and 1 if nothing is learnt")

# %% [markdown]
# Sampling, with a model that writes down what it is shown: so we can watch the points on their way.


# %%
class Recorder:
    """A model that keeps every x_t that it was called with, and its guess at the noise in it."""

    def __init__(self, model: Callable[[Tensor, Tensor], Tensor]):
        self.model = model
        self.seen: list[Tensor] = []
        self.guesses: list[Tensor] = []

    def __call__(self, x_t: Tensor, t: Tensor) -> Tensor:
        self.seen.append(x_t.clone())  # whoever samples may write its next step into the same memory
        self.guesses.append(self.model(x_t, t))
        return self.guesses[-1]


def sample_points(model: Callable, count: int, seed: int) -> Tensor:
    """Samples (count, 2) from noise of this seed."""
    rng = torch.Generator().manual_seed(seed)
    x_T, noises = torch.randn(count, 2, generator=rng), torch.randn(POINT_T, count, 2, generator=rng)
    return sample(model, x_T, point_betas, point_alpha_bar, noises)


def show_on_the_way(data: Tensor, recorder: Recorder, samples: Tensor, after: tuple[int, ...]) -> None:
    """The points after some numbers of steps, and the whole way of a few."""
    way = torch.stack([*recorder.seen, samples])  # (T + 1, B, 2)
    _, all_axes = plt.subplots(1, len(after) + 1, figsize=(12, 2.9), layout="constrained")
    for axes, steps in zip(all_axes, after, strict=False):
        axes.scatter(*data[:1500].T, s=1, color=GREY, alpha=0.25)
        axes.scatter(*way[steps].T, s=2, color=BLUE)
        axes.set_title(f"after {steps} steps")
    for path in way[:, :25].transpose(0, 1):
        all_axes[-1].plot(*path.T, color=GREY, alpha=0.6, linewidth=0.5)
    all_axes[-1].scatter(*way[0, :25].T, s=12, color=GREEN, label="start")
    all_axes[-1].scatter(*way[-1, :25].T, s=12, color=BLUE, label="end", zorder=3)
    all_axes[-1].set_title("25 of them on their way")
    all_axes[-1].legend(frameon=False, fontsize=8, loc="upper right")
    for axes in all_axes:
        axes.set(xlim=(-2.8, 2.8), ylim=(-2.8, 2.8), aspect="equal", xticks=[], yticks=[])
    plt.show()


recorder = Recorder(point_denoiser)
samples = sample_points(recorder, count=1000, seed=6)
show_on_the_way(spiral, recorder, samples, after=(0, 50, 80, 100))

# %% [markdown]
# **What you should see.** A cloud that turns into the spiral (grey), most of it in the last third of the steps. The paths
# tremble: that is the fresh noise of every step. Early on the denoiser can only say “somewhere in the middle”, since the
# best guess at the image is an average of all that are still possible. It commits itself when the noise gets small.
# If you have two minutes, cut the noise (`noises * 0`) and see what becomes of the samples; question 3.6 asks why.

# %% [markdown]
# ### 3.6 Why this works (5 points, written)
#
# Answer in six to ten sentences:
#
# 1. The bound has a term $L_T$ that compares $q(x_T \mid x_0)$ with $\mathcal N(0, I)$, just like the KL of a VAE. Why does a
#    VAE need a gradient from it, and a diffusion model does not? How large is it with this course's schedule?
# 2. Why is the objective a *squared* distance, and why may the network predict the noise in the place of the mean?
# 3. What does DDPM drop from eq. 12, and which steps gain by it, relative to the bound?
# 4. A colleague's loss draws new noise for the target, in place of the noise in $x_t$. Training runs without an error. What
#    does the network learn, and where does the loss go?
# 5. Another colleague leaves out the fresh noise of *all* steps (z = 0 everywhere). Each step still goes to the right mean.
#    What goes wrong with the samples?
#
# *Medium, 25 minutes.*

# %% [markdown] written="written_regression" points=5
# ### BEGIN SOLUTION
# **Model answer.** (1) In a VAE the encoder is trained, and without the KL it would put each image's code wherever the
# decoder likes it, so that codes from N(0, I) would decode to nothing. In diffusion the encoder is fixed and has no
# parameters: $L_T$ is a constant. With $\bar\alpha_T \approx 3 \cdot 10^{-5}$ the last $x_T$ has nearly mean 0 and variance
# 1 whatever $x_0$ was, and $L_T$ is nearly 0: about ½ ᾱ times the squared norm of the image, less than a hundredth of a nat
# for 784 pixels. (2) Both q's posterior and p are Gaussians with a fixed variance that is the same in every direction;
# the logarithm of a Gaussian is quadratic in its mean, so their KL is a squared distance of means up to a constant.
# $x_t$ is known to both, and the mean is a linear function of $x_t$ and the noise: the part with $x_t$ cancels in the
# difference. (3) The weight $\beta_t^2 / (2\sigma_t^2\alpha_t(1 - \bar\alpha_t))$. It is largest at the first steps with
# hardly any noise; without it the later, noisier steps gain, in which the image takes shape. (4) The new noise is
# independent of $x_t$, so the best guess in the mean square is its mean, 0. The network learns to output 0, and the
# loss goes to 1, the variance of the noise. (5) The mean of $p(x_{t-1} \mid x_t)$ is not a sample of it. Going to the mean
# each time takes variance away at every step that is never given back: $x_t$ is soon less noisy than its t says. The
# samples are drawn together, towards averages; they are smooth, alike, and unlike the data.
#
# **Marks**, one point each:
# - VAE: the encoder is trained, and drifts without the KL; diffusion: nothing to train in $L_T$, *and* nearly 0 since
#   $\bar\alpha_T \approx 0$ (half a point each);
# - Gaussians of fixed, equal variance (half); the mean is a linear function of the noise and known $x_t$ (half);
# - the weight in front of the squared distance (half); later or noisier steps gain (half);
# - output 0, its conditional mean (half); the loss stays at 1 (half). “It does not converge” alone gives nothing;
# - variance is lost in each step, or: a mean is not a sample (half); collapsed or averaged samples (half).
# ### END SOLUTION

# %% [markdown]
# # Part 4: Guidance
#
# Source: Ho and Salimans, *Classifier-Free Diffusion Guidance*, 2022.
#
# So far we take what comes. Now we want to *ask*: a boot, please. Telling the network the label c is easy, it is one input
# more. The samples will then be boots, mostly. To get them more clearly, sharpen the distribution: prefer images that a
# classifier would surely call c,
#
# $$\tilde p(x \mid c) \;\propto\; p(x \mid c)\; p(c \mid x)^w, \qquad w \ge 0.$$
#
# And the classifier? Bayes' rule has it for free: $p(c \mid x) \propto p(x \mid c) / p(x)$. In logarithms and gradients,
#
# $$\nabla \log \tilde p(x \mid c) = \nabla \log p(x \mid c) + w\, \bigl( \nabla \log p(x \mid c) - \nabla \log p(x) \bigr).$$
#
# Now $\nabla \log q(x_t)$ is what a denoiser knows: it is $-\epsilon_\theta(x_t, t) / \sqrt{1 - \bar\alpha_t}$, as noise
# points away from where data are likely. Divide by this factor, and the gradients become noises:
#
# $$\tilde\epsilon = \epsilon_\theta(x_t, c) + w\, \bigl( \epsilon_\theta(x_t, c) - \epsilon_\theta(x_t) \bigr)
# = (1 + w)\, \epsilon_\theta(x_t, c) - w\, \epsilon_\theta(x_t) \qquad \text{(eq. 6)}$$
#
# All that is needed is a network with a label and one without. Better still: *one* network that can do both.
#
# (This argument holds at each noise level for itself. The chain of all steps does not sample exactly from
# $\tilde p(x \mid c)$, since noising does not commute with sharpening. It works all the same.)
#
# ### 4.1 `drop_labels` (6 points)
#
# To train one network for both, give it a label that means “no label”, the *null label*, and use it for a random part of
# the training items. In this course classes are 0 … 9 and the null label is 10: the embedding has eleven rows.
#
# | | shape | |
# |---|---|---|
# | `labels` | (B,) | long |
# | `coins` | (B,) | uniform in [0, 1), one for each item |
# | `drop_probability` | float in [0, 1] | |
# | `null_label` | int | |
# | result | (B,) | long; the null label where the item's coin is *below* the probability |
#
# Source: Ho and Salimans, 2022, algorithm 1.
#
# *Easy, 10 minutes.* Traps: each item has its own coin; with a probability of 0 none is dropped, with 1 all are; the labels
# belong to the caller, and the next epoch wants them back.


# %% exercise="drop_labels"
def drop_labels(labels: Tensor, coins: Tensor, drop_probability: float, null_label: int) -> Tensor:
    """Labels for training with and without a condition: each one is dropped with the same probability.

    Args:
        labels: classes, long, shape (B,); there may be any number of classes.
        coins: one uniform draw from [0, 1) per item, shape (B,), float32 or float64.
        drop_probability: an item loses its label if its own coin is below this; in [0, 1].
        null_label: what a dropped label becomes; the index of the embedding that stands for "no condition", 0 or more.

    Returns:
        labels, long, shape (B,), on the device of labels; if none is dropped, that may be labels itself. The inputs are
        left unchanged, and nothing random is drawn here.

    Source: Ho and Salimans (classifier-free guidance), 2022, algorithm 1.
    """
    ### BEGIN SOLUTION
    return torch.where(coins < drop_probability, null_label, labels)
    ### END SOLUTION


# %% check="drop_labels" points=6
check(drop_labels)

# %% [markdown]
# ### 4.2 `guided_noise` (4 points)
#
# Eq. 6 from above. A warning about conventions: other papers and libraries write $\epsilon_u + s (\epsilon_c - \epsilon_u)$
# with a *guidance scale* s. That is the same, with $s = w + 1$: where they say 1, plain conditional, we say 0.
#
# | | shape | |
# |---|---|---|
# | `noise_cond`, `noise_uncond` | (B, …) | guesses with the label, and with the null label |
# | `w` | float | 0 is plain conditional, −1 unconditional |
# | result | as `noise_cond` | |
#
# Source: Ho and Salimans, 2022, eq. 6.
#
# *Easy, 5 minutes.*


# %% exercise="guided_noise"
def guided_noise(noise_cond: Tensor, noise_uncond: Tensor, w: float) -> Tensor:
    """The guess at the noise, moved away from the unconditional one.

    Args:
        noise_cond: the model's guess given the label, images (B, C, H, W), or points (B, D).
        noise_uncond: the model's guess given the null label, same shape and dtype.
        w: guidance weight, any float or int; 0 is the plain conditional model, -1 the unconditional one.

    Returns:
        (w + 1) noise_cond - w noise_uncond, in all channels and not clipped, with the shape, dtype and device of
        noise_cond. It need not be differentiable. The inputs are left unchanged.

    Source: Ho and Salimans (classifier-free guidance), 2022, eq. 6.
    """
    ### BEGIN SOLUTION
    return (w + 1) * noise_cond - w * noise_uncond
    ### END SOLUTION


# %% check="guided_noise" points=4
check(guided_noise)

# %% [markdown]
# **Try it** with three kinds of points that overlap. One network learns all of them with dropped labels. Sampling then asks
# it twice at every step, with the label and without.

# %%
from homework.training import autocast

DROP_PROBABILITY = 0.1


def ask(network: nn.Module, x_t: Tensor, t: Tensor, labels: Tensor | None) -> Tensor:
    """The network's guess at the noise; computed in 16 bits where a GPU is faster so, and float32 again after that."""
    with autocast(x_t.device):
        return network(x_t, t, labels).float()


def guide(network: nn.Module, labels: Tensor, w: float) -> Callable[[Tensor, Tensor], Tensor]:
    """A model(x_t, t) for `sample` that asks the network for these labels (B,), guided with weight w."""
    null = torch.full_like(labels, network.null_label)

    def model(x_t: Tensor, t: Tensor) -> Tensor:
        if w == 0:
            return ask(network, x_t, t, labels)  # no need to pay for the second guess
        both = ask(network, torch.cat([x_t, x_t]), torch.cat([t, t]), torch.cat([labels, null]))  # one pass for both
        return guided_noise(*both.chunk(2), w)

    return model


def draw_blobs(count: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Points (count, 2) in three round clouds that overlap, and their labels (count,)."""
    labels = torch.randint(3, (count,), generator=rng)
    angles = torch.pi * (2 * labels / 3 + 0.5)
    places = 0.8 * torch.stack([angles.cos(), angles.sin()], dim=1)
    return places + 0.55 * torch.randn(count, 2, generator=rng), labels


def show_guidance(network: nn.Module, weights: tuple[float, ...], data: tuple[Tensor, Tensor]) -> None:
    """The data, and samples of each class at each weight."""
    panels = {"data": (data[0][:1200], data[1][:1200])}
    labels = torch.arange(1200) % 3
    for w in weights:
        panels[f"w = {w}"] = sample_points(guide(network, labels, w), len(labels), seed=7), labels
    _, all_axes = plt.subplots(1, len(panels), figsize=(12, 3.3), layout="constrained")
    for axes, (name, (points, kinds)) in zip(all_axes, panels.items(), strict=True):
        for kind, color in enumerate((BLUE, ORANGE, GREEN)):
            axes.scatter(*points[kinds == kind].T, s=3, color=color, alpha=0.6)
        axes.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=[], yticks=[], title=name)
    plt.show()


blobs = draw_blobs(10_000, torch.Generator().manual_seed(8))
torch.manual_seed(0)
blob_denoiser = PointDenoiser(classes=3)
losses = train_on_points(blob_denoiser, *blobs, point_alpha_bar, steps=min(POINT_STEPS, 2_000))
print(f"loss {sum(losses[-200:]) / 200:.3f}; expected 0.18 to 0.19")
show_guidance(blob_denoiser, (0, 1, 4), blobs)

# %% [markdown]
# **What you should see.** At w = 0 the samples look like the data, overlap and all. As w grows, each kind goes away from
# the other two, out to where there is no doubt about it, and its cloud gets smaller. That is guidance in one picture:
# clearer, and less diverse. At w = 4 some points lie where there were no data at all.

# %% [markdown]
# # Part 5: Real images
#
# Everything so far was independent of what the data are. Now the network becomes a U-Net, which sees the image at several
# resolutions, and the points become images. What `RUN` changes:
#
# | | `quick` | `full` |
# |---|---|---|
# | width of the U-Net | 16 (58,676 parameters) | 64 (907,460 parameters) |
# | images a step | 64 | 256 |
# | steps | 4,000 (4.3 passes over FashionMNIST) | 20,000 (85 passes) |
# | highest learning rate, EMA decay | 0.002, 0.99 | 0.001, 0.999 |
# | samples for each guidance weight | 200 | 1,000 |
# | training takes | 1½ to 3 minutes on one processor core | about 4 minutes on a T4 (*computed, not measured*) |
#
# The same for both: T = 200 with the schedule of part 2, ten classes with null label 10, labels dropped with probability 0.1.
#
# **EMA** is an exponential moving average of the weights over the last steps. The weights of the last step alone tremble;
# their average does not, and draws better images. It is the average that you hand in.
#
# ### 5.1 `trained_denoiser` (9 points)
#
# There is nothing to write here: run the cells. The grader takes the averaged weights that you hand in and measures three
# things, with its own images and its own sampler: the loss on images held apart, how many guided samples show the class that
# was asked for, and how far the samples are from real images as a whole. A quick run earns all points if the functions above
# are right.

# %%
from dataclasses import asdict, dataclass
from typing import NamedTuple

from homework import colab, preflight
from homework.datasets import to_model_range
from homework.training import Batches, Updater, average_of, run_folder, step_rng, train


@dataclass(frozen=True)
class Settings:
    width: int
    batch: int
    steps: int
    lr: float
    ema: float
    samples: int


class Schedule(NamedTuple):
    """What `linear_schedule` gives, on the device; the names of parts 2 and 3 stay where they are."""

    betas: Tensor  # (T,)
    alpha_bar: Tensor  # (T,)


SETTINGS = {
    "quick": Settings(width=16, batch=64, steps=4_000, lr=2e-3, ema=0.99, samples=200),
    "full": Settings(width=64, batch=256, steps=20_000, lr=1e-3, ema=0.999, samples=1_000),
    "dry": Settings(width=8, batch=16, steps=6, lr=1e-3, ema=0.5, samples=20),
}[RUN]
SEED = 0
CLASSES = training_set.classes
CHANNELS = training_set.images.shape[1]

torch.manual_seed(SEED)
batches = Batches(training_set.images, training_set.labels, size=SETTINGS.batch, seed=SEED, device=DEVICE)
schedule = Schedule(*(part.to(DEVICE) for part in linear_schedule(T, BETA_START, BETA_END)))
unet = UNet(CHANNELS, len(CLASSES), SETTINGS.width).to(DEVICE)
ema = average_of(unet, SETTINGS.ema)
updater = Updater(unet.parameters(), SETTINGS.lr, warmup=100, total=SETTINGS.steps)
print(f"RUN = {RUN!r}: {sum(weights.numel() for weights in unet.parameters()):,} parameters on {DEVICE}")


# %%
def step(number: int) -> dict[str, Tensor]:
    """One step of training; all that is random in it depends on the seed and on its number alone."""
    images, labels = batches.at(number)
    x0 = to_model_range(images).to(memory_format=torch.channels_last)  # (B, C, H, W)
    rng = step_rng(SEED, number, DEVICE)
    t = torch.randint(T, (len(x0),), generator=rng, device=DEVICE)
    noise = torch.randn(x0.shape, generator=rng, device=DEVICE)
    coins = torch.rand(len(x0), generator=rng, device=DEVICE)
    known = drop_labels(labels, coins, DROP_PROBABILITY, unet.null_label)
    loss = ddpm_loss(lambda x_t, t: ask(unet, x_t, t, known), x0, t, noise, schedule.alpha_bar)
    updater.update(loss)
    ema.update_parameters(unet)
    return {"loss": loss}


# %% [markdown]
# Before the long cell a **preflight**: it takes a few real steps, checks that labels and images are in their range, that the
# loss is finite and that every weight gets its gradient, and then puts everything back. What is wrong shows now, in a
# sentence, and not after half an hour.

# %%
parts = {"unet": unet, "ema": ema, "updater": updater}
images, labels = batches.at(0)
preflight.check(step, parts, trained=["unet"], images=to_model_range(images), labels=labels, classes=len(CLASSES))

# %% [markdown]
# The training. It saves itself every minute: if the kernel dies or Colab disconnects, run the cells again, and it goes on
# where it was. Stopping it by hand is as safe. A finished run is loaded at once, but only if it is this run: if you have
# changed anything that its step uses, a function, a class, a helper or a constant, it says which, and `restart=True` trains
# again.
#
# **What you should see.** The loss starts at 1 and is below 0.15 after a few hundred steps. A quick run ends near 0.055, and
# the loss falls slowly for as long as you let it. It never comes near 0: at the first timesteps there is hardly any noise to see in
# $x_t$, and nobody can tell it from the image. (At the last ones $x_t$ *is* the noise, and guessing it is easy.)

# %%
history = train(
    step,
    parts,
    SETTINGS.steps,
    run_folder(f"hw1_{DATA}_{RUN}"),
    settings={"data": DATA, "seed": SEED, **asdict(SETTINGS)},
    restart=False,  # True trains again and writes over what is kept
    show=plots.LiveCurves("training: mean squared error of the noise", log=True),
)

# %% [markdown]
# What is handed in: the averaged weights, and a note on how they came about. The loss in it is measured on images that the
# network has never seen.


# %%
from homework.submission import save_artefact


@torch.no_grad()
def measure_loss(network: nn.Module, images: datasets.ImageSet, count: int = 2_000) -> float:
    """The loss on the first `count` of these images, with labels, at timesteps and noises that are always the same."""
    rng = torch.Generator().manual_seed(11)
    t, noise = torch.randint(T, (count,), generator=rng), torch.randn(count, *images.images.shape[1:], generator=rng)
    losses = []
    for rows in torch.arange(count).split(250):
        x0, labels = (to_model_range(images.images[rows]), images.labels[rows])
        x0, labels, steps, epsilon = (tensor.to(DEVICE) for tensor in (x0, labels, t[rows], noise[rows]))
        model = guide(network, labels, w=0)
        losses.append(ddpm_loss(model, x0, steps, epsilon, schedule.alpha_bar).item())
    return sum(losses) / len(losses)


FOLDER = colab.folder("hw1_diffusion")
ARTEFACT = "denoiser" if DATA == "fashion_mnist" else f"denoiser_{DATA}"  # only the first one is handed in
denoiser = ema.module.eval()
metrics = {"loss": measure_loss(denoiser, test_set), "run": RUN, "data": DATA, "seed": SEED, **asdict(SETTINGS)}
save_artefact(FOLDER, ARTEFACT, denoiser.state_dict(), metrics)

# %% artefact="trained_denoiser" file="denoiser" points=9
from safetensors.torch import load_file

saved = UNet(CHANNELS, len(CLASSES), SETTINGS.width).to(DEVICE)
saved.load_state_dict(load_file(FOLDER / "artefacts" / f"{ARTEFACT}.safetensors"))
EXPECTED_LOSS = {"quick": "0.053 to 0.058", "full": "0.045 to 0.060 (extrapolated, not measured on a GPU by us)"}.get(
    RUN, "nothing yet"
)
print(
    f"loss on held-out images, read from the file: {measure_loss(saved.eval(), test_set):.4f}; expected {EXPECTED_LOSS}"
)

# %% [markdown]
# ### 5.2 Samples
#
# Pure noise, a label, T steps. One batch at a time, since all the noises of a batch must fit into memory at once.


# %%
@torch.no_grad()
def generate(network: nn.Module, labels: Tensor, w: float, seed: int, batch: int = 100) -> Tensor:
    """Samples (N, C, H, W) for labels (N,), guided with weight w; the same seed starts from the same noise."""
    rng = torch.Generator(DEVICE).manual_seed(seed)
    shape = training_set.images.shape[1:]
    samples = []
    for wanted in tqdm(labels.split(batch), desc=f"sampling, w = {w}", leave=False):
        x_T = torch.randn(len(wanted), *shape, generator=rng, device=DEVICE)
        noises = torch.randn(T, len(wanted), *shape, generator=rng, device=DEVICE)
        samples.append(sample(guide(network, wanted, w), x_T, *schedule, noises))
    return torch.cat(samples).clamp(-1, 1)


def sort_by_class(images: Tensor, labels: Tensor, count: int) -> dict[str, Tensor]:
    """The first `count` images of each class, by its name."""
    return {name: images[labels == label][:count] for label, name in enumerate(CLASSES)}


wanted = torch.arange(SETTINGS.samples, device=DEVICE) % len(CLASSES)  # (N,), each class as often
samples = {1: generate(denoiser, wanted, w=1, seed=12)}
plots.show_images(sort_by_class(samples[1], wanted, 10), f"samples at w = 1, {RUN} run", side=0.45)

# %% [markdown]
# **What you should see.** After a quick run, clothes in grey that you recognise at a glance: trousers with two legs, boots
# with a heel. Some bags have no handle, some shirts are a blur, and fine patterns are missing. A full run should draw seams,
# stripes and soles as well (this is what others report of networks of its size; we have not run it on a GPU ourselves).
# Ours, after the quick run:
#
# ![Ten samples of each of the ten classes of FashionMNIST, after a quick run](figures/expected_quick.png)

# %% [markdown]
# **On the way.** A strip forwards and a strip backwards. Above, a real image on its way into noise. In the middle, a sample on
# its way out of it. Below, what the denoiser believes at each moment that the sample will be: your `predict_x0` with its
# guess at the noise. It starts with the blurred average of everything that could come, and decides.


# %%
@torch.no_grad()
def show_strips(label: int, timesteps: Tensor) -> None:
    """A real image noised, a sample denoised, and the x0 that was believed in on the way, from noisy to clean."""
    labels = torch.tensor([label], device=DEVICE)
    rng = torch.Generator(DEVICE).manual_seed(13)
    shape = training_set.images.shape[1:]
    recorder = Recorder(guide(denoiser, labels, w=1))
    noises = torch.randn(T, 1, *shape, generator=rng, device=DEVICE)
    made = sample(recorder, torch.randn(1, *shape, generator=rng, device=DEVICE), *schedule, noises)
    x_t = torch.cat([recorder.seen[T - 1 - t] for t in timesteps])  # the first call is the one at t = T - 1
    guesses = torch.cat([recorder.guesses[T - 1 - t] for t in timesteps])
    t = timesteps.to(DEVICE)
    real = pick_one_per_class(test_set, 2)[label].to(DEVICE)
    noise = torch.randn(x_t.shape, generator=rng, device=DEVICE)
    rows = {
        "real, noised": torch.cat([real[None], forward_noising(real.expand_as(x_t), t, noise, schedule.alpha_bar)]),
        "sample, denoised": torch.cat([made, x_t]),
        "believed x0": torch.cat([made, predict_x0(x_t, t, guesses, schedule.alpha_bar)]),
    }
    columns = ["end", *(f"t = {step}" for step in timesteps)]
    plots.show_images(rows, f"{CLASSES[label]}: forwards from left to right, backwards from right to left", columns)


for label in (9, 3):
    show_strips(label, TIMESTEPS)

# %% [markdown]
# ### 5.3 What guidance does
#
# The same noise and the same labels, with weights from 0 to 5. We measure two things, both through the eyes of a given
# classifier that knows FashionMNIST.
#
# - **Class agreement**: the share of samples in which it sees the class that was asked for. This is *fidelity* to the label.
# - **Fréchet distance**: take the classifier's features of all samples, describe them by a mean and a covariance, do the same
#   for real images, and compare the two Gaussians (Heusel et al., 2017). It is small only if the samples look right *and* are
#   as *diverse* as real images are. Small sets seem farther apart than large ones; so we also measure as many real images.


# %%
from homework.evaluation import class_agreement, frechet_distance, image_features, nearest_by_feature
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


judge = load_classifier(DATA).to(DEVICE) if DATA == "fashion_mnist" else train_judge()
real = features_of(test_set.images)

# %%
WEIGHTS = (0, 0.5, 1, 2, 5)
agreement, distance = {}, {}
for w in WEIGHTS:
    if w not in samples:
        samples[w] = generate(denoiser, wanted, w, seed=12)
    agreement[w] = class_agreement(judge, samples[w], wanted)
    distance[w] = frechet_distance(features_of(samples[w]), real)
    print(f"w = {w:3}: class agreement {agreement[w]:.0%}, Fréchet distance {distance[w]:.2f}")
as_many = training_set.take(SETTINGS.samples)
REAL_DISTANCE = frechet_distance(features_of(as_many.images), real)
REAL_AGREEMENT = class_agreement(judge, to_model_range(as_many.images).to(DEVICE), as_many.labels.to(DEVICE))
print(f"as many real images: class agreement {REAL_AGREEMENT:.0%}, Fréchet distance {REAL_DISTANCE:.2f}")


# %%
def show_sweep() -> None:
    """Agreement and Fréchet distance against the weight, with those of as many real images (dashed)."""
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
    for axes, values, of_real, color, name in (
        (left, agreement, REAL_AGREEMENT, BLUE, "class agreement (more is better)"),
        (right, distance, REAL_DISTANCE, ORANGE, "Fréchet distance (less is better)"),
    ):
        axes.plot(values.keys(), values.values(), color=color, marker="o")
        axes.axhline(of_real, color=GREY, linestyle="--", label="real images")
        axes.set(xlabel="guidance weight w", title=name)
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    right.set_ylim(bottom=0)
    plt.show()


show_sweep()
one_each = {f"w = {w}": samples[w][: len(CLASSES)] for w in WEIGHTS}
plots.show_images(one_each, "the same noise, more and more guided", CLASSES, side=0.8)
label = 8  # another class?
varied = {f"w = {w}": samples[w][wanted == label][:12] for w in (0, 1, 5)}
plots.show_images(varied, f"{CLASSES[label]}: how different are they?")

# %% [markdown]
# **What you should see.** Agreement rises steeply from w = 0 and soon stops to: in our quick run from 59 % to 81 % at w = 1 and 86 %
# at w = 2; at w = 5 it is 86 % still, and the images are overdrawn. The distance is smallest in the middle (ours: 1.68 at
# w = 0, 1.44 at w = 1, 2.05 at w = 5): a little guidance takes away the images that are no clear member of any class, and too
# much takes away the differences. In the last figure you can watch it happen, bag by bag.

# %% [markdown]
# ### 5.4 Drawn, or remembered?
#
# A model that has learnt its training images by heart would get a perfect Fréchet distance. So we look for the training image
# nearest to each sample, in the space of the classifier's features: in pixels, an image moved by two pixels is far from itself.
# And since *nearest* needs something to compare with, we look up real images that are held apart, as well.

# %%
shown = samples[1][: len(CLASSES)]
known = features_of(training_set.images)  # (N, F)
of_samples, of_test = features_of(samples[1][:200]), real[:200]
nearest = nearest_by_feature(of_samples, known)
plots.show_images(
    {"sample": shown.cpu(), "nearest": to_model_range(training_set.images[nearest[: len(shown)]])},
    "samples, and the training images nearest to them",
    CLASSES,
    side=0.8,
)
for name, features in (("samples", of_samples), ("held-out images", of_test)):
    likeness = F.cosine_similarity(features, known[nearest_by_feature(features, known)])
    print(f"{name}: cosine with the nearest training image, median {likeness.median():.4f}")

# %% [markdown]
# **What you should see.** Pairs of the same kind that differ in cut, sleeves or pattern. Our samples are *less* like their nearest training image (median
# 0.962) than held-out images are (0.979): this model draws, it does not remember. The number also says that it does not draw as
# well as the world does.

# %% [markdown]
# ### 5.5 What guidance costs (5 points, written)
#
# Look at your own figures and answer in six to ten sentences:
#
# 1. How do class agreement and Fréchet distance move as w grows from 0 to 5? Explain both with the distribution that guidance
#    samples from. Give your numbers.
# 2. Someone reports only the class agreement, and it is higher than that of real images. What could such a model look like that
#    is useless all the same, and which of our two measures would show it?
# 3. Why are labels dropped in *training*? What would the null label's prediction be if they were not, and what would guidance
#    do with it? And what does guidance cost at sampling?
# 4. What would you see in 5.4 if the model had learnt its training images by heart: in the pairs, and in the two medians? Why is
#    looking at pairs alone not enough?
# 5. Your sampler needs 200 passes, a VAE's decoder or a GAN's generator one. Name one thing that diffusion gets in return, and one
#    way to need fewer passes.
#
# *Medium, 25 minutes.*

# %% [markdown] written="written_guidance" points=5
# ### BEGIN SOLUTION
# **Model answer.** (1) In our quick run the agreement rises from 59 % at w = 0 to 81 % at w = 1 and 86 % at w = 2, while the
# Fréchet distance falls from 1.68 to 1.44 at w = 1 and then rises to 2.05 at w = 5. Guidance samples, at each noise level, from
# $p(x \mid c)\,p(c \mid x)^w$. The factor prefers images that are surely of class c. At first that removes bad images, which helps
# both measures; then it removes all the less typical kinds, and pushes beyond the data, which only the distance notices. (2) It
# could draw one perfect boot, the same one each time. Every boot is recognised, so the agreement is 100 %. The Fréchet distance
# would be large, since the covariance of equal features is 0 and that of real images is not. (3) So that one network learns both
# predictions. If no label were ever dropped, the null label's embedding would keep its random start, and its prediction would be
# that for some made-up class; guidance would push away from that, in an arbitrary direction. At sampling, guidance costs a second
# pass in each step. (4) The pairs would be the same image twice, and the samples' median would be near 1, far above that of
# held-out images. Pairs alone do not do: garments of one class are much alike, so a pair looks convincing or not depending on
# which you pick, and only the comparison with held-out images says how alike is too much. (5) It gets a stable training without
# an opponent, and diversity: no mode is dropped. Fewer passes: larger steps with a deterministic sampler (DDIM), distillation, or
# diffusion in the smaller space of an autoencoder.
#
# **Marks**, one point each:
# - both trends, with numbers (half); $p(x \mid c)\,p(c \mid x)^w$ prefers images that are surely of the class, so fewer kinds of
#   them (half);
# - one perfect image a class, or few of them (half); the Fréchet distance, since it compares covariances (half);
# - the null embedding is never trained without dropping, so its guess is arbitrary and guidance pushes in an arbitrary
#   direction (half); two passes for each step instead of one (half);
# - pairs that are the same image, *and* samples much nearer to training images than held-out images are (half); alike is
#   relative, or a few chosen pairs are no statistic (half);
# - diversity or coverage, stable training, or a likelihood bound (half); fewer or larger steps as in DDIM, distillation,
#   or a smaller space as in latent diffusion (half).
# ### END SOLUTION

# %% [markdown]
# ## The long run: CIFAR-10
#
# Set `DATA = "cifar10"` and `RUN = "full"` at the top, and run everything again: the same cells, with colours, birds and trucks.
# The classifier is trained on the spot. For CIFAR-10, 20,000 steps of this small network are a start: you should see animals and
# vehicles by their colours and outlines, not by their faces (*extrapolated, not measured*). The DDPM paper takes a network of
# 35.7 million parameters and 800,000 steps, and reaches an FID of 3.17. What you hand in stays the FashionMNIST model: this run
# is saved beside it.

# %% [markdown]
# ## Hand in
#
# **Save the notebook** (Ctrl+S), then run the cell below. It packs the notebook, and what you trained if the homework
# asks for it, into one zip. Then it opens that zip in a fresh process, finds your answers and what they need in it as
# the grader does, and runs every check once more. Read what it says: a definition that lives only in this kernel is
# missing there. Nothing is sent anywhere; upload the zip yourself, as often as you like.

# %%
from homework.submission import hand_in

archive = hand_in("hw1_diffusion")
