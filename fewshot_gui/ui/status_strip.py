"""The strip at the bottom: what the program is doing, what it has just done, and what it runs on."""

import time
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fewshot_gui.sentences import translated
from fewshot_gui.ui import theme
from fewshot_gui.ui.labels import ElidedLabel, IconLabel

translate = QCoreApplication.translate

_STAYS_MS = 8000  # long enough to read a sentence and reach for Undo
_FADES_MS = 400
_SPEED_AFTER_S = 1.0  # before that a speed is a guess


class StatusStrip(QWidget):
    """Activity on the left, a passing message in the middle, the device on the right; warnings in a line above."""

    action_triggered = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._warnings = _Warnings(self)
        self._activity = _Activity(self)
        self._activity.cancel.clicked.connect(lambda: self.cancel_requested.emit())
        self._message = _Message(self)
        self._message.action.clicked.connect(self._act)
        self._device = QLabel(self)
        self._device.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._device.setContentsMargins(0, 0, theme.SPACE, 0)
        self._device_icon = IconLabel("cpu", "muted", 2 * theme.SPACE, self)
        self._device_icon.hide()
        self._watching = QLabel(self)
        self._watching.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._watching.hide()

        row = QHBoxLayout()
        row.setContentsMargins(theme.SPACE * 3 // 2, theme.SPACE // 2, theme.SPACE * 3 // 2, theme.SPACE // 2)
        row.setSpacing(theme.SPACE)
        row.addStrut(self._activity.cancel.sizeHint().height())  # so that the strip keeps its height
        row.addWidget(self._activity)
        row.addWidget(self._message)
        row.addStretch()
        row.addWidget(self._watching)
        row.addWidget(self._device_icon)
        row.addWidget(self._device)
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._warnings)
        column.addLayout(row)
        self._name_everything()

    def set_activity(self, text: str, done: int = 0, total: int = 0) -> None:
        """Show what is going on, with a bar that is done/total full, or merely moving if total is 0."""
        self._activity.show_progress(text, done, total)

    def set_pictures(self, text: str, done: int, total: int) -> None:
        """As set_activity, for work that goes picture by picture: also shows the numbers, the speed and the time left.

        The speed is measured from the first call after clear_activity() or after `done` went back.
        """
        self._activity.show_pictures(text, done, total)

    def clear_activity(self) -> None:
        """Nothing is going on."""
        self._activity.finish()

    def set_device(self, text: str) -> None:
        """Show what the program computes on: "CPU" or a graphics card's name."""
        self._device.setText(text)
        is_cpu = text.upper().startswith("CPU")
        self._device_icon.set_icon("cpu" if is_cpu else "gpu")
        self._device_icon.setVisible(bool(text))
        tip = self.tr("The program computes on: {device}").format(device=text)
        self._device.setToolTip(tip)
        self._device.setAccessibleName(tip)

    def add_at_end(self, widget: QWidget) -> None:
        """Show a widget of somebody else's at the right."""
        self._row.addWidget(widget)

    def set_watching(self, on: bool) -> None:
        """Show whether the folder is followed."""
        self._watching.setVisible(on)

    def say(self, sentence: str, action_text: str | None = None) -> None:
        """Show a sentence that goes away by itself, with a button that emits action_triggered if it has a text."""
        sentence = translated(sentence)
        self._message.show_message(sentence, action_text)
        _announce(self, sentence, urgent=False)

    @property
    def offers_action(self) -> bool:
        """Whether a sentence with a button is shown."""
        return not (self._message.isHidden() or self._message.action.isHidden())

    def warn(self, sentence: str) -> None:
        """Show a sentence that stays until the person takes note of it. Further ones wait behind it."""
        self._warnings.add(sentence)
        _announce(self, translated(sentence), urgent=True)

    def unwarn(self, sentences: Iterable[str]) -> None:
        """These warnings are no longer so."""
        self._warnings.remove(sentences)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(0, 0, self.width(), 0)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name_everything()
            self.set_device(self._device.text())
            self._warnings.show_first()
        super().changeEvent(event)

    def _act(self) -> None:
        self._message.leave()
        self.action_triggered.emit()

    def _name_everything(self) -> None:
        self._activity.cancel.setText(self.tr("Cancel"))
        self._activity.cancel.setAccessibleName(self.tr("Cancel what is going on"))
        self._watching.setText(self.tr("Watching"))
        self._watching.setToolTip(self.tr("New pictures in the folder are classified as they arrive"))
        self._watching.setAccessibleName(self._watching.toolTip())
        self._activity.bar.setAccessibleName(self.tr("Progress"))
        self._warnings.dismiss.setToolTip(self.tr("Dismiss this warning"))
        self._warnings.dismiss.setAccessibleName(self.tr("Dismiss this warning"))


