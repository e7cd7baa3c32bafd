"""Known mistakes in knn_predict."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _cosines(features, queries):
    """(Q, N)."""
    return F.normalize(queries, dim=1) @ F.normalize(features, dim=1).T


def _weights(cosine, temperature):
    """exp(cosine / temperature), up to a factor for each query."""
    return ((cosine - cosine.amax(dim=1, keepdim=True)) / temperature).exp()


def _votes(weights, labels, num_classes):
    """Sums of the weights (Q, k) over the labels (Q, k) of each class, (Q, num_classes)."""
    return torch.zeros(len(weights), num_classes, dtype=weights.dtype, device=weights.device).scatter_add(
        1, labels, weights
    )


def _vote(cosine, labels, k, temperature, num_classes):
    """The right ending, from any similarities (Q, N)."""
    nearest_cosine, nearest = cosine.topk(k, dim=1)
    return _votes(_weights(nearest_cosine, temperature), labels[nearest], num_classes).argmax(dim=1)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="All votes count the same. Each one weighs exp(cosine / temperature).",
)
def majority_vote(features, labels, queries, k, temperature, num_classes):
    nearest = _cosines(features, queries).topk(k, dim=1).indices
    return F.one_hot(labels[nearest], num_classes).sum(dim=1).argmax(dim=1)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="A vote weighs its cosine. The exponential and the temperature are missing.",
)
def weights_are_cosines(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    return _votes(cosine, labels[nearest], num_classes).argmax(dim=1)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="A vote weighs cosine / temperature. The exponential is missing.",
)
def weights_without_exponential(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    return _votes((1 + cosine) / temperature, labels[nearest], num_classes).argmax(dim=1)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="You multiply by the temperature. It divides: at a low temperature near images count for much more.",
)
def temperature_multiplied(features, labels, queries, k, temperature, num_classes):
    return _vote(_cosines(features, queries), labels, k, 1 / temperature, num_classes)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="The temperature is not used: a vote weighs exp(cosine).",
)
def temperature_ignored(features, labels, queries, k, temperature, num_classes):
    return _vote(_cosines(features, queries), labels, k, 1, num_classes)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="The nearest image alone decides. All k neighbours vote, and the votes for a class add up.",
)
def nearest_image_decides(features, labels, queries, k, temperature, num_classes):
    return labels[_cosines(features, queries).argmax(dim=1)]


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="You take the mean weight of each class. Votes add up: three good neighbours count more than one.",
)
def mean_of_the_votes(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    votes = _votes(_weights(cosine, temperature), labels[nearest], num_classes)
    return (votes / F.one_hot(labels[nearest], num_classes).sum(dim=1).clamp(min=1)).argmax(dim=1)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="Of several neighbours of one class only one counts: = writes over what stands there. Use scatter_add.",
)
def votes_written_over(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    weights = _weights(cosine, temperature)
    votes = torch.zeros(len(queries), num_classes, dtype=weights.dtype, device=queries.device)
    for place in range(k):
        votes[torch.arange(len(queries), device=queries.device), labels[nearest[:, place]]] = weights[:, place]
    return votes.argmax(dim=1)


@mistake(
    "test_a_vote_weighs_by_its_cosine",
    says="A vote weighs exp(-distance / temperature). The contract asks for exp(cosine / temperature).",
)
def weights_by_distance(features, labels, queries, k, temperature, num_classes):
    distance = torch.cdist(F.normalize(queries, dim=1), F.normalize(features, dim=1))
    return _vote(-distance, labels, k, temperature, num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="All images vote; k is not used. Only the k nearest do.",
)
def everybody_votes(features, labels, queries, k, temperature, num_classes):
    return _vote(_cosines(features, queries), labels, len(features), temperature, num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="The k farthest images vote: the largest cosines belong to the nearest.",
)
def farthest_images_vote(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1, largest=False)
    return _votes(_weights(cosine, temperature), labels[nearest], num_classes).argmax(dim=1)


@mistake(
    "test_the_nearest_images_vote",
    says="You take the class with the fewest votes.",
)
def fewest_votes_win(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    return _votes(_weights(cosine, temperature), labels[nearest], num_classes).argmin(dim=1)


@mistake(
    "test_one_neighbour_all_neighbours_one_query",
    says="The nearest image is skipped, as if the query were among the labelled images. It is not: all k nearest vote.",
)
def nearest_image_skipped(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k + 1, dim=1)
    return _votes(_weights(cosine[:, 1:], temperature), labels[nearest[:, 1:]], num_classes).argmax(dim=1)


@mistake(
    "test_one_neighbour_all_neighbours_one_query",
    says="One neighbour too few votes: k - 1. A slice up to k - 1 leaves the last one out.",
)
def one_neighbour_too_few(features, labels, queries, k, temperature, num_classes):
    return _vote(_cosines(features, queries), labels, k - 1, temperature, num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="These are dot products of the raw features. Nearness is a cosine, and depends on directions alone.",
)
def no_normalization(features, labels, queries, k, temperature, num_classes):
    return _vote(queries @ features.T, labels, k, temperature, num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="The labelled images' features are not normalised: a long one is near to everybody.",
)
def features_not_normalized(features, labels, queries, k, temperature, num_classes):
    return _vote(F.normalize(queries, dim=1) @ features.T, labels, k, temperature, num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="The queries are not normalised: the norm of a query works as a temperature of its own.",
)
def queries_not_normalized(features, labels, queries, k, temperature, num_classes):
    return _vote(queries @ F.normalize(features, dim=1).T, labels, k, temperature, num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="You normalise over the images (dim 0). A feature vector lies along dim 1, and its norm is taken over D.",
)
def normalized_over_the_images(features, labels, queries, k, temperature, num_classes):
    return _vote(F.normalize(queries, dim=0) @ F.normalize(features, dim=0).T, labels, k, temperature, num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="The neighbours are those at the smallest Euclidean distance of the raw features. Use the cosine.",
)
def nearest_by_raw_distance(features, labels, queries, k, temperature, num_classes):
    nearest = torch.cdist(queries, features).topk(k, dim=1, largest=False).indices
    weights = _weights(_cosines(features, queries).gather(1, nearest), temperature)
    return _votes(weights, labels[nearest], num_classes).argmax(dim=1)


@mistake(
    "test_the_nearest_images_vote",
    says="You return the index of the nearest image. The answer is a class: look the labels up.",
)
def index_instead_of_class(features, labels, queries, k, temperature, num_classes):
    return _cosines(features, queries).argmax(dim=1)


@mistake(
    "test_the_nearest_images_vote",
    says="The votes go to the first k labels of the list. Each neighbour votes for its own label: labels[nearest].",
)
def labels_not_looked_up(features, labels, queries, k, temperature, num_classes):
    cosine = _cosines(features, queries).topk(k, dim=1).values
    return _votes(_weights(cosine, temperature), labels[:k].expand(len(queries), k), num_classes).argmax(dim=1)


@mistake(
    "test_the_nearest_images_vote",
    says="You return the votes for all classes. The answer is the class with the most: argmax over the classes.",
)
def votes_instead_of_class(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    return _votes(_weights(cosine, temperature), labels[nearest], num_classes)


@mistake(
    "test_the_nearest_images_vote",
    says="argmax runs over the queries (dim 0). Each query looks for its own class, along dim 1.",
)
def argmax_over_the_queries(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    return _votes(_weights(cosine, temperature), labels[nearest], num_classes).argmax(dim=0)


@mistake(
    "test_the_nearest_images_vote",
    says="You return the place among the classes that occur. An absent class has a number too, and is counted.",
)
def absent_classes_left_out(features, labels, queries, k, temperature, num_classes):
    classes, labels = labels.unique(return_inverse=True)
    return _vote(_cosines(features, queries), labels, k, temperature, len(classes))


@mistake(
    "test_the_weights_are_stable_at_a_low_temperature",
    says="exp(cosine / 0.005) overflows, and infinities are all alike. Subtract each query's largest cosine first.",
)
def exp_overflows(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    return _votes((cosine / temperature).exp(), labels[nearest], num_classes).argmax(dim=1)


@mistake(
    "test_the_weights_are_stable_at_a_low_temperature",
    says="With 1 taken away from the cosines nothing overflows, but when no image is near, all weights round to 0.",
)
def exp_rounds_to_zero(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    return _votes(((cosine - 1) / temperature).exp(), labels[nearest], num_classes).argmax(dim=1)


@mistake(
    "test_one_neighbour_all_neighbours_one_query",
    says="squeeze drops every dimension of size 1, so a single query or a single neighbour comes without its shape.",
)
def squeezed(features, labels, queries, k, temperature, num_classes):
    return _vote(_cosines(features, queries), labels, k, temperature, num_classes).squeeze()


@mistake(
    "test_the_nearest_images_vote",
    says="Ten classes are fixed in your code; there are num_classes.",
)
def ten_classes(features, labels, queries, k, temperature, num_classes):
    return _vote(_cosines(features, queries), labels, k, temperature, 10)


@mistake(
    "test_the_nearest_images_vote",
    says="The classes come as floating-point numbers. A class is a whole number, long.",
)
def classes_as_floats(features, labels, queries, k, temperature, num_classes):
    return _vote(_cosines(features, queries), labels, k, temperature, num_classes).float()


@mistake(
    "test_the_nearest_images_vote",
    says="You normalise in place: the caller's features have lost their norms. Make new tensors.",
)
def normalized_in_place(features, labels, queries, k, temperature, num_classes):
    for vectors in (features, queries):
        vectors /= vectors.norm(dim=1, keepdim=True)
    return _vote(queries @ features.T, labels, k, temperature, num_classes)


@mistake(
    "test_one_neighbour_all_neighbours_one_query",
    says="The votes are float32, and the weights have the features' dtype: float64 cannot be added to them.",
)
def votes_in_float32(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    votes = torch.zeros(len(queries), num_classes, device=queries.device)
    return votes.scatter_add(1, labels[nearest], _weights(cosine, temperature)).argmax(dim=1)


@mistake(
    "test_it_works_on_a_gpu",
    says="The votes are added up on the processor. On a GPU they are refused: make them with device=queries.device.",
)
def votes_on_the_processor(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    weights = _weights(cosine, temperature)
    votes = torch.zeros(len(queries), num_classes, dtype=weights.dtype)
    return votes.scatter_add(1, labels[nearest], weights).argmax(dim=1)


@mistake(
    "test_it_works_on_a_gpu",
    says="The classes are collected in a list, and the tensor made of it lies on the processor: device=queries.device.",
)
def classes_on_the_processor(features, labels, queries, k, temperature, num_classes):
    return torch.tensor(_vote(_cosines(features, queries), labels, k, temperature, num_classes).tolist())


@mistake(
    "test_the_nearest_images_vote",
    says="Votes are counted for ten classes, 0 to 9; there are num_classes.",
)
def only_ten_classes_counted(features, labels, queries, k, temperature, num_classes):
    cosine, nearest = _cosines(features, queries).topk(k, dim=1)
    weights = _weights(cosine, temperature)
    return torch.stack([(weights * (labels[nearest] == label)).sum(dim=1) for label in range(10)], dim=1).argmax(dim=1)
