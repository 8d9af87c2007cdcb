"""What is done with class cards reaches the project, can be undone by name, and the health of examples is asked for."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMainWindow

from fewshot_gui.questions.health import Health, Kind, Symptom
from fewshot_gui.questions.split import SplitProposal
from fewshot_gui.session import State
from fewshot_gui.ui.cards.class_panel import ClassPanel
from fewshot_gui.ui.cards.teaching import Teaching
from fewshot_gui.ui.desk import Desk
from fewshot_gui.ui.drops import Drop
from fewshot_gui.ui.gallery.tile_menu import tile_menu
from fewshot_gui.ui.operation_text import operation_text
from tests.made_up import answer, session_of


class FakeCompute(QObject):
    """Notes what is asked; the test gives the answers."""

    read, scored, adapted = Signal(int, list), Signal(int, object), Signal(int, float, float)
    not_enough, failed, idle = Signal(int), Signal(str), Signal()

    def __init__(self):
        super().__init__()
        self.asked = {}

    def ask(self, kind, question, then):
        self.asked[kind] = then

    def forget_question(self, kind):
        self.asked.pop(kind, None)

    def adapt_to(self, request, examples):
        return 1

    def cancel(self):
        return 0

    def start_over(self):
        return 1


@pytest.fixture
def compute(qapp):
    return FakeCompute()


@pytest.fixture
def project(quick_path: Path):
    session = session_of(quick_path / "a.fewshot", quick_path, range(8))
    for name, ids in (("cat", (1, 2, 3)), ("dog", (4, 5, 6))):
        session.label(ids, session.add_class(name)[0])
    return session


@pytest.fixture
def desk(project, compute):
    tasks = SimpleNamespace(run=lambda work, then=None, failed=None, part=None: None)
    desk = Desk(project, compute, tasks)
    yield desk
    desk.close()


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def teaching(window, desk, compute, loader):
    panel = ClassPanel(loader)
    window.setCentralWidget(panel)
    teaching = Teaching(desk, compute, panel, loader, window)
    desk.changed.connect(lambda _: panel.refresh(desk.session))
    panel.refresh(desk.session)
    window.show()
    return teaching


@pytest.fixture
def panel(teaching, window):
    return window.centralWidget()


@pytest.fixture
def said(desk):
    said = []
    desk.said.connect(lambda sentence, can_undo: said.append((sentence, can_undo)))
    return said


def undo_text(desk):
    return operation_text(desk.session.undo_name)


def names(desk):
    return [info.name for info in desk.session.classes]


def machine_says(desk, class_id):
    row = (0.9, 0.1) if class_id == 1 else (0.1, 0.9)
    answer(desk.session, (1, 2), desk.session.answers.ids, [row] * 8)


def test_merging_says_so_and_is_undone_by_name(panel, desk, said):
    panel.merge_requested.emit(1, 2)
    assert names(desk) == ["dog"]
    assert said == [("cat was merged into dog.", True)]
    assert undo_text(desk) == "merge cat into dog"
    desk.undo()
    assert names(desk) == ["cat", "dog"]


def test_a_colour_is_chosen_from_the_palette(panel, desk, teaching):
    panel.recolour_requested.emit(1, QPoint(0, 0))
    teaching.palette.swatches[6].click()
    assert desk.session.class_info(1).colour == 6
    assert undo_text(desk) == "colour of cat"


def test_a_class_is_split_as_its_looks_suggest(panel, desk, compute, teaching, said):
    panel.split_requested.emit(1)
    compute.asked["split"](SplitProposal({2: ((1, 2), (3,))}))
    teaching.split_dialog.columns[1].name.setText("lion")
    teaching.split_dialog.split_button.click()
    assert names(desk) == ["cat", "lion", "dog"]
    assert desk.session.examples(desk.session.classes[1].id) == [3]
    assert said == [("cat was split into 2 classes.", True)]
    assert undo_text(desk) == "split cat"
    assert teaching.split_dialog is None


def test_a_split_that_is_given_up_changes_nothing(panel, desk, compute, teaching):
    before = desk.session.undo_name
    panel.split_requested.emit(1)
    teaching.split_dialog.reject()
    assert names(desk) == ["cat", "dog"] and desk.session.undo_name == before
    assert "split" not in compute.asked and teaching.split_dialog is None


def test_an_example_dropped_on_another_card_becomes_its_example(panel, desk):
    panel.drop_received.emit(2, Drop(tiles=(1,), from_card=True))
    assert desk.session.human_label(1) == 2
    assert undo_text(desk) == "1 picture(s) to dog"


def test_an_example_that_comes_back_to_its_own_card_is_no_news(panel, desk, said):
    panel.drop_received.emit(1, Drop(tiles=(1,), from_card=True))
    assert said == []


def test_examples_are_taken_back(panel, desk, said):
    panel.unlabel_requested.emit([1, 2])
    assert desk.session.examples(1) == [3]
    assert said[-1][1]


def test_the_health_is_asked_for_once_after_adapting(qtbot, compute, panel, teaching):
    compute.adapted.emit(1, 0.1, 0.1)
    compute.adapted.emit(2, 0.1, 0.1)
    assert "health" not in compute.asked
    qtbot.waitUntil(lambda: "health" in compute.asked)
    compute.asked["health"](Health((Symptom(Kind.MISLABELLED, (3,), (1, 2), 0.9),)))
    assert panel.card(1).hint.text() == "One looks like “dog”"
    compute.not_enough.emit(3)
    assert not panel.card(1).hint.isVisible()


def test_a_hint_asks_for_the_doctor_and_an_example_taken_back_is_shown_no_more(qtbot, panel, desk, teaching):
    teaching._take_health(Health((Symptom(Kind.NEAR_COPIES, (2, 3), (1,), 0.2),)))
    with qtbot.waitSignal(teaching.doctor_requested) as asked:
        panel.card(1).hint.click()
    assert asked.args[0].pictures == (2, 3)
    teaching.show_examples(1)
    shown = teaching.examples_dialog
    shown.pictures.choose([3])
    shown.take_back.click()
    assert desk.session.human_label(3) is None
    assert shown.pictures.ids() == [1, 2]
    shown.close()
    assert teaching.examples_dialog is None


def test_all_examples_of_a_class_can_be_looked_at(panel, teaching):
    panel.examples_requested.emit(2)
    assert teaching.examples_dialog.pictures.ids() == [4, 5, 6]
    teaching.examples_dialog.close()


def test_rejecting_says_what_the_picture_is_not_and_is_undone_by_name(desk, teaching, said):
    machine_says(desk, 1)
    teaching.reject([7])
    assert desk.session.decision(7).class_id == 2
    assert said == [("1 picture(s) marked as not cat.", True)]
    assert undo_text(desk) == "1 picture(s) not cat"


def test_where_there_is_no_answer_there_is_nothing_to_reject(desk, teaching, said):
    teaching.reject([7])
    assert said == [("There is no answer to reject.", False)]
    assert desk.session.decision(7).state is State.WAITING


def test_the_menu_of_a_tile_names_the_class_it_is_not(desk, teaching, window):
    machine_says(desk, 1)
    menu = tile_menu(window, desk, teaching, [7, 8])
    entry = next(a for a in menu.actions() if a.text().startswith("Not cat"))
    entry.trigger()
    assert desk.session.rejections == {7: frozenset({1}), 8: frozenset({1})}
    assert teaching.not_this([7, 1]) == "Not the answer"
    desk.session.reject([7])
    assert teaching.not_this([7]) == ""
