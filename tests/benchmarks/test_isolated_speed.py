"""Decoding in processes of their own against decoding in threads, alternately."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.images import isolated
from fewshot_gui.images.decode import content_hash, read_file, read_square

pytestmark = pytest.mark.benchmark
SIDE = 128


def in_this_process(path: Path) -> np.ndarray:
    data = read_file(path)
    content_hash(data)
    return read_square(data, SIDE)


def in_another(path: Path) -> np.ndarray:
    pixels = isolated.read(path, "square", SIDE).pixels
    assert pixels is not None
    return pixels


@pytest.mark.parametrize("threads", sorted({max(1, (os.cpu_count() or 2) // 2), os.cpu_count() or 2}))
def test_decoding_a_thousand_pictures_in_processes_and_in_threads(
    thousand: list[Path], figures: Callable[[str], None], threads: int
) -> None:
    def pictures_per_second(read: Callable[[Path], np.ndarray]) -> float:
        with ThreadPoolExecutor(threads) as pool:
            began = time.perf_counter()
            assert len(list(pool.map(read, thousand))) == len(thousand)
            return len(thousand) / (time.perf_counter() - began)

    for path in thousand[:20]:
        assert (in_another(path) == in_this_process(path)).all()
    rounds = [(pictures_per_second(in_another), pictures_per_second(in_this_process)) for _ in range(5)]
    ratio, processes, alone = sorted((a / b, a, b) for a, b in rounds)[2]
    figures(f"{threads} at a time: {processes:.0f} pictures/s in processes, {alone:.0f} in threads: {ratio:.2f}")
