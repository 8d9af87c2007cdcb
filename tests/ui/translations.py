"""The translations in the files for translators, and the sentences of the window's code that need one."""

import ast
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

SOURCES = Path(__file__).parents[2] / "fewshot_gui" / "ui"


class Sentence(NamedTuple):
    """What a translation belongs to."""

    context: str
    source: str
    comment: str
    plural: bool


def entries(file: Path) -> dict[Sentence, list[str]]:
    """The translations in a .ts file, in all plural forms; [] where one is missing or unfinished."""
    found = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            plural = message.get("numerus") == "yes"
            forms = [form.text for form in translation.iter("numerusform")] if plural else [translation.text]
            finished = translation.get("type") is None and all(forms)
            name, source = context.findtext("name"), message.findtext("source")
            found[Sentence(name, source, message.findtext("comment") or "", plural)] = forms if finished else []
    return found


def sentences_in(node: ast.AST, context: str = "") -> set[Sentence]:
    """All that Python code has translated: self.tr(source, comment, n), translate(context, source, comment, n), and
    Words' Context.tr(source, comment, n)."""
    found = set()
    if isinstance(node, ast.ClassDef):
        context = node.name
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("tr", "translate"):
            texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            said_by = getattr(getattr(node.func, "value", None), "id", "self")
            texts = [context if said_by == "self" else said_by, *texts] if name == "tr" else texts
            if context != "Words":
                found.add(Sentence(texts[0], texts[1], texts[2] if len(texts) > 2 else "", len(texts) > 3))
    for child in ast.iter_child_nodes(node):
        found |= sentences_in(child, context)
    return found
