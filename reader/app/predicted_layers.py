"""What `reader predict` wrote, as layers over the volume it was made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.app.commands.predict import RESULT_FILE
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import GeometryMismatchError, UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap
from reader.core.segmentation import SEGMENT_COLORS
from reader.core.text import say
from reader.imaging.colormap import LEAST_SHOWN_SCORE, MAXIMUM_HEAT_OPACITY
from reader.imaging.layers import LabelStyle, OutlineStyle, OverlayLayers
from reader.session.handing_over.export import HEATMAP_FILE, LABELS_FILE
from reader.session.viewing.overlay import AI_COLOR


def read_layers(folder: Path, geometry: VolumeGeometry, with_heatmap: bool) -> OverlayLayers:
    """The label map, and the heatmap if there is one and it is wanted.

    Findings are dashed violet, for nobody has looked at them; structures have a solid
    outline in their own colour.

    Raises:
        UnreadableError: no result lies there.
        GeometryMismatchError: it was made from another series.
    """
    labels = _read(folder / LABELS_FILE, geometry).astype(np.uint16)
    heat_path = folder / HEATMAP_FILE
    heatmap = None
    if with_heatmap and heat_path.is_file():
        scores = _read(heat_path, geometry).astype(np.float16)
        heatmap = Heatmap(scores, geometry)
    return OverlayLayers(
        labels=labels,
        styles=_styles(folder / RESULT_FILE),
        heatmap=heatmap,
        heat_threshold=LEAST_SHOWN_SCORE,
        heat_opacity=MAXIMUM_HEAT_OPACITY,
        revision=0,
    )


def _read(path: Path, geometry: VolumeGeometry) -> NDArray[np.generic]:
    from reader.formats.grids.nifti import read_nifti, scan_nifti

    if not path.is_file():
        raise UnreadableError(
            say("There is no {name} in the result folder.", name=path.name),
            say("Give a folder that `reader predict` wrote."),
        )
    volume = read_nifti(scan_nifti(path), ignore_progress, CancelToken())
    if not volume.geometry.same_grid(geometry):
        raise GeometryMismatchError(
            say("The result does not lie on the grid of this series."),
            say("Give the series it was made from with --series."),
        )
    return volume.voxels


def _styles(path: Path) -> tuple[LabelStyle, ...]:
    try:
        entries: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))["labels"]
        return tuple(_style(int(label), entry) for label, entry in entries.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(
            say("The result's {name} could not be read.", name=path.name),
            say("Give a folder that `reader predict` wrote."),
        ) from error


def _style(label: int, entry: dict[str, Any]) -> LabelStyle:
    finding = entry.get("finding")
    color = AI_COLOR if finding else entry.get("color", SEGMENT_COLORS[0])
    return LabelStyle(
        label=label,
        color=color,
        fill_opacity=0.0,
        outline=OutlineStyle.DASHED if finding else OutlineStyle.SOLID,
        outline_color=color,
        finding_id=finding,
    )
