"""Known mistakes in drop_labels."""

import torch

from autograder.suites import mistake


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="Labels are dropped where the coin is above the probability. Turn the comparison round.",
)
def comparison_turned_round(labels, coins, drop_probability, null_label):
    return torch.where(coins > drop_probability, null_label, labels)


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="The two arguments of where have changed places: kept labels become null. The first is for “true”.",
)
def branches_exchanged(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, labels, null_label)


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="The first coin decides for the whole batch. Every item has its own.",
)
def first_coin_for_all(labels, coins, drop_probability, null_label):
    return torch.full_like(labels, null_label) if coins[0] < drop_probability else labels.clone()


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="One coin below the probability drops the whole batch. Every item has its own coin.",
)
def any_coin_drops_all(labels, coins, drop_probability, null_label):
    return torch.full_like(labels, null_label) if (coins < drop_probability).any() else labels.clone()


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="A fixed share of the batch is dropped, its first items. Which ones, and how many, is for the coins to say.",
)
def first_share_of_the_batch(labels, coins, drop_probability, null_label):
    dropped = labels.clone()
    dropped[: round(drop_probability * len(labels))] = null_label
    return dropped


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="A fixed share of the batch is dropped, the lowest coins. Compare each coin with the probability.",
)
def lowest_coins_dropped(labels, coins, drop_probability, null_label):
    dropped = labels.clone()
    dropped[coins.argsort()[: round(drop_probability * len(labels))]] = null_label
    return dropped


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="No label is dropped.",
)
def nothing_dropped(labels, coins, drop_probability, null_label):
    return labels.clone()


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="Coins are compared with a probability of 0.1, whatever is given. Use drop_probability.",
)
def probability_fixed(labels, coins, drop_probability, null_label):
    return torch.where(coins < 0.1, null_label, labels)


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="You round the coins to 0 and 1, a probability of one half. Compare each coin with drop_probability.",
)
def coins_rounded(labels, coins, drop_probability, null_label):
    return torch.where(coins.round() < drop_probability, null_label, labels)


@mistake(
    "test_the_extreme_probabilities",
    says="drop_probability is taken for the probability to keep a label.",
)
def probability_to_keep(labels, coins, drop_probability, null_label):
    return torch.where(coins < 1 - drop_probability, null_label, labels)


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="Dropped items are left out, so the batch gets shorter. Each image needs a label, the null label too.",
)
def batch_gets_shorter(labels, coins, drop_probability, null_label):
    return labels[coins >= drop_probability]


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="You return the mask of dropped items. The labels are asked for.",
)
def mask_returned(labels, coins, drop_probability, null_label):
    return coins < drop_probability


@mistake(
    "test_dropped_labels_become_the_null_label",
    says="Dropped labels become 0, which is a class of its own. The null label is given.",
)
def zero_for_null(labels, coins, drop_probability, null_label):
    return labels * (coins >= drop_probability)


@mistake(
    "test_dropped_labels_become_the_null_label",
    says="Dropped labels become -1, which no embedding can look up. The null label is given.",
)
def minus_1_for_null(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, -1, labels)


@mistake(
    "test_dropped_labels_become_the_null_label",
    says="The null label is 10 in your code, whatever is given. Use null_label.",
)
def null_label_fixed(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, 10, labels)


@mistake(
    "test_dropped_labels_become_the_null_label",
    says="You take the largest label of the batch plus 1 for the null label. A batch need not hold every class.",
)
def largest_label_plus_1(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, labels.max() + 1, labels)


@mistake(
    "test_dropped_labels_become_the_null_label",
    says="The null label is added to the dropped labels. It takes their place.",
)
def null_label_added(labels, coins, drop_probability, null_label):
    return labels + null_label * (coins < drop_probability)


@mistake(
    "test_dropped_labels_become_the_null_label",
    says="Dropped labels become null_label + 1, outside of the embedding. null_label is the index itself.",
)
def null_label_plus_1(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, null_label + 1, labels)


@mistake(
    "test_a_coin_must_be_below_the_probability",
    says="A coin equal to the probability drops the label. It must be below: at probability 0 nothing is dropped.",
)
def equal_coins_drop(labels, coins, drop_probability, null_label):
    return torch.where(coins <= drop_probability, null_label, labels)


@mistake(
    "test_the_extreme_probabilities",
    says="`if drop_probability` or `or` takes a probability of 0 for missing and puts another one in its place.",
)
def probability_0_taken_for_missing(labels, coins, drop_probability, null_label):
    return torch.where(coins < (drop_probability or 0.1), null_label, labels)


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="The labels have become floating-point numbers. An embedding looks up long ones.",
)
def labels_become_float(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, float(null_label), labels)


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="You write into the caller's labels: the classes are lost for everyone who uses them. Make a copy first.",
)
def labels_overwritten(labels, coins, drop_probability, null_label):
    labels[coins < drop_probability] = null_label
    return labels


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="squeeze drops the dimension of a batch of one. The result has shape (B,), for B = 1 too.",
)
def squeezed(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, null_label, labels).squeeze()
