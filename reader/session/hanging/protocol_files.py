"""Hanging protocols as TOML files: one per protocol, a format with a number.

    format = 1                       # another number: the file is not read, and said so
    id = "ct-with-prior"             # unique; an own protocol of this id replaces the shipped
    name = "CT with prior"
    layout = "1x2"                   # a value of `Layout`, or "kept" for the reader's own
    order = 20                       # of equal scores the lower comes first

    [applies]                        # see `protocols.Applies`; what is absent is not asked
    modality = ["CT"]
    region = ["chest"]               # names in `study_kind.REGIONS`
    needs = [["ct-lung-kernel"], ["ct-soft-tissue", "ct-other"]]
    forms = ["volume"]               # volume | images | cine: what is shown first
    priors = [1, 99]                 # least and most
    series = [1, 9999]
    filled = 2                       # viewports that must find a series
    by_choice = true                 # never hung by itself

    [[viewport]]                     # one for each of the layout, in its order
    plane = "axial"                  # axial | coronal | sagittal; absent = as suits the series
    window = "lung"                  # a preset's id | "dicom" | "auto" | "1500/-600"
    inverted = false
    slab_mm = 10.0
    projection = "mip"               # a value of `Projection`
    zoom = 1.0                       # 1 fits the slice into the viewport
    kind = "slices"                  # a value of `PaneKind`
    opacity = 0.5                    # of what is fused
    series = { any = [{ class = ["ct-lung-kernel"] }], prefer = [{ plane = "axial", weight = 3 }] }
    fused = { any = [{ class = ["pet-attenuation-corrected"] }] }

A selector is `{ any = [rule, …], never = [rule, …], prefer = [rule, …], prior = n }`, a rule
any of `modality`, `class`, `contrast`, `plane`, `words`, `laterality`, `view`, `kind` (each a
word or a list of them), `phase` ("first" or "last") and, in `prefer`, `weight`; see
`series_choice`. Unknown names make a file invalid, so that a slip of the pen is found. A
file that is broken is left out and named with the reason; it never stops the start.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from reader.core.orientation import Plane
from reader.core.text import Text, say
from reader.imaging.cut import THIN, Projection, Slab
from reader.session.hanging.protocols import Applies, Protocol, ViewportPlan
from reader.session.hanging.series_choice import (
    FIRST_PHASE,
    LAST_PHASE,
    SeriesRule,
    SeriesSelector,
)
from reader.session.viewing.layout import Layout
from reader.session.viewing.study_kind import REGIONS
from reader.session.viewing.viewport_state import PaneKind

FORMAT: Final = 1
KEPT: Final = "kept"
_RULE_LISTS: Final = {
    "modality": "modality", "class": "classes", "contrast": "contrast", "plane": "plane",
    "words": "words", "laterality": "laterality", "view": "view", "kind": "kind",
}  # fmt: skip
_TOP: Final = frozenset({"format", "id", "name", "layout", "order", "applies", "viewport"})
_APPLIES: Final = frozenset(
    {"modality", "region", "needs", "forms", "priors", "series", "filled", "by_choice"}
)
_PLAN: Final = frozenset(
    {
        "plane", "window", "inverted", "slab_mm", "projection", "zoom", "kind", "opacity", "series",
        "fused",
    }
)  # fmt: skip
_SELECTOR: Final = frozenset({"any", "never", "prefer", "prior"})


class ProtocolFileError(ValueError):
    """A file that is no hanging protocol; its text says why, in words of the format."""


def load_protocols(folder: Path, is_own: bool = False) -> tuple[tuple[Protocol, ...], list[Text]]:
    """All protocols of a folder by file name, and a sentence for each that was left out.

    Raises nothing: a folder that is not there holds none.
    """
    protocols, complaints = [], []
    try:
        paths = sorted(folder.glob("*.toml"))
    except OSError:
        paths = []
    for path in paths:
        try:
            protocols.append(protocol_in(path.read_text(encoding="utf-8"), is_own))
        except (OSError, ValueError, RecursionError) as error:
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            if isinstance(error, OSError):
                why = error.strerror or type(error).__name__
            complaints.append(
                say("The hanging protocol {file} was left out: {why}", file=path.name, why=why)
            )
    return tuple(protocols), complaints


def protocol_in(text: str, is_own: bool = False) -> Protocol:
    """The protocol written in a file. Raises: ProtocolFileError, tomllib.TOMLDecodeError."""
    found = tomllib.loads(text)
    if found.get("format") != FORMAT:
        raise ProtocolFileError(f"format is not {FORMAT}.")
    _only(found, _TOP, "the file")
    layout = None if found.get("layout") == KEPT else _one_of(Layout, found, "layout", None)
    plans = tuple(_plan(entry) for entry in _tables(found, "viewport"))
    wanted = 1 if layout is None else layout.count
    if len(plans) != wanted:
        raise ProtocolFileError(f"the layout needs {wanted} [[viewport]], not {len(plans)}.")
    return Protocol(
        id=_text(found, "id"),
        name=_text(found, "name"),
        layout=layout,
        viewports=plans,
        applies=_applies(_table(found, "applies")),
        order=_number(found, "order", 500, int),
        is_own=is_own,
    )


def _applies(found: Mapping[str, Any]) -> Applies:
    _only(found, _APPLIES, "[applies]")
    regions = _words(found, "region")
    unknown = sorted(set(regions) - set(REGIONS))
    if unknown:
        raise ProtocolFileError(f"region {unknown[0]} is not known.")
    needs = found.get("needs", [])
    if not isinstance(needs, list):
        raise ProtocolFileError("needs is not a list of lists.")
    groups = tuple(_words({"needs": group}, "needs") for group in needs)
    return Applies(
        modality=_words(found, "modality"),
        region=regions,
        needs=groups,
        forms=_words(found, "forms"),
        priors=_range(found, "priors", Applies().priors),
        series=_range(found, "series", Applies().series),
        filled=_number(found, "filled", 1, int),
        by_choice=found.get("by_choice") is True,
    )


def _plan(found: Mapping[str, Any]) -> ViewportPlan:
    _only(found, _PLAN, "[[viewport]]")
    slab = THIN
    if "slab_mm" in found:
        projection = _one_of(Projection, found, "projection", Projection.MAXIMUM)
        slab = Slab(_number(found, "slab_mm", 0.0, float), projection)
    return ViewportPlan(
        series=_selector(_table(found, "series")),
        plane=_one_of(Plane, found, "plane", None) if "plane" in found else None,
        window=str(found.get("window", "")),
        inverted=found.get("inverted") is True,
        slab=slab,
        zoom=_number(found, "zoom", 1.0, float),
        kind=_one_of(PaneKind, found, "kind", PaneKind.SLICES),
        fused=_selector(_table(found, "fused")) if "fused" in found else None,
        opacity=_number(found, "opacity", 0.5, float),
    )


def _selector(found: Mapping[str, Any]) -> SeriesSelector:
    _only(found, _SELECTOR, "series")
    return SeriesSelector(
        any_of=tuple(_rule(rule) for rule in _tables(found, "any")),
        never=tuple(_rule(rule) for rule in _tables(found, "never")),
        prefer=tuple(_rule(rule) for rule in _tables(found, "prefer")),
        prior=_number(found, "prior", 0, int),
    )


def _rule(found: Mapping[str, Any]) -> SeriesRule:
    _only(found, frozenset(_RULE_LISTS) | {"phase", "weight"}, "a rule")
    phase = found.get("phase", "")
    if phase not in ("", FIRST_PHASE, LAST_PHASE):
        raise ProtocolFileError("phase is neither first nor last.")
    stated = {name: _words(found, key) for key, name in _RULE_LISTS.items()}
    return SeriesRule(**stated, phase=phase, weight=_number(found, "weight", 1, int))


# What a table holds


def _only(found: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(set(found) - known)
    if unknown:
        raise ProtocolFileError(f"{unknown[0]} is not known in {where}.")


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ProtocolFileError(f"{name} is missing.")
    return value.strip()


def _words(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = found.get(name, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ProtocolFileError(f"{name} is not a list of words.")
    return tuple(values)


def _range(found: Mapping[str, Any], name: str, usual: tuple[int, int]) -> tuple[int, int]:
    value = found.get(name, list(usual))
    if not isinstance(value, list) or len(value) != 2 or not all(type(v) is int for v in value):
        raise ProtocolFileError(f"{name} is not a least and a most.")
    return value[0], value[1]


def _number(found: Mapping[str, Any], name: str, usual: Any, kind: type) -> Any:  # noqa: ANN401
    value = found.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e6:
        raise ProtocolFileError(f"{name} is not a number that makes sense.")
    return kind(value)


def _one_of(kind: Any, found: Mapping[str, Any], name: str, usual: Any) -> Any:  # noqa: ANN401
    value = found.get(name, usual.value if usual is not None else None)
    for one in kind:
        if one.value == value:
            return one
    raise ProtocolFileError(f"{name} {value} is not known.")


def _table(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name, {})
    if not isinstance(value, dict):
        raise ProtocolFileError(f"{name} is not a table.")
    return value


def _tables(found: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    value = found.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ProtocolFileError(f"{name} is not a list of tables.")
    return value


# Writing


def text_of(protocol: Protocol) -> str:
    """A protocol as a file that `protocol_in` reads to the same value."""
    applies, usual = protocol.applies, Applies()
    layout = KEPT if protocol.layout is None else protocol.layout.value
    lines = [f"format = {FORMAT}", f"id = {_quoted(protocol.id)}"]
    lines += [
        f"name = {_quoted(protocol.name)}",
        f"layout = {_quoted(layout)}",
        f"order = {protocol.order}",
        "",
        "[applies]",
    ]
    for name in ("modality", "region", "needs", "forms", "priors", "series", "filled", "by_choice"):
        value = getattr(applies, name)
        if value != getattr(usual, name):
            lines.append(f"{name} = {_value(value)}")
    for plan in protocol.viewports:
        lines += ["", "[[viewport]]", *_plan_lines(plan)]
    return "\n".join(lines) + "\n"


def _plan_lines(plan: ViewportPlan) -> list[str]:
    lines = [f"plane = {_quoted(plan.plane.value)}"] if plan.plane is not None else []
    usual = ViewportPlan()
    for name in ("window", "inverted", "zoom", "opacity"):
        if getattr(plan, name) != getattr(usual, name):
            lines.append(f"{name} = {_value(getattr(plan, name))}")
    if plan.kind is not usual.kind:
        lines.append(f"kind = {_quoted(plan.kind.value)}")
    if plan.slab != THIN:
        lines.append(f"slab_mm = {plan.slab.thickness_mm}")
        lines.append(f"projection = {_quoted(plan.slab.projection.value)}")
    lines.append(f"series = {_selector_text(plan.series)}")
    if plan.fused is not None:
        lines.append(f"fused = {_selector_text(plan.fused)}")
    return lines


def _selector_text(selector: SeriesSelector) -> str:
    parts = []
    for name, rules in (
        ("any", selector.any_of), ("never", selector.never), ("prefer", selector.prefer)
    ):  # fmt: skip
        if rules:
            parts.append(f"{name} = [{', '.join(_rule_text(rule) for rule in rules)}]")
    if selector.prior:
        parts.append(f"prior = {selector.prior}")
    return "{ " + ", ".join(parts) + " }" if parts else "{}"


def _rule_text(rule: SeriesRule) -> str:
    parts = [
        f"{key} = {_value(getattr(rule, name))}"
        for key, name in _RULE_LISTS.items()
        if getattr(rule, name)
    ]
    if rule.phase:
        parts.append(f"phase = {_quoted(rule.phase)}")
    if rule.weight != 1:
        parts.append(f"weight = {rule.weight}")
    return "{ " + ", ".join(parts) + " }"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
