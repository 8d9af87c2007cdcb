"""``fewshot-gui``: the window, unless a command is named. Decides before anything heavy is imported."""

from __future__ import annotations

import sys

COMMANDS = (
    "classify",
    "sort",
    "undo",
    "runs",
    "export",
    "evaluate",
    "published",
    "check-promise",
    "textbook",
    "meta-train",
    "doctor",
    "weights",
)


def main() -> None:
    arguments = sys.argv[1:]
    if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
        from fewshot_gui.cli import run

        run(arguments)
    else:
        from fewshot_gui.app import run_window

        sys.exit(run_window(arguments))


if __name__ == "__main__":
    main()
