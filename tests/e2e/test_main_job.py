"""From dragged examples to a sorted folder, in the real window."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QMimeData, Qt, QUrl
from PySide6.QtGui import QClipboard, QImage
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import Filter, Session, State
from fewshot_gui.sorting.plan import Action, SortPlan
from fewshot_gui.ui.sort.sort_dialog import SortDialog
from fewshot_gui.ui.sort.sort_plan_view import Sentences
from tests.e2e.conftest import COLOURS, drop, files, finish, settled, teach

WAIT = 60_000
Start = Callable[..., Application]


def label_of(program: Application, name: str) -> str:
    session = program.desk.session
    picture = next(i for i in session.view() if session.picture(int(i)).path.name == name)
    return session.class_name(session.decision(int(picture)).class_id)


def picture_id(program: Application, name: str) -> int:
    session = program.desk.session
    return next(int(i) for i in session.view() if session.picture(int(i)).path.name == name)


def test_dropped_examples_classify_a_dropped_folder(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]], folder: Path
) -> None:
    program = start()
    teach(program, examples)
    assert drop(program.window.empty, files(folder))
    qtbot.waitUntil(lambda: settled(program), timeout=WAIT)
    session = program.desk.session
    right = sum(label_of(program, f"{3 * i + k:03d}_{c}.png") == c for i in range(12) for k, c in enumerate(COLOURS))
    assert right >= 30
    assert session.counts().unreadable == 1
    assert program.window.model.rowCount() == 37


def test_a_folder_of_class_folders_makes_all_cards_at_once_and_one_undo_takes_them_back(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]]
) -> None:
    program = start()
    assert drop(program.window.panel.new_card, files(examples["red"][0].parent.parent))
    assert sorted(c.name for c in program.desk.session.classes) == sorted(COLOURS)
    qtbot.waitUntil(lambda: program.window.menu.undo.isEnabled(), timeout=WAIT)
    program.window.menu.undo.trigger()
    assert program.desk.session.classes == []


def test_a_digit_key_corrects_and_the_network_adapts_again(program: Application, qtbot: QtBot) -> None:
    wrong = picture_id(program, "000_red.png")
    program.window.gallery.select_id(wrong)
    with qtbot.waitSignal(program.compute.scored, timeout=WAIT):
        qtbot.keyClick(program.window.gallery, Qt.Key.Key_2)
    session = program.desk.session
    assert session.decision(wrong).state is State.HUMAN
    assert session.class_name(session.decision(wrong).class_id) == session.classes[1].name
    assert wrong in session.examples(session.classes[1].id)
    assert session.counts().corrected == 1


def test_an_offer_to_undo_never_takes_back_anything_else(
    start: Start, qtbot: QtBot, examples: dict[str, list[Path]]
) -> None:
    program = start()
    teach(program, examples)
    session = program.desk.session
    moved = session.examples(session.classes[0].id)[0]
    program.desk.label([moved], session.classes[1].id)
    program.window.menu.undo.setEnabled(True)
    program.window.menu.undo.trigger()
    assert session.human_label(moved) == session.classes[0].id
    program.window.strip.action_triggered.emit()
    assert session.human_label(moved) == session.classes[0].id
    assert len(session.classes) == 3 and session.classes[2].name == "blue"


def test_tiles_dragged_to_a_card_become_its_examples(program: Application) -> None:
    ids = [picture_id(program, "000_red.png"), picture_id(program, "003_red.png")]
    mime = program.window.model.mime_data(ids)
    target = program.desk.session.classes[2]
    card = program.window.panel.card(target.id)
    content = card.parentWidget()
    assert drop(content, mime, card.geometry().center())
    assert set(ids) <= set(program.desk.session.examples(target.id))
    program.window.menu.undo.trigger()
    assert not set(ids) & set(program.desk.session.examples(target.id))


def test_a_picture_from_a_browser_is_an_example_and_a_web_address_is_explained(start: Start, qtbot: QtBot) -> None:
    program = start()
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    mime = QMimeData()
    mime.setImageData(image)
    assert drop(program.window.panel.new_card, mime)
    qtbot.waitUntil(lambda: any(program.desk.session.examples(c.id) for c in program.desk.session.classes))
    (info,) = program.desk.session.classes
    (example,) = program.desk.session.examples(info.id)
    assert isinstance(program.desk.session.source(example), bytes)
    said: list[str] = []
    program.window.panel.refused.connect(said.append)
    address = QMimeData()
    address.setUrls([QUrl("https://example.org/cat.jpg")])
    drop(program.window.panel.new_card, address)
    assert any("web" in sentence for sentence in said)
    assert len(program.desk.session.classes) == 1


def test_pasting_works_as_dropping_does(start: Start, qtbot: QtBot, clipboard: QClipboard) -> None:
    program = start()
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    mime = QMimeData()
    mime.setData("image/png", buffer.data())
    clipboard.setMimeData(mime)
    program.window.paste()
    qtbot.waitUntil(lambda: any(program.desk.session.examples(c.id) for c in program.desk.session.classes))
    (info,) = program.desk.session.classes
    assert len(program.desk.session.examples(info.id)) == 1


def test_a_broken_picture_that_is_pasted_is_explained_and_makes_no_class(
    start: Start, qtbot: QtBot, clipboard: QClipboard
) -> None:
    program = start()
    said: list[str] = []
    program.desk.warned.connect(said.append)
    mime = QMimeData()
    mime.setData("image/jpeg", b"\xff\xd8\xff no more")
    clipboard.setMimeData(mime)
    program.window.paste()
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith("The picture can't be read.")
    assert not program.desk.session.classes


def test_filters_show_what_they_say(program: Application, qtbot: QtBot) -> None:
    program.window.filters.set_filter(Filter.UNREADABLE)
    qtbot.waitUntil(lambda: program.window.model.rowCount() == 1, timeout=WAIT)
    decision = program.desk.session.decision(int(program.window.model.ids[0]))
    assert decision.state is State.UNREADABLE
    assert decision.reason.endswith(".")


def test_work_survives_closing_the_window(program: Application) -> None:
    before = {n: label_of(program, n) for n in ("000_red.png", "001_green.png", "002_blue.png")}
    corrected = picture_id(program, "003_red.png")
    program.desk.label([corrected], program.desk.session.classes[0].id)
    finish(program)
    with_session = Session.open(program.desk.session.path)
    try:
        assert [c.name for c in with_session.classes] == list(COLOURS)
        assert with_session.human_label(corrected) == with_session.classes[0].id
        labels = {
            with_session.picture(int(i)).path.name: with_session.class_name(with_session.decision(int(i)).class_id)
            for i in with_session.view()
        }
        assert all(labels[name] == label for name, label in before.items())
    finally:
        with_session.close()


@pytest.mark.parametrize("action", [Action.COPY, Action.MOVE])
def test_sorting_shows_a_plan_does_it_and_takes_it_back(
    program: Application, qtbot: QtBot, folder: Path, tmp_path: Path, action: Action
) -> None:
    before = {p: p.read_bytes() for p in folder.iterdir()}
    plans: list[SortPlan] = []
    dialog = open_sort_dialog(program, tmp_path / "sorted", action)
    dialog.apply_requested.connect(plans.append)
    qtbot.waitUntil(dialog.sort_button.isEnabled, timeout=WAIT)
    assert not (tmp_path / "sorted").exists()
    with qtbot.waitSignal(dialog.apply_requested, timeout=WAIT):
        qtbot.mouseClick(dialog.sort_button, Qt.MouseButton.LeftButton)
    planned = len(plans[0].steps)
    assert planned > 20
    qtbot.waitUntil(dialog.undo_button.isVisible, timeout=WAIT)
    done = files_below(tmp_path / "sorted")
    assert len(done) == planned
    assert all("broken" not in p.name for p in done)
    left = list(folder.iterdir())
    assert len(left) == (len(before) if action is Action.COPY else len(before) - planned)
    if action is Action.MOVE:
        qtbot.waitUntil(lambda: program.desk.session.counts().all == len(left), timeout=WAIT)
    qtbot.mouseClick(dialog.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: set(folder.iterdir()) == set(before), timeout=WAIT)
    qtbot.waitUntil(lambda: not files_below(tmp_path / "sorted"), timeout=WAIT)
    assert {p: p.read_bytes() for p in folder.iterdir()} == before
    qtbot.waitUntil(lambda: program.desk.session.counts().all == len(before), timeout=WAIT)
    assert program.desk.session.counts().unreadable == 1
    dialog.close()


def files_below(folder: Path) -> list[Path]:
    """All files; folders that vanish meanwhile are passed over."""
    return [Path(place) / name for place, _, names in os.walk(folder) for name in names]


def open_sort_dialog(program: Application, target: Path, action: Action) -> SortDialog:
    program.window.menu.sort.trigger()
    dialog = program.window.sorting.dialog
    assert dialog is not None
    dialog._choices.folder.setText(str(target))
    dialog._choices.how[action].click()
    return dialog


def test_a_sorting_is_taken_back_from_the_list_of_runs_after_its_window_is_closed(
    program: Application, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    before = set(folder.iterdir())
    said: list[str] = []
    program.desk.said.connect(lambda sentence, _: said.append(sentence))
    dialog = open_sort_dialog(program, tmp_path / "sorted", Action.MOVE)
    qtbot.waitUntil(dialog.sort_button.isEnabled, timeout=WAIT)
    qtbot.mouseClick(dialog.sort_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.undo_button.isVisible, timeout=WAIT)
    assert set(folder.iterdir()) != before
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert any("Sorting runs" in sentence for sentence in said)
    program.window.activateWindow()
    qtbot.waitUntil(program.window.isActiveWindow)
    qtbot.keyClick(program.window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    runs = program.window.sorting.runs
    assert runs is not None
    qtbot.waitUntil(lambda: len(runs.table.rows()) == 1 and runs.undo_button.isEnabled(), timeout=WAIT)
    qtbot.mouseClick(runs.undo_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: set(folder.iterdir()) == before, timeout=WAIT)
    qtbot.waitUntil(lambda: settled(program), timeout=WAIT)
    runs.close()


def test_sorting_into_the_folder_itself_is_refused(program: Application, qtbot: QtBot, folder: Path) -> None:
    dialog = open_sort_dialog(program, folder / "sorted", Action.COPY)
    said = dialog.findChildren(Sentences)
    qtbot.waitUntil(lambda: any("inside" in sentences.text() for sentences in said), timeout=WAIT)
    assert not dialog.sort_button.isEnabled()
    dialog.close()


def test_deleting_classes_until_one_is_left_clears_the_answers(program: Application, qtbot: QtBot) -> None:
    for info in program.desk.session.classes[1:]:
        program.desk.delete_class(info.id)
    qtbot.waitUntil(lambda: program.desk.session.counts().waiting == 36, timeout=WAIT)
    program.window.menu.undo.trigger()
    qtbot.waitUntil(lambda: program.desk.session.counts().waiting == 0, timeout=WAIT)


def test_a_folder_that_vanishes_is_said_and_survived(program: Application, qtbot: QtBot, folder: Path) -> None:
    warnings: list[str] = []
    program.desk.warned.connect(warnings.append)
    folder.rename(folder.with_name("elsewhere"))
    program.desk.look_again()
    qtbot.waitUntil(lambda: bool(warnings), timeout=WAIT)
    assert str(folder) in warnings[0]
    program.desk.open_folder(folder.with_name("elsewhere"))
    qtbot.waitUntil(lambda: settled(program), timeout=WAIT)
