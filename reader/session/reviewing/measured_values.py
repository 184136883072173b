"""What a drawing measures on a series; or the reason why it measures nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reader.core.errors import NotAllowedError
from reader.core.measurement import Measurement, MeasurementKind, Quantity, QuantityKind
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.measurement.lines import line_quantities
from reader.imaging.measurement.pixel_grid import PixelGrid, grid_through
from reader.imaging.measurement.region import Region, area_mm2
from reader.imaging.measurement.region_values import point_value, region_values
from reader.session.viewing.units import ShownUnit, units_of, why_no_suv

SQUARE_MILLIMETER = "mm2"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What is measured on: a series, its voxels as far as they are in memory, the unit shown."""

    series: Series
    volume: Volume | None
    is_whole: bool
    is_measurable: bool
    unit: ShownUnit


def measured_values(drawn: Measurement, on: Measured) -> tuple[Quantity, ...]:
    """The numbers of a drawing. Raises: NotAllowedError: they cannot be known."""
    kind = drawn.kind
    if kind.is_note:
        return ()
    geometry = on.volume.geometry if on.volume is not None else on.series.geometry
    grid = grid_through(geometry, drawn.points_lps_mm, drawn.normal_lps, _image_of(drawn, on))
    if kind is MeasurementKind.PROBE:
        return _probed(drawn, on, grid)
    _require_true_lengths(on, grid, kind)
    if not kind.is_region:
        return line_quantities(kind, drawn.points_lps_mm)
    return _of_region(drawn, on, grid)


def _image_of(drawn: Measurement, on: Measured) -> int | None:
    """The image drawn on, for images that are no volume: the one stated, else the nearest."""
    if on.series.kind is SeriesKind.VOLUME:
        return None
    geometry = on.series.geometry
    if drawn.index is None:
        return geometry.nearest_voxel(drawn.points_lps_mm[0])[0]
    return min(max(drawn.index, 0), geometry.shape_kji[0] - 1)


def _require_true_lengths(on: Measured, grid: PixelGrid, kind: MeasurementKind) -> None:
    """Raises: NotAllowedError: lengths, angles and areas in this plane would be wrong."""
    if not on.series.measures_in_plane and not kind.is_region:
        raise NotAllowedError(
            say("The distance between the pixels of these images is not known."),
            say("Measure on a series with a known spacing. Values and notes are possible here."),
        )
    if on.series.kind is SeriesKind.VOLUME and not on.is_measurable and not grid.is_stored:
        raise NotAllowedError(
            say("The distance between the slices of this series is not even or not known."),
            say("Measure in the plane in which the slices were taken."),
        )


def _probed(drawn: Measurement, on: Measured, grid: PixelGrid) -> tuple[Quantity, ...]:
    if on.series.is_color or (on.volume is not None and on.volume.is_color):
        return ()
    value = point_value(_whole_volume(on), grid, np.array(drawn.points_lps_mm[0]))
    if value is None:
        return ()
    return (Quantity(QuantityKind.VALUE, value * on.unit.factor, on.unit.word),)


def _of_region(drawn: Measurement, on: Measured, grid: PixelGrid) -> tuple[Quantity, ...]:
    """The area where lengths are true, and the values where there are some."""
    is_color = on.series.is_color or (on.volume is not None and on.volume.is_color)
    peaks = drawn.kind is MeasurementKind.SUV_PEAK
    if is_color and (peaks or not on.series.measures_in_plane):
        raise NotAllowedError(
            say("These images are in colour, and colours have no values to be counted."),
            say("Measure on a series in grey."),
        )
    area: tuple[Quantity, ...] = ()
    if on.series.measures_in_plane:
        size = area_mm2(drawn.kind, drawn.points_lps_mm)
        area = (Quantity(QuantityKind.AREA, size, SQUARE_MILLIMETER),)
    if is_color:
        return area
    volume = _whole_volume(on)
    unit = _suv_unit(on) if peaks else on.unit
    region = Region(drawn.kind, grid.to_pixels(drawn.points_lps_mm))
    values = region_values(volume, grid, region)
    if values is None:
        return area
    numbers = (
        (QuantityKind.MEAN, values.mean),
        (QuantityKind.SD, values.sd),
        (QuantityKind.MINIMUM, values.minimum),
        (QuantityKind.MAXIMUM, values.maximum),
        (QuantityKind.PEAK, _peak(volume, grid, region) if peaks else None),
    )
    return area + tuple(
        Quantity(kind, value * unit.factor, unit.word)
        for kind, value in numbers
        if value is not None
    )


def _peak(volume: Volume, grid: PixelGrid, region: Region) -> float | None:
    from reader.imaging.measurement.suv_peak import suv_peak  # seldom needed

    return suv_peak(volume, grid, region)


def _whole_volume(on: Measured) -> Volume:
    """Raises: NotAllowedError: there are no voxels yet, or not all of them."""
    if on.volume is None or not on.is_whole:
        raise NotAllowedError(
            say("This series is still being read, so nothing can be measured in it yet."),
            say("Measure again when all slices are there."),
        )
    return on.volume


def _suv_unit(on: Measured) -> ShownUnit:
    """The kind of SUV that is shown, else by body weight.

    Raises: NotAllowedError: SUV is not known, or a sphere cannot be laid into these images.
    """
    possible = [on.unit, *units_of(on.series)]
    unit = next((unit for unit in possible if unit.is_suv), None)
    if unit is None:
        raise NotAllowedError(
            why_no_suv(on.series) or say("These images have no standardized uptake values."),
            say("Measure the peak on a PET series with SUV, or draw an ellipse."),
        )
    if on.series.kind is not SeriesKind.VOLUME or not on.is_measurable:
        raise NotAllowedError(
            say("The peak is the mean of a sphere, and these images are no even volume."),
            say("Draw an ellipse, which measures in one slice."),
        )
    return unit
