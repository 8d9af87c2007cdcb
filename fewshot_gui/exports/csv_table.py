"""CSV: results.csv as ``classify`` writes it, and who said so.

RFC 4180 in UTF-8 with the mark (BOM) that spreadsheets need. A text that a spreadsheet would take for a formula gets an
apostrophe before it, as OWASP advises against CSV injection: a class called =HYPERLINK(...) stays a name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from fewshot_gui.exports.records import PERSON, Record, Saved, Step
from fewshot_gui.images.errors import printable

RESULT_COLUMNS = ("path", "label", "confidence", "second_label", "second_confidence", "decision", "reason")
COLUMNS = (*RESULT_COLUMNS, "said_by")
ENCODING = "utf-8-sig"
# The apostrophes before: else a text that has one of its own could not be told from one that was guarded.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def write_table(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> None:
    """Write a heading and rows: numbers with four digits, None as nothing. The file must be open with newline=""."""
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def write(saved: Saved, file: TextIO, step: Step) -> None:
    """One line per picture. A person's word has the confidence 1, as in results.csv."""

    def rows() -> Iterable[Sequence[str | float | None]]:
        for done, record in enumerate(saved.records, 1):
            yield _row(record)
            step(done)

    write_table(file, COLUMNS, rows())


def _row(record: Record) -> Sequence[str | float | None]:
    said = record.machine
    path = printable(record.path)
    if record.said_by == PERSON:
        others = [(said.label, said.confidence), (said.second, said.second_confidence)] if said else []
        second = next(((n, p) for n, p in others if n and n != record.label), ("", None))
        return (path, record.label, 1.0, *second, record.decision, record.reason, PERSON)
    if said is None:
        return (path, "", None, "", None, record.decision, record.reason, "")
    return (
        path, said.label, said.confidence, said.second, said.second_confidence, record.decision, record.reason,
        record.said_by,
    )  # fmt: skip


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else f"{value:.4f}"
