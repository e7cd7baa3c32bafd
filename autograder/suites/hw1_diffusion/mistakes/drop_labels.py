"""Known mistakes in drop_labels. Those that draw at random are told again: the grader seeds every call."""

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


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="You draw coins of your own. They are given, one for each item.",
)
def own_coins(labels, coins, drop_probability, null_label):
    return torch.where(torch.rand(len(labels), device=labels.device) < drop_probability, null_label, labels)


@mistake(
    "test_a_coin_must_be_below_the_probability",
    says="You round the coins to percents first. Compare each coin as it is.",
)
def coins_rounded_to_percents(labels, coins, drop_probability, null_label):
    return torch.where((coins * 100).round() / 100 < drop_probability, null_label, labels)


@mistake(
    "test_dropped_labels_become_the_null_label",
    says="`or` takes a null label of 0 for missing and puts another one in its place. It may be any index.",
)
def null_0_taken_for_missing(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, null_label or 10, labels)


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="You keep the labels below the number of classes of this homework. There may be more than ten.",
)
def labels_kept_below_ten(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, null_label, labels.clamp(max=9))


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="The labels have become int32. They stay long.",
)
def labels_become_int32(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, null_label, labels).int()


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="The result has shape (B, 1). It has that of labels, (B,).",
)
def labels_in_a_column(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, null_label, labels)[:, None]


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="You subtract from the caller's coins in place. Make a new tensor for what you compare.",
)
def coins_overwritten(labels, coins, drop_probability, null_label):
    drop = coins.sub_(drop_probability) < 0
    return torch.where(drop, null_label, labels)


@mistake(
    "test_it_works_on_a_gpu",
    says="The result is a new tensor on the processor. Name the device: device=labels.device.",
)
def made_on_the_processor(labels, coins, drop_probability, null_label):
    pairs = zip(labels.tolist(), coins.tolist())
    return torch.tensor([null_label if coin < drop_probability else label for label, coin in pairs])


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy knows no GPU: .numpy() fails there. Compare and choose with torch.",
)
def by_way_of_numpy(labels, coins, drop_probability, null_label):
    dropped = labels.clone().numpy()
    dropped[coins.numpy() < drop_probability] = null_label
    return torch.from_numpy(dropped)


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's labels cannot meet it. full_like and device= stay there.",
)
def tensor_made_on_the_processor(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, torch.full((len(labels),), null_label), labels)


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="The labels have become bytes: they end at 255, and a null label above that fails. They stay long.",
)
def labels_become_bytes(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, null_label, labels.to(torch.uint8)).long()


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="`if coins < p` asks a whole batch for one answer, and fails. Use torch.where, or a mask.",
)
def one_if_for_the_batch(labels, coins, drop_probability, null_label):
    return torch.full_like(labels, null_label) if coins < drop_probability else labels


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="A list comes back. The contract is a long tensor on the device of labels.",
)
def list_of_labels(labels, coins, drop_probability, null_label):
    pairs = zip(labels.tolist(), coins.tolist())
    return [null_label if coin < drop_probability else label for label, coin in pairs]


@mistake(
    "test_each_item_is_dropped_by_its_own_coin",
    says="Coins at the upper end drop, from 1 - p on. It is those below the probability that do.",
)
def upper_coins_drop(labels, coins, drop_probability, null_label):
    return torch.where(coins < 1 - drop_probability, labels, null_label)


@mistake(
    "test_labels_stay_long_and_inputs_unchanged",
    says="torch.full of a float is a float tensor of the processor. full_like stays long, and with labels.",
)
def full_of_floats(labels, coins, drop_probability, null_label):
    return torch.where(coins < drop_probability, torch.full(labels.shape, float(null_label)), labels)
