"""All that the window says while it is used is Chinese, or English with right plurals."""

import re

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from fewshot_gui.app import Application
from fewshot_gui.session import NONE_OF_THESE, Filter, Session
from fewshot_gui.ui.status_strip import pictures_text
from tests.e2e.conftest import COLOURS, finish, paint, tiny_engine
from tests.ui.window_texts import NOT_WORDS, texts_of

WAIT = 60_000


class Reader:
    """Reads all that the program shows while it is used."""

    def __init__(self, program: Application, qtbot) -> None:
        self.program, self.qtbot = program, qtbot
        self.texts: set[str] = set()
        program.desk.said.connect(lambda sentence, _: self.texts.add(sentence))

    def read(self, root: QWidget | None = None) -> None:
        self.program.window._refresh()
        self.texts |= texts_of(root or self.program.window)

    def read_menu(self) -> None:
        menu = QApplication.activePopupWidget()
        self.texts |= texts_of(menu)
        menu.close()


@pytest.fixture
def reader(qtbot, tmp_path, speak, request):
    """The real program with a tiny learner, which has classified a folder; all that it showed until then has been read.

    Classes and files have names that are no English words.
    """
    speak(request.param)
    for k, colour in enumerate(COLOURS):
        for number in range(3):
            paint(tmp_path / "示例" / "红绿蓝"[k] / f"{number}.png", colour, number)
            paint(tmp_path / "图片" / f"{k}{number}.png", colour, 100 + number)
    (tmp_path / "图片" / "0.jpg").write_bytes(b"this is no picture")
    program = Application(Session.open(tmp_path / "项目.fewshot"), tiny_engine)
    try:
        reader = Reader(program, qtbot)
        program.window.resize(1200, 800)
        program.start()
        qtbot.waitExposed(program.window)
        reader.read()
        program.desk.do(lambda: program.desk.session.import_class_folders(tmp_path / "示例"))
        program.desk.open_folder(tmp_path / "图片")
        session = program.desk.session
        qtbot.waitUntil(lambda: session.counts().all == 10 and session.counts().waiting == 0, timeout=WAIT)
        reader.read()
        yield reader
    finally:
        finish(program)


def use_the_window(reader: Reader) -> None:
    """Correct, rename, undo, filter, open menus."""
    desk, window = reader.program.desk, reader.program.window
    session = desk.session
    ids = [int(i) for i in session.view()]
    red = session.classes[0].id
    for step in (
        lambda: desk.label(ids[:1], red),
        lambda: desk.label(ids[1:4], NONE_OF_THESE),
        lambda: desk.label(ids[:1], None),
        lambda: desk.label_by_position(ids[:1], 7),
        lambda: desk.rename_class(red, "朱"),
        lambda: desk.move_class(red, 1),
        desk.undo,
        desk.new_class,
        lambda: desk.rename_class(session.classes[-1].id, "新"),
        lambda: desk.delete_class(red),
        desk.undo,
    ):
        step()
        reader.read()
    for kind in Filter:
        window.filters.set_filter(kind)
        if len(window.model.ids):
            window.gallery.select_id(int(window.model.ids[0]))
        reader.read()
    window.filters.set_filter(Filter.ALL)
    window._show_class(session.classes[0].id)
    reader.read()
    card = window.panel.card(session.classes[0].id)
    card.menu_requested.emit(QPoint())
    reader.read_menu()
    window._tile_menu(ids[:1], QPoint())
    reader.read_menu()
    window.strip.warn("一")
    window.strip.warn("二")
    reader.texts |= {pictures_text(0, left, per_second=10.0) for left in (220, 6_000, 90_000)}
    reader.read()


def use_the_dialogs(reader: Reader) -> None:
    """Plan, sort, take back, list what was sorted."""
    window, qtbot = reader.program.window, reader.qtbot
    window.sorting.start()
    dialog = window.sorting.dialog
    reader.read(dialog)
    for chip in dialog._choices.how.values():
        chip.click()  # not every disk can do it: then there is no plan
        qtbot.waitUntil(lambda: not (dialog._planning or dialog._soon.isActive()), timeout=WAIT)
        reader.read(dialog)
    next(iter(dialog._choices.how.values())).click()
    qtbot.waitUntil(dialog.sort_button.isEnabled, timeout=WAIT)
    dialog.sort_button.click()
    reader.read(dialog)
    qtbot.waitUntil(dialog.undo_button.isVisible, timeout=WAIT)
    reader.read(dialog)
    dialog.undo_button.click()
    qtbot.waitUntil(lambda: not dialog._working and not dialog.undo_button.isVisible(), timeout=WAIT)
    reader.read(dialog)
    dialog.close()
    window.sorting.show_runs()
    runs = window.sorting.runs
    qtbot.waitUntil(lambda: len(runs.table.rows()) == 1, timeout=WAIT)
    reader.read(runs)
    runs.close()


@pytest.mark.parametrize("reader", ["zh_CN"], indirect=True)
def test_all_that_the_window_says_is_chinese(reader, tmp_path):
    use_the_window(reader)
    use_the_dialogs(reader)
    assert len(reader.texts) > 150

    def rest(text: str) -> str:
        text = re.sub(r"<[^>]+>", "", text.replace(str(tmp_path), ""))
        return NOT_WORDS.sub("", text)

    assert sorted(text for text in reader.texts if re.search("[A-Za-z]", rest(text))) == []


@pytest.mark.parametrize("reader", ["en"], indirect=True)
def test_no_plural_is_open_in_the_english_window(reader):
    use_the_window(reader)
    use_the_dialogs(reader)
    assert any(re.fullmatch(r"Copy \d files", text) for text in reader.texts)
    assert {"3 pictures labelled as none of these.", "Undo: 1 picture to 红"} <= reader.texts
    assert [text for text in reader.texts if "(s)" in text] == []
