"""JSON (RFC 8259): a list with one object per picture; what a person said and what the machine says stand apart."""

from __future__ import annotations

import json
from typing import Any, TextIO

from fewshot_gui.exports.records import Record, Saved, Step
from fewshot_gui.images.errors import printable


def write(saved: Saved, file: TextIO, step: Step) -> None:
    """One picture per line, so that it can be looked through and compared line by line."""
    for done, record in enumerate(saved.records, 1):
        file.write("[\n" if done == 1 else ",\n")
        file.write(json.dumps(_picture(record), ensure_ascii=False, allow_nan=False))
        step(done)
    file.write("\n]\n" if saved.records else "[]\n")


def _picture(record: Record) -> dict[str, Any]:
    """label: null for none of these. person, machine: null where they have not spoken."""
    person = None if record.person is None else {"label": record.person or None}
    said = record.machine
    machine = said and {
        "label": None if said.is_none else said.label,
        "confidence": said.confidence,
        "likeliest": said.label or None,
        "second_label": said.second or None,
        "second_confidence": said.second_confidence,
    }
    return {
        "path": printable(record.path),
        "place": printable(record.place),
        "decision": record.decision,
        "said_by": record.said_by,
        "person": person,
        "machine": machine,
        "problem": record.problem,
        "reason": record.reason,
    }
