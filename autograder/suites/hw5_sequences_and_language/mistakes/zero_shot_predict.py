"""Known mistakes in zero_shot_predict."""

import math

import torch.nn.functional as F

from autograder.suites import mistake


def _scale(log_scale):
    return log_scale.clamp(max=math.log(100)).exp()


def _cosines(image_features, classifier):
    return F.normalize(image_features, dim=1) @ classifier.T


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You return the most probable class. The contract asks for the probabilities of all of them, (B, Q).",
)
def most_probable_class(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, classifier)).argmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You return 1 for the most probable class and 0 for the others. The contract asks for probabilities.",
)
def one_hot(image_features, classifier, log_scale):
    cosines = _cosines(image_features, classifier)
    return F.one_hot(cosines.argmax(dim=1), len(classifier)).to(cosines.dtype)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="The softmax goes over the images (dim 0). It is the classes that compete for each image.",
)
def softmax_over_the_images(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, classifier)).softmax(dim=0)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="One softmax goes over all images and classes. Each image has its own.",
)
def softmax_over_everything(image_features, classifier, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, classifier)
    return logits.flatten().softmax(dim=0).reshape(logits.shape)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="The image features are used with their norms. Divide each row by its own norm first.",
)
def images_not_normalised(image_features, classifier, log_scale):
    return (_scale(log_scale) * image_features @ classifier.T).softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="The image features are normalised over the batch (dim 0). Each image, a row, is divided by its own norm.",
)
def normalised_over_the_batch(image_features, classifier, log_scale):
    return (_scale(log_scale) * F.normalize(image_features, dim=0) @ classifier.T).softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="The cosines are normalised once more, over the classes. Scale them as they are.",
)
def cosines_normalised(image_features, classifier, log_scale):
    return (_scale(log_scale) * F.normalize(image_features @ classifier.T, dim=1)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="log_scale multiplies the cosines as it is. It is a logarithm: the scale is exp of it.",
)
def logarithm_for_scale(image_features, classifier, log_scale):
    return (log_scale * _cosines(image_features, classifier)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="log_scale, held below log 100, multiplies the cosines as it is. exp is missing.",
)
def exp_forgotten(image_features, classifier, log_scale):
    return (log_scale.clamp(max=math.log(100)) * _cosines(image_features, classifier)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="The cosines go into the softmax without a scale, which makes all classes nearly as probable.",
)
def no_scale(image_features, classifier, log_scale):
    return _cosines(image_features, classifier).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="You divide the cosines by exp(log_scale), as if it were a temperature. Multiply.",
)
def divided_by_the_scale(image_features, classifier, log_scale):
    return (_cosines(image_features, classifier) / _scale(log_scale)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="Nothing bounds the scale. Above log 100 it stays 100, as in clip_loss.",
)
def no_bound(image_features, classifier, log_scale):
    return (log_scale.exp() * _cosines(image_features, classifier)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="The scale is held below log 100 = 4.6. That is the bound of its logarithm; the scale's own is 100.",
)
def scale_bounded_by_the_logarithm(image_features, classifier, log_scale):
    return (log_scale.exp().clamp(max=math.log(100)) * _cosines(image_features, classifier)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="You cut the logits off at 100, after the scale has multiplied. The scale itself is bounded.",
)
def logits_clamped(image_features, classifier, log_scale):
    return (log_scale.exp() * _cosines(image_features, classifier)).clamp(max=100).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="You hold log_scale above 0 too. The contract bounds the scale at 100 from above, and nowhere from below.",
)
def bound_from_below_as_well(image_features, classifier, log_scale):
    return (log_scale.clamp(0, math.log(100)).exp() * _cosines(image_features, classifier)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="exp of a logit overflows at the scale 100. torch's softmax subtracts the largest logit first.",
)
def exp_overflows(image_features, classifier, log_scale):
    weights = (_scale(log_scale) * _cosines(image_features, classifier)).exp()
    return weights / weights.sum(dim=1, keepdim=True)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="Each class is judged by itself (a sigmoid), so an image's probabilities do not add up to 1. Take a softmax.",
)
def sigmoid(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, classifier)).sigmoid()


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You return logarithms of probabilities. The contract asks for the probabilities themselves.",
)
def log_softmax(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, classifier)).log_softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You return the logits. The softmax is missing.",
)
def logits_for_probabilities(image_features, classifier, log_scale):
    return _scale(log_scale) * _cosines(image_features, classifier)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You return the cosines. Scale and softmax are missing.",
)
def cosines_for_probabilities(image_features, classifier, log_scale):
    return _cosines(image_features, classifier)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="The logits are divided by their sum, which may even be negative. Take a softmax.",
)
def divided_by_the_sum(image_features, classifier, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, classifier)
    return logits / logits.sum(dim=1, keepdim=True)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="The result is (Q, B), one row a class. The contract asks for one row an image, (B, Q).",
)
def transposed(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, classifier)).softmax(dim=1).T


