"""How good are generated images? Three measures that look through the eyes of a trained classifier."""

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.networks import ImageClassifier

CHUNK = 1000  # images at once: little memory, and enough work for a GPU


@torch.no_grad()
def image_features(classifier: ImageClassifier, images: Tensor) -> Tensor:
    """The classifier's features of many images, without holding all inner layers at once.

    Args:
        classifier: in eval mode.
        images: shape (N, C, H, W), in [-1, 1], on the device of the classifier.

    Returns:
        shape (N, F), without a graph.
    """
    return torch.cat([classifier.features(part) for part in images.split(CHUNK)])


def class_agreement(classifier: ImageClassifier, images: Tensor, labels: Tensor) -> float:
    """The share of images in which the classifier sees what they were made to show: fidelity to the label.

    Args:
        classifier: in eval mode.
        images: shape (N, C, H, W), in [-1, 1], on the device of the classifier.
        labels: the classes that were asked for, long, shape (N,).

    Returns:
        in [0, 1]. Images that all look alike within a class can reach 1: read it beside the Fréchet distance.
    """
    with torch.no_grad():
        logits = classifier.head(image_features(classifier, images))  # (N, classes)
    return (logits.argmax(dim=1) == labels.to(logits.device)).float().mean().item()


def frechet_distance(features_a: Tensor, features_b: Tensor) -> float:
    """How far two sets of images are apart, seen as two Gaussians in feature space.

    |mean_a - mean_b|² + trace(cov_a + cov_b - 2 (cov_a cov_b)^(1/2)): it grows if images look wrong, and also if they
    look right but too much alike. Only values of the same features and of sets of the same size can be compared, as
    small sets look farther apart than they are; the published FID uses an Inception network and 50,000 images.

    Args:
        features_a: shape (N, F), N at least 2; better several times F.
        features_b: shape (M, F).

    Returns:
        at least 0 up to rounding, computed in float64; 0 for two sets of the same mean and covariance.

    Raises:
        ValueError: a set has another shape, or holds NaN or infinite numbers.

    Source: Heusel et al. (two time-scale update rule), 2017, eq. 6.
    """
    mean_a, root_a = _mean_and_root("features_a", features_a)
    mean_b, root_b = _mean_and_root("features_b", features_b)
    if len(mean_a) != len(mean_b):
        raise ValueError(
            f"{len(mean_a)} features an image do not compare with {len(mean_b)}; use one classifier for both"
        )
    spread = root_a.square().sum() + root_b.square().sum()  # trace(cov_a) + trace(cov_b)
    shared = torch.linalg.matrix_norm(root_a @ root_b.T, ord="nuc")  # trace((cov_a cov_b)^(1/2))
    return ((mean_a - mean_b).square().sum() + spread - 2 * shared).item()


def _mean_and_root(name: str, features: Tensor) -> tuple[Tensor, Tensor]:
    """The mean (F,) and a matrix R with R^T R = covariance, by QR: rounding is not squared, no set is too degenerate.

    The singular values of R_a R_b^T are then the roots of the eigenvalues of cov_a cov_b.
    """
    if features.dim() != 2 or len(features) < 2:
        raise ValueError(f"{name} has shape {tuple(features.shape)}; give one row of features for each of >= 2 images")
    if not features.isfinite().all():
        raise ValueError(f"{name} holds NaN or infinite numbers; look at the images that they come from")
    features = features.detach().cpu().double()
    mean = features.mean(dim=0)
    return mean, torch.linalg.qr(features - mean, mode="r").R / (len(features) - 1) ** 0.5


def nearest_by_feature(features: Tensor, features_of_images: Tensor) -> Tensor:
    """For each generated image the training image that the classifier finds most alike: was it learnt by heart?

    Alike means the largest cosine between features. Few rows are compared at a time, so that memory stays near (N, F).

    Args:
        features: of the generated images, shape (B, F).
        features_of_images: of the training images, shape (N, F).

    Returns:
        indices into the training images, long, shape (B,).
    """
    directions = F.normalize(features_of_images, dim=1).T  # (F, N); the length of a row does not change who is nearest
    return torch.cat([(rows @ directions).argmax(dim=1) for rows in features.split(64)])
