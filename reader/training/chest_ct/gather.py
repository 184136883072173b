"""From a data folder to hosts, prepared once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from reader.core.cancel import CancelToken, Progress, ReportProgress, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series
from reader.training.chest_ct.cases import (
    CASES,
    PROCEDURAL_COUNT,
    PROCEDURAL_FIRST_SEED,
    PROCEDURAL_SHARE,
    Case,
)
from reader.training.chest_ct.hosts import Host, load_host, make_host, save_host
from reader.training.chest_ct.procedural import procedural_host


def read_case(path: Path, cancel: CancelToken) -> Volume:
    """The largest series of a folder or file.

    Raises: UnreadableError: there is none.
    """
    scan = scan_paths([path], ignore_progress, cancel)
    series = [s for study in scan.studies for s in study.series]
    if not series:
        raise UnreadableError(
            say("A training scan could not be opened."), say("See `reader info` on the folder.")
        )
    largest = max(series, key=lambda s: len(s.instances) * s.geometry.shape_kji[0])
    return read_series(largest, ignore_progress, cancel)


def gather_hosts(
    data: Path,
    work: Path,
    report: ReportProgress,
    cancel: CancelToken,
    cases: Sequence[Case] = CASES,
    procedural: int = PROCEDURAL_COUNT,
) -> tuple[list[Host], list[float]]:
    """Hosts with the share of patches to draw from each; shares sum to 1.

    Prepared scans are kept in `work` and reused while the case's description is the same.

    Raises: UnreadableError: none of the cases is in `data` and no procedural host is asked
        for.
    """
    hosts: list[Host] = []
    shares: list[float] = []
    for number, case in enumerate(cases):
        cancel.check()
        report(Progress(number, len(cases), say("Preparing scans")))
        host = _case_host(case, data, work, cancel)
        if host is not None:
            hosts.append(host)
            shares.append(case.share)
    for number in range(procedural):
        cancel.check()
        report(Progress(number, procedural, say("Growing procedural lungs")))
        hosts.append(procedural_host(PROCEDURAL_FIRST_SEED + number))
        shares.append(PROCEDURAL_SHARE / procedural)
    if not hosts:
        raise UnreadableError(
            say("The data folder holds none of the scans of the recipe."),
            say("`reader/training/chest_ct/cases.py` lists them."),
        )
    return hosts, [share / sum(shares) for share in shares]


def _case_host(case: Case, data: Path, work: Path, cancel: CancelToken) -> Host | None:
    """The prepared scan, from `work` if it is there; None if the data folder lacks it."""
    path = data / case.folder
    if not path.exists():
        return None
    description = hashlib.sha256(repr((case, path.stat().st_mtime_ns)).encode()).hexdigest()[:12]
    kept = work / "hosts" / f"{case.name}-{description}.npz"
    if kept.exists():
        return load_host(kept)
    host = make_host(case.name, read_case(path, cancel), case.ignored)
    if host is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        save_host(host, kept)
    return host
