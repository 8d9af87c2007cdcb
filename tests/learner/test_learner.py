"""The learner from outside: arrays in, arrays out, each picture judged by itself."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from fewshot_gui.images.drawings import CLASSES, draw
from fewshot_gui.learner import device as device_module
from fewshot_gui.learner import learner as learner_module
from fewshot_gui.learner.backbone import TINY, Architecture, EmbeddedBackbone, Trunk, freeze
from fewshot_gui.learner.device import DeviceError, choose_device
from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.learner import Learner
from fewshot_gui.learner.weights import load_weights, save_weights, untrained


def pictures(count: int, seed: int = 0, side: int = TINY.side) -> np.ndarray:
    """Classes 0, 1, 2 in turn: reddish, greenish, bluish noise."""
    rng = np.random.default_rng(seed)
    base = 160 * np.eye(3)[np.arange(count) % 3][:, None, None, :] + 40
    return np.clip(base + rng.normal(0, 25, (count, side, side, 3)), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def learner() -> Learner:
    return Learner(untrained(TINY), "cpu")


@pytest.fixture(scope="module")
def features(learner: Learner) -> np.ndarray:
    return learner.features(pictures(60))


def test_features_have_the_promised_shape_and_type(learner: Learner, features: np.ndarray) -> None:
    assert features.shape == (60, *learner.feature_shape)
    assert features.dtype == np.float16


@settings(max_examples=15)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=40))
def test_a_prediction_does_not_depend_on_what_else_is_in_the_batch(rows: list[int]) -> None:
    learner = Learner(untrained(TINY), "cpu")
    everything = pictures(60)
    alone = np.concatenate([learner.features(everything[r : r + 1]) for r in rows])
    together = learner.features(everything[rows])
    assert np.allclose(alone.astype(np.float32), together.astype(np.float32), atol=2e-3)
    support = learner.features(everything[:6])
    adapted = learner.adapt(support, np.arange(6) % 3, 3)
    one_by_one = np.concatenate([adapted.predict(together[i : i + 1]).probabilities for i in range(len(rows))])
    assert np.allclose(adapted.predict(together).probabilities, one_by_one, atol=1e-5)


def test_the_same_examples_give_the_same_answers_twice(learner: Learner, features: np.ndarray) -> None:
    labels = np.arange(9) % 3
    one, two = (learner.adapt(features[:9], labels, 3).predict(features) for _ in range(2))
    assert np.array_equal(one.probabilities, two.probabilities)
    assert np.array_equal(one.known, two.known)


def test_it_learns_colours_from_two_examples_each(learner: Learner, features: np.ndarray) -> None:
    adapted = learner.adapt(features[:6], np.arange(6) % 3, 3)
    assert (adapted.predict(features).probabilities.argmax(1) == np.arange(60) % 3).mean() > 0.95


def test_probabilities_sum_to_one_and_known_is_a_chance(learner: Learner, features: np.ndarray) -> None:
    prediction = learner.adapt(features[:6], np.arange(6) % 3, 3).predict(features)
    assert np.allclose(prediction.probabilities.sum(1), 1, atol=1e-5)
    assert ((prediction.known >= 0) & (prediction.known <= 1)).all()


@pytest.mark.parametrize(("way", "labels"), [(1, [0, 0]), (3, [0, 1]), (2, [0, 0])])
def test_a_task_without_examples_for_every_class_is_refused(
    learner: Learner, features: np.ndarray, way: int, labels: list[int]
) -> None:
    with pytest.raises(ValueError, match="example"):
        learner.adapt(features[:2], np.array(labels), way)


def test_folding_batch_norm_changes_no_features() -> None:
    torch.manual_seed(0)
    trunk = Trunk(TINY).train()
    x = torch.from_numpy(pictures(32)).permute(0, 3, 1, 2).float()
    for _ in range(3):
        trunk.stages(x / 60 - 2)  # running statistics that are not the identity
    trunk.eval()
    with torch.no_grad():
        before = EmbeddedBackbone(TINY, trunk)(x)
        after = EmbeddedBackbone(TINY, freeze(trunk))(x)
    assert torch.allclose(before, after, atol=1e-4)
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in trunk.modules())


def test_weights_survive_saving_and_loading(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "some.safetensors"
    save_weights(file, untrained(TINY, seed=3))
    one, two = Learner(untrained(TINY, seed=3), "cpu"), Learner(file, "cpu")
    sample = pictures(12)
    a, b = one.features(sample), two.features(sample)
    assert np.allclose(a.astype(np.float32), b.astype(np.float32), atol=2e-2)
    assert load_weights(file).network == TINY
    assert two.digest != one.digest


@pytest.mark.parametrize("content", [b"", b"no weights at all", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_file_that_is_no_weights_is_refused_in_words(tmp_path, content: bytes) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "bad.safetensors"
    file.write_bytes(content)
    with pytest.raises(WeightsError, match=r"bad\.safetensors"):
        load_weights(file)


def test_unknown_weights_are_refused_with_the_names_there_are() -> None:
    with pytest.raises(WeightsError, match="no weights called nonsense"):
        load_weights("nonsense")


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(DeviceError, match="auto, cpu or cuda"):
        choose_device("tpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_asking_for_a_gpu_where_there_is_none_is_refused_and_auto_falls_back() -> None:
    with pytest.raises(DeviceError, match="GPU"):
        choose_device("cuda")
    assert choose_device("auto").torch.type == "cpu"


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """The sample project's pictures as the embedded backbone takes them, and which drawing each is of."""
    side = Architecture().side
    many = [
        np.asarray(draw(scene, np.random.default_rng([row, n])).convert("RGB").resize((side, side)))
        for row, scene in enumerate(CLASSES.values())
        for n in range(12)
    ]
    return np.stack(many), np.repeat(np.arange(len(CLASSES)), 12)


