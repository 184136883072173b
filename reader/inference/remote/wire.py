"""What travels between a reader and a server: one JSON text each way, and packed arrays.

No name, number, date or UID of a patient, study or series is ever sent: only voxels, where
they lie, which model is meant, and the random number of the run. Voxels go up as int16
where that loses nothing (always for CT), labels come down as uint8, the low byte and where
needed the high one, scores as uint8. Each array is deflated and travels as one element of
type BYTES: servers in Python handle numbers one by one, which took a minute for a CT.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any, Final, Literal

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray
from pydantic import TypeAdapter

from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.intensity import IntensityUnit
from reader.core.model import Device, InferenceRequest, InferenceResult, ModelSpec
from reader.core.segmentation import Segment
from reader.core.text import Text
from reader.core.volume import Volume

WIRE_VERSION: Final = 1
_MOST_VOXELS: Final = 1 << 31
_DTYPES: Final = frozenset(f"{order}{kind}" for order in "<>|" for kind in
                           ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8", "f2"))  # fmt: skip
_LONGEST_TEXT: Final = 2000
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}\Z")
_LEVEL: Final = 1
"""Of compression: a CT in a second, to half its size."""

VOXELS: Final = "VOXELS"
ASKED: Final = "REQUEST"
LABELS: Final = "LABELS"
LABELS_HIGH: Final = "LABELS_HIGH"
SCORES: Final = "SCORES"
UNCERTAINTY: Final = "UNCERTAINTY"
ANSWERED: Final = "RESULT"

INPUTS: Final = (ASKED, VOXELS)
OUTPUTS: Final = (ANSWERED, LABELS, LABELS_HIGH, SCORES, UNCERTAINTY)
"""Tensors of one element of type BYTES each; empty where there is nothing to say."""

Messages = Mapping[str, bytes]

_ONE_SERIES: Final = "series"
_DEFLATE_ERROR: Final[type[Exception]] = vars(isal_zlib)["error"]


@dataclass(frozen=True, slots=True)
class _Grid:
    shape_kji: tuple[int, int, int]
    affine_kji_to_lps: tuple[tuple[float, float, float, float], ...]
    unit: IntensityUnit
    measurable: bool
    padding: tuple[float, float] | None

    @staticmethod
    def of(volume: Volume) -> _Grid:
        return _Grid(
            volume.geometry.shape_kji,
            tuple(tuple(float(x) for x in row) for row in volume.geometry.affine_kji_to_lps),  # type: ignore[misc]
            volume.unit,
            volume.measurable,
            volume.padding,
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    wire: int
    run_id: str
    model_id: str
    model_sha256: str
    grids: tuple[_Grid, ...]
    dtypes: tuple[str, ...]
    sent_as: Literal["<i2", "<f4"]
    focus_lps_mm: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class _Note:
    template: str
    values: dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class _Answered:
    wire: int
    findings: tuple[Finding, ...]
    segments: tuple[Segment, ...]
    seconds: dict[str, float]
    device: str
    notes: tuple[_Note, ...]
    score_kinds: tuple[HeatmapKind, ...] = field(default=())


_ASKED: Final = TypeAdapter(_Asked)
_ANSWERED: Final = TypeAdapter(_Answered)


class WireError(ValueError):
    """What arrived is not what was agreed upon."""


def pack_request(request: InferenceRequest) -> dict[str, bytes]:
    """What to send for a request."""
    volumes = (request.volume, *request.more_channels)
    sent_as: Literal["<i2", "<f4"] = (
        "<i2" if all(_fits_int16(volume.voxels) for volume in volumes) else "<f4"
    )
    asked = _Asked(
        WIRE_VERSION,
        request.run_id,
        request.spec.identity.id,
        request.spec.identity.sha256,
        tuple(_Grid.of(volume) for volume in volumes),
        tuple(volume.voxels.dtype.str for volume in volumes),
        sent_as,
        request.focus_lps_mm,
    )
    flat = np.concatenate([np.asarray(v.voxels, sent_as).ravel() for v in volumes])
    return {ASKED: _ASKED.dump_json(asked), VOXELS: _deflated(flat)}


def unpack_request(sent: Messages, specs: tuple[ModelSpec, ...]) -> InferenceRequest:
    """The request on the server. `specs` are the models it has.

    Raises: WireError: another version, another model or other weights, or sizes that differ.
    """
    asked: _Asked = _read(_ASKED, sent.get(ASKED))
    _require_version(asked.wire)
    spec = next((s for s in specs if s.identity.id == asked.model_id), None)
    if spec is None or spec.identity.sha256 != asked.model_sha256:
        raise WireError("This server has no such model with these weights.")
    try:
        volumes = _volumes(asked, sent.get(VOXELS))
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError) as error:
        raise WireError("The images cannot be understood.") from error
    return InferenceRequest(
        asked.run_id, _ONE_SERIES, volumes[0], spec, Device.AUTO, asked.focus_lps_mm,
        more_channels=tuple(volumes[1:]),
    )  # fmt: skip


def _volumes(asked: _Asked, packed: bytes | None) -> list[Volume]:
    counts = [math.prod(grid.shape_kji) for grid in asked.grids]
    total = sum(counts)
    if not counts or min(counts) < 1 or total > _MOST_VOXELS:
        raise WireError("The images are empty, or too large.")
    if any(dtype not in _DTYPES for dtype in asked.dtypes):
        raise WireError("The images are of no kind that is known here.")
    flat = _inflated(packed, asked.sent_as, total)
    if flat.size != total:
        raise WireError("The voxels do not fill their grid.")
    parts = np.split(flat, np.cumsum(counts)[:-1])
    return [
        _volume(grid, part.astype(dtype))
        for grid, dtype, part in zip(asked.grids, asked.dtypes, parts, strict=True)
    ]


def pack_result(result: InferenceResult) -> dict[str, bytes]:
    """What to send back."""
    answered = _Answered(
        WIRE_VERSION,
        result.findings,
        result.segments,
        dict(result.seconds),
        result.device,
        tuple(_Note(note.template, _plain(note.values)) for note in result.notes),
        tuple(heat.kind for heat in (result.heatmap, result.uncertainty) if heat is not None),
    )
    high = (result.labels >> 8).astype(np.uint8)
    return {
        ANSWERED: _ANSWERED.dump_json(answered),
        LABELS: _deflated(result.labels.astype(np.uint8)),
        LABELS_HIGH: _deflated(high) if high.any() else b"",
        SCORES: _scores(result.heatmap),
        UNCERTAINTY: _scores(result.uncertainty),
    }


def unpack_result(sent: Messages, request: InferenceRequest) -> InferenceResult:
    """The result here, with what the server was never told: series and cautions.

    Raises: WireError: another version, or sizes that differ.
    """
    answered: _Answered = _read(_ANSWERED, sent.get(ANSWERED))
    _require_version(answered.wire)
    geometry = request.volume.geometry
    labels = _on_grid(sent.get(LABELS), geometry).astype(np.uint16)
    if sent.get(LABELS_HIGH):
        labels |= _on_grid(sent[LABELS_HIGH], geometry).astype(np.uint16) << 8
    _check_answer(answered, labels)
    kinds = list(answered.score_kinds)
    heat = _heatmap(sent.get(SCORES), geometry, kinds)
    return InferenceResult(
        run_id=request.run_id,
        series_key=request.series_key,
        identity=request.spec.identity,
        labels=labels,
        segments=answered.segments,
        findings=tuple(_own(finding, request) for finding in answered.findings),
        heatmap=heat,
        device=answered.device,
        seconds=answered.seconds,
        notes=tuple(Text(note.template, note.values) for note in answered.notes),
        uncertainty=_heatmap(sent.get(UNCERTAINTY), geometry, kinds),
    )


def _check_answer(answered: _Answered, labels: NDArray[np.uint16]) -> None:
    """Whether it holds together. Raises: WireError."""
    listed = {0, *(segment.label for segment in answered.segments)}
    present = np.flatnonzero(np.bincount(labels.ravel(), minlength=1))
    numbers = [*answered.seconds.values()]
    for finding in answered.findings:
        sizes = (finding.long_axis_mm, finding.short_axis_mm, finding.volume_mm3)
        numbers += [*finding.center_lps_mm, *(n for n in sizes if n is not None)]
    sound = (
        listed.issuperset(present.tolist())
        and listed.issuperset(f.label for f in answered.findings if f.label is not None)
        and all(math.isfinite(n) for n in numbers)
        and all(_COLOR.match(segment.color) for segment in answered.segments)
        and all(_is_sentence(note) for note in answered.notes)
    )
    if not sound:
        raise WireError("The answer does not hold together.")


def _is_sentence(note: _Note) -> bool:
    """Whether a note is short and only puts its own values into its braces, as they are."""
    try:
        fields = list(Formatter().parse(note.template))
    except ValueError:
        return False
    plain = all(
        name is None or (name in note.values and not more and conversion is None)
        for _, name, more, conversion in fields
    )
    texts = (note.template, *(str(value) for value in note.values.values()))
    return plain and all(len(text) <= _LONGEST_TEXT for text in texts)


def _own(finding: Finding, request: InferenceRequest) -> Finding:
    cautions = request.eligibility.reasons if request.eligibility is not None else ()
    provenance = replace(
        finding.provenance, eligibility_cautions=tuple(str(reason) for reason in cautions)
    )
    return replace(finding, series_key=request.series_key, provenance=provenance)


def _volume(grid: _Grid, flat: NDArray[Any]) -> Volume:
    geometry = VolumeGeometry(grid.shape_kji, np.array(grid.affine_kji_to_lps))
    voxels = np.ascontiguousarray(flat.reshape(grid.shape_kji))
    return Volume(
        _ONE_SERIES, voxels, geometry, grid.unit, padding=grid.padding, measurable=grid.measurable
    )


def _fits_int16(voxels: NDArray[Any]) -> bool:
    if voxels.dtype == np.int16:
        return True
    limits = np.iinfo(np.int16)
    return voxels.dtype.kind in "iu" and bool(
        voxels.min() >= limits.min and voxels.max() <= limits.max
    )


def _scores(heat: Heatmap | None) -> bytes:
    if heat is None:
        return b""
    return _deflated(np.rint(np.asarray(heat.scores, np.float32) * 255).astype(np.uint8))


def _heatmap(
    packed: bytes | None, geometry: VolumeGeometry, kinds: list[HeatmapKind]
) -> Heatmap | None:
    if not packed:
        return None
    scores = _on_grid(packed, geometry).astype(np.float16) / np.float16(255)
    return Heatmap(scores, geometry, kinds.pop(0) if kinds else HeatmapKind.PROBABILITY)


def _on_grid(packed: bytes | None, geometry: VolumeGeometry) -> NDArray[np.uint8]:
    count = math.prod(geometry.shape_kji)
    flat = _inflated(packed, "|u1", count)
    if flat.size != count:
        raise WireError("The answer does not lie on the images.")
    return flat.reshape(geometry.shape_kji)


def _deflated(array: NDArray[Any]) -> bytes:
    return bytes(isal_zlib.compress(np.ascontiguousarray(array), _LEVEL))


def _inflated(packed: bytes | None, dtype: str, most: int) -> NDArray[Any]:
    """So many values or fewer. Raises: WireError: damaged, or more than that."""
    if not packed:
        raise WireError("The message is incomplete.")
    room = most * np.dtype(dtype).itemsize
    inflater = isal_zlib.decompressobj()
    try:
        found = inflater.decompress(packed, room + 1)
        if len(found) > room or not inflater.eof:
            raise WireError("The message is longer than it says, or cut off.")
        return np.frombuffer(found, dtype)
    except WireError:
        raise
    except (_DEFLATE_ERROR, ValueError) as error:
        raise WireError("The message is damaged.") from error


def _plain(values: Mapping[str, object]) -> dict[str, str | int | float]:
    return {k: v if isinstance(v, str | int | float) else str(v) for k, v in values.items()}


def _read(adapter: TypeAdapter[Any], text: bytes | None) -> Any:  # noqa: ANN401
    try:
        return adapter.validate_json(text or b"")
    except ValueError as error:
        raise WireError("The message cannot be understood.") from error


def _require_version(version: int) -> None:
    if version != WIRE_VERSION:
        raise WireError("The server and this program are of different versions.")
