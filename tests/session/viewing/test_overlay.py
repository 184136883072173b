"""What lies over the image: who made it and where it stands shows in how it is drawn."""

from __future__ import annotations

import pytest

from reader.core.review import ReviewStatus
from reader.imaging.layers import OutlineStyle
from reader.session.viewing.overlay import AI_COLOR, READER_COLOR, REJECTED_COLOR, OverlayMode
from reader.session.workspace import Mode
from tests.support.fake_runner import FakeRunner
from tests.support.sessions import FIRST, SECOND


class Overlay:
    """The overlay of a session's series with the model's three findings on it."""

    def __init__(self, session, series_key=FIRST):
        self.workspace = session.workspace
        self.key = series_key
        self.store = session.workspace.overlay
        self.findings = session.finding_ids
        self.told = []
        session.workspace.events.overlay_changed.connect(lambda: self.told.append(1))

    @property
    def layers(self):
        return self.store.layers_for(self.key)

    def style(self, finding_id):
        styles = self.layers.styles if self.layers else ()
        return next((s for s in styles if s.finding_id == finding_id), None)

    def segment(self, name_or_finding):
        segments = self.workspace.studies.segmentation(self.key).segments
        return next(s for s in segments if name_or_finding in (s.name, s.finding_id))


@pytest.fixture
def overlay(session, ct):
    session.open(ct)
    session.run_model()
    return Overlay(session)


def test_without_results_nothing_lies_over_the_image(session, ct):
    session.open(ct)
    assert session.workspace.overlay.layers_for(FIRST) is None
    assert session.workspace.overlay.layers_for("unknown") is None


def test_each_status_has_its_look(overlay):
    first, second, third = overlay.findings
    desk, findings = overlay.workspace.desk, overlay.workspace.findings
    assert (overlay.style(first).outline, overlay.style(first).outline_color) == (
        OutlineStyle.DASHED, AI_COLOR,
    )  # fmt: skip
    desk.confirm(first)
    assert (overlay.style(first).outline, overlay.style(first).outline_color) == (
        OutlineStyle.SOLID, READER_COLOR,
    )  # fmt: skip
    desk.reject(second)
    assert overlay.style(second) is None
    findings.select(second)
    assert (overlay.style(second).outline, overlay.style(second).outline_color) == (
        OutlineStyle.DOTTED, REJECTED_COLOR,
    )  # fmt: skip
    assert overlay.style(second).selected
    assert not overlay.style(third).selected
    x, y, z = findings.finding(third).center_lps_mm
    added = desk.add(FIRST, (x, y + 15.0, z))
    assert findings.status_of(added.finding_id) is ReviewStatus.ADDED
    assert overlay.style(added.finding_id).outline is OutlineStyle.SOLID


def test_an_edited_finding_is_the_readers(overlay):
    first, workspace = overlay.findings[0], overlay.workspace
    workspace.findings.select(first)
    workspace.set_mode(Mode.EDIT)
    x, y, z = workspace.findings.finding(first).center_lps_mm
    workspace.editor.stroke([(x + 6, y, z)])
    workspace.set_mode(Mode.READ)
    assert overlay.style(first).outline is OutlineStyle.SOLID
    assert overlay.style(first).outline_color == READER_COLOR


def test_structures_are_shown_when_asked_for(overlay):
    lung = overlay.segment("Left lung")
    labels = {style.label for style in overlay.layers.styles}
    assert lung.label not in labels
    overlay.store.set_visible(FIRST, lung, True)
    (style,) = (s for s in overlay.layers.styles if s.label == lung.label)
    assert style.finding_id is None
    assert style.fill_opacity == pytest.approx(0.3)
    overlay.store.set_visible(FIRST, lung, False)
    assert lung.label not in {style.label for style in overlay.layers.styles}


def test_a_finding_is_hidden_and_shown_again(overlay):
    segment = overlay.segment(overlay.findings[0])
    overlay.store.set_visible(FIRST, segment, False)
    assert overlay.style(overlay.findings[0]) is None
    assert not overlay.store.is_visible(FIRST, segment)
    overlay.store.set_visible(FIRST, segment, True)
    assert overlay.style(overlay.findings[0]) is not None


def test_opacity_belongs_to_a_segment_and_is_bounded(overlay):
    first, second, _ = overlay.findings
    assert overlay.style(first).fill_opacity == 0
    overlay.store.set_opacity(FIRST, overlay.segment(first), 3.0)
    assert overlay.style(first).fill_opacity == 1
    assert overlay.style(second).fill_opacity == 0
    overlay.store.set_opacity(FIRST, overlay.segment(first), -1.0)
    assert overlay.style(first).fill_opacity == 0


