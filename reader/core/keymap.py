"""Which keys and mouse buttons mean what: profiles of known programs, and a person's own keys.

Actions are named by the value of their id, keys in the notation `Ctrl+Shift+K`; only the
interface knows what they stand for.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Keys = tuple[str, ...]
"""Combinations that all mean the same; the first is the one printed."""


class MouseInput(enum.Enum):
    """What a hand does with the mouse over an image. The value is written in profiles."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    CTRL_LEFT = "ctrl-left"
    SHIFT_LEFT = "shift-left"
    ALT_LEFT = "alt-left"
    WHEEL = "wheel"
    CTRL_WHEEL = "ctrl-wheel"
    SHIFT_WHEEL = "shift-wheel"
    ALT_WHEEL = "alt-wheel"

    @property
    def is_wheel(self) -> bool:
        """Whether something is turned, not dragged."""
        return self.value.endswith("wheel")


class MouseAct(enum.Enum):
    """What that does. The value is written in profiles."""

    IN_HAND = "in-hand"
    """The tool in hand; for a wheel what the tool makes of it, else slices."""
    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    SCROLL = "scroll"
    CROSSHAIR = "crosshair"
    PAGES = "pages"
    """Ten slices at a time; wheels only."""
    NOTHING = "nothing"


_WHEELS = (MouseAct.IN_HAND, MouseAct.SCROLL, MouseAct.PAGES, MouseAct.ZOOM, MouseAct.NOTHING)
_USUAL_MOUSE = MappingProxyType(
    {
        MouseInput.LEFT: MouseAct.IN_HAND,
        MouseInput.MIDDLE: MouseAct.PAN,
        MouseInput.RIGHT: MouseAct.ZOOM,
        MouseInput.CTRL_LEFT: MouseAct.IN_HAND,
        MouseInput.SHIFT_LEFT: MouseAct.IN_HAND,
        MouseInput.ALT_LEFT: MouseAct.IN_HAND,
        MouseInput.WHEEL: MouseAct.IN_HAND,
        MouseInput.CTRL_WHEEL: MouseAct.ZOOM,
        MouseInput.SHIFT_WHEEL: MouseAct.IN_HAND,
        MouseInput.ALT_WHEEL: MouseAct.IN_HAND,
    }
)


@dataclass(frozen=True, slots=True)
class MouseMap:
    """What each input of the mouse does; inputs that are not named do what is usual.

    Raises: ValueError: a wheel cannot do that, or a drag cannot.
    """

    acts: Mapping[MouseInput, MouseAct] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for given, act in self.acts.items():
            if given.is_wheel and act not in _WHEELS:
                raise ValueError(f"A wheel cannot do this: {act.value}.")
            if not given.is_wheel and act is MouseAct.PAGES:
                raise ValueError("Only a wheel goes by pages.")

    def act(self, given: MouseInput) -> MouseAct:
        """What an input does."""
        return self.acts.get(given, _USUAL_MOUSE[given])


@dataclass(frozen=True, slots=True)
class KeyProfile:
    """Keys and mouse as in a known program.

    `keys`: by action; an action that is not named keeps its own keys, an empty tuple takes
    them away. `name` is a product's and never translated.
    """

    id: str
    name: str
    keys: Mapping[str, Keys] = field(default_factory=dict)
    mouse: MouseMap = MouseMap()


PROFILE_IDS = ("reading-room", "ohif", "weasis", "slicer")
"""Every profile that ships, as files of `resources/keymaps`; the first is our own."""
