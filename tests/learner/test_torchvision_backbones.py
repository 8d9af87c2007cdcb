"""Torchvision's backbones: what is known of them, their features, and what is refused as their weights."""

import io
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torchvision.models import get_model, get_model_weights

from fewshot_gui.learner.errors import WeightsError
from fewshot_gui.learner.torchvision_backbones import (
    NAMES,
    TorchvisionBackbone,
    find_entry,
    load_backbone,
    weights_file,
)

State = dict[str, Tensor]


def hollow(name: str) -> State:
    """Zeros of the right names and shapes, that take no room in a file."""
    with torch.device("meta"):
        state = get_model(name, weights=None).state_dict()
    return {key: torch.zeros((), dtype=value.dtype).expand(value.shape) for key, value in state.items()}


@pytest.fixture
def pth(tmp_path: Path) -> Callable[[object], Path]:
    """A .pth file of something."""

    def pth(content: object) -> Path:
        torch.save(content, tmp_path / "mine.pth")
        return tmp_path / "mine.pth"

    return pth


def test_the_five_backbones_say_what_they_are_and_where_they_come_from() -> None:
    assert set(NAMES) >= {"resnet50", "efficientnet_v2_s", "convnext_tiny", "swin_v2_t", "vit_b_16"}
    for entry in map(find_entry, NAMES):
        own = get_model_weights(entry.name)["DEFAULT"]
        assert entry.url == own.url and entry.url.startswith("https://")
        assert len(entry.sha256_prefix) >= 8 and f"-{entry.sha256_prefix}." in entry.url
        assert entry.accuracy == own.meta["_metrics"]["ImageNet-1K"]["acc@1"] > 75
        assert entry.side == own.transforms().crop_size[0]
        assert entry.size == pytest.approx(4 * entry.parameters, rel=0.02)
        assert entry.host == "download.pytorch.org"
        assert "license" in entry.license.lower()


def test_another_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(WeightsError, match=r"no backbone called resnet51\. There are: resnet50, "):
        load_backbone("resnet51")


@pytest.mark.parametrize("name", NAMES)
def test_features_of_a_picture_do_not_depend_on_the_others(name: str) -> None:
    entry = find_entry(name)
    if name != "vit_b_16":  # it takes pictures of its own size only
        entry = replace(entry, side=64)
    torch.manual_seed(0)
    backbone = TorchvisionBackbone(entry, get_model(name, weights=None)).train()
    pictures = 255 * torch.rand(2, 3, entry.side, entry.side)
    together, alone = backbone(pictures), backbone(pictures[:1])
    assert together.shape == (2, sum(backbone.blocks))
    assert not together.requires_grad and together.isfinite().all()
    for block, one in zip(together.split(backbone.blocks, 1), alone.split(backbone.blocks, 1), strict=True):
        scale = block.abs().max()
        assert torch.allclose(block[:1] / scale, one / scale, atol=1e-4)
        assert not torch.allclose(block[:1] / scale, block[1:] / scale, atol=1e-4)


def test_pixels_are_normalised_as_torchvision_does() -> None:
    weights = get_model_weights("convnext_tiny")["DEFAULT"]
    model = get_model("convnext_tiny", weights=None).eval()
    backbone = TorchvisionBackbone(find_entry("convnext_tiny"), model)
    picture = torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8)
    squeezed = weights.transforms(crop_size=64, resize_size=64)(picture)
    with torch.inference_mode():
        expected = model.classifier[0](model.avgpool(model.features(squeezed))).flatten(1)
        found = backbone(picture.float())[:, -768:]
    assert torch.allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_file_of_the_users_is_read(tmp_path: Path, suffix: str) -> None:
    torch.manual_seed(0)  # random norms after empty convolutions still give features, and take no room
    state = {k: torch.rand(v.shape).half() if v.ndim == 1 else v for k, v in hollow("resnet50").items()}
    file = tmp_path / f"mine{suffix}"
    if suffix == ".pth":
        torch.save(state, file)
    else:
        save_file({k: v.contiguous() for k, v in state.items()}, file)
    with torch.device("meta"):
        model = get_model("resnet50", weights=None)
    model.load_state_dict({k: v.float() for k, v in state.items()}, assign=True)
    pictures = 255 * torch.rand(1, 3, 32, 32)
    found = load_backbone("resnet50", file)(pictures)
    assert torch.equal(found, TorchvisionBackbone(find_entry("resnet50"), model)(pictures))
    assert found.std() > 0


