"""Pictures to measure with: JPEGs of about 500 x 400, generated, with the texture of photographs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter


def jpegs(folder: Path, count: int, size: tuple[int, int] = (500, 400)) -> list[Path]:
    """Write ``count`` different JPEGs of quality 88: smooth shapes under noise, about 45 kB each."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    bases = []
    for _ in range(16):
        blots = Image.fromarray(rng.integers(0, 255, (10, 12, 3), dtype=np.uint8))
        coarse = blots.resize(size, Image.Resampling.BICUBIC)
        noise = rng.normal(0, 12, (size[1], size[0], 3))
        textured = Image.fromarray(np.clip(np.asarray(coarse) + noise, 0, 255).astype(np.uint8))
        bases.append(textured.filter(ImageFilter.GaussianBlur(0.7)))
    paths = []
    for i in range(count):
        path = folder / f"{i:05d}.jpg"
        picture = bases[i % 16].copy()
        picture.paste(tuple(rng.integers(0, 255, 3).tolist()), (i % 400, i % 300, i % 400 + 60, i % 300 + 60))
        picture.save(path, quality=88)
        paths.append(path)
    return paths


@pytest.fixture(scope="session", name="jpegs")
def make_jpegs() -> Callable[..., list[Path]]:
    """jpegs(folder, count, size): see above."""
    return jpegs


@pytest.fixture(scope="session")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """1,000 JPEGs of 500 x 400 pixels."""
    return jpegs(tmp_path_factory.mktemp("thousand"), 1000)


@pytest.fixture
def figures(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure so that it is seen without -s."""

    def show(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}", end="")

    return show
