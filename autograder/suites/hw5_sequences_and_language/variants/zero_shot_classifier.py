"""Right answers to zero_shot_classifier in other styles."""

import torch
import torch.nn.functional as F


def as_in_the_notebook_of_the_paper(class_text_features):
    """Class by class, stacked."""
    rows = []
    for texts in class_text_features:
        texts = texts / texts.norm(dim=-1, keepdim=True)
        mean = texts.mean(dim=0)
        rows.append(mean / mean.norm())
    return torch.stack(rows, dim=0)


def sum_for_mean(class_text_features):
    """The last normalisation takes any factor away."""
    return F.normalize(F.normalize(class_text_features, dim=-1).sum(dim=-2), dim=-1)


def einsum(class_text_features):
    """Each text weighed by one over its norm."""
    weights = 1 / torch.linalg.vector_norm(class_text_features, dim=2)
    total = torch.einsum("qtd,qt->qd", class_text_features, weights)
    return total / torch.linalg.vector_norm(total, dim=1)[:, None]


def flat(class_text_features):
    """All texts as rows, and back."""
    classes, texts, dim = class_text_features.shape
    rows = F.normalize(class_text_features.reshape(-1, dim))
    return F.normalize(rows.view(classes, texts, dim).mean(1))


def loops(class_text_features):
    """Text by text, float64 inside."""
    classifier = torch.zeros_like(class_text_features[:, 0], dtype=torch.float64)
    for row, texts in zip(classifier, class_text_features.double()):
        for text in texts:
            row += text / text.square().sum().sqrt()
        row /= row.square().sum().sqrt()
    return classifier.to(class_text_features.dtype)


def averaging_matrix(class_text_features):
    """The mean as a product with a row of 1 / T."""
    texts = class_text_features.shape[1]
    unit = class_text_features / class_text_features.pow(2).sum(2, keepdim=True).sqrt()
    mean = (torch.full((1, texts), 1 / texts, dtype=unit.dtype, device=class_text_features.device) @ unit)[:, 0]
    return mean / mean.pow(2).sum(1, keepdim=True).sqrt()
