"""`reader bench load`: how long a CT takes to open, beside the limit and beside SimpleITK."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.app.bench import load_case, load_ways
from reader.app.bench.load_case import STORED_ZERO_HU, WrittenCt
from reader.app.bench.load_report import LoadReport
from reader.app.bench.ratio import Limit, Ratio
from reader.core.cancel import CancelToken, Progress, ReportProgress, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats.dicom_scan import scan_paths
from reader.formats.yardsticks.reference_decoders import (
    JpegLsDecoders,
    pixel_offset,
    scan_headers_with_pydicom,
    single_frame,
)
from reader.imaging.window import apply_window

LIMITS: Final = {
    "raw_over_read": Limit(2.5, at_most=True),
    "sitk_over_raw": Limit(6.0, at_most=False),
    "jls_over_decoder": Limit(1.3, at_most=True),
    "sitk_over_jls": Limit(1.4, at_most=False),
    "first_slice_over_header_scan": Limit(0.5, at_most=True),
    "rss_over_volume": Limit(1.3, at_most=True),
    "niigz_over_sitk": Limit(1.0, at_most=True),
}
_RATIOS: Final = {
    "raw_over_read": ("ours, whole", "limit: reading the bytes"),
    "sitk_over_raw": ("SimpleITK series", "ours, whole"),
    "jls_over_decoder": ("ours, JPEG-LS", "limit: CharLS alone, all cores"),
    "sitk_over_jls": ("SimpleITK JPEG-LS", "ours, JPEG-LS"),
    "first_slice_over_header_scan": ("ours, first slice drawn", "pydicom, headers only"),
    "niigz_over_sitk": ("ours, .nii.gz", "SimpleITK .nii.gz"),
}
_NIFTI_SLICES: Final = 100
_SLOW_EVERY: Final = 3
"""What takes seconds runs in every third round."""
_TURNS: Final = 3
"""What takes milliseconds runs so often in a round, and the least counts, alike for both
ways of a ratio: a machine that fetches memory, or does something else, only adds to it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of loading. `made` is given the result, outside of what is timed."""

    name: str
    run: Callable[[], Any]
    made: Callable[[Any], None]
    every: int = 1
    turns: int = _TURNS

    def seconds(self) -> float:
        """How long it takes: the least of its turns."""
        return min(self._turn() for _ in range(self.turns))

    def _turn(self) -> float:
        gc.collect()  # what the way before left behind is not this one's to tidy
        began = time.perf_counter()
        made = self.run()
        taken = time.perf_counter() - began
        self.made(made)
        return taken


class LoadBench:
    """Everything in one run, the ways in turn, so that the machine's load meets all alike.

    The first round only warms up.
    """

    def __init__(
        self, rounds: int, many_files: int, report: ReportProgress, shape: tuple[int, int, int]
    ) -> None:
        self._rounds = rounds
        self._many_files = many_files
        self._report = report
        self._shape = shape
        self._seconds: dict[str, dict[int, float]] = {}

    def run(self) -> LoadReport:
        """Write, measure and delete.

        Raises: NotEqualError: a way of loading gave other values than were written. OSError.
        """
        with tempfile.TemporaryDirectory(prefix="reading-room-bench-") as name:
            folder = Path(name)
            volume = load_case.chest_with_texture(self._shape)
            plain, packed, nifti = self._written(folder, volume)
            frames = [single_frame(path) for path in packed.files]
            cores = os.cpu_count() or 1
            with JpegLsDecoders(frames, self._shape[1:], cores) as decoders:
                self._measure(self._ways(volume, plain, packed, nifti, decoders))
            memory = load_ways.memory_of_fresh_process(plain.folder)
            many = self._scan_many(folder / "many") if self._many_files else {}
        return self._reported(memory, many)

    def _written(self, folder: Path, volume: Volume) -> tuple[WrittenCt, WrittenCt, Path]:
        cancel = CancelToken()
        plain = load_case.write_ct(folder / "plain", volume, "explicit", self._report, cancel)
        packed = load_case.write_ct(folder / "packed", volume, "jpegls", self._report, cancel)
        nifti = folder / "volume.nii.gz"
        load_ways.write_nifti(nifti, _thin(volume))
        return plain, packed, nifti

    def _ways(
        self,
        volume: Volume,
        plain: WrittenCt,
        packed: WrittenCt,
        nifti: Path,
        decoders: JpegLsDecoders,
    ) -> list[Way]:
        truth = np.asarray(volume.voxels)
        offsets = [pixel_offset(path) for path in plain.files]
        picture = apply_window(truth[len(truth) // 2], load_ways.LUNG_WINDOW)
        stored = (truth - STORED_ZERO_HU).astype(np.uint16)

        def equals(name: str, wanted: NDArray[Any]) -> Callable[[Any], None]:
            return lambda made: load_ways.check_equal(name, _values(made), wanted)

        def is_right(
            name: str,
            run: Callable[[], Any],
            wanted: NDArray[Any],
            every: int = 1,
            turns: int = _TURNS,
        ) -> Way:
            return Way(name, run, equals(name, wanted), every, turns)

        read = partial(load_ways.read_bytes, plain.files, offsets, self._shape)
        thin = truth[: len(_thin(volume).voxels)]
        whole, peer = load_ways.load_whole, load_ways.simpleitk_series
        return [
            is_right("limit: reading the bytes", read, stored),
            is_right("ours, whole", partial(whole, plain.folder), truth),
            is_right("SimpleITK series", partial(peer, plain.folder), truth, _SLOW_EVERY),
            is_right(
                "ours, first slice drawn",
                partial(load_ways.draw_first_slice, plain.folder),
                picture,
            ),
            Way(
                "pydicom, headers only",
                partial(scan_headers_with_pydicom, plain.files),
                lambda numbers: equals("headers", np.arange(len(truth)) + 1)(np.array(numbers)),
            ),
            Way(
                "limit: CharLS alone, all cores",
                decoders.decode,
                lambda _none: equals("CharLS", stored)(decoders.values()),
                _SLOW_EVERY,
                turns=1,
            ),
            is_right("ours, JPEG-LS", partial(whole, packed.folder), truth, _SLOW_EVERY, 1),
            is_right("SimpleITK JPEG-LS", partial(peer, packed.folder), truth, _SLOW_EVERY, 1),
            is_right("ours, .nii.gz", partial(whole, nifti), thin, _SLOW_EVERY),
            is_right(
                "SimpleITK .nii.gz", partial(load_ways.simpleitk_file, nifti), thin, _SLOW_EVERY
            ),
        ]

    def _measure(self, ways: list[Way]) -> None:
        stage = say("Measuring")
        for number in range(-1, self._rounds):
            for done, way in enumerate(ways):
                self._report(Progress((number + 1) * len(ways) + done, 0, stage))
                if number >= 0 and number % way.every:
                    continue
                taken = way.seconds()
                if number >= 0:
                    self._seconds.setdefault(way.name, {})[number] = taken

    def _scan_many(self, folder: Path) -> dict[str, float]:
        """Look through many small studies; how much was read tells whether pixels were."""
        folder.mkdir()
        studies = min(20, self._many_files)
        total = load_case.write_many_studies(folder, self._many_files, studies)
        found_so_far: list[int] = []
        before = load_ways.bytes_read_so_far()
        began = time.perf_counter()
        found = scan_paths(
            [folder],
            ignore_progress,
            CancelToken(),
            on_found=lambda summaries: found_so_far.append(len(summaries)),
        )
        taken = time.perf_counter() - began
        after = load_ways.bytes_read_so_far()
        if len(found.studies) != studies or found.unreadable:
            raise load_ways.NotEqualError("the scan did not find the studies that were written")
        self._seconds["ours, scan of many files"] = {0: taken}
        facts = {"many_files": float(self._many_files), "many_shown": float(len(found_so_far))}
        if before is not None and after is not None:
            facts["many_read_over_written"] = round((after - before) / total, 4)
        return facts

    def _reported(self, memory: tuple[int, int, int], many: dict[str, float]) -> LoadReport:
        ratios = {
            name: Ratio.of(*self._paired(above, below), LIMITS[name])
            for name, (above, below) in _RATIOS.items()
        }
        volume, before, after = memory
        rss = round(after / volume, 3)
        ratios["rss_over_volume"] = Ratio(rss, rss, rss, LIMITS["rss_over_volume"])
        facts = {"volume_mb": volume / 1e6, "rss_before_mb": before / 1e6, "rss_mb": after / 1e6}
        seconds = {name: list(rounds.values()) for name, rounds in self._seconds.items()}
        return LoadReport(seconds, ratios, facts | many)

    def _paired(self, above: str, below: str) -> tuple[list[float], list[float]]:
        """The seconds of two ways in the rounds in which both were taken."""
        one, two = self._seconds[above], self._seconds[below]
        both = sorted(one.keys() & two.keys())
        return [one[n] for n in both], [two[n] for n in both]


def _thin(volume: Volume) -> Volume:
    """Its first slices, which are enough to compare readers of one compressed stream."""
    voxels = np.ascontiguousarray(volume.voxels[:_NIFTI_SLICES])
    geometry = VolumeGeometry(
        (len(voxels), *volume.geometry.shape_kji[1:]), volume.geometry.affine_kji_to_lps
    )
    return replace(volume, voxels=voxels, geometry=geometry)


def _values(made: object) -> NDArray[Any]:
    """The array in what a way of loading returns."""
    return np.asarray(made.voxels if isinstance(made, Volume) else made)
