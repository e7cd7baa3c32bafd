"""Public checks of the homework on generative adversarial networks: BEGAN, and parts of BigGAN."""

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check
from homework.checks.hw2_gan.given import keep

BEGAN_LOSSES = {
    "think": "which images does each player want to be reconstructed well, and before which term does k stand?",
    "read": "BEGAN (Berthelot et al., 2017), section 3.3; notebook section 6.1",
}
BEGAN_K = {
    "think": "how far are the players from their balance, which way does that move k, and where does k end?",
    "read": "BEGAN (Berthelot et al., 2017), section 3.3; notebook section 6.2",
}
HINGE_DISCRIMINATOR = {
    "think": "from which logit on does an image of each kind cost nothing, and over how many is each mean taken?",
    "read": "BigGAN (Brock et al., 2019), section 3; notebook section 7.1",
}
HINGE_GENERATOR = {
    "think": "what does G want of every logit, and when is it content?",
    "read": "BigGAN (Brock et al., 2019), section 3; notebook section 7.2",
}
TRUNCATE_NOISE = {
    "think": "which numbers are too large, in which order are the redraws asked, and what if none of them is fine?",
    "read": "BigGAN (Brock et al., 2019), section 3.1; notebook section 7.3",
}
ORTHOGONAL_PENALTY = {
    "think": "which products of filters should be 0, and what becomes of those that are not?",
    "read": "BigGAN (Brock et al., 2019), eq. 3; notebook section 7.4",
}
CONDITIONAL_NORM = {
    "think": "what is shared by all classes, what belongs to one of them, and what does each start at?",
    "read": "BigGAN (Brock et al., 2019), section 3; notebook section 7.5",
}


def slope_of(loss: object, leaf: Tensor) -> Tensor:
    """The gradient of the loss at this leaf; zeros where no path leads to it."""
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return torch.zeros_like(leaf)
    (gradient,) = torch.autograd.grad(loss.sum(), leaf, retain_graph=True, allow_unused=True)
    return torch.zeros_like(leaf) if gradient is None else gradient


@public_check("began_losses", **BEGAN_LOSSES)
def began_losses_of_two_and_three(student: Student) -> dict:
    """Real errors of mean 2, fake ones of mean 3: with k = 1/2 the losses are 2 - 1.5 and 3."""
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([2.0, 3.0, 4.0])
    left = keep(real, fake)
    loss_d, loss_g = student.began_losses(real, fake, 0.5)
    return {"the discriminator's loss": loss_d, "the generator's loss": loss_g, "what became of the errors": left()}


@public_check("began_losses", **BEGAN_LOSSES)
def began_losses_that_are_trained(student: Student) -> dict:
    """Each loss pulls on its own errors, in float64 too."""
    real, fake = torch.tensor([4.0]).double().requires_grad_(), torch.tensor([1.0, 2.0]).double().requires_grad_()
    loss_d, loss_g = student.began_losses(real * 1, fake * 1, 0.25)
    return {
        "the discriminator's loss": loss_d,
        "the discriminator's pull on real errors": slope_of(loss_d, real),
        "the discriminator's pull on fake errors": slope_of(loss_d, fake),
        "the generator's pull on fake errors": slope_of(loss_g, fake),
    }


@public_check("began_update_k", **BEGAN_K)
def began_k_moves(student: Student) -> dict:
    """With gamma = 1/2, L(x) = 4 and L(G(z)) = 1 let k grow by lambda_k; L(x) = 2 and L(G(z)) = 4 let it fall."""
    well, badly = (torch.tensor([3.0, 5.0]), torch.ones(3)), (torch.tensor([2.0]), torch.tensor([3.0, 5.0]))
    return {
        "k, which grows": student.began_update_k(0.25, *well, 0.5, 0.125),
        "k, which falls": student.began_update_k(0.75, *badly, 0.5, 0.125),
    }


@public_check("began_update_k", **BEGAN_K)
def began_k_is_clamped(student: Student) -> dict:
    """k ends at 1 and at 0."""
    small, large = torch.ones(2), torch.full((3,), 4.0)
    return {
        "k at its upper end": student.began_update_k(0.9, large, small, 1.0, 0.5),
        "k at its lower end": student.began_update_k(0.1, small, large, 1.0, 0.5),
    }


