"""How a study first comes on screen: which series, which window."""

from __future__ import annotations

from reader.core.intensity import IntensityUnit, WindowLevel, WindowPreset
from reader.core.study import Series, Study
from reader.core.volume import Volume
from reader.imaging.window import robust_window

CHEST_WORDS = ("CHEST", "THORAX", "LUNG")


def choose_series(study: Study) -> Series | None:
    """The series to show first: original, with the most slices."""
    if not study.series:
        return None

    def worth(series: Series) -> tuple[bool, bool, int]:
        kinds = {kind.upper() for kind in series.tags.image_type}
        return "LOCALIZER" not in kinds, series.measurable, series.geometry.shape_kji[0]

    return max(study.series, key=worth)


def is_chest(series: Series) -> bool:
    """Whether the header speaks of the chest; says nothing about what is in the image."""
    words = f"{series.tags.body_part} {series.description}".upper()
    return any(word in words for word in CHEST_WORDS)


def choose_window(
    series: Series, volume: Volume, presets: tuple[WindowPreset, ...], is_whole: bool = True
) -> WindowLevel:
    """The chest CT's lung window; else what the header asks for; else what the values say.

    Of a volume that is not whole yet only the middle slice, which is read first, says anything.
    """
    if volume.unit is IntensityUnit.HU and is_chest(series):
        for preset in presets:
            if preset.id == "lung":
                return preset.window
    if volume.windows:
        return volume.windows[0]
    if volume.unit is IntensityUnit.HU and presets:
        return presets[0].window
    middle = volume.geometry.shape_kji[0] // 2
    voxels = volume.voxels if is_whole else volume.voxels[middle]
    return robust_window(voxels, volume.padding)
