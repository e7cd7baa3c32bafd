"""Known mistakes in split_brain_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You take one mean over all three channels together, in which the colour counts twice as much as L. Each has "
    "a mean of its own.",
)
def one_mean_for_all(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(torch.cat([predicted_l, predicted_ab], dim=1), torch.cat([l, ab], dim=1))


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You halve the sum. The two means are added, as they are.",
)
def mean_of_the_two(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return (F.mse_loss(predicted_ab, ab) + F.mse_loss(predicted_l, l)) / 2


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You sum over all entries. Each of the two errors is a mean, or the loss grows with the images.",
)
def summed(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_ab, ab, reduction="sum") + F.mse_loss(predicted_l, l, reduction="sum")


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You sum the errors of a and b for each pixel (a squared distance). The mean is over both channels too.",
)
def a_and_b_summed(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return ((predicted_ab - ab) ** 2).sum(dim=1).mean() + F.mse_loss(predicted_l, l)


@mistake(
    "test_color_and_lightness_are_predicted",
    says="Only the half that predicts the colour is trained. Add the error of L.",
)
def color_only(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_ab, ab)


@mistake(
    "test_color_and_lightness_are_predicted",
    says="Only the half that predicts L is trained. Add the error of ab.",
)
def lightness_only(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_l, l)


@mistake(
    "test_color_and_lightness_are_predicted",
    says="The targets are exchanged: each half is compared with what it sees itself (and broadcasting hides it). What "
    "was predicted of ab belongs to ab.",
)
def targets_exchanged(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return ((predicted_ab - l) ** 2).mean() + ((predicted_l - ab) ** 2).mean()


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You compare the two predictions with each other, and the two targets. Compare each with its target.",
)
def predictions_with_each_other(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return ((predicted_ab - predicted_l) ** 2).mean() + ((ab - l) ** 2).mean()


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You take absolute errors (L1). The loss squares them.",
)
def absolute_errors(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.l1_loss(predicted_ab, ab) + F.l1_loss(predicted_l, l)


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You take the square root of each mean. The loss adds the mean squared errors themselves.",
)
def roots_taken(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return (F.mse_loss(predicted_ab, ab) + 1e-12).sqrt() + (F.mse_loss(predicted_l, l) + 1e-12).sqrt()


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You multiply the two errors: as soon as one half is right, the other one stops learning. Add them.",
)
def product_of_the_two(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_ab, ab) * F.mse_loss(predicted_l, l)


@mistake(
    "test_both_halves_learn",
    says="You take the larger of the two errors, so that the other half does not learn. Add them.",
)
def larger_of_the_two(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return torch.maximum(F.mse_loss(predicted_ab, ab), F.mse_loss(predicted_l, l))


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You subtract the error of L, which makes that half worse and worse. Add it.",
)
def difference_of_the_two(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_ab, ab) - F.mse_loss(predicted_l, l)


@mistake(
    "test_color_and_lightness_are_predicted",
    says="Both losses come back, one by one. Return their sum, a single number.",
)
def not_added(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return torch.stack([F.mse_loss(predicted_ab, ab), F.mse_loss(predicted_l, l)])


@mistake(
    "test_both_halves_learn",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return (F.mse_loss(predicted_ab, ab) + F.mse_loss(predicted_l, l)).detach()


@mistake(
    "test_both_halves_learn",
    says="The prediction of L is detached, so that its half does not learn. Targets may be cut off, predictions not.",
)
def half_detached(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_ab, ab) + F.mse_loss(predicted_l.detach(), l)


@mistake(
    "test_both_halves_learn",
    says="The loss is always float32. Keep the dtype of the predictions.",
)
def always_float32(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_ab.float(), ab.float()) + F.mse_loss(predicted_l.float(), l.float())


@mistake(
    "test_it_works_on_a_gpu",
    says="You add up in a tensor of the processor. On a GPU: add the two errors, or begin with ab.new_zeros(…).",
)
def added_on_the_processor(predicted_ab, ab, predicted_l, l):  # noqa: E741
    errors = torch.zeros(2, dtype=ab.dtype)
    errors[0] = F.mse_loss(predicted_ab, ab)
    errors[1] = F.mse_loss(predicted_l, l)
    return errors.sum()


@mistake(
    "test_color_and_lightness_are_predicted",
    says="A squeeze lets two dimensions broadcast: every image's prediction is compared with every other's target.",
)
def broadcast_over_the_batch(predicted_ab, ab, predicted_l, l):  # noqa: E741
    of_l = (predicted_l.squeeze(1) - l).square().mean()
    return F.mse_loss(predicted_ab, ab) + of_l


@mistake(
    "test_both_halves_learn",
    says="You square a root. The derivative of the root is infinite at 0, so where all is right the gradient is NaN.",
)
def squared_norms(predicted_ab, ab, predicted_l, l):  # noqa: E741
    of_color = (predicted_ab - ab).square().sum().sqrt() ** 2 / ab.numel()
    return of_color + (predicted_l - l).square().sum().sqrt() ** 2 / l.numel()


@mistake(
    "test_both_halves_learn",
    says="You call backward inside, and leave gradients on what you were given. Only the loss is asked for.",
)
def backward_inside(predicted_ab, ab, predicted_l, l):  # noqa: E741
    loss = F.mse_loss(predicted_ab, ab) + F.mse_loss(predicted_l, l)
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    return loss


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You take the sum over an image and the mean over images. Both errors are means over all entries.",
)
def summed_over_an_image(predicted_ab, ab, predicted_l, l):  # noqa: E741
    sums = F.mse_loss(predicted_ab, ab, reduction="sum"), F.mse_loss(predicted_l, l, reduction="sum")
    return sums[0] / len(ab) + sums[1] / len(l)


@mistake(
    "test_color_and_lightness_are_predicted",
    says="You take the root of each mean squared error. The errors are added as they are, and a root has no finite "
    "derivative at 0.",
)
def bare_roots_taken(predicted_ab, ab, predicted_l, l):  # noqa: E741
    return F.mse_loss(predicted_ab, ab).sqrt() + F.mse_loss(predicted_l, l).sqrt()
