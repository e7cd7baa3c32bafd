"""Near-copies are found through renaming and rewrapping; what everybody was given or writes is no sign of copying."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.report.near_copies import LENGTH, MOST, PLACED, WINDOW, find_near_copies, too_long, usual, winnow

pytestmark = pytest.mark.proof

GIVEN = '''
def info_nce(query, positive, negatives, temperature):
    """The loss."""
    raise NotImplementedError
'''
OWN = '''
def info_nce(query, positive, negatives, temperature):
    """The loss."""
    scores = torch.cat([query @ positive.T, query @ negatives.T], dim=1) / temperature
    scores = scores - scores.max(dim=1, keepdim=True).values.detach()
    total = torch.log(torch.exp(scores).sum(dim=1))
    return -(scores[:, 0] - total).mean()
'''
RENAMED = '''

def info_nce(query, positive, negatives, temperature):
    """Wrote this by myself."""
    z = torch.cat([query @ positive.T,   # first the positive
                   query @ negatives.T], dim=1) / temperature

    z = z - z.max(dim=1, keepdim=True).values.detach()
    t = torch.log(torch.exp(z).sum(dim=1))
    return -(z[:, 0] - t).mean()
'''
ELSE = """
def info_nce(query, positive, negatives, temperature):
    query, positive, negatives = (F.normalize(each, dim=1) for each in (query, positive, negatives))
    same, others = (query * positive).sum(dim=1, keepdim=True), torch.einsum("bd,kd->bk", query, negatives)
    labels = torch.zeros(len(query), dtype=torch.long, device=query.device)
    return F.cross_entropy(torch.hstack((same, others)).div(temperature), labels)
"""
words = st.sampled_from(["a", "b.c", "d(x)", "+", "e[0]", "1", "2.5", "if", "return", ",", "=", ":", "'f'"])
context = st.lists(words, max_size=30)


def notebook(*sources: str) -> list[tuple[str, str]]:
    return [(source, f"cell {number}") for number, source in enumerate(sources, start=3)]


def pairs(**sources: str) -> list[tuple[str, str]]:
    class_ = {student: notebook(source) for student, source in sources.items()}
    return [pair.students for pair in find_near_copies(class_, notebook(GIVEN))]


def test_a_renamed_and_rewrapped_copy_is_found_and_an_own_way_is_not():
    assert pairs(ada=OWN, bob=RENAMED, eve=ELSE) == [("ada", "bob")]


def test_both_places_are_given_with_the_lines_they_share():
    class_ = {"ada": notebook("import torch", OWN), "bob": notebook(RENAMED)}
    (pair,) = find_near_copies(class_, [])
    ((ours, theirs),) = pair.places
    assert (ours.where, theirs.where) == ("cell 4, line 2", "cell 3, line 3")
    assert ("    return -(scores[:, 0] - total).mean()", True) in ours.lines
    assert ("    return -(z[:, 0] - t).mean()", True) in theirs.lines
    assert ("", False) in theirs.lines
    assert pair.shared == pair.total


def test_what_was_given_out_is_no_copy():
    class_ = {"ada": notebook(OWN), "bob": notebook(OWN)}
    assert find_near_copies(class_, notebook(OWN)) == []
    assert pairs(ada=GIVEN, bob=GIVEN) == []


@pytest.mark.parametrize(("students", "least"), [(2, 3), (12, 6), (500, 10)])
def test_what_more_students_share_than_usual_is_how_it_is_written(students, least):
    assert usual(students) == least
    class_ = {f"s{number}": ELSE.replace("hstack", f"x{number}") for number in range(students)}
    assert len(pairs(**class_)) <= students == 2 or pairs(**class_) == []


def test_a_long_submission_is_looked_at_up_to_a_limit():
    long = f"x = [{'1, ' * MOST}]"
    class_ = {student: notebook(OWN, long, OWN.replace("log", "exp")) for student in ("ada", "bob")}
    (pair,) = find_near_copies(class_, [])
    assert [ours.where for ours, _ in pair.places] == ["cell 3, line 2"]


LONG_LINE = "    x = torch.log(x + 1) / (y - 2) * scores.sum(dim=1)\n"


@pytest.mark.parametrize(
    "definitions",
    [
        notebook("def f(x):\n" + LONG_LINE * (MOST // len(LONG_LINE) - 1)),
        notebook(*(f"def f{number}(x):\n{LONG_LINE}" for number in range(1400))),
        notebook("def f(x):\n" + "".join(f"    x = a.b{number}(x) + {number}\n" for number in range(4000))),
    ],
    ids=["one line again and again", "one function again and again", "all lines differ"],
)
def test_colluders_with_much_to_compare_are_compared_in_time(definitions):
    """Ten with the most that is looked at: with work that grows with its square, this takes minutes."""
    class_ = {f"s{number}": definitions for number in range(10)}
    found = find_near_copies(class_ | {f"o{number}": notebook("x = 1") for number in range(20)}, [])
    assert len(found) == 45
    assert all(pair.shared == pair.total for pair in found)
    assert all(is_shared for ours, _ in found[0].places for text, is_shared in ours.lines if LONG_LINE.strip() in text)


def test_of_many_pairs_the_most_alike_are_set_side_by_side():
    of_ten = ["".join(f"x = a.b{group}(x, a.c{line})\n" for line in range(30)) for group in range(3)]
    found = find_near_copies({f"s{number}": notebook(of_ten[number // 10]) for number in range(30)}, [])
    assert len(found) > PLACED
    assert [bool(pair.places) for pair in found] == [number < PLACED for number in range(len(found))]


def test_whose_definitions_are_not_all_looked_at_is_told():
    assert too_long({"ada": notebook("x" * MOST), "bob": notebook("x" * MOST, "y")}) == ["bob"]


@given(st.lists(words, min_size=LENGTH + WINDOW - 1, max_size=40), st.tuples(*[context] * 4))
def test_enough_tokens_in_common_are_found_wherever_they_stand(common, around):
    texts = [" ".join([*before, *common, *after]) for before, after in (around[:2], around[2:])]
    one, other = (winnow(text).keys() for text in texts)
    assert one & other


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_text_stops_the_search(text):
    class_ = {"ada": notebook(text, OWN), "bob": notebook(text, OWN)}
    assert len(find_near_copies(class_, notebook(text))) == 1
