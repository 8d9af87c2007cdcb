"""What all dialogs have in common: their margins, and a row of buttons at the foot."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fewshot_gui.ui import theme


def frame(dialog: QDialog, content: QWidget, left: Sequence[QPushButton], right: Sequence[QPushButton]) -> None:
    """Lay the dialog out: content, below it the buttons at the left and those at the right.

    Return presses none of them but the default button, if there is one.
    """
    buttons = QHBoxLayout()
    buttons.setSpacing(theme.SPACE)
    for button in (*left, *right):
        button.setAutoDefault(False)
    for button in left:
        buttons.addWidget(button)
    buttons.addStretch()
    for button in right:
        buttons.addWidget(button)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(*[2 * theme.SPACE] * 4)
    whole.setSpacing(2 * theme.SPACE)
    whole.addWidget(content, 1)
    whole.addLayout(buttons)
