from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.handover import AlgorithmType
from reader.core.provenance import Reviewer
from reader.core.review import ReviewStatus
from reader.core.study import Patient, Series, Study
from tests.support.handovers import MODEL, READER, handover


@pytest.fixture
def given():
    geometry = VolumeGeometry.from_spacing((4, 12, 11), (2, 1, 1))
    series = Series("1.2.3", "CT", "", 1, geometry, ())
    return handover(Study("1.2", "", Patient(), "", (series,)), series, tuple(ReviewStatus))


def test_each_status_has_its_algorithm_type(given):
    kinds = {f.status: f.algorithm_type for f in given.findings}
    assert kinds[ReviewStatus.CONFIRMED] is AlgorithmType.AUTOMATIC
    assert kinds[ReviewStatus.EDITED] is AlgorithmType.SEMIAUTOMATIC
    assert kinds[ReviewStatus.ADDED] is AlgorithmType.MANUAL


def test_a_readers_results_hold_what_the_reader_stands_behind(given):
    assert {f.status for f in given.written_findings} == {
        ReviewStatus.CONFIRMED,
        ReviewStatus.EDITED,
        ReviewStatus.ADDED,
    }
    alone = replace(given, reviewer=None)
    assert ReviewStatus.UNREVIEWED in {f.status for f in alone.written_findings}
    assert ReviewStatus.REJECTED not in {f.status for f in alone.written_findings}


def test_filled_segments_are_written_have_voxels_and_come_by_label(given):
    shuffled = replace(given, segments=given.segments[::-1])
    statuses = {
        s.label: found.status if (found := given.finding_of(s)) else None
        for s in shuffled.filled_segments()
    }
    assert list(statuses) == sorted(statuses)
    assert set(statuses.values()) == {
        None,
        ReviewStatus.CONFIRMED,
        ReviewStatus.EDITED,
        ReviewStatus.ADDED,
    }
    without_first = np.where(given.labels == 1, 0, given.labels).astype(np.uint16)
    assert 1 not in {s.label for s in replace(given, labels=without_first).filled_segments()}


def test_structures_are_the_models_where_there_is_one(given):
    structure = given.segments[0]
    assert given.algorithm_type_of(structure) is AlgorithmType.AUTOMATIC
    assert given.algorithm_of(structure) == MODEL
    by_hand = replace(given, algorithm=None)
    assert by_hand.algorithm_type_of(structure) is AlgorithmType.MANUAL


@pytest.mark.parametrize(
    ("signed", "reviewer", "verified"),
    [
        (True, READER, True),
        (False, READER, False),
        (True, Reviewer("Ada"), False),
        (True, Reviewer("", "St Elsewhere"), False),
        (True, None, False),
    ],
)
def test_verified_needs_a_signature_a_name_and_an_organisation(given, signed, reviewer, verified):
    assert replace(given, signed=signed, reviewer=reviewer).is_verified is verified
