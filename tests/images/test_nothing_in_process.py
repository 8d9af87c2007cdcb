"""No picture is decoded in the program's own process, but where the docstring says so."""

import ast
from pathlib import Path

import fewshot_gui

PACKAGE = Path(fewshot_gui.__file__).parent


def decodes(tree: ast.AST) -> list[str]:
    """Calls of Image.open, and imports of what decodes a picture where it is called."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "open" and ast.unparse(node.value) == "Image":
            found.append("Image.open")
        if isinstance(node, ast.ImportFrom) and node.module == "fewshot_gui.images.decode":
            found += [name.name for name in node.names if name.name in ("read_square", "decode", "read")]
        if isinstance(node, ast.ImportFrom) and node.module in (
            "fewshot_gui.images.thumbnails",
            "fewshot_gui.images.taken",
        ):
            found.append(node.module)
    return found


def test_only_the_reading_processes_decode_pictures() -> None:
    found = {
        file.relative_to(PACKAGE).as_posix(): decoding
        for file in PACKAGE.rglob("*.py")
        if (decoding := decodes(ast.parse(file.read_text("utf-8"))))
    }
    outside = {name: what for name, what in found.items() if not name.startswith("images/")}
    assert set(outside) == {"learner/published/drawings.py"}  # files of a published collection, as its docstring says
    assert "images/isolated.py" not in found