@public_check("began_update_k", **BEGAN_K)
def began_k_has_no_graph(student: Student) -> dict:
    """Errors may carry a graph, and k may be a tensor; the new k carries none."""
    real = torch.full((2,), 3.0).requires_grad_() * 1
    k = student.began_update_k(torch.tensor(0.5), real, torch.ones(2), 1.0, 0.125)
    return {"k": k, "what k carries": "a graph" if isinstance(k, Tensor) and k.requires_grad else "no graph"}


@public_check("hinge_discriminator_loss", **HINGE_DISCRIMINATOR)
def hinge_of_two_and_three(student: Student) -> dict:
    """Real logits 3 and -1 cost 0 and 2; fake ones -2, 0 and 1 cost 0, 1 and 2: together the loss is 2."""
    real, fake = torch.tensor([3.0, -1.0]), torch.tensor([-2.0, 0.0, 1.0])
    left = keep(real, fake)
    loss = student.hinge_discriminator_loss(real, fake)
    return {
        "the loss": loss,
        "the loss of one image each, on their margins": student.hinge_discriminator_loss(-fake[2:], fake[2:][:, None]),
        "what became of the inputs": left(),
    }


@public_check("hinge_discriminator_loss", **HINGE_DISCRIMINATOR)
def hinge_pulls_short_of_the_margin(student: Student) -> dict:
    """Only logits short of their margin are pulled; columns and float64 work."""
    real, fake = (torch.tensor(row).double()[:, None].requires_grad_() for row in ([2.0, 0.5], [-3.0, 4.0, -0.5, 0.25]))
    loss = student.hinge_discriminator_loss(real * 1, fake * 1)
    return {"the loss": loss, "pull on real": slope_of(loss, real), "pull on fake": slope_of(loss, fake)}


@public_check("hinge_generator_loss", **HINGE_GENERATOR)
def hinge_generator_is_never_content(student: Student) -> dict:
    """Logits 50, 1 and -48 have mean 1: the loss is -1, and each is pulled up alike."""
    fake = torch.tensor([50.0, 1.0, -48.0]).requires_grad_()
    loss = student.hinge_generator_loss(fake * 1)
    return {"the loss": loss, "pull": slope_of(loss, fake)}


@public_check("hinge_generator_loss", **HINGE_GENERATOR)
def hinge_generator_on_a_column(student: Student) -> dict:
    """A column of two, in float64, and one image."""
    fake = torch.tensor([[2.0], [4.0]]).double()
    left = keep(fake)
    return {
        "the loss": student.hinge_generator_loss(fake),
        "the loss of one image": student.hinge_generator_loss(fake[1]),
        "what became of the input": left(),
    }


@public_check("truncate_noise", **TRUNCATE_NOISE)
def truncate_one_by_one(student: Student) -> dict:
    """At a threshold of 1, too large numbers become their first fine redraw; 1 itself is fine."""
    noise = torch.tensor([[3.0, 0.5, -2.0], [-1.5, 1.0, 4.0], [0.9, -0.8, 0.6]])
    first = [[0.75, 0.1, -5.0], [0.3, -0.7, 2.0], [0.2, -0.1, 0.4]]
    redraws = torch.tensor([first, [[-3.0, 0.6, -0.4], [0.9, 0.8, -0.6], [0.5, -0.9, 0.7]]])
    torch.manual_seed(0)  # so that who draws numbers of their own can be told
    left = keep(noise, redraws)
    truncated = student.truncate_noise(noise, 1.0, redraws)
    return {"the truncated noise": truncated, "what became of noise and redraws": left()}


@public_check("truncate_noise", **TRUNCATE_NOISE)
def truncate_what_is_left(student: Student) -> dict:
    """What no redraw mends is clamped, with the sign of the last draw; there may be no redraws; float64 works."""
    noise = torch.tensor([[3.0, -3.0, 3.0, 0.5]]).double()
    redraws = torch.tensor([[[4.0, 5.0, -6.0, 7.0]]]).double()
    return {
        "what one redraw leaves": student.truncate_noise(noise, 2.0, redraws),
        "without redraws": student.truncate_noise(noise, 2.0, redraws[:0]),
    }


