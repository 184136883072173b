"""Broken files: opened or refused in words; never a crash, a hang, or a wrong image.

500 cases run here; `READER_FUZZ=20000` runs a night's worth, on every file of the zoo.
`READER_FUZZ_FILES` names a folder whose files are broken instead of the zoo's,
`READER_FUZZ_LOG` a file that gets a line for each violation as it happens.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz.corpus import made_files, packed_files, real_files, series_files
from tests.fuzz.fuzzing import Figures, make_cases, run_cases
from tests.fuzz.object_corpus import object_files

NORMAL_RUN = 500


@pytest.mark.slow
@pytest.mark.timeout(0 if "READER_FUZZ" in os.environ else 240)
def test_a_broken_file_does_not_change_the_slices_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Their values, order and places stay, or a warning says what happened."""
    count = int(os.environ.get("READER_FUZZ", NORMAL_RUN)) // 4
    cases = make_cases(series_files(tmp_path / "made"), count, seed=2, in_series=True)
    figures = run_cases(cases, workers=os.cpu_count() or 1, log=log_file())
    with capsys.disabled():
        print(f"\n{figures}")  # noqa: T201
    assert not figures.violations, listed(figures)


@pytest.mark.slow
@pytest.mark.timeout(0 if "READER_FUZZ" in os.environ else 240)
def test_broken_files_are_opened_or_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    count = int(os.environ.get("READER_FUZZ", NORMAL_RUN))
    files = made_files(tmp_path / "made") + real_files(whole=count > NORMAL_RUN)
    cases = make_cases(files, count)
    figures = run_cases(cases, workers=os.cpu_count() or 1, log=log_file())
    with capsys.disabled():
        print(f"\n{len(files)} files, {figures}")  # noqa: T201
    assert not figures.violations, listed(figures)


@pytest.mark.slow
@pytest.mark.timeout(0 if "READER_FUZZ" in os.environ else 240)
def test_broken_objects_and_archives_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Segmentations, structures, reports, marks and documents, over the images they are about."""
    count = int(os.environ.get("READER_FUZZ", NORMAL_RUN)) // 4
    files = object_files(tmp_path / "objects") + packed_files(tmp_path / "packed")
    figures = run_cases(make_cases(files, count, seed=3), os.cpu_count() or 1, log_file())
    with capsys.disabled():
        print(f"\n{figures}")  # noqa: T201
    assert not figures.violations, listed(figures)


def log_file() -> Path | None:
    named = os.environ.get("READER_FUZZ_LOG")
    return Path(named) if named else None


def listed(figures: Figures) -> str:
    return "\n\n".join(
        f"{case.path.name} {case.seed} ({kind}): {problem}"
        for case, kind, problem in figures.violations[:20]
    )
