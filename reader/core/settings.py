"""Every option of the application: type, default, one sentence.

The settings dialog and the settings file derive from the fields; `choices`, `minimum`
and `maximum` in a field's metadata bound what they accept. Passed down, never global.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reader.core.keymap import PROFILE_IDS
from reader.core.provenance import Reviewer
from reader.core.text import Text, say


def _option(
    default: Any,  # noqa: ANN401 - a dataclass field holds any default
    sentence: Text,
    *,
    choices: tuple[str, ...] = (),
    minimum: float | None = None,
    maximum: float | None = None,
) -> Any:  # noqa: ANN401
    metadata = {
        "sentence": sentence,
        "choices": choices,
        "minimum": minimum,
        "maximum": maximum,
    }
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person at this machine prefers."""

    language: str = _option(
        "auto", say("Language of the interface."), choices=("auto", "en", "zh_CN")
    )
    text_scale_percent: int = _option(
        100, say("Size of all text and controls."), minimum=90, maximum=150
    )
    reviewer_name: str = _option("", say("Your name, written into every decision and report."))
    reviewer_organization: str = _option("", say("Your organization, written into reports."))
    enter_moves_to_next: bool = _option(True, say("Confirming moves on to the next finding."))
    run_model_on_open: bool = _option(
        False, say("Start the model by itself when a suitable series is opened.")
    )
    device: str = _option(
        "auto", say("Where the AI runs."), choices=("auto", "cpu", "cuda", "server")
    )
    server_address: str = _option(
        "", say("Address of the AI server, such as grpcs://gpu.example.org:8001.")
    )
    only_signed_models: bool = _option(
        False, say("Only models run that are signed with a key trusted here, or came with it.")
    )
    invert_vertical_window_drag: bool = _option(
        False, say("Dragging up makes the image darker instead of brighter.")
    )
    keymap: str = _option(
        "reading-room", say("Keys and mouse as in this program."), choices=PROFILE_IDS
    )
    keep_measuring_tool: bool = _option(
        False, say("A measuring tool stays in the hand after one measurement.")
    )
    snap_to_segments: bool = _option(
        True, say("Measuring sticks to the edge of a segment near the pointer. Ctrl: freely.")
    )
    segment_opacity_percent: int = _option(
        30, say("How strongly filled segments cover the image."), minimum=0, maximum=100
    )
    heatmap_threshold_percent: int = _option(
        8, say("Scores below this are not coloured in the heatmap."), minimum=0, maximum=95
    )
    hang_priors: bool = _option(
        True, say("An earlier study is hung beside at once where a hanging protocol shows one.")
    )
    prior_on_right: bool = _option(
        False, say("When comparing, the prior is on the right and the current study on the left.")
    )
    image_interpolation: str = _option(
        "linear",
        say("Between the pixels of enlarged images. Labels are never smoothed."),
        choices=("nearest", "linear", "cubic"),
    )
    hide_identity: bool = _option(False, say("Hide names, numbers and dates everywhere on screen."))

    @property
    def reviewer(self) -> Reviewer:
        """The person deciding, as far as the settings say."""
        return Reviewer(self.reviewer_name.strip() or "Reader", self.reviewer_organization.strip())
