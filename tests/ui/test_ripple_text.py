"""The ripple bar's sentence is broken between what it lists, and nowhere else."""

import pytest
from PySide6.QtGui import QTextLayout, QTextOption

from fewshot_gui.ui.review.ripple import unbroken


def lines(text: str, width: int) -> list[str]:
    """The lines that Qt makes of it, without what is invisible."""
    layout = QTextLayout(text)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    found = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        found.append(text[line.textStart() : line.textStart() + line.textLength()])
    layout.endLayout()
    return [line.replace("\u2060", "").replace("\u00a0", " ").strip() for line in found]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("comma", ["、", ", "])
def test_a_line_ends_only_between_items(comma: str) -> None:
    items = ["12 大熊猫 → 小熊猫", "3 金丝猴 → 以上都不是", "1 red fox → wolf", "5 長尾猿 → テナガザル"]
    text = comma.join(map(unbroken, items))
    for width in (120, 200, 300, 400):
        for line in lines(text, width):
            assert all(part.strip() in items for part in line.replace("、", ",").rstrip(",").split(",")), line


@pytest.mark.usefixtures("qapp")
def test_a_long_item_may_be_broken_at_its_spaces_but_not_in_a_word() -> None:
    item = "5 a class with a very long name → 另一个很长的类别名称"
    assert len(lines(unbroken(item), 150)) > 1
    assert {word for line in lines(unbroken(item), 150) for word in line.split()} == set(item.split())


def test_marks_that_belong_to_a_letter_stay_with_it() -> None:
    assert unbroken("1 cafe\u0301 → 👍🏽") == "1\u00a0cafe\u0301\u00a0→\u00a0👍🏽"
