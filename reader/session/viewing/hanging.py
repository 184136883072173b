"""How a study first comes on screen: which series, which window, which way round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel, WindowPreset
from reader.core.orientation import Plane, acquisition_plane
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
_MAMMOGRAM_VIEWS: Final = (("CC", "R"), ("CC", "L"), ("MLO", "R"), ("MLO", "L"))
_NO_MODALITY: Final = "OT"
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
    if not study.series:
        return None

    def worth(series: Series) -> tuple[bool, bool, bool, bool, bool, bool, int, bool]:
        kinds = {kind.upper() for kind in series.tags.image_type}
        is_localizer = "LOCALIZER" in kinds or series.category is SeriesClass.LOCALIZER
        return (
            not is_localizer,
            series.category not in _COMPUTED and not series.variant,
            not _is_named_as_labels(series),
            series.modality != _NO_MODALITY,
            series.kind is not SeriesKind.IMAGES,
            series.measurable,
            series.geometry.shape_kji[0],
            not is_pet(series),
        )

    return max(study.series, key=worth)


def choose_study(studies: Sequence[Study]) -> Study:
    """The study to open of several: the one with the most images, label maps not counted."""

    def images(study: Study) -> tuple[int, int]:
        counts = [(series.geometry.shape_kji[0], series) for series in study.series]
        return (
            sum(count for count, series in counts if not _is_named_as_labels(series)),
            sum(count for count, _ in counts),
        )

    return max(studies, key=images)


def leading_plane(geometry: VolumeGeometry | None) -> Plane:
    """The plane for the largest viewport: as acquired where slices are thick, else axial."""
    if geometry is None:
        return Plane.AXIAL
    slice_mm, row_mm, column_mm = geometry.spacing_kji_mm
    is_thick = slice_mm > _THICK * max(row_mm, column_mm)
    return acquisition_plane(geometry) if is_thick else Plane.AXIAL


def _is_named_as_labels(series: Series) -> bool:
    """Whether a file without a DICOM header is called what label maps are called."""
    words = set(re.split(r"[^a-z]+", series.description.lower()))
    return series.format != "dicom" and not words.isdisjoint(_LABEL_WORDS)


def hung_together(study: Study | None, first: Series) -> tuple[Series, ...]:
    """What is shown side by side at first: the four views of a mammogram, else one series.

    Above right and left CC, below right and left MLO, as far as the study has them.
    """
    is_film = first.category is SeriesClass.MAMMOGRAM and first.kind is SeriesKind.IMAGES
    if study is None or not is_film:
        return (first,)
    places: dict[tuple[str, str], Series] = {}
    for series in study.series:
        if series.category is SeriesClass.MAMMOGRAM and series.kind is SeriesKind.IMAGES:
            places.setdefault((series.tags.view_position, series.tags.laterality), series)
    views = [places[view] for view in _MAMMOGRAM_VIEWS if view in places]
    return tuple(views) if len(views) == len(_MAMMOGRAM_VIEWS) else (first,)


def chest_wall_side(series: Series) -> int:
    """Where the chest wall of a mammogram is: -1 left, 1 right, 0 not known or none.

    Both breasts are read with their chest walls together, so there is no gap between them.
    """
    if series.category is not SeriesClass.MAMMOGRAM or series.kind is not SeriesKind.IMAGES:
        return 0
    return {"A": -1, "P": 1}.get(series.tags.patient_orientation[0][:1], 0)


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
    """The chest CT's lung window, or SUV 0 to 5; else the header's; else what the values say.

    Of a volume that is not whole yet only the middle slice, which is read first, says anything.
    """
    if volume.is_color:
        return _COLOR_WINDOW
    if volume.unit is IntensityUnit.HU and is_chest(series):
        for preset in presets:
            if preset.id == "lung":
                return preset.window
    if is_pet(series) and presets:
        return presets[0].window
    windows = header_windows(series, volume)
    middle = volume.geometry.shape_kji[0] // 2
    if windows and not is_pet(series):
        is_volume = series.kind is SeriesKind.VOLUME
        if is_volume or not _is_blank(windows[0], volume.voxels[middle]):
            return windows[0]
    voxels = volume.voxels if is_whole else volume.voxels[middle]
    is_film = series.category in _FILMS or series.modality in _FILM_MODALITIES
    robust = robust_window(voxels, volume.padding, has_borders=is_film)
    if volume.unit is IntensityUnit.HU and presets:
        usual = presets[0].window
        shows_something = robust.upper > usual.lower and robust.lower < usual.upper
        return usual if shows_something else robust
    return robust
