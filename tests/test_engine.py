"""From files to scores: what is read, once; what is stopped, at once; what can't be read, said."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fewshot_gui.engine import AHEAD, BATCH, Engine, Features, Item, NotEnoughExamples, Read, Request
from fewshot_gui.feature_cache import FeatureCache
from fewshot_gui.images import isolated
from fewshot_gui.images.decode import content_hash
from fewshot_gui.images.isolated import Reading
from fewshot_gui.learner.inner_loop import Cancelled
from fewshot_gui.learner.learner import Learner

Paint = Callable[..., Path]


@pytest.fixture(scope="session")
def learner(tiny_weights: Path) -> Learner:
    return Learner(tiny_weights, "cpu")


@pytest.fixture
def engine(learner: Learner) -> Engine:
    return Engine(learner)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path | bytes]:
    """The pictures decoded so far."""
    seen: list[Path | bytes] = []
    original = isolated.read

    def counted(source: Path | bytes, *rest: Any) -> Reading:
        seen.append(source)
        return original(source, *rest)

    monkeypatch.setattr(isolated, "read", counted)
    return seen


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory, paint: Paint) -> list[Path]:
    """A hundred pictures, red, green and blue in turn."""
    folder = tmp_path_factory.mktemp("many")
    return [paint(folder / f"{n}.png", ("red", "green", "blue")[n % 3]) for n in range(100)]


def items(paths: list[Path]) -> list[Item]:
    return [Item(n, path) for n, path in enumerate(paths)]


def read_all(engine: Engine, items: list[Item]) -> list[Read]:
    return [read for batch in engine.read(items) for read in batch]


def digest(path: Path) -> str:
    return content_hash(path.read_bytes())


def test_pictures_are_read_in_order_a_batch_at_a_time(engine: Engine, many: list[Path]) -> None:
    batches = list(engine.read(items(many)))
    assert [len(batch) for batch in batches] == [BATCH, BATCH, BATCH, 100 - 3 * BATCH]
    reads = [read for batch in batches for read in batch]
    assert reads == [Read(n, digest(path)) for n, path in enumerate(many)]
    assert len(engine.features) == 100
    assert engine.features.ids().tolist() == list(range(100))


def test_pictures_that_cannot_be_read_are_said_and_stop_nothing(
    engine: Engine, many: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(many[0].read_bytes()[:200])
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder.png").mkdir()
    bad = [tmp_path / name for name in ("broken.png", "empty.png", "folder.png", "missing.png")]
    reads = read_all(engine, items([many[0], *bad, many[1]]))
    assert [read.id for read in reads] == list(range(6))
    assert [read.problem is None for read in reads] == [True, False, False, False, False, True]
    assert all(read.problem.endswith(".") for read in reads if read.problem)
    assert reads[1].digest == digest(bad[0])
    assert reads[4].digest is None
    assert engine.features.ids().tolist() == [0, 5]


def test_pasted_pictures_are_read_like_files(engine: Engine, many: list[Path]) -> None:
    reads = read_all(engine, [Item(1, many[0]), Item(2, many[0].read_bytes())])
    assert reads[0].digest == reads[1].digest
    one, two = engine.features.take([1, 2])
    assert np.array_equal(one, two)


def test_what_the_cache_knows_by_content_is_not_decoded(
    learner: Learner, many: list[Path], tmp_path: Path, decoded: list[Path | bytes]
) -> None:
    with closing(FeatureCache(tmp_path)) as cache:
        fresh = Engine(learner, cache)
        read_all(fresh, items(many))
        assert len(decoded) == 100
    with closing(FeatureCache(tmp_path)) as cache:
        known = [Item(n, Path("not even there"), digest(path)) for n, path in enumerate(many)]
        again = Engine(learner, cache)
        reads = read_all(again, known)
    assert len(decoded) == 100
    assert reads == [Read(n, digest(path)) for n, path in enumerate(many)]
    assert np.array_equal(again.features.take(range(100)), fresh.features.take(range(100)))


def test_of_known_and_new_pictures_only_the_new_are_decoded(
    learner: Learner, many: list[Path], tmp_path: Path, decoded: list[Path | bytes]
) -> None:
    with closing(FeatureCache(tmp_path)) as cache:
        read_all(Engine(learner, cache), items(many[:3]))
        decoded.clear()
        mixed = [Item(n, path, digest(path)) for n, path in enumerate(many[:6])]
        reads = read_all(Engine(learner, cache), mixed)
    assert len(decoded) == 3
    assert sorted(read.id for read in reads) == list(range(6))


def test_features_of_other_weights_are_not_taken_from_the_cache(
    learner: Learner, many: list[Path], tmp_path: Path, decoded: list[Path | bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(FeatureCache(tmp_path)) as cache:
        read_all(Engine(learner, cache), items(many[:3]))
        monkeypatch.setattr(learner, "features_digest", "other weights")
        read_all(Engine(learner, cache), [Item(n, path, digest(path)) for n, path in enumerate(many[:3])])
    assert len(decoded) == 6


def test_cancelling_stops_after_the_batch_under_way_and_leaves_no_thread(engine: Engine, many: list[Path]) -> None:
    before = threading.active_count()
    done: list[Read] = []
    reading = engine.read(items(many), lambda: len(done) >= 2 * BATCH)
    for batch in reading:
        done.extend(batch)
    assert len(done) == 2 * BATCH
    assert threading.active_count() == before


def test_a_reading_that_nobody_goes_on_with_ends_without_decoding_the_rest(
    engine: Engine, many: list[Path], decoded: list[Path | bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = threading.active_count()
    gate = threading.Event()
    original = isolated.read

    def wait_after_the_first_batch(source: Path | bytes, *rest: Any) -> Reading:
        if source not in many[:BATCH]:
            gate.wait(10)
        return original(source, *rest)

    monkeypatch.setattr(isolated, "read", wait_after_the_first_batch)
    reading = engine.read(items(many))
    assert len(next(reading)) == BATCH
    threading.Timer(0.05, gate.set).start()
    reading.close()
    assert threading.active_count() <= before + 1  # the timer
    assert len(decoded) < AHEAD - BATCH  # so many had been asked for and not decoded


def test_a_cancelled_reading_of_nothing_reads_nothing(
    engine: Engine, many: list[Path], decoded: list[Path | bytes]
) -> None:
    assert list(engine.read(items(many), lambda: True)) == []
    assert decoded == []


@pytest.fixture
def adapted(engine: Engine, many: list[Path]) -> Iterator[Engine]:
    """Knows the hundred pictures; adapted to two examples each of red (1), green (2) and blue (3)."""
    read_all(engine, items(many))
    engine.adapt(Request(((0, 1), (3, 1), (1, 2), (4, 2), (2, 3), (5, 3))))
    yield engine


def test_even_an_untrained_network_tells_colours_apart(adapted: Engine) -> None:
    scored = adapted.score()
    assert scored.class_ids == (1, 2, 3)
    assert scored.ids.tolist() == list(range(100))
    assert np.allclose(scored.probabilities.sum(1), 1, atol=1e-5)
    right = scored.probabilities.argmax(1) == np.arange(100) % 3
    assert right.mean() > 0.95


def test_a_picture_is_scored_alike_alone_and_among_others(adapted: Engine) -> None:
    everything = adapted.score()
    for some in ([7], [99, 0, 50], list(range(40, 80))):
        part = adapted.score(some)
        assert part.ids.tolist() == some
        assert np.allclose(part.probabilities, everything.probabilities[some], atol=1e-4)
        assert np.array_equal(part.probabilities.argmax(1), everything.probabilities[some].argmax(1))
        assert np.array_equal(part.is_known, everything.is_known[some])


def test_pictures_without_features_are_not_scored(adapted: Engine) -> None:
    assert adapted.score([5, 1000]).ids.tolist() == [5]
    assert adapted.score([1000]).probabilities.shape == (0, 3)
    assert adapted.score([]).ids.tolist() == []


def test_a_cancelled_score_says_what_it_has(adapted: Engine) -> None:
    scored = adapted.score(cancelled=lambda: True)
    assert len(scored.ids) == len(scored.probabilities) == len(scored.is_known) == 0


def test_columns_stand_in_the_order_of_the_classes_with_none_of_these_last(adapted: Engine) -> None:
    assert adapted.adapt(Request(((2, 9), (0, 0), (1, 4), (3, 9)))) == (4, 9, 0)
    assert adapted.score().class_ids == (4, 9, 0)


def test_an_example_that_cannot_be_read_is_left_out(adapted: Engine) -> None:
    before = adapted.score().probabilities
    adapted.adapt(Request(((0, 1), (3, 1), (1, 2), (4, 2), (2, 3), (5, 3), (1000, 1), (1001, 7))))
    assert np.array_equal(adapted.score().probabilities, before)


def test_one_class_is_not_enough(adapted: Engine) -> None:
    for examples in ((), ((0, 1), (3, 1)), ((0, 1), (1000, 2))):
        with pytest.raises(NotEnoughExamples, match="Two classes need an example"):
            adapted.adapt(Request(examples))
    assert adapted.score().class_ids == (1, 2, 3)


def test_adapting_can_be_stopped_and_the_former_answers_stand(adapted: Engine) -> None:
    before = adapted.score().probabilities
    steps: list[int] = []
    with pytest.raises(Cancelled):
        adapted.adapt(Request(((0, 1), (1, 2))), lambda step, *_: steps.append(step), lambda: len(steps) >= 3)
    assert steps == [1, 2, 3]
    assert np.array_equal(adapted.score().probabilities, before)


def test_progress_counts_up_to_all_steps(adapted: Engine) -> None:
    seen: list[tuple[int, int]] = []
    adapted.adapt(Request(((0, 1), (1, 2))), lambda step, steps, loss: seen.append((step, steps)))
    total = seen[0][1]
    assert seen == [(n, total) for n in range(1, total + 1)]


def test_forgetting_gives_up_the_answers_but_not_the_features(adapted: Engine) -> None:
    adapted.forget()
    assert not adapted.is_adapted
    assert len(adapted.features) == 100


def test_a_picture_that_is_read_again_replaces_its_features(engine: Engine, many: list[Path]) -> None:
    read_all(engine, [Item(1, many[0])])
    red = engine.features.take([1])
    read_all(engine, [Item(1, many[1])])
    assert len(engine.features) == 1
    assert not np.array_equal(engine.features.take([1]), red)


def test_features_grow_without_losing_any() -> None:
    features = Features((2,))
    for n in range(3000):
        features.put(5 * n, np.array([n, -n], np.float16))
    assert len(features) == 3000 and 10 in features and 11 not in features
    assert features.take([5, 0, 14_000]).tolist() == [[1, -1], [0, 0], [2800, -2800]]
    assert features.everything().shape == (3000, 2)
    assert features.everything()[7].tolist() == [7, -7]
    with pytest.raises(KeyError):
        features.take([1])


RED_GREEN_BLUE = ((0, 1), (3, 1), (1, 2), (4, 2), (2, 3), (5, 3))


def test_unless_asked_the_folder_does_not_help(adapted: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> np.ndarray:
        raise AssertionError("the folder was asked")

    monkeypatch.setattr("fewshot_gui.learner.folder.spread", fail)
    features = adapted.features.everything()
    alone = adapted.learner.adapt(features[[0, 3, 1, 4, 2, 5]], np.array([0, 0, 1, 1, 2, 2]), 3).predict(features)
    scored = adapted.score()
    assert np.array_equal(scored.probabilities, alone.probabilities)
    assert np.array_equal(scored.known, alone.known)


def test_the_folder_helps_all_but_the_examples_and_makes_no_more_of_them_known(adapted: Engine) -> None:
    alone = adapted.score()
    adapted.adapt(Request(RED_GREEN_BLUE, folder_helps=True))
    helped = adapted.score()
    assert np.array_equal(helped.ids, alone.ids)
    assert np.array_equal(helped.known[:6], alone.known[:6])
    odds = [np.log(scored.known[6:] / (1 - scored.known[6:])).mean() for scored in (helped, alone)]
    assert odds[0] == pytest.approx(odds[1], abs=1e-3)
    assert np.array_equal(helped.probabilities[:6], alone.probabilities[:6])
    assert not np.allclose(helped.probabilities[6:], alone.probabilities[6:], atol=1e-3)
    assert np.allclose(helped.probabilities.sum(1), 1, atol=1e-5)
    assert (helped.probabilities.argmax(1) == np.arange(100) % 3).mean() > 0.95


def test_pictures_asked_for_by_name_are_judged_alone_even_then(adapted: Engine) -> None:
    alone = adapted.score([7, 8])
    adapted.adapt(Request(RED_GREEN_BLUE, folder_helps=True))
    assert np.array_equal(adapted.score([7, 8]).probabilities, alone.probabilities)


def test_help_is_over_with_the_next_request_that_does_not_ask_for_it(adapted: Engine) -> None:
    alone = adapted.score().probabilities
    adapted.adapt(Request(RED_GREEN_BLUE, folder_helps=True))
    adapted.adapt(Request(RED_GREEN_BLUE))
    assert np.array_equal(adapted.score().probabilities, alone)


@pytest.mark.parametrize("asked", range(1, 8))
def test_help_that_is_cancelled_gives_whole_answers_or_none(adapted: Engine, asked: int) -> None:
    adapted.adapt(Request(RED_GREEN_BLUE, folder_helps=True))
    times = iter(range(1, 1000))
    scored = adapted.score(cancelled=lambda: next(times) >= asked)
    assert len(scored.ids) == len(scored.probabilities) == len(scored.known) == len(scored.is_known) == 0
