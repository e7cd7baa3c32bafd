"""What a trained network drew stands in its author's feedback: these pixels, and not a byte more."""

import base64
import io
import re
from collections.abc import Iterator

import pytest
import torch
from PIL import Image
from torchvision.utils import make_grid

from autograder import suite
from autograder.records import Observation, Observed, Report, Score, Verdict
from autograder.report import draw_picture, feedback_html
from autograder.report.pages import write_run
from autograder.results import evidence
from autograder.results.store import Results

HW, EXERCISE = "hw2_gan", "trained_generator"
SHOWN = suite.load(HW).pictures[EXERCISE]
NOISE = torch.randint(256, (40, 1, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def pixels(png: bytes) -> torch.Tensor:
    """(H, W) of a grey PNG."""
    image = Image.open(io.BytesIO(png))
    assert image.mode == "L"
    return torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).reshape(image.height, image.width)


def chunks(png: bytes) -> Iterator[str]:
    """The types of a PNG's chunks: length, type, data and checksum follow each other behind 8 bytes."""
    place = 8
    while place < len(png):
        yield png[place + 4 : place + 8].decode()
        place += 12 + int.from_bytes(png[place : place + 4])


def test_the_grid_is_filled_row_by_row():
    picture = draw_picture(NOISE, 3, 10, "noise")
    shown = pixels(picture.png)
    grid = make_grid(NOISE[:30], nrow=10, padding=2)[0, 2:-2, 2:-2]  # make_grid has a frame
    assert shown.shape == grid.shape == (picture.height, picture.width)
    assert (shown.int() - grid.int()).abs().max() <= 15


def test_few_greys_leave_from_black_to_white():
    greys = pixels(draw_picture(NOISE, 4, 10, "noise").png).unique()
    assert len(greys) == 16
    assert (greys[0], greys[-1]) == (0, 255)


def test_a_picture_of_noise_is_small_and_holds_nothing_beside_it():
    png = draw_picture(NOISE, 4, 10, "noise").png
    assert len(png) < 30_000
    assert set(chunks(png)) == {"IHDR", "IDAT", "IEND"}
    assert png == draw_picture(NOISE, 4, 10, "noise").png


@pytest.mark.parametrize(
    "sent",
    [
        None, "images", 1.5, torch.zeros(3), NOISE.float(), NOISE[:29], NOISE[:, 0], NOISE.repeat(1, 3, 1, 1),
        torch.zeros(40, 1, 33, 32, dtype=torch.uint8), torch.zeros(40, 1, 0, 9, dtype=torch.uint8),
        torch.zeros(40, 0, 9, 9, dtype=torch.uint8),
    ],
)  # fmt: skip
def test_what_is_no_image_is_not_shown(sent):
    assert draw_picture(sent, 3, 10, "nothing") is None


@pytest.fixture
def feedback(tmp_path):
    """feedback(values of the probe) -> the bytes of the page that the results folder then holds."""

    def write(values: dict, verdict: Verdict = Verdict.PASSED) -> str:
        seen = Observation(SHOWN.probe, verdict, values)
        score = Score(EXERCISE, "test_a", "It draws.", Verdict.PASSED, 1, 1)
        report = Report("ada", HW, "ada.ipynb", (score,), made_by={"source": "1", "suite": "2"})
        with Results(tmp_path, create=True) as store:
            kept = evidence.pack(Observed({(EXERCISE, SHOWN.probe): seen}))
            store.add(store.begin(HW), "1/2", report, kept)
            write_run(tmp_path, store)
        return (tmp_path / HW / "feedback" / "ada.html").read_text()

    return write


def test_the_feedback_shows_the_first_samples_and_nothing_else_that_came_back(feedback):
    page = feedback({"problem": "", "samples": NOISE, "walks": NOISE + 1, "more": "SECRET"})
    (address,) = re.findall(r'src="([^"]*)"', page)
    png = base64.b64decode(address.removeprefix("data:image/png;base64,"), validate=True)
    assert png == draw_picture(NOISE, SHOWN.rows, SHOWN.columns, "").png
    assert SHOWN.caption in page
    assert "SECRET" not in page
    assert len(page) < 200_000


@pytest.mark.parametrize("values", [{}, {"samples": "<img src=x>"}, {"samples": NOISE[:3]}])
def test_without_samples_there_is_no_picture_and_none_is_allowed(feedback, values):
    page = feedback(values)
    assert "<img" not in page
    assert "img-src" not in page


def test_evidence_that_was_too_large_to_keep_costs_the_picture_alone(feedback):
    page = feedback({"samples": NOISE, "more": torch.zeros(evidence.MAX_BYTES)})
    assert "It draws." in page
    assert "<img" not in page


def test_a_page_with_a_picture_may_load_no_other():
    report = Report("ada", HW, "ada.ipynb", (Score(EXERCISE, "t", "T", Verdict.PASSED, 1, 1),))
    page = feedback_html(report, {}, pictures={EXERCISE: draw_picture(NOISE, 1, 1, "one")})
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert "img-src data:;" in policy
    assert policy.startswith("default-src &#39;none&#39;")


@pytest.mark.parametrize("homework", suite.homeworks())
def test_what_a_suite_shows_is_what_a_trained_network_of_it_drew(homework):
    chosen = suite.load(homework)
    for exercise, shown in chosen.pictures.items():
        assert exercise in chosen.artefacts
        assert shown.probe in chosen.probes[exercise]
