"""Take screenshots of the real window on its samples, with the embedded weights.

    python tests/e2e/take_screenshots.py                          the README's pictures, into resources/screenshots
    python tests/e2e/take_screenshots.py --all FOLDER             every state, in every look that matters
    python tests/e2e/take_screenshots.py --all FOLDER --only results settings
    QT_SCALE_FACTOR=2 python tests/e2e/take_screenshots.py --all FOLDER --look 1

Needs a display; Xvfb will do, or QT_QPA_PLATFORM=offscreen. The data folder is a temporary one.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

LOOKS: list[tuple[Literal["light", "dark"], str, int, int, int]] = [
    ("light", "en", 1400, 900, 1),
    ("dark", "zh_CN", 1400, 900, 2),
    ("light", "zh_CN", 960, 640, 1),
    ("dark", "en", 2560, 1440, 1),
]
"""Theme, language, width, height, and how many pixels a point has: all states are taken in each of them."""


def for_readme(out: Path) -> None:
    """The few pictures that the README shows."""
    from fewshot_gui.ui.gallery.arrangement import Grouping
    from tests.e2e.screens import states
    from tests.e2e.screens.stage import Stage, save_small, wait

    stage = Stage(out)
    window = stage.window
    stage.dress("light", "en", 1280, 800)
    stage.program.show_samples()
    stage.classified()
    states.select_doubtful(stage)
    wait(window.strip._activity.isHidden, "nothing is going on any more")
    save_small(window, out / "window.png")

    window.shell.preferences.set("theme", "dark")
    window.seeing.arrangement.set_grouping(Grouping.LOOK)
    wait(lambda: window.seeing.arrangement.has_looks, "look-alikes are grouped")
    window.gallery.select_id(int(window.model.ids[1]))
    picture = window.inspector.picture
    picture.heat_button.setChecked(True)
    wait(lambda: picture.has_heat, "the heat map is drawn")
    window.gallery.scrollToTop()
    states.pause(2000)
    save_small(window, out / "window-dark.png")
    window.seeing.arrangement.set_grouping(Grouping.NONE)
    picture.heat_button.setChecked(False)

    window.shell.preferences.set("theme", "light")
    window.menu.sort.trigger()
    dialog = window.sorting.dialog
    assert dialog is not None
    dialog._choices.folder.setText(str(Path(tempfile.gettempdir()) / "Pictures sorted"))  # nothing is written there
    states.pause(1500)
    wait(dialog.sort_button.isEnabled, "the plan is made")
    save_small(dialog, out / "plan.png")
    dialog.close()

    states.judge(stage, stage.desk.session.view()[:60].tolist())
    window.menu.action("measures").trigger()
    measures = window.measures.window
    assert measures is not None
    measures.tabs.setCurrentWidget(measures.map)
    wait(lambda: len(measures.map.plot.ids) > 0, "the map is drawn")
    states.pause(1000)
    save_small(measures, out / "map.png")
    stage.end()


def all_states(out: Path, only: list[str], look: int) -> None:
    """Every state in one of the looks; the first ones always, since the others need what they leave behind."""
    from tests.e2e.screens.stage import Stage
    from tests.e2e.screens.states import BEGIN, FURTHER

    stage = Stage(out)
    stage.dress(*LOOKS[look][:4])
    for name, play in (BEGIN | FURTHER).items():
        if name in BEGIN or not only or name in only:
            play(stage)
    stage.end()


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    parser.add_argument("--only", nargs="+", default=[], metavar="STATE")
    parser.add_argument("--look", type=int, choices=range(len(LOOKS)), help="only this one of the looks")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {"FEWSHOT_GUI_DATA": f"{scratch}/data", "FEWSHOT_GUI_CACHE": f"{scratch}/cache"}
        if wanted.all is None:
            for_readme(ROOT / "resources" / "screenshots")
        elif wanted.look is not None:
            all_states(wanted.all, wanted.only, wanted.look)
    if wanted.all is not None and wanted.look is None:
        for number, look in enumerate(LOOKS):  # each in a program of its own: one that runs can't change its scale
            again = [sys.executable, __file__, "--all", str(wanted.all), "--look", str(number)]
            again += ["--only", *wanted.only] if wanted.only else []
            subprocess.run(again, env={**os.environ, "QT_SCALE_FACTOR": str(look[4])}, check=True)


if __name__ == "__main__":
    main()
