"""Folders, projects and files that are dropped on the middle of the window."""

from pathlib import Path

import pytest

from fewshot_gui.ui.dropped_folder import open_dropped


class Desk:
    """Notes what is asked of it; said is a signal to it."""

    def __init__(self):
        self.opened, self.sentences, self.said = [], [], self
        self.opens = True

    def emit(self, sentence, can_undo):
        assert not can_undo
        self.sentences.append(sentence)

    def open_folder(self, folder):
        self.opened.append(folder)

    def open_project(self, path):
        self.opened.append(path)
        return self.opens


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def folders(tmp_path):
    made = [tmp_path / name for name in ("owls", "foxes", "hares")]
    for folder in made:
        folder.mkdir()
    return made


def test_one_folder_is_opened_without_a_word(desk, folders):
    open_dropped(desk, folders[:1])
    assert (desk.opened, desk.sentences) == (folders[:1], [])


def test_of_several_folders_the_first_is_opened_and_named(desk, folders):
    open_dropped(desk, folders)
    assert desk.opened == folders[:1]
    (sentence,) = desk.sentences
    assert "Only “owls” was opened" in sentence and "one folder at a time" in sentence


def test_a_folder_among_files_is_found_and_named(desk, folders, tmp_path):
    open_dropped(desk, [tmp_path / "a.png", folders[0]])
    assert desk.opened == folders[:1] and "“owls”" in desk.sentences[0]


def test_files_alone_are_told_where_they_belong(desk, tmp_path):
    open_dropped(desk, [tmp_path / "a.png", tmp_path / "b.png"])
    assert desk.opened == [] and desk.sentences[0].startswith("Drop pictures on a class")


def test_of_several_projects_the_first_is_opened_and_named(desk):
    both = [Path("a.fewshot"), Path("b.fewshot")]
    open_dropped(desk, both)
    assert desk.opened == both[:1] and "“a.fewshot” was opened" in desk.sentences[0]


def test_a_project_that_could_not_be_opened_is_not_said_to_be(desk):
    desk.opens = False
    open_dropped(desk, [Path("a.fewshot"), Path("b.fewshot")])
    assert desk.sentences == []
