"""Known mistakes in color_loss."""

import math

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _of_true(copied, classes):
    """The probability of each pixel's true class, (B, H, W)."""
    return copied.gather(1, classes[:, None])[:, 0]


@mistake(
    "test_the_true_class_counts",
    says="F.cross_entropy takes logits and puts them through a softmax. What was copied are probabilities already, and "
    "only their logarithm is missing.",
)
def softmax_again(copied, classes):
    return F.cross_entropy(copied, classes)


@mistake(
    "test_the_true_class_counts",
    says="F.nll_loss takes logarithms of probabilities, and you give it the probabilities themselves.",
)
def no_logarithm(copied, classes):
    return F.nll_loss(copied, classes)


@mistake(
    "test_the_true_class_counts",
    says="The loss is 1 - p. It is -log p, which grows without bound (up to the floor) for a class thought impossible.",
)
def one_less_the_probability(copied, classes):
    return (1 - _of_true(copied, classes)).mean()


@mistake(
    "test_the_true_class_counts",
    says="The sign is missing: the logarithm of a probability is negative, and its negative is the loss.",
)
def sign_missing(copied, classes):
    return _of_true(copied, classes).clamp(min=1e-6).log().mean()


@mistake(
    "test_the_true_class_counts",
    says="You take the sum over pixels. It is the mean.",
)
def summed_over_pixels(copied, classes):
    return F.nll_loss(copied.clamp(min=1e-6).log(), classes, reduction="sum")


@mistake(
    "test_the_true_class_counts",
    says="You divide by the number of images only. The mean is over all pixels of all images.",
)
def summed_over_the_pixels_of_an_image(copied, classes):
    return -_of_true(copied, classes).clamp(min=1e-6).log().sum() / len(copied)


@mistake(
    "test_the_true_class_counts",
    says="You divide by the number of classes as well. The mean is over pixels, and each has one true class.",
)
def mean_over_classes_too(copied, classes):
    one_hot = F.one_hot(classes, copied.shape[1]).movedim(-1, 1)
    return -(one_hot * copied.clamp(min=1e-6).log()).mean()


@mistake(
    "test_the_true_class_counts",
    says="You return one number for each pixel. Take their mean.",
)
def not_reduced(copied, classes):
    return -_of_true(copied, classes).clamp(min=1e-6).log()


@mistake(
    "test_the_true_class_counts",
    says="You take the logarithm of the mean probability. It is the mean of the logarithms, pixel by pixel.",
)
def logarithm_of_the_mean(copied, classes):
    return -_of_true(copied, classes).clamp(min=1e-6).mean().log()


@mistake(
    "test_the_true_class_counts",
    says="The logarithm is to the base 2. Use the natural one, torch.log.",
)
def base_2(copied, classes):
    return -_of_true(copied, classes).clamp(min=1e-6).log2().mean()


@mistake(
    "test_the_true_class_counts",
    says="Each class is judged on its own, wrong ones by log(1 - p). Classes exclude each other: only the true one's "
    "probability counts.",
)
def binary_cross_entropy(copied, classes):
    one_hot = F.one_hot(classes, copied.shape[1]).movedim(-1, 1).to(copied.dtype)
    return F.binary_cross_entropy(copied, one_hot)


@mistake(
    "test_the_true_class_counts",
    says="This is a squared error against one-hot vectors. The loss is -log of the true class's probability.",
)
def squared_error(copied, classes):
    one_hot = F.one_hot(classes, copied.shape[1]).movedim(-1, 1).to(copied.dtype)
    return F.mse_loss(copied, one_hot)


@mistake(
    "test_the_true_class_counts",
    says="You look at the most probable class. The true one, from classes, is what counts.",
)
def most_probable_class(copied, classes):
    return -copied.max(dim=1).values.clamp(min=1e-6).log().mean()


@mistake(
    "test_the_true_class_counts",
    says="A reshape has torn the classes from their pixels: C stands in dim 1, and has to be moved to the end before "
    "pixels stand in a row.",
)
def reshaped_without_moving_the_classes(copied, classes):
    return F.nll_loss(copied.reshape(-1, copied.shape[1]).clamp(min=1e-6).log(), classes.flatten())


@mistake(
    "test_the_true_class_counts",
    says="This is the entropy of what was copied. It does not know the true classes.",
)
def entropy(copied, classes):
    copied = copied.clamp(min=1e-6)
    return -(copied * copied.log()).sum(dim=1).mean()


