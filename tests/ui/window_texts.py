"""What can be read in a window, and what of it is no word of any language."""

import re

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QTabBar, QWidget

NOT_WORDS = re.compile(
    r"Fewshot GUI|English|Label Studio|[CG]PU|XMP|CSV|JSON|MIT"  # names
    r"|damaged [-\d .]+\.fewshot|[\w-]*\.(png|jpg|fewshot|csv|json|xmp)|\{\w+\}"  # files, fields of their names
    r"|(?<![A-Za-z])(Ctrl|Alt|Shift|Meta|Del|Delete|Ins|Backspace|Space|Enter|Return|Esc|Tab|F\d+|[A-Z])(?![A-Za-z])"
    r"|(?<=\+)\w+|\b(kB|KiB|MB|MiB|GB|GiB|TB|px)\b"  # keys, units
)


def texts_of(root: QWidget, hidden: bool = True) -> set[str]:
    """All that can be read, pointed at or heard in a window: actions and lists too, and, if wanted, hidden widgets."""
    texts = set()
    for widget in [root, *root.findChildren(QWidget)]:
        if isinstance(widget.parentWidget(), QTabBar) or not (hidden or widget.isVisible()):
            continue  # the former: Qt's own arrows
        for name in ("text", "title", "windowTitle", "toolTip", "placeholderText", "prefix", "suffix"):
            told = getattr(widget, name, None)
            texts.add(told() if callable(told) else "")
        texts |= {widget.accessibleName(), widget.accessibleDescription()}
        for action in widget.actions():
            texts |= {action.text(), action.iconText(), action.toolTip()}
        if isinstance(widget, QTabBar):
            texts |= {widget.tabText(place) for place in range(widget.count())}
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            texts |= cells_of(widget)
    return {text for text in texts if text}


def cells_of(view: QAbstractItemView) -> set[str]:
    model, roles = view.model(), Qt.ItemDataRole
    columns = range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1)
    cells = [model.headerData(column, Qt.Orientation.Horizontal) for column in columns]
    for row in range(model.rowCount()):
        for role in (roles.DisplayRole, roles.ToolTipRole, roles.AccessibleTextRole):
            cells += [model.index(row, column).data(role) for column in columns]
    return {str(cell) for cell in cells if cell is not None}
