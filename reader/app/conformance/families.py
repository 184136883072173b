"""The same image in several transfer syntaxes: the same values, or how far off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.app.conformance.opened import frames_of, opened
from reader.core.cancel import CancelToken
from reader.formats.yardsticks.reference_values import file_facts


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an image. `difference`: the largest from the first, None = not opened.

    Infinite where the size is another.
    """

    file: str
    syntax: str
    lossy: bool
    difference: float | None


@dataclass(frozen=True, slots=True)
class Family:
    """Files of one image; the first is lossless and the others are compared with it."""

    members: tuple[Member, ...]

    @property
    def is_consistent(self) -> bool:
        """Whether every lossless file that opens gives the same values."""
        return all(m.difference in (0, None) for m in self.members if not m.lossy)

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints."""
        return {
            "consistent": self.is_consistent,
            "members": [
                {
                    "file": m.file,
                    "syntax": m.syntax,
                    "lossy": m.lossy,
                    "largest_difference": m.difference,
                }
                for m in self.members
            ],
        }


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    syntax: str
    lossy: bool


def find_families(folder: Path, files: Sequence[Path], cancel: CancelToken) -> list[Family]:
    """Images that lie in one folder in three or more transfer syntaxes.

    The same image has the same UIDs and numbers, or the same name up to the last "_".

    Raises: Cancelled.
    """
    members = []
    for path in files:
        facts = file_facts(path)
        if facts is not None and facts.syntax_uid and len(facts.image) > 1:
            members.append((_File(path, facts.syntax, facts.lossy), facts))
    by_uid = _grouped((file, (file.path.parent, *facts.image)) for file, facts in members)
    taken = {file.path for group in by_uid for file in group}
    by_name = _grouped(
        (file, (file.path.parent, file.path.name.rpartition("_")[0], facts.size))
        for file, facts in members
        if file.path not in taken and "_" in file.path.name
    )
    families = []
    for group in (*by_uid, *by_name):
        cancel.check()
        families.append(_compared(folder, group))
    return families


def _grouped(files: Iterable[tuple[_File, tuple[object, ...]]]) -> list[list[_File]]:
    """Files with the same key, where they come in three or more transfer syntaxes."""
    groups: dict[tuple[object, ...], list[_File]] = {}
    for file, key in files:
        groups.setdefault(key, []).append(file)
    return [group for group in groups.values() if len({file.syntax for file in group}) >= 3]


def _compared(folder: Path, files: list[_File]) -> Family:
    files = sorted(files, key=lambda file: (file.lossy, file.path))
    first = next((v for v in (_values(file.path) for file in files) if v is not None), None)
    compared = []
    for file in files:
        values = _values(file.path)
        difference: float | None = None
        if values is not None and first is not None:
            same_size = values.shape == first.shape
            difference = float(np.abs(values - first).max()) if same_size else float("inf")
        name = file.path.relative_to(folder).as_posix()
        compared.append(Member(name, file.syntax, file.lossy, difference))
    return Family(tuple(compared))


def _values(path: Path) -> NDArray[Any] | None:
    with opened(path) as found:
        volumes = [one.volume for one in found.series if one.volume is not None]
        return frames_of(volumes[0]).astype(np.float64) if volumes else None
