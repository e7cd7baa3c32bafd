"""Known mistakes in cosine_similarity_matrix."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_each_entry_is_a_cosine",
    says="These are dot products of the raw features. A cosine depends on directions alone, not on norms.",
)
def no_normalization(a, b):
    return a @ b.T


@mistake(
    "test_each_entry_is_a_cosine",
    says="Only a is normalised, so every column still carries the norm of its row of b.",
)
def only_a_is_normalized(a, b):
    return F.normalize(a, dim=1) @ b.T


@mistake(
    "test_each_entry_is_a_cosine",
    says="Only b is normalised, so every row still carries the norm of its row of a.",
)
def only_b_is_normalized(a, b):
    return a @ F.normalize(b, dim=1).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="You normalise over the batch (dim 0). A feature vector lies along dim 1, and its norm is taken over D.",
)
def normalized_over_the_batch(a, b):
    return F.normalize(a, dim=0) @ F.normalize(b, dim=0).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="You divide by one norm for the whole matrix; every row needs a norm of its own.",
)
def one_norm_for_the_matrix(a, b):
    return (a / a.norm()) @ (b / b.norm()).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="You divide by the sum of squares. That is the squared norm; its root is missing.",
)
def squared_norm(a, b):
    return (a / (a**2).sum(dim=1, keepdim=True)) @ (b / (b**2).sum(dim=1, keepdim=True)).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="You divide by the sum of absolute values (L1). The cosine needs the L2 norm.",
)
def l1_norm(a, b):
    return F.normalize(a, p=1, dim=1) @ F.normalize(b, p=1, dim=1).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="The matrix is transposed: rows belong to a, columns to b.",
)
def transposed(a, b):
    return F.normalize(b, dim=1) @ F.normalize(a, dim=1).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="You compare row i of a with row i of b alone. Every row of a meets every row of b: a matrix (A, B).",
)
def only_matching_rows(a, b):
    return F.cosine_similarity(a, b, dim=1)


@mistake(
    "test_each_entry_is_a_cosine",
    says="You take the mean of each row away first: that is a correlation. A cosine compares the vectors as they are.",
)
def correlation(a, b):
    a, b = a - a.mean(dim=1, keepdim=True), b - b.mean(dim=1, keepdim=True)
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="You take the absolute value. Opposite directions have cosine -1, and the loss needs to see that.",
)
def absolute_value(a, b):
    return (F.normalize(a, dim=1) @ F.normalize(b, dim=1).T).abs()


@mistake(
    "test_each_entry_is_a_cosine",
    says="You cut the similarity off at 0. Opposite directions have cosine -1, and the loss needs to see that.",
)
def cut_off_at_zero(a, b):
    return (F.normalize(a, dim=1) @ F.normalize(b, dim=1).T).clamp(min=0)


@mistake(
    "test_each_entry_is_a_cosine",
    says="This is a distance between directions: it is 0 where the cosine is 1.",
)
def distance(a, b):
    return 1 - F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="This is a softmax over the cosines. The matrix holds the cosines themselves; softmax belongs to the loss.",
)
def softmax_on_top(a, b):
    return (F.normalize(a, dim=1) @ F.normalize(b, dim=1).T).softmax(dim=1)


@mistake(
    "test_single_rows_keep_both_dimensions",
    says="squeeze drops every dimension of size 1, so a single row comes back without its matrix shape.",
)
def squeezed(a, b):
    return (F.normalize(a, dim=1) @ F.normalize(b, dim=1).T).squeeze()


@mistake(
    "test_inputs_are_left_unchanged",
    says="You normalise in place: the caller's features have lost their norms. Make a new tensor.",
)
def normalized_in_place(a, b):
    with torch.no_grad():
        a /= a.norm(dim=1, keepdim=True)
        b /= b.norm(dim=1, keepdim=True)
    return a @ b.T


@mistake(
    "test_gradients_reach_both_inputs",
    says="The result is cut off from the graph (detach, no_grad, .data or numpy): nothing can be trained with it.",
)
def detached(a, b):
    return (F.normalize(a, dim=1) @ F.normalize(b, dim=1).T).detach()


@mistake(
    "test_gradients_reach_both_inputs",
    says="The norms are cut off from the graph. They depend on the features: that is part of the gradient.",
)
def detached_norms(a, b):
    return (a / a.norm(dim=1, keepdim=True).detach()) @ (b / b.norm(dim=1, keepdim=True).detach()).T


@mistake(
    "test_float64_stays_float64",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(a, b):
    return F.normalize(a.float(), dim=1) @ F.normalize(b.float(), dim=1).T


@mistake(
    "test_each_entry_is_a_cosine",
    says="Short vectors are not brought to norm 1: what you divide by is never below 0.1.",
)
def short_vectors_stay_short(a, b):
    a, b = (features / features.norm(dim=1, keepdim=True).clamp(min=0.1) for features in (a, b))
    return a @ b.T


@mistake(
    "test_single_rows_keep_both_dimensions",
    says="view asks that numbers lie side by side in memory. A transposed tensor's do not: use reshape, or [:, None].",
)
def view_of_any_memory(a, b):
    a, b = F.normalize(a, dim=1).view(-1), F.normalize(b, dim=1)
    return (a.view(-1, 1, b.shape[1]) * b).sum(dim=2)


@mistake(
    "test_it_works_on_a_gpu",
    says="You bring the vectors to the processor. The caller goes on computing on the GPU: leave everything there.",
)
def brought_to_the_processor(a, b):
    return F.normalize(a.cpu(), dim=1) @ F.normalize(b.cpu(), dim=1).T


@mistake(
    "test_inputs_are_left_unchanged",
    says="You divide in place: the caller's features lose their norms, and those that are trained refuse it. Make "
    "new tensors.",
)
def divided_in_place(a, b):
    a /= a.norm(dim=1, keepdim=True)
    b /= b.norm(dim=1, keepdim=True)
    return a @ b.T
