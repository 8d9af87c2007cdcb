"""What the promise's bar says where nothing can be filed."""

import math

import pytest

from fewshot_gui.learner.promise import Promise
from fewshot_gui.ui.review.promise import PromiseBar

NOTHING = Promise(math.inf, 0, 0.0, 0, 0, for_person=277, confirmations_wanted=0, filed_then=0)


@pytest.mark.parametrize(
    ("language", "first", "way_out"), [("en", "277 for you", "correct more"), ("zh_CN", "277 张待您判断", "更正更多")]
)
def test_where_no_answers_help_a_way_out_is_told_in_a_line_of_its_own(qtbot, speak, language, first, way_out) -> None:
    speak(language)
    bar = PromiseBar()
    qtbot.addWidget(bar)
    bar.show_target(0.05)
    bar.show_promise(NOTHING)
    said, hint = bar.said.toolTip().split("\n")
    assert first in said and way_out in hint and not hint.endswith(".")


@pytest.mark.parametrize(("language", "when"), [("en", "Once pictures are classified"), ("zh_CN", "图片分类后")])
def test_where_nothing_is_classified_nothing_can_be_chosen_and_the_tip_says_when(qtbot, speak, language, when) -> None:
    speak(language)
    bar = PromiseBar()
    qtbot.addWidget(bar)
    assert not bar.button.isEnabled() and bar.button.toolTip().startswith(when)
    bar.set_available(True)
    assert bar.button.isEnabled() and not bar.button.toolTip().startswith(when)
