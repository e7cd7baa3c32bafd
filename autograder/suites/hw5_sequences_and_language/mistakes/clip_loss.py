"""Known mistakes in clip_loss."""

import math

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _scale(log_scale):
    return log_scale.clamp(max=math.log(100)).exp()


def _cosines(images, texts):
    return F.normalize(images, dim=1) @ F.normalize(texts, dim=1).T


def _own(logits):
    return torch.arange(len(logits), device=logits.device)


def _both_directions(logits):
    return (F.cross_entropy(logits, _own(logits)) + F.cross_entropy(logits.T, _own(logits))) / 2


@mistake(
    "test_images_and_texts_may_be_exchanged",
    says="Only images look for their texts (or the second loss lacks its transpose). Texts look for images as well.",
)
def images_look_for_texts_only(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    return F.cross_entropy(logits, _own(logits))


@mistake(
    "test_images_and_texts_may_be_exchanged",
    says="Only texts look for their images. Images look for their texts as well: the mean of both losses.",
)
def texts_look_for_images_only(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(text_features, image_features)
    return F.cross_entropy(logits, _own(logits))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="You add both directions up. The contract asks for their mean.",
)
def sum_of_both_directions(image_features, text_features, log_scale):
    return 2 * _both_directions(_scale(log_scale) * _cosines(image_features, text_features))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="Each cross entropy is a sum over the batch. The contract asks for the mean over the pairs.",
)
def sum_over_the_batch(image_features, text_features, log_scale):
    return len(image_features) * _both_directions(_scale(log_scale) * _cosines(image_features, text_features))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="The cross entropies are sums over the batch and are added up. Both ought to be means.",
)
def sum_of_everything(image_features, text_features, log_scale):
    return 2 * len(image_features) * _both_directions(_scale(log_scale) * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="log_scale multiplies the cosines as it is. It is a logarithm: the scale is exp of it.",
)
def logarithm_for_scale(image_features, text_features, log_scale):
    return _both_directions(log_scale.clamp(max=100) * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="log_scale, held below log 100, multiplies the cosines as it is. exp is missing.",
)
def exp_forgotten(image_features, text_features, log_scale):
    return _both_directions(log_scale.clamp(max=math.log(100)) * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="You divide the cosines by exp(log_scale), as if it were a temperature. It is one over a temperature: "
    "multiply.",
)
def divided_by_the_scale(image_features, text_features, log_scale):
    return _both_directions(_cosines(image_features, text_features) / _scale(log_scale))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="The scale multiplies twice: each of the two features is scaled before their product. Scale the product once.",
)
def scale_on_both_features(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) ** 2 * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="Your scale is 10 to the power of log_scale. The logarithm is the natural one: exp.",
)
def power_of_ten(image_features, text_features, log_scale):
    return _both_directions((10**log_scale).clamp(max=100) * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="You hold log_scale above 0, or the scale above 1, too. The scale is bounded at 100 from above, and nowhere "
    "from below.",
)
def bound_from_below_as_well(image_features, text_features, log_scale):
    return _both_directions(log_scale.clamp(0, math.log(100)).exp() * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="The features are scaled before they are normalised, which takes the scale away again. Scale the cosines.",
)
def scaled_before_normalisation(image_features, text_features, log_scale):
    return _both_directions(_cosines(_scale(log_scale) * image_features, text_features))


@mistake(
    "test_the_scale_is_100_at_most",
    says="Nothing bounds the scale, or log_scale is held below 100. The scale stays 100 where log_scale is above log "
    "100.",
)
def no_bound(image_features, text_features, log_scale):
    return _both_directions(log_scale.exp() * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_100_at_most",
    says="The scale is held below log 100 = 4.6. That is the bound of its logarithm; the scale's own is 100.",
)
def scale_bounded_by_the_logarithm(image_features, text_features, log_scale):
    return _both_directions(log_scale.exp().clamp(max=math.log(100)) * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_100_at_most",
    says="The logarithm's bound is made with base 10: log10(100) = 2. math.log(100) is 4.6.",
)
def bound_with_base_10(image_features, text_features, log_scale):
    return _both_directions(log_scale.clamp(max=math.log10(100)).exp() * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_100_at_most",
    says="You cut the logits off at 100, after the scale has multiplied. The scale itself is bounded: clamp its "
    "logarithm.",
)
def logits_clamped(image_features, text_features, log_scale):
    return _both_directions((log_scale.exp() * _cosines(image_features, text_features)).clamp(max=100))