def test_the_modes_go_round(overlay):
    assert overlay.store.mode is OverlayMode.OUTLINE
    assert overlay.layers.heatmap is None
    overlay.store.next_mode()
    assert overlay.store.heatmap_shown
    assert overlay.layers.heatmap is overlay.workspace.studies.heatmap(FIRST)
    assert overlay.style(overlay.findings[0]) is not None
    overlay.store.next_mode()
    assert overlay.layers is None
    overlay.store.next_mode()
    assert overlay.store.mode is OverlayMode.OUTLINE
    assert len(overlay.told) == 3


def test_off_hides_the_ais_marks_and_not_the_readers(overlay):
    x, y, z = overlay.workspace.findings.finding(overlay.findings[0]).center_lps_mm
    added = overlay.workspace.desk.add(FIRST, (x, y + 15.0, z)).finding_id
    overlay.workspace.desk.confirm(overlay.findings[0])
    overlay.store.next_mode()
    overlay.store.next_mode()
    assert [s.finding_id for s in overlay.layers.styles] == [added]


def test_holding_the_key_hides_all_the_ai_drew_and_letting_go_shows_it(overlay):
    overlay.store.next_mode()
    overlay.store.set_visible(FIRST, overlay.segment("Left lung"), True)
    overlay.store.hold_hidden(True)
    assert overlay.layers is None
    assert not overlay.store.heatmap_shown
    told = len(overlay.told)
    overlay.store.hold_hidden(True)
    assert len(overlay.told) == told, "nothing changed"
    overlay.store.hold_hidden(False)
    assert overlay.layers.heatmap is not None
    assert len(overlay.layers.styles) == 4


def test_what_is_being_edited_is_filled_and_seen_though_the_marks_are_off(overlay):
    first, second, _ = overlay.findings
    overlay.store.next_mode()
    overlay.store.next_mode()
    overlay.workspace.findings.select(first)
    overlay.workspace.set_mode(Mode.EDIT)
    assert [s.finding_id for s in overlay.layers.styles] == [first]
    assert overlay.style(first).fill_opacity == pytest.approx(0.3)
    overlay.workspace.set_mode(Mode.READ)
    assert overlay.layers is None
    assert overlay.style(second) is None


def test_only_the_segment_edited_is_filled_not_its_number_in_another_series(session, two_series):
    session.open(two_series)
    session.run_model()
    (home,) = session.series_keys
    (other,) = {FIRST, SECOND} - {home}
    session.workspace.show_series(other)
    session.settle()
    session.run_model()
    here, there = Overlay(session, home), Overlay(session, other)
    of_home = [f for f in session.workspace.findings.findings if f.series_key == home]
    session.workspace.findings.select(of_home[0].finding_id)
    session.workspace.set_mode(Mode.EDIT)
    assert sum(s.fill_opacity > 0 for s in here.layers.styles) == 1
    assert sum(s.fill_opacity > 0 for s in there.layers.styles) == 0


def test_the_threshold_hides_what_waits_below_it(overlay):
    overlay.workspace.findings.set_threshold(0.88)
    assert sum(overlay.style(f) is not None for f in overlay.findings) == 1
    overlay.workspace.findings.set_threshold(0.0)
    assert sum(overlay.style(f) is not None for f in overlay.findings) == 3


def test_settings_reach_the_overlay(overlay):
    overlay.store.next_mode()
    overlay.store.set_visible(FIRST, overlay.segment("Left lung"), True)
    overlay.workspace.change_settings(segment_opacity_percent=70, heatmap_threshold_percent=20)
    assert overlay.layers.heat_threshold == pytest.approx(0.2)
    assert 0.7 in {s.fill_opacity for s in overlay.layers.styles}


def test_every_change_of_the_overlay_is_a_new_picture(overlay):
    pictures = []
    overlay.workspace.events.slice_ready.connect(lambda p: pictures.append(p.request.viewport_id))
    overlay.workspace.findings.select(overlay.findings[0])
    pictures.clear()
    overlay.store.next_mode()
    assert sorted(pictures) == ["v0", "v1", "v2"]
    pictures.clear()
    overlay.workspace.change_settings(enter_moves_to_next=False)
    assert pictures == [], "nothing in the picture changed"


def test_results_appear_on_screen_without_being_asked_for(start, ct):
    session = start(FakeRunner())
    session.open(ct)
    pictures = []
    session.workspace.events.slice_ready.connect(pictures.append)
    session.run_model()
    assert pictures[-1].request.layers is not None
    assert any(picture.outlines for picture in pictures)
