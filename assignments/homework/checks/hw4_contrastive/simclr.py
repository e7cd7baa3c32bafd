"""Public checks of the homework on contrastive learning: SimCLR's loss and head, and what features are worth."""

import numpy as np
import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw4_contrastive.moco import gradients, numbered_keys, rows

NT_XENT = {
    "think": "for the view in row 4, which row is the right answer, and which rows does it choose from?",
    "read": "SimCLR (Chen et al., 2020), eq. 1 and algorithm 1; notebook section 3.1",
}
HEAD = {
    "think": "which layers does h pass on its way to z, how large are they, and what stands between them?",
    "read": "SimCLR (Chen et al., 2020), section 4.2; notebook section 3.2",
}
NEIGHBOURS = {
    "think": "which images are the nearest by cosine, and how much does the vote of each of them weigh?",
    "read": "Wu et al. (instance discrimination), 2018, section 3.4; notebook section 4.1",
}
SUBSET = {
    "think": "of what is the fraction taken, from which images do you choose, and whose random numbers are these?",
    "read": "SimCLR (Chen et al., 2020), section 6; notebook section 4.3",
}


@public_check("nt_xent", **NT_XENT)
def on_images_at_right_angles(student: Student) -> dict:
    """Two images, equal views, temperature 0.5: logit 2 for the partner, 0 for the two others; one image costs 0."""
    z = rows((1, 0), (2, 0), (0, 3), (0, 1))
    return {"loss": student.nt_xent(z, 0.5), "loss of one image": student.nt_xent(rows((3, 4), (0, 2)), 0.5)}


def views_of_three_images() -> Tensor:
    """z (6, 2): the views of each image point in similar directions and have different norms."""
    return rows((3, 4), (4, 3), (0, 2), (-1, 3), (-2, -1), (-6, 0))


@public_check("nt_xent", **NT_XENT)
def on_three_images(student: Student) -> dict:
    """The loss is the mean over all six views of -log softmax, and z keeps its numbers."""
    z = views_of_three_images()
    loss = student.nt_xent(z, 0.5)
    return {
        "loss": loss,
        "z unchanged": bool(z[0, 1] == 4),
        "loss at 0.1": student.nt_xent(views_of_three_images(), 0.1),
    }


@public_check("nt_xent", **NT_XENT)
def on_views_that_are_trained(student: Student) -> dict:
    """The loss keeps the dtype of z, and its gradient reaches all views."""
    z = views_of_three_images().double().requires_grad_()
    loss = student.nt_xent(z, 0.5)
    return {"loss": loss, "gradient": gradients(loss, z)[0]}


@public_check("nt_xent", **NT_XENT)
def on_views_at_a_low_temperature(student: Student) -> dict:
    """At temperature 0.005, with one image whose views are nearly opposite, loss and gradient are finite and right."""
    z = rows((1, 2), (3, 7), (1, 0.5), (-2, -1.5)).requires_grad_()
    loss = student.nt_xent(z, 0.005)
    return {"loss": loss, "gradient / 100": gradients(loss, z)[0] / 100}


@public_check("ProjectionHead", **HEAD)
def build_a_head(student: Student) -> dict:
    """ProjectionHead(3, 5, 2) makes 2 numbers of 3, of one row too; it has 3 x 5 + 5 x 2 weights besides biases."""
    head = student.ProjectionHead(3, 5, 2)
    z = head(rows((1, 2, 3), (-1, 0, 2), (0, 0, -4), (2, -5, 1)))
    parameters = list(head.parameters())
    if z.requires_grad:
        z.square().sum().backward()
    return {
        "the shape of z": str(tuple(z.shape)),
        "the number of weights": sum(parameter.numel() for parameter in parameters if parameter.dim() > 1),
        "gradients reach all parameters": all(parameter.grad is not None for parameter in parameters),
        "the shape of z for one row": str(tuple(head.eval()(rows((1, 2, 3))).shape)),
    }


@public_check("ProjectionHead", **HEAD)
def walk_past_a_hidden_unit(student: Student) -> dict:
    """With a single hidden unit z stays the same on one side, and is a straight line on the other."""
    head = student.ProjectionHead(2, 1, 3).eval()
    places = torch.cat([torch.arange(-100.0, 102.0, 2.0), torch.tensor([-2000.0, -1000.0, 1000.0, 2000.0])])
    with torch.no_grad():
        z = torch.stack([head(places[:, None] * direction) for direction in rows((1, 0), (0, 1), (3, -4), (1, 1))])
    near, far = z[:, :-4], z[:, -4:]
    second = (near[:, 2:] - 2 * near[:, 1:-1] + near[:, :-2]).abs().amax(dim=2)
    bends = (second > 1e-4 * near.abs().max()).sum(dim=1)  # (4,)
    changes = (far[:, [0, 3]] - far[:, [1, 2]]).abs().amax(dim=2) > 1e-4 * far.abs().max()  # (4, 2)
    return {
        "there is a bend": bool(bends.any()),
        "there are many bends": bool((bends > 2).any()),
        "the number of sides on which z changes": int(changes.sum(dim=1).mode().values),
    }


