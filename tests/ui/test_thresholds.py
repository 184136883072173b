"""The threshold sliders: live, counted, priced, and remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reader.core.calibration import Calibration, OperatingPoint
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.session.viewing.overlay import OverlayMode
from tests.support.driver import ReaderDriver
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.small_chest import NODULES_LPS_MM

POINTS = (OperatingPoint(0.2, 16.0), OperatingPoint(0.86, 2.0), OperatingPoint(0.95, 0.0))
SPEC = replace(
    fake_spec(), threshold=0.86, floor=0.2, calibration=Calibration(7, "a hospital", points=POINTS)
)


class UnsureRunner(FakeRunner):
    """Says where it is uncertain, too."""

    def run(self, request, report, cancel, focus=None):
        result = super().run(request, report, cancel, focus)
        heat = result.heatmap
        unsure = Heatmap(heat.scores, heat.geometry, HeatmapKind.UNCERTAINTY)
        return replace(result, uncertainty=unsure)


@pytest.fixture
def found(make_reader, chest) -> ReaderDriver:
    """Three findings of 0.90, 0.85 and 0.80 by a model that marks from 0.86 on."""
    reader = make_reader(runner=UnsureRunner(NODULES_LPS_MM, spec=SPEC))
    reader.open(chest)
    reader.run_model()
    return reader


def series(reader: ReaderDriver) -> str:
    return reader.workspace.viewports.active.series_key


def slider(reader: ReaderDriver):
    (only,) = reader.window.frame.reading.panel.inbox.threshold.sliders
    return only


def test_it_starts_where_the_model_marks_and_says_what_that_costs(found):
    assert len(found.workspace.findings.shown()) == 1
    said = slider(found).text
    assert "1 shown, 2 hidden" in said
    assert "about 2 false positives per scan at this threshold · n = 7" in said
    assert "a hospital" in slider(found).toolTip()


def test_dragging_changes_list_planes_counts_and_price_at_once(found):
    inbox = found.window.frame.reading.panel.inbox
    slider(found).slider.setValue(82)
    assert len(inbox.cards) == 2
    assert "2 shown, 1 hidden" in slider(found).text
    assert "about 2.8 false positives per scan" in slider(found).text
    layers = found.workspace.overlay.layers_for(series(found))
    assert sum(style.finding_id is not None for style in layers.styles) == 2
    slider(found).slider.setValue(20)
    assert len(inbox.cards) == 3


def test_one_key_goes_to_the_slider_and_the_arrows_move_it(found):
    found.press("Ctrl+T")
    assert slider(found).slider.hasFocus()
    found.press("Left")
    assert found.workspace.findings.threshold == pytest.approx(0.85)
    assert len(found.workspace.findings.shown()) == 2
    found.press("Ctrl+T")
    assert slider(found).isHidden() or not slider(found).isVisible()


def test_where_it_was_left_is_where_it_is_next_time(found, tmp_path):
    slider(found).slider.setValue(40)
    found.workspace.thresholds.keep()
    path = found.workspace._folders.settings.with_name("model-thresholds.json")
    assert '"fake"' in path.read_text()
    assert "0.4" in path.read_text()


def test_one_key_goes_through_the_maps_that_are_there(found):
    overlay = found.workspace.overlay
    seen = []
    for _ in range(3):
        found.press("Ctrl+H")
        seen.append((overlay.mode, overlay.heat_kind))
    assert seen == [
        (OverlayMode.HEATMAP, HeatmapKind.PROBABILITY),
        (OverlayMode.HEATMAP, HeatmapKind.UNCERTAINTY),
        (OverlayMode.OUTLINE, HeatmapKind.PROBABILITY),
    ]


def test_why_here_asks_about_the_selected_finding_and_shows_the_map(found):
    found.press("N", "Shift+Y")
    kinds = found.workspace.overlay.heat_kinds
    found.until(lambda: HeatmapKind.SALIENCY in kinds(series(found)))
    assert found.workspace.overlay.layers_for(series(found)).heatmap.kind is HeatmapKind.SALIENCY