def pictures_text(done: int, total: int, per_second: float) -> str:
    """ "1,240 / 8,000 · 310 pictures/s · 22 s left"; without speed and time if per_second is 0."""
    locale = QLocale()
    parts = [f"{locale.toString(done)} / {locale.toString(total)}"]
    if per_second > 0:
        speed = locale.toString(round(per_second)) if per_second >= 10 else locale.toString(per_second, "f", 1)
        parts.append(translate("StatusStrip", "{speed} pictures/s").format(speed=speed))
        seconds = round((total - done) / per_second)
        minutes, hours = round(seconds / 60), round(seconds / 3600)
        if seconds < 60:
            parts.append(translate("StatusStrip", "{number} s left").format(number=locale.toString(seconds)))
        elif minutes < 60:
            parts.append(translate("StatusStrip", "{number} min left").format(number=locale.toString(minutes)))
        else:
            parts.append(translate("StatusStrip", "{number} h left").format(number=locale.toString(hours)))
    return " · ".join(parts)


class _Activity(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._text = ElidedLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(16 * theme.SPACE)
        self.cancel = QPushButton(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, theme.SPACE, 0)
        row.setSpacing(theme.SPACE)
        for widget in (self._text, self.bar, self.cancel):
            row.addWidget(widget)
        self._begun: tuple[float, int] | None = None  # when, and how many pictures were done then
        self._last_done = 0
        self.hide()

    def show_progress(self, text: str, done: int, total: int) -> None:
        self._begun = None
        self._show(text, done, total)

    def show_pictures(self, text: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self._begun is None or done < self._last_done:
            self._begun = now, done
        self._last_done = done
        seconds, pictures = now - self._begun[0], done - self._begun[1]
        per_second = pictures / seconds if seconds >= _SPEED_AFTER_S else 0.0
        self._show(f"{text}  {pictures_text(done, total, per_second)}".strip(), done, total)

    def finish(self) -> None:
        self._begun = None
        self._text.set_text("")
        self.hide()

    def _show(self, text: str, done: int, total: int) -> None:
        self._text.set_text(text)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.show()


class _Message(QWidget):
    """A sentence that fades away, but not while the pointer or the focus is on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._text = ElidedLabel(self)
        self.action = QPushButton(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self._text)
        row.addWidget(self.action)
        self._effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(_FADES_MS)
        self._fade.setEndValue(0.0)
        self._fade.finished.connect(self.leave)
        self._stay = QTimer(self, singleShot=True)
        self._stay.timeout.connect(self._fade_away)
        self.hide()

    def show_message(self, sentence: str, action_text: str | None) -> None:
        self._fade.stop()
        self._effect.setOpacity(1.0)
        self._text.set_text(sentence)
        self.action.setText(action_text or "")
        self.action.setVisible(action_text is not None)
        self.show()
        self._stay.start(_STAYS_MS)

    def leave(self) -> None:
        self._stay.stop()
        self._fade.stop()
        self.hide()

    def _fade_away(self) -> None:
        if self.underMouse() or self.action.hasFocus():
            self._stay.start(_STAYS_MS)
        else:
            self._fade.start()


class _Warnings(QFrame):
    """Sentences that need the person, one at a time, oldest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sentences: list[str] = []
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = QLabel(self)
        self._more.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.dismiss = QToolButton(self)
        self.dismiss.setIcon(theme.icon("close"))
        self.dismiss.clicked.connect(self._next)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE * 3 // 2, theme.SPACE // 2, theme.SPACE // 2, theme.SPACE // 2)
        row.setSpacing(theme.SPACE)
        row.addWidget(IconLabel("warning", "danger", 2 * theme.SPACE, self))
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self.dismiss)
        self.hide()

    def add(self, sentence: str) -> None:
        if sentence not in self._sentences:
            self._sentences.append(sentence)
        self.show_first()

    def remove(self, sentences: Iterable[str]) -> None:
        gone = set(sentences)
        self._sentences = [sentence for sentence in self._sentences if sentence not in gone]
        self.show_first()

    def paintEvent(self, event: QPaintEvent) -> None:
        tint = theme.colour("danger")
        painter = QPainter(self)
        painter.fillRect(0, 0, theme.SPACE // 2, self.height(), tint)
        tint.setAlphaF(0.1)
        painter.fillRect(self.rect(), tint)

    def _next(self) -> None:
        del self._sentences[:1]
        self.show_first()

    def show_first(self) -> None:
        self.setVisible(bool(self._sentences))
        if not self._sentences:
            return
        self._text.setText(translated(self._sentences[0]))
        behind = len(self._sentences) - 1
        self._more.setText(self.tr("%Ln more", "", behind) if behind else "")


def _announce(widget: QWidget, sentence: str, urgent: bool) -> None:
    """Have a screen reader say it."""
    event = QAccessibleAnnouncementEvent(widget, sentence)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
