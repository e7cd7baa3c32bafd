"""Known mistakes in cpc_scores."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="The result is transposed: you put contexts in columns. Row i belongs to context i, column j to future j.",
)
def transposed(z_future, c, W_k):
    return z_future @ W_k @ c.T


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="W_k is used the other way round. It is (D, E): W_k c turns a context into a feature, and not z into one.",
)
def matrix_transposed(z_future, c, W_k):
    return c @ W_k @ z_future.T


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You score each future for its own context alone, (B,). The others of the batch are the candidates: (B, B).",
)
def own_pairs_only(z_future, c, W_k):
    return (z_future * (c @ W_k.T)).sum(dim=1)


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You multiply number by number and never sum over the features. A score is a product of two vectors.",
)
def never_summed(z_future, c, W_k):
    return z_future * (c @ W_k.T)


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You normalise future and prediction, so that scores are cosines. CPC takes the plain product.",
)
def cosines(z_future, c, W_k):
    return F.normalize(c @ W_k.T, dim=1) @ F.normalize(z_future, dim=1).T


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You normalise the futures. CPC takes them as they are: their length counts.",
)
def futures_normalised(z_future, c, W_k):
    return c @ W_k.T @ F.normalize(z_future, dim=1).T


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You return f_k itself, with its exp. The score is the exponent; the softmax of the loss takes exp of it.",
)
def with_exp(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).exp()


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You take the softmax over the candidates here. The loss does so: scores are the numbers before it.",
)
def with_softmax(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).softmax(dim=1)


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You take the logarithm of the softmax here. The loss does so: scores are the numbers before it.",
)
def with_log_softmax(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).log_softmax(dim=1)


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You divide by the root of the number of features, as attention does. CPC does not.",
)
def scaled_as_in_attention(z_future, c, W_k):
    return c @ W_k.T @ z_future.T / z_future.shape[1] ** 0.5


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="A sigmoid makes probabilities of the scores. They are any numbers, and the loss's softmax compares them.",
)
def with_sigmoid(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).sigmoid()


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="W_k is never used: a context and a feature cannot be compared before it brings one into the other's space.",
)
def no_matrix(z_future, c, W_k):
    return c @ z_future.T


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You give minus the distance of future and prediction. CPC's score is their product.",
)
def distances(z_future, c, W_k):
    return -torch.cdist(c @ W_k.T, z_future)


@mistake(
    "test_a_single_sequence_keeps_both_dimensions",
    says="A squeeze takes dimensions away when there is one sequence. The shape is (B, B), also for B = 1.",
)
def squeezed(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).squeeze()


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The contexts are cut off from the graph, so that the context network learns nothing.",
)
def contexts_detached(z_future, c, W_k):
    return c.detach() @ W_k.T @ z_future.T


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The futures are cut off from the graph. CPC trains the encoder through both, contexts and futures.",
)
def futures_detached(z_future, c, W_k):
    return c @ W_k.T @ z_future.detach().T


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="You fill a new tensor, whose dtype is float32 whatever the inputs have.",
)
def dtype_of_its_own(z_future, c, W_k):
    scores = torch.zeros(len(c), len(z_future), dtype=torch.float32)
    for i in range(len(c)):
        for j in range(len(z_future)):
            scores[i, j] = z_future[j] @ W_k @ c[i]
    return scores
