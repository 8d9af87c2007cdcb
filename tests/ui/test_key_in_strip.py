"""The strip names keys as they are now."""

import pytest

from fewshot_gui.session import Session
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.shell.keys import KEYS, Entry
from fewshot_gui.workers.compute import Compute
from fewshot_gui.workers.tasks import Tasks


@pytest.fixture
def desk(qapp, tmp_path, monkeypatch):
    """A desk whose reading is stopped with three pictures left."""
    compute, tasks = Compute(), Tasks()
    monkeypatch.setattr(compute, "cancel", lambda: 3)
    desk = Desk(Session.open(tmp_path / "p.fewshot"), compute, tasks)
    monkeypatch.setitem(KEYS._entries, "look-again", Entry("look-again", str, str, ("F5",)))
    yield desk
    KEYS.reset()
    desk.close()
    tasks.stop()


def test_a_stop_names_the_key_that_goes_on_as_it_is_now(desk):
    said = []
    desk.said.connect(lambda sentence, _: said.append(sentence))
    for key in ("F5", "F8", ""):
        KEYS.assign("look-again", key)
        desk.cancel()
    assert ["F5 " in said[0], "F8 " in said[1], "folder again" in said[2]] == [True] * 3, said
