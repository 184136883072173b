"""How a study first comes on screen: which series, which window, which way round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel, WindowPreset
from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform, acquisition_plane
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import Series, Study
from reader.core.volume import Volume
from reader.imaging.window import robust_window

CHEST_WORDS = ("CHEST", "THORAX", "LUNG")
_FILMS: Final = frozenset({SeriesClass.RADIOGRAPH, SeriesClass.MAMMOGRAM})
_COMPUTED: Final = frozenset(
    {SeriesClass.DERIVED, SeriesClass.CAPTURE, SeriesClass.PARAMETRIC_MAP, SeriesClass.MR_ADC}
)
_FILM_MODALITIES: Final = frozenset({"CR", "DX", "MG", "IO", "PX", "RG"})
_NO_MODALITY: Final = "OT"
_SMOOTH_KERNELS: Final = frozenset({SeriesClass.CT_SOFT_TISSUE, SeriesClass.CT_BONE})
_SOFT_CHEST: Final = "mediastinum"
_LABEL_WORDS: Final = frozenset(
    {"mask", "masks", "brainmask", "seg", "segmentation", "label", "labels", "gt", "roi", "rois"}
)
"""In names of research files, whose headers do not tell a label map from an image."""
_THICK: Final = 1.5
"""Slices this many times as far apart as pixels are read in their own plane."""
_SPARSE: Final = 4
"""Of so many rows and columns one tells whether anything of an image can be seen."""
_COLOR_WINDOW: Final = WindowLevel(127.5, 255.0)
"""Colour is shown as it is; this only fills the place of a window."""


def choose_series(study: Study) -> Series | None:
    """The series to show first: an original volume, with the most slices, CT before PET."""
    return max(study.series, key=worth, default=None)


def worth(series: Series) -> tuple[bool, bool, bool, bool, bool, bool, int, bool]:
    """How soon a series is shown among others that fit as well; compares as a tuple."""
    kinds = {kind.upper() for kind in series.tags.image_type}
    is_localizer = "LOCALIZER" in kinds or series.category is SeriesClass.LOCALIZER
    return (
        not is_localizer,
        series.category not in _COMPUTED and not series.variant,
        not is_named_as_labels(series),
        series.modality != _NO_MODALITY,
        series.kind is not SeriesKind.IMAGES,
        series.measurable,
        series.geometry.shape_kji[0],
        not is_pet(series),
    )


def choose_study(studies: Sequence[Study]) -> Study:
    """The study to open of several: the one with the most images, label maps not counted.

    Of equals the newest, so that it lies beside its priors and not before them.
    """

    def images(study: Study) -> tuple[int, int, str, str]:
        counts = [(series.geometry.shape_kji[0], series) for series in study.series]
        return (
            sum(count for count, series in counts if not is_named_as_labels(series)),
            sum(count for count, _ in counts),
            study.date,
            study.time,
        )

    return max(studies, key=images)


def leading_plane(geometry: VolumeGeometry | None) -> Plane:
    """The plane for the largest viewport: as acquired where slices are thick, else axial."""
    if geometry is None:
        return Plane.AXIAL
    slice_mm, row_mm, column_mm = geometry.spacing_kji_mm
    is_thick = slice_mm > _THICK * max(row_mm, column_mm)
    return acquisition_plane(geometry) if is_thick else Plane.AXIAL


def is_named_as_labels(series: Series) -> bool:
    """Whether a file without a DICOM header is called what label maps are called."""
    words = set(re.split(r"[^a-z]+", series.description.lower()))
    return series.format != "dicom" and not words.isdisjoint(_LABEL_WORDS)


def chest_wall_side(series: Series) -> int:
    """Where the chest wall of a mammogram is: -1 left, 1 right, 0 not known or none.

    Both breasts are read with their chest walls together, so there is no gap between them.
    """
    if series.category is not SeriesClass.MAMMOGRAM or series.kind is not SeriesKind.IMAGES:
        return 0
    return {"A": -1, "P": 1}.get(series.tags.patient_orientation[0][:1], 0)


def transform_at_first(series: Series | None) -> SpatialTransform:
    """How a film is turned when it first hangs: mammograms with their chest walls together.

    Some detectors store a breast with its chest wall on the other side.
    Source: IHE Radiology, Mammography Image profile.
    """
    wanted = {"R": 1, "L": -1}.get(series.tags.laterality, 0) if series is not None else 0
    if series is None or wanted == 0 or chest_wall_side(series) != -wanted:
        return AS_ACQUIRED
    return AS_ACQUIRED.flipped_across()


def is_chest(series: Series) -> bool:
    """Whether the header speaks of the chest; says nothing about what is in the image."""
    words = f"{series.tags.body_part} {series.description}".upper()
    return any(word in words for word in CHEST_WORDS)


def is_pet(series: Series) -> bool:
    """Whether values are uptake: shown dark on white."""
    return series.modality == "PT" and not series.is_color


def is_inverted_at_first(series: Series) -> bool:
    """Whether low values are white when a series is first shown.

    As the header of a film says (MONOCHROME1), and as PET is read.
    """
    return not series.is_color and (series.tags.low_is_white != is_pet(series))


def header_windows(series: Series, volume: Volume) -> tuple[WindowLevel, ...]:
    """The windows that a header asks for, each once, its first choice first.

    LINEAR counts whole values and takes half a one off either side. Of a map of fractions
    that would leave nothing between black and white, so floats get LINEAR_EXACT.
    """
    windows = tuple(dict.fromkeys(volume.windows or series.windows))
    if volume.voxels.dtype.kind != "f":
        return windows
    exact, linear = WindowFunction.LINEAR_EXACT, WindowFunction.LINEAR
    return tuple(replace(w, function=exact) if w.function is linear else w for w in windows)


def _is_blank(window: WindowLevel, image: NDArray[Any]) -> bool:
    """Whether all of an image that is not of one value lies beyond one end of a window.

    Some headers describe other values than were stored.
    """
    if window.function not in (WindowFunction.LINEAR, WindowFunction.LINEAR_EXACT):
        return False
    some = image[::_SPARSE, ::_SPARSE]
    low, high = float(some.min()), float(some.max())
    return low < high and (high <= window.lower or low >= window.upper)


def choose_window(
    series: Series, volume: Volume, presets: tuple[WindowPreset, ...], is_whole: bool = True
) -> WindowLevel:
    """The lung window of a chest CT with a sharp kernel, or SUV 0 to 5; else the header's.

    Where there is none of these, what the values say.

    Of a volume that is not whole yet only the middle slice, which is read first, says anything.
    """
    if volume.is_color:
        return _COLOR_WINDOW
    windows = header_windows(series, volume)
    if volume.unit is IntensityUnit.HU and _is_read_as_lung(series, bool(windows)):
        for preset in presets:
            if preset.id == "lung":
                return preset.window
    if is_pet(series) and presets:
        return presets[0].window
    middle = volume.geometry.shape_kji[0] // 2
    if windows and not is_pet(series):
        is_volume = series.kind is SeriesKind.VOLUME
        if is_volume or not _is_blank(windows[0], volume.voxels[middle]):
            return windows[0]
    return _by_values(series, volume, presets, is_whole)


def _is_read_as_lung(series: Series, has_header_window: bool) -> bool:
    """Whether a CT was made for looking at the lungs, as far as its header tells.

    A kernel that is not known says nothing; then the header's own window goes first.
    """
    if series.category in _SMOOTH_KERNELS or not is_chest(series):
        return False
    return series.category is SeriesClass.CT_LUNG or not has_header_window


def _by_values(
    series: Series, volume: Volume, presets: tuple[WindowPreset, ...], is_whole: bool
) -> WindowLevel:
    """The usual window of HU if it shows anything of these, else percentiles."""
    robust = automatic_window(series, volume, is_whole)
    if volume.unit is IntensityUnit.HU and presets:
        soft = next((p for p in presets if p.id == _SOFT_CHEST), presets[0])
        suited = (soft if is_chest(series) else presets[0]).window
        shows_something = robust.upper > suited.lower and robust.lower < suited.upper
        return suited if shows_something else robust
    return robust


def automatic_window(series: Series, volume: Volume, is_whole: bool = True) -> WindowLevel:
    """What the values alone say, without a film's borders."""
    middle = volume.geometry.shape_kji[0] // 2
    voxels = volume.voxels if is_whole else volume.voxels[middle]
    is_film = series.category in _FILMS or series.modality in _FILM_MODALITIES
    return robust_window(voxels, volume.padding, has_borders=is_film)
