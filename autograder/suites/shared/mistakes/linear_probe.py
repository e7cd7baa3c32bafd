"""Known mistakes in linear_probe."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _start(features, num_classes):
    """Weight and bias of zeros, to be trained; float64, so that a mistake ends at the same place on every machine."""
    weight = torch.zeros(num_classes, features.shape[1], dtype=torch.float64, requires_grad=True)
    return weight, torch.zeros(num_classes, dtype=torch.float64, requires_grad=True)


def _minimise(find_loss, kind, *parameters):
    """The parameters at the minimum, in this dtype."""
    settings = {"max_iter": 1000, "tolerance_grad": 1e-8, "tolerance_change": 0, "line_search_fn": "strong_wolfe"}
    optimizer = torch.optim.LBFGS(parameters, **settings)

    def closure():
        optimizer.zero_grad()
        loss = find_loss()
        loss.backward()
        return loss

    optimizer.step(closure)
    return tuple(parameter.detach().to(kind) for parameter in parameters)


def _halved_squares(weight_decay):
    return lambda weight, bias: weight_decay / 2 * weight.square().sum()


def _fit(features, labels, num_classes, penalty, find_loss=F.cross_entropy):
    """The minimum of a loss of (logits, labels) plus a penalty on (weight, bias)."""
    x = features.detach().double()
    weight, bias = _start(features, num_classes)
    return _minimise(
        lambda: find_loss(x @ weight.T + bias, labels) + penalty(weight, bias), features.dtype, weight, bias
    )


def _train(features, labels, num_classes, penalty, optimizer, steps):
    """A fixed number of steps."""
    x = features.detach().double()
    weight, bias = _start(features, num_classes)
    optimizer = optimizer([weight, bias])
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(x @ weight.T + bias, labels) + penalty(weight, bias)
        loss.backward()
        optimizer.step()
    return weight.detach().to(features.dtype), bias.detach().to(features.dtype)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="Your training stops long before the minimum. Look at the gradient when it stops: 1e-4 is promised.",
)
def a_hundred_steps(features, labels, num_classes, weight_decay):
    def sgd(parameters):
        return torch.optim.SGD(parameters, lr=0.01)

    return _train(features, labels, num_classes, _halved_squares(weight_decay), sgd, 100)


@mistake(
    "test_float64_is_minimised_to_the_end",
    says="You stop when the loss hardly changes from step to step, as on any slow descent. Look at the gradient.",
)
def until_the_loss_hardly_changes(features, labels, num_classes, weight_decay):
    x, penalty = features.detach().double(), _halved_squares(weight_decay)
    weight, bias = _start(features, num_classes)
    last = float("inf")
    while True:
        loss = F.cross_entropy(x @ weight.T + bias, labels) + penalty(weight, bias)
        if abs(last - loss.item()) < 1e-6:
            return weight.detach().to(features.dtype), bias.detach().to(features.dtype)
        last = loss.item()
        for parameter, gradient in zip((weight, bias), torch.autograd.grad(loss, (weight, bias))):
            parameter.data -= 0.01 * gradient


@mistake(
    "test_features_of_unequal_scale_are_fitted",
    says="Your step suits the largest feature, but with it the others have not arrived after your fixed number of "
    "steps. Go on until the gradient is small, or use an optimiser that finds a step for each.",
)
def fixed_number_of_steps(features, labels, num_classes, weight_decay):
    x = torch.cat([features.detach(), torch.ones_like(features[:, :1])], dim=1)
    steepest = torch.linalg.matrix_norm(x, 2).item() ** 2 / len(x) / 2 + weight_decay

    def sgd(parameters):
        return torch.optim.SGD(parameters, lr=1 / steepest)

    return _train(features, labels, num_classes, _halved_squares(weight_decay), sgd, 1200)


@mistake(
    "test_the_biases_minimise_the_loss",
    says="The biases are decayed too. The docstring decays the weights alone; an optimiser's weight_decay takes both.",
)
def biases_decayed(features, labels, num_classes, weight_decay):
    def penalty(weight, bias):
        return weight_decay / 2 * (weight.square().sum() + bias.square().sum())

    return _fit(features, labels, num_classes, penalty)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="The weight decay is not used.",
)
def decay_ignored(features, labels, num_classes, weight_decay):
    return _fit(features, labels, num_classes, lambda weight, bias: 0.0)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You decay twice as much: it is weight_decay / 2 times the sum of the squared weights.",
)
def decay_without_the_half(features, labels, num_classes, weight_decay):
    return _fit(features, labels, num_classes, lambda weight, bias: weight_decay * weight.square().sum())


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You decay by the mean of the squared weights. The docstring takes their sum.",
)
def decay_by_the_mean(features, labels, num_classes, weight_decay):
    return _fit(features, labels, num_classes, lambda weight, bias: weight_decay / 2 * weight.square().mean())


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You decay by the weights' norm. The docstring takes the sum of their squares, the norm's square.",
)
def decay_by_the_norm(features, labels, num_classes, weight_decay):
    return _fit(features, labels, num_classes, lambda weight, bias: weight_decay / 2 * (weight + 1e-12).norm())


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You decay by the weights' absolute values, which is the lasso. The docstring takes squares.",
)
def decay_by_absolute_values(features, labels, num_classes, weight_decay):
    def penalty(weight, bias):
        return weight_decay / 2 * (weight.square() + 1e-6).sqrt().sum()

    return _fit(features, labels, num_classes, penalty)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="AdamW's decay is not part of the loss: it shrinks the weights beside Adam's rescaled steps, the biases too, "
    "and another classifier comes out. Put the decay into the loss.",
)
def adamw(features, labels, num_classes, weight_decay):
    def adamw(parameters):
        return torch.optim.AdamW(parameters, lr=0.01, weight_decay=weight_decay)

    return _train(features, labels, num_classes, lambda weight, bias: 0.0, adamw, 3000)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You add the cross entropies up, so the decay counts N times less. The docstring takes their mean.",
)
def sum_for_mean(features, labels, num_classes, weight_decay):
    def sum_up(logits, labels):
        return F.cross_entropy(logits, labels, reduction="sum")

    return _fit(features, labels, num_classes, _halved_squares(weight_decay), sum_up)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You divide by the number of classes as well as by the number of images.",
)
def mean_over_classes_too(features, labels, num_classes, weight_decay):
    def divide(logits, labels):
        return F.cross_entropy(logits, labels) / num_classes

    return _fit(features, labels, num_classes, _halved_squares(weight_decay), divide)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You normalise the features first. They are used as they are; weight belongs to features of any norm.",
)
def features_normalised(features, labels, num_classes, weight_decay):
    return _fit(F.normalize(features, dim=1), labels, num_classes, _halved_squares(weight_decay))


@mistake(
    "test_the_biases_minimise_the_loss",
    says="You take the features' mean off before fitting, and the bias you return is that of the shifted features. "
    "Subtract weight times the mean from it, or leave the features as they are.",
)
def centred_and_not_put_back(features, labels, num_classes, weight_decay):
    return _fit(features - features.mean(dim=0), labels, num_classes, _halved_squares(weight_decay))


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You standardise each feature before fitting, and return the classifier of the standardised features.",
)
def standardised(features, labels, num_classes, weight_decay):
    return _fit(
        (features - features.mean(dim=0)) / features.std(dim=0), labels, num_classes, _halved_squares(weight_decay)
    )


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You standardise each feature and divide that out of the weights afterwards; but the decay was on the weights "
    "of the standardised features, so it is another minimum.",
)
def decayed_while_standardised(features, labels, num_classes, weight_decay):
    mean, std = features.detach().mean(dim=0), features.detach().std(dim=0)
    weight, bias = _fit((features - mean) / std, labels, num_classes, _halved_squares(weight_decay))
    return weight / std, bias - weight @ (mean / std)


@mistake(
    "test_the_biases_minimise_the_loss",
    says="There is no bias: it stays 0 while the weights are fitted.",
)
def no_bias(features, labels, num_classes, weight_decay):
    x, penalty = features.detach().double(), _halved_squares(weight_decay)
    weight, bias = _start(features, num_classes)
    (weight,) = _minimise(lambda: F.cross_entropy(x @ weight.T, labels) + penalty(weight, bias), features.dtype, weight)
    return weight, bias.detach().to(features.dtype)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You fit one-hot labels by squared error. The docstring asks for cross entropy.",
)
def squared_error(features, labels, num_classes, weight_decay):
    def find_loss(logits, labels):
        return F.mse_loss(logits, F.one_hot(labels, num_classes).to(logits.dtype))

    return _fit(features, labels, num_classes, _halved_squares(weight_decay), find_loss)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="You fit each class against the rest by itself (a sigmoid for each class). Cross entropy has one softmax over "
    "all classes.",
)
def one_against_the_rest(features, labels, num_classes, weight_decay):
    def find_loss(logits, labels):
        targets = F.one_hot(labels, num_classes).to(logits.dtype)
        return num_classes * F.binary_cross_entropy_with_logits(logits, targets)

    return _fit(features, labels, num_classes, _halved_squares(weight_decay), find_loss)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="The softmax is taken twice: F.cross_entropy takes logits and does its own.",
)
def softmax_twice(features, labels, num_classes, weight_decay):
    x, penalty = features.detach().double(), _halved_squares(weight_decay)
    weight, bias = _start(features, num_classes)
    optimizer = torch.optim.Adam([weight, bias], lr=0.01)
    for _ in range(1000):
        optimizer.zero_grad()
        loss = F.cross_entropy((x @ weight.T + bias).softmax(dim=1), labels) + penalty(weight, bias)
        loss.backward()
        optimizer.step()
    return weight.detach().to(features.dtype), bias.detach().to(features.dtype)


@mistake(
    "test_the_biases_minimise_the_loss",
    says="Rare classes count more in your loss. In the docstring's mean every image counts alike.",
)
def classes_balanced(features, labels, num_classes, weight_decay):
    rarity = 1 / labels.bincount(minlength=num_classes).double()

    def balanced(logits, labels):
        return F.cross_entropy(logits, labels, weight=rarity)

    return _fit(features, labels, num_classes, _halved_squares(weight_decay), balanced)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="The labels are smoothed. The docstring's cross entropy is that of the labels as they are.",
)
def labels_smoothed(features, labels, num_classes, weight_decay):
    def smoothed(logits, labels):
        return F.cross_entropy(logits, labels, label_smoothing=0.1)

    return _fit(features, labels, num_classes, _halved_squares(weight_decay), smoothed)


@mistake(
    "test_the_weights_minimise_the_loss",
    says="weight comes back as (D, num_classes). Return it as nn.Linear has it, one row a class.",
)
def weight_transposed(features, labels, num_classes, weight_decay):
    weight, bias = _fit(features, labels, num_classes, _halved_squares(weight_decay))
    return weight.T, bias


@mistake(
    "test_features_are_data",
    says="A gradient flows back to the encoder. Detach the features first.",
)
def gradient_to_the_encoder(features, labels, num_classes, weight_decay):
    penalty = _halved_squares(weight_decay)
    weight, bias = _start(features, num_classes)
    return _minimise(
        lambda: F.cross_entropy(features.double() @ weight.T + bias, labels) + penalty(weight, bias),
        features.dtype,
        weight,
        bias,
    )


@mistake(
    "test_features_are_data",
    says="You return the parameters themselves, which require grad. Detach them.",
)
def parameters_returned(features, labels, num_classes, weight_decay):
    weight, bias = _fit(features, labels, num_classes, _halved_squares(weight_decay))
    return torch.nn.Parameter(weight), torch.nn.Parameter(bias)


@mistake(
    "test_features_are_data",
    says="You take the features' mean off in place: the caller's features have changed. Make a new tensor.",
)
def centred_in_place(features, labels, num_classes, weight_decay):
    features = features.detach()
    mean = features.mean(dim=0)
    features -= mean
    weight, bias = _fit(features, labels, num_classes, _halved_squares(weight_decay))
    return weight, bias - weight @ mean


@mistake(
    "test_float64_is_minimised_to_the_end",
    says="The classifier is float32, whatever comes in. Give it the dtype of the features.",
)
def always_float32(features, labels, num_classes, weight_decay):
    return _fit(features.float(), labels, num_classes, _halved_squares(weight_decay))


@mistake(
    "test_float64_is_minimised_to_the_end",
    says="nn.Linear starts in float32, and float64 features do not fit to it. Give it the dtype of the features.",
)
def a_linear_layer_in_float32(features, labels, num_classes, weight_decay):
    layer = torch.nn.Linear(features.shape[1], num_classes)
    layer(features)
    return _fit(features, labels, num_classes, _halved_squares(weight_decay))


@mistake(
    "test_one_feature_and_two_classes_work",
    says="squeeze drops every dimension of size 1: with a single feature, weight loses its second dimension.",
)
def squeezed(features, labels, num_classes, weight_decay):
    weight, bias = _fit(features, labels, num_classes, _halved_squares(weight_decay))
    return weight.squeeze(), bias


@mistake(
    "test_one_feature_and_two_classes_work",
    says="With two classes you fit one weight vector and a sigmoid. Return one row a class; both rows decay.",
)
def sigmoid_for_two_classes(features, labels, num_classes, weight_decay):
    penalty = _halved_squares(weight_decay)
    if num_classes > 2:
        return _fit(features, labels, num_classes, penalty)

    def find_loss(logits, labels):
        return F.binary_cross_entropy_with_logits(logits[:, 0], labels.to(logits.dtype))

    weight, bias = _fit(features, labels, 1, penalty, find_loss)
    return torch.cat([torch.zeros_like(weight), weight]), torch.cat([torch.zeros_like(bias), bias])


@mistake(
    "test_features_are_data",
    says="detach_ takes the graph away from the caller's own features. detach, without underscore, gives another "
    "tensor.",
)
def features_detached_in_place(features, labels, num_classes, weight_decay):
    features.detach_()
    return _fit(features, labels, num_classes, _halved_squares(weight_decay))
