"""Known mistakes in discriminator_step; they call discriminator_loss by name."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _make(G, z):
    with torch.no_grad():
        return G(z)


def _descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@mistake(
    "test_earlier_gradients_play_no_part",
    says="D's gradients are never cleared: each step adds its own to those of the steps before, also of G's.",
)
def gradients_never_cleared(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    loss.backward()
    optimizer_d.step()
    return loss.item()


@mistake(
    "test_earlier_gradients_play_no_part",
    says="Gradients are cleared at the end only. In between, G's step has left its own on D: clear before backward.",
)
def cleared_at_the_end(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    loss.backward()
    optimizer_d.step()
    optimizer_d.zero_grad()
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="D does not move: the optimizer is never asked to step, or its gradients are cleared between backward and "
    "step.",
)
def cleared_before_the_step(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    loss.backward()
    optimizer_d.zero_grad()
    optimizer_d.step()
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="The optimizer steps before backward, with the gradient of the step before (at first with none).",
)
def step_before_backward(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    optimizer_d.step()
    optimizer_d.zero_grad()
    loss.backward()
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="The optimizer steps twice on one gradient.",
)
def two_steps_on_one_gradient(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    optimizer_d.step()
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="There is a step on the real images and another one on the fake ones. Add the two terms and step once.",
)
def a_step_for_each_kind(G, D, optimizer_d, real, z):
    loss_real = F.softplus(-D(real)).mean()
    _descend(optimizer_d, loss_real)
    loss_fake = F.softplus(D(_make(G, z))).mean()
    _descend(optimizer_d, loss_fake)
    return loss_real.item() + loss_fake.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="The loss is maximised: its sign is turned before backward. discriminator_loss is what D minimises.",
)
def loss_maximised(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, -loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="Real and fake are handed to discriminator_loss in the wrong order: this D learns to call real images fake.",
)
def exchanged(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(_make(G, z)), D(real))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="The whole of D(G(z)) is cut off from the graph. Cut off G's output alone: D has to learn from its fakes.",
)
def fake_logits_without_graph(G, D, optimizer_d, real, z):
    with torch.no_grad():
        logits_fake = D(G(z))
    loss = discriminator_loss(D(real), logits_fake)
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="D learns from its fakes alone: D(real) has no graph, or the gradients of the real images are cleared before "
    "the step.",
)
def real_logits_without_graph(G, D, optimizer_d, real, z):
    with torch.no_grad():
        fake, logits_real = G(z), D(real)
    loss = discriminator_loss(logits_real, D(fake))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="The fake images do not enter the loss.",
)
def real_images_alone(G, D, optimizer_d, real, z):
    loss = F.softplus(-D(real)).mean()
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="The real images do not enter the loss.",
)
def fake_images_alone(G, D, optimizer_d, real, z):
    loss = F.softplus(D(_make(G, z))).mean()
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="Your loss is the mean of the two terms. It is their sum: with half of it, D learns at half the rate.",
)
def halved(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z))) / 2
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You draw noise of your own and leave the given one unused.",
)
def own_noise(G, D, optimizer_d, real, z):
    torch.manual_seed(0)
    loss = discriminator_loss(D(real), D(_make(G, torch.randn_like(z))))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="Only as many fake images are used as there are real ones. z may hold more; all of it is used.",
)
def noise_cut_to_the_real_batch(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z[: len(real)])))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_batch_norm_sees_one_kind_of_image",
    says="D is called once, on real and fake images together: its batch norm mixes the two. Call it twice.",
)
def one_call_for_both(G, D, optimizer_d, real, z):
    logits = D(torch.cat([real, _make(G, z)]))
    loss = discriminator_loss(logits[: len(real)], logits[len(real) :])
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_batch_norm_sees_one_kind_of_image",
    says="D is put into eval mode: its batch norm takes the running statistics in the place of the batch's own.",
)
def discriminator_in_eval_mode(G, D, optimizer_d, real, z):
    D.eval()
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    D.train()
    return loss.item()


@mistake(
    "test_batch_norm_sees_one_kind_of_image",
    says="G is put into eval mode: D then learns from other images than those that G makes in its own steps.",
)
def generator_in_eval_mode(G, D, optimizer_d, real, z):
    G.eval()
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    G.train()
    return loss.item()


@mistake(
    "test_the_generator_stays_as_it_is",
    says="G's parameters are frozen and stay so: G cannot be trained in its own step. no_grad leaves them as they are.",
)
def generator_left_frozen(G, D, optimizer_d, real, z):
    G.requires_grad_(False)
    loss = discriminator_loss(D(real), D(G(z)))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_loss_has_no_graph",
    says="You return the loss as a tensor with its graph. A list of such losses keeps every step's graph in memory.",
)
def loss_with_its_graph(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    return loss


@mistake(
    "test_the_loss_has_no_graph",
    says="You return a NumPy array. Make it a Python float, with item().",
)
def loss_as_an_array(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    return loss.detach().numpy()


@mistake(
    "test_the_loss_has_no_graph",
    says="The step returns nothing. The training loop needs the loss as a number.",
)
def nothing_returned(G, D, optimizer_d, real, z):
    _descend(optimizer_d, discriminator_loss(D(real), D(_make(G, z))))


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You return the loss as it is after the update, from a second pass. Return the loss that was minimised.",
)
def loss_after_the_update(G, D, optimizer_d, real, z):
    fake = _make(G, z)
    _descend(optimizer_d, discriminator_loss(D(real), D(fake)))
    return discriminator_loss(D(real), D(fake)).item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You return the real images' term alone. The loss is the sum of both.",
)
def returns_one_term(G, D, optimizer_d, real, z):
    logits_real = D(real)
    _descend(optimizer_d, discriminator_loss(logits_real, D(_make(G, z))))
    return F.softplus(-logits_real).mean().item()


@mistake(
    "test_earlier_gradients_play_no_part",
    says="You make an optimizer of your own in every step. The given one has a memory (momentum) that has to be kept.",
)
def new_optimizer_every_step(G, D, optimizer_d, real, z):
    group = optimizer_d.param_groups[0]
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(torch.optim.SGD(D.parameters(), lr=group["lr"], momentum=group["momentum"]), loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="D's weights are clamped after the step. That is what WGAN does to its critic; here they stay free.",
)
def weights_clamped(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    with torch.no_grad():
        for parameter in D.parameters():
            parameter.clamp_(-0.01, 0.01)
    return loss.item()


@mistake(
    "test_single_images_and_float64_work",
    says="The targets are made as a row, and logits of shape (B, 1) do not fit them. Use discriminator_loss, or "
    "ones_like.",
)
def targets_as_a_row(G, D, optimizer_d, real, z):
    logits_real, logits_fake = D(real), D(_make(G, z))
    ones, zeros = torch.ones(len(real)), torch.zeros(len(z))
    loss = F.binary_cross_entropy_with_logits(logits_real, ones)
    loss = loss + F.binary_cross_entropy_with_logits(logits_fake, zeros)
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_single_images_and_float64_work",
    says="You turn images and noise into float32. The networks may be float64: keep the dtype that comes in.",
)
def always_float32(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real.float()), D(_make(G, z.float())))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="The labels of real images are 0.9. Label smoothing is a later trick; this step minimises discriminator_loss.",
)
def smoothed_labels(G, D, optimizer_d, real, z):
    logits_real, logits_fake = D(real), D(_make(G, z))
    loss = F.binary_cross_entropy_with_logits(logits_real, torch.full_like(logits_real, 0.9))
    loss = loss + F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_single_images_and_float64_work",
    says="A sigmoid and a loss of probabilities: where D is sure, the loss is cut off at 100 and its gradient is 0.",
)
def probabilities(G, D, optimizer_d, real, z):
    d_real, d_fake = torch.sigmoid(D(real)), torch.sigmoid(D(_make(G, z)))
    loss = F.binary_cross_entropy(d_real, torch.ones_like(d_real))
    loss = loss + F.binary_cross_entropy(d_fake, torch.zeros_like(d_fake))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_single_images_and_float64_work",
    says="The logits are squeezed: with one image each the batch itself is gone, and labels of shape (B,) do not fit.",
)
def logits_squeezed(G, D, optimizer_d, real, z):
    logits_real, logits_fake = D(real).squeeze(), D(_make(G, z)).squeeze()
    ones = torch.ones(len(real), dtype=real.dtype, device=real.device)
    zeros = torch.zeros(len(z), dtype=real.dtype, device=real.device)
    loss = F.binary_cross_entropy_with_logits(logits_real, ones)
    loss = loss + F.binary_cross_entropy_with_logits(logits_fake, zeros)
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="Labels are made for the real batch and used for both. z may hold more or fewer: each kind has its own "
    "number.",
)
def labels_of_one_size(G, D, optimizer_d, real, z):
    labels = torch.ones(len(real), dtype=real.dtype, device=real.device)
    loss = F.binary_cross_entropy_with_logits(D(real).view(-1), labels)
    loss = loss + F.binary_cross_entropy_with_logits(D(_make(G, z)).view(-1), labels.fill_(0))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_networks_and_tensors_may_lie_on_a_gpu",
    says="The labels are made on the processor, whatever device comes in. Take the input's device: "
    "torch.ones_like(logits).",
)
def labels_on_the_processor(G, D, optimizer_d, real, z):
    logits_real, logits_fake = D(real), D(_make(G, z))
    ones, zeros = torch.ones(logits_real.shape), torch.zeros(logits_fake.shape)
    loss = F.binary_cross_entropy_with_logits(logits_real, ones.to(logits_real.dtype))
    loss = loss + F.binary_cross_entropy_with_logits(logits_fake, zeros.to(logits_fake.dtype))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_networks_and_tensors_may_lie_on_a_gpu",
    says="The loss is turned into NumPy, which reads no GPU. item() or detach() work everywhere.",
)
def loss_through_numpy(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    return float(loss.detach().numpy())


@mistake(
    "test_earlier_gradients_play_no_part",
    says="You clip the gradients. The step goes along the gradient as it is.",
)
def gradients_clipped(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    optimizer_d.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(D.parameters(), 0.5)
    optimizer_d.step()
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="D is left alone while its loss is small. The optimizer takes one step, whatever the loss.",
)
def no_step_when_good(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    if loss.item() > 0.3:
        _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_generator_stays_as_it_is",
    says="The real images are changed in place. They belong to the caller: make new ones.",
)
def real_images_changed(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real.clone()), D(_make(G, z)))
    _descend(optimizer_d, loss)
    real.mul_(0.5).add_(0.5)
    return loss.item()


@mistake(
    "test_the_generator_stays_as_it_is",
    says="G is put into eval mode and stays there. The next step of G would find it so.",
)
def generator_left_in_eval_mode(G, D, optimizer_d, real, z):
    fake = _make(G, z)
    G.eval()
    loss = discriminator_loss(D(real), D(fake))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="Noise is added to the images that D sees. They enter as they are.",
)
def noisy_images(G, D, optimizer_d, real, z):
    torch.manual_seed(0)
    fake = _make(G, z)
    loss = discriminator_loss(D(real + 0.1 * torch.randn_like(real)), D(fake + 0.1 * torch.randn_like(fake)))
    _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_takes_one_step",
    says="D takes two steps, each with a loss of its own. One call is one step.",
)
def two_updates(G, D, optimizer_d, real, z):
    for _ in range(2):
        loss = discriminator_loss(D(real), D(_make(G, z)))
        _descend(optimizer_d, loss)
    return loss.item()


@mistake(
    "test_the_loss_has_no_graph",
    says="The loss has a dimension, shape (1,). It is a 0-d tensor, or a float.",
)
def loss_of_shape_1(G, D, optimizer_d, real, z):
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    return loss.detach().reshape(1)


@mistake(
    "test_batch_norm_sees_one_kind_of_image",
    says="G is put into eval mode, and stays there: D learns from other images than those that G makes in its own "
    "steps.",
)
def generator_in_eval_mode_for_good(G, D, optimizer_d, real, z):
    G.eval()
    loss = discriminator_loss(D(real), D(_make(G, z)))
    _descend(optimizer_d, loss)
    return loss.item()
