from pathlib import Path

import pytest

from fewshot_gui.images.errors import printable
from fewshot_gui.ui.typed_path import typed_path


def test_a_whole_path_is_meant_as_it_is_typed(tmp_path: Path) -> None:
    assert typed_path(f"  {tmp_path / 'a b'} ", tmp_path) == tmp_path / "a b"


@pytest.mark.parametrize("text", ["", "  ", "sorted", "./here"])
def test_without_a_whole_path_nothing_is_meant(text: str, tmp_path: Path) -> None:
    assert typed_path(text, tmp_path) is None


def test_what_was_suggested_is_kept_though_its_name_can_not_be_typed() -> None:
    odd = Path("/pictures/\udce4")
    assert typed_path(printable(odd), odd) == odd
