"""How pixels are made between those of an enlarged image. Labels are never interpolated."""

from __future__ import annotations

import enum


class Interpolation(enum.Enum):
    """By what is seen: squares, straight passages, or rounder ones that look sharper."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"
    """Overshoots a little at steep edges, so no value is to be read off it."""
