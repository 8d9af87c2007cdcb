"""Plots for reports, as .png or .svg files. matplotlib is loaded here alone, and only when a plot is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fewshot_gui.learner.evaluate import Figures, Reliability

SUFFIXES = (".png", ".svg")


def plot_accuracy(compared: Mapping[int, Mapping[str, Figures]], title: str, out: Path) -> None:
    """Accuracy against shots, a line for each method, 95 % intervals as error bars. compared: {shot: {method:
    figures}}. Raises OSError where ``out`` can't be written."""
    from matplotlib import colormaps
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    shots = list(compared)
    axes.set_prop_cycle(color=[colormaps["tab20"](i) for i in range(20)])  # more methods than the usual ten colours
    for name in next(iter(compared.values())):
        accuracy = [100 * compared[shot][name].accuracy for shot in shots]
        interval = [100 * compared[shot][name].accuracy_ci95 for shot in shots]
        axes.errorbar(shots, accuracy, yerr=interval, marker="o", capsize=3, label=name)
    axes.set_xscale("log")
    axes.set_xticks(shots, [str(shot) for shot in shots])
    axes.minorticks_off()
    axes.set_xlabel("examples per class")
    axes.set_ylabel("accuracy, %")
    axes.set_title(title, parse_math=False)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(out, dpi=150)


def plot_reliability(reliability: Reliability, title: str, out: Path) -> None:
    """A reliability diagram (Guo et al. 2017, arXiv:1706.04599): accuracy in each bin of confidence beside the diagonal
    it should lie on, and below it how many answers each bin holds. Raises OSError where ``out`` can't be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6.5), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bins = len(reliability.counts)
    middle = (np.arange(bins) + 0.5) / bins
    held = reliability.counts > 0
    above.bar(middle, reliability.accuracy, 1 / bins, edgecolor="white", label="accuracy")
    above.plot(reliability.confidence[held], reliability.accuracy[held], "k.", label="at the bin's mean confidence")
    above.plot([0, 1], [0, 1], "--", color="grey", label="as sure as right")
    above.set_ylabel("accuracy")
    above.set_ylim(0, 1.02)
    above.legend(loc="upper left")
    above.set_title(f"{title}\nECE {reliability.ece:.3f}", parse_math=False)
    bars = below.bar(middle, reliability.counts, 1 / bins, color="grey", edgecolor="white")
    below.bar_label(bars, [str(count) if count else "" for count in reliability.counts], fontsize=7)
    below.margins(y=0.2)
    below.set_xlim(0, 1)
    below.set_xlabel("confidence")
    below.set_ylabel("answers")
    figure.savefig(out, dpi=150)
