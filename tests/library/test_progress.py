"""What a run shows: durations, curves in one picture, lines of text."""

import numpy as np
import pytest

from homework.plots import LiveCurves
from homework.training import live, progress


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.01, "1 s"), (41.4, "41 s"), (700, "12 min"), (5000, "83 min"), (9000, "2.5 h")]
)
def test_durations_are_said_in_words(seconds, words):
    assert progress.to_words(seconds) == words


def test_drawing_takes_a_twentieth_of_the_time_at_most(monkeypatch):
    clock, shown = [0.0], []
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])

    def draw_slowly(history):
        shown.append(clock[0])
        clock[0] += 1

    with progress.Progress(0, 100, {}, draw_slowly, "cpu") as bar:
        for number in range(100):
            clock[0] += 1
            bar.add(number, {"loss": 1.0})
    assert len(shown) == 5  # at 5 s, and then 20 s after the end of each drawing
    assert np.diff(shown).min() >= 20


def test_in_a_notebook_curves_are_drawn(monkeypatch):
    monkeypatch.setattr(live, "is_notebook", lambda: True)
    assert isinstance(live.default_show(), LiveCurves)


def test_outside_a_notebook_the_newest_values_are_printed(capsys):
    live.default_show()({"loss": [2.0, 0.731], "accuracy": [0.5, 0.25]})
    assert capsys.readouterr().out.strip() == "step 2: loss 0.731, accuracy 0.25"