@public_check("ProjectionHead", **HEAD)
def look_at_what_comes_out(student: Student) -> dict:
    """z takes both signs, grows with h, and has any mean: nothing follows the second layer."""
    head, h = student.ProjectionHead(2, 20, 5), 1000 * numbered_keys(1, 12)
    with torch.no_grad():
        in_training, z, doubled = head(h / 1000), head.eval()(h), head(2 * h)
    return {
        "z takes both signs": bool((z > 0).any() and (z < 0).any()),
        "the growth of z when h doubles": round(float(doubled.norm() / z.norm()), 1),
        "the mean over the batch is 0": bool((in_training.mean(dim=0).abs() < 1e-4).all()),
    }


def five_labelled_images() -> tuple[Tensor, Tensor]:
    """Features of any norm and their classes: 3 near the first axis, 1 near the second, 0 between them; no 2."""
    return rows((5, 0), (4, 3), (3, 3), (1, 2), (0, 0.5)), torch.tensor([3, 0, 0, 1, 1])


@public_check("knn_predict", **NEIGHBOURS)
def vote_for_four_queries(student: Student) -> dict:
    """The k nearest vote, k from 1 to all; the norms of features and queries make no difference."""
    features, labels = five_labelled_images()
    queries = rows((9, 1), (0.3, 4), (2, 1.8), (0.1, -0.5))
    predicted = {
        f"classes with k = {k}": student.knn_predict(features, labels, queries, k, 0.2, 4) for k in (1, 2, 3, 5)
    }
    return {**predicted, "class of one query": student.knn_predict(features, labels, queries[:1], 2, 0.2, 4)}


@public_check("knn_predict", **NEIGHBOURS)
def vote_near_against_far(student: Student) -> dict:
    """One image with cosine 1 against two with cosine 0.6: the temperature decides whose votes weigh more."""
    case = rows((3, 4), (3, -4), (2, 0)), torch.tensor([0, 0, 1]), rows((5, 0))
    return {
        f"class at temperature {temperature}": student.knn_predict(*case, 3, temperature, 2)
        for temperature in (0.2, 5.0)
    }


@public_check("knn_predict", **NEIGHBOURS)
def vote_at_a_low_temperature(student: Student) -> dict:
    """At temperature 0.005 the nearest decides, among neighbours that are all near, and that are all far."""
    near, far = rows((4, 1), (4, -1), (1, 0)), rows((-4, 1), (-4, -1), (-1, 2))
    labels, query = torch.tensor([0, 0, 1]), rows((1, 0))
    return {
        "class of the nearest of three near ones": student.knn_predict(near, labels, query, 3, 0.005, 2),
        "class of the nearest of three far ones": student.knn_predict(far, labels, query, 3, 0.005, 2),
    }


def chosen_of_each_class(labels: Tensor, chosen: object) -> str:
    """How many different images of each class there are, in the order of the classes."""
    if not isinstance(chosen, Tensor) or chosen.dim() != 1 or chosen.dtype not in (torch.int64, torch.int32):
        return f"a {type(chosen).__name__}, not indices (n,)"
    found = labels[chosen.unique().clamp(0, len(labels) - 1).long()].tolist()
    counts = ", ".join(f"{found.count(label)} of class {label}" for label in labels.unique().tolist())
    return counts + (", some of them twice" if len(chosen) > len(found) else "")


@public_check("label_subset", **SUBSET)
def choose_of_three_classes(student: Student) -> dict:
    """Of 12, 6 and 1 images a fraction of 0.3 is 4, 2 and at least 1; a fraction of 1 is all."""
    labels = torch.tensor([5, 2, 5, 5, 2, 5, 5, 9, 5, 2, 5, 5, 2, 5, 5, 2, 5, 5, 2])
    return {
        f"what fraction {fraction} keeps": chosen_of_each_class(
            labels, student.label_subset(labels, fraction, np.random.default_rng(1))
        )
        for fraction in (0.3, 0.65, 1.0)
    }


@public_check("label_subset", **SUBSET)
def choose_four_times(student: Student) -> dict:
    """The generator decides, and nothing else: the same seed gives the same images, every draw gives others."""
    labels, rng, before = torch.arange(60) % 2, np.random.default_rng(2), torch.get_rng_state()
    of_numpy = str(np.random.get_state())
    generators = rng, rng, np.random.default_rng(2), np.random.default_rng(3)
    first, second, again, other = (sorted(student.label_subset(labels, 0.5, each).tolist()) for each in generators)
    return {
        "the next draw is another": first != second,
        "the same seed repeats it": first == again,
        "another seed changes it": first != other,
        "torch's generator is left alone": torch.equal(before, torch.get_rng_state()),
        "numpy's generator is left alone": of_numpy == str(np.random.get_state()),
    }
