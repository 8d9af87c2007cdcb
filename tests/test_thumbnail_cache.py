"""Thumbnails on disk: found again, bounded, and never in the way when something is wrong with them."""

import os
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fewshot_gui import thumbnail_cache
from fewshot_gui.images.decode import UnreadableError
from fewshot_gui.thumbnail_cache import LEAST_BYTES, ThumbnailCache


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, int]]:
    """Every thumbnail that is made from its picture, as (source, side)."""
    made: list[tuple[object, int]] = []
    real = thumbnail_cache.thumbnail

    def noted(source: Path | bytes, side: int) -> np.ndarray:
        made.append((source, side))
        return real(source, side)

    monkeypatch.setattr(thumbnail_cache, "thumbnail", noted)
    return made


def picture(path: Path, seed: int = 0) -> Path:
    """A file large enough to be worth a thumbnail."""
    noise = np.random.default_rng(seed).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, "PNG")
    assert path.stat().st_size > LEAST_BYTES
    return path


def test_a_thumbnail_is_made_once_also_for_the_next_start(tmp_path: Path, made: list) -> None:
    path = picture(tmp_path / "a.png")
    with closing(ThumbnailCache(tmp_path)) as cache:
        first = cache.thumbnail(path, 64)
    with closing(ThumbnailCache(tmp_path)) as cache:
        again = cache.thumbnail(path, 64)
        assert made == [(path, 64)]
        assert cache.thumbnail(path, 32).shape == (24, 32, 3)
    assert first.shape == again.shape == (48, 64, 3)
    assert np.abs(first.astype(int) - again).mean() < 25  # a JPEG of noise is not quite the noise


def test_a_file_that_changed_has_another_thumbnail(tmp_path: Path, made: list) -> None:
    path = picture(tmp_path / "a.png")
    with closing(ThumbnailCache(tmp_path)) as cache:
        cache.thumbnail(path, 64)
        stamp = path.stat().st_mtime_ns
        Image.new("RGB", (160, 120), "red").resize((600, 450)).save(path, "BMP")
        os.utime(path, ns=(stamp, stamp))
        assert (cache.thumbnail(path, 64)[20, 20] == (255, 0, 0)).all()
        os.utime(path, ns=(stamp + 1, stamp + 1))
        cache.thumbnail(path, 64)
    assert len(made) == 3


def test_small_files_large_sides_and_pasted_pictures_are_not_kept(tmp_path: Path, made: list) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "small.png")
    large = picture(tmp_path / "large.png")
    with closing(ThumbnailCache(tmp_path)) as cache:
        for _ in range(2):
            cache.thumbnail(tmp_path / "small.png", 64)
            cache.thumbnail(large, 1024)
            cache.thumbnail(large.read_bytes(), 64)
    assert len(made) == 6


def test_what_cannot_be_read_is_said_as_without_a_cache(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture" * LEAST_BYTES)
    with closing(ThumbnailCache(tmp_path)) as cache:
        for name in ("broken.jpg", "gone.jpg", "nul\0.jpg"):
            with pytest.raises(UnreadableError):
                cache.thumbnail(tmp_path / name, 64)


def test_it_stays_within_its_bound_and_keeps_what_was_looked_at_last(tmp_path: Path, made: list) -> None:
    paths = [picture(tmp_path / f"{n}.png", n) for n in range(40)]
    with closing(ThumbnailCache(tmp_path / "cache", 120_000)) as cache:
        for path in paths:
            cache.thumbnail(path, 128)
            cache.thumbnail(paths[0], 128)
    assert (tmp_path / "cache" / "thumbnails.sqlite").stat().st_size < 200_000
    assert [source for source, _ in made].count(paths[0]) == 1
    made.clear()
    with closing(ThumbnailCache(tmp_path / "cache", 120_000)) as cache:
        for path in (paths[0], paths[-1], paths[1]):
            cache.thumbnail(path, 128)
    assert made == [(paths[1], 128)]


@pytest.mark.parametrize("content", [b"", b"not a database " * 1000])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, made: list, content: bytes) -> None:
    path = picture(tmp_path / "a.png")
    (tmp_path / "thumbnails.sqlite").write_bytes(content)
    for _ in range(2):
        with closing(ThumbnailCache(tmp_path)) as cache:
            cache.thumbnail(path, 64)
    assert len(made) == 1


def test_a_damaged_thumbnail_is_made_anew(tmp_path: Path, made: list) -> None:
    path = picture(tmp_path / "a.png")
    with closing(ThumbnailCache(tmp_path)) as cache:
        cache.thumbnail(path, 64)
        cache._file.use(lambda c: c.execute("UPDATE thumbnails SET data = x'ffd8ff'"), None)
        assert cache.thumbnail(path, 64).shape == (48, 64, 3)
        cache.thumbnail(path, 64)
    assert len(made) == 2


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path, made: list) -> None:
    path = picture(tmp_path / "a.png")
    with closing(ThumbnailCache(path)) as cache:
        assert cache.thumbnail(path, 64).shape == cache.thumbnail(path, 64).shape == (48, 64, 3)
    assert len(made) == 2


def test_several_threads_and_windows_share_it(tmp_path: Path) -> None:
    paths = [picture(tmp_path / f"{n}.png", n) for n in range(6)]
    wrong: list[object] = []

    def work(cache: ThumbnailCache) -> None:
        try:
            wrong.extend(p for p in paths * 5 if cache.thumbnail(p, 64).shape != (48, 64, 3))
        except Exception as error:
            wrong.append(error)

    with closing(ThumbnailCache(tmp_path, 30_000)) as one, closing(ThumbnailCache(tmp_path, 30_000)) as two:
        threads = [threading.Thread(target=work, args=(cache,)) for cache in (one, one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
