"""What a CT reconstruction kernel is made for: each vendor's names, by sharpness and use.

Source: the vendors' DICOM conformance statements and kernel tables (Siemens B/H/Br/Bl…,
GE by word, Philips by letter, Canon FC, United Imaging by word).
"""

from __future__ import annotations

import re
from typing import Final

from reader.core.series_kind import SeriesClass

_SOFT, _LUNG, _BONE = SeriesClass.CT_SOFT_TISSUE, SeriesClass.CT_LUNG, SeriesClass.CT_BONE
_SHARP: Final = SeriesClass.CT_OTHER
"""Sharp, for lung or bone: the description and the body part say which."""

_WORDS: Final = (
    ("LUNG", _LUNG),
    ("BONE", _BONE),
    ("EDGE", _BONE),
    ("ULTRA", _SHARP),
    ("SHARP", _SHARP),
    ("STANDARD", _SOFT),
    ("SOFT", _SOFT),
    ("SMOOTH", _SOFT),
    ("DETAIL", _SOFT),
    ("CHST", _SOFT),
    ("BRAIN", _SOFT),
    ("BODY", _SOFT),
    ("MEDIUM", _SOFT),
)
_PHILIPS: Final = {
    "A": _SOFT, "B": _SOFT, "C": _SOFT, "UA": _SOFT, "UB": _SOFT, "UC": _SOFT, "EA": _SOFT,
    "EB": _SOFT, "SB": _SOFT, "CB": _SOFT, "XCA": _SOFT, "XCB": _SOFT,
    "L": _LUNG, "YA": _SHARP, "YB": _SHARP, "YC": _SHARP, "YD": _BONE, "YE": _BONE,
    "D": _SHARP, "E": _SHARP, "F": _SHARP, "EC": _SHARP, "UD": _BONE, "XCD": _SHARP,
}  # fmt: skip
_CANON: Final = re.compile(r"^FC(\d\d)")
_SIEMENS: Final = re.compile(r"^([A-Z][A-Z]?)(\d\d)")
_SOFTEST_SHARP: Final = 50
_CANON_BONE: Final = range(30, 40)
_CANON_LUNG: Final = (range(50, 60), range(80, 87))
_CANON_SHARPEST_BONE: Final = 81

_LUNG_WORDS: Final = re.compile(
    r"(?<![^\W\d_])(?:lungs?|pulm\w*|lunge\w*|poumon\w*|polmon\w*|pulmon\w*|parenchyma|hrct)"
    r"(?![^\W\d_])|肺窗|肺部高分辨|(?<!纵隔)肺 "
)
_BONE_WORDS: Final = re.compile(
    r"(?<![^\W\d_])(?:bones?|knochen\w*|osseux|osseuse|ossea|osseo|hueso|osso|iac|temporal)"
    r"(?![^\W\d_])|骨窗|骨 "
)
_SOFT_WORDS: Final = re.compile(
    r"(?<![^\W\d_])(?:soft|std|standard|mediast\w*|weichteil\w*|mou|mous|molli|blandos|brain)"
    r"(?![^\W\d_])|纵隔|软组织|脑窗"
)


def kernel_class(kernel: str, words: str, body_part: str) -> SeriesClass:
    """What a CT series was reconstructed for.

    Args:
        kernel: Convolution Kernel; several values are joined by "/".
        words: the description in lower case, separators as spaces.
        body_part: Body Part Examined.
    """
    by_kernel = _of_kernel(kernel.split("/")[0].strip().upper())
    if by_kernel is not None and by_kernel is not _SHARP:
        return by_kernel
    for pattern, found in ((_LUNG_WORDS, _LUNG), (_BONE_WORDS, _BONE)):
        if pattern.search(words):
            return found
    if by_kernel is _SHARP:
        return _LUNG if _is_chest(body_part, words) else _BONE
    return _SOFT if _SOFT_WORDS.search(words) else SeriesClass.CT_OTHER


def _is_chest(body_part: str, words: str) -> bool:
    text = f"{body_part.lower()} {words}"
    return any(word in text for word in ("chest", "thorax", "torax", "lung", "胸"))


def _of_kernel(kernel: str) -> SeriesClass | None:
    """The use of a kernel; None where its name says nothing."""
    if not kernel:
        return None
    if kernel in _PHILIPS:
        return _PHILIPS[kernel]
    canon = _CANON.match(kernel)
    if canon:
        number = int(canon[1])
        if number in _CANON_BONE or number == _CANON_SHARPEST_BONE:
            return _BONE
        return _LUNG if any(number in span for span in _CANON_LUNG) else _SOFT
    siemens = _SIEMENS.match(kernel)
    if siemens:
        return _of_siemens(siemens[1], int(siemens[2]))
    return next((found for word, found in _WORDS if word in kernel), None)


def _of_siemens(family: str, number: int) -> SeriesClass:
    """By family (B body, H head, U ultra sharp, Bl lung …) and sharpness."""
    if number < _SOFTEST_SHARP:
        return _SOFT
    if family == "BL":
        return _LUNG
    return _BONE if family[0] in "HUJ" else _SHARP
