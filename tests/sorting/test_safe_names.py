import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fewshot_gui.sorting.names import fold, folder_names, numbered, safe_folder_name, split


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("cat", "cat"),
        ("猫", "猫"),
        ("cats/dogs", "cats_dogs"),
        ("..", "_"),
        ("", "_"),
        ("../../etc", "_.._etc"),
        (" . hidden . ", "hidden"),
        ("a\x00b\nc", "a_b_c"),
        ('<a>:"b|c?d*e\\f', "_a___b_c_d_e_f"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1", "_com1"),
        ("LPT²", "_LPT²"),
        ("console", "console"),
        ("e\u0301", "é"),
        ("lone \udcff surrogate", "lone _ surrogate"),
    ],
)
def test_a_class_name_becomes_a_name_that_every_disk_takes(label: str, name: str) -> None:
    assert safe_folder_name(label) == name


def test_a_long_class_name_is_cut_between_characters() -> None:
    assert safe_folder_name("é" * 200) == "é" * 127
    assert safe_folder_name("😀" * 100) == "😀" * 63
    assert safe_folder_name("x" * 254 + "q\u0323") == "x" * 254


@given(st.text())
def test_every_class_name_becomes_safe_and_stays_so(label: str) -> None:
    name = safe_folder_name(label)
    assert 1 <= len(name.encode()) <= 255
    assert name == unicodedata.normalize("NFC", name)
    assert not set(name) & set('<>:"|?*/\\')
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in name)
    assert name == name.strip() and name[0] != "." and name[-1] != "."
    assert safe_folder_name(name) == name


@given(st.lists(st.sampled_from(["Cat", "cat", "CAT", "é", "e\u0301", "É", "a/b", "a:b", "a_b (2)", ".", "x" * 300])))
def test_no_two_classes_share_a_folder(labels: list[str]) -> None:
    names = folder_names(labels)
    assert names.keys() == set(labels)
    assert len({fold(name) for name in names.values()}) == len(names)
    assert all(len(name.encode()) <= 255 for name in names.values())


def test_a_class_whose_folder_is_taken_by_another_is_numbered() -> None:
    assert folder_names(["cat", "Cat", "dog"]) == {"Cat": "Cat", "cat": "cat (2)", "dog": "dog"}


def test_names_that_differ_by_case_or_spelling_of_accents_fold_together() -> None:
    assert fold("IMG.JPG") == fold("img.jpg")
    assert fold("É.jpg") == fold("e\u0301.JPG")
    assert fold("a.jpg") != fold("á.jpg")


def test_a_leading_dot_does_not_begin_a_suffix() -> None:
    assert split("a.b.jpg") == ("a.b", ".jpg")
    assert split(".jpg") == (".jpg", "")
    assert split("plain") == ("plain", "")


def test_a_numbered_name_leaves_room_for_its_suffix() -> None:
    assert numbered("a", 1) == "a"
    assert numbered("a", 3) == "a (3)"
    assert len(numbered("é" * 127, 12, tail_bytes=8).encode()) <= 255 - 8
