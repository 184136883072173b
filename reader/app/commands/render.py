"""`reader render`: one slice as the viewport shows it, written as a PNG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import errors, nothing_opened, plain_errors, print_json, progress_bar
from reader.app.out_files import write_whole
from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ExportError, ReaderError, UnreadableError
from reader.core.intensity import WindowLevel, WindowPreset
from reader.core.orientation import Plane, PlaneAxes
from reader.core.study import ScanResult, Series
from reader.core.text import say
from reader.core.volume import Volume

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def render(
    path: Annotated[Path, typer.Argument(help="A folder or file: DICOM or NIfTI.")],
    plane: Annotated[Plane, typer.Option("--plane", help="Which plane of the patient.")],
    out: Annotated[Path, typer.Option("--out", help="The PNG to write.")],
    series: Annotated[
        str | None, typer.Option("--series", help="UID; default: the largest.")
    ] = None,
    index: Annotated[
        int | None, typer.Option("--index", help="Slice, from 0 in array order; default: middle.")
    ] = None,
    position_mm: Annotated[
        float | None, typer.Option("--position-mm", help="LPS coordinate across the plane.")
    ] = None,
    window: Annotated[
        str | None, typer.Option("--window", help="Center and width, such as -600,1500.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help="A window by name, such as lung.")
    ] = None,
    result: Annotated[
        Path | None, typer.Option("--result", help="A folder written by `reader predict`.")
    ] = None,
    heatmap: Annotated[
        bool, typer.Option("--heatmap/--no-heatmap", help="Show the result's heatmap too.")
    ] = True,
    native: Annotated[
        bool, typer.Option("--native", help="One pixel per voxel, nothing interpolated.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written.")] = False,
) -> None:
    """Write one slice as a PNG: head up, patient right on the left, true aspect.

    Pixels are square, as large as the finer in-plane spacing, unless `--native` is given.
    """
    with plain_errors(), progress_bar(as_json) as report:
        one_of("--index", index, "--position-mm", position_mm)
        one_of("--window", window, "--preset", preset)
        chosen = _Chosen.read(path.absolute(), series, report)
        report_of = _write(
            chosen, plane, out, index, position_mm, window, preset,
            (result, heatmap), native,
        )  # fmt: skip
    if as_json:
        print_json(report_of)
    else:
        errors.print(f"Written: {out}", markup=False, soft_wrap=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """The series to show, read, and the windows that suit it."""

    series: Series
    volume: Volume
    presets: tuple[WindowPreset, ...]

    @classmethod
    def read(cls, path: Path, series_uid: str | None, report: ReportProgress) -> _Chosen:
        """Scan, choose, read. Raises: UnreadableError."""
        from reader.app.paths import find_paths
        from reader.formats.dicom_scan import scan_paths
        from reader.formats.series_reader import read_series
        from reader.session.viewing.presets import load_presets, stored_presets
        from reader.session.viewing.units import preset_factor

        cancel = CancelToken()
        series = choose_series(scan_paths([path], report, cancel), series_uid)
        presets = load_presets(find_paths().resources / "window_presets.toml")
        factor = preset_factor(series)
        suited = stored_presets(presets, series.modality, series.tags.body_part, factor)
        return cls(series, read_series(series, report, cancel), suited)

    def window(self, window: str | None, preset: str | None) -> WindowLevel:
        """The window asked for, or the one the application would open with."""
        from reader.session.viewing.hanging import choose_window

        if window is not None:
            return parse_window(window)
        if preset is not None:
            return find_preset(self.presets, preset).window
        return choose_window(self.series, self.volume, self.presets)


def _write(
    chosen: _Chosen,
    plane: Plane,
    out: Path,
    index: int | None,
    position_mm: float | None,
    window: str | None,
    preset: str | None,
    overlay: tuple[Path | None, bool],
    native: bool,
) -> dict[str, object]:
    """Render and write; returns what there is to report."""
    from reader.app.predicted_layers import read_layers
    from reader.imaging import slicing
    from reader.imaging.picture import render_picture
    from reader.imaging.slice_request import SliceRequest
    from reader.session.viewing.hanging import is_inverted_at_first

    geometry = chosen.volume.geometry
    axes = slicing.shown_axes(geometry, chosen.series.kind, plane)
    shown = choose_index(chosen.volume, axes, index, position_mm)
    level = chosen.window(window, preset)
    folder, with_heat = overlay
    layers = read_layers(folder, geometry, with_heat) if folder is not None else None
    inverted = is_inverted_at_first(chosen.series)
    request = SliceRequest("render", chosen.volume, axes, shown, level, inverted, layers, 0)
    pixels = render_picture(request, native)
    write_png(out, pixels)
    return {
        "out": str(out),
        "series_uid": chosen.series.series_uid,
        "plane": plane.value,
        "index": shown,
        "position_mm": slicing.position_mm(geometry, axes, shown),
        "window": {"center": level.center, "width": level.width},
        "rows": pixels.shape[0],
        "columns": pixels.shape[1],
    }


def one_of(first: str, first_value: object, second: str, second_value: object) -> None:
    """Raises: ReaderError: both were given."""
    if first_value is not None and second_value is not None:
        raise ReaderError(
            say("{first} and {second} were both given.", first=first, second=second),
            say("Leave one of them out."),
        )


def choose_series(scan: ScanResult, series_uid: str | None) -> Series:
    """The series with a UID or key, or the one with the most voxels. Raises: UnreadableError."""
    every = [series for study in scan.studies for series in study.series]
    if not every:
        raise nothing_opened(scan)
    if series_uid is None:
        return max(every, key=_voxel_count)
    for series in every:
        if series_uid in (series.key, series.series_uid):
            return series
    raise UnreadableError(
        say("There is no series with that UID."), say("`reader info` lists the series.")
    )


def _voxel_count(series: Series) -> int:
    k, j, i = series.geometry.shape_kji
    return k * j * i


def choose_index(volume: Volume, axes: PlaneAxes, index: int | None, position: float | None) -> int:
    """The slice asked for, or the middle one. Raises: ReaderError: outside the volume."""
    from reader.imaging.slicing import index_at_position, position_mm, slice_count

    count = slice_count(volume.geometry, axes)
    if index is not None:
        if not 0 <= index < count:
            raise ReaderError(
                say("There is no slice {index}.", index=index),
                say("Slices of this plane go from 0 to {last}.", last=count - 1),
            )
        return index
    if position is None:
        return count // 2
    if math.isnan(position):
        raise ReaderError(
            say("{text} is not a position.", text=position),
            say("Give a coordinate in mm, such as -520.5."),
        )
    found = index_at_position(volume.geometry, axes, position)
    spacing = volume.geometry.spacing_kji_mm[axes.slice_axis]
    if abs(position_mm(volume.geometry, axes, found) - position) > spacing:
        first, last = (position_mm(volume.geometry, axes, k) for k in (0, count - 1))
        raise ReaderError(
            say("{position:.1f} mm is outside the series.", position=position),
            say("It goes from {first:.1f} to {last:.1f} mm.", first=first, last=last),
        )
    return found


def parse_window(text: str) -> WindowLevel:
    """A window from `C,W`. Raises: ReaderError."""
    try:
        center, width = (float(part) for part in text.split(","))
        return WindowLevel(center, width)
    except ValueError:
        raise ReaderError(
            say("{text} is not a window.", text=text),
            say("Give center and width with a comma between them, such as -600,1500."),
        ) from None


def find_preset(presets: tuple[WindowPreset, ...], name: str) -> WindowPreset:
    """A preset by id or name, in any case. Raises: ReaderError."""
    for preset in presets:
        if name.casefold() in (preset.id.casefold(), preset.name.casefold()):
            return preset
    known = ", ".join(preset.id for preset in presets)
    raise ReaderError(
        say("This series has no window preset {name}.", name=name),
        say("There are: {known}.", known=known) if known else say("Use --window C,W instead."),
    )


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write (rows, columns, 3) RGB, the whole file or nothing. Raises: ExportError."""
    import cv2

    encoded, png = cv2.imencode(".png", pixels[..., ::-1])
    if not encoded:
        raise ExportError(
            say("The picture could not be encoded."), say("Choose another slice or plane.")
        )
    write_whole(path, png.tobytes())
