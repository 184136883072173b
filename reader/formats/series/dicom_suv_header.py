"""What a PET header says that bears on standardized uptake values, as plain numbers."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reader.formats.headers.bounded_pydicom import read_part
from reader.formats.headers.quiet_pydicom import quiet_pydicom

_PIXELS: Final = 0x7FE0_0000
_GE_BLOCK: Final = (0x0009, "GEMS_PETD_01")
_GE_SCAN_TIME: Final = 0x0D
_PHILIPS_BLOCK: Final = (0x7053, "Philips PET Private Group")
_PHILIPS_SUV: Final = 0x00
_PHILIPS_BECQUEREL: Final = 0x09
_ENHANCED_PET: Final = "1.2.840.10008.5.1.4.1.1.130"
_BECQUEREL_CODES: Final = frozenset({"Bq/ml", "Bq/mL", "BQML"})
_DATE: Final = re.compile(r"(\d{4})\.?(\d\d)\.?(\d\d)")
_TIME: Final = re.compile(r"(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,6}))?)?")


@dataclass(frozen=True, slots=True)
class SuvFacts:
    """Values of one PET header; None or empty = absent, unusable or not positive.

    Doses are in Bq, times in seconds, weight in kg, height in m.
    """

    units: str = ""
    suv_type: str = ""
    is_attenuation_corrected: bool = False
    is_decay_corrected: bool = False
    decay_reference: str = ""
    """START or ADMIN: the moment to which activities were corrected."""
    dose_bq: float | None = None
    half_life_s: float | None = None
    injected_at: dt.datetime | None = None
    injected_time: dt.time | None = None
    """The time of day where the header does not say of which day."""
    series_at: dt.datetime | None = None
    acquired_at: dt.datetime | None = None
    maker_scan_at: dt.datetime | None = None
    """GE's private start of the scan."""
    corrected_to: dt.datetime | None = None
    """Where the header states that moment itself (enhanced PET)."""
    frame_reference_s: float | None = None
    frame_duration_s: float | None = None
    weight_kg: float | None = None
    height_m: float | None = None
    sex: str = ""
    maker_suv_factor: float | None = None
    maker_becquerel_factor: float | None = None


def read_suv_facts(path: Path) -> SuvFacts:
    """The facts in one file's header.

    Raises: Exception: whatever pydicom does with a header that is damaged. OSError.
    """
    header, _ = read_part(path, lambda tag, _vr, _length: tag >= _PIXELS)
    with quiet_pydicom():
        return suv_facts(header)


def suv_facts(header: Any) -> SuvFacts:  # noqa: ANN401 - a pydicom dataset has no types
    """The facts in one header; of several radiopharmaceuticals none is taken."""
    drugs = header.get("RadiopharmaceuticalInformationSequence") or []
    drug = drugs[0] if len(drugs) == 1 else None
    is_enhanced = str(header.get("SOPClassUID", "")) == _ENHANCED_PET
    corrections = _enhanced_corrections(header) if is_enhanced else _corrections(header)
    units = _enhanced_units(header) if is_enhanced else _word(header, "Units")
    return SuvFacts(
        units=units,
        suv_type=_word(header, "SUVType"),
        is_attenuation_corrected=corrections[0],
        is_decay_corrected=corrections[1],
        decay_reference=_word(header, "DecayCorrection"),
        dose_bq=_positive(drug, "RadionuclideTotalDose"),
        half_life_s=_positive(drug, "RadionuclideHalfLife"),
        injected_at=parse_moment(_word(drug, "RadiopharmaceuticalStartDateTime")),
        injected_time=parse_time(_word(drug, "RadiopharmaceuticalStartTime")),
        series_at=_joined(header, "SeriesDate", "SeriesTime"),
        acquired_at=_joined(header, "AcquisitionDate", "AcquisitionTime"),
        maker_scan_at=parse_moment(_text(_private(header, _GE_BLOCK, _GE_SCAN_TIME))),
        corrected_to=parse_moment(_word(header, "DecayCorrectionDateTime")),
        frame_reference_s=_milliseconds(header, "FrameReferenceTime"),
        frame_duration_s=_milliseconds(header, "ActualFrameDuration"),
        weight_kg=_positive(header, "PatientWeight"),
        height_m=_positive(header, "PatientSize"),
        sex=_word(header, "PatientSex"),
        maker_suv_factor=_as_positive(_private(header, _PHILIPS_BLOCK, _PHILIPS_SUV)),
        maker_becquerel_factor=_as_positive(_private(header, _PHILIPS_BLOCK, _PHILIPS_BECQUEREL)),
    )


