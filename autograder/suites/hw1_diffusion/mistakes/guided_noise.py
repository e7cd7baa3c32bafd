"""Known mistakes in guided_noise."""

from autograder.suites import mistake


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="Your w is off by one: w = 0 gives the unconditional guess. u + s (c - u) is the same with s = w + 1.",
)
def off_by_one(noise_cond, noise_uncond, w):
    return noise_uncond + w * (noise_cond - noise_uncond)


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The two guesses have changed places: guidance leads away from the condition.",
)
def guesses_exchanged(noise_cond, noise_uncond, w):
    return (w + 1) * noise_uncond - w * noise_cond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You add w times the unconditional guess. It is subtracted, and the two weights add up to 1.",
)
def unconditional_added(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond + w * noise_uncond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="This mixes the two guesses, w of the unconditional one. Guidance goes the other way, away from it.",
)
def mixture(noise_cond, noise_uncond, w):
    return (1 - w) * noise_cond + w * noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The two weights have changed places: w + 1 belongs to the conditional guess, w to the unconditional one.",
)
def weights_exchanged(noise_cond, noise_uncond, w):
    return w * noise_cond - (w + 1) * noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The conditional guess has the weight w. It is w + 1: the two weights add up to 1.",
)
def one_missing(noise_cond, noise_uncond, w):
    return w * noise_cond - w * noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The unconditional guess is subtracted in full. Its weight is w.",
)
def unconditional_in_full(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond - noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="Both guesses have the weight w + 1. The unconditional one has w.",
)
def w_plus_1_twice(noise_cond, noise_uncond, w):
    return (w + 1) * (noise_cond - noise_uncond)


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The unconditional guess is not used: the conditional one is made larger.",
)
def unconditional_ignored(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You divide by the sum of the sizes of the weights. The weights w + 1 and -w add up to 1 already.",
)
def weights_normalized(noise_cond, noise_uncond, w):
    return ((w + 1) * noise_cond - w * noise_uncond) / (abs(w + 1) + abs(w))


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="The result is scaled to the size of the conditional guess. That is an extra of some libraries, not eq. 6.",
)
def rescaled(noise_cond, noise_uncond, w):
    guided = (w + 1) * noise_cond - w * noise_uncond
    return guided * noise_cond.std() / guided.std()


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You clip the guess to [-1, 1]. Noise goes far beyond that; leave it as it is.",
)
def clipped(noise_cond, noise_uncond, w):
    guided = (w + 1) * noise_cond - w * noise_uncond
    return guided.clamp(-1, 1)


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="A negative w is cut off at 0. w = -1 is allowed and gives the unconditional guess.",
)
def negative_w_cut_off(noise_cond, noise_uncond, w):
    w = max(w, 0)
    return (w + 1) * noise_cond - w * noise_uncond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="w is rounded to a whole number. It may be any number.",
)
def w_rounded(noise_cond, noise_uncond, w):
    return (int(w) + 1) * noise_cond - int(w) * noise_uncond


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You turn everything into float32. Keep the dtype that the guesses come in.",
)
def always_float32(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond.float() - w * noise_uncond.float()


@mistake(
    "test_inputs_are_left_unchanged",
    says="You scale the conditional guess in place. Make a new tensor for the product.",
)
def conditional_overwritten(noise_cond, noise_uncond, w):
    return noise_cond.mul_(w + 1).sub_(w * noise_uncond)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You subtract in place: the unconditional guess now holds a difference. Make a new tensor.",
)
def unconditional_overwritten(noise_cond, noise_uncond, w):
    return noise_cond + noise_uncond.neg_().add_(noise_cond) * w
