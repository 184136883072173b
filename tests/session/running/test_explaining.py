"""Asking why: on a part of the series, shown only where it can be believed, never kept."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from reader.core.explanation import DeletionTest, ExplainMethod
from reader.core.heatmap import HeatmapKind
from reader.core.provenance import AlgorithmIdentity
from reader.session.jobs import JobKind, JobState
from reader.session.viewing.overlay import OverlayMode
from tests.support.sessions import FIRST, Gate


@pytest.fixture
def asked(session, ct):
    """A session with findings, and the one to ask about."""
    session.open(ct)
    session.run_model()
    session.finding = session.workspace.findings.findings[0]
    return session


def ask(session) -> None:
    session.workspace.explaining.ask(session.finding.finding_id)
    session.settle()


def influence(session):
    return session.workspace.studies.heatmap(FIRST, HeatmapKind.SALIENCY)


def test_the_map_lies_over_the_series_and_is_laid_over_the_image(asked):
    ask(asked)
    heat = influence(asked)
    volume = asked.workspace.studies.volume(FIRST)
    assert heat.geometry == volume.geometry
    segmentation = asked.workspace.studies.segmentation(FIRST)
    assert np.array_equal(heat.scores > 0, segmentation.labels == asked.finding.label)
    overlay = asked.workspace.overlay
    assert (overlay.mode, overlay.heat_kind) == (OverlayMode.HEATMAP, HeatmapKind.SALIENCY)
    assert overlay.layers_for(FIRST).heatmap is heat


def test_the_voxels_that_are_sent_are_those_around_the_finding(asked):
    ask(asked)
    (question,) = asked.runner.questions
    volume = asked.workspace.studies.volume(FIRST)
    lps = question.volume.geometry.to_lps((1, 2, 3))
    k, j, i = volume.geometry.nearest_voxel(lps)
    assert question.volume.voxels[1, 2, 3] == volume.voxels[k, j, i]
    assert question.mask.any()
    assert question.code == asked.finding.code


def test_a_model_is_checked_once_and_remembered(asked, tmp_path):
    ask(asked)
    ask(asked)
    assert [q.is_checked for q in asked.runner.questions] == [False, True]


def test_a_map_that_does_not_depend_on_the_model_is_disabled_for_good(asked):
    asked.runner.alike = (0.9, 0.2, 0.2)
    ask(asked)
    methods = [q.method for q in asked.runner.questions]
    assert methods == [ExplainMethod.GRAD_CAM, ExplainMethod.OCCLUSION]
    assert influence(asked) is None
    assert any("taken away" in line for line in asked.said)
    assert asked.workspace.explaining.why_not(asked.finding.finding_id) is not None
    ask(asked)
    assert len(asked.runner.questions) == 2


def test_the_next_way_is_tried_where_one_says_nothing(asked):
    first = asked.runner.explain

    def explain(request, report, cancel):
        asked.runner.alike = (0.9,) if request.method is ExplainMethod.GRAD_CAM else (0.1,)
        return first(request, report, cancel)

    asked.runner.explain = explain
    ask(asked)
    assert influence(asked) is not None
    ask(asked)
    assert [q.method for q in asked.runner.questions][2:] == [ExplainMethod.OCCLUSION]


def test_a_map_whose_places_do_not_matter_is_not_shown(asked):
    asked.runner.deletion = DeletionTest(0.1, 0.3)
    ask(asked)
    assert influence(asked) is None
    assert any("no more than covering others" in line for line in asked.said)
    assert asked.workspace.explaining.why_not(asked.finding.finding_id) is None


def test_a_question_can_be_taken_back(asked):
    gate = Gate()
    asked.runner.before_answer = gate
    job = asked.workspace.explaining.ask(asked.finding.finding_id)
    gate.wait_until_reached()
    asked.workspace.jobs.cancel_kind(JobKind.EXPLAIN)
    gate.open()
    asked.settle()
    assert asked.workspace.jobs.jobs[job.id].state is JobState.CANCELLED
    assert influence(asked) is None


def test_another_study_is_not_told(asked):
    ask(asked)
    asked.workspace.close_study()
    asked.settle()
    assert influence(asked) is None


def test_a_finding_of_a_model_that_is_gone_cannot_be_asked_about(asked, monkeypatch):
    other = replace(asked.runner.specs()[0], identity=AlgorithmIdentity("fake", "F", "2", "1" * 64))
    monkeypatch.setattr(asked.runner, "_spec", other)
    asked.workspace.events.models_changed.emit()
    asked.workspace.explaining.ask(asked.finding.finding_id)
    assert asked.runner.questions == []
    assert any("not here any more" in line for line in asked.said)


def test_an_odd_memory_is_no_memory(asked):
    path = asked.workspace._folders.settings.with_name("explain-checks.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"0" * 64: {"grad-cam": "yes"}, "x": 3}))
    ask(asked)
    assert not asked.runner.questions[0].is_checked
