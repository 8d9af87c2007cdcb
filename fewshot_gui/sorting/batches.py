"""Which files of a plan are handled together: batches, and in them a picture with its companions."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fewshot_gui.sorting.names import split
from fewshot_gui.sorting.steps import Step


def batches(steps: Sequence[Step], most_steps: int, most_bytes: int) -> Iterator[range]:
    """The numbers of all steps, in runs of about these sizes. No picture is parted from its companions."""
    first = size = 0
    for number, step in enumerate(steps):
        size += step.size
        is_full = number + 1 - first >= most_steps or size >= most_bytes
        if number + 1 == len(steps) or (is_full and not steps[number + 1].companion):
            yield range(first, number + 1)
            first, size = number + 1, 0


def companions(steps: Sequence[Step], picture: int) -> list[int]:
    """The numbers of the steps of what travels with this picture: they follow it, and their names begin alike."""
    step = steps[picture]
    stem = split(step.target.name)[0]
    found = []
    for number in range(picture + 1, len(steps)):
        other = steps[number]
        if not (other.companion and other.target.parent == step.target.parent and other.target.name.startswith(stem)):
            break
        found.append(number)
    return found


def torn(steps: Sequence[Step], numbers: Iterable[int], missing: Iterable[int]) -> dict[int, int]:
    """Those of these numbers of whose set, a picture with its companions, one is missing: number -> that one."""
    first: dict[Path, int] = {}
    for number in missing:
        first.setdefault(steps[number].picture or steps[number].source, number)
    if not first:
        return {}
    return {n: first[picture] for n in numbers if (picture := steps[n].picture or steps[n].source) in first}
