"""The synthetic thorax at sizes that tests can afford, made once per test run."""

from __future__ import annotations

from functools import cache

from reader.imaging.thorax.build import make_thorax
from reader.imaging.thorax.truth import Thorax

SMALL_KJI = (60, 128, 128)
MEDIUM_KJI = (120, 256, 256)


@cache
def small_thorax(seed: int = 7) -> Thorax:
    """60 x 128 x 128 at 5 x 2.8 x 2.8 mm, under two seconds; the whole chest, all nodules."""
    return make_thorax(seed, SMALL_KJI)


@cache
def medium_thorax(seed: int = 7) -> Thorax:
    """120 x 256 x 256 at 2.5 x 1.4 x 1.4 mm, about four seconds."""
    return make_thorax(seed, MEDIUM_KJI)
