"""Known mistakes in orthogonal_penalty."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _off_diagonal(products):
    return products - torch.diag(products.diag())


@mistake(
    "test_orthogonal_filters_cost_nothing",
    says="The diagonal counts in yours: it pulls the norms of the filters to 0. They are free.",
)
def with_the_diagonal(weight):
    rows = weight.flatten(start_dim=1)
    return (rows @ rows.T).square().sum()


@mistake(
    "test_orthogonal_filters_cost_nothing",
    says="You subtract the identity: that is the older penalty, which also pulls every norm to 1. Here norms are free.",
)
def minus_the_identity(weight):
    rows = weight.flatten(start_dim=1)
    return (rows @ rows.T - torch.eye(len(rows), dtype=rows.dtype)).square().sum()


@mistake(
    "test_orthogonal_filters_cost_nothing",
    says="You compare the columns of W. In PyTorch the filters are its rows: W W^T, of size filters x filters.",
)
def columns(weight):
    rows = weight.flatten(start_dim=1)
    return _off_diagonal(rows.T @ rows).square().sum()


@mistake(
    "test_orthogonal_filters_cost_nothing",
    says="You reshape the weight to (-1, out) as if filters came last. In PyTorch they come first: flatten the rest.",
)
def filters_last(weight):
    columns = weight.reshape(-1, weight.shape[0])
    return _off_diagonal(columns.T @ columns).square().sum()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="You take the square root: a Frobenius norm. The penalty is its square.",
)
def root_taken(weight):
    rows = weight.flatten(start_dim=1)
    return _off_diagonal(rows @ rows.T).norm()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="You sum the sizes of the products (abs). They are squared.",
)
def absolute_products(weight):
    rows = weight.flatten(start_dim=1)
    return _off_diagonal(rows @ rows.T).abs().sum()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="You sum the products as they are, so that positive and negative ones cancel. They are squared.",
)
def products_not_squared(weight):
    rows = weight.flatten(start_dim=1)
    return _off_diagonal(rows @ rows.T).sum()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="You take the mean of the squares. They are summed.",
)
def mean_of_squares(weight):
    rows = weight.flatten(start_dim=1)
    return _off_diagonal(rows @ rows.T).square().mean()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="Each pair of filters counts once in yours. Off the diagonal of W W^T it stands twice.",
)
def each_pair_once(weight):
    rows = weight.flatten(start_dim=1)
    return (rows @ rows.T).triu(diagonal=1).square().sum()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="You give every filter norm 1 first: these are cosines. The penalty takes the filters as they are.",
)
def cosines(weight):
    rows = F.normalize(weight.flatten(start_dim=1), dim=1)
    return _off_diagonal(rows @ rows.T).square().sum()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="You square first and then subtract the diagonal as it was. Take the diagonal away before squaring.",
)
def diagonal_not_squared(weight):
    rows = weight.flatten(start_dim=1)
    products = rows @ rows.T
    return products.square().sum() - products.diag().sum()


@mistake(
    "test_convolutions_and_float64_work",
    says="The weight of a convolution is not flattened: a filter is all of (in, kh, kw), as one row.",
)
def not_flattened(weight):
    products = weight @ weight.transpose(-1, -2)
    eye = torch.eye(products.shape[-1], dtype=weight.dtype)
    return (products * (1 - eye)).square().sum()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="The penalty is multiplied by beta, 0.0001. This function leaves that to whoever adds it to the loss.",
)
def multiplied_by_beta(weight):
    rows = weight.flatten(start_dim=1)
    return 1e-4 * _off_diagonal(rows @ rows.T).square().sum()


@mistake(
    "test_products_of_different_filters_are_squared",
    says="The penalty is cut off from the graph (.data, detach or no_grad): it pulls on no weight.",
)
def without_graph(weight):
    rows = weight.detach().flatten(start_dim=1)
    return _off_diagonal(rows @ rows.T).square().sum()


@mistake(
    "test_convolutions_and_float64_work",
    says="The penalty is always float32. Keep the dtype of the weight.",
)
def always_float32(weight):
    rows = weight.float().flatten(start_dim=1)
    return _off_diagonal(rows @ rows.T).square().sum()


@mistake(
    "test_the_weight_may_lie_on_a_gpu",
    says="The identity, or mask, is made on the processor (torch.eye). Give it the device of the weight.",
)
def eye_on_the_processor(weight):
    rows = weight.flatten(1)
    products = rows @ rows.T
    return (products * (1 - torch.eye(len(rows), dtype=weight.dtype))).square().sum()


@mistake(
    "test_orthogonal_filters_cost_nothing",
    says="You take a root and square it again: where the penalty is 0, the root has no finite slope, and gradients "
    "are NaN.",
)
def root_squared(weight):
    rows = weight.flatten(1)
    products = rows @ rows.T
    return (products - torch.diag(products.diag())).square().sum().sqrt() ** 2


@mistake(
    "test_convolutions_and_float64_work",
    says="You ask the weight for gradients (requires_grad_). It belongs to the caller.",
)
def caller_asked_for_gradients(weight):
    if weight.is_leaf:
        weight.requires_grad_()
    rows = weight.flatten(1)
    products = rows @ rows.T
    return (products - torch.diag(products.diag())).square().sum()
