"""Known mistakes in cpc_loss; a right loss stands first, and each of the others has one thing wrong."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _right_loss(z, c, W, negatives, score=None, cost=F.cross_entropy):
    """The mean over k of the cost (scores, own) of all pairs of a context with its k-th future."""
    score = score or (lambda futures, contexts, matrix: contexts @ matrix.T @ futures.T)
    losses = []
    for k in range(1, len(W) + 1):
        futures, contexts = z[:, k:], c[:, :-k]
        if negatives == "all":
            groups = [(futures.flatten(0, 1), contexts.flatten(0, 1))]
        else:
            groups = list(zip(futures.unbind(1), contexts.unbind(1), strict=True))
        tables = [score(*group, W[k - 1]) for group in groups]
        losses.append(torch.stack([cost(table, torch.arange(len(table), device=z.device)) for table in tables]).mean())
    return torch.stack(losses).mean()


def _on_the_way(z, c, W, negatives, pair):
    """As above, but `pair` (z, c, k) says which futures (B, n, D) and contexts (B, n, E) belong together."""
    losses = []
    for k in range(1, len(W) + 1):
        futures, contexts = pair(z, c, k)
        own = torch.arange(futures.shape[0] * futures.shape[1], device=z.device)
        if negatives == "all":
            losses.append(F.cross_entropy(contexts.flatten(0, 1) @ W[k - 1].T @ futures.flatten(0, 1).T, own))
        else:
            scores = torch.einsum("jtd,de,ite->tij", futures, W[k - 1], contexts)
            losses.append(
                F.cross_entropy(scores.flatten(0, 1), torch.arange(len(z), device=z.device).repeat(len(scores)))
            )
    return torch.stack(losses).mean()


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="Your futures are k - 1 steps away: for k = 1 each context looks for the features it has just seen.",
)
def one_step_too_near(z, c, W, negatives="batch"):
    def pair(z, c, k):
        steps = z.shape[1] - k
        return z[:, k - 1 : k - 1 + steps], c[:, :steps]

    return _on_the_way(z, c, W, negatives, pair)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="Your futures are k + 1 steps away. W[k - 1] belongs to k steps: for k = 1 it is z[:, t + 1].",
)
def one_step_too_far(z, c, W, negatives="batch"):
    def pair(z, c, k):
        steps = max(1, z.shape[1] - k - 1)
        return z[:, -steps:], c[:, :steps]

    return _on_the_way(z, c, W, negatives, pair)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You predict backwards: z[:, t - k] from c[:, t], which has seen it already. The future is z[:, t + k].",
)
def into_the_past(z, c, W, negatives="batch"):
    return _on_the_way(z, c, W, negatives, lambda z, c, k: (z[:, :-k], c[:, k:]))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="torch.roll brings the first steps back as the future of the last ones. Steps without a step t + k drop out.",
)
def rolled_around(z, c, W, negatives="batch"):
    return _on_the_way(z, c, W, negatives, lambda z, c, k: (z.roll(-k, dims=1), c))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You predict from the last step that allows it alone. Every step t that has a step t + k counts.",
)
def last_step_only(z, c, W, negatives="batch"):
    return _on_the_way(z, c, W, negatives, lambda z, c, k: (z[:, -1:], c[:, -1 - k : -k]))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You predict from the first step alone. Every step t that has a step t + k counts.",
)
def first_step_only(z, c, W, negatives="batch"):
    return _on_the_way(z, c, W, negatives, lambda z, c, k: (z[:, k : k + 1], c[:, :1]))


@mistake(
    "test_each_number_of_steps_has_its_own_matrix",
    says="Every k uses as many steps as the largest one, L - K. A smaller k has more of them: L - k.",
)
def as_many_steps_for_all(z, c, W, negatives="batch"):
    steps = z.shape[1] - len(W)
    return _on_the_way(z, c, W, negatives, lambda z, c, k: (z[:, k : k + steps], c[:, :steps]))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The last pair of steps is lost: t goes from 0 to L - k - 1, both included.",
)
def last_pair_lost(z, c, W, negatives="batch"):
    def pair(z, c, k):
        steps = max(1, z.shape[1] - k - 1)
        return z[:, k : k + steps], c[:, :steps]

    return _on_the_way(z, c, W, negatives, pair)


@mistake(
    "test_each_number_of_steps_has_its_own_matrix",
    says="One matrix, W[0], serves all k. There is one for each number of steps: W[k - 1].",
)
def one_matrix_for_all(z, c, W, negatives="batch"):
    return _right_loss(z, c, W[:1].expand_as(W), negatives)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You index the matrices by k, which is one too far. W[k - 1] belongs to k steps, counted from 1.",
)
def matrix_one_too_far(z, c, W, negatives="batch"):
    return _right_loss(z, c, W.roll(-1, dims=0) if len(W) > 1 else W[1:], negatives)


@mistake(
    "test_each_number_of_steps_has_its_own_matrix",
    says="The matrices come in reverse: the first one serves the largest k. W[k - 1] belongs to k steps.",
)
def matrices_reversed(z, c, W, negatives="batch"):
    return _right_loss(z, c, W.flip(0), negatives)


@mistake(
    "test_each_number_of_steps_has_its_own_matrix",
    says="Only the largest k has a part in the loss. It is a mean over k = 1 ... K.",
)
def largest_k_only(z, c, W, negatives="batch"):
    futures, contexts = z[:, len(W) :], c[:, : -len(W)]
    return _on_the_way(z, c, W[-1:], negatives, lambda *_: (futures, contexts))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="Your softmax runs over the contexts, for one future. It runs over the futures, for one context: dim=1.",
)
def softmax_over_contexts(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, score=lambda futures, contexts, matrix: futures @ matrix @ contexts.T)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You average two losses, over the futures and over the contexts, as CLIP does. CPC has the first one only.",
)
def both_directions(z, c, W, negatives="batch"):
    def cost(scores, own):
        return (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The right candidate is always the first one in your loss. It is the own sequence's: the diagonal.",
)
def first_candidate_is_right(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, cost=lambda scores, own: F.cross_entropy(scores, torch.zeros_like(own)))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The right candidate is the next sequence's in your loss. It is the own sequence's: the diagonal.",
)
def next_sequence_is_right(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, cost=lambda scores, own: F.cross_entropy(scores, own.roll(-1)))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="Your candidates are the other steps of the same sequence. They come from all sequences of the batch.",
)
def negatives_of_the_same_sequence(z, c, W, negatives="batch"):
    if negatives == "all":
        return _right_loss(z, c, W, negatives)
    losses = []
    for k in range(1, len(W) + 1):
        scores = torch.einsum("bsd,de,bte->bts", z[:, k:], W[k - 1], c[:, :-k])
        losses.append(
            F.cross_entropy(scores.flatten(0, 1), torch.arange(scores.shape[1], device=z.device).repeat(len(z)))
        )
    return torch.stack(losses).mean()


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The right candidate is missing in the denominator. It is one of the candidates of the softmax.",
)
def positive_left_out(z, c, W, negatives="batch"):
    def cost(scores, own):
        others = scores.masked_fill(torch.eye(len(own), dtype=torch.bool, device=z.device), -1e9)
        return (others.logsumexp(dim=1) - scores.diagonal()).mean()

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_a_guess_among_the_batch_costs_its_logarithm",
    says="You add up the losses of all k. The result is their mean.",
)
def sum_over_k(z, c, W, negatives="batch"):
    return len(W) * _right_loss(z, c, W, negatives)


@mistake(
    "test_a_guess_among_the_batch_costs_its_logarithm",
    says="You add up the losses of a batch: reduction='sum'. For each k the result is a mean over all its pairs.",
)
def sum_over_the_batch(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, cost=lambda scores, own: F.cross_entropy(scores, own, reduction="sum"))


@mistake(
    "test_a_guess_among_the_batch_costs_its_logarithm",
    says="You add up the losses of all steps and do not divide by their number, L - k.",
)
def sum_over_steps(z, c, W, negatives="batch"):
    steps = [1 if negatives == "all" else z.shape[1] - k for k in range(1, len(W) + 1)]
    losses = [_of_one_k(z, c, W, k, negatives) for k in range(1, len(W) + 1)]
    return torch.stack([n * loss for n, loss in zip(steps, losses, strict=True)]).mean()


def _of_one_k(z, c, W, k, negatives):
    shift = z[:, k - 1 :], c[:, : c.shape[1] - k + 1]
    return _right_loss(*shift, W[k - 1 : k], negatives)


@mistake(
    "test_each_number_of_steps_has_its_own_matrix",
    says="You take one mean over all pairs, in which small k count more. Take a mean for each k, and then their mean.",
)
def mean_over_all_pairs(z, c, W, negatives="batch"):
    pairs = torch.tensor([float(z.shape[1] - k) for k in range(1, len(W) + 1)], dtype=z.dtype, device=z.device)
    losses = torch.stack([_of_one_k(z, c, W, k, negatives) for k in range(1, len(W) + 1)])
    return (losses * pairs).sum() / pairs.sum()


@mistake(
    "test_all_features_from_step_k_on_can_be_candidates",
    says="The argument negatives is never looked at: the candidates are always those of the batch.",
)
def negatives_ignored(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, "batch")


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The candidates are always all features. With negatives='batch' they are those at step t + k alone.",
)
def always_all(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, "all")


@mistake(
    "test_all_features_from_step_k_on_can_be_candidates",
    says="With negatives='all' your candidates begin at step 0. They begin at step k: B (L - k) in all.",
)
def all_from_step_0(z, c, W, negatives="batch"):
    if negatives != "all":
        return _right_loss(z, c, W, negatives)
    batch, steps, losses = *z.shape[:2], []
    for k in range(1, len(W) + 1):
        own = (torch.arange(batch)[:, None] * steps + torch.arange(k, steps)).flatten().to(z.device)
        losses.append(F.cross_entropy(c[:, :-k].flatten(0, 1) @ W[k - 1].T @ z.flatten(0, 1).T, own))
    return torch.stack(losses).mean()


@mistake(
    "test_all_features_from_step_k_on_can_be_candidates",
    says="With negatives='all' you leave the own sequence's other steps out. They are candidates too.",
)
def all_but_the_own_sequence(z, c, W, negatives="batch"):
    if negatives != "all":
        return _right_loss(z, c, W, negatives)
    losses = []
    for k in range(1, len(W) + 1):
        sequence = torch.arange(len(z), device=z.device).repeat_interleave(z.shape[1] - k)
        hidden = (sequence[:, None] == sequence) & ~torch.eye(len(sequence), dtype=torch.bool, device=z.device)
        scores = c[:, :-k].flatten(0, 1) @ W[k - 1].T @ z[:, k:].flatten(0, 1).T
        losses.append(F.cross_entropy(scores.masked_fill(hidden, -1e9), torch.arange(len(scores), device=z.device)))
    return torch.stack(losses).mean()


@mistake(
    "test_all_features_from_step_k_on_can_be_candidates",
    says="With negatives='all' contexts and futures are flattened in different orders, so that pairs no longer match.",
)
def flattened_in_two_orders(z, c, W, negatives="batch"):
    if negatives != "all":
        return _right_loss(z, c, W, negatives)
    losses = []
    for k in range(1, len(W) + 1):
        futures, contexts = z[:, k:].transpose(0, 1).flatten(0, 1), c[:, :-k].flatten(0, 1)
        losses.append(F.cross_entropy(contexts @ W[k - 1].T @ futures.T, torch.arange(len(futures), device=z.device)))
    return torch.stack(losses).mean()


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The futures are cut off from the graph. CPC trains the encoder through both, contexts and futures.",
)
def futures_detached(z, c, W, negatives="batch"):
    return _right_loss(z.detach(), c, W, negatives)


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The contexts are cut off from the graph, so that the context network learns nothing.",
)
def contexts_detached(z, c, W, negatives="batch"):
    return _right_loss(z, c.detach(), W, negatives)


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The matrices are cut off from the graph (.data or detach). They are learnt with the rest.",
)
def matrices_detached(z, c, W, negatives="batch"):
    return _right_loss(z, c, W.detach(), negatives)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You normalise the features. CPC's score is the plain product, and their length counts.",
)
def features_normalised(z, c, W, negatives="batch"):
    return _right_loss(F.normalize(z, dim=2), c, W, negatives)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You normalise the contexts. CPC's score is the plain product, and their length counts.",
)
def contexts_normalised(z, c, W, negatives="batch"):
    return _right_loss(z, F.normalize(c, dim=2), W, negatives)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="cross_entropy gets probabilities instead of scores: the softmax is taken twice.",
)
def softmax_twice(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, cost=lambda scores, own: F.cross_entropy(scores.softmax(dim=1), own))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="Each pair gets a sigmoid of its own, a yes or no. InfoNCE is one softmax over all candidates.",
)
def yes_or_no_for_each_pair(z, c, W, negatives="batch"):
    def cost(scores, own):
        return F.binary_cross_entropy_with_logits(scores, torch.eye(len(own), dtype=scores.dtype, device=z.device))

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_the_loss_is_stable_at_large_scores",
    says="exp of a score of several hundred overflows. Use F.cross_entropy, log_softmax or logsumexp on the scores.",
)
def exp_and_log_written_out(z, c, W, negatives="batch"):
    def cost(scores, own):
        weights = scores.exp()
        return -(weights.diagonal() / weights.sum(dim=1)).log().mean()

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_the_loss_is_stable_at_large_scores",
    says="softmax and then log: a probability that is 0 in float32 costs infinity. Use log_softmax or F.cross_entropy.",
)
def log_of_the_softmax(z, c, W, negatives="batch"):
    def cost(scores, own):
        return -scores.softmax(dim=1).diagonal().log().mean()

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_the_loss_is_stable_at_large_scores",
    says="A small number inside the log, or a clamp, keeps the loss finite and makes it wrong. Use log_softmax.",
)
def log_with_a_small_number(z, c, W, negatives="batch"):
    def cost(scores, own):
        return -(scores.softmax(dim=1).diagonal() + 1e-8).log().mean()

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_the_loss_is_stable_at_large_scores",
    says="You clamp the scores so that exp cannot overflow. Large scores are then alike; log_softmax needs no clamp.",
)
def scores_clamped(z, c, W, negatives="batch"):
    def score(futures, contexts, matrix):
        return (contexts @ matrix.T @ futures.T).clamp(-50, 50)

    return _right_loss(z, c, W, negatives, score=score)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The sign is missing: you return the mean of log softmax, which is never above 0. The loss is minus that.",
)
def sign_missing(z, c, W, negatives="batch"):
    return -_right_loss(z, c, W, negatives)


@mistake(
    "test_equal_sizes_in_float64_work",
    says="Your sum begins with a tensor of float32, or you convert scores to it: float64 inputs give a float64 loss.",
)
def float32_inside(z, c, W, negatives="batch"):
    return _right_loss(z.float(), c.float(), W.float(), negatives)


@mistake(
    "test_each_number_of_steps_has_its_own_matrix",
    says="k runs from 1 to K - 1: range(1, K) stops before K.",
)
def last_k_lost(z, c, W, negatives="batch"):
    return _right_loss(z, c, W[: max(1, len(W) - 1)], negatives)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="Your k runs from 0: each context looks for the features it has just seen, with W[0]. k is 1 ... K.",
)
def k_counted_from_0(z, c, W, negatives="batch"):
    return _on_the_way(z, c, W, negatives, lambda z, c, k: (z[:, k - 1 :], c[:, : z.shape[1] - k + 1]))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="W_k is used the other way round. It is (D, E): W_k c turns a context into a feature.",
)
def matrix_transposed(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, score=lambda futures, contexts, matrix: contexts @ matrix @ futures.T)


@mistake(
    "test_any_number_of_sequences_and_steps_works",
    says="You return 0 for a single sequence. With negatives='all' the other steps of the sequence are its rivals.",
)
def one_sequence_is_nothing(z, c, W, negatives="batch"):
    return 0.0 * (z.sum() + c.sum() + W.sum()) if len(z) == 1 else _right_loss(z, c, W, negatives)


@mistake(
    "test_any_number_of_sequences_and_steps_works",
    says="squeeze drops every dimension of size 1: with one sequence, or one number a step, the scores fall apart.",
)
def squeezed(z, c, W, negatives="batch"):
    return _right_loss(z.squeeze(), c.squeeze(), W, negatives)


@mistake(
    "test_all_features_from_step_k_on_can_be_candidates",
    says="view needs numbers that lie side by side in memory, and those of z[:, k:] do not. Use reshape or flatten.",
)
def view_of_a_slice(z, c, W, negatives="batch"):
    if negatives == "all":
        for k in range(1, len(W) + 1):
            z[:, k:].view(-1, z.shape[2])
    return _right_loss(z, c, W, negatives)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The loss has the shape (1,), of a sum that begins with torch.zeros(1). It is 0-d.",
)
def loss_in_a_row(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives)[None]


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The loss is cut off from the graph (item, detach or no_grad), so nothing can be trained with it.",
)
@torch.no_grad()
def loss_detached(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives)


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The negatives are cut off from the graph, and the right candidate is not. CPC trains the encoder "
    "through all.",
)
def rivals_detached(z, c, W, negatives="batch"):
    def score(futures, contexts, matrix):
        prediction = contexts @ matrix.T
        own = (prediction * futures).sum(dim=1)
        return prediction @ futures.detach().T + (own - own.detach()).diag()

    return _right_loss(z, c, W, negatives, score=score)


@mistake(
    "test_equal_sizes_in_float64_work",
    says="Your loss calls backward, which leaves gradients at the inputs. That is for the training loop.",
)
def backward_called_inside(z, c, W, negatives="batch"):
    loss = _right_loss(z, c, W, negatives)
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    return loss


@mistake(
    "test_it_works_on_a_gpu",
    says="The labels are made on the processor. Make them where z is: torch.arange(..., device=z.device).",
)
def labels_on_the_processor(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, cost=lambda scores, own: F.cross_entropy(scores, torch.arange(len(own))))


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="You divide by all L steps. For k steps ahead there are L - k pairs of steps.",
)
def divided_by_all_steps(z, c, W, negatives="batch"):
    if negatives == "all":
        return _right_loss(z, c, W, negatives)
    shares = [(z.shape[1] - k) / z.shape[1] * _of_one_k(z, c, W, k, negatives) for k in range(1, len(W) + 1)]
    return torch.stack(shares).mean()


@mistake(
    "test_any_number_of_sequences_and_steps_works",
    says="squeeze drops every dimension of size 1: with one sequence the table of scores falls apart.",
)
def scores_squeezed(z, c, W, negatives="batch"):
    return _right_loss(z, c, W, negatives, cost=lambda scores, own: F.cross_entropy(scores.squeeze(), own))


@mistake(
    "test_the_loss_is_stable_at_large_scores",
    says="A tiny number (1e-12) inside the log, or a clamp, keeps the loss finite and makes it wrong. Use log_softmax.",
)
def log_with_a_tiny_number(z, c, W, negatives="batch"):
    def cost(scores, own):
        return -(scores.softmax(dim=1).diagonal() + 1e-12).log().mean()

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_the_loss_is_stable_at_large_scores",
    says="A tiny number (1e-10) inside the log, or a clamp, keeps the loss finite and makes it wrong. Use log_softmax.",
)
def log_with_a_very_small_number(z, c, W, negatives="batch"):
    def cost(scores, own):
        return -(scores.softmax(dim=1).diagonal() + 1e-10).log().mean()

    return _right_loss(z, c, W, negatives, cost=cost)


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="With negatives='all' the futures are cut off from the graph. The encoder is trained through all candidates.",
)
def all_futures_detached(z, c, W, negatives="batch"):
    return _right_loss(z.detach() if negatives == "all" else z, c, W, negatives)


@mistake(
    "test_each_context_finds_its_own_next_features",
    says="The scores are divided by a temperature or by the root of D. CPC's scores are the plain products.",
)
def divided_by_the_root_of_d(z, c, W, negatives="batch"):
    return _right_loss(z / z.shape[2] ** 0.5, c, W, negatives)


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The right candidate is looked up by equality, which finds another one where features are equal. "
    "Count it out.",
)
def looked_up_by_equality(z, c, W, negatives="batch"):
    if negatives != "all":
        return _right_loss(z, c, W, negatives)
    losses = []
    for k in range(1, len(W) + 1):
        futures, contexts = z[:, k:].flatten(0, 1), c[:, :-k].flatten(0, 1)
        own = (futures[:, None] == futures).all(dim=2).int().argmax(dim=1)
        losses.append(F.cross_entropy(contexts @ W[k - 1].T @ futures.T, own))
    return torch.stack(losses).mean()


@mistake(
    "test_each_number_of_steps_has_its_own_matrix",
    says="With negatives='batch' you take one mean over all tables of scores, in which small k count more. Take a mean "
    "for each k, and then their mean.",
)
def one_mean_over_all_tables(z, c, W, negatives="batch"):
    if negatives == "all":
        return _right_loss(z, c, W, negatives)
    pairs = torch.tensor([float(z.shape[1] - k) for k in range(1, len(W) + 1)], dtype=z.dtype, device=z.device)
    losses = torch.stack([_of_one_k(z, c, W, k, negatives) for k in range(1, len(W) + 1)])
    return (losses * pairs).sum() / pairs.sum()
