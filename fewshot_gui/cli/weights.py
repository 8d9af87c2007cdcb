"""The weights command: what the program can adapt, and where it comes from."""

from __future__ import annotations

from fewshot_gui.cli.options import AsJson
from fewshot_gui.console import say
from fewshot_gui.session import SessionError


def weights(as_json: AsJson = False) -> None:
    """List the weights inside the program, and what made them."""
    from fewshot_gui.learner.weights import WeightsError, load_weights
    from fewshot_gui.paths import resource

    try:
        found = {path.stem: load_weights(path).about for path in sorted(resource("weights").glob("*.safetensors"))}
    except WeightsError as error:
        raise SessionError(str(error)) from error
    lines = [f"{name}: {about}" for name, about in found.items()]
    say(as_json, {"weights": found}, "\n".join(lines) or "There are none: give the file of your own with --weights.")
