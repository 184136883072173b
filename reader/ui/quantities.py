"""Numbers as people read them: units, places, the true minus and a thin space that holds.

Each function gives text of steady width for values of one size, so nothing jumps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

THIN: Final = "\u202f"
MINUS: Final = "\u2212"
NOT_MEASURED: Final = "\u2013"


def number(value: float, places: int = 0) -> str:
    """A number with a true minus sign; minus zero is zero."""
    text = f"{value:.{places}f}"
    if text.startswith("-"):
        digits = text[1:]
        return digits if not float(digits) else MINUS + digits
    return text


def millimetres(value: float | None) -> str:
    """`15.5 mm`."""
    return NOT_MEASURED if value is None else f"{number(value, 1)}{THIN}mm"


def axes_mm(long_mm: float | None, short_mm: float | None) -> str:
    """`17.1 × 13.9 mm`, or the one axis there is."""
    if long_mm is None or short_mm is None:
        return millimetres(long_mm)
    return f"{number(long_mm, 1)} × {number(short_mm, 1)}{THIN}mm"


def cubic_millimetres(value: float | None) -> str:
    """`1950 mm³`."""
    return NOT_MEASURED if value is None else f"{number(value)}{THIN}mm³"


def millilitres(mm3: float) -> str:
    """`11.8 ml` from a volume in mm³."""
    return f"{number(mm3 / 1000, 1)}{THIN}ml"


def percent(fraction: float) -> str:
    """`94 %` from 0.94."""
    return f"{number(100 * fraction)}{THIN}%"


def duration(seconds: float) -> tuple[int, int]:
    """Whole minutes and the seconds left over."""
    return divmod(round(seconds), 60)


def clock(moment: datetime, seconds: bool = True) -> str:
    """`10:42:07` in this machine's time zone."""
    return moment.astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def date(dicom_date: str) -> str:
    """`2000-01-01` from DICOM's `20000101`; anything else is kept as it is."""
    digits = dicom_date.strip()
    if len(digits) == 8 and digits.isdigit():
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return digits
