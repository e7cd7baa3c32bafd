"""What features are worth: a linear classifier on top of them, for homeworks in which that is no exercise."""

from torch import Tensor

WEIGHT_DECAY = 1e-3


def readout_accuracy(features: Tensor, labels: Tensor, queries: Tensor, truth: Tensor) -> float:
    """The share of queries that a linear classifier gets right which was fitted to features and their labels.

    Every feature is first given mean 0 and deviation 1, so that one weight decay suits all encoders. The classifier is
    scikit-learn's logistic regression, fitted to the end: mean cross entropy plus WEIGHT_DECAY / 2 times the sum of its
    squared weights.

    Args:
        features: to learn from, shape (N, D).
        labels: long, from 0, shape (N,).
        queries: features to be asked about, shape (Q, D).
        truth: their labels, long, shape (Q,).

    Returns:
        in [0, 1].

    Source: Chen et al. (SimCLR), 2020, section 2.2 and appendix B.8 (the linear evaluation protocol).
    """
    from sklearn.linear_model import LogisticRegression  # slow to import, and only this function needs it

    mean, deviation = features.mean(dim=0), features.std(dim=0) + 1e-6
    known, asked = (((rows - mean) / deviation).detach().double().cpu().numpy() for rows in (features, queries))
    classifier = LogisticRegression(C=1 / (WEIGHT_DECAY * len(labels)), tol=1e-5, max_iter=1000)
    classifier.fit(known, labels.cpu().numpy())
    return float(classifier.score(asked, truth.cpu().numpy()))