def test_files_of_older_names_are_read(pth: Callable[[object], Path]) -> None:
    state = {
        k.replace("mlp.0", "mlp.linear_1").replace("mlp.3", "mlp.linear_2"): v for k, v in hollow("vit_b_16").items()
    }
    assert any("linear_2" in key for key in state)  # as in torchvision's own file
    assert load_backbone("vit_b_16", pth(state)).blocks == (768, 768)


# --- what lies in the data folder


def test_weights_that_are_not_downloaded_are_never_fetched_unasked() -> None:
    assert weights_file("resnet50").parent == Path(os.environ["FEWSHOT_GUI_DATA"]) / "backbones"
    with pytest.raises(WeightsError) as refused:
        load_backbone("resnet50")
    assert str(refused.value) == (
        "resnet50 is not downloaded. Get it with: fewshot-gui weights get resnet50 (102.5 MB from download.pytorch.org)"
    )


def test_a_download_that_was_damaged_since_is_refused() -> None:
    file = weights_file("resnet50")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    with pytest.raises(WeightsError, match=r"is damaged\. Get it again with: fewshot-gui weights get resnet50"):
        load_backbone("resnet50")


# --- what is refused


class Code:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("kind", ["torch", "torch of old", "pickle", "safetensors"])
def test_a_pickle_with_code_in_it_is_refused_and_the_code_not_run(tmp_path: Path, kind: str) -> None:
    ran = tmp_path / "it ran"
    state: dict[str, object] = {**hollow("resnet50"), "fc.bias": Code(ran)}
    content = io.BytesIO()
    if kind.startswith("torch"):
        torch.save(state, content, _use_new_zipfile_serialization=kind == "torch")
    else:
        pickle.dump({"fc.bias": Code(ran)}, content, protocol=2)
        pickle.loads(content.getvalue())
        ran.rmdir()  # so it does run, where one lets it
    file = tmp_path / ("mine.safetensors" if kind == "safetensors" else "mine.pth")
    file.write_bytes(content.getvalue())
    with pytest.raises(WeightsError, match=r"mine\.\w+\" is not used: .*None of it was run\.$"):
        load_backbone("resnet50", file)
    assert not ran.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>not found</html>", bytes(range(256)) * 20])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    file = tmp_path / f"mine{suffix}"
    file.write_bytes(content)
    with pytest.raises(WeightsError, match="is not a file of plain tensors"):
        load_backbone("resnet50", file)


@pytest.mark.parametrize("content", [[torch.zeros(2)], {"fc.bias": "text"}, torch.zeros(2)])
def test_a_file_of_other_things_is_refused(pth: Callable[[object], Path], content: object) -> None:
    with pytest.raises(WeightsError, match="is not a file of plain tensors"):
        load_backbone("resnet50", pth(content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("mine.pth", "mine.safetensors"):
        with pytest.raises(WeightsError, match=r"can't be read\. It is no longer there"):
            load_backbone("resnet50", tmp_path / name)


def test_weights_of_another_network_are_refused(pth: Callable[[object], Path]) -> None:
    with pytest.raises(WeightsError, match=r"does not hold resnet50: \d+ tensors are missing or are too many"):
        load_backbone("resnet50", pth(hollow("convnext_tiny")))


def test_a_missing_tensor_is_named(pth: Callable[[object], Path]) -> None:
    state = hollow("resnet50")
    del state["layer4.2.conv3.weight"]
    with pytest.raises(WeightsError, match=r"1 tensors .* layer4\.2\.conv3\.weight for one"):
        load_backbone("resnet50", pth(state))


def test_a_tensor_of_another_shape_is_named(pth: Callable[[object], Path]) -> None:
    state = {**hollow("resnet50"), "fc.bias": torch.zeros(10)}
    with pytest.raises(WeightsError, match=r"does not hold resnet50: size mismatch for fc\.bias"):
        load_backbone("resnet50", pth(state))
