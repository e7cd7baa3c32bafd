"""Known mistakes in mutual_information_bound."""

import math

import torch

from autograder.suites import mistake


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="Loss and log N are added. A lower loss has to mean more information.",
)
def added(loss, num_candidates):
    return math.log(num_candidates) + loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="The sign is turned round: a model that does better than guessing would get a negative bound.",
)
def sign_turned_round(loss, num_candidates):
    return loss - math.log(num_candidates)


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="This is log base 2 (bits). The loss is in nats, as cross entropy gives it: use the same logarithm.",
)
def base_two(loss, num_candidates):
    return math.log2(num_candidates) - loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="This is log base 10. The loss is in nats, as cross entropy gives it: use the same logarithm.",
)
def base_ten(loss, num_candidates):
    return math.log10(num_candidates) - loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="You count the negatives only. N is the number of all candidates, as it is given.",
)
def one_candidate_less(loss, num_candidates):
    return math.log(num_candidates - 1) - loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="You count one candidate more. num_candidates holds the positive already.",
)
def one_candidate_more(loss, num_candidates):
    return math.log(num_candidates + 1) - loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="The logarithm of N is missing.",
)
def no_logarithm(loss, num_candidates):
    return num_candidates - loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="You take a logarithm of the loss too. InfoNCE is a logarithm already.",
)
def logarithm_of_the_loss(loss, num_candidates):
    return math.log(num_candidates) - torch.as_tensor(loss).log()


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="This is log N divided by the loss; the bound is a difference.",
)
def divided(loss, num_candidates):
    return math.log(num_candidates) / loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="This is N exp(-loss), the bound without its outer logarithm.",
)
def exponential(loss, num_candidates):
    return num_candidates * torch.as_tensor(-loss).exp()


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="You divide the bound by N. The loss is a mean over queries already; N is only the number of candidates.",
)
def divided_by_n(loss, num_candidates):
    return (math.log(num_candidates) - loss) / num_candidates


@mistake(
    "test_the_bound_may_be_negative",
    says="You cut the bound off at 0. A bound below 0 is true, if useless; leave it as it stands.",
)
def cut_off_at_zero(loss, num_candidates):
    return torch.as_tensor(math.log(num_candidates) - loss).clamp(min=0)


@mistake(
    "test_the_bound_may_be_negative",
    says="You take the absolute value: a loss far above that of guessing would look like information.",
)
def absolute_value(loss, num_candidates):
    return abs(math.log(num_candidates) - loss)


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="-= writes into the tensor that you are given: the caller's loss has become another one.",
)
def loss_changed_in_place(loss, num_candidates):
    loss -= math.log(num_candidates)
    return -loss


@mistake(
    "test_the_bound_is_log_n_minus_the_loss",
    says="The bound comes back as a tensor with a dimension, (1,). It is one number: a 0-d tensor or a float.",
)
def bound_with_a_dimension(loss, num_candidates):
    return torch.log(torch.tensor([float(num_candidates)])) - loss
