"""Known mistakes in zero_shot_classifier."""

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
    says="The mean of unit vectors is shorter than 1. Normalise each class once more after the mean.",
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
