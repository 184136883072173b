"""Nouns that refuse to be wrong."""

from datetime import UTC, datetime

import numpy as np
import pytest

from reader.core.cancel import CancelToken, Progress
from reader.core.codes import LUNG_NODULE, MORPHOLOGICALLY_ABNORMAL
from reader.core.errors import Cancelled, ReaderError
from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.handover import AlgorithmType, ReviewedFinding
from reader.core.intensity import WindowLevel
from reader.core.provenance import AlgorithmIdentity, Provenance, Reviewer
from reader.core.review import ReviewStatus
from reader.core.segmentation import Segment, Segmentation
from reader.core.text import say
from reader.core.volume import Volume

GRID = VolumeGeometry.from_spacing((2, 3, 4), (1, 1, 1))


def test_a_window_spans_its_width_about_its_center():
    window = WindowLevel(-600, 1500)
    assert (window.lower, window.upper) == (-1350, 150)
    with pytest.raises(ValueError, match="width"):
        WindowLevel(0, 0)


def test_a_volume_keeps_a_view_that_cannot_be_written():
    voxels = np.zeros((2, 3, 4), np.int16)
    volume = Volume("1.2", voxels, GRID)
    voxels[0, 0, 0] = 5
    assert volume.voxels[0, 0, 0] == 5, "the view shows what is still being read"
    with pytest.raises(ValueError, match="read-only"):
        volume.voxels[0, 0, 0] = 1


def test_a_volume_must_fit_its_geometry():
    with pytest.raises(ValueError, match="shape"):
        Volume("1.2", np.zeros((4, 3, 2), np.int16), GRID)
    with pytest.raises(ValueError, match="contiguous"):
        Volume("1.2", np.zeros((4, 3, 2), np.int16).T, GRID)


def test_a_label_names_one_segment_only():
    segment = Segment(1, "Nodule", LUNG_NODULE, MORPHOLOGICALLY_ABNORMAL)
    labels = np.zeros((2, 3, 4), np.uint16)
    with pytest.raises(ValueError, match="one segment"):
        Segmentation("s", "1.2", labels, GRID, (segment, segment))
    segmentation = Segmentation("s", "1.2", labels, GRID, (segment,))
    assert segmentation.next_label() == 2
    with pytest.raises(KeyError):
        segmentation.segment(2)


def test_errors_say_what_happened_and_what_to_do():
    error = ReaderError(say("{n} slices are missing.", n=2), say("Load them again."))
    assert str(error) == "2 slices are missing. Load them again."
    assert error.what_happened.filled("缺少 {n} 层。") == "缺少 2 层。"


def test_a_cancelled_job_ends_at_its_next_check():
    token = CancelToken()
    token.check()
    token.cancel()
    with pytest.raises(Cancelled):
        token.check()


def test_progress_without_a_total_is_zero():
    assert Progress(3, 0, say("Reading")).fraction == 0
    assert Progress(3, 4, say("Reading")).fraction == 0.75


@pytest.mark.parametrize("status", ReviewStatus)
def test_how_a_segment_came_to_be_follows_from_maker_and_status(status):
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def made_by(provenance):
        finding = Finding("f", "r", "1", "s", "N", LUNG_NODULE, (0.0, 0.0, 0.0), provenance)
        return ReviewedFinding(finding, status).algorithm_type

    ai = made_by(Provenance(now, algorithm=AlgorithmIdentity("m", "M", "1", "0")))
    edited = status is ReviewStatus.EDITED
    assert ai is (AlgorithmType.SEMIAUTOMATIC if edited else AlgorithmType.AUTOMATIC)
    assert made_by(Provenance(now, reviewer=Reviewer("Lin"))) is AlgorithmType.MANUAL
