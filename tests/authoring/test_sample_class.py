"""The sample class shows every kind of hand-in: trained networks, right, wrong, shared and missing, and who is late."""

import hashlib
from collections import Counter

from autograder.authoring.sample_class import HOMEWORK, LATE_TIMES, NAMES, SHARE_ONE, write_class


def test_most_hand_in_a_network_of_their_own_two_share_one_and_some_have_none(root, tmp_path):
    folder = write_class(tmp_path / "submitted", root)
    found = {path.parents[2].name: path.read_bytes() for path in folder.rglob("*.safetensors")}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    shared = [digest for digest, count in Counter(hashes.values()).items() if count > 1]
    assert {name for name, digest in hashes.items() if digest in shared} == set(SHARE_ONE)
    assert len(NAMES) / 2 < len(found) < len(NAMES)
    stamps = {path.parents[1].name: path.read_text() for path in folder.rglob(f"{HOMEWORK}/timestamp.txt")}
    assert {name for name, stamp in stamps.items() if not stamp.startswith("2026-11-20")} == set(LATE_TIMES)