@mistake(
    "test_the_scale_is_100_at_most",
    says="You cut the logits off at -100 and 100. The scale itself is bounded: clamp its logarithm.",
)
def logits_clamped_on_both_sides(image_features, text_features, log_scale):
    return _both_directions((log_scale.exp() * _cosines(image_features, text_features)).clamp(-100, 100))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="Negative similarities are cut off at 0. A cosine may be negative, and being the opposite counts.",
)
def similarities_clamped_at_0(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * _cosines(image_features, text_features).clamp(min=0))


@mistake(
    "test_only_directions_count",
    says="The features are used with their norms. Divide each row by its own norm first.",
)
def not_normalised(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * image_features @ text_features.T)


@mistake(
    "test_only_directions_count",
    says="Only the images are normalised. The texts need it too.",
)
def texts_not_normalised(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * F.normalize(image_features, dim=1) @ text_features.T)


@mistake(
    "test_only_directions_count",
    says="Only the texts are normalised. The images need it too.",
)
def images_not_normalised(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * image_features @ F.normalize(text_features, dim=1).T)


@mistake(
    "test_only_directions_count",
    says="You normalise over the batch (dim 0). Each row, the features of one image or text, is divided by its own "
    "norm.",
)
def normalised_over_the_batch(image_features, text_features, log_scale):
    logits = _scale(log_scale) * F.normalize(image_features, dim=0) @ F.normalize(text_features, dim=0).T
    return _both_directions(logits)


@mistake(
    "test_only_directions_count",
    says="Image and text are normalised together, as one long vector. Each has a norm of its own.",
)
def normalised_as_one_vector(image_features, text_features, log_scale):
    images, texts = F.normalize(torch.cat([image_features, text_features], dim=1), dim=1).chunk(2, dim=1)
    return _both_directions(_scale(log_scale) * images @ texts.T)


@mistake(
    "test_only_directions_count",
    says="All images are divided by one norm, and so are all texts (norm without dim). Each row has its own.",
)
def one_norm_for_all(image_features, text_features, log_scale):
    images, texts = image_features / image_features.norm(), text_features / text_features.norm()
    return _both_directions(_scale(log_scale) * images @ texts.T)


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="You divide by the squared norm. A direction is the vector over its norm.",
)
def divided_by_squared_norms(image_features, text_features, log_scale):
    images = image_features / image_features.square().sum(dim=1, keepdim=True)
    texts = text_features / text_features.square().sum(dim=1, keepdim=True)
    return _both_directions(_scale(log_scale) * images @ texts.T)


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="The logits are normalised rather than the features. Normalise each feature vector, then multiply.",
)
def logits_normalised(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * F.normalize(image_features @ text_features.T, dim=1))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="Every pair (i, j) is asked by itself whether it belongs together (a sigmoid). In CLIP the candidates "
    "compete: a softmax along each row and each column.",
)
def sigmoid_for_each_pair(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    return F.binary_cross_entropy_with_logits(logits, torch.eye(len(logits), dtype=logits.dtype, device=logits.device))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="You take the squared error between the cosines and the identity. The loss is a cross entropy.",
)
def squared_error(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    return F.mse_loss(logits, torch.eye(len(logits), dtype=logits.dtype, device=logits.device))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="Every image's label is 0, as if its own text came first. Row i's own text stands at index i.",
)
def labels_are_zeros(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    zeros = torch.zeros_like(_own(logits))
    return (F.cross_entropy(logits, zeros) + F.cross_entropy(logits.T, zeros)) / 2


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="One softmax goes over the whole matrix. Each row has its own, and each column.",
)
def softmax_over_the_whole_matrix(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    return logits.flatten().logsumexp(dim=0) - logits.diagonal().mean()


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="Images compete with images and texts with texts as well, as in SimCLR. Here an image chooses among the texts "
    "only, and a text among the images.",
)
def everybody_competes(image_features, text_features, log_scale):
    both = torch.cat([image_features, text_features])
    logits = _scale(log_scale) * _cosines(both, both)
    logits = logits.masked_fill(torch.eye(len(both), dtype=torch.bool, device=both.device), -math.inf)
    return F.cross_entropy(logits, _own(logits).roll(len(image_features)))


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="The right candidate is missing from the denominator. It is one of the B candidates.",
)
def own_missing_from_denominator(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    others = logits.masked_fill(torch.eye(len(logits), dtype=torch.bool, device=logits.device), -math.inf)
    return (others.logsumexp(dim=1) + others.logsumexp(dim=0)).mean() / 2 - logits.diagonal().mean()


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="cross_entropy takes logits and makes the softmax itself; you give it the result of a softmax.",
)
def softmax_twice(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    rows, columns = logits.softmax(dim=1), logits.T.softmax(dim=1)
    return (F.cross_entropy(rows, _own(rows)) + F.cross_entropy(columns, _own(columns))) / 2


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="The sign of the loss is turned round: minimising it pushes each image away from its own text.",
)
def sign_turned(image_features, text_features, log_scale):
    return -_both_directions(_scale(log_scale) * _cosines(image_features, text_features))