def decisions(learner: Learner) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of all drawn pictures, four examples a class, and the features they came from."""
    sample, labels = drawn()
    rows = learner.features(sample)
    examples = np.arange(len(rows)) % 12 < 4
    return learner.adapt(rows[examples], labels[examples], labels.max() + 1).predict(rows).probabilities, rows


def test_floats_of_16_bits_decide_as_those_of_32(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    for half in (True, False):
        monkeypatch.setattr(device_module, "computes_in_half", lambda _, half=half: half)
        answers.append(decisions(Learner(device="cpu")))
    (shorter, of_shorter), (longer, of_longer) = answers
    assert not np.array_equal(of_shorter, of_longer)
    assert np.array_equal(shorter.argmax(1), longer.argmax(1))
    assert np.allclose(shorter, longer, atol=0.05)


def test_the_cache_tells_features_of_16_bits_from_those_of_32(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for half in (True, False):
        monkeypatch.setattr(learner_module, "computes_in_half", lambda _, half=half: half)
        names.append(Learner(untrained(TINY), "cpu").features_digest)
    assert names[0] != names[1]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_gpu_and_processor_decide_alike() -> None:
    here, there = (decisions(Learner(device=device))[0] for device in ("cpu", "cuda"))
    assert np.array_equal(here.argmax(1), there.argmax(1))
    assert np.allclose(here, there, atol=0.05)


def test_a_backbone_tells_the_length_of_its_features() -> None:
    backbone = EmbeddedBackbone(Architecture(), freeze(Trunk(Architecture())))
    with torch.inference_mode():
        features = backbone(torch.zeros(1, 3, backbone.side, backbone.side))
    assert features.shape == (1, sum(backbone.blocks))
    assert len(backbone.blocks) == 2 * len(Architecture().widths)


def test_two_looks_of_one_size_see_a_picture_and_its_mirror_image_alike() -> None:
    trunk = freeze(Trunk(TINY))
    one, two = (EmbeddedBackbone(replace(TINY, looks=(32,) * n, spans=(100,) * n), trunk) for n in (1, 2))
    x = torch.from_numpy(pictures(4)).permute(0, 3, 1, 2).float()
    with torch.inference_mode():
        assert torch.allclose(two(x), two(x.flip(3)), atol=1e-5)
        assert torch.allclose(two(x), (one(x) + one(x.flip(3))) / 2, atol=1e-5)
        assert not torch.allclose(one(x), one(x.flip(3)), atol=1e-3)


def test_a_look_that_spans_half_of_a_picture_sees_its_middle_only() -> None:
    whole = EmbeddedBackbone(replace(TINY, looks=(32,), spans=(100,)), trunk := freeze(Trunk(TINY)))
    close = EmbeddedBackbone(replace(TINY, looks=(32,), spans=(50,)), trunk)
    x = torch.from_numpy(pictures(4)).permute(0, 3, 1, 2).float()
    other = x.flip(0)
    other[:, :, 8:24, 8:24] = x[:, :, 8:24, 8:24]
    with torch.inference_mode():
        assert torch.equal(close(x), close(other))
        assert not torch.allclose(whole(x), whole(other), atol=1e-3)


@pytest.mark.parametrize("name", ["start.tail", "start.centre", "confidence.known"])
def test_weights_with_a_tensor_missing_or_of_another_shape_are_refused(tmp_path, name: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "some.safetensors"
    save_weights(file, untrained(TINY))
    with safe_open(file, framework="pt") as opened:
        header = opened.metadata()
        tensors = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118
    for wrong in ({}, {name: torch.zeros(3)} if name.startswith("start") else {}):
        save_file({k: v for k, v in tensors.items() if k != name} | wrong, file, header)
        with pytest.raises(WeightsError, match=r"some\.safetensors is damaged"):
            load_weights(file)


def test_similar_pictures_have_similar_embeddings(learner: Learner, features: np.ndarray) -> None:
    embeddings = learner.embeddings(features)
    assert np.allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-4)
    products = embeddings[:6] @ embeddings[6:].T
    same = (np.arange(6) % 3)[:, None] == np.arange(6, 60) % 3
    assert products[same].mean() > products[~same].mean()


def test_loading_the_embedded_weights_does_not_import_torchs_compiler() -> None:
    program = (
        "import sys; from fewshot_gui.learner.learner import Learner; Learner('embedded', 'cpu').warm_up();"
        "print([name for name in ('torch._dynamo', 'torch._inductor', 'triton', 'sympy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == "[]"