@public_check("orthogonal_penalty", **ORTHOGONAL_PENALTY)
def orthogonal_dense_filters(student: Student) -> dict:
    """(1, 2) and (3, 0) have product 3, which counts twice: 18. (2, 0) and (0, 5) cost nothing; alone, none does."""
    return {
        "the penalty": student.orthogonal_penalty(torch.tensor([[1.0, 2.0], [3.0, 0.0]])),
        "the penalty of orthogonal filters": student.orthogonal_penalty(torch.tensor([[2.0, 0.0], [0.0, 5.0]])),
        "the penalty of one filter": student.orthogonal_penalty(torch.tensor([[1.0, 2.0]])),
        "the penalty of one filter of a convolution": student.orthogonal_penalty(torch.ones(1, 2, 1, 2)),
    }


@public_check("orthogonal_penalty", **ORTHOGONAL_PENALTY)
def orthogonal_filters_pull_on_nothing(student: Student) -> dict:
    """Where the penalty is 0 its gradient is 0 too: for orthogonal filters, and for filters that are 0."""
    values: dict[str, object] = {}
    for name, rows in {
        "orthogonal filters": [[2.0, 0.0], [0.0, 5.0]],
        "filters that are 0": [[0.0, 0], [0, 0]],
    }.items():
        weight = torch.tensor(rows).requires_grad_()
        left = keep(weight)
        penalty = student.orthogonal_penalty(weight)
        values[f"what became of the weight of {name}"] = left()
        values[f"the gradient of {name}"] = slope_of(penalty, weight)
    return values


@public_check("orthogonal_penalty", **ORTHOGONAL_PENALTY)
def orthogonal_convolution(student: Student) -> dict:
    """A convolution of two filters with four numbers each, in float64, and the gradient on it."""
    weight = torch.tensor([1.0, 0, 2, 1, 1, 1, 0, -2]).double().reshape(2, 2, 1, 2).requires_grad_()
    penalty = student.orthogonal_penalty(weight * 1)
    return {"the penalty": penalty, "the gradient": slope_of(penalty, weight)}


def conditional_layer(student: Student) -> nn.Module:
    """A layer for two channels and three classes."""
    torch.manual_seed(0)  # so that who starts at random can be told
    return student.ConditionalBatchNorm2d(2, 3)


def conditional_images(*pixels: float) -> Tensor:
    """Images (number of pixels / 4, 2, 1, 2)."""
    return torch.tensor(pixels, dtype=torch.float32).reshape(-1, 2, 1, 2)


@public_check("ConditionalBatchNorm2d", **CONDITIONAL_NORM)
def conditional_start(student: Student) -> dict:
    """A fresh layer is a batch norm: each channel of the batch gets mean 0 and variance 1, here about -1 and 1."""
    x = conditional_images(1, 1, -0.01, 0.01, 3, 3, 0.01, -0.01)
    left = keep(x)
    return {
        "the output": conditional_layer(student)(x, torch.tensor([2, 0])),
        "the output for one image": conditional_layer(student)(x[:1], torch.tensor([1])),
        "what became of the images": left(),
    }


@public_check("ConditionalBatchNorm2d", **CONDITIONAL_NORM)
def conditional_evaluation(student: Student) -> dict:
    """Evaluation mode uses the running statistics, which a batch in training has moved by a tenth of the way."""
    layer = conditional_layer(student)
    layer(conditional_images(10, 30, -4, 4, 30, 10, 4, -4), torch.tensor([2, 0]))
    return {"the output": layer.eval()(conditional_images(2, 3, 0, 1), torch.tensor([1]))}


@public_check("ConditionalBatchNorm2d", **CONDITIONAL_NORM)
def conditional_classes(student: Student) -> dict:
    """After a step of descent, each class that was seen has its own gain and bias; the other one is as it was."""
    layer, x = conditional_layer(student).double(), conditional_images(1, 3, -2, 2, 3, 1, 2, 4, 0, 4, 1, 5).double()
    output = layer(x, torch.tensor([2, 0, 2]))
    if output.requires_grad:
        (output * conditional_images(1, 2, 3, -1, 0, -2, 1, 1, 2, -1, 0, 1).double()).sum().backward()
    with torch.no_grad():
        for parameter in layer.parameters():
            if parameter.grad is not None:
                parameter.sub_(0.5 * parameter.grad)
    return {f"the output with label {label}": layer(x[:1], torch.tensor([label])) for label in range(3)}
