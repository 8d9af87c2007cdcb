"""The window's language: English or Simplified Chinese, with the plurals, numbers and dates that go with it.

The sources hold plain English. ``resources/translations/fewshot_en.ts`` adds only the plural forms of the sentences
with a number in them ("1 picture", "5 pictures"), ``fewshot_zh_CN.ts`` translates all. After a sentence was added or
changed, bring both up to date, fill in what is unfinished, and compile them::

    pyside6-lupdate -extensions py -no-obsolete -locations none fewshot_gui/ui \\
        -ts resources/translations/fewshot_zh_CN.ts
    pyside6-lupdate -extensions py -no-obsolete -locations none -pluralonly fewshot_gui/ui \\
        -ts resources/translations/fewshot_en.ts
    pyside6-lrelease resources/translations/fewshot_en.ts resources/translations/fewshot_zh_CN.ts

A sentence is found there only where it stands as plain text in ``self.tr("...")`` or ``translate("Context", "...")``,
not inside an f-string; one with a plural needs ``self.tr("%Ln picture(s)", "", count)``, or ``Words`` outside of a
widget.
"""

import os
from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtGui import QKeySequence

from fewshot_gui.paths import resource

VARIABLE = "FEWSHOT_GUI_LANGUAGE"
"""Environment variable that overrides the person's languages: en or zh_CN."""
_OURS = "fewshot language"


class Words:
    """Sentences with plurals that no widget says: pyside6-lupdate finds these only in ``tr``.

    It takes the name before ``tr`` for the context, so that must be the variable's: ``Hints = Words("Hints")``, then
    ``Hints.tr("%Ln near-copies", "", count)``.
    """

    def __init__(self, context: str) -> None:
        self._context = context

    def tr(self, source: str, comment: str = "", count: int = -1) -> str:
        """The translation, in the form for this count."""
        return QCoreApplication.translate(self._context, source, comment, count)


class Spoken(QObject):
    """Has a widget's texts said at once, and again whenever the language changes."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self._said: list[Callable[[], object]] = []
        widget.installEventFilter(self)

    def say(self, text: Callable[[], object]) -> None:
        """``text`` sets one or several texts, from ``tr``."""
        self._said.append(text)
        text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange:
            for text in self._said:
                text()
        return False


def listed(parts: Iterable[str]) -> str:
    """Several things with the language's comma between: "a, b"."""
    return QCoreApplication.translate("List", ", ").join(parts)


def install_language(app: QCoreApplication, wanted: str = "system") -> str:
    """Have everything said in one language from now on: our own sentences, and Qt's in its menus and dialogs.

    wanted: a language ("en", "zh_CN", also as "zh-Hans"), or "system" for the first of the person's languages that we
    have. FEWSHOT_GUI_LANGUAGE, where it is set, goes before it. A language that we do not have becomes English.
    Numbers and dates are written as usual in that language: by the person's own settings if these are in it.
    Call it before widgets are made; another call replaces the language of the one before.

    Returns "en" or "zh_CN".
    """
    wanted = os.environ.get(VARIABLE) or wanted
    language = choose_language(QLocale.system().uiLanguages() if wanted == "system" else [wanted])
    chosen, system = QLocale(language), QLocale.system()
    own = (system.language(), system.script()) == (chosen.language(), chosen.script())
    QLocale.setDefault(system if own else chosen)
    for old in app.findChildren(QTranslator, _OURS):
        app.removeTranslator(old)
        old.deleteLater()
    qt_files = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for file in (f"{qt_files}/qtbase_{language}.qm", str(resource("translations", f"fewshot_{language}.qm"))):
        translator = QTranslator(app)
        translator.setObjectName(_OURS)
        if translator.load(file):
            app.installTranslator(translator)
    return language


def choose_language(names: Iterable[str]) -> str:
    """The first of these languages, named as by QLocale.uiLanguages(), that we have: "en" or "zh_CN"; "en" if none.

    Who reads Traditional Chinese gets English.
    """
    for name in names:
        locale = QLocale(name)
        if locale.language() == QLocale.Language.Chinese:
            return "zh_CN" if locale.script() == QLocale.Script.SimplifiedHanScript else "en"
        if locale.language() == QLocale.Language.English:
            return "en"
    return "en"


def key_hint(keys: str) -> str:
    """What a menu entry's text ends with to show keys ("Alt+Up") as they are called in the language, on the system."""
    return "\t" + QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
