"""NIfTI files know no studies: those of one folder are taken to belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from reader.core.study import Patient, Series, Study
from reader.formats.content_uid import derived_uid


def group_nifti(series: Sequence[Series]) -> tuple[Study, ...]:
    """One study per folder, named after it.

    Its UID follows from the folder's path, so that one file of it, opened alone, is found
    to belong to the same study; the series' UIDs follow from the files' contents.
    """
    by_folder: dict[Path, list[Series]] = defaultdict(list)
    for one in series:
        by_folder[one.instances[0].path.resolve().parent].append(one)
    return tuple(
        Study(
            study_uid=derived_uid("nifti folder", folder.as_posix()),
            description=folder.name,
            patient=Patient(),
            date="",
            series=tuple(sorted(found, key=lambda s: (s.description, s.series_uid))),
        )
        for folder, found in sorted(by_folder.items())
    )
