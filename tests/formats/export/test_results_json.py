from __future__ import annotations

import json

import numpy as np

from reader.core.codes import LUNG_NODULE
from reader.core.geometry import VolumeGeometry
from reader.core.measurement import MeasurementKind
from reader.core.model import Eligibility, EligibilityCheck, InferenceResult, Verdict
from reader.core.provenance import Reviewer
from reader.core.review import ReviewStatus
from reader.core.study import Patient, Series, Study
from reader.core.text import say
from reader.formats.export.results_json import (
    eligibility_dict,
    finding_dict,
    result_dict,
    write_findings_json,
)
from tests.support.drawings import drawn_finding, drawn_on
from tests.support.handovers import MODEL, finding, handover


def _series() -> tuple[Study, Series]:
    geometry = VolumeGeometry.from_spacing((4, 12, 11), (2, 1, 1))
    series = Series("1.2.3", "CT", "", 1, geometry, (), format="nifti")
    return Study("1.2", "", Patient("Doe^Jane", "P-1"), "", (series,)), series


def test_findings_of_every_status_are_written_with_their_reasons(tmp_path):
    given = handover(*_series(), tuple(ReviewStatus), reviewer=Reviewer("李四", "第一医院"))
    path = tmp_path / "findings.json"
    write_findings_json(given, path)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert [f["status"] for f in written["findings"]] == [s.value for s in ReviewStatus]
    reasons = {f["status"]: f["reason"] for f in written["findings"]}
    assert reasons == {
        "unreviewed": None,
        "confirmed": None,
        "edited": None,
        "rejected": "vessel",
        "added": None,
    }
    assert written["reviewer"] == {"name": "李四", "organization": "第一医院"}
    assert written["algorithm"]["sha256"] == MODEL.sha256
    assert written["labels"]["1"]["name"] == "Left lung"
    assert written["labels"]["1"]["code"]["value"] == "44029006"


def test_a_finding_has_the_shape_that_is_documented():
    _, series = _series()
    found = finding(series, 0, ReviewStatus.CONFIRMED)
    written = finding_dict(found)
    assert written["id"] == found.finding_id
    assert written["label"] == 10
    assert written["code"] == {
        "value": LUNG_NODULE.value,
        "scheme": "SCT",
        "meaning": LUNG_NODULE.meaning,
    }
    assert written["score"] == found.score
    assert written["center_lps_mm"] == list(found.center_lps_mm)
    for keyword in ("long_axis_mm", "short_axis_mm", "volume_mm3", "mean_value"):
        assert written[keyword] == getattr(found, keyword)
    assert written["tracking_uid"] == found.tracking_uid
    assert "status" not in written, "a bare finding has none: it is derived from the ledger"


def test_what_is_not_known_is_null_and_numpy_numbers_are_numbers():
    _, series = _series()
    odd = finding(
        series,
        0,
        ReviewStatus.CONFIRMED,
        score=np.float32(0.5),
        long_axis_mm=None,
        mean_value=float("nan"),
        site=None,
        label=None,
    )
    written = json.loads(json.dumps(finding_dict(odd), allow_nan=False))
    assert written["score"] == 0.5
    assert [written[k] for k in ("long_axis_mm", "mean_value", "site", "label")] == [None] * 4


def test_a_drawing_is_written_with_its_points_and_the_unit_of_every_number():
    _, series = _series()
    drawn = drawn_on(series, MeasurementKind.ELLIPSE, text="liver")
    entry = drawn_finding(series, 0, drawn)
    written = json.loads(json.dumps(finding_dict(entry), allow_nan=False))
    assert written["name"] == "Ellipse"
    assert written["mean_value"] == 10.25
    assert written["measurement"] == {
        "kind": "ellipse",
        "points_lps_mm": [list(point) for point in drawn.points_lps_mm],
        "normal_lps": list(drawn.normal_lps),
        "image": None,
        "segment_label": None,
        "text": "liver",
        "quantities": [
            {"kind": "area", "value": 12.5, "unit": "mm2"},
            {"kind": "mean", "value": 10.25, "unit": "HU"},
            {"kind": "sd", "value": 11.25, "unit": "HU"},
            {"kind": "minimum", "value": 12.25, "unit": "HU"},
            {"kind": "maximum", "value": 13.25, "unit": "HU"},
        ],
    }
    assert finding_dict(finding(series, 0, ReviewStatus.CONFIRMED))["measurement"] is None


def test_no_patient_and_no_path_is_written(tmp_path):
    given = handover(*_series())
    path = tmp_path / "findings.json"
    write_findings_json(given, path)
    text = path.read_text(encoding="utf-8")
    assert "Doe" not in text
    assert "P-1" not in text
    assert str(tmp_path) not in text


def test_a_models_result_in_one_object():
    study, series = _series()
    given = handover(study, series, (ReviewStatus.UNREVIEWED,))
    result = InferenceResult(
        run_id="run",
        series_key=series.key,
        identity=MODEL,
        labels=given.labels,
        segments=given.segments,
        findings=tuple(f.finding for f in given.findings),
        heatmap=None,
        device="cpu",
        seconds={"read": 1.5, "network": np.float64(20.25)},
        notes=(say("Ran in {n} windows.", n=3),),
    )
    check = EligibilityCheck(say("Slices"), say("5 mm"), say("1 to 3 mm"), Verdict.CAUTION)
    eligibility = Eligibility((check,), (say("Slices are thick."),))
    written = json.loads(json.dumps(result_dict(result, eligibility), allow_nan=False))
    assert written["model"] == {
        "id": "chest-ct",
        "name": "Chest CT",
        "version": "1.2.0",
        "sha256": MODEL.sha256,
    }
    assert written["device"] == "cpu"
    assert written["seconds"] == {"read": 1.5, "network": 20.25}
    assert written["eligibility"] == {"verdict": "caution", "reasons": ["Slices are thick."]}
    assert set(written["labels"]) == {"1", "2", "10"}
    assert [f["id"] for f in written["findings"]] == ["finding-0"]
    assert written["notes"] == ["Ran in 3 windows."]
    assert eligibility_dict(None) == {"verdict": None, "reasons": []}
