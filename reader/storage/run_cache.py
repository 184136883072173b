"""Results of earlier runs, found again by what went into them; bounded, oldest out.

One file each: JSON and packed arrays in a ZIP archive, nothing that could run. A file that
is damaged, or that an older version wrote, is a result that has to be computed again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from reader import __version__
from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.model import InferenceRequest, InferenceResult, Verdict
from reader.core.provenance import AlgorithmIdentity
from reader.core.segmentation import Segment
from reader.core.text import Text
from reader.core.volume import Volume
from reader.storage.packing import pack_labels, unpack_labels

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LIMIT_BYTES: Final = 1 << 30
_SUFFIX: Final = ".run"
_WORDS, _LABELS, _HEAT, _UNCERTAINTY = "result.json", "labels", "heatmap", "uncertainty"
_LEVEL: Final = 1
_SENSIBLE: Final = (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged file raises."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Words:
    """All of a result that is not an array."""

    run_id: str
    series_key: str
    identity: AlgorithmIdentity
    segments: tuple[Segment, ...]
    findings: tuple[Finding, ...]
    device: str
    seconds: dict[str, float]
    notes: tuple[tuple[str, dict[str, str | int | float]], ...]
    kinds: dict[str, HeatmapKind]
    cautions: tuple[str, ...] = ()


def run_key(request: InferenceRequest, despite: Verdict = Verdict.OK) -> str:
    """What a result depends on, as one word: voxels, model, card, options, device, version.

    Reads every voxel: a tenth of a second on a chest CT, for a worker.
    """
    spec = request.spec
    words = {
        "version": __version__,
        "series": request.series_key,
        "model": [spec.identity.id, spec.identity.version, spec.identity.sha256, spec.format],
        "labels": [[label.name, label.code.value, label.is_finding] for label in spec.labels],
        "options": dict(spec.options),
        "threshold": [spec.threshold, spec.floor],
        "eligibility": [repr(spec.eligibility), despite.value],
        "device": request.device.value,
    }
    digest = hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode())
    for volume in (request.volume, *request.more_channels):
        digest.update(_grid_words(volume))
        digest.update(np.ascontiguousarray(volume.voxels).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


class RunCache:
    """The files of one folder. For any thread; several windows may share it. Raises nothing."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit = limit_bytes

    def find(self, key: str, geometry: VolumeGeometry) -> InferenceResult | None:
        """The result of an earlier run with this key, on the grid it was made on."""
        path = self._path(key)
        try:
            with zipfile.ZipFile(path) as archive:
                result = _result(archive, geometry)
            os.utime(path)  # used last: the last one to go
        except FileNotFoundError:
            return None
        except _SENSIBLE as error:
            _log.warning("An earlier result could not be read: %s", type(error).__name__)
            path.unlink(missing_ok=True)
            return None
        return result

    def keep(self, key: str, result: InferenceResult) -> None:
        """Keep a result, and let the oldest go where there is no room. For a worker."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
            try:
                with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
                    _write(archive, result)
                Path(name).replace(self._path(key))
            finally:
                Path(name).unlink(missing_ok=True)
            self._make_room()
        except OSError as error:
            _log.warning("A result was not kept for later: %s", type(error).__name__)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _make_room(self) -> None:
        files = [(path.stat(), path) for path in self._folder.glob(f"*{_SUFFIX}")]
        files.sort(key=lambda file: file[0].st_mtime_ns)
        total = sum(stat.st_size for stat, _ in files)
        for stat, path in files:
            if total <= self._limit:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size


def _grid_words(volume: Volume) -> bytes:
    geometry = volume.geometry
    affine = geometry.affine_kji_to_lps.tobytes()
    words = (geometry.shape_kji, str(volume.voxels.dtype), volume.unit.value, volume.padding)
    return repr(words).encode() + affine


def _write(archive: zipfile.ZipFile, result: InferenceResult) -> None:
    maps = {_HEAT: result.heatmap, _UNCERTAINTY: result.uncertainty}
    words = _Words(
        run_id=result.run_id,
        series_key=result.series_key,
        identity=result.identity,
        segments=result.segments,
        findings=result.findings,
        device=result.device,
        seconds=dict(result.seconds),
        notes=tuple((note.template, _plain(note.values)) for note in result.notes),
        kinds={name: one.kind for name, one in maps.items() if one is not None},
        cautions=result.cautions,
    )
    archive.writestr(_WORDS, _words().dump_json(words))
    archive.writestr(_LABELS, pack_labels(result.labels))
    for name, one in maps.items():
        if one is not None:
            scores = np.ascontiguousarray(one.scores, np.float16)
            archive.writestr(name, zlib.compress(scores.data, _LEVEL))


def _result(archive: zipfile.ZipFile, geometry: VolumeGeometry) -> InferenceResult:
    """Raises: ValueError, KeyError, zlib.error: the file is not what it should be."""
    words = _words().validate_json(archive.read(_WORDS))
    maps = {name: _map(archive.read(name), kind, geometry) for name, kind in words.kinds.items()}
    return InferenceResult(
        run_id=words.run_id,
        series_key=words.series_key,
        identity=words.identity,
        labels=unpack_labels(archive.read(_LABELS), geometry.shape_kji),
        segments=words.segments,
        findings=words.findings,
        heatmap=maps.get(_HEAT),
        device=words.device,
        seconds=words.seconds,
        notes=tuple(Text(template, values) for template, values in words.notes),
        uncertainty=maps.get(_UNCERTAINTY),
        cautions=words.cautions,
    )


def _map(packed: bytes, kind: HeatmapKind, geometry: VolumeGeometry) -> Heatmap:
    scores = np.frombuffer(zlib.decompress(packed), np.float16)
    return Heatmap(scores.reshape(geometry.shape_kji), geometry, kind)


def _plain(values: Mapping[str, object]) -> dict[str, str | int | float]:
    return {
        name: value if isinstance(value, str | int | float) else str(value)
        for name, value in values.items()
    }


@lru_cache(maxsize=1)
def _words() -> TypeAdapter[_Words]:
    # The window opens without pydantic.
    from pydantic import TypeAdapter

    return TypeAdapter(_Words)
