"""What both published tables write down: figures with their 95 % intervals, and how they came about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def figure(percentages: Sequence[float] | np.ndarray) -> dict[str, float]:
    """Mean of independent measurements (episodes, runs) and the half width of its 95 % interval, two decimals."""
    values = np.asarray(percentages, dtype=float)
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return {"mean": round(float(values.mean()), 2), "ci95": round(1.96 * spread / len(values) ** 0.5, 2)}


def write_results(out: Path, results: Mapping[str, Any]) -> None:
    """Write a results file, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = out.with_name(out.name + ".part")
    scratch.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    scratch.replace(out)
