"""The one door to a segmentation's voxels, and what follows from a change of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reader.core.codes import MORPHOLOGICALLY_ABNORMAL
from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.label_change import LabelChange
from reader.core.segmentation import SEGMENT_COLORS, Segment, Segmentation
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.components import box_within, region_of
from reader.imaging.measure import measure_extent


def put_change(segmentation: Segmentation, change: LabelChange) -> None:
    """Change voxels. Whoever saves the change calls this too; nobody else writes labels.

    The revision is raised first, here and below: a worker that copies the labels and finds
    the revision it began with afterwards has nothing newer among them.
    """
    segmentation.revision += 1
    change.put_into(segmentation.labels)


def set_labels(segmentation: Segmentation, labels: NDArray[np.uint16]) -> None:
    """Give a segmentation another label map, which becomes its own. Takes no time."""
    segmentation.revision += 1
    segmentation.labels = labels


def set_segments(segmentation: Segmentation, segments: tuple[Segment, ...]) -> None:
    """Change the meaning of labels."""
    segmentation.revision += 1
    segmentation.segments = segments


def empty_segmentation(
    segmentation_id: str, series_key: str, geometry: VolumeGeometry
) -> Segmentation:
    """A segmentation with nothing in it. Its memory is taken up only as it is drawn on."""
    labels = np.zeros(geometry.shape_kji, dtype=np.uint16)
    return Segmentation(segmentation_id, series_key, labels, geometry, ())


def segment_for(finding: Finding) -> Segment:
    """The segment that holds a finding's extent; the finding must have a label."""
    if finding.label is None:
        raise ValueError("A finding without a label has no segment.")
    return Segment(
        label=finding.label,
        name=finding.name,
        code=finding.code,
        category=MORPHOLOGICALLY_ABNORMAL,
        color=SEGMENT_COLORS[(finding.label - 1) % len(SEGMENT_COLORS)],
        finding_id=finding.finding_id,
    )


def painted(
    segmentation: Segmentation,
    box: IndexBox,
    voxels: NDArray[np.bool_],
    label: int | NDArray[np.uint16],
) -> LabelChange | None:
    """What writing `label` to some voxels of a box changes; None if they all have it."""
    before = segmentation.labels[region_of(box)]
    after = before.copy()
    after[voxels] = label
    return LabelChange.between(box, before, after)


def taken_back(segmentation: Segmentation, change: LabelChange) -> LabelChange | None:
    """What taking an older change back does now; None if nothing is left of it.

    Voxels that another finding, or a newer structure, has taken since stay as they are;
    a finding that comes back does so over structures.
    """
    is_structure = np.zeros(65536, dtype=bool)
    is_structure[0] = True
    for segment in segmentation.segments:
        is_structure[segment.label] = segment.finding_id is None
    before = segmentation.labels[region_of(change.box)]
    after = before.copy()
    values = after[change.changed]
    free = values == change.after
    free |= is_structure[values] & ~is_structure[change.before]
    values[free] = change.before[free]
    after[change.changed] = values
    return LabelChange.between(change.box, before, after)


def merged(segmentation: Segmentation, changes: list[LabelChange]) -> LabelChange | None:
    """Changes already made one after the other, as one; None if they cancel out."""
    if not changes:
        return None
    low = np.min([[lo for lo, _ in c.box] for c in changes], axis=0)
    high = np.max([[hi for _, hi in c.box] for c in changes], axis=0)
    k, j, i = ((int(lo), int(hi)) for lo, hi in zip(low, high, strict=True))
    after = segmentation.labels[region_of((k, j, i))]
    before = after.copy()
    for change in reversed(changes):
        inner = region_of(box_within(change.box, (k, j, i)))
        before[inner][change.changed] = change.before
    return LabelChange.between((k, j, i), before, after)


def finding_labels(segmentation: Segmentation, own: int | None = None) -> NDArray[np.bool_]:
    """For each label whether it is the extent of a finding other than `own`'s."""
    is_finding = np.zeros(65536, dtype=bool)
    for segment in segmentation.segments:
        is_finding[segment.label] = segment.finding_id is not None and segment.label != own
    return is_finding


def measured(
    finding: Finding,
    mask: NDArray[np.bool_],
    box: IndexBox,
    segmentation: Segmentation,
    volume: Volume | None,
    measurable: bool,
) -> Finding:
    """A finding with the place and sizes of the mask that fills `box`.

    One without voxels keeps its place and measures nothing. Sizes are left out where the
    series cannot be measured, the mean value where its voxels are not in memory.
    """
    voxels = volume.voxels if volume is not None else None
    extent = measure_extent(mask, box, segmentation.geometry, voxels)
    is_empty = extent.volume_mm3 == 0
    return replace(
        finding,
        center_lps_mm=finding.center_lps_mm if is_empty else extent.center_lps_mm,
        long_axis_mm=extent.long_axis_mm if measurable else None,
        short_axis_mm=extent.short_axis_mm if measurable else None,
        volume_mm3=extent.volume_mm3 if measurable else None,
        mean_value=extent.mean_value,
    )


def require_volume(series: Series, is_color: bool) -> None:
    """Raises: NotAllowedError: nothing can be grown, drawn or measured in these images."""
    if is_color:
        raise NotAllowedError(
            say("A finding is measured from the values of an image, and colours are none."),
            say("Mark it on a series in grey."),
        )
    if series.kind is not SeriesKind.VOLUME:
        raise NotAllowedError(
            say("A finding has an extent in three dimensions, and these images are no volume."),
            say("Mark it on a series of slices."),
        )
