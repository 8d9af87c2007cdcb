"""A program that is killed loses nothing that a person said."""

import subprocess
import sys
from pathlib import Path

from fewshot_gui.session import Session

LABEL_FOR_EVER = """
import sys
from pathlib import Path
from fewshot_gui.engine import Read
from fewshot_gui.images.find import PictureFile
from fewshot_gui.session import Session

session = Session.open(Path(sys.argv[1]))
folder = Path(sys.argv[2])
session.open_folder(folder)
session.add_pictures([PictureFile(folder / f"{n}.png", n, n) for n in range(5000)])
classes = [session.add_class(name)[0] for name in ("cat", "dog")]
for n, picture in enumerate(session.answers.ids.tolist()):
    session.label([picture], classes[n % 2])
    session.record([Read(picture, f"content {n}")])
    if n % 5 == 0:
        session.writing()()
    print(n, flush=True)
"""


def test_what_was_said_before_a_kill_is_there_afterwards(quick_path: Path) -> None:
    file, folder = quick_path / "a.fewshot", quick_path / "folder"
    folder.mkdir()
    command = [sys.executable, "-c", LABEL_FOR_EVER, str(file), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = 0
        while said < 37:
            said = int(program.stdout.readline()) + 1
        program.kill()
        said += len(program.stdout.read().splitlines())
    session = Session.open(file)
    cat, dog = (info.id for info in session.classes)
    ids = session.answers.ids.tolist()
    assert len(ids) == 5000
    labels = [session.human_label(picture) for picture in ids[:said]]
    assert labels == [(cat, dog)[n % 2] for n in range(said)]
    assert sum(session.human_label(picture) is not None for picture in ids) <= said + 1
    session.undo()
    session.close()
