"""The design's numbers: colours, type, space. Nothing here knows Qt.

Surfaces have equal red, green and blue, so that chrome never tints perceived grey.
Violet waits for the reader, teal is the reader's own, amber is a warning, red is data at
risk and never a rejected finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.orientation import Plane

# Surfaces
IMAGE: Final = "#000000"
BG: Final = "#0B0B0B"
PANEL: Final = "#141414"
RAISED: Final = "#1C1C1C"
HOVER: Final = "#242424"
SELECTED: Final = "#2C2C2C"
FIELD: Final = "#0F0F0F"
DROP_ZONE: Final = "#111111"

# Lines
LINE: Final = "#2A2A2A"
LINE_STRONG: Final = "#787878"
BUTTON_EDGE: Final = "#3A3A3A"
KEY_EDGE: Final = "#4A4A4A"
ACTIVE_FRAME: Final = "#9A9A9A"

# Text
TEXT: Final = "#E4E4E4"
TEXT_2: Final = "#ABABAB"
TEXT_3: Final = "#858585"
TEXT_OFF: Final = "#6E6E6E"
TEXT_ON_BRIGHT: Final = "#0B0B0B"
ON_IMAGE: Final = "#EDEDED"

# Meaning
READER: Final = "#45D9C5"
READER_DIM: Final = "#12332F"
READER_DIM_TEXT: Final = "#8FEBDD"
AI: Final = "#A98BFF"
OTHERS: Final = "#7DB7FF"
"""What another program or reader made, and nobody here has decided on."""
AI_DIM: Final = "#26203A"
AI_DIM_TEXT: Final = "#CFC0FF"
AI_DONE: Final = "#5C49A0"
WARNING: Final = "#F0B429"
WARNING_DIM: Final = "#2E2410"
DANGER: Final = "#F0746E"
DANGER_DIM: Final = "#351A19"
SUCCESS: Final = "#7CC576"
REJECTED: Final = "#6E6E6E"
STOPPED: Final = "#8A8A8A"

# Small parts of controls
TRACK: Final = "#3A3A3A"
TRACK_FILL: Final = "#9A9A9A"
BAR_TRACK: Final = "#333333"

PLANE_COLORS: Final = {
    Plane.AXIAL: "#E0453A",
    Plane.SAGITTAL: "#F2DE5A",
    Plane.CORONAL: "#5CBF5C",
}


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A size of type, in px at 100 %: the letters' and the line's height."""

    size_px: int
    line_px: int


PAGE: Final = TextStyle(28, 36)
BLOCK: Final = TextStyle(20, 28)
TITLE: Final = TextStyle(16, 24)
BODY: Final = TextStyle(14, 20)
DETAIL: Final = TextStyle(13, 18)
SMALL: Final = TextStyle(12, 16)

REGULAR: Final = 400
MEDIUM: Final = 500
SEMIBOLD: Final = 600

FONT_FAMILIES: Final = (
    "Inter Reading Room",
    "Inter",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "sans-serif",
)
"""The simplified Chinese families come before any other with Han shapes."""

# Radii
RADIUS_KEY: Final = 3
RADIUS_TAG: Final = 4
RADIUS_BUTTON: Final = 6
RADIUS_BOX: Final = 8
RADIUS_DROP: Final = 12

FOCUS_RING: Final = 2

# Parts of the frame, in px at 100 %: in wide windows and in narrow ones.
WIDE_FROM: Final = 1500
MINIMUM_WINDOW: Final = (1180, 700)
TOP_BAR: Final = 44


@dataclass(frozen=True, slots=True)
class Frame:
    """Sizes of the parts of the window, which depend on how wide it is."""

    rail: int
    decision_bar: int
    side_panel: int
    model_card: int
    sign_off: int
    status_bar: int
    thumbnail: int


WIDE: Final = Frame(
    rail=48,
    decision_bar=60,
    side_panel=400,
    model_card=520,
    sign_off=440,
    status_bar=26,
    thumbnail=60,
)
NARROW: Final = Frame(
    rail=44,
    decision_bar=52,
    side_panel=328,
    model_card=420,
    sign_off=360,
    status_bar=24,
    thumbnail=46,
)