@mistake(
    "test_the_classes_compete_for_each_image",
    says="squeeze drops every dimension of size 1: a single image loses its row.",
)
def squeezed(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, classifier)).softmax(dim=1).squeeze()


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(image_features, classifier, log_scale):
    return (_scale(log_scale.float()) * _cosines(image_features.float(), classifier.float())).softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You normalise in place: the caller's image features have lost their norms. Make a new tensor.",
)
def normalised_in_place(image_features, classifier, log_scale):
    image_features /= image_features.norm(dim=1, keepdim=True)
    return (_scale(log_scale) * image_features @ classifier.T).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="The bound is written into the caller's log_scale (clamp_ or .data). Leave the inputs as they are.",
)
def log_scale_clamped_in_place(image_features, classifier, log_scale):
    log_scale.data.clamp_(max=math.log(100))
    return (log_scale.exp() * _cosines(image_features, classifier)).softmax(dim=1)


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="You hold log_scale above -log 100 too. The contract bounds the scale at 100 from above, and nowhere "
    "from below.",
)
def bound_on_both_sides(image_features, classifier, log_scale):
    scale = log_scale.clamp(-math.log(100), math.log(100)).exp()
    return (scale * _cosines(image_features, classifier)).softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="Norms below 1 count as 1 with you. A small number, 1e-8 or so, is enough to keep a division from 0.",
)
def norms_held_above_1(image_features, classifier, log_scale):
    images = image_features / image_features.norm(dim=1, keepdim=True).clamp(min=1)
    return (_scale(log_scale) * images @ classifier.T).softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="The classifier is normalised over the classes (dim 0). Its rows have norm 1 as they come.",
)
def classifier_normalised_over_the_classes(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, F.normalize(classifier, dim=0))).softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="All images are divided by one norm (norm without dim). Each row has its own.",
)
def one_norm_for_all(image_features, classifier, log_scale):
    return (_scale(log_scale) * (image_features / image_features.norm()) @ classifier.T).softmax(dim=1)


@mistake(
    "test_it_works_on_a_gpu",
    says="The probabilities come back on the processor (cpu() or numpy()). They stay on the device of the features.",
)
def brought_to_the_processor(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features, classifier)).softmax(dim=1).cpu()


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You tell the inputs to ask for a gradient (requires_grad_). That is for the caller to say.",
)
def asks_for_gradients(image_features, classifier, log_scale):
    return (_scale(log_scale) * _cosines(image_features.requires_grad_(), classifier)).softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="A single class gets a sigmoid. The softmax of one class is 1.",
)
def sigmoid_for_one_class(image_features, classifier, log_scale):
    logits = _scale(log_scale) * _cosines(image_features, classifier)
    return logits.sigmoid() if logits.shape[1] == 1 else logits.softmax(dim=1)


@mistake(
    "test_the_classes_compete_for_each_image",
    says="You make a new tensor of a list or of numpy's numbers: float32 on the processor, whatever comes in.",
)
def made_of_a_list(image_features, classifier, log_scale):
    return torch.tensor((_scale(log_scale) * _cosines(image_features, classifier)).softmax(dim=1).tolist())


@mistake(
    "test_the_scale_is_that_of_the_loss",
    says="The probabilities are held above a small number. They may be 0.",
)
def probabilities_held_above_0(image_features, classifier, log_scale):
    found = (_scale(log_scale) * _cosines(image_features, classifier)).softmax(dim=1).clamp(min=1e-3)
    return found / found.sum(dim=1, keepdim=True)
