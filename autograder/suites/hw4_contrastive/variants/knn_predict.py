"""Right answers to knn_predict in other styles."""

import torch
import torch.nn.functional as F


def softmax_and_one_hot(features, labels, queries, k, temperature, num_classes):
    """Softmax of the cosines as weights, one-hot votes."""
    cosine, nearest = cosine_similarity_matrix(queries, features).topk(k, dim=1)
    votes = F.one_hot(labels[nearest], num_classes).to(cosine.dtype)
    return ((cosine / temperature).softmax(dim=1)[:, :, None] * votes).sum(dim=1).argmax(dim=1)


def largest_cosine_subtracted(features, labels, queries, k, temperature, num_classes):
    """The first cosine of topk subtracted, scatter_add."""
    features, queries = features / features.norm(dim=1, keepdim=True), queries / queries.norm(dim=1, keepdim=True)
    cosine, nearest = torch.mm(queries, features.t()).topk(k, dim=-1, largest=True, sorted=True)
    weights = torch.exp((cosine - cosine[:, :1]) / temperature)
    votes = torch.zeros(queries.size(0), num_classes, dtype=weights.dtype, device=features.device)
    votes.scatter_add_(1, labels[nearest], weights)
    return votes.max(dim=1).indices


def moco_notebook(features, labels, queries, k, temperature, num_classes):
    """As the MoCo notebook does: gather, scatter and argsort; float64 for the weights."""
    features, queries = F.normalize(features, dim=1), F.normalize(queries, dim=1)
    weight, indices = torch.mm(queries.double(), features.double().t()).topk(k=k, dim=-1)
    sim_labels = torch.gather(labels.expand(queries.size(0), -1), dim=-1, index=indices)
    weight = (weight / temperature).exp()
    one_hot = torch.zeros(queries.size(0) * k, num_classes, device=features.device).scatter(
        -1, sim_labels.view(-1, 1), 1.0
    )
    scores = (one_hot.view(queries.size(0), -1, num_classes) * weight.unsqueeze(-1)).sum(dim=1)
    return scores.argsort(dim=-1, descending=True)[:, 0]


def log_votes(features, labels, queries, k, temperature, num_classes):
    """Log-sum-exp of each class's neighbours; an empty class has -inf."""
    cosine, nearest = (F.normalize(queries) @ F.normalize(features).T / temperature).topk(k)
    votes = [cosine.masked_fill(labels[nearest] != label, -torch.inf).logsumexp(1) for label in range(num_classes)]
    return torch.stack(votes, dim=1).argmax(dim=1)


def one_query_at_a_time(features, labels, queries, k, temperature, num_classes):
    """A loop, argsort and bincount with weights."""
    predicted = []
    for query in queries:
        cosine = F.cosine_similarity(query[None], features, dim=1)
        nearest = cosine.argsort(descending=True)[:k]
        weights = ((cosine[nearest] - cosine.max()) / temperature).exp()
        predicted.append(torch.bincount(labels[nearest], weights=weights, minlength=num_classes).argmax())
    return torch.stack(predicted)


def squared_distances(features, labels, queries, k, temperature, num_classes):
    """On unit vectors exp(-distance² / (2 temperature)) is the same weight, up to a factor."""
    distance = torch.cdist(F.normalize(queries.double(), dim=1), F.normalize(features.double(), dim=1))
    near, nearest = distance.topk(k, dim=1, largest=False)
    gap = (near**2 - near[:, :1] ** 2) / 2
    votes = torch.zeros(len(queries), num_classes, dtype=gap.dtype, device=features.device)
    for place in range(k):
        votes[torch.arange(len(queries), device=features.device), labels[nearest[:, place]]] += (
            -gap[:, place] / temperature
        ).exp()
    return votes.argmax(dim=1)


def masked_softmax(features, labels, queries, k, temperature, num_classes):
    """Softmax over all images with those beyond the k-th masked, times the one-hot labels."""
    cosine = F.cosine_similarity(queries[:, None], features[None], dim=2)
    last = cosine.kthvalue(cosine.shape[1] - k + 1, dim=1, keepdim=True).values
    attention = (cosine / temperature).masked_fill(cosine < last, float("-inf")).softmax(dim=1)
    return (attention @ F.one_hot(labels, num_classes).to(attention.dtype)).argmax(dim=1)
