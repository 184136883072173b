"""Opens one broken file after the other and says what came of it. Run by `fuzzing.py`.

Reads lines of JSON from stdin, writes lines of JSON to stdout: one process for many cases,
so that a crash, a hang or a memory without end takes only this one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import sys
import tempfile
import traceback
from functools import lru_cache
from pathlib import Path

import numpy as np
import psutil

from reader.app.commands.info import scan_report
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ReaderError
from reader.core.intensity import WindowLevel
from reader.core.study import Study, StudyObject
from reader.formats.dicom_scan import scan_paths
from reader.formats.objects.object_reader import read_object
from reader.formats.series_reader import read_series
from reader.imaging.window import apply_window, robust_window
from tests.fuzz.mutate import Mutation, mutate
from tests.fuzz.object_corpus import IMAGES
from tests.fuzz.series_check import WrongImageError, check_series

ADDRESS_SPACE = 12 << 30
MOST_SERIES = 6


def main() -> None:
    _limit_memory()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        for line in sys.stdin:
            job = json.loads(line)
            print(json.dumps(_run(job, Path(name))), flush=True)  # noqa: T201


def _run(job: dict, folder: Path) -> dict:
    path, other = Path(job["path"]), Path(job["other"])
    if job["in_series"]:
        mutation = mutate(path, other, random.Random(job["seed"]))
        _reset_peak()
        outcome, problem = _try_series(path, mutation)
    elif job["seed"] is None:
        _reset_peak()
        mutation = Mutation(b"", "as it is")
        outcome, problem = _try(path, path, mutation)
    else:
        mutation = mutate(path, other, random.Random(job["seed"]))
        # The original's own name, as endings tell some formats.
        broken = folder / path.name
        broken.write_bytes(mutation.data)
        _reset_peak()
        try:
            outcome, problem = _try(broken, path, mutation)
        finally:
            broken.unlink(missing_ok=True)
    return {"outcome": outcome, "problem": problem, "kind": mutation.kind, "peak": _peak()}


def _try(broken: Path, original: Path, mutation: Mutation) -> tuple[str, str]:
    try:
        shown, refused, warned = open_fully(broken, original)
        if _says_nothing(mutation, original) and (shown, refused) != _undamaged(original):
            raise WrongImageError(f"{(shown, refused)} instead of {_undamaged(original)}")
        if mutation.cuts_pixels and shown and not refused and not warned:
            raise WrongImageError("cut in the middle of the pixels and shown as whole")
    except BaseException:  # noqa: BLE001 - whatever it is, it is what we look for
        return "violation", traceback.format_exc(limit=-6)[-3000:]
    return ("shown" if shown else "refused"), ""


def _says_nothing(mutation: Mutation, original: Path) -> bool:
    """Whether nothing may come of a change; a DICOMDIR is away from its files here."""
    return mutation.is_harmless and original.suffix != ".dcmdir" and original.name != "DICOMDIR"


def _try_series(path: Path, mutation: Mutation) -> tuple[str, str]:
    with tempfile.TemporaryDirectory(prefix="series-") as name:
        folder = Path(name)
        others = [p for p in sorted(path.parent.iterdir()) if p.is_file() and p != path]
        for one in others:
            os.link(one, folder / one.name)
        (folder / path.name).write_bytes(mutation.data)
        try:
            check_series(folder, folder / path.name)
        except BaseException:  # noqa: BLE001 - whatever it is, it is what we look for
            return "violation", traceback.format_exc(limit=-6)[-3000:]
    return "shown", ""


@lru_cache(maxsize=512)
def _undamaged(path: Path) -> tuple[tuple, tuple]:
    return open_fully(path, path)[:2]


def open_fully(path: Path, original: Path) -> tuple[tuple, tuple, bool]:
    """Scan, read and draw; (what was shown, why things were refused, whether it warned).

    An object is opened with the images that lie beside the original.

    Raises: anything but a `ReaderError` is what should not happen.
    """
    images = original.parent / IMAGES
    paths = [path, images] if images.is_dir() else [path]
    with tempfile.TemporaryDirectory(prefix="unpacked-") as unpacked:
        return _open_fully(paths, Path(unpacked))


def _open_fully(paths: list[Path], unpacked: Path) -> tuple[tuple, tuple, bool]:
    found = scan_paths(paths, ignore_progress, CancelToken(), unpacked=unpacked)
    json.dumps(scan_report(found), default=str)
    refused = [_sentence(str(u.why)) for u in found.unreadable]
    shown = []
    warned = False
    every = [series for study in found.studies for series in study.series]
    for series in every[:MOST_SERIES]:
        try:
            volume = read_series(series, ignore_progress, CancelToken())
        except ReaderError as error:
            refused.append(_sentence(str(error)))
            continue
        warned |= bool(volume.warnings)
        for warning in volume.warnings:
            _sentence(str(warning.text))
        _draw(volume)
        voxels = np.ascontiguousarray(volume.voxels)
        digest = hashlib.sha256(voxels.view(np.uint8).reshape(-1).data).hexdigest()[:12]
        grid = volume.geometry.affine_kji_to_lps.round(4).tolist()
        shown.append((voxels.shape, str(voxels.dtype), digest, str(grid)))
    for study in found.studies:
        for item in study.objects[:MOST_SERIES]:
            shown.append(_object(item, study, refused))
    return tuple(shown), tuple(refused), warned


def _object(item: StudyObject, study: Study, refused: list[str]) -> tuple:
    """Read what is no image over the study's images, or over none."""
    try:
        content = read_object(item, study.series, study.objects, ignore_progress, CancelToken())
    except ReaderError as error:
        refused.append(_sentence(str(error)))
        return ("object", item.kind.value)
    for warning in getattr(content, "warnings", ()):
        _sentence(str(warning))
    for sheet in getattr(content, "sheets", ()):
        assert sheet.shape == content.geometry.shape_kji
        assert not sheet.size or int(sheet.max()) < 0xFFFF
    for mark in getattr(content, "marks", ()):
        assert np.isfinite(mark.points).all()
    for line in getattr(content, "lines", ()):
        json.dumps([str(line.name), str(line.value)])
    segments = getattr(content, "segments", ())
    return ("object", item.kind.value, len(segments), len(getattr(content, "findings", ())))


def _draw(volume) -> None:
    middle = volume.voxels[len(volume.voxels) // 2]
    if middle.ndim == 2:
        window = volume.windows[0] if volume.windows else robust_window(middle[None])
        assert isinstance(window, WindowLevel)
        assert apply_window(np.ascontiguousarray(middle), window).shape == middle.shape


def _sentence(text: str) -> str:
    """A reason that a person can read: words, no names of errors, no paths, nothing raw."""
    marks = ("Error", "Traceback", "{", "/tmp")
    if not 10 < len(text) < 500 or not text.isprintable() or any(m in text for m in marks):
        raise WrongImageError(f"no sentence for a person: {text[:80]!r}")
    return text


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _processes() -> list[int]:
    """This one and the codecs that it started."""
    return [os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))]


def _reset_peak() -> None:
    for number in _processes():
        with contextlib.suppress(OSError):
            Path(f"/proc/{number}/clear_refs").write_text("5", "ascii")


def _peak() -> int:
    """Most bytes that any of the processes held since the last reset; 0 where nobody says."""
    peaks = [0]
    for number in _processes():
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{number}/status").read_text("ascii").splitlines()
            peaks += [1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return max(peaks)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
