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
    says="Your scores are float32, whatever comes in: a tensor that you fill, or float(). Keep the inputs' dtype.",
)
def dtype_of_its_own(z_future, c, W_k):
    scores = torch.zeros(len(c), len(z_future), dtype=torch.float32, device=c.device)
    for i in range(len(c)):
        for j in range(len(z_future)):
            scores[i, j] = z_future[j] @ W_k @ c[i]
    return scores


@mistake(
    "test_any_sizes_and_scores_work",
    says="You hold the scores between two bounds. They may be any numbers; the loss's softmax needs no bound.",
)
def clamped(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).clamp(-50, 50)


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="Transposed twice: contexts are in columns, and W_k is used the other way round.",
)
def all_transposed(z_future, c, W_k):
    return z_future @ W_k.T @ c.T


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The matrix is cut off from the graph (.data or detach). It is learnt with the rest.",
)
def matrix_detached(z_future, c, W_k):
    return c @ W_k.detach().T @ z_future.T


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The scores are cut off from the graph (no_grad, detach or numpy), so nothing can be trained with them.",
)
@torch.no_grad()
def scores_detached(z_future, c, W_k):
    return c @ W_k.T @ z_future.T


@mistake(
    "test_it_works_on_a_gpu",
    says="You fill a tensor that lies on the processor, whatever comes in. Make it where c is: device=c.device.",
)
def filled_on_the_processor(z_future, c, W_k):
    scores = torch.zeros(len(c), len(z_future), dtype=c.dtype)
    for i in range(len(c)):
        for j in range(len(z_future)):
            scores[i, j] = z_future[j] @ W_k @ c[i]
    return scores


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="You tell the inputs to ask for a gradient (requires_grad_). That is for the caller to say.",
)
def asks_for_gradients(z_future, c, W_k):
    for given in (z_future, c, W_k):
        given.requires_grad_()
    return c @ W_k.T @ z_future.T


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="tanh stands around the prediction. A score is the plain product, which knows no bounds.",
)
def tanh_of_the_prediction(z_future, c, W_k):
    return (c @ W_k.T).tanh() @ z_future.T


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You take the largest score of each row off. The loss's softmax does so by itself; scores go out as they are.",
)
def largest_taken_off(z_future, c, W_k):
    scores = c @ W_k.T @ z_future.T
    return scores - scores.max(dim=1, keepdim=True).values


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You divide by the number of features, as a mean does. A score is a sum over them.",
)
def divided_by_the_number_of_features(z_future, c, W_k):
    return c @ W_k.T @ z_future.T / z_future.shape[1]


@mistake(
    "test_a_single_sequence_keeps_both_dimensions",
    says="You squeeze the predictions: with one sequence they lose the dimension of the batch.",
)
def predictions_squeezed(z_future, c, W_k):
    return (W_k @ c[:, :, None]).squeeze() @ z_future.T


@mistake(
    "test_any_sizes_and_scores_work",
    says="You hold the scores between -100 and 100. They may be any numbers; the loss's softmax needs no bound.",
)
def clamped_at_100(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).clamp(-100, 100)


@mistake(
    "test_any_sizes_and_scores_work",
    says="You hold the scores below 50 or so, for fear of exp. They may be any numbers; the softmax needs no bound.",
)
def clamped_from_above(z_future, c, W_k):
    return (c @ W_k.T @ z_future.T).clamp(max=50)


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="You go through numpy, which knows neither gradients nor a GPU. Stay with torch.",
)
def through_numpy(z_future, c, W_k):
    z_future, c, W_k = (given.detach().numpy() for given in (z_future, c, W_k))
    return torch.from_numpy(c @ W_k.T @ z_future.T)


@mistake(
    "test_each_future_is_scored_for_each_context",
    says="You normalise the predictions. CPC takes them as they are: their length counts.",
)
def predictions_normalised(z_future, c, W_k):
    return F.normalize(c @ W_k.T, dim=1) @ z_future.T


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="You fill a tensor of float32 on the processor, whatever comes in. Give it the dtype and device of c.",
)
def zeros_of_its_own(z_future, c, W_k):
    scores = torch.zeros(len(c), len(z_future))
    for i in range(len(c)):
        for j in range(len(z_future)):
            scores[i, j] = z_future[j] @ W_k @ c[i]
    return scores
