"""What a model sees while it runs, laid over the images, and what is shown when it is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reader.core.errors import InferenceError
from reader.core.text import say
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.sessions import FIRST


def preview(session, series_key=FIRST):
    layers = session.workspace.overlay.layers_for(series_key)
    return layers.sheets[0].labels if layers is not None and layers.sheets else None


def test_what_a_model_sees_grows_over_the_images_and_gives_way_to_its_result(start, ct, make_gate):
    gate = make_gate(at=3)
    session = start(FakeRunner(windows=6, before_window=gate, previews=True))
    session.open(ct)
    redrawn = []
    session.workspace.events.preview_grew.connect(lambda *what: redrawn.append(what))
    session.workspace.inference.run()
    gate.wait_until_reached()
    session.wait_for(lambda: sum(k1 - k0 for _, ((k0, k1), _, _) in redrawn) >= 6)
    seen = preview(session)
    assert seen[:6].all()
    assert not seen[6:].any()
    assert session.finding_ids == [], "it is only to look at"
    gate.open()
    session.settle()
    assert preview(session) is None
    assert len(session.finding_ids) == 3


@pytest.mark.parametrize("ending", ["stopped", "failed", "left"])
def test_what_was_seen_goes_however_a_run_ends(start, ct, make_gate, ending):
    gate = make_gate(at=3)
    error = InferenceError(say("It broke."), say("Run it again.")) if ending == "failed" else None
    session = start(FakeRunner(windows=6, before_window=gate, previews=True, error=error))
    session.open(ct)
    session.workspace.inference.run()
    gate.wait_until_reached()
    session.wait_for(lambda: preview(session) is not None)
    if ending == "stopped":
        session.workspace.inference.cancel()
    elif ending == "left":
        session.workspace.close_study()
    gate.open()
    session.settle()
    assert session.workspace.live.sheets_for(FIRST) == ()


def test_what_is_seen_is_hidden_with_the_ai(start, ct, make_gate):
    gate = make_gate(at=3)
    session = start(FakeRunner(windows=6, before_window=gate, previews=True))
    session.open(ct)
    overlay = session.workspace.overlay
    session.workspace.inference.run()
    gate.wait_until_reached()
    session.wait_for(lambda: preview(session) is not None)
    overlay.hold_hidden(True)
    assert preview(session) is None
    overlay.hold_hidden(False)
    assert preview(session) is not None
    overlay.next_mode()
    overlay.next_mode()
    assert preview(session) is None, "overlays are off"
    gate.open()
    session.settle()


def test_what_a_model_of_structures_alone_draws_is_shown(start, ct):
    spec = fake_spec()
    structures = replace(spec, labels=spec.labels[:2])
    session = start(FakeRunner(spec=structures))
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    segments = workspace.studies.segmentation(FIRST).segments
    shown = {s.name for s in segments if workspace.overlay.is_visible(FIRST, s)}
    assert {"Left lung", "Right lung"} <= shown


def test_structures_beside_findings_wait_until_they_are_asked_for(session, ct):
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    segments = workspace.studies.segmentation(FIRST).segments
    assert {s.name for s in segments if workspace.overlay.is_visible(FIRST, s)} == {"Lung nodule"}
