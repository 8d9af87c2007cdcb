"""Splitting a class: its examples in groups of look-alikes, which the person corrects and names."""

from functools import partial

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.questions.split import MOST_GROUPS, SplitProposal
from fewshot_gui.session import Session
from fewshot_gui.state import tidy
from fewshot_gui.ui import theme
from fewshot_gui.ui.chip import Chip
from fewshot_gui.ui.gallery.picture_list import PictureList
from fewshot_gui.ui.gallery.thumbnails import ThumbnailLoader
from fewshot_gui.ui.labels import ElidedLabel


class SplitDialog(QDialog):
    """Two to four groups side by side. Pictures go from one to the next by drag or by Ctrl with an arrow."""

    split_requested = Signal(list)  # of (name, picture ids)

    def __init__(self, session: Session, class_id: int, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._info = session.class_info(class_id)
        self._groups: list[list[int]] = [session.examples(class_id), []]
        self._proposal = SplitProposal({})
        self._touched = False  # the person moved something: nothing may be arranged anew without being asked
        self._looking = True  # for look-alikes
        self.columns = [_Column(loader, self) for _ in range(MOST_GROUPS)]
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._count_label = QLabel(self)
        self.counts = {n: Chip(self) for n in range(2, MOST_GROUPS + 1)}
        self._counts_group = QButtonGroup(self)
        for count, button in self.counts.items():
            button.setCheckable(True)
            button.set_name(QLocale().toString(count))
            button.clicked.connect(partial(self.arrange, count))
            self._counts_group.addButton(button)
        self.problem = ElidedLabel(self, tint="warning")
        self.cancel_button = QPushButton(self)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self.split_button = QPushButton(self)
        self.split_button.setDefault(True)
        self.split_button.clicked.connect(self._split)
        self._lay_out()
        for place, column in enumerate(self.columns):
            column.pictures.received.connect(partial(self.move_to, place))
            column.pictures.stepped.connect(partial(self._step, place))
            column.name.textChanged.connect(lambda _: self._check())
        self.columns[0].name.setText(self._info.name)
        self._write()
        self._show(2)
        self.columns[0].pictures.setFocus()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE)
        head.addWidget(self._text, 1)
        head.addWidget(self._count_label)
        for button in self.counts.values():
            head.addWidget(button)
        middle = QHBoxLayout()
        middle.setSpacing(theme.SPACE * 2)
        for column in self.columns:
            middle.addWidget(column, 1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE)
        foot.addWidget(self.problem, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.split_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[theme.SPACE * 2] * 4)
        whole.setSpacing(theme.SPACE * 2)
        whole.addLayout(head)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)
        self.resize(90 * theme.SPACE, 60 * theme.SPACE)

    @property
    def groups(self) -> list[list[int]]:
        """The pictures of each group shown."""
        return [list(group) for group in self._groups]

    def propose(self, proposal: SplitProposal) -> None:
        """The look-alikes were found: show two groups, unless the person was faster."""
        self._proposal = proposal
        self._looking = False
        if proposal.groups and not self._touched:
            self.arrange(min(proposal.groups))
        self._write()
        self._check()

    def arrange(self, count: int) -> None:
        """Show so many groups: as the looks suggest, or, where they suggest nothing, all in the first that were."""
        proposed = self._proposal.groups.get(count)
        everything = [picture for group in self._groups for picture in group]
        if proposed is not None:
            self._groups = [[i for i in group if i in set(everything)] for group in proposed]
            placed = {picture for group in self._groups for picture in group}
            self._groups[0] += [picture for picture in everything if picture not in placed]
        else:
            kept = self._groups[:count] + [[] for _ in range(count - len(self._groups))]
            kept[0] = kept[0] + [picture for group in self._groups[count:] for picture in group]
            self._groups = kept
        self._show(count)

    def move_to(self, place: int, picture_ids: list[int]) -> None:
        """Put pictures into the group at ``place``."""
        mine = [i for group in self._groups for i in group if i in set(picture_ids)]
        if not mine or not 0 <= place < len(self._groups):
            return
        self._touched = True
        self._groups = [[i for i in group if i not in set(mine)] for group in self._groups]
        self._groups[place] += mine
        self._show(len(self._groups))
        self.columns[place].pictures.choose(mine)

    def _step(self, place: int, step: int) -> None:
        target = place + step
        if 0 <= target < len(self._groups):
            self.move_to(target, self.columns[place].pictures.chosen_ids())
            self.columns[target].pictures.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
            self._show(len(self._groups))
        super().changeEvent(event)

    def _show(self, count: int) -> None:
        self.counts[count].setChecked(True)
        taken = {info.name.casefold() for info in self._session.classes}
        for place, column in enumerate(self.columns):
            column.setVisible(place < count)
            if place >= count:
                continue
            if not column.name.text():
                numbers = (n for n in range(place + 1, 1000) if f"{self._info.name} {n}".casefold() not in taken)
                column.name.setText(f"{self._info.name} {next(numbers)}")
            column.show_pictures(self._groups[place], self._session)
        self._check()

    def _check(self) -> None:
        names = [tidy(column.name.text()).casefold() for column in self.columns[: len(self._groups)]]
        others = {info.name.casefold() for info in self._session.classes if info.id != self._info.id}
        if not all(self._groups):
            needed = self.tr("Each group needs a picture: drag some there, or press Ctrl and an arrow.")
            problem = self.tr("Looking for look-alikes…") if self._looking else needed
        elif not all(names):
            problem = self.tr("Each group needs a name.")
        elif len(set(names)) < len(names) or others & set(names):
            problem = self.tr("Two classes can't have the same name.")
        else:
            problem = ""
        self.problem.set_text(problem)
        self.split_button.setEnabled(not problem)

    def _split(self) -> None:
        names = [tidy(column.name.text()) for column in self.columns]
        self.split_requested.emit(list(zip(names, self.groups, strict=False)))
        self.accept()

    def _write(self) -> None:
        self.setWindowTitle(self.tr("Split {name}").format(name=self._info.name))
        if self._looking or self._proposal.groups:
            text = self.tr("Pictures that look alike stand together. Drag those that are in the wrong group.")
        else:
            text = self.tr("They all look much alike. Drag those that belong elsewhere into another group.")
        self._text.setText(text)
        self._count_label.setText(self.tr("Groups:"))
        for count, button in self.counts.items():
            button.setAccessibleName(self.tr("%Ln groups", "", count))
        self.cancel_button.setText(self.tr("Cancel"))
        self.split_button.setText(self.tr("Split"))
        for place, column in enumerate(self.columns):
            column.name.setAccessibleName(self.tr("Name of group {number}").format(number=place + 1))
            spoken = self.tr("Pictures of group {number}. Ctrl and an arrow moves them to the next group.")
            column.pictures.setAccessibleName(spoken.format(number=place + 1))


class _Column(QWidget):
    """One group: its name, how many pictures, and the pictures."""

    def __init__(self, loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = QLineEdit(self)
        self.name.setAcceptDrops(False)
        self._number = ElidedLabel(self, tint="muted")
        self.pictures = PictureList(loader, self, takes_drops=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self.name)
        column.addWidget(self.pictures, 1)
        column.addWidget(self._number)

    def show_pictures(self, ids: list[int], session: Session) -> None:
        self.pictures.show_pictures(ids, session.source, lambda i: session.picture(i).path.name)
        self._number.set_text(self.tr("%Ln example(s)", "", len(ids)))
