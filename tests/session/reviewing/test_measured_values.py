"""What drawings measure on a series, and why not, where they do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reader.core.errors import NotAllowedError
from reader.core.intensity import IntensityUnit
from reader.core.measurement import MeasurementKind, QuantityKind
from reader.core.series_kind import SeriesKind, SpacingSource
from reader.core.suv import SuvScale
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.viewing.units import units_of
from tests.support.measuring import AXIAL, CORONAL, POINTS, preview, reading_of
from tests.support.readings import (
    GEOMETRY,
    SERIES,
    Reading,
    small_volume,
)


@pytest.fixture
def reading(tmp_path: Path):
    made = Reading(tmp_path / "reading.db")
    yield made
    made.close()


VALUES = (QuantityKind.MEAN, QuantityKind.SD, QuantityKind.MINIMUM, QuantityKind.MAXIMUM)


def test_a_region_has_its_area_and_the_values_in_the_unit_shown(reading: Reading) -> None:
    found = preview(reading, MeasurementKind.ELLIPSE)
    area = found.quantity(QuantityKind.AREA)
    assert area is not None
    assert (area.unit, area.value) == ("mm2", pytest.approx(np.pi * 9))
    assert [(q.kind, q.value, q.unit) for q in found.quantities[1:]] == [
        (kind, {QuantityKind.SD: 0}.get(kind, 40), "HU") for kind in VALUES
    ]


def test_a_probe_tells_the_value_and_beyond_the_image_nothing(reading: Reading) -> None:
    (value,) = preview(reading, MeasurementKind.PROBE).quantities
    assert (value.kind, value.value, value.unit) == (QuantityKind.VALUE, 40, "HU")
    beyond = reading.room.measuring.preview(SERIES, MeasurementKind.PROBE, [(500, 0, 0)], AXIAL)
    assert beyond.quantities == ()


@pytest.mark.parametrize("kind", [k for k in POINTS if k is not MeasurementKind.SUV_PEAK])
@pytest.mark.parametrize("normal", [AXIAL, CORONAL, (0.6, 0.0, 0.8)])
def test_everything_can_be_drawn_on_every_plane_of_an_even_volume(
    reading: Reading, kind: MeasurementKind, normal
) -> None:
    found = preview(reading, kind, normal, text="see here")
    assert found.text == "see here"
    assert bool(found.quantities) is not kind.is_note


def test_pet_is_measured_in_suv_with_peak_and_in_the_other_unit_when_that_is_shown(
    tmp_path: Path,
) -> None:
    voxels = np.full(GEOMETRY.shape_kji, 4000, dtype=np.float32)
    volume = Volume(SERIES, voxels, GEOMETRY, IntensityUnit.BQ_PER_ML)
    pet = reading_of(
        tmp_path, volume, modality="PT", unit=IntensityUnit.BQ_PER_ML, suv=SuvScale(0.001)
    )
    found = preview(pet, MeasurementKind.SUV_PEAK)
    peak, most = found.quantity(QuantityKind.PEAK), found.quantity(QuantityKind.MAXIMUM)
    assert peak is not None
    assert most is not None
    assert (peak.value, peak.unit) == (pytest.approx(4), "SUVbw")
    assert (most.value, most.unit) == (pytest.approx(4), "SUVbw")
    pet.room.measuring.unit_of = lambda series: units_of(series)[-1]
    mean = preview(pet, MeasurementKind.ELLIPSE).quantity(QuantityKind.MEAN)
    assert mean is not None
    assert (mean.value, mean.unit) == (pytest.approx(4000), "Bq/ml")
    still_suv = preview(pet, MeasurementKind.SUV_PEAK).quantity(QuantityKind.PEAK)
    assert still_suv == peak
    pet.close()


# Refusals


def refused(reading: Reading, kind: MeasurementKind, normal=AXIAL) -> str:
    with pytest.raises(NotAllowedError) as refusal:
        preview(reading, kind, normal)
    assert str(refusal.value.what_to_do)
    return str(refusal.value.what_happened)


LENGTHS = [
    MeasurementKind.LENGTH, MeasurementKind.ANGLE, MeasurementKind.COBB,
    MeasurementKind.BIDIRECTIONAL,
]  # fmt: skip


@pytest.mark.parametrize("kind", LENGTHS)
def test_lengths_and_angles_are_refused_where_spacing_is_unknown(
    tmp_path: Path, kind: MeasurementKind
) -> None:
    images = reading_of(tmp_path, kind=SeriesKind.IMAGES, spacing_source=SpacingSource.NONE)
    assert "distance between the pixels" in refused(images, kind)
    images.close()


def test_where_spacing_is_unknown_regions_have_values_and_no_area(tmp_path: Path) -> None:
    images = reading_of(tmp_path, kind=SeriesKind.IMAGES, spacing_source=SpacingSource.NONE)
    found = preview(images, MeasurementKind.ELLIPSE, index=6)
    assert tuple(q.kind for q in found.quantities) == VALUES
    assert preview(images, MeasurementKind.TEXT).quantities == ()
    images.close()


@pytest.mark.parametrize("kind", [*LENGTHS, MeasurementKind.ELLIPSE])
def test_an_uneven_series_is_measured_in_its_own_slices_and_not_across_them(
    tmp_path: Path, kind: MeasurementKind
) -> None:
    uneven = reading_of(tmp_path, measurable=False)
    assert preview(uneven, kind).quantities
    assert "distance between the slices" in refused(uneven, kind, CORONAL)
    assert "distance between the slices" in refused(uneven, kind, (0.6, 0.0, 0.8))
    assert preview(uneven, MeasurementKind.ARROW, CORONAL).quantities == ()
    uneven.close()


def test_colours_have_an_area_and_lengths_but_no_values(tmp_path: Path) -> None:
    voxels = np.zeros((*GEOMETRY.shape_kji, 3), dtype=np.uint8)
    color = reading_of(tmp_path, Volume(SERIES, voxels, GEOMETRY), is_color=True)
    assert [q.kind for q in preview(color, MeasurementKind.ELLIPSE).quantities] == [
        QuantityKind.AREA
    ]
    assert preview(color, MeasurementKind.LENGTH).quantities
    assert preview(color, MeasurementKind.PROBE).quantities == ()
    assert "colour" in refused(color, MeasurementKind.SUV_PEAK)
    color.close()


def test_the_peak_is_refused_with_the_reason_why_there_is_no_suv(tmp_path: Path) -> None:
    why = say("No SUV: the patient's weight is not known.")
    pet = reading_of(
        tmp_path, modality="PT", unit=IntensityUnit.BQ_PER_ML, suv=SuvScale(why_not=why)
    )
    assert refused(pet, MeasurementKind.SUV_PEAK) == str(why)
    pet.close()


def test_a_series_still_being_read_has_no_values_yet(reading: Reading) -> None:
    reading.studies.add_volume(SERIES, small_volume(), is_whole=False)
    for kind in (MeasurementKind.ELLIPSE, MeasurementKind.PROBE):
        assert "still being read" in refused(reading, kind)
    assert preview(reading, MeasurementKind.LENGTH).quantities
