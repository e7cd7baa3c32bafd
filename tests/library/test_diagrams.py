"""Diagrams: arrows end at borders, and each picture carries its words."""

import pytest

from homework import diagrams
from homework.diagrams import drawing
from homework.diagrams.drawing import Box


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((5, 0), (1, 0)),
        ((0, 9), (0, 0.5)),
        ((-4, 0), (-1, 0)),
        ((4, 2), (1, 0.5)),
        ((4, 4), (0.5, 0.5)),
        ((0, 0), (0, 0)),
    ],
)
def test_an_arrow_begins_where_its_line_leaves_the_box(place, expected):
    assert Box(0, 0, 2, 1).toward(*place) == pytest.approx(expected)


def test_a_diagram_is_shown_with_its_words_and_leaves_no_figure_open(monkeypatch):
    shown = []
    monkeypatch.setattr(drawing, "display", shown.append)
    diagram = diagrams.Diagram(4, 1)
    z, images = diagram.box(0.8, 0.5, "$z$"), diagram.box(3, 0.5, "$G(z)$", "network")
    diagram.arrow(z, images, "noise", dashed=True, bend=0.2)
    diagram.show("Noise goes into the generator.")
    assert shown[0].alt == "Noise goes into the generator."
    assert shown[0].data.startswith(b"\x89PNG")
    assert not drawing.plt.get_fignums()
