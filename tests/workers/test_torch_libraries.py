"""Torch's libraries are loaded before torch is imported, in a program of its own as at the start."""

import gc
import subprocess
import sys

import pytest

from fewshot_gui.workers import compute, torch_libraries
from fewshot_gui.workers.torch_libraries import load_torch_libraries


def test_torch_can_be_imported_after_its_libraries_and_is_not_before():
    program = (
        "import sys; from fewshot_gui.workers.torch_libraries import load_torch_libraries; load_torch_libraries();"
        "assert 'torch' not in sys.modules; import torch; assert torch.ones(2).sum() == 2"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_without_torch_it_is_left_to_the_import_to_say_so(monkeypatch):
    monkeypatch.setattr(torch_libraries.importlib.util, "find_spec", lambda name: None)
    load_torch_libraries()


def test_libraries_that_are_not_there_are_passed_over(monkeypatch, tmp_path):
    spec = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(torch_libraries.importlib.util, "find_spec", lambda name: spec)
    load_torch_libraries()


def test_garbage_is_collected_again_after_a_start_that_failed(monkeypatch):
    def failed():
        raise OSError

    monkeypatch.setattr(compute, "load_torch_libraries", failed)
    with pytest.raises(OSError):
        compute.make_engine()
    assert gc.isenabled()