def parse_moment(text: str) -> dt.datetime | None:
    """A DT value, its offset from UTC left out: all times of a scan share it."""
    date, time = text[:8], text[8:]
    return _combined(date, time.split("+")[0].split("-")[0])


def parse_time(text: str) -> dt.time | None:
    """A TM value."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    try:
        return dt.time(
            int(hours), int(minutes), int(seconds or 0), int((fraction or "0").ljust(6, "0"))
        )
    except ValueError:
        return None


def _combined(date: str, time: str) -> dt.datetime | None:
    match, clock = _DATE.fullmatch(date), parse_time(time)
    if match is None or clock is None:
        return None
    try:
        day = dt.date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return dt.datetime.combine(day, clock)


def _joined(header: Any, date: str, time: str) -> dt.datetime | None:  # noqa: ANN401
    return _combined(_word(header, date), _word(header, time))


def _corrections(header: Any) -> tuple[bool, bool]:  # noqa: ANN401
    """Whether attenuation and decay are corrected for."""
    value = header.get("CorrectedImage") or []
    words = [value] if isinstance(value, str) else [str(word) for word in value]
    return "ATTN" in words, "DECY" in words


def _enhanced_corrections(header: Any) -> tuple[bool, bool]:  # noqa: ANN401
    return _word(header, "AttenuationCorrected") == "YES", _word(header, "DecayCorrected") == "YES"


def _enhanced_units(header: Any) -> str:  # noqa: ANN401
    """BQML where the values that a reader of this file computes are in Bq/ml.

    The unit stands in the real world value mapping, whose line must be the rescaling's.
    """
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in (header.get(groups) or [])[:1]:
            for mapping in group.get("RealWorldValueMappingSequence") or []:
                codes = mapping.get("MeasurementUnitsCodeSequence") or []
                if codes and _word(codes[0], "CodeValue") in _BECQUEREL_CODES:
                    line = (_number(mapping, "RealWorldValueSlope"),
                            _number(mapping, "RealWorldValueIntercept"))  # fmt: skip
                    return "BQML" if line == _rescaling(header) else "mapped"
    return _word(header, "Units")


def _rescaling(header: Any) -> tuple[float | None, float | None]:  # noqa: ANN401
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in (header.get(groups) or [])[:1]:
            for one in group.get("PixelValueTransformationSequence") or []:
                return _number(one, "RescaleSlope"), _number(one, "RescaleIntercept")
    return 1.0, 0.0


def _private(header: Any, block: tuple[int, str], element: int) -> Any:  # noqa: ANN401
    try:
        return header.private_block(*block)[element].value
    except KeyError:
        return None


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return "" if value is None else str(value).strip(" \0")


def _word(header: Any, keyword: str) -> str:  # noqa: ANN401
    return "" if header is None else _text(header.get(keyword))


def _number(header: Any, keyword: str) -> float | None:  # noqa: ANN401
    return _as_number(None if header is None else header.get(keyword))


def _as_number(value: Any) -> float | None:  # noqa: ANN401
    try:
        number = float(_text(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _as_positive(value: Any) -> float | None:  # noqa: ANN401
    number = _as_number(value)
    return number if number is not None and number > 0 else None


def _positive(header: Any, keyword: str) -> float | None:  # noqa: ANN401
    return _as_positive(None if header is None else header.get(keyword))


def _milliseconds(header: Any, keyword: str) -> float | None:  # noqa: ANN401
    number = _positive(header, keyword)
    return None if number is None else number / 1000
