"""Whether an earlier study shows the same part in the same way, so that it may hang beside.

A patient has other studies too: nobody wants last year's ankle beside a chest, or a viewport
kept free for a mammogram that was never made.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from reader.core.study import Study
from reader.session.viewing.study_kind import kind_of_study

_FILMS: Final = frozenset({"CR", "DX", "RG"})
"""Modalities that are one to who reads them: a radiograph, however it was taken."""
_NO_IMAGES: Final = frozenset({"SR", "PR", "KO", "SEG", "RTSTRUCT", "REG", "DOC", "OT", "SC"})
_NEIGHBOURS: Final = (
    frozenset({"head", "neck"}),
    frozenset({"chest", "heart"}),
    frozenset({"abdomen", "pelvis", "prostate"}),
)
"""Regions that one examination shows with another."""


@dataclass(frozen=True, slots=True)
class StudyContent:
    """What a study shows, as far as is known: modalities, and regions of `study_kind`."""

    modalities: frozenset[str]
    regions: frozenset[str]

    def is_like(self, other: StudyContent) -> bool:
        """Whether one is worth having beside the other; what is not known says nothing."""
        one, two = _of_images(self.modalities), _of_images(other.modalities)
        if one and two and one.isdisjoint(two):
            return False
        if not self.regions or not other.regions:
            return True
        return not _widened(self.regions).isdisjoint(other.regions)


def content_of(study: Study) -> StudyContent:
    """What a study shows by its headers."""
    kind = kind_of_study(study, None, 0)
    return StudyContent(kind.modalities, kind.regions)


def alike_before(study: Study, companions: Collection[Study]) -> tuple[Study, ...]:
    """Of the studies beside one those that are earlier or undated and show the same."""
    when, content = (study.date, study.time), content_of(study)
    earlier = (one for one in companions if not one.date or (one.date, one.time) < when)
    return tuple(one for one in earlier if content.is_like(content_of(one)))


def _of_images(modalities: frozenset[str]) -> frozenset[str]:
    images = modalities - _NO_IMAGES
    return (images - _FILMS) | {"radiograph"} if images & _FILMS else images


def _widened(regions: frozenset[str]) -> frozenset[str]:
    return regions.union(*(group for group in _NEIGHBOURS if group & regions))
