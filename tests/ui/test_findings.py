"""The inbox: what cards say, when they change, and why there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from reader.core.review import ReviewStatus
from reader.ui.actions.action import ActionId
from reader.ui.findings.card_content import CardState, card_content, confidence_of, status_of
from reader.ui.findings.empty_states import EmptyKind
from reader.ui.findings.finding_card import fitted
from reader.ui.findings.threshold_text import threshold_text
from tests.support.driver import ReaderDriver


def _inbox(reader: ReaderDriver):
    return reader.window.frame.reading.panel.inbox


def test_a_card_says_size_place_score_and_whose_turn_it_is(found: ReaderDriver):
    found.press("N")
    content = card_content(found.workspace, found.findings[0])
    size = found.findings[0].long_axis_mm
    assert content.name == "Lung nodule"
    assert content.detail == f"{size:.1f}\u202fmm · left lung · slice {found.slice_number}"
    assert (content.status, content.note) == ("AI, to review", "")
    assert content.confidence is not None
    assert content.confidence.fraction is None
    assert content.confidence.text.endswith("not calibrated")
    assert content.growth.endswith("Scan is inside the tested range.")
    assert content.selected


def test_a_calibrated_score_is_a_chance(found: ReaderDriver):
    finding = replace(found.findings[0], calibrated=True, score=0.94)
    confidence = confidence_of(finding)
    assert confidence is not None
    assert (confidence.text, confidence.fraction) == ("94\u202f%", 0.94)
    content = card_content(found.workspace, finding)
    assert content.growth.startswith("Of 100 marks scored like this, 94 were real.")


@pytest.mark.parametrize(
    ("by_ai", "status"),
    [(True, s) for s in ReviewStatus if s is not ReviewStatus.ADDED]
    + [(False, s) for s in ReviewStatus],
)
def test_every_status_has_words_and_a_state(found: ReaderDriver, status, by_ai):
    finding = found.findings[0]
    if not by_ai:
        added = found.workspace.desk.add(finding.series_key, (70.0, -10.0, -40.0))
        finding = added
    words, _, state = status_of(finding, status)
    assert ("AI" in str(words)) == by_ai
    assert (state is CardState.WAITING) == (status is ReviewStatus.UNREVIEWED)
    assert (state is CardState.REJECTED) == (status is ReviewStatus.REJECTED)


def test_cards_move_to_decided_and_say_what_was_decided(found: ReaderDriver):
    found.press("N", "Return", "X", "1")
    assert found.cards == ["AI, to review", "AI, confirmed", "AI, rejected"]
    assert _inbox(found).cards[-1].content.note == "vessel"
    assert _inbox(found)._count.text == "1 of 3 to review"


def test_only_the_cards_that_changed_are_drawn_again(found: ReaderDriver, monkeypatch):
    found.press("N")
    found.settle()
    drawn: list[str] = []
    for card in _inbox(found).cards:
        name = card.content.finding_id
        monkeypatch.setattr(card, "update", lambda name=name: drawn.append(name))
    found.workspace.events.findings_changed.emit()
    assert drawn == []
    found.workspace.desk.confirm(found.findings[0].finding_id)
    assert set(drawn) == {found.findings[0].finding_id}


def test_pressing_a_card_goes_to_its_finding(found: ReaderDriver):
    card = _inbox(found).cards[2]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert found.workspace.findings.selected == card.content.finding_id


def test_arrows_go_from_card_to_card_while_the_inbox_has_the_keyboard(found: ReaderDriver):
    found.press("N")
    _inbox(found)._scroll.setFocus()
    found.press("Down", "Down", "Down")
    assert found.selected == 2
    found.press("Up")
    assert found.selected == 1


def test_the_threshold_hides_and_says_so(found: ReaderDriver):
    found.workspace.findings.set_threshold(0.88)
    assert len(_inbox(found).cards) == 1
    found.workspace.findings.set_threshold(0.95)
    empty = _inbox(found).empty
    assert empty is not None
    assert empty.kind is EmptyKind.NOTHING_SHOWN
    assert "This does not mean normal. 3 marks below 0.95" in str(empty.text)
    assert found.workspace.findings.unreviewed_count == 3
    assert threshold_text(found.workspace, 0.95) == "0.95"


def test_an_empty_inbox_says_why(make_reader, chest, monkeypatch):
    reader = make_reader()
    reader.open(chest)
    assert _inbox(reader).empty.kind is EmptyKind.NOTHING_YET
    assert _inbox(reader).empty.act is ActionId.RUN_MODEL
    monkeypatch.setattr(reader.workspace.inference, "specs", lambda: ())
    reader.workspace.events.findings_changed.emit()
    assert _inbox(reader).empty.kind is EmptyKind.NO_MODEL


def test_a_model_that_finds_nothing_is_no_all_clear(make_reader, chest, monkeypatch):
    reader = make_reader()
    reader.open(chest)
    monkeypatch.setattr(reader.workspace.inference, "has_looked_at", lambda _key: True)
    reader.workspace.events.findings_changed.emit()
    empty = _inbox(reader).empty
    assert empty.kind is EmptyKind.NOTHING_FOUND
    assert str(empty.text).startswith("This does not mean normal.")


def test_thumbnails_are_kept_until_something_changes(found: ReaderDriver):
    kit = found.window.frame.kit
    first = kit.thumbnails.of(found.findings[0], 60, 1.0)
    assert first is not None
    assert (first.width(), first.height()) == (60, 60)
    assert kit.thumbnails.of(found.findings[0], 60, 1.0) is first
    assert kit.thumbnails.of(found.findings[0], 60, 2.0).width() == 120
    middle = first.toImage().pixelColor(30, 30)
    assert middle.red() == middle.green() == middle.blue() > 150, "a nodule at a lung window"


def test_of_a_long_line_the_place_is_cut_and_not_the_slice(qapp):
    metrics = QFontMetricsF(qapp.font())
    detail = "15.5 mm · peripheral zone of the prostate · slice 11"
    width = metrics.horizontalAdvance(detail)
    assert fitted(detail, width + 1, metrics) == detail
    cut = fitted(detail, width * 0.7, metrics)
    assert metrics.horizontalAdvance(cut) <= width * 0.7 + 1
    assert cut.startswith("15.5 mm · peripheral")
    assert cut.endswith("… · slice 11")