@mistake(
    "test_it_is_stable_at_the_largest_scale",
    says="exp of a logit overflows at the scale 100. Stay with logarithms all the way: cross_entropy or logsumexp.",
)
def exp_overflows(image_features, text_features, log_scale):
    weights = (_scale(log_scale) * _cosines(image_features, text_features)).exp()
    own = weights.diagonal()
    return -((own / weights.sum(dim=1)).log() + (own / weights.sum(dim=0)).log()).mean() / 2


@mistake(
    "test_it_is_stable_at_the_largest_scale",
    says="log of a softmax is -inf where the softmax is 0. log_softmax, or cross_entropy, never is.",
)
def log_of_a_softmax(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    return -(logits.softmax(dim=1).diagonal().log() + logits.softmax(dim=0).diagonal().log()).mean() / 2


@mistake(
    "test_it_is_stable_at_the_largest_scale",
    says="A small number is added inside the log: a hopeless pair then costs 18 at most, and gets no gradient.",
)
def log_with_a_floor(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    rows, columns = logits.softmax(dim=1).diagonal(), logits.softmax(dim=0).diagonal()
    return -((rows + 1e-8).log() + (columns + 1e-8).log()).mean() / 2


@mistake(
    "test_the_gradient_reaches_log_scale",
    says="The scale leaves the graph (item, float, detach or math.exp), so it is never learnt.",
)
def scale_detached(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale).detach() * _cosines(image_features, text_features))


@mistake(
    "test_gradients_reach_images_and_texts",
    says="The texts are detached, so their encoder is never trained. This loss trains both.",
)
def texts_detached(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * _cosines(image_features, text_features.detach()))


@mistake(
    "test_gradients_reach_images_and_texts",
    says="The images are detached, so their encoder is never trained. This loss trains both.",
)
def images_detached(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * _cosines(image_features.detach(), text_features))


@mistake(
    "test_gradients_reach_images_and_texts",
    says="Each side is a fixed target for the other one (a detach in both directions), which halves the gradients. "
    "Nothing is detached in CLIP.",
)
def each_a_target_for_the_other(image_features, text_features, log_scale):
    of_images = _scale(log_scale) * _cosines(image_features, text_features.detach())
    of_texts = _scale(log_scale) * _cosines(text_features, image_features.detach())
    return (F.cross_entropy(of_images, _own(of_images)) + F.cross_entropy(of_texts, _own(of_texts))) / 2


@mistake(
    "test_gradients_reach_images_and_texts",
    says="The norms are detached: the gradient then also stretches the features, which changes nothing. Keep the "
    "normalisation in the graph.",
)
def norms_detached(image_features, text_features, log_scale):
    images = image_features / image_features.detach().norm(dim=1, keepdim=True)
    texts = text_features / text_features.detach().norm(dim=1, keepdim=True)
    return _both_directions(_scale(log_scale) * images @ texts.T)


@mistake(
    "test_gradients_reach_images_and_texts",
    says="The loss is cut off from the graph (item, detach or no_grad), so nothing can be trained with it.",
)
@torch.no_grad()
def loss_detached(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * _cosines(image_features, text_features))


@mistake(
    "test_any_sizes_and_float64_work",
    says="You turn the features into float32. Keep the dtype that comes in.",
)
def always_float32(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale.float()) * _cosines(image_features.float(), text_features.float()))


@mistake(
    "test_any_sizes_and_float64_work",
    says="squeeze drops every dimension of size 1: with a single pair, the matrix of logits falls apart.",
)
def squeezed(image_features, text_features, log_scale):
    return _both_directions((_scale(log_scale) * _cosines(image_features, text_features)).squeeze())


@mistake(
    "test_any_sizes_and_float64_work",
    says="You normalise in place: the caller's features have lost their norms. Make new tensors.",
)
def normalised_in_place(image_features, text_features, log_scale):
    with torch.no_grad():
        for features in (image_features, text_features):
            features /= features.norm(dim=1, keepdim=True)
    return _both_directions(_scale(log_scale) * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_100_at_most",
    says="The bound is written into the caller's log_scale (clamp_ or .data). A loss leaves its inputs as they are.",
)
def log_scale_clamped_in_place(image_features, text_features, log_scale):
    log_scale.data.clamp_(max=math.log(100))
    return _both_directions(log_scale.exp() * _cosines(image_features, text_features))


