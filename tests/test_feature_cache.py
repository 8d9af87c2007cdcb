"""The cache of features: bounded, shared, and never in the way when something is wrong with it."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fewshot_gui.feature_cache import FeatureCache, cache_folder

SHAPE = (50,)


def features(*numbers: int) -> dict[str, np.ndarray]:
    return {f"content {n}": np.full(SHAPE, n, np.float16) for n in numbers}


def known(cache: FeatureCache, *numbers: int) -> list[int]:
    """Which of these are there, with the right values."""
    found = cache.get("net", [f"content {n}" for n in numbers], SHAPE)
    return [n for n in numbers if f"content {n}" in found and (found[f"content {n}"] == n).all()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "features.sqlite"


def test_features_are_found_again_by_content_and_network(tmp_path: Path) -> None:
    with closing(FeatureCache(tmp_path)) as cache:
        cache.put("net", features(*range(1200)))
    with closing(FeatureCache(tmp_path)) as cache:
        assert known(cache, *range(1300)) == list(range(1200))
        assert cache.get("other net", ["content 1"], SHAPE) == {}
        assert cache.get("net", ["content 1"], (25,)) == {}
        assert cache.get("net", [], SHAPE) == {}


def test_it_lies_in_the_cache_folder_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FEWSHOT_GUI_CACHE", str(tmp_path / "deep" / "cache"))
    assert cache_folder() == tmp_path / "deep" / "cache"
    with closing(FeatureCache()) as cache:
        cache.put("net", features(1))
    assert (tmp_path / "deep" / "cache" / "features.sqlite").is_file()


def test_it_never_grows_beyond_its_limit_and_keeps_the_newest(file: Path) -> None:
    limit = 200_000
    with closing(FeatureCache(file.parent, limit)) as cache:
        largest = 0
        for n in range(0, 6000, 100):
            cache.put("net", features(*range(n, n + 100)))
            largest = max(largest, file.stat().st_size)
        assert known(cache, *range(5900, 6000)) == list(range(5900, 6000))
        kept = known(cache, *range(6000))
    assert file.stat().st_size <= limit + 50_000 and largest <= limit + 50_000
    assert kept == list(range(kept[0], 6000))
    assert len(kept) * 100 > limit / 4


def test_a_smaller_limit_later_holds_too(tmp_path: Path) -> None:
    with closing(FeatureCache(tmp_path)) as cache:
        cache.put("net", features(*range(2000)))
    with closing(FeatureCache(tmp_path, 50_000)) as cache:
        for n in range(3000, 3020):
            cache.put("net", features(n))
        assert len(known(cache, *range(2000))) < 200
        assert 3019 in known(cache, 3019)


@pytest.mark.parametrize("content", [b"", b"not a database " * 1000, None])
def test_a_damaged_file_is_begun_anew(file: Path, content: bytes | None) -> None:
    with closing(FeatureCache(file.parent)) as cache:
        cache.put("net", features(*range(2000)))
    whole = file.read_bytes()
    file.write_bytes(content if content is not None else whole[:100] + b"\xff" * (len(whole) - 100))
    with closing(FeatureCache(file.parent)) as cache:
        assert known(cache, 1) == []
        cache.put("net", features(2))
        assert known(cache, 2) == [2]


def test_damage_that_shows_only_in_use_is_survived_and_healed(file: Path) -> None:
    with closing(FeatureCache(file.parent)) as cache:
        cache.put("net", features(*range(2000)))
    whole = bytearray(file.read_bytes())
    for page in range(4, len(whole) // 4096):  # behind the table's own description
        whole[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(whole)
    with closing(FeatureCache(file.parent)) as cache:
        known(cache, *range(2000))
        cache.put("net", features(5000))
        cache.put("net", features(5001))
        assert known(cache, 5001) == [5001]


def test_a_folder_that_cannot_be_made_or_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    for folder in (tmp_path / "a file", tmp_path / "a file" / "below"):
        with closing(FeatureCache(folder)) as cache:
            cache.put("net", features(1))
            assert known(cache, 1) == []


def test_a_folder_in_the_place_of_the_file_is_done_without_and_stays(file: Path) -> None:
    (file / "something").mkdir(parents=True)
    with closing(FeatureCache(file.parent)) as cache:
        cache.put("net", features(1))
        assert known(cache, 1) == []
    assert (file / "something").is_dir()


def test_a_file_that_another_program_holds_is_done_without_and_not_deleted(file: Path) -> None:
    with closing(FeatureCache(file.parent)) as cache:
        cache.put("net", features(1))
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with closing(FeatureCache(file.parent)) as cache:
            cache.put("net", features(2))
        other.execute("ROLLBACK")
    with closing(FeatureCache(file.parent)) as cache:
        assert known(cache, 1) == [1]


def test_two_windows_share_it(tmp_path: Path) -> None:
    with closing(FeatureCache(tmp_path)) as one, closing(FeatureCache(tmp_path)) as two:
        one.put("net", features(1))
        two.put("net", features(2))
        assert known(one, 1, 2) == known(two, 1, 2) == [1, 2]


def test_many_at_once_lose_nothing_but_time(tmp_path: Path) -> None:
    wrong: list[object] = []

    def work(begin: int) -> None:
        try:
            with closing(FeatureCache(tmp_path, 100_000)) as cache:
                for n in range(begin, begin + 60):
                    cache.put("net", features(n))
                    found = cache.get("net", [f"content {k}" for k in range(begin, n + 1)], SHAPE)
                    wrong.extend(d for d, f in found.items() if d != f"content {int(f[0])}")
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(500 * k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_after_closing_it_knows_nothing_and_does_not_mind(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    cache.close()
    cache.close()
    cache.put("net", features(1))
    assert known(cache, 1) == []