@mistake(
    "test_improbable_classes_have_a_floor",
    says="There is no floor: -log 0 is infinite. A probability below 1e-6 counts as 1e-6.",
)
def no_floor(copied, classes):
    return F.nll_loss(copied.log(), classes)


@mistake(
    "test_improbable_classes_have_a_floor",
    says="You add 1e-6 to all probabilities. Only those below 1e-6 are raised, and up to 1e-6.",
)
def floor_added(copied, classes):
    return F.nll_loss((copied + 1e-6).log(), classes)


@mistake(
    "test_improbable_classes_have_a_floor",
    says="Your floor is higher than 1e-6, and raises probabilities that are small but not that small.",
)
def floor_too_high(copied, classes):
    return F.nll_loss(copied.clamp(min=1e-3).log(), classes)


@mistake(
    "test_improbable_classes_have_a_floor",
    says="Your floor is lower than 1e-6: a class thought impossible costs more than it should.",
)
def floor_too_low(copied, classes):
    return F.nll_loss(copied.clamp(min=1e-8).log(), classes)


@mistake(
    "test_improbable_classes_have_a_floor",
    says="The floor is applied to the mean probability or to the loss, when -log 0 has already become infinite. It "
    "belongs to each probability.",
)
def floor_too_late(copied, classes):
    return F.nll_loss(copied.log(), classes).clamp(max=-math.log(1e-6))


@mistake(
    "test_improbable_classes_have_a_floor",
    says="Pixels whose true class is too improbable are left out. They count, as 1e-6, and cost the most.",
)
def improbable_left_out(copied, classes):
    of_true = _of_true(copied, classes)
    return -of_true[of_true >= 1e-6].log().mean()


@mistake(
    "test_improbable_classes_have_a_floor",
    says="Pixels whose true class is too improbable cost 0 here. They count as 1e-6, and cost the most.",
)
def improbable_cost_nothing(copied, classes):
    of_true = _of_true(copied, classes)
    return -torch.where(of_true >= 1e-6, of_true, 1.0).log().mean()


@mistake(
    "test_improbable_classes_have_a_floor",
    says="Large probabilities are cut off as well. Only those below 1e-6 change.",
)
def ones_cut_off(copied, classes):
    return F.nll_loss(copied.clamp(1e-6, 0.99).log(), classes)


@mistake(
    "test_improbable_classes_have_a_floor",
    says="No gradient reaches the probabilities: item(), detach, no_grad or numpy has cut the graph.",
)
def without_a_graph(copied, classes):
    return F.nll_loss(copied.detach().clamp(min=1e-6).log(), classes)


@mistake(
    "test_the_true_class_counts",
    says="The loss is made in float32 whatever comes in. Keep the dtype of what was copied.",
)
def always_float32(copied, classes):
    return F.nll_loss(copied.float().clamp(min=1e-6).log(), classes)


@mistake(
    "test_improbable_classes_have_a_floor",
    says="The logarithm of 0 is taken, and only what comes of it is cut off or passed over: the value is right, but "
    "the gradient is 0 times infinity, NaN. Put the floor under the probability first.",
)
def logarithm_cut_off(copied, classes):
    return (-_of_true(copied, classes).log()).clamp(max=-math.log(1e-6)).mean()


@mistake(
    "test_it_works_on_a_gpu",
    says="You look up the true classes with indices that lie on the processor. On a GPU: device=copied.device.",
)
def one_hot_on_the_processor(copied, classes):
    table = torch.eye(copied.shape[1], dtype=copied.dtype)
    wanted = table[classes].permute(0, 3, 1, 2)
    return -(wanted * copied.clamp(min=1e-6).log()).sum(dim=1).mean()


@mistake(
    "test_improbable_classes_have_a_floor",
    says="You put the floor into the caller's probabilities themselves. They stay as they were.",
)
def floor_in_place(copied, classes):
    copied.data.clamp_(min=1e-6)
    return F.nll_loss(copied.log(), classes)


@mistake(
    "test_improbable_classes_have_a_floor",
    says="You write the floor into what was copied. An assignment changes the caller's tensor, and none may be made to "
    "one whose gradient is asked for.",
)
def floor_assigned(copied, classes):
    copied[copied < 1e-6] = 1e-6
    return F.nll_loss(copied.log(), classes)
