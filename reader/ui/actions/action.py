"""What an action is."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reader.core.text import Text
from reader.session.workspace import Mode, Workspace
from reader.ui.actions.reason_question import ReasonQuestion
from reader.ui.actions.shell import Shell
from reader.ui.icons import Icon
from reader.ui.tools.tool import ToolBox


class ActionId(enum.Enum):
    """Everything a person can do. The value names it in tests and logs."""

    OPEN_FOLDER = "open-folder"
    OPEN_FILES = "open-files"
    OPEN_DEMO = "open-demo"
    NEXT_STUDY = "next-study"
    PREVIOUS_STUDY = "previous-study"
    STUDIES = "studies"
    WATCH_FOLDER = "watch-folder"
    CLOSE_STUDY = "close-study"
    UNREADABLE = "unreadable"
    EXPORT = "export"
    QUIT = "quit"

    CONFIRM = "confirm"
    EDIT = "edit"
    REJECT = "reject"
    ADD_MISSED = "add-missed"
    ADD_HERE = "add-here"
    REASON_1 = "reason-1"
    REASON_2 = "reason-2"
    REASON_3 = "reason-3"
    REASON_4 = "reason-4"
    REASON_5 = "reason-5"
    REASON_6 = "reason-6"
    NEXT_FINDING = "next-finding"
    PREVIOUS_FINDING = "previous-finding"
    UNDO = "undo"
    REDO = "redo"
    SIGN = "sign"

    RUN_MODEL = "run-model"
    RUN_ANYWAY = "run-anyway"
    RUN_REFUSED = "run-refused"
    OTHER_SERIES = "other-series"
    SKIP_MODEL = "skip-model"
    STOP_MODEL = "stop-model"
    MODEL_CARD = "model-card"
    MODELS = "models"
    ADD_MODEL_FOLDER = "add-model-folder"
    ADD_MODEL_FILE = "add-model-file"
    HIDE_AI = "hide-ai"
    CYCLE_OVERLAY = "cycle-overlay"
    THRESHOLDS = "thresholds"
    NEXT_HEAT = "next-heat"
    HEAT_PROBABILITY = "heat-probability"
    HEAT_UNCERTAINTY = "heat-uncertainty"
    HEAT_INFLUENCE = "heat-influence"
    WHY_HERE = "why-here"

    SLICE_UP = "slice-up"
    SLICE_DOWN = "slice-down"
    PAGE_UP = "page-up"
    PAGE_DOWN = "page-down"
    FIRST_SLICE = "first-slice"
    LAST_SLICE = "last-slice"
    NEXT_VIEWPORT = "next-viewport"
    PREVIOUS_VIEWPORT = "previous-viewport"
    PRESET_1 = "preset-1"
    PRESET_2 = "preset-2"
    PRESET_3 = "preset-3"
    PRESET_4 = "preset-4"
    PRESET_5 = "preset-5"
    PRESET_6 = "preset-6"
    PRESET_7 = "preset-7"
    AUTO_WINDOW = "auto-window"
    INVERT = "invert"
    ZOOM_IN = "zoom-in"
    ZOOM_OUT = "zoom-out"
    FIT = "fit"
    FLIP_ACROSS = "flip-across"
    FLIP_DOWN = "flip-down"
    QUARTER_LEFT = "quarter-left"
    QUARTER_RIGHT = "quarter-right"
    AS_ACQUIRED = "as-acquired"
    MAXIMIZE = "maximize"
    NEXT_LAYOUT = "next-layout"
    LAYOUT_ONE = "layout-one"
    LAYOUT_ONE_PLUS_TWO = "layout-one-plus-two"
    LAYOUT_TWO_BY_TWO = "layout-two-by-two"
    PLANE_AXIAL = "plane-axial"
    PLANE_CORONAL = "plane-coronal"
    PLANE_SAGITTAL = "plane-sagittal"
    SERIES_LIST = "series-list"
    NEXT_PHASE = "next-phase"
    PREVIOUS_PHASE = "previous-phase"
    PLAY = "play"
    GRAPHICS = "graphics"
    NEXT_UNIT = "next-unit"
    STRAIGHTEN = "straighten"

    TOOL_PATH = "tool-path"
    PATH_POINT = "path-point"
    PATH_BACK = "path-back"
    PATH_FINISH = "path-finish"
    TURN_LEFT = "turn-left"
    TURN_RIGHT = "turn-right"
    STRAIGHT_PLANES = "straight-planes"
    NEXT_PROJECTION = "next-projection"
    SLAB_THICKER = "slab-thicker"
    SLAB_THINNER = "slab-thinner"
    OVERVIEW = "overview"
    OVERVIEW_MODE = "overview-mode"
    OVERVIEW_SPIN = "overview-spin"
    OVERVIEW_FRONT = "overview-front"
    OVERVIEW_LEFT = "overview-left"
    OVERVIEW_RIGHT = "overview-right"
    OVERVIEW_UP = "overview-up"
    OVERVIEW_DOWN = "overview-down"

    TOOL_LENGTH = "tool-length"
    TOOL_ANGLE = "tool-angle"
    TOOL_COBB = "tool-cobb"
    TOOL_BIDIRECTIONAL = "tool-bidirectional"
    TOOL_ELLIPSE = "tool-ellipse"
    TOOL_RECTANGLE = "tool-rectangle"
    TOOL_FREEHAND = "tool-freehand"
    TOOL_PROBE = "tool-probe"
    TOOL_SUV_PEAK = "tool-suv-peak"
    TOOL_ARROW = "tool-arrow"
    TOOL_TEXT = "tool-text"
    MORE_MEASURING = "more-measuring"
    PUT_POINT = "put-point"
    FINISH_MEASURING = "finish-measuring"
    AIM_LEFT = "aim-left"
    AIM_RIGHT = "aim-right"
    AIM_UP = "aim-up"
    AIM_DOWN = "aim-down"
    AIM_FAR_LEFT = "aim-far-left"
    AIM_FAR_RIGHT = "aim-far-right"
    AIM_FAR_UP = "aim-far-up"
    AIM_FAR_DOWN = "aim-far-down"
    REMOVE_MEASUREMENT = "remove-measurement"
    RENAME_MEASUREMENT = "rename-measurement"
    ONLY_MEASUREMENT = "only-measurement"
    HIDE_MEASUREMENTS = "hide-measurements"
    MEASURE_SEGMENT = "measure-segment"
    SNAP = "snap"
    SIGMOID = "sigmoid"
    LENS = "lens"
    LENS_POWER = "lens-power"

    HANGING = "hanging"
    NEXT_PROTOCOL = "next-protocol"
    PREVIOUS_PROTOCOL = "previous-protocol"
    ALWAYS_HANG_SO = "always-hang-so"
    HANG_BY_BEST_FIT = "hang-by-best-fit"
    SECOND_WINDOW = "second-window"
    TO_OTHER_WINDOW = "to-other-window"
    VIEWPORT_1 = "viewport-1"
    VIEWPORT_2 = "viewport-2"
    VIEWPORT_3 = "viewport-3"
    VIEWPORT_4 = "viewport-4"
    VIEWPORT_5 = "viewport-5"
    VIEWPORT_6 = "viewport-6"
    VIEWPORT_7 = "viewport-7"
    VIEWPORT_8 = "viewport-8"
    VIEWPORT_9 = "viewport-9"

    TOOL_WINDOW = "tool-window"
    TOOL_PAN = "tool-pan"
    TOOL_ZOOM = "tool-zoom"
    TOOL_CROSSHAIR = "tool-crosshair"
    TOOL_SCROLL = "tool-scroll"
    TOOL_BRUSH = "tool-brush"
    TOOL_ERASER = "tool-eraser"
    LAST_TOOL = "last-tool"
    BRUSH_SMALLER = "brush-smaller"
    BRUSH_LARGER = "brush-larger"
    BRUSH_SHAPE = "brush-shape"
    FINISH_EDIT = "finish-edit"
    SEGMENT_1 = "segment-1"
    SEGMENT_2 = "segment-2"
    SEGMENT_3 = "segment-3"
    SEGMENT_4 = "segment-4"
    SEGMENT_5 = "segment-5"
    SEGMENT_6 = "segment-6"
    SEGMENT_7 = "segment-7"
    SEGMENT_8 = "segment-8"

    MODE_COMPARE = "mode-compare"
    COMPARE_WITH = "compare-with"
    COMPARE_FOLDER = "compare-folder"
    STOP_COMPARING = "stop-comparing"
    LINK = "link"
    RESET_LINK = "reset-link"
    FLICKER = "flicker"
    SLICE_UP_ALONE = "slice-up-alone"
    SLICE_DOWN_ALONE = "slice-down-alone"
    SWAP_SIDES = "swap-sides"
    FUSE = "fuse"
    FUSION_STRONGER = "fusion-stronger"
    FUSION_WEAKER = "fusion-weaker"
    FUSION_SWAP = "fusion-swap"
    FUSION_WINDOW = "fusion-window"

    MODE_READ = "mode-read"
    MODE_EDIT = "mode-edit"
    MODE_REPORT = "mode-report"
    COMMANDS = "commands"
    KEYS = "keys"
    CHANGE_KEYS = "change-keys"
    SETTINGS = "settings"
    NEXT_SERIES = "next-series"
    PREVIOUS_SERIES = "previous-series"
    PLAY_FASTER = "play-faster"
    PLAY_SLOWER = "play-slower"
    PLAY_TO_AND_FRO = "play-to-and-fro"
    KEY_IMAGE = "key-image"
    NEXT_KEY_IMAGE = "next-key-image"
    PREVIOUS_KEY_IMAGE = "previous-key-image"
    HIDE_IDENTITY = "hide-identity"
    FULL_SCREEN = "full-screen"
    FOLD_RAIL = "fold-rail"
    FOLD_PANEL = "fold-panel"
    NEXT_REGION = "next-region"
    PREVIOUS_REGION = "previous-region"
    BACK = "back"
    ABOUT = "about"


class Group(enum.Enum):
    """Headings of the keys page, in its order."""

    DECIDE = "decide"
    MODEL = "model"
    LOOK = "look"
    TOOLS = "tools"
    MEASURE = "measure"
    STUDY = "study"
    WINDOW = "window"


class Layer(enum.Enum):
    """When a key means this action. A choice in the bar puts its own keys on top."""

    ALWAYS = "always"
    REASONS = "reasons"
    """While the decision bar asks why a finding was rejected."""
    MEASURING = "measuring"
    """While a measuring tool is in hand."""
    PATH = "path"
    """While a path is drawn through a volume."""
    ADDING = "adding"
    """While the next click adds a finding."""
    MODEL = "model"
    """While a model that did not start waits for the reader's word."""


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Everything an action may act on."""

    workspace: Workspace
    tools: ToolBox
    question: ReasonQuestion
    shell: Shell


READING: Final = frozenset({Mode.READ, Mode.COMPARE})
EDITING: Final = frozenset({Mode.EDIT})
ON_IMAGES: Final = frozenset({Mode.READ, Mode.EDIT, Mode.COMPARE})
REPORTING: Final = frozenset({Mode.REPORT})
EVERYWHERE: Final = frozenset(Mode)


def always(_context: ActionContext) -> bool:
    """Enabled whatever is open."""
    return True


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: its words, its icon, its keys, when it can be done and what it does.

    `keys` are the ones it has unless a profile or the person gave it others, in Qt's
    notation; the first is the one shown. `decides`: neither a repeating key nor one
    pressed right after the selection changed may trigger it. `repeats`: holding the key
    goes on. `is_held`: it lasts as long as the key is down.
    """

    id: ActionId
    text: Text
    icon: Icon
    group: Group
    act: Callable[[ActionContext], object]
    keys: tuple[str, ...] = ()
    same_key_as: ActionId | None = None
    """Another action whose key does this too, for one that has none of its own."""
    modes: frozenset[Mode] = EVERYWHERE
    layer: Layer = Layer.ALWAYS
    enabled: Callable[[ActionContext], bool] = always
    decides: bool = False
    repeats: bool = False
    is_held: bool = False
    why_not: Text | None = None
    """Why it cannot be done where `enabled` says so, for conditions that only it has."""
    short_text: Text | None = None
    """For the decision bar of a narrow window."""
