"""Torch's libraries, loaded so that the window's thread need not wait."""

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

_GLOBAL, _REST = "libtorch_global_deps", "libtorch_python"
"""The first is for all to see, as torch itself would have it; the second brings everything else."""


def load_torch_libraries() -> None:
    """Have the system load torch's libraries before ``import torch`` does: an import holds the interpreter all the
    while, a fifth of a second, a call of a foreign function does not. Whatever goes wrong here, the import will tell.
    """
    found = importlib.util.find_spec("torch")
    if sys.platform == "win32" or found is None or found.origin is None:  # on Windows torch itself calls the system
        return
    folder = Path(found.origin).parent / "lib"
    ending = ".dylib" if sys.platform == "darwin" else ".so"
    open_library = ctypes.CDLL(None).dlopen  # ctypes.CDLL(path) would hold the interpreter
    open_library.restype, open_library.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for name, mode in ((_GLOBAL, os.RTLD_NOW | os.RTLD_GLOBAL), (_REST, os.RTLD_NOW)):
        library = folder / f"{name}{ending}"
        if not library.is_file() or not open_library(os.fsencode(library), mode):
            return
