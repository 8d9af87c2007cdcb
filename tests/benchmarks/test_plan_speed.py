"""Planning 100,000 pictures: time and memory of a first plan, one with a template and sub-folders, and sorting again.

FEWSHOT_PLAN_FILES sets the number of pictures. Nothing here asserts a time.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.benchmark

FILES = int(os.environ.get("FEWSHOT_PLAN_FILES", "100000"))

# A process for each plan, so that its memory is its own.
PLAN = """
import json, os, resource, sys, time
from pathlib import Path
from fewshot_gui.sorting.again import earlier
from fewshot_gui.sorting.history import NOTHING_SORTED
from fewshot_gui.sorting.journal import begin
from fewshot_gui.sorting.plan import Action, SortItem, SortOptions, plan_sort

what, source, target, journals = sys.argv[1], *map(Path, sys.argv[2:])
def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
paths = sorted(Path(top) / name for top, _, names in os.walk(source) for name in names)
shift = 5 if what == "again" else 0
items = [SortItem(p, f"class {(n + (n % 1000 < shift)) % 7}", 0.9) for n, p in enumerate(paths)]
options = SortOptions(True, "{class} {n} {name}") if what == "template" else SortOptions()
before, began = memory(), time.perf_counter()
history = earlier(target, journals) if what == "again" else NOTHING_SORTED
read = time.perf_counter()
plan = plan_sort(items, target, Action.COPY, source, options=options, history=history)
ended, peak = time.perf_counter(), memory()
assert not plan.refusals and len(plan.all_steps) + len(plan.already_there) == len(items), plan.refusals
if what == "plain":  # as if it had been carried out
    for folder in plan.folders.values():
        folder.mkdir(parents=True)
    for step in plan.steps:
        step.target.write_bytes(step.source.read_bytes())
    with begin(plan, [], journals) as journal:
        from hashlib import blake2b
        digests = {n: blake2b(s.source.read_bytes(), digest_size=32).hexdigest() for n, s in enumerate(plan.steps)}
        journal.write("intend", before=len(plan.steps))
        journal.write("outcome", done=digests, failed={})
        journal.write("end")
print(json.dumps({"read": read - began, "plan": ended - read, "steps": len(plan.all_steps), "before": before,
                  "peak": peak}))
"""


def test_a_plan_of_all_pictures(quick_path: Path, figures: Callable[[str], None]) -> None:
    source = quick_path / "pictures"
    for number in range(FILES):
        folder = source / f"{number // 1000:03d}"
        if number % 1000 == 0:
            folder.mkdir(parents=True)
        (folder / f"IMG_{number:06d}.jpg").write_bytes(b"%d" % number)
    for what in ("plain", "again", "template"):
        given = [what, str(source), str(quick_path / "sorted"), str(quick_path / "journals")]
        done = subprocess.run([sys.executable, "-c", PLAN, *given], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        figures(
            f"{what}: {FILES} pictures, {told['steps']} steps, journal read in {told['read']:.1f} s, planned in "
            f"{told['plan']:.1f} s, {told['peak'] / 1e6:.0f} MB of memory, {told['before'] / 1e6:.0f} MB before"
        )
