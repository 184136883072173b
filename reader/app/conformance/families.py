"""The same image in several transfer syntaxes: the same values, or how far off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.app.conformance.opened import frames_of, opened
from reader.core.cancel import CancelToken
from reader.formats.reference_values import file_facts


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an image. `difference`: the largest from the first, None = not opened."""

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
        """Whether every lossless file gives the same values."""
        return all(m.difference == 0 for m in self.members if not m.lossy)

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


def find_families(folder: Path, files: Sequence[Path], cancel: CancelToken) -> list[Family]:
    """Images that lie in one folder in three or more transfer syntaxes.

    Raises: Cancelled.
    """
    groups: dict[tuple[object, ...], list[tuple[Path, str, bool]]] = {}
    for path in files:
        facts = file_facts(path)
        if facts is not None and facts.image and facts.syntax_uid:
            key = (path.parent, *facts.image)
            groups.setdefault(key, []).append((path, facts.syntax, facts.lossy))
    families = []
    for members in groups.values():
        if len({syntax for _, syntax, _ in members}) >= 3:
            cancel.check()
            families.append(_compared(folder, members))
    return families


def _compared(folder: Path, members: list[tuple[Path, str, bool]]) -> Family:
    members = sorted(members, key=lambda member: (member[2], member[0]))
    first = next((v for v in (_values(path) for path, _, _ in members) if v is not None), None)
    compared = []
    for path, syntax, lossy in members:
        values = _values(path)
        difference: float | None = None
        if values is not None and first is not None and values.shape == first.shape:
            difference = float(np.abs(values - first).max())
        name = path.relative_to(folder).as_posix()
        compared.append(Member(name, syntax, lossy, difference))
    return Family(tuple(compared))


def _values(path: Path) -> NDArray[Any] | None:
    with opened(path) as found:
        volumes = [one.volume for one in found.series if one.volume is not None]
        return frames_of(volumes[0]).astype(np.float64) if volumes else None
