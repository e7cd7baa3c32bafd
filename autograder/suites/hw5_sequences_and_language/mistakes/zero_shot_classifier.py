"""Known mistakes in zero_shot_classifier."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_norm_of_a_text_does_not_count",
    says="The texts are averaged with their norms, so a long one counts more. Normalise each text first.",
)
def texts_not_normalised(class_text_features):
    return F.normalize(class_text_features.mean(dim=1), dim=1)


@mistake(
    "test_each_class_has_norm_1",
    says="The mean of unit vectors is shorter than 1. Normalise each class once more after the mean, by its own norm.",
)
def mean_not_normalised(class_text_features):
    return F.normalize(class_text_features, dim=2).mean(dim=1)


@mistake(
    "test_each_class_has_norm_1",
    says="You add the texts' directions up and leave the sum as long as it is. Normalise each class at the end.",
)
def sum_not_normalised(class_text_features):
    return F.normalize(class_text_features, dim=2).sum(dim=1)


@mistake(
    "test_the_norm_of_a_text_does_not_count",
    says="There is no normalisation at all: each text needs it before the mean, each class after it.",
)
def nothing_normalised(class_text_features):
    return class_text_features.mean(dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="The mean goes over the classes (dim 0), so each template becomes a class. Average the texts of one class.",
)
def mean_over_the_classes(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).mean(dim=0), dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="The texts are not averaged: every text is a class of its own. The mean over dim 1 is missing.",
)
def every_text_a_class(class_text_features):
    return F.normalize(class_text_features, dim=2).flatten(0, 1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="The features of the texts are strung together into one long vector. Average them instead.",
)
def texts_strung_together(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).flatten(start_dim=1), dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="The classifier comes out as columns, (D, Q). The contract asks for one row a class, (Q, D).",
)
def classes_as_columns(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).mean(dim=1), dim=1).T


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="F.normalize works along dim 1 unless it is told otherwise, and dim 1 holds the texts here. A text's features "
    "lie along dim 2.",
)
def normalised_over_the_texts(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=1).mean(dim=1), dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="The texts are normalised over the classes (dim 0). A text's features lie along dim 2.",
)
def normalised_over_the_classes(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=0).mean(dim=1), dim=1)


@mistake(
    "test_each_class_has_norm_1",
    says="The means are normalised over the classes (dim 0) at the end. Each class, a row, gets the norm 1.",
)
def classes_normalised_over_the_classes(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).mean(dim=1), dim=0)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="Only the first text of each class is used. All T of them count the same.",
)
def first_text_only(class_text_features):
    return F.normalize(class_text_features[:, 0], dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="You take the largest value of each feature over the texts. The contract asks for the mean.",
)
def maximum_for_mean(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).amax(dim=1), dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="You take the median of each feature over the texts. The contract asks for the mean.",
)
def median_for_mean(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).median(dim=1).values, dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="You divide by the sum of absolute values (p = 1). The norm is the Euclidean one.",
)
def sum_of_absolute_values(class_text_features):
    return F.normalize(F.normalize(class_text_features, p=1, dim=2).mean(dim=1), p=1, dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="Each text is divided by its squared norm, so that short ones count more. Divide by the norm.",
)
def divided_by_squared_norms(class_text_features):
    squares = class_text_features.square().sum(dim=2, keepdim=True)
    return F.normalize((class_text_features / squares).mean(dim=1), dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="The mean of all classes is subtracted. The classes keep what they have in common.",
)
def centred(class_text_features):
    means = F.normalize(class_text_features, dim=2).mean(dim=1)
    return F.normalize(means - means.mean(dim=0), dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="A dimension of size 1 is left between classes and features (keepdim). The shape is (Q, D).",
)
def dimension_kept(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).mean(dim=1, keepdim=True), dim=2)


@mistake(
    "test_any_sizes_and_float64_work",
    says="squeeze drops every dimension of size 1: a single class, or a single text a class, loses its dimension.",
)
def squeezed(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).mean(dim=1), dim=1).squeeze()


@mistake(
    "test_any_sizes_and_float64_work",
    says="You turn the features into float32. Keep the dtype that comes in.",
)
def always_float32(class_text_features):
    return F.normalize(F.normalize(class_text_features.float(), dim=2).mean(dim=1), dim=1)


@mistake(
    "test_any_sizes_and_float64_work",
    says="You normalise in place: the caller's texts have lost their norms. Make a new tensor.",
)
def normalised_in_place(class_text_features):
    class_text_features /= class_text_features.norm(dim=2, keepdim=True)
    return F.normalize(class_text_features.mean(dim=1), dim=1)


@mistake(
    "test_the_norm_of_a_text_does_not_count",
    says="Norms below 1 count as 1 with you. A small number, 1e-8 or so, is enough to keep a division from 0.",
)
def norms_held_above_1(class_text_features):
    texts = class_text_features / class_text_features.norm(dim=2, keepdim=True).clamp(min=1)
    return F.normalize(texts.mean(dim=1), dim=1)


@mistake(
    "test_any_sizes_and_float64_work",
    says="view needs numbers that lie side by side in memory. reshape takes any; or leave the dimensions as they are.",
)
def view_of_the_texts(class_text_features):
    rows = F.normalize(class_text_features.view(-1, class_text_features.shape[2]), dim=1)
    return F.normalize(rows.view(class_text_features.shape).mean(dim=1), dim=1)


@mistake(
    "test_it_works_on_a_gpu",
    says="You fill a tensor that lies on the processor, whatever comes in. Make it where the features are.",
)
def filled_on_the_processor(class_text_features):
    classifier = torch.zeros(class_text_features[:, 0].shape, dtype=class_text_features.dtype)
    for row, texts in enumerate(class_text_features):
        classifier[row] = F.normalize(F.normalize(texts, dim=1).mean(dim=0), dim=0)
    return classifier


@mistake(
    "test_any_sizes_and_float64_work",
    says="You tell the input to ask for a gradient (requires_grad_). That is for the caller to say.",
)
def asks_for_gradients(class_text_features):
    return F.normalize(F.normalize(class_text_features.requires_grad_(), dim=2).mean(dim=1), dim=1)


@mistake(
    "test_any_sizes_and_float64_work",
    says="You squeeze the texts before the mean: with one text a class, the mean goes over the features.",
)
def texts_squeezed(class_text_features):
    return F.normalize(F.normalize(class_text_features, dim=2).squeeze().mean(dim=1), dim=1)


@mistake(
    "test_any_sizes_and_float64_work",
    says="Texts that are equal count once with you (unique, or a set). Every text counts the same.",
)
def equal_texts_counted_once(class_text_features):
    rows = [F.normalize(texts, dim=1).unique(dim=0).mean(dim=0) for texts in class_text_features]
    return F.normalize(torch.stack(rows), dim=1)


@mistake(
    "test_the_norm_of_a_text_does_not_count",
    says="What you add to a norm is so large (0.01 or more) that short texts count less. 1e-8 is enough.",
)
def large_number_added_to_norms(class_text_features):
    texts = class_text_features / (class_text_features.norm(dim=2, keepdim=True) + 1e-2)
    return F.normalize(texts.mean(dim=1), dim=1)


@mistake(
    "test_the_directions_of_a_class_are_averaged",
    says="The texts are weighed by how near they are to their mean. Every text counts the same.",
)
def weighed_by_nearness(class_text_features):
    texts = F.normalize(class_text_features, dim=2)
    weights = (texts * texts.mean(dim=1, keepdim=True)).sum(dim=2, keepdim=True).softmax(dim=1)
    return F.normalize((weights * texts).sum(dim=1), dim=1)


@mistake(
    "test_it_works_on_a_gpu",
    says="You go through numpy, which knows no GPU. Stay with torch.",
)
def through_numpy(class_text_features):
    texts = class_text_features.numpy()
    texts = F.normalize(torch.from_numpy(texts), dim=2)
    return F.normalize(texts.mean(dim=1), dim=1)
