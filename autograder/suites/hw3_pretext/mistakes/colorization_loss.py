"""Known mistakes in colorization_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _cross_entropy(logits, target):
    return -(target * logits.log_softmax(dim=1)).sum(dim=1)


def _of_pixels(target, weights):
    return weights[target.argmax(dim=1)]


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="A pixel weighs by the class that the network finds most probable. It is the target's most probable class.",
)
def class_of_the_logits(logits, target, weights):
    return (_of_pixels(logits, weights) * _cross_entropy(logits, target)).mean()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="Each class has its own weight inside the sum over q, as in F.cross_entropy with weight. A pixel has one "
    "weight, for all of its cross entropy.",
)
def weights_inside_the_sum(logits, target, weights):
    return -(weights[:, None, None] * target * logits.log_softmax(dim=1)).sum(dim=1).mean()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="A pixel weighs the mean of the weights under its target. It has the weight of its most probable class.",
)
def mean_weight_of_the_target(logits, target, weights):
    return (torch.einsum("bqhw,q->bhw", target, weights) * _cross_entropy(logits, target)).mean()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="A pixel has the weight of its least probable class: argmin in place of argmax.",
)
def least_probable_class(logits, target, weights):
    return (_of_pixels(-target, weights) * _cross_entropy(logits, target)).mean()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="You divide by the weight. A rare class has a large weight, and shall count more.",
)
def divided_by_the_weight(logits, target, weights):
    return (_cross_entropy(logits, target) / _of_pixels(target, weights)).mean()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="You multiply the mean weight by the mean cross entropy. Multiply pixel by pixel, then take the mean.",
)
def product_of_means(logits, target, weights):
    return _of_pixels(target, weights).mean() * _cross_entropy(logits, target).mean()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="The weights are not used.",
)
def unweighted(logits, target, weights):
    return _cross_entropy(logits, target).mean()


@mistake(
    "test_the_mean_is_over_pixels",
    says="You divide by the sum of the weights. Divide by the number of pixels: then rare colours keep their weight.",
)
def divided_by_the_sum_of_weights(logits, target, weights):
    of_pixels = _of_pixels(target, weights)
    return (of_pixels * _cross_entropy(logits, target)).sum() / of_pixels.sum()


@mistake(
    "test_the_mean_is_over_pixels",
    says="You sum over the pixels. The loss is the mean.",
)
def sum_over_pixels(logits, target, weights):
    return (_of_pixels(target, weights) * _cross_entropy(logits, target)).sum()


@mistake(
    "test_all_of_the_target_counts",
    says="You sum over the pixels of an image, and divide by the number of images. Divide by all B H W pixels.",
)
def mean_over_images(logits, target, weights):
    return (_of_pixels(target, weights) * _cross_entropy(logits, target)).sum(dim=(1, 2)).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="Your mean is over classes as well, so that the loss is Q times too small. Sum over the classes.",
)
def mean_over_classes(logits, target, weights):
    return (_of_pixels(target, weights) * _cross_entropy(logits, target)).mean() / logits.shape[1]


@mistake(
    "test_all_of_the_target_counts",
    says="The softmax runs along a row of pixels. It is over the classes: dim=1.",
)
def softmax_over_pixels(logits, target, weights):
    cross_entropy = -(target * logits.log_softmax(dim=-1)).sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="The softmax runs over the images of the batch. It is over the classes: dim=1.",
)
def softmax_over_images(logits, target, weights):
    cross_entropy = -(target * logits.log_softmax(dim=0)).sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="The softmax is over classes and pixels together. Each pixel has a distribution of its own: dim=1.",
)
def softmax_over_everything(logits, target, weights):
    log_p = logits.flatten(1).log_softmax(dim=1).view_as(logits)
    return (_of_pixels(target, weights) * -(target * log_p).sum(dim=1)).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="Only the target's most probable class counts in yours. The target is a distribution: all its classes do.",
)
def hard_target(logits, target, weights):
    cross_entropy = F.cross_entropy(logits, target.argmax(dim=1), reduction="none")
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="F.cross_entropy with the indices of the classes and with weight forgets the other classes of the target, and "
    "divides by the sum of the weights. Write the sum over q yourself, and take the mean over pixels.",
)
def hard_target_and_sum_of_weights(logits, target, weights):
    return F.cross_entropy(logits, target.argmax(dim=1), weight=weights)


@mistake(
    "test_all_of_the_target_counts",
    says="The sign is wrong: a loss that shrinks when the prediction gets worse. It is minus the sum over q.",
)
def sign_missing(logits, target, weights):
    return -(_of_pixels(target, weights) * _cross_entropy(logits, target)).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="You multiply the target with the logits themselves. It is log softmax that is multiplied.",
)
def no_softmax(logits, target, weights):
    return (_of_pixels(target, weights) * -(target * logits).sum(dim=1)).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="You multiply the target with the probabilities. It is their logarithm that is multiplied.",
)
def no_logarithm(logits, target, weights):
    return (_of_pixels(target, weights) * -(target * logits.softmax(dim=1)).sum(dim=1)).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="Target and prediction are exchanged: take the logarithm of the prediction, and weigh it with the target.",
)
def target_and_prediction_exchanged(logits, target, weights):
    cross_entropy = -(logits.softmax(dim=1) * (target + 1e-8).log()).sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="Yours is the Kullback-Leibler divergence, which lacks the entropy of the target. Take the cross entropy.",
)
def kullback_leibler(logits, target, weights):
    divergence = F.kl_div(logits.log_softmax(dim=1), target, reduction="none").sum(dim=1)
    return (_of_pixels(target, weights) * divergence).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="You take a sigmoid of each logit, and a binary cross entropy. One softmax over all classes is asked for.",
)
def binary_cross_entropy(logits, target, weights):
    cross_entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_all_of_the_target_counts",
    says="You take a softmax of the target too. It is a distribution already.",
)
def softmax_of_the_target(logits, target, weights):
    return (_of_pixels(target, weights) * _cross_entropy(logits, target.softmax(dim=1))).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="softmax rounds to 0 for logits of several hundred, and log(0) is minus infinity. log_softmax forms neither.",
)
def logarithm_of_softmax(logits, target, weights):
    cross_entropy = -(target * logits.softmax(dim=1).log()).sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="A small number inside the logarithm caps the loss, and very improbable classes get no gradient. log_softmax "
    "needs no such number.",
)
def small_number_in_the_logarithm(logits, target, weights):
    cross_entropy = -(target * (logits.softmax(dim=1) + 1e-8).log()).sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="exp of several hundred is infinite. Use logsumexp or log_softmax, which subtract the largest logit first.",
)
def logarithm_of_sum_of_exp(logits, target, weights):
    log_p = logits - logits.exp().sum(dim=1, keepdim=True).log()
    return (_of_pixels(target, weights) * -(target * log_p).sum(dim=1)).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="The loss is cut off from the graph (detach, item or no_grad): nothing learns from it.",
)
def without_graph(logits, target, weights):
    return (_of_pixels(target, weights) * _cross_entropy(logits.detach(), target)).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="The loss is always float32. Keep the dtype of the logits.",
)
def always_float32(logits, target, weights):
    return (_of_pixels(target, weights) * _cross_entropy(logits, target)).mean().float()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="You normalise the caller's weights in place. Leave them as they are.",
)
def weights_changed(logits, target, weights):
    loss = (_of_pixels(target, weights) * _cross_entropy(logits, target)).mean()
    weights /= weights.sum()
    return loss


@mistake(
    "test_it_works_on_a_gpu",
    says="You put the pixels' weights into a tensor of the processor. On a GPU: weights[classes] stays there.",
)
def weights_on_the_processor(logits, target, weights):
    classes = target.argmax(dim=1)
    own = torch.zeros(classes.shape, dtype=weights.dtype)
    for q, weight in enumerate(weights):
        own[classes == q] = weight
    return (own * _cross_entropy(logits, target)).mean()


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="You call backward inside, and leave a gradient on what you were given. Only the loss is asked for.",
)
def backward_inside(logits, target, weights):
    loss = (_of_pixels(target, weights) * _cross_entropy(logits, target)).mean()
    if logits.is_leaf and logits.requires_grad:
        loss.backward(retain_graph=True)
    return loss


@mistake(
    "test_a_pixel_weighs_by_its_most_probable_class",
    says="view wants numbers that lie in memory in one piece, in the order of the dimensions. reshape takes any.",
)
def view_of_the_logits(logits, target, weights):
    pixels = logits.view(len(logits), logits.shape[1], -1), target.view(len(target), target.shape[1], -1)
    return (_of_pixels(pixels[1], weights) * _cross_entropy(*pixels)).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="The logits are cut off at some number, so that those beyond it have no gradient. log_softmax takes any.",
)
def logits_cut_off(logits, target, weights):
    return (_of_pixels(target, weights) * _cross_entropy(logits.clamp(-50, 50), target)).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="A tiny number in the logarithm, log(p + 1e-12), bounds the loss of a class that is thought impossible. "
    "log_softmax needs none.",
)
def tiny_number_in_the_logarithm(logits, target, weights):
    cross_entropy = -(target * (logits.softmax(dim=1) + 1e-12).log()).sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()


@mistake(
    "test_the_gradient_reaches_the_logits",
    says="Probabilities are cut off at a small number, and below it there is no gradient. log_softmax needs no such "
    "number.",
)
def probabilities_cut_off(logits, target, weights):
    cross_entropy = -(target * logits.softmax(dim=1).clamp(1e-7, 1).log()).sum(dim=1)
    return (_of_pixels(target, weights) * cross_entropy).mean()
