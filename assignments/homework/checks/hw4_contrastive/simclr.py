"""Public checks of the homework on contrastive learning: SimCLR's loss and head, and neighbours."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.features import rows
from homework.checks.hw4_contrastive.info_nce import gradients, graph, state, strided
from homework.checks.hw4_contrastive.queue import numbered_keys

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


@public_check("nt_xent", **NT_XENT)
def on_images_at_right_angles(student: Student) -> dict:
    """Two images, equal views, temperature 0.5: logit 2 for the partner, 0 for the two others; one image costs 0."""
    z, one = rows((1, 0), (2, 0), (0, 3), (0, 1)), rows((3, 4), (0, 2)).requires_grad_()
    loss = student.nt_xent(one, 0.5)
    return {
        "the loss": student.nt_xent(z, 0.5),
        "the loss of one image": loss,
        "the gradient for one image": gradients(loss, one)[0],
        "the graph of the loss of one image": graph(loss),
    }


def views_of_three_images() -> Tensor:
    """z (6, 2): the views of each image point in similar directions and have different norms."""
    return rows((3, 4), (4, 3), (0, 2), (-1, 3), (-2, -1), (-6, 0))


@public_check("nt_xent", **NT_XENT)
def on_three_images(student: Student) -> dict:
    """The loss is the mean over all six views of -log softmax, and z keeps its numbers."""
    z = views_of_three_images()
    loss = student.nt_xent(z, 0.5)
    return {
        "the loss": loss,
        "z after the call": state((z,), (views_of_three_images(),)),
        "the loss at temperature 0.1": student.nt_xent(views_of_three_images(), 0.1),
        "the loss of transposed features": student.nt_xent(*strided(views_of_three_images()), 0.1),
    }


@public_check("nt_xent", **NT_XENT)
def under_autocast(student: Student) -> dict:
    """Under autocast to float16, which a GPU's training uses, the loss is finite and nearly the same."""
    with torch.autocast("cpu", dtype=torch.float16):
        loss = student.nt_xent(views_of_three_images(), 0.5)
    right = student.nt_xent(views_of_three_images(), 0.5)
    close = bool((loss.float() - right).abs() < 0.02)
    return {"the loss under autocast": "close to that without" if close else "far from that without, or not finite"}


@public_check("nt_xent", **NT_XENT)
def on_views_that_are_trained(student: Student) -> dict:
    """The loss keeps the dtype of z, and its gradient reaches all views."""
    z = views_of_three_images().double().requires_grad_()
    loss = student.nt_xent(z, 0.5)
    return {"the loss": loss, "the gradient": gradients(loss, z)[0]}


@public_check("nt_xent", **NT_XENT)
def on_views_at_a_low_temperature(student: Student) -> dict:
    """At temperature 0.005, with one image whose views are nearly opposite, loss and gradient are finite and right."""
    z = rows((1, 2), (3, 7), (1, 0.5), (-2, -1.5)).requires_grad_()
    loss = student.nt_xent(z, 0.005)
    return {"the loss": loss, "a hundredth of the gradient": gradients(loss, z)[0] / 100}


@public_check("ProjectionHead", **HEAD)
def build_a_head(student: Student) -> dict:
    """ProjectionHead(3, 5, 2) makes 2 numbers of 3, of one row too; it has 3 x 5 + 5 x 2 weights besides biases."""
    head = student.ProjectionHead(3, 5, 2)
    z = head(rows((1, 2, 3), (-1, 0, 2), (0, 0, -4), (2, -5, 1)))
    parameters = list(head.parameters())
    if z.requires_grad:
        z.square().sum().backward()
    without = sum(parameter.grad is None for parameter in parameters)
    return {
        "the shape of z": str(tuple(z.shape)),
        "the number of weights": sum(parameter.numel() for parameter in parameters if parameter.dim() > 1),
        "the number of parameters that no gradient reaches": without,
        "the shape of z for one row": str(tuple(head.eval()(rows((1, 2, 3))).shape)),
    }


