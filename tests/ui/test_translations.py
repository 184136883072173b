"""Nothing a person may read is left untranslated, and what is shipped is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from reader.core.text import Text, say
from reader.ui.translate import Languages, chosen_language, tr
from tests.support.translations import CHINESE, tool

HINT = "run: python packaging/update_translations.py, then translate what it lists"


def test_the_translation_is_complete(project_root: Path):
    found = tool().templates(project_root / "reader")
    assert tool().problems(found, tool().read_translations(CHINESE)) == [], HINT


def test_the_compiled_translation_is_up_to_date():
    assert not tool().is_stale(CHINESE, CHINESE.with_suffix(".qm")), HINT


def test_the_file_is_as_the_tool_writes_it(tmp_path: Path):
    again = tmp_path / CHINESE.name
    tool().write_translations(again, "zh_CN", tool().read_translations(CHINESE))
    assert again.read_bytes() == CHINESE.read_bytes(), HINT


@pytest.mark.parametrize(
    ("found", "translations", "problem"),
    [
        ({"New"}, {}, "not translated: 'New'"),
        (set(), {"Old": "旧"}, "no longer used: 'Old'"),
        ({"{n} of {m}"}, {"{n} of {m}": "{n}"}, "other values in braces"),
        ({"{n:.1f}"}, {"{n:.1f}": "{n}"}, "other values in braces"),
    ],
)
def test_every_kind_of_problem_is_told(found, translations, problem):
    (line,) = tool().problems(found, translations)
    assert line.startswith(problem)


def test_a_sentence_that_is_no_literal_is_refused(tmp_path: Path):
    (tmp_path / "bad.py").write_text("say(words)\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.py:1"):
        tool().templates(tmp_path)


@pytest.fixture
def chinese(qapp: QCoreApplication, project_root: Path):
    languages = Languages(project_root / "resources" / "translations")
    assert languages.use("zh_CN")
    yield languages
    languages.use("en")


def test_sentences_are_looked_up_and_filled(chinese: Languages):
    assert tr(say("Confirm")) == "确认"
    assert "7" in tr(say("{count} y", count=7))


def test_values_that_are_sentences_are_translated_too(chinese: Languages):
    reason = say("{model} did not start.", model=say("Lung nodule"))
    assert "肺结节" in tr(reason)


def test_what_is_unknown_is_shown_as_it_is(chinese: Languages):
    assert tr("Some label of somebody's model") == "Some label of somebody's model"
    assert tr(Text("{n} unheard of", {"n": 3})) == "3 unheard of"
    assert tr("") == ""


def test_a_language_without_a_file_falls_back_to_english(qapp: QCoreApplication, tmp_path: Path):
    languages = Languages(tmp_path)
    assert not languages.use("zh_CN")
    assert languages.current == "en"
    assert tr(say("Confirm")) == "Confirm"


def test_a_named_language_is_taken_as_it_is():
    assert chosen_language("zh_CN") == "zh_CN"
    assert chosen_language("auto") in ("en", "zh_CN")
