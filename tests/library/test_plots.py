"""The notebooks' figures: pixels stand where they should, in the right brightness, with the right names."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homework import plots


@pytest.fixture(autouse=True)
def _closed_figures():
    plt.switch_backend("agg")  # now: the first figure would look for a shell, which a test may stand in for
    yield
    plt.close("all")


@pytest.fixture
def axes():
    return plt.subplots()[1]


def test_black_grey_white_and_what_lies_outside():
    images = torch.tensor([-1.0, 0.0, 1.0, -7.0, 7.0]).reshape(1, 5, 1, 1, 1)
    picture = plots.tile(images)
    assert picture[0, :: 1 + plots.GAP, 0].tolist() == [0, 0.5, 1, 0, 1]


@pytest.mark.parametrize("channels", [1, 3])
def test_every_image_stands_in_its_row_and_column(channels):
    rows, columns, height, width = 2, 3, 4, 5
    images = torch.rand(rows, columns, channels, height, width) * 2 - 1
    picture = plots.tile(images)
    assert picture.shape == (rows * (height + 2) - 2, columns * (width + 2) - 2, 3)
    for r in range(rows):
        for i in range(columns):
            tile = picture[r * (height + 2) :, i * (width + 2) :][:height, :width]
            expected = ((images[r, i] + 1) / 2).permute(1, 2, 0).expand(-1, -1, 3)
            np.testing.assert_allclose(tile, expected, atol=1e-6)


def test_gaps_are_white():
    picture = plots.tile(-torch.ones(2, 2, 3, 4, 4))
    assert picture[4:6].min() == 1
    assert picture[:, 4:6].min() == 1
    assert picture.min() == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_images_of_any_dtype_with_a_graph_and_unchanged(dtype):
    images = torch.zeros(1, 1, 1, 2, 2, dtype=dtype, requires_grad=True)
    assert plots.tile(images).tolist() == [[[0.5] * 3] * 2] * 2
    assert images.dtype == dtype


def test_names_stand_at_their_rows_and_columns(axes):
    rows = {"noisy": torch.zeros(3, 1, 4, 4), "clean": torch.ones(3, 1, 4, 4)}
    plots.draw_images(axes, rows, columns=["t = 0", "t = 1", "t = 2"])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["noisy", "clean"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["t = 0", "t = 1", "t = 2"]
    picture = axes.images[0].get_array()
    middle_of_clean = round(float(axes.get_yticks()[1]))
    assert picture[middle_of_clean, 0, 0] == 1
    assert picture[round(float(axes.get_yticks()[0])), 0, 0] == 0.5


def test_a_shorter_row_ends_in_white(axes):
    plots.draw_images(axes, {"two": -torch.ones(2, 1, 3, 3), "one": -torch.ones(1, 1, 3, 3)})
    picture = axes.images[0].get_array()
    assert picture[:3, 5:8].max() == 0
    assert picture[5:8, 3:].min() == 1


def test_show_images_shows_one_figure_with_its_title(monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf().get_suptitle()))
    plots.show_images({"samples": torch.zeros(2, 3, 4, 4)}, title="samples of a model")
    assert shown == ["samples of a model"]


numbers = arrays(float, st.integers(1, 30), elements=st.floats(-1e3, 1e3))


@given(values=numbers, window=st.integers(1, 40))
def test_smooth_is_the_mean_of_the_window_before(values, window):
    expected = [values[max(0, end - window) : end].mean() for end in range(1, len(values) + 1)]
    np.testing.assert_allclose(plots.smooth(values, window), expected, atol=1e-8)


def test_smooth_of_nothing_is_nothing():
    assert plots.smooth([], 5).tolist() == []


def test_every_metric_has_a_named_curve(axes):
    plots.draw_history(axes, {"loss": [1.0, 0.5], "bound": [0.0, 2.0]}, window=1)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["loss", "bound"]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1, 0.5], [1, 0.5], [0, 2], [0, 2]]


def test_no_metric_is_left_out(axes):
    history = {f"loss {number}": [1.0] for number in range(6)}
    plots.draw_history(axes, history)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(history)


def test_live_curves_do_nothing_outside_a_notebook(capsys):
    plots.LiveCurves("training")({"loss": [1.0]})
    assert capsys.readouterr().out == ""
    assert plt.get_fignums() == []


def test_live_curves_update_one_figure_in_its_place(monkeypatch):
    class Handle:
        def __init__(self, figure):
            self.figures = [figure]

        def update(self, figure):
            self.figures.append(figure)

    handles = []

    def display(figure, display_id):
        handles.append(Handle(figure))
        return handles[-1]

    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel="a front end that shows pictures"))
    monkeypatch.setattr(plots, "display", display)
    curves = plots.LiveCurves("training", expected=(0.1, 0.2), log=True)
    curves({})
    curves({"loss": [1.0]})
    curves({"loss": [1.0, 0.5]})
    (handle,) = handles
    titles = [figure.axes[0].get_title() for figure in handle.figures]
    lengths = [len(figure.axes[0].lines[0].get_ydata()) for figure in handle.figures]
    assert (titles, lengths) == (["training"] * 2, [1, 2])
    assert plt.get_fignums() == [], "an open figure would be shown once more below the cell"


def test_live_samples_are_made_anew_for_each_figure():
    shade = iter((-1.0, 1.0))
    curves = plots.LiveCurves("training", samples=lambda: torch.full((2, 3, 1, 4, 4), next(shade)))
    pictures = [curves._draw({"loss": [1.0]}).axes[1].images[0].get_array() for _ in range(2)]
    assert [picture[0, 0, 0] for picture in pictures] == [0, 1]
    assert pictures[0].shape == (10, 16, 3)
    plt.close("all")
