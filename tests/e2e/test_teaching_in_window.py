"""Teaching in the real window: cards merged and split, examples dragged back, what a picture is not."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fewshot_gui.app import Application
from fewshot_gui.session import State
from fewshot_gui.ui.drops import PICTURES_MIME, Drop, card_mime, example_mime
from tests.e2e.conftest import drop

WAIT = 60_000


def names(program: Application) -> list[str]:
    return [info.name for info in program.desk.session.classes]


def undo_is_called(program: Application, text: str) -> Callable[[], bool]:
    return lambda: program.window.menu.undo.toolTip() == f"Undo: {text}"


def test_x_says_what_a_picture_is_not_and_the_machine_obeys_when_it_adapts_anew(
    program: Application, qtbot: QtBot
) -> None:
    window, session = program.window, program.desk.session
    red = session.classes[0].id
    picture = next(i for i in session.view().tolist() if session.decision(i).class_id == red)
    window.gallery.select_id(picture)
    qtbot.keyClick(window.gallery, Qt.Key.Key_X)
    assert session.decision(picture).class_id != red
    assert session.decision(picture).reason.startswith("You said it is not red.")
    qtbot.waitUntil(undo_is_called(program, "1 picture(s) not red"), timeout=WAIT)
    other = next(i for i in session.view().tolist() if session.decision(i).class_id == red)
    with qtbot.waitSignal(program.compute.scored, timeout=WAIT):
        program.desk.label([other], red)
    assert session.decision(picture).class_id != red
    program.desk.undo()
    program.desk.undo()
    assert session.decision(picture).class_id == red


def test_cards_are_merged_with_one_step_of_undo(program: Application, qtbot: QtBot) -> None:
    session = program.desk.session
    with qtbot.waitSignal(program.compute.scored, timeout=WAIT):
        program.window.panel.card(session.classes[0].id).merge_requested.emit(session.classes[1].id)
    assert names(program) == ["green", "blue"]
    qtbot.waitUntil(undo_is_called(program, "merge red into green"), timeout=WAIT)
    program.window.menu.undo.trigger()
    assert names(program) == ["red", "green", "blue"]


def test_a_mixed_card_is_split_into_its_looks(program: Application, qtbot: QtBot) -> None:
    session = program.desk.session
    red, green, _ = (info.id for info in session.classes)
    with qtbot.waitSignal(program.compute.scored, timeout=WAIT):
        program.desk.label(session.examples(green), red)
    teaching = program.window.teaching
    program.window.panel.card(red).split_requested.emit()
    dialog = teaching.split_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: all(dialog.groups), timeout=WAIT)
    colours = {frozenset(session.picture(i).path.parent.name for i in group) for group in dialog.groups}
    assert colours == {frozenset({"red"}), frozenset({"green"})}
    dialog.columns[1].name.setText("other")
    dialog.split_button.click()
    assert names(program) == ["red", "other", "green", "blue"]
    qtbot.waitUntil(undo_is_called(program, "split red"), timeout=WAIT)


def test_an_example_dragged_into_the_pictures_is_taken_back(program: Application, qtbot: QtBot) -> None:
    session = program.desk.session
    red = session.classes[0].id
    example = session.examples(red)[-1]
    mime = example_mime([example])
    assert drop(program.window.gallery.viewport(), mime)
    assert example not in session.examples(red)
    qtbot.waitUntil(undo_is_called(program, "take back 1 picture(s)"), timeout=WAIT)
    program.window.menu.undo.trigger()
    assert example in session.examples(red)


def test_tiles_dragged_within_the_pictures_stay_what_they_are(program: Application) -> None:
    session = program.desk.session
    picture = session.view().tolist()[0]
    program.desk.label([picture], session.classes[0].id)
    mime = QMimeData()
    mime.setData(PICTURES_MIME, str(picture).encode())
    drop(program.window.gallery.viewport(), mime)
    assert session.decision(picture).state is State.HUMAN


def test_the_example_doctor_marks_a_card_and_shows_the_pictures(program: Application, qtbot: QtBot) -> None:
    session, panel = program.desk.session, program.window.panel
    red, green, _ = (info.id for info in session.classes)
    source = session.picture(session.examples(green)[0]).path
    copy = source.with_name("the same again.png")
    copy.write_bytes(source.read_bytes())
    panel.drop_received.emit(red, Drop(paths=(copy,)))
    qtbot.waitUntil(lambda: "Same picture" in panel.card(red).hint.text(), timeout=WAIT)
    panel.card(red).hint.click()
    shown = program.window.doctor.dialog
    assert shown is not None and shown.isVisible()
    assert shown.cards[0].text.text() == "The same picture is an example of red, green: both suffer."
    thumbs = shown.cards[0]._thumbs.values()
    qtbot.waitUntil(lambda: not any(thumb.pixmap().isNull() for thumb in thumbs), timeout=WAIT)
    (only_green,) = (button for button in shown.cards[0].buttons if button.text() == "Only in green")
    only_green.click()
    assert copy not in {session.picture(i).path for i in session.examples(red)}
    assert "The same picture" not in " ".join(card.text.text() for card in shown.cards)
    shown.close()


def test_a_card_is_never_taken_for_a_picture(program: Application) -> None:
    mime = card_mime(program.desk.session.classes[0].id)
    keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, mime, *keys)
    QApplication.sendEvent(program.window.gallery.viewport(), event)
    assert not event.isAccepted()
