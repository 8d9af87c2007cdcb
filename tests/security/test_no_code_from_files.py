"""The package holds nothing that runs code from a file, starts a program, opens an archive or parses XML; and only the
download calls out. Read from its source, so that nobody has to remember it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fewshot_gui

PACKAGE = Path(fewshot_gui.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

NEVER = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "marshal", "shelve", "yaml", "runpy", "code", "imp"}
NEVER |= {"xml", "lxml", "defusedxml", "tarfile", "xmlrpc", "ftplib", "smtplib", "telnetlib", "webbrowser"}
ONLY_IN = {
    "subprocess": {"images/isolated.py", "sorting/copier.py"},
    "multiprocessing": {"images/isolated.py", "images/child.py", "sorting/copier.py"},
    "urllib.request": {"learner/download.py"},
    "http": {"learner/download.py"},
    "socket": set(),
    "ssl": set(),
    "requests": set(),
    "zipfile": {"learner/published/omniglot_challenge.py"},  # a data set for measuring, in an archive the person names
}
"""Modules that may be imported in these files alone."""
WRITES = "xml.sax.saxutils"
"""Escapes text for XML; it parses nothing."""
RUNS = {"eval", "exec", "compile", "__import__"}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[str, dict[str, object]]]:
    """Every call: the called name as written (torch.load), and its arguments by name where they are constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = {k.arg: k.value.value for k in node.keywords if k.arg and isinstance(k.value, ast.Constant)}
            yield ast.unparse(node.func), given


def faults(source: str, name: str) -> list[str]:
    tree = ast.parse(source)
    found = []
    for imported in imports(tree):
        if imported.split(".")[0] in NEVER and not imported.startswith(WRITES):
            found.append(f"imports {imported}")
        for module, allowed in ONLY_IN.items():
            if (imported == module or imported.startswith(f"{module}.")) and name not in allowed:
                found.append(f"imports {imported}")
    for called, given in calls(tree):
        last = called.rpartition(".")[2]
        if called in RUNS or called in ("os.system", "os.popen", "os.startfile") or called.startswith("os.exec"):
            found.append(f"calls {called}")
        if called == "torch.load" and given.get("weights_only") is not True:
            found.append("calls torch.load without weights_only=True")
        if last in ("load", "open_memmap", "memmap", "fromfile") and given.get("allow_pickle", False) is not False:
            found.append(f"calls {called} with allow_pickle")
        if given.get("shell", False) is not False:
            found.append(f"calls {called} with a shell")
        if name.startswith("images/") and last in ("recv", "send") and "connection" in called:
            found.append(f"calls {called}, which pickles")
        if last in ("unpack_archive", "extractall", "QNetworkAccessManager", "QDesktopServices.openUrl"):
            found.append(f"calls {called}")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_file_of_the_package_runs_nothing_from_files_and_calls_nobody(file: Path) -> None:
    assert faults(file.read_text("utf-8"), file.relative_to(PACKAGE).as_posix()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import load",
        "import xml.etree.ElementTree as tree",
        "import yaml",
        "from urllib import request",
        "import socket",
        "import subprocess",
        "eval(text)",
        "exec(text)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "os.system(text)",
        "run(text, shell=True)",
        "self._connection.recv()",
    ],
)
def test_the_search_would_find_it(source: str) -> None:
    assert faults(source, "images/some.py")
