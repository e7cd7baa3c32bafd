"""Right answers to linear_probe in other styles."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def adam(features, labels, num_classes, weight_decay):
    """Full-batch Adam until the gradient is small."""
    features = features.detach()
    layer = nn.Linear(features.shape[1], num_classes, dtype=features.dtype)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    for _ in range(10_000):
        optimizer.zero_grad()
        loss = F.cross_entropy(layer(features), labels) + weight_decay / 2 * (layer.weight**2).sum()
        loss.backward()
        if max(parameter.grad.abs().max() for parameter in layer.parameters()) < 5e-5:
            break
        optimizer.step()
    return layer.weight.detach(), layer.bias.detach()


def sgd_with_decay_in_a_group(features, labels, num_classes, weight_decay):
    """SGD with Nesterov's momentum, the weights alone in the group that decays; the step from the features' norms."""
    features = features.detach()
    weight = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    bias = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    steepest = 0.5 * (torch.linalg.matrix_norm(features, 2) ** 2 / len(features) + 1).item() + weight_decay
    groups = [{"params": [weight], "weight_decay": weight_decay}, {"params": [bias]}]
    optimizer = torch.optim.SGD(groups, lr=1 / steepest, momentum=0.95, nesterov=True)
    for _ in range(2500):
        optimizer.zero_grad()
        F.cross_entropy(F.linear(features, weight, bias), labels).backward()
        optimizer.step()
    return weight.detach(), bias.detach()


def lbfgs_without_line_search(features, labels, num_classes, weight_decay):
    """nn.Linear in float64, LBFGS with its fixed step, many short calls."""
    data = features.detach().double()
    layer = nn.Linear(data.shape[1], num_classes).double()
    optimizer = torch.optim.LBFGS(layer.parameters(), lr=0.5, max_iter=20, tolerance_grad=1e-9, tolerance_change=0)

    def closure():
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(layer(data), labels) + weight_decay * layer.weight.pow(2).sum() / 2
        loss.backward()
        return loss

    for _ in range(30):
        optimizer.step(closure)
    return layer.weight.data.to(features.dtype), layer.bias.data.to(features.dtype)


def gradient_descent_by_hand(features, labels, num_classes, weight_decay):
    """The gradient written out, steps of 1 / L, no autograd."""
    with torch.no_grad():
        ones = torch.ones_like(features[:, :1])
        x = torch.cat([features, ones], dim=1)
        steepest = torch.linalg.eigvalsh(x.T @ x / len(x))[-1] / 2 + weight_decay
        theta = torch.zeros(num_classes, x.shape[1], dtype=x.dtype)
        decay = weight_decay * torch.cat([torch.ones_like(theta[:, :-1]), torch.zeros_like(theta[:, :1])], dim=1)
        targets = F.one_hot(labels, num_classes)
        for _ in range(40_000):
            gradient = ((x @ theta.T).softmax(dim=1) - targets).T @ x / len(x) + decay * theta
            if gradient.abs().max() < 9e-5:
                break
            theta -= gradient / steepest
    return theta[:, :-1].clone(), theta[:, -1].clone()


def newton(features, labels, num_classes, weight_decay):
    """Newton's method with torch.func; the flat direction of the biases is left to the pseudo-inverse."""
    x, width = features.detach().double(), features.shape[1]

    def find_loss(theta):
        weight, bias = theta[: num_classes * width].view(num_classes, width), theta[num_classes * width :]
        return F.cross_entropy(x @ weight.T + bias, labels) + weight_decay / 2 * weight.square().sum()

    theta = torch.zeros(num_classes * (width + 1), dtype=torch.float64)
    for _ in range(12):
        gradient, hessian = torch.func.grad(find_loss)(theta), torch.func.hessian(find_loss)(theta)
        theta = theta - torch.linalg.pinv(hessian, rtol=1e-10, hermitian=True) @ gradient
    theta = theta.to(features.dtype)
    return theta[: num_classes * width].view(num_classes, width), theta[num_classes * width :]


def nesterov_in_numpy(features, labels, num_classes, weight_decay):
    """numpy and Nesterov's accelerated gradient."""
    x, y = features.detach().numpy().astype(np.float64), np.eye(num_classes)[labels.numpy()]
    x = np.hstack([x, np.ones((len(x), 1))])
    decay = np.full((num_classes, x.shape[1]), weight_decay)
    decay[:, -1] = 0
    step = 1 / (np.linalg.norm(x, 2) ** 2 / len(x) / 2 + weight_decay)
    theta = ahead = np.zeros_like(decay)
    for number in range(4000):
        logits = x @ ahead.T
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        last, theta = theta, ahead - step * ((p - y).T @ x / len(x) + decay * ahead)
        ahead = theta + number / (number + 3) * (theta - last)
    weight, bias = torch.from_numpy(theta[:, :-1].copy()), torch.from_numpy(theta[:, -1].copy())
    return weight.to(features.dtype), bias.to(features.dtype)


def functional(features, labels, num_classes, weight_decay):
    """torch.func.grad over a dictionary of parameters; biases that start anywhere keep their sum."""
    features = features.detach()
    kind = {"dtype": features.dtype}
    parameters = {
        "weight": torch.zeros(num_classes, features.shape[1], **kind),
        "bias": torch.ones(num_classes, **kind),
    }
    find_gradients = torch.func.grad(
        lambda p: (
            F.nll_loss(F.log_softmax(F.linear(features, **p), dim=1), labels)
            + 0.5 * weight_decay * torch.einsum("cd,cd->", p["weight"], p["weight"])
        )
    )
    rate = 0.1
    velocity = {name: torch.zeros_like(value) for name, value in parameters.items()}
    average = {name: torch.zeros_like(value) for name, value in parameters.items()}
    for step in range(1, 1501):  # Adam by hand, with a rate that goes to zero
        for name, gradient in find_gradients(parameters).items():
            velocity[name] = 0.9 * velocity[name] + 0.1 * gradient
            average[name] = 0.999 * average[name] + 0.001 * gradient**2
            move = (velocity[name] / (1 - 0.9**step)) / ((average[name] / (1 - 0.999**step)).sqrt() + 1e-8)
            parameters[name] = parameters[name] - rate * (1 - step / 1501) * move
    return parameters["weight"], parameters["bias"]
