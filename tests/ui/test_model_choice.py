"""When a model does not start: why, in words that can be read, and the ways on."""

from pathlib import Path

import pytest

from reader.core.model import EligibilityRules, Verdict
from reader.ui.actions.action import ActionId
from tests.support.driver import ReaderDriver
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.small_chest import NODULES_LPS_MM

AMBER = EligibilityRules(modality="CT", tested_slice_spacing_mm=(0.5, 0.6), minimum_extent_mm=900)
RED = EligibilityRules(modality="CT", allowed_slice_spacing_mm=(0.5, 0.6), minimum_extent_mm=900)


@pytest.fixture
def blocked(make_reader, chest: Path):
    def make(rules: EligibilityRules) -> ReaderDriver:
        reader = make_reader(runner=FakeRunner(NODULES_LPS_MM, spec=fake_spec(rules)))
        reader.open(chest)
        reader.press("R")
        assert reader.bar == "ModelChoiceBar"
        return reader

    return make


def enabled(reader: ReaderDriver, action: ActionId) -> bool:
    return bool(reader.window.actions_.is_enabled(action))


def test_a_caution_is_overridden_with_one_word(blocked):
    reader = blocked(AMBER)
    reader.press("Shift+R")
    reader.until_idle()
    assert len(reader.findings) == len(NODULES_LPS_MM)


def test_a_refusal_takes_a_second_word_that_no_key_says(blocked):
    reader = blocked(RED)
    assert not enabled(reader, ActionId.RUN_REFUSED)
    reader.press("Shift+R", "Shift+R", "Shift+R")
    reader.until_idle()
    assert reader.findings == ()
    assert enabled(reader, ActionId.RUN_REFUSED)
    assert not enabled(reader, ActionId.RUN_ANYWAY)
    reader.window.actions_.trigger(ActionId.RUN_REFUSED)
    reader.until_idle()
    assert reader.findings
    for finding in reader.findings:
        assert len(finding.provenance.eligibility_cautions) == 2


def test_what_was_overridden_is_kept_with_the_run(blocked):
    reader = blocked(RED)
    reader.window.actions_.trigger(ActionId.RUN_ANYWAY)
    reader.window.actions_.trigger(ActionId.RUN_REFUSED)
    reader.until_idle()
    cautions = reader.workspace.review.cautions()
    assert {text.split(":")[0] for text in cautions} == {"Slice spacing", "Length covered"}


def test_the_second_word_is_forgotten_when_the_reader_skips(blocked):
    reader = blocked(RED)
    reader.press("Shift+R", "Esc", "R")
    assert not enabled(reader, ActionId.RUN_REFUSED)
    assert reader.workspace.inference.blocked[2].verdict is Verdict.REFUSED
