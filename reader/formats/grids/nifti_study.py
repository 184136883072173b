"""NIfTI, NRRD and MetaImage know no studies: files of one folder are taken to belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from reader.core.study import Patient, Series, Study, StudyObject
from reader.formats.content_uid import derived_uid


def group_nifti(series: Sequence[Series], objects: Sequence[StudyObject] = ()) -> tuple[Study, ...]:
    """One study per folder, named after it, with the segmentations that lie in it.

    Its UID follows from the folder's path, so that one file of it, opened alone, is found
    to belong to the same study; the series' UIDs follow from the files' contents.
    """
    by_folder: dict[Path, tuple[list[Series], list[StudyObject]]] = defaultdict(lambda: ([], []))
    for one in series:
        by_folder[_folder(one.instances[0].path)][0].append(one)
    for other in objects:
        by_folder[_folder(other.path)][1].append(other)
    return tuple(
        Study(
            study_uid=derived_uid("nifti folder", folder.as_posix()),
            description=folder.name,
            patient=Patient(),
            date="",
            series=tuple(sorted(found, key=lambda s: (s.description, s.series_uid, s.part))),
            objects=tuple(sorted(beside, key=lambda o: (o.description, o.sop_instance_uid))),
        )
        for folder, (found, beside) in sorted(by_folder.items())
    )


def _folder(path: Path) -> Path:
    return path.resolve().parent
