"""The Measures window by itself: what its tabs show of given answers, by mouse and by key."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from fewshot_gui.measures import Verdicts, population_of_verdicts
from fewshot_gui.state import ClassInfo
from fewshot_gui.ui import theme
from fewshot_gui.ui.measure.losses import Losses
from fewshot_gui.ui.measure.map_card import MapCard
from fewshot_gui.ui.measure.per_class import PRECISION, SAID
from fewshot_gui.ui.measure.window import MeasuresWindow, Source
from fewshot_gui.ui.shell.keys import KEYS
from fewshot_gui.workers.compute import Compute

CLASSES = [ClassInfo(1, "cat", 0, 0), ClassInfo(2, "dog", 1, 1)]
JUDGED = Verdicts(
    ids=np.array([10, 11, 12, 13, 14]),
    said=np.array([1, 1, 2, 2, 0]),
    predicted=np.array([1, 2, 2, 2, 2]),
    confidence=np.array([0.95, 0.6, 0.99, 0.9, 0.5]),
)
NOTHING = JUDGED.where(np.zeros(5, bool))


@pytest.fixture
def compute() -> Compute:
    return Compute()


@pytest.fixture
def window(qtbot: QtBot, compute: Compute) -> Iterator[MeasuresWindow]:
    window = MeasuresWindow(Losses(compute), lambda i: MapCard.Content(i, QPixmap(), f"{i}.jpg", "cat"))
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def show(window: MeasuresWindow, tab: object, judged: Verdicts = JUDGED) -> None:
    window.tabs.setCurrentWidget(tab)  # type: ignore[arg-type]
    window.show_verdicts(judged, population_of_verdicts(judged), CLASSES)


def test_the_matrix_counts_what_the_person_said_by_what_the_machine_had_said(window: MeasuresWindow) -> None:
    show(window, window.matrix)
    model = window.matrix.table.model()
    shown = [[model.index(r, c).data() for c in range(3)] for r in range(3)]
    assert shown == [["1", "1", "·"], ["·", "2", "·"], ["·", "1", "·"]]
    assert [model.headerData(k, Qt.Orientation.Vertical) for k in range(3)] == ["cat", "dog", "None of these"]


def test_all_columns_of_the_matrix_are_equally_wide_whatever_the_names(window: MeasuresWindow) -> None:
    classes = [ClassInfo(1, "cat", 0, 0), ClassInfo(2, "a dog that has a rather long name", 1, 1)]
    window.matrix.show_verdicts(JUDGED, classes)
    table = window.matrix.table
    assert len({table.columnWidth(column) for column in range(3)}) == 1
    assert table.verticalHeader().sizeHint().width() + 3 * table.columnWidth(0) <= table.width()


def test_a_cell_opens_its_pictures_by_return_and_by_click(window: MeasuresWindow, qtbot: QtBot) -> None:
    show(window, window.matrix)
    table, opened = window.matrix.table, []
    window.matrix.pictures_wanted.connect(lambda ids, title: opened.append((ids.tolist(), title())))
    table.setCurrentIndex(table.model().index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    place = table.visualRect(table.model().index(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [([11], "dog → cat"), ([12, 13], "dog")]


def test_an_empty_cell_opens_nothing(window: MeasuresWindow, qtbot: QtBot) -> None:
    show(window, window.matrix)
    window.matrix.table.setCurrentIndex(window.matrix.table.model().index(1, 0))
    with qtbot.assertNotEmitted(window.matrix.pictures_wanted):
        qtbot.keyClick(window.matrix.table, Qt.Key.Key_Return)


def test_precision_is_shown_with_its_interval_and_sorts(window: MeasuresWindow) -> None:
    show(window, window.per_class)
    table = window.per_class.table
    table.sortByColumn(SAID, Qt.SortOrder.DescendingOrder)
    rows = [[table.model().index(r, c).data() for c in (0, PRECISION, SAID)] for r in range(3)]
    assert sorted(rows) == sorted(
        [["cat", "100 % (21–100)", "2"], ["dog", "50 % (15–85)", "2"], ["None of these", "no pictures yet", "1"]]
    )
    assert rows[-1][0] == "None of these"
    table.sortByColumn(PRECISION, Qt.SortOrder.AscendingOrder)
    assert [table.model().index(r, 0).data() for r in range(3)] == ["None of these", "dog", "cat"]


def test_a_row_opens_the_mistakes_with_its_class(window: MeasuresWindow, qtbot: QtBot) -> None:
    show(window, window.per_class)
    table, opened = window.per_class.table, []
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    window.per_class.pictures_wanted.connect(lambda ids, title: opened.append((ids.tolist(), title())))
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == [([11, 14], "mistakes with dog")]


def test_the_coverage_sentence_follows_the_slider(window: MeasuresWindow) -> None:
    show(window, window.coverage)
    assert "at least 90 % sure of, it files 60 %" in window.coverage.sentence()
    assert "Of 3 that you judged there, 0 were wrong" in window.coverage.sentence()
    window.coverage.slider.setValue(50)
    assert "files 100 %" in window.coverage.sentence() and "Of 5 that you judged there, 2" in window.coverage.sentence()


def test_without_answers_every_tab_says_how_to_get_some(window: MeasuresWindow) -> None:
    for tab in (window.matrix, window.per_class, window.coverage):
        show(window, tab, NOTHING)
        texts = [label.text() for label in tab.findChildren(type(window.matrix._about))]
        assert any("Judge some pictures" in text for text in texts)


def test_the_loss_curve_grows_while_adapting_and_starts_anew(window: MeasuresWindow, compute: Compute) -> None:
    window.tabs.setCurrentWidget(window.loss)
    for step, loss in enumerate((1.5, 0.9, 0.4), start=1):
        compute.adapt_progress.emit(step, 3, loss)
    assert window.loss.curve._ys == [1.5, 0.9, 0.4]
    compute.adapted.emit(1, 0.2, 0.4)
    compute.adapt_progress.emit(1, 3, 1.1)
    assert window.loss.curve._ys == [1.1] and window.loss.history._ys == [0.4]


def test_choosing_the_examples_asks_for_them_once(window: MeasuresWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.source_chosen):
        qtbot.mouseClick(window.sources[Source.EXAMPLES], Qt.MouseButton.LeftButton)
    assert window.source is Source.EXAMPLES
    window.show_progress(3, 9)
    assert window.cancel.isVisible() and window.progress.value() == 3
    window.stop_progress()
    assert window.again.isVisible() and not window.cancel.isVisible()


def test_colours_follow_the_theme_while_the_window_is_open(window: MeasuresWindow) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply_theme(application, "light")
    light = window.coverage.curve.backgroundBrush().color().name()
    theme.apply_theme(application, "dark")
    assert window.coverage.curve.backgroundBrush().color().name() == theme.colour("card").name() != light
    theme.apply_theme(application, "light")


# --- the map


@pytest.fixture
def places(window: MeasuresWindow) -> MeasuresWindow:
    """A cross of five pictures: 10 in the middle, 11 left, 12 right, 13 above, 14 below."""
    window.tabs.setCurrentWidget(window.map)
    where = np.array([(0, 0), (-0.8, 0), (0.8, 0), (0, 0.8), (0, -0.8)], float)
    window.map.show_map(np.arange(10, 15), where, 0)
    window.map.colour(np.array([1, 1, 2, 0, -1]), np.array([True, False, False, False, False]), CLASSES, 0)
    window.map.plot.setFocus()
    QApplication.processEvents()
    return window


def drag(window: MeasuresWindow, qtbot: QtBot, corners: list[tuple[int, int]]) -> None:
    view = window.map.plot.viewport()
    spots = [QPoint(*corner) for corner in corners]
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=spots[0])
    for spot in spots[1:]:
        qtbot.mouseMove(view, spot)
        qtbot.wait(20)  # the scene passes moves on at most so often
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=spots[-1])


def test_keys_move_to_the_next_picture_in_their_direction(places: MeasuresWindow, qtbot: QtBot) -> None:
    plot = places.map.plot
    plot.set_current(0)
    for key, expected in (("Left", 11), ("Right", 10), ("Up", 13), ("Down", 10), ("Down", 14)):
        qtbot.keyClick(plot, getattr(Qt.Key, f"Key_{key}"))
        assert plot.selected_ids() == [expected]
    assert plot.card.isVisible() and plot.card.content is not None and plot.card.content.name == "14.jpg"


def test_n_adds_neighbours_and_escape_lets_go(places: MeasuresWindow, qtbot: QtBot) -> None:
    plot = places.map.plot
    plot.set_current(0)
    qtbot.keyClick(plot, Qt.Key.Key_N)
    assert plot.selected_ids() == [10, 11, 12, 13, 14]
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.selected_ids() == []


def test_a_digit_labels_what_is_selected_and_return_shows_it(places: MeasuresWindow, qtbot: QtBot) -> None:
    labelled, none, shown = [], [], []
    places.map.position_wanted.connect(lambda ids, place: labelled.append((ids, place)))
    places.map.label_wanted.connect(lambda ids, label: none.append((ids, label)))
    places.map.pictures_wanted.connect(lambda ids, _: shown.append(ids.tolist()))
    places.map.plot.select(np.array([1, 2]))
    for key in (Qt.Key.Key_2, Qt.Key.Key_U, Qt.Key.Key_Return):
        qtbot.keyClick(places.map.plot, key)
    assert labelled == [([11, 12], 1)] and none == [([11, 12], 0)] and shown == [[11, 12]]


def test_keys_are_named_and_heard_on_the_map_as_they_are_set(
    places: MeasuresWindow, qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(KEYS.reset)
    plot, about = places.map.plot, places.map._about
    assert "N selects neighbours" in about.text() and "1 says the first class" in about.text()
    assert not KEYS.assign("neighbours", "F8") and not KEYS.assign("class-1", "F7")
    for text in (about.text(), plot.accessibleDescription()):
        assert "F8 selects neighbours" in text and "F7 says the first class" in text
    plot.set_current(0)
    qtbot.keyClick(plot, Qt.Key.Key_N)
    assert len(plot.selected_ids()) == 1
    qtbot.keyClick(plot, Qt.Key.Key_F8)
    assert len(plot.selected_ids()) > 1


def test_a_stopped_map_of_taught_classes_does_not_ask_for_examples(window: MeasuresWindow) -> None:
    window.tabs.setCurrentWidget(window.map)
    window.map.stop_progress()
    assert "Give two classes" in window.map._about.text() and not window.map.draw.isVisible()
    window.map.allow_drawing(True)
    assert "Give two classes" not in window.map._about.text() and window.map.draw.isVisible()


def test_the_menu_of_the_map_looks_like_all_menus(places: MeasuresWindow, request: pytest.FixtureRequest) -> None:
    classes = [ClassInfo(1, "salt & pepper", 0, 0), CLASSES[1]]
    places.map.colour(np.array([1, 1, 2, 0, -1]), np.zeros(5, bool), classes, 0)
    places.map.plot.select(np.array([1]))
    places.map.label.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    request.addfinalizer(menu.close)
    assert menu.actions()[0].text() == "salt && pepper\t1" and not menu.actions()[0].icon().isNull()
    separator = next(action for action in menu.actions() if action.isSeparator())
    assert menu.actionGeometry(separator).height() == theme.SPACE + 1  # Fusion's own is lower


def test_a_lasso_selects_what_it_surrounds(places: MeasuresWindow, qtbot: QtBot) -> None:
    plot = places.map.plot
    left, middle = plot.place_of(1).toPoint(), plot.place_of(0).toPoint()
    x0, x1, y = left.x() - 30, middle.x() + 30, middle.y()
    drag(places, qtbot, [(x0, y - 40), (x1, y - 40), (x1, y + 40), (x0, y + 40), (x0, y)])
    qtbot.waitUntil(lambda: plot.selected_ids() == [10, 11])


def test_a_correction_changes_colours_and_moves_nothing(places: MeasuresWindow) -> None:
    plot = places.map.plot
    before = plot._spots.data["brush"].copy()
    where = [plot.place_of(row) for row in range(5)]
    places.map.colour(np.array([1, 2, 2, 0, -1]), np.array([True, True, False, False, False]), CLASSES, 0)
    after = plot._spots.data["brush"]
    assert [a is b for a, b in zip(before, after, strict=True)] == [True, False, True, True, True]
    assert after[1].color() == theme.class_colour(1) and [plot.place_of(row) for row in range(5)] == where


def test_everything_has_a_name_for_screen_readers(places: MeasuresWindow) -> None:
    tabs = places
    named = [tabs.map.plot, tabs.loss.curve, tabs.coverage.curve, tabs.coverage.slider, tabs.matrix.table]
    assert all(widget.accessibleName() for widget in [*named, tabs.per_class.table, tabs.progress, tabs.map.progress])


def test_small_losses_are_written_as_they_are_after_a_change_of_theme(window: MeasuresWindow, compute: Compute) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window.tabs.setCurrentWidget(window.loss)
    compute.adapt_progress.emit(1, 1, 0.02)
    compute.adapted.emit(1, 0.2, 0.02)
    for mode in ("dark", "light"):
        theme.apply_theme(application, mode)
    assert window.loss.history.getAxis("left").autoSIPrefixScale == 1
