"""English sentences into the reader's language.

Floors below hand over `Text`: a template and its values. `tr` looks the template up in
the Qt translation that is installed and fills the values in. Without a translation the
template itself is shown, so nothing is ever blank.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from reader.core.text import Text, say

CONTEXT: Final = "reader"
ENGLISH: Final = "en"
CHINESE: Final = "zh_CN"


def tr(text: Text | str) -> str:
    """The sentence in the reader's language.

    A plain string is a term from data, such as a model's label: it is looked up like a
    template and kept as it is when unknown. Values that are `Text` are translated too.
    """
    if isinstance(text, str):
        return QCoreApplication.translate(CONTEXT, text) if text else ""
    values = {k: tr(v) if isinstance(v, Text) else v for k, v in text.values.items()}
    return Text(text.template, values).filled(QCoreApplication.translate(CONTEXT, text.template))


def listed(parts: Iterable[str]) -> str:
    """`a, b, c` with the language's own comma; empty parts are left out."""
    return tr(say(", ")).join(part for part in parts if part)


def one_after_the_other(*sentences: Text) -> str:
    """Sentences with the gap the language puts between them."""
    return tr(say(" ")).join(tr(sentence) for sentence in sentences)


def chosen_language(setting: str) -> str:
    """The language a setting stands for; `auto` follows the system."""
    if setting != "auto":
        return setting
    is_chinese = QLocale.system().language() == QLocale.Language.Chinese
    return CHINESE if is_chinese else ENGLISH


class Languages:
    """Installs the translation of one language at a time into the application."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._installed: list[QTranslator] = []
        self._chinese: QTranslator | None = None
        self.current = ENGLISH

    def spellings(self, text: Text | str) -> tuple[str, ...]:
        """A sentence in every language there is, that of the interface first; each once."""
        if self._chinese is None:
            self._chinese = QTranslator()
            self._chinese.load(str(self._folder / f"reader_{CHINESE}.qm"))
        chinese = self._chinese

        def said(part: Text | str) -> str:
            template = part if isinstance(part, str) else part.template
            found = chinese.translate(CONTEXT, template) or template
            if isinstance(part, str):
                return found
            values = {k: said(v) if isinstance(v, Text) else v for k, v in part.values.items()}
            return Text(template, values).filled(found)

        return tuple(dict.fromkeys((tr(text), str(text), said(text))))

    def use(self, setting: str) -> bool:
        """Speak the language a setting stands for.

        Returns: False where its file cannot be read; the application then speaks English.
        """
        language = chosen_language(setting)
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()
        self.current = ENGLISH
        if language == ENGLISH:
            return True
        ours = QTranslator()
        if not ours.load(str(self._folder / f"reader_{language}.qm")):
            return False
        qts_own = QTranslator()
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        found = qts_own.load(f"qtbase_{language}", folder)
        for translator in (qts_own, ours) if found else (ours,):
            QCoreApplication.installTranslator(translator)
            self._installed.append(translator)
        self.current = language
        return True
