"""Which run of a store a command takes: of a term's homeworks the one that was asked for, and no run that was cut short
where there is a whole one.
"""

from collections.abc import Sequence

from autograder.results.store import Results, ResultsError, Run


def find_run(store: Results, homework: str | None) -> Run:
    """The newest run of this homework (of the only one, if None), as `Results.newest` finds it.

    ResultsError where the store has none of it, or several homeworks and none was named.
    """
    known = {run.number: run for run in store.runs()}
    chosen = _find_homework(store, list(known.values()), homework)
    return known[store.newest(chosen) or 0]


def find_pair(store: Results, numbers: Sequence[int], homework: str | None) -> tuple[Run, Run]:
    """The two runs of these numbers or, without any, the newest two that are whole; both of one homework."""
    known = {run.number: run for run in store.runs()}
    if not numbers:
        newest = find_run(store, homework)
        numbers = (store.before(newest.number), newest.number)
        known = {number: run for number, run in known.items() if run.homework == newest.homework}
    if len(numbers) != 2 or not set(numbers) <= known.keys():
        there = ", ".join(map(str, known)) or "none"
        what = f"name two of these numbers: {there}" if len(known) > 1 else "grade it once more first"
        raise ResultsError(f"two runs are needed to compare; {what}")
    first, second = (known[number] for number in numbers)
    if first.homework != second.homework:
        raise ResultsError(
            f"run {first.number} is of {first.homework} and run {second.number} of {second.homework}; name two runs of"
            " one homework, as `autograder runs` lists them"
        )
    if homework not in (None, first.homework):
        raise ResultsError(f"these runs are of {first.homework}, not of {homework}; leave out --homework or the runs")
    return first, second


def describe_doubts(store: Results, run: Run) -> list[str]:
    """What is odd about taking this run, one sentence each: it was cut short, or a newer one was."""
    if not run.finished:
        return [describe_cut_short(run)]
    newer = [each for each in store.runs() if each.homework == run.homework and each.number > run.number]
    return [
        f"run {each.number} was cut short and is passed over for run {run.number}; `autograder grade` goes on with it"
        for each in newer
        if not each.finished
    ]


def describe_cut_short(run: Run) -> str:
    return (
        f"run {run.number} was cut short after {run.count}: this is not the class; `autograder grade` goes on with it"
    )


def _find_homework(store: Results, runs: Sequence[Run], homework: str | None) -> str:
    there = sorted({run.homework for run in runs})
    if not there:
        raise ResultsError(f"{store.folder} holds no results yet; run `autograder grade` first")
    if homework is None and len(there) > 1:
        raise ResultsError(f"{store.folder} holds {_list(there)}; say --homework with one of them")
    if homework not in (None, *there):
        raise ResultsError(
            f"{store.folder} holds no run of {homework}; it has {_list(there)}, and `autograder grade` makes others"
        )
    return homework or there[0]


def _list(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
