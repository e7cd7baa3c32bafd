"""Known mistakes in momentum_update."""

import torch
from torch import nn

from autograder.suites import mistake


def _pairs(encoder_q, encoder_k):
    return zip(encoder_q.parameters(), encoder_k.parameters())


@mistake(
    "test_weights_follow_slowly",
    says="m and 1 - m have changed places: encoder_k jumps almost all the way to encoder_q. It should move slowly.",
)
@torch.no_grad()
def weights_swapped(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_((1 - m) * k + m * q)


@mistake(
    "test_encoder_q_is_left_alone",
    says="You move encoder_q towards encoder_k. The optimizer owns encoder_q; encoder_k is the one that follows.",
)
@torch.no_grad()
def encoder_q_moves(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        q.copy_(m * q + (1 - m) * k)


@mistake(
    "test_encoder_q_is_left_alone",
    says="You scale encoder_q's parameters in place on the way to the mixture. Make a new tensor for the product.",
)
@torch.no_grad()
def encoder_q_is_scaled(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.mul_(m).add_(q.mul_(1 - m))


@mistake(
    "test_encoder_q_is_left_alone",
    says="You freeze encoder_q. It is the one that is trained: only the update itself must stay unrecorded.",
)
@torch.no_grad()
def encoder_q_is_frozen(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        q.requires_grad_(False)
        k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_encoder_q_is_left_alone",
    says="Both encoders end up with the mixture. encoder_q should stay where the optimizer put it.",
)
@torch.no_grad()
def both_move(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(m * k + (1 - m) * q)
        q.copy_(k)


@mistake(
    "test_no_graph_is_left_on_encoder_k",
    says="The update is recorded by autograd: encoder_k now hangs on encoder_q, and its graph grows with every step.",
)
def graph_kept(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.mul_(m).add_(q, alpha=1 - m)


@mistake(
    "test_weights_follow_slowly",
    says="encoder_k itself does not change. `k = …` gives a local name a new tensor, and a copy is not the encoder.",
)
@torch.no_grad()
def encoder_k_does_not_change(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k = m * k + (1 - m) * q


@mistake(
    "test_parameters_are_changed_in_place",
    says="You put new parameters in the place of the old ones. Whoever holds the old ones never sees the update.",
)
@torch.no_grad()
def parameters_replaced(encoder_q, encoder_k, m):
    modules = dict(encoder_k.named_modules())
    others = dict(encoder_q.named_parameters())
    for name, k in list(encoder_k.named_parameters()):
        owner, _, attribute = name.rpartition(".")
        mixture = m * k + (1 - m) * others[name]
        setattr(modules[owner], attribute, nn.Parameter(mixture, requires_grad=k.requires_grad))


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="The biases are left behind. Every parameter follows, whatever its name.",
)
@torch.no_grad()
def biases_skipped(encoder_q, encoder_k, m):
    for (name, q), k in zip(encoder_q.named_parameters(), encoder_k.parameters()):
        if "weight" in name:
            k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="Only matrices are updated; vectors (biases, the scale and shift of norm layers) are left behind.",
)
@torch.no_grad()
def vectors_skipped(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        if q.dim() > 1:
            k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="Only linear layers are updated; the batch norm's scale and shift are parameters too.",
)
@torch.no_grad()
def norm_layers_skipped(encoder_q, encoder_k, m):
    for layer_q, layer_k in zip(encoder_q.modules(), encoder_k.modules()):
        if isinstance(layer_q, nn.Linear):
            for q, k in _pairs(layer_q, layer_k):
                k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="Only the first parameter is updated: the loop is left after one round.",
)
@torch.no_grad()
def only_the_first_parameter(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(m * k + (1 - m) * q)
        return encoder_k


@mistake(
    "test_weights_follow_slowly",
    says="Only parameters that ask for gradients are updated. encoder_k is often frozen: momentum is how it moves.",
)
@torch.no_grad()
def frozen_parameters_skipped(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        if k.requires_grad:
            k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_weights_follow_slowly",
    says="encoder_k becomes a copy of encoder_q, whatever m is.",
)
@torch.no_grad()
def plain_copy(encoder_q, encoder_k, m):
    encoder_k.load_state_dict(encoder_q.state_dict())


@mistake(
    "test_weights_follow_slowly",
    says="encoder_q is added in full. The two weights have to add up to 1, or the parameters grow at every step.",
)
@torch.no_grad()
def weights_do_not_add_up(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(m * k + q)


@mistake(
    "test_weights_follow_slowly",
    says="encoder_k only shrinks: encoder_q's share is missing.",
)
@torch.no_grad()
def only_shrinks(encoder_q, encoder_k, m):
    for k in encoder_k.parameters():
        k.mul_(m)


@mistake(
    "test_weights_follow_slowly",
    says="encoder_k keeps its full weight and gets encoder_q's share on top; the two weights have to add up to 1.",
)
@torch.no_grad()
def only_adds(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.add_(q, alpha=1 - m)


@mistake(
    "test_weights_follow_slowly",
    says="You subtract encoder_q's share: encoder_k moves away from encoder_q.",
)
@torch.no_grad()
def moves_away(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(m * k - (1 - m) * q)


@mistake(
    "test_weights_follow_slowly",
    says="The update is made twice in one call, so encoder_k moves almost twice as far.",
)
@torch.no_grad()
def updated_twice(encoder_q, encoder_k, m):
    for _ in range(2):
        for q, k in _pairs(encoder_q, encoder_k):
            k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_the_extremes_of_m",
    says="m = 0.999 is fixed in your code; use the m that is given.",
)
@torch.no_grad()
def m_fixed(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(0.999 * k + 0.001 * q)


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="A parameter that two layers share is moved twice. parameters() lists it once.",
)
@torch.no_grad()
def shared_parameters_moved_twice(encoder_q, encoder_k, m):
    others = encoder_q.state_dict()
    for name, k in encoder_k.state_dict().items():
        if k.is_floating_point():
            k.mul_(m).add_(others[name], alpha=1 - m)


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="One vector of all parameters asks that each lies in one piece in memory, and channels-last ones do not.",
)
@torch.no_grad()
def parameters_as_one_vector(encoder_q, encoder_k, m):
    from torch.nn.utils import parameters_to_vector, vector_to_parameters

    q, k = (parameters_to_vector(encoder.parameters()) for encoder in (encoder_q, encoder_k))
    vector_to_parameters(m * k + (1 - m) * q, encoder_k.parameters())


@mistake(
    "test_encoder_q_is_left_alone",
    says="You clear gradients. They belong to the optimizer's step, and an update of encoder_k has no use for it.",
)
@torch.no_grad()
def gradients_cleared(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(m * k + (1 - m) * q)
    encoder_q.zero_grad()
    encoder_k.zero_grad()


@mistake(
    "test_no_graph_is_left_on_encoder_k",
    says="encoder_k asks for gradients after the update, although it was frozen. Leave its flags as they are.",
)
@torch.no_grad()
def encoder_k_unfrozen(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(m * k + (1 - m) * q)
        k.requires_grad_(True)


@mistake(
    "test_encoder_q_is_left_alone",
    says="You put encoders into another mode (train, eval). An update moves parameters, and nothing else.",
)
@torch.no_grad()
def mode_changed(encoder_q, encoder_k, m):
    encoder_k.train()
    for q, k in _pairs(encoder_q, encoder_k):
        k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_the_extremes_of_m",
    says="With m = 0 encoder_k gets encoder_q's own memory: from then on every step of the optimizer moves both.",
)
@torch.no_grad()
def memory_shared_at_m_0(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.data = q.data if m == 0 else m * k.data + (1 - m) * q.data


@mistake(
    "test_it_works_on_a_gpu",
    says="The update goes through numpy, which knows no GPU. Tensors have all that it takes.",
)
def through_numpy(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.data = torch.from_numpy(m * k.detach().numpy() + (1 - m) * q.detach().numpy()).to(k.dtype)


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="Parameters that are frozen in encoder_q are left out. Every parameter of encoder_k moves, frozen or not.",
)
@torch.no_grad()
def frozen_parameters_of_encoder_q_skipped(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        if q.requires_grad:
            k.copy_(m * k + (1 - m) * q)


@mistake(
    "test_biases_and_norm_layers_follow_too",
    says="You turn the parameters into float32. Keep the dtype that they have.",
)
@torch.no_grad()
def always_float32(encoder_q, encoder_k, m):
    for q, k in _pairs(encoder_q, encoder_k):
        k.data = (m * k + (1 - m) * q).float()
