"""Plots are files with what was measured in them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fewshot_gui.learner.evaluate import Figures, Reliability
from fewshot_gui.learner.plots import plot_accuracy, plot_reliability


def figures(accuracy: float) -> Figures:
    return Figures(accuracy, 0.01, 0.5, 0.1, None, 0.0)


COMPARED = {shot: {"maml": figures(0.5 + shot / 50), "prototypes": figures(0.5)} for shot in (1, 5)}
RELIABILITY = Reliability.of(np.array([0.95, 0.97, 0.55]), np.array([True, False, True]))


def test_accuracy_is_drawn_against_shots_with_error_bars(tmp_path: Path) -> None:
    plot_accuracy(COMPARED, "cats $ dogs", tmp_path / "plot.svg")
    drawn = (tmp_path / "plot.svg").read_text()
    for text in ("maml", "prototypes", "examples per class", "accuracy, %", "cats $ dogs"):
        assert f"<!-- {text} -->" in drawn
    assert drawn.count('id="LineCollection_') >= 2  # the bars of each method


def test_the_reliability_diagram_shows_counts_and_the_calibration_error(tmp_path: Path) -> None:
    plot_reliability(RELIABILITY, "maml, pets", tmp_path / "plot.svg")
    drawn = (tmp_path / "plot.svg").read_text()
    for text in ("maml, pets", f"ECE {RELIABILITY.ece:.3f}", "confidence", "accuracy", "answers", "1", "2"):
        assert f"<!-- {text} -->" in drawn


def test_a_plot_may_be_a_png(tmp_path: Path) -> None:
    plot_accuracy(COMPARED, "pets", tmp_path / "a.png")
    plot_reliability(RELIABILITY, "pets", tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        with Image.open(tmp_path / name) as picture:
            assert picture.format == "PNG" and min(picture.size) > 400


def test_a_plot_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        plot_accuracy(COMPARED, "pets", tmp_path / "missing" / "a.png")
