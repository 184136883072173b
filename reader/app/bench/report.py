"""What every benchmark reports: rows of times, and the machine."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured. Times in milliseconds."""

    what: str
    median_ms: float
    p99_ms: float
    n: int

    @classmethod
    def of(cls, what: str, seconds: Sequence[float]) -> Row:
        """Median and 99th percentile of measured seconds."""
        median, p99 = np.percentile(seconds, (50, 99)) * 1000
        return cls(what, round(float(median), 4), round(float(p99), 4), len(seconds))


def machine_text(screen: str = "") -> str:
    """Processor, cores, system and versions, in one line."""
    parts = [
        _processor(),
        f"{os.cpu_count()} cores",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        screen,
    ]
    return ", ".join(part for part in parts if part)


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
