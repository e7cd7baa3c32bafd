"""Known mistakes in train_gan; they call the two steps by name."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="You take more steps than there is noise for. In a round, D takes k steps, each on a batch of its own, and G "
    "takes one when they are done.",
)
def g_after_every_step(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for real in batches:
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_d_takes_the_batches_and_its_noise_in_order",
    says="A round takes a single batch and trains D on it k times. Each step of D takes the next batch.",
)
def one_batch_a_round(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number in range(len(batches) // k):
        losses_d += [discriminator_step(G, D, optimizer_d, batches[number], next(noise)) for _ in range(k)]
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="k counts the steps of G here. It is D that takes k steps for each one of G.",
)
def k_steps_of_g(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number in range(len(batches) // k):
        losses_d.append(discriminator_step(G, D, optimizer_d, batches[number], next(noise)))
        losses_g += [generator_step(G, D, optimizer_g, next(noise)) for _ in range(k)]
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="G steps first, and D follows. A round begins with D's k steps.",
)
def g_first(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for start in range(0, len(batches), k):
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
        losses_d += [discriminator_step(G, D, optimizer_d, real, next(noise)) for real in batches[start : start + k]]
    return losses_d, losses_g


@mistake(
    "test_g_takes_the_noise_that_follows",
    says="G steps after the first step of every round, not after the k-th: you count from 0, and 0 % k is 0.",
)
def g_after_the_first_of_k(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="G steps after k + 1 steps of D: the count starts again one step too late.",
)
def g_after_k_plus_1(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
        if number % (k + 1) == 0:
            losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="The last round ends without G's step.",
)
def no_last_step_of_g(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches):
        if number and number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="There is only one round: the return stands inside the loop, or the loop goes over k steps alone.",
)
def one_round_only(G, D, optimizer_g, optimizer_d, batches, noises, k):
    losses_d = [discriminator_step(G, D, optimizer_d, real, z) for real, z in zip(batches[:k], noises[:k])]
    return losses_d, [generator_step(G, D, optimizer_g, noises[k])]


@mistake(
    "test_g_takes_the_noise_that_follows",
    says="All of D's steps come first, then all of G's. The players take turns, round by round.",
)
def all_of_d_then_all_of_g(G, D, optimizer_g, optimizer_d, batches, noises, k):
    count = len(batches)
    losses_d = [discriminator_step(G, D, optimizer_d, real, z) for real, z in zip(batches, noises)]
    return losses_d, [generator_step(G, D, optimizer_g, z) for z in noises[count:]]


@mistake(
    "test_other_k_and_any_sequence_work",
    says="k = 3 is fixed in your code; use the k that is given.",
)
def k_fixed(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for start in range(0, len(batches), 3):
        losses_d += [discriminator_step(G, D, optimizer_d, real, next(noise)) for real in batches[start : start + 3]]
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_the_next_round_goes_on_from_there",
    says="Every round starts at the first batch again: D never sees the later ones.",
)
def batches_start_again(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for _ in range(len(batches) // k):
        losses_d += [discriminator_step(G, D, optimizer_d, batches[step], next(noise)) for step in range(k)]
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_d_takes_the_batches_and_its_noise_in_order",
    says="One noise serves all steps of a round. Each step, of either player, takes the next one.",
)
def one_noise_a_round(G, D, optimizer_g, optimizer_d, batches, noises, k):
    losses_d, losses_g = [], []
    for number, start in enumerate(range(0, len(batches), k)):
        z = noises[number]
        losses_d += [discriminator_step(G, D, optimizer_d, real, z) for real in batches[start : start + k]]
        losses_g.append(generator_step(G, D, optimizer_g, z))
    return losses_d, losses_g


@mistake(
    "test_g_takes_the_noise_that_follows",
    says="G uses the noise of D's last step once more. Each step, of either player, takes the next one.",
)
def g_uses_the_noise_again(G, D, optimizer_g, optimizer_d, batches, noises, k):
    losses_d, losses_g = [], []
    for number, (real, z) in enumerate(zip(batches, noises), start=1):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, z))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, z))
    return losses_d, losses_g


@mistake(
    "test_g_takes_the_noise_that_follows",
    says="D takes its noise from the front of the list and G from what is left. There is one order for both players.",
)
def noises_split_between_the_players(G, D, optimizer_g, optimizer_d, batches, noises, k):
    for_d, for_g = iter(noises[: len(batches)]), iter(noises[len(batches) :])
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(for_d)))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, next(for_g)))
    return losses_d, losses_g


@mistake(
    "test_the_next_round_goes_on_from_there",
    says="Noise i goes with batch i, and G takes the one after it, which D then uses again. Each noise is used once.",
)
def noise_counted_by_batches(G, D, optimizer_g, optimizer_d, batches, noises, k):
    losses_d, losses_g = [], []
    for number, real in enumerate(batches):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, noises[number]))
        if (number + 1) % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, noises[number + 1]))
    return losses_d, losses_g


@mistake(
    "test_d_takes_the_batches_and_its_noise_in_order",
    says="The noises come in the wrong order: pop() takes from the end.",
)
def noises_from_the_end(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noises = list(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, noises.pop()))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, noises.pop()))
    return losses_d, losses_g


@mistake(
    "test_d_takes_the_batches_and_its_noise_in_order",
    says="You draw noise of your own and leave the given one unused.",
)
def own_noise(G, D, optimizer_g, optimizer_d, batches, noises, k):
    torch.manual_seed(0)
    noise = (torch.randn_like(z) for z in noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_the_next_round_goes_on_from_there",
    says="The optimizers are exchanged: each step moves the other player, if anyone. optimizer_d belongs to D's step.",
)
def optimizers_exchanged(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        losses_d.append(discriminator_step(G, D, optimizer_g, real, next(noise)))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_d, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_the_next_round_goes_on_from_there",
    says="Each round starts with new optimizers. The given ones have a memory (momentum) that has to be kept.",
)
def new_optimizers_every_round(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for start in range(0, len(batches), k):
        optimizer_g, optimizer_d = (
            torch.optim.SGD(optimizer.param_groups[0]["params"], lr=0.2, momentum=0.5)
            for optimizer in (optimizer_g, optimizer_d)
        )
        losses_d += [discriminator_step(G, D, optimizer_d, real, next(noise)) for real in batches[start : start + k]]
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="The two histories come back in the wrong order. The discriminator's is the first.",
)
def histories_exchanged(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
        if number % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_g, losses_d


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="D's history holds one loss a round, that of its last step. Keep every one of them.",
)
def last_loss_of_each_round(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        loss_d = discriminator_step(G, D, optimizer_d, real, next(noise))
        if number % k == 0:
            losses_d.append(loss_d)
            losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="D's history holds one mean a round. Keep the loss of every step.",
)
def mean_of_each_round(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for start in range(0, len(batches), k):
        own = [discriminator_step(G, D, optimizer_d, real, next(noise)) for real in batches[start : start + k]]
        losses_d.append(sum(own) / k)
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="D's history is a list of lists, one a round. It is to be one flat list: extend it instead of appending.",
)
def history_in_rounds(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for start in range(0, len(batches), k):
        losses_d.append(
            [discriminator_step(G, D, optimizer_d, real, next(noise)) for real in batches[start : start + k]]
        )
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="The histories hold losses with their graphs: every step's graph stays in memory. Detach each loss.",
)
def histories_with_graphs(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        loss = F.softplus(-D(real)).mean() + F.softplus(D(G(next(noise)).detach())).mean()
        optimizer_d.zero_grad()
        loss.backward()
        optimizer_d.step()
        losses_d.append(loss)
        if number % k == 0:
            loss = F.softplus(-D(G(next(noise)))).mean()
            optimizer_g.zero_grad()
            loss.backward()
            optimizer_g.step()
            losses_g.append(loss)
    return losses_d, losses_g


@mistake(
    "test_each_round_has_k_steps_of_d_and_one_of_g",
    says="Nothing comes back. Return both histories, D's first.",
)
def nothing_returned(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    for number, real in enumerate(batches, start=1):
        discriminator_step(G, D, optimizer_d, real, next(noise))
        if number % k == 0:
            generator_step(G, D, optimizer_g, next(noise))


@mistake(
    "test_other_k_and_any_sequence_work",
    says="You take batches and noises out of the lists (pop): they belong to the caller, and a tensor cannot do it.",
)
def popped(G, D, optimizer_g, optimizer_d, batches, noises, k):
    losses_d, losses_g = [], []
    while len(batches):
        for _ in range(k):
            losses_d.append(discriminator_step(G, D, optimizer_d, batches.pop(0), noises.pop(0)))
        losses_g.append(generator_step(G, D, optimizer_g, noises.pop(0)))
    return losses_d, losses_g


@mistake(
    "test_networks_and_data_may_lie_on_a_gpu",
    says="The losses go through NumPy, which reads no GPU. Keep what the steps give back.",
)
def losses_through_numpy(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches, start=1):
        loss = discriminator_step(G, D, optimizer_d, real, next(noise))
        losses_d.append(float(torch.as_tensor(loss).numpy()))
        if number % k == 0:
            loss = generator_step(G, D, optimizer_g, next(noise))
            losses_g.append(float(torch.as_tensor(loss).numpy()))
    return losses_d, losses_g


@mistake(
    "test_d_takes_the_batches_and_its_noise_in_order",
    says="The k steps of a round share one noise, or one batch. Each step of D takes the next of both.",
)
def noise_of_the_round(G, D, optimizer_g, optimizer_d, batches, noises, k):
    losses_d, losses_g = [], []
    for number in range(len(batches) // k):
        z_d, z_g = noises[number * (k + 1)], noises[number * (k + 1) + k]
        for real in batches[number * k : (number + 1) * k]:
            losses_d.append(discriminator_step(G, D, optimizer_d, real, z_d))
        losses_g.append(generator_step(G, D, optimizer_g, z_g))
    return losses_d, losses_g


@mistake(
    "test_d_takes_the_batches_and_its_noise_in_order",
    says="All steps of a round take its first batch: the index does not move with the step.",
)
def first_batch_of_the_round(G, D, optimizer_g, optimizer_d, batches, noises, k):
    noise = iter(noises)
    losses_d, losses_g = [], []
    for start in range(0, len(batches), k):
        losses_d += [discriminator_step(G, D, optimizer_d, batches[start], next(noise)) for _ in range(k)]
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g