@public_check("ProjectionHead", **HEAD)
def project_twice(student: Student) -> dict:
    """The same h gives the same z each time, in training too, and stays as it is; after .double() z is float64."""
    head, h = student.ProjectionHead(3, 40, 2), rows((1, 2, 3), (-1, 0, 2), (0, 0, -4), (2, -5, 1))
    with torch.no_grad():
        once, again = head(h), head(h)
        double = head.double()(h.double())
    same = once.shape == again.shape and bool((once - again).abs().max() < 1e-5)
    original = rows((1, 2, 3), (-1, 0, 2), (0, 0, -4), (2, -5, 1))
    return {
        "z of the same h once more": "the same" if same else "another one: something is drawn at random",
        "h after the call": state((h,), (original,)),
        "the dtype of z after .double()": str(double.dtype),
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
    most = int(bends.max())
    return {
        "z along a line": "a straight line" if most == 0 else "bent at one place" if most <= 2 else "bent all along",
        "the number of sides on which z changes": int(changes.sum(dim=1).mode().values),
    }


@public_check("ProjectionHead", **HEAD)
def look_at_what_comes_out(student: Student) -> dict:
    """z takes both signs, grows with h, has any mean: nothing follows the second layer or comes before the first."""
    head, h = student.ProjectionHead(2, 20, 5), 1000 * numbered_keys(1, 12)
    with torch.no_grad():
        in_training, in_other_units = head(h / 1000), head(h / 1000 * torch.tensor([1.0, 5.0]))
        z, doubled = head.eval()(h), head(2 * h)
    signs = "both" if (z > 0).any() and (z < 0).any() else "one only"
    means_are_0 = bool((in_training.mean(dim=0).abs() < 1e-4).all())
    same = bool((in_training - in_other_units).norm() < 0.01 * in_training.norm())
    return {
        "the signs in z": signs,
        "the growth of z when h doubles": round(float(doubled.norm() / z.norm()), 1),
        "the mean of each column of z": "0: something follows the second layer" if means_are_0 else "any",
        "z when one of two features is five times as large": "the same: h is normalised" if same else "another one",
    }


def five_labelled_images() -> tuple[Tensor, Tensor]:
    """Features of any norm and their classes: 12 near the first axis, 1 near the second, 0 between them; no 2."""
    return rows((5, 0), (4, 3), (3, 3), (1, 2), (0, 0.5)), torch.tensor([12, 0, 0, 1, 1])


@public_check("knn_predict", **NEIGHBOURS)
def vote_for_four_queries(student: Student) -> dict:
    """The k nearest vote, k from 1 to all; the norms of features and queries make no difference."""
    features, labels = five_labelled_images()
    queries = rows((9, 1), (0.3, 4), (2, 1.8), (0.1, -0.5))
    predicted = {
        f"the classes with k = {k}": student.knn_predict(features, labels, queries, k, 0.2, 14) for k in (1, 2, 3, 5)
    }
    given, originals = (features, queries), (five_labelled_images()[0], rows((9, 1), (0.3, 4), (2, 1.8), (0.1, -0.5)))
    after = state(given, originals)
    features, queries = (tensor.double() for tensor in originals)
    return {
        **predicted,
        "the dtype of the classes": str(getattr(predicted["the classes with k = 1"], "dtype", "none")),
        "features or queries after the call": after,
        "the class of one query, in float64": student.knn_predict(features, labels, queries[:1], 2, 0.2, 14),
    }


@public_check("knn_predict", **NEIGHBOURS)
def vote_near_against_far(student: Student) -> dict:
    """One image with cosine 1 against two with cosine 0.6: the temperature decides whose votes weigh more."""
    case = rows((3, 4), (3, -4), (2, 0)), torch.tensor([0, 0, 1]), rows((5, 0))
    return {
        f"the class at temperature {temperature}": student.knn_predict(*case, 3, temperature, 2)
        for temperature in (0.2, 5.0)
    }


@public_check("knn_predict", **NEIGHBOURS)
def vote_at_a_low_temperature(student: Student) -> dict:
    """At temperature 0.005 the nearest decides, among neighbours that are all near, and that are all far."""
    near, far = rows((4, 1), (4, -1), (1, 0)), rows((-4, 1), (-4, -1), (-1, 2))
    labels, query = torch.tensor([0, 0, 1]), rows((1, 0))
    return {
        "the class of the nearest of three near ones": student.knn_predict(near, labels, query, 3, 0.005, 2),
        "the class of the nearest of three far ones": student.knn_predict(far, labels, query, 3, 0.005, 2),
    }
