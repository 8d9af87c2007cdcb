"""Label Studio's JSON for import: machine labels are predictions, a person's are annotations.

A folder with ``tasks.json`` to import, and ``labeling_config.xml``, the labelling setup that they belong to. Pictures
are named as Label Studio's local storage does: its document root must be the folder above the project's folder of
pictures. See "Task format" and "Import pre-annotated data" in Label Studio's guide.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from fewshot_gui.exports.records import Record, Saved, Step
from fewshot_gui.exports.target import new_file
from fewshot_gui.exports.xml_text import attribute, holdable
from fewshot_gui.images.errors import printable

TASKS, CONFIG = "tasks.json", "labeling_config.xml"
_CHOICE, _IMAGE = "class", "image"


def write(saved: Saved, folder: Path, step: Step) -> None:
    """Write both files into an empty folder."""
    with new_file(folder / TASKS) as file:
        _write_tasks(saved, file, step)
    with new_file(folder / CONFIG) as file:
        file.write(labeling_config(saved.classes))


def labeling_config(classes: tuple[str, ...]) -> str:
    """The labelling setup: the picture, and one choice among the classes."""
    choices = "\n".join(f"    <Choice value={attribute(name)}/>" for name in classes)
    return (
        f'<View>\n  <Image name="{_IMAGE}" value="${_IMAGE}"/>\n'
        f'  <Choices name="{_CHOICE}" toName="{_IMAGE}" choice="single">\n{choices}\n  </Choices>\n</View>\n'
    )


def _write_tasks(saved: Saved, file: TextIO, step: Step) -> None:
    for done, record in enumerate(saved.records, 1):
        file.write("[\n" if done == 1 else ",\n")
        file.write(json.dumps(_task(record, saved.folder.name, done), ensure_ascii=False, allow_nan=False))
        step(done)
    file.write("\n]\n" if saved.records else "[]\n")


def _task(record: Record, folder: str, number: int) -> dict[str, Any]:
    address = quote(os.fsencode(f"{folder}/{record.place.as_posix()}"))
    task: dict[str, Any] = {
        "data": {_IMAGE: f"/data/local-files/?d={address}", "path": printable(record.path)},
    }
    if record.person is not None:
        task["annotations"] = [{"result": _result(record.person, f"person-{number}")}]
    said = record.machine
    if said is not None and not said.is_none:
        result = _result(said.label, f"machine-{number}")
        task["predictions"] = [{"model_version": "Fewshot GUI", "score": said.confidence, "result": result}]
    return task


def _result(label: str, result_id: str) -> list[dict[str, Any]]:
    """Of a picture that is none of these, nothing is chosen."""
    if not label:
        return []
    names = {"id": result_id, "from_name": _CHOICE, "to_name": _IMAGE, "type": "choices"}
    return [{**names, "value": {"choices": [holdable(label)]}}]