@mistake(
    "test_the_scale_is_the_exponential_of_log_scale",
    says="You hold log_scale above -log 100 too. The contract bounds the scale at 100 from above, and nowhere "
    "from below.",
)
def bound_on_both_sides(image_features, text_features, log_scale):
    return _both_directions(
        log_scale.clamp(-math.log(100), math.log(100)).exp() * _cosines(image_features, text_features)
    )


@mistake(
    "test_only_directions_count",
    says="Norms below 1 count as 1 with you. A small number, 1e-8 or so, is enough to keep a division from 0.",
)
def norms_held_above_1(image_features, text_features, log_scale):
    images = image_features / image_features.norm(dim=1, keepdim=True).clamp(min=1)
    texts = text_features / text_features.norm(dim=1, keepdim=True).clamp(min=1)
    return _both_directions(_scale(log_scale) * images @ texts.T)


@mistake(
    "test_only_directions_count",
    says="What you add to a norm is so large (0.01 or more) that short features become shorter than 1. 1e-8 is enough.",
)
def large_number_added_to_norms(image_features, text_features, log_scale):
    images = image_features / (image_features.norm(dim=1, keepdim=True) + 1e-2)
    texts = text_features / (text_features.norm(dim=1, keepdim=True) + 1e-2)
    return _both_directions(_scale(log_scale) * images @ texts.T)


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="The loss has the shape (1,). It is 0-d.",
)
def loss_in_a_row(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * _cosines(image_features, text_features))[None]


@mistake(
    "test_the_scale_is_100_at_most",
    says="log_scale is bounded in place (clamp_), which changes the caller's parameter. A loss leaves its "
    "inputs alone.",
)
def log_scale_clamped_in_place_in_the_graph(image_features, text_features, log_scale):
    return _both_directions(log_scale.clamp_(max=math.log(100)).exp() * _cosines(image_features, text_features))


@mistake(
    "test_any_sizes_and_float64_work",
    says="Your loss calls backward, which leaves gradients at the inputs. That is for the training loop.",
)
def backward_called_inside(image_features, text_features, log_scale):
    loss = _both_directions(_scale(log_scale) * _cosines(image_features, text_features))
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    return loss


@mistake(
    "test_it_works_on_a_gpu",
    says="The labels are made on the processor. Make them where the features are: torch.arange(..., device=...).",
)
def labels_on_the_processor(image_features, text_features, log_scale):
    logits, own = _scale(log_scale) * _cosines(image_features, text_features), torch.arange(len(image_features))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


@mistake(
    "test_gradients_reach_images_and_texts",
    says="You count all texts that are equal to an image's own as right. Its own alone is, on the diagonal.",
)
def equal_texts_are_right_too(image_features, text_features, log_scale):
    logits, texts = _scale(log_scale) * _cosines(image_features, text_features), F.normalize(text_features, dim=1)
    same = (texts @ texts.T > 0.9999).to(logits.dtype)
    targets = same / same.sum(dim=1, keepdim=True)
    return (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets)) / 2


@mistake(
    "test_images_and_texts_look_for_each_other",
    says="Your cross entropy smooths the labels (label_smoothing). The contract asks for the plain one.",
)
def labels_smoothed(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    losses = (F.cross_entropy(each, _own(each), label_smoothing=0.1) for each in (logits, logits.T))
    return sum(losses) / 2


@mistake(
    "test_it_is_stable_at_the_largest_scale",
    says="A tiny number (1e-12) inside the log, or a clamp: a hopeless pair then costs 28 at most, without a gradient.",
)
def log_with_a_tiny_floor(image_features, text_features, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, text_features)
    rows, columns = logits.softmax(dim=1).diagonal(), logits.softmax(dim=0).diagonal()
    return -((rows + 1e-12).log() + (columns + 1e-12).log()).mean() / 2


@mistake(
    "test_any_sizes_and_float64_work",
    says="You squeeze the features: a single pair loses the dimension of the batch.",
)
def features_squeezed(image_features, text_features, log_scale):
    return _both_directions(_scale(log_scale) * _cosines(image_features.squeeze(), text_features.squeeze()))


@mistake(
    "test_only_directions_count",
    says="What you add to a norm is so large (0.001 or more) that short features become shorter than 1. 1e-8 "
    "is enough.",
)
def thousandth_added_to_norms(image_features, text_features, log_scale):
    images = image_features / (image_features.norm(dim=1, keepdim=True) + 1e-3)
    texts = text_features / (text_features.norm(dim=1, keepdim=True) + 1e-3)
    return _both_directions(_scale(log_scale) * images @ texts.T)
