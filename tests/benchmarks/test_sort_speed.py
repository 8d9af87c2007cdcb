"""Sorting by copy, with journal, sync and hash, against `cp -r`, which has none of them, on the same disk.

FEWSHOT_SORT_FILES sets the number of files, FEWSHOT_SORT_ROUNDS how often both are measured, by turns. Each is given
by its best round, since other programs on the machine only ever make it slower. Nothing here asserts a time.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(shutil.which("cp") is None, reason="there is no cp to compare with"),
]

FILES = int(os.environ.get("FEWSHOT_SORT_FILES", "20000"))
ROUNDS = int(os.environ.get("FEWSHOT_SORT_ROUNDS", "3"))
PICTURES = 0.6  # of the files; the others are their companions
PICTURE_BYTES, COMPANION_BYTES = 30_000, 1_000

# A process of its own, so that its memory is that of sorting alone.
SORT = """
import json, os, re, resource, sys, time
from pathlib import Path
from fewshot_gui.sorting.apply import apply
from fewshot_gui.sorting.copier import Copier
from fewshot_gui.sorting.plan import Action, SortItem, plan_sort

source, target, journals = map(Path, sys.argv[1:])
copiers, end = [0], Copier.end  # the bytes that each process of the run needed

def last(self):
    status = Path(f"/proc/{self._process.pid}/status")
    copiers.extend(1024 * int(size) for size in re.findall(r"VmHWM:\\s+(\\d+)", status.read_text()))
    end(self)

if sys.platform == "linux":
    Copier.end = last
names = sorted(n for n in os.listdir(source) if n.endswith(".jpg"))
items = [SortItem(source / name, f"class {n % 5}") for n, name in enumerate(names)]
began = time.perf_counter()
plan = plan_sort(items, target, Action.COPY, source)
planned, used = time.perf_counter(), sum(os.times()[:4])
result = apply(plan, journals, lambda done, total: None, lambda: False)
ended = time.perf_counter()
assert not plan.refusals and not result.failed and result.stopped is None, result
print(json.dumps({
    "files": result.done,
    "plan": planned - began,
    "apply": ended - planned,
    "cpu": sum(os.times()[:4]) - used,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    "copiers": sum(copiers),
    "journal": sum(path.stat().st_size for path in journals.iterdir()),
}))
"""


def fill(folder: Path) -> None:
    dice = random.Random(0)
    folder.mkdir()
    pictures = int(FILES * PICTURES)
    for number in range(pictures):
        (folder / f"IMG_{number:06}.jpg").write_bytes(dice.randbytes(PICTURE_BYTES))
    for number in range(FILES - pictures):
        (folder / f"IMG_{number:06}.xmp").write_bytes(dice.randbytes(COMPANION_BYTES))


def copy(source: Path, target: Path) -> tuple[float, float]:
    """How long cp took: by the clock, and on processors."""
    began, before = time.perf_counter(), os.times()
    subprocess.run(["cp", "-r", source, target], check=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, used


def sort(source: Path, target: Path, journals: Path) -> dict[str, float]:
    arguments = [sys.executable, "-c", SORT, source, target, journals]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def empty(folder: Path) -> None:
    """Give the space back but keep the files: ext4 is slow to make new ones for minutes after many were removed."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.truncate(path, 0)
    os.sync()


def test_sorting_by_copy_against_cp(tmp_path: Path, figures: Callable[[str], None]) -> None:
    source = tmp_path / "pictures"
    fill(source)
    plain, used, synced, ours = [], [], [], []
    for turn in range(ROUNDS):
        copied, target, journals = (tmp_path / f"{name} {turn}" for name in ("copied", "sorted", "runs"))
        os.sync()  # what one left to be written must not slow the other
        began = time.perf_counter()
        seconds, cpu = copy(source, copied)
        plain.append(seconds)
        used.append(cpu)
        os.sync()
        synced.append(time.perf_counter() - began)
        empty(copied)
        ours.append(sort(source, target, journals))
        assert ours[-1]["files"] == FILES
        empty(target)
    best = min(ours, key=lambda one: one["apply"])
    seconds = best["apply"]
    figures(f"{FILES} files, best of {ROUNDS}: cp -r {min(plain):.2f} s ({min(synced):.2f} s until it is on the disk)")
    figures(f"sorted in {seconds:.2f} s, after {best['plan']:.2f} s of planning")
    figures(f"on processors: cp -r {min(used):.2f} s, sorting {min(one['cpu'] for one in ours):.2f} s")
    figures(f"{min(plain) / seconds:.2f} of the speed of cp -r, {min(synced) / seconds:.2f} of cp -r and sync")
    memory = f"{best['peak'] / 1e6:.0f} MB and {best['copiers'] / 1e6:.0f} MB in the processes that copy"
    figures(f"memory at most {memory}, journal {best['journal'] / FILES:.0f} bytes per file")
    for name, times in (("cp -r", plain), ("with sync", synced), ("sorted", [one["apply"] for one in ours])):
        figures(f"all rounds, {name}: {', '.join(f'{one:.2f}' for one in times)}")
