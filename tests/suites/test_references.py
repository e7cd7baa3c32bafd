"""The recorded references agree with libraries that we did not write, in float64."""

import gzip
import warnings
from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load

from autograder import suite
from autograder.observing import references
from autograder.records import Observation, Verdict
from autograder.suites.hw4_contrastive.probes import cosine_similarity_matrix as cosine_probes
from autograder.suites.hw4_contrastive.probes import info_nce as probes


@pytest.fixture(scope="module")
def recorded():
    return references.load(suite.load("hw4_contrastive").references_folder)


def double(batch):
    return tuple(features.double() for features in batch)


def by_cross_entropy(query, positive, negatives, temperature):
    """Plain torch: each query's own row of candidates."""
    candidates = torch.cat([positive[:, None], negatives[None].expand(len(query), -1, -1)], dim=1)  # (B, 1 + K, D)
    logits = F.cosine_similarity(query[:, None], candidates, dim=2) / temperature
    return F.cross_entropy(logits, torch.zeros(len(query), dtype=torch.long))


def by_lightly(query, positive, negatives, temperature):
    """lightly's NT-Xent with a memory bank is MoCo's loss; the bank is (D, K) and is filled by hand."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # third-party imports on a new Python
        from lightly.loss import NTXentLoss

    loss = NTXentLoss(temperature=temperature, memory_bank_size=(len(negatives), negatives.shape[1]))
    loss.memory_bank.bank = F.normalize(negatives, dim=1)  # (K, D)
    loss.memory_bank.bank_ptr = torch.zeros(1, dtype=torch.long)
    return loss(query, positive)


def by_metric_learning(query, positive, negatives, temperature):
    """pytorch-metric-learning's NT-Xent with explicit pairs: query i with its positive, and with every negative."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pytorch_metric_learning.losses import NTXentLoss

    count, others = len(query), len(negatives)
    each = torch.arange(count)
    pairs = (
        each, each,
        each.repeat_interleave(others), count + torch.arange(others).repeat(count),
    )  # fmt: skip
    labels = torch.zeros(count, dtype=torch.long)
    return NTXentLoss(temperature)(
        query, labels, pairs, torch.cat([positive, negatives]), torch.zeros(count + others, dtype=torch.long)
    )


@pytest.mark.parametrize("oracle", [by_cross_entropy, by_lightly, by_metric_learning])
def test_info_nce(recorded, oracle):
    value = recorded.solution["info_nce", "on_three_queries"].values["loss"]
    expected = oracle(*double(probes.three_queries()), probes.TEMPERATURE)
    torch.testing.assert_close(value.double(), expected, rtol=1e-5, atol=1e-6)


def test_info_nce_at_a_low_temperature(recorded):
    value = recorded.solution["info_nce", "at_low_temperature"].values["loss"]
    expected = by_cross_entropy(*double(probes.hard_queries()), probes.LOW_TEMPERATURE)
    torch.testing.assert_close(value.double(), expected, rtol=1e-4, atol=1e-6)


def test_every_probe_and_mistake_is_recorded(recorded):
    chosen = suite.load("hw4_contrastive")
    assert set(recorded.solution) == {(name, probe) for name in chosen.written for probe in chosen.probes[name]}
    assert {found.exercise for found in recorded.fingerprints} == set(chosen.written)
    assert all(recorded.provenance[name] for name in ("solution", "probes", "mistakes", "torch", "numpy"))
    assert callable(getattr(cosine_probes, chosen.probes["cosine_similarity_matrix"][0]))


def test_what_is_written_is_read_again_and_no_tensor_stands_twice(tmp_path):
    """To the last bit: dtypes, shapes, negative zeros and not-a-number included."""
    odd = torch.tensor([float("nan"), -0.0, 0.0])
    tensors = [odd, odd.bfloat16(), odd.clone().reshape(3, 1), odd.abs(), torch.ones(2, 3).T]
    tensors += [torch.ones(()), torch.zeros(0, 2)]
    values = {"first": 2.5, **{f"t{number}": tensor for number, tensor in enumerate(tensors)}, "last": "words"}
    seen = {("info_nce", "probe"): Observation("probe", Verdict.PASSED, values)}
    found = references.Fingerprint("info_nce", "same", "It is the same.", deepcopy(seen))
    references.save(tmp_path, references.References(seen, (found,), {"solution": "a hash"}))
    again = references.load(tmp_path)
    assert again.provenance == {"solution": "a hash"}
    for read in (again.solution, again.fingerprints[0].observations):
        kept = read["info_nce", "probe"].values
        assert list(kept) == list(values)
        assert (kept["first"], kept["last"]) == (2.5, "words")
        for number, tensor in enumerate(tensors):
            assert kept[f"t{number}"].dtype == tensor.dtype
            assert kept[f"t{number}"].shape == tensor.shape
            assert torch.equal(bits(kept[f"t{number}"]), bits(tensor))
    assert len(load(gzip.decompress((tmp_path / "observations.safetensors.gz").read_bytes()))) == len(tensors)


def bits(tensor):
    return tensor.contiguous().reshape(-1).view(torch.uint8)
