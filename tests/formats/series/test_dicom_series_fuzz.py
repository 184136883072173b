"""Whatever headers say of places, a scan's slices become series: nothing raises or is lost."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.series_kind import SeriesKind
from reader.core.study import Patient, SeriesTags, Study
from reader.formats.headers.dicom_facts import SeriesFacts
from reader.formats.headers.dicom_image import MARKS
from reader.formats.headers.dicom_slice import DicomSlice, PixelFormat
from reader.formats.series.dicom_series import ScannedSlice, build_studies

PIXELS = PixelFormat("1.2.840.10008.1.2.1", 16, 16, 15, True, "MONOCHROME2")
CLASSES = ("1.2.840.10008.5.1.4.1.1." + n for n in ("2", "4", "7", "1", "3.1", "20", "30", "99.9"))
SOP_CLASSES = tuple(CLASSES)
STUDY = Study("1.2", "", Patient(), "", ())


def length(rng: random.Random) -> float:
    """A length, most of them possible."""
    return rng.choice([0.5, 0.5, 1.0, 3.0, 1e-9, 1e-4, 1e-3, 1e5, 1e300])


def slice_at(rng: random.Random, n: int, sop_class: str) -> DicomSlice:
    angle = rng.choice([0.0, 0.0, 0.0, 0.3, 1.5])
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    z = rng.choice([n // 3, n // 3, n, n * 1e-3, rng.random() * 40, 1e9])
    x = rng.choice([0.0, 0.0, 0.0, 50.0, rng.random(), -1e200])
    spacing = length(rng)
    return DicomSlice(
        path=Path(f"/case/{n}"),
        sop_class_uid=sop_class,
        sop_instance_uid=rng.choice(["", f"1.{n}", f"1.{n // 4}", f"1.{n}"]),
        frame=n,
        series_uid=rng.choice(["1.1", "1.1", "1.2"]),
        study_uid="1.2",
        instance_number=rng.choice([None, n, 1]),
        rows=4,
        columns=rng.choice([5, 5, 5, 6]),
        pixels=PIXELS,
        position_lps_mm=rng.choice([None, *[(x, 0.0, float(z))] * 6]),
        orientation=rng.choice([None, *[((cosine, sine, 0.0), (-sine, cosine, 0.0))] * 6]),
        spacing_mm=rng.choice([None, *[(spacing, spacing)] * 4]),
        slice_thickness_mm=rng.choice([None, length(rng)]),
        slice_spacing_mm=rng.choice([None, length(rng)]),
        localizer=rng.random() < 0.05,
        rescaled=rng.random() < 0.8,
        frame_of_reference_uid=rng.choice(["1.9", "1.9", ""]),
        marks=tuple(rng.choice([b"", b"1", str(n % 3).encode(), b"\xff\\x"]) for _ in MARKS),
    )


@pytest.mark.parametrize("seed", range(60))
def test_odd_places_neither_raise_nor_lose_images(seed: int):
    rng = random.Random(seed)
    sop_class = rng.choice(SOP_CLASSES)
    tidy = rng.random() < 0.5
    slices = [slice_at(rng, n, sop_class) for n in range(rng.randrange(1, 40))]
    if tidy:
        slices = [replace(s, orientation=slices[0].orientation, spacing_mm=(1, 1)) for s in slices]
    facts = SeriesFacts(STUDY, rng.choice(["CT", "MR", "PT", ""]), "", 1, SeriesTags())
    (study,) = build_studies([ScannedSlice(s, facts) for s in slices])
    for series in study.series:
        assert np.isfinite(series.geometry.affine_kji_to_lps).all()
        assert series.geometry.shape_kji[0] == len(series.instances)
        assert series.measurable <= (series.kind is SeriesKind.VOLUME)
    assert len({s.key for s in study.series}) == len(study.series)
    shown = Counter(ref.path for s in study.series for ref in s.instances)
    assert not shown or max(shown.values()) == 1
    lost = {s.path for s in slices} - shown.keys()
    told = {w.code.value for s in study.series for w in s.warnings}
    copies = len(slices) - len({(s.sop_instance_uid or s.path, s.frame) for s in slices})
    assert len(lost) <= copies or "duplicate-position" in told
    again = build_studies([ScannedSlice(s, facts) for s in rng.sample(slices, len(slices))])
    assert [s.key for s in again[0].series] == [s.key for s in study.series]
    for one, other in zip(study.series, again[0].series, strict=True):
        assert [r.path for r in one.instances] == [r.path for r in other.instances]
