"""A model's card as sections of words and figures, for the page and for the command line.

What the card leaves out is there as a value that is None: it is shown as "not stated", so
that nobody takes silence for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reader.core.text import Text, say

NOT_STATED: Final = say("not stated")


@dataclass(frozen=True, slots=True)
class CardRow:
    """A name and a value; `name` in the card's own words where it is a string."""

    name: Text | str
    value: Text | str | None


@dataclass(frozen=True, slots=True)
class CardFigure:
    """A measured figure, with what it was measured on. `interval` is of 95 %."""

    name: str
    value: str
    interval: str | None
    n: int | None
    data: str
    how: str


@dataclass(frozen=True, slots=True)
class CardMark:
    """A thing the model marks."""

    name: str
    color: str
    code: str
    is_finding: bool


@dataclass(frozen=True, slots=True)
class CardSection:
    """One heading with what stands under it. All empty: the card does not say."""

    heading: Text
    texts: tuple[str, ...] = ()
    rows: tuple[CardRow, ...] = ()
    figures: tuple[CardFigure, ...] = ()
    marks: tuple[CardMark, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether the card says anything about it."""
        rows = any(row.value is not None for row in self.rows)
        return bool(self.texts or rows or self.figures or self.marks)


_TEXTS: Final = (
    ("summary", say("What it does")),
    ("intended_use", say("Meant for")),
    ("out_of_scope", say("Not meant for")),
    ("limitations", say("Known limits")),
)


def card_sections(card: Mapping[str, object]) -> tuple[CardSection, ...]:
    """Everything that a card says, in the order in which it is read."""
    words = [CardSection(heading, texts=_texts(card.get(key))) for key, heading in _TEXTS]
    return (
        *words,
        CardSection(say("What it marks"), marks=_marks(card)),
        CardSection(say("Where it may run"), rows=_where(card)),
        CardSection(say("Measured"), figures=_figures(card)),
        CardSection(say("How sure it must be"), rows=_sure(card)),
        CardSection(say("How it works"), texts=_texts(card.get("how_it_works"))),
        CardSection(say("How it was made"), texts=_made(card), rows=_parent(card)),
        CardSection(say("Data it was trained and tested on"), texts=_credits(card)),
        CardSection(say("Identity"), rows=identity_rows(card)),
    )


def identity_rows(card: Mapping[str, object]) -> tuple[CardRow, ...]:
    """Who it is, whose it is, and the hash by which it is known."""
    weights = _mapping(card.get("weights"))
    return (
        CardRow(say("Made by"), _text(card.get("made_by"))),
        CardRow(say("Licence"), _text(card.get("licence"))),
        CardRow(say("Format"), _text(card.get("model_format")) or "reading-room"),
        CardRow(say("Architecture"), _text(card.get("architecture"))),
        CardRow(say("Weights"), _short_hash(_text(weights.get("sha256")))),
    )


def _short_hash(sha256: str | None) -> Text | None:
    if not sha256:
        return None
    return say("sha256 {start}…{end}", start=sha256[:8], end=sha256[-8:])


def _where(card: Mapping[str, object]) -> tuple[CardRow, ...]:
    rules = _mapping(card.get("eligibility"))
    channels = [one for one in _texts(card.get("channels")) if one]
    age = rules.get("minimum_age_years")
    rows = [
        CardRow(say("Modality"), _text(rules.get("modality"))),
        CardRow(say("Body part"), ", ".join(_texts(rules.get("body_parts"))) or None),
        CardRow(say("Slice spacing, tested"), _range_mm(rules.get("tested_slice_spacing_mm"))),
        CardRow(say("Pixel spacing, tested"), _range_mm(rules.get("tested_pixel_spacing_mm"))),
        CardRow(
            say("Age"), say("{years} y or more", years=f"{age:g}") if _is_number(age) else None
        ),
    ]
    if len(channels) > 1:
        rows.insert(2, CardRow(say("Images it needs"), ", ".join(channels)))
    return (*rows, *_asked_for(rules), *_learned_from(card))


def _asked_for(rules: Mapping[str, object]) -> tuple[CardRow, ...]:
    """What few cards ask for: only where this one does."""
    contrast = {"with": say("given"), "without": say("none")}
    metal, lung = rules.get("maximum_metal_ml"), rules.get("minimum_lung_ml")
    rows = (
        CardRow(say("Sequence"), ", ".join(_texts(rules.get("sequences"))) or None),
        CardRow(say("Reconstruction"), ", ".join(_texts(rules.get("kernels"))) or None),
        CardRow(say("Contrast agent"), contrast.get(_text(rules.get("contrast")) or "")),
        CardRow(
            say("Lung in the image"),
            say("{value:.0f} ml or more", value=lung) if _is_number(lung) else None,
        ),
        CardRow(
            say("Metal"), say("up to {value:.1f} ml", value=metal) if _is_number(metal) else None
        ),
        CardRow(say("Field of view"), say("whole") if rules.get("whole") is True else None),
    )
    return tuple(row for row in rows if row.value is not None)


def _learned_from(card: Mapping[str, object]) -> tuple[CardRow, ...]:
    """How much its judgement of unlike images rests on."""
    features = _mapping(card.get("features"))
    places, patients = features.get("places"), features.get("patients")
    if not (_is_number(places) and _is_number(patients)):
        return ()
    words = say("{places} places in {n} patients", places=f"{places:g}", n=f"{patients:g}")
    return (CardRow(say("Unlike images are told by"), words),)


def _sure(card: Mapping[str, object]) -> tuple[CardRow, ...]:
    threshold = card.get("threshold")
    calibrated = card.get("calibrated")
    fit = _mapping(card.get("calibration"))
    is_fitted = bool(calibrated) or "temperature" in fit or "platt" in fit
    known = None if calibrated is None else say("yes") if is_fitted else say("no")
    rows = [
        CardRow(say("Threshold"), f"{threshold:g}" if _is_number(threshold) else None),
        CardRow(say("Calibrated"), known),
    ]
    points = _entries(fit, "operating_points")
    for point in points:
        count, threshold = point.get("false_positives_per_scan"), point.get("threshold")
        if _is_number(count) and _is_number(threshold):
            words = say("{count} false positives per scan", count=f"{count:g}")
            rows.append(CardRow(say("At {threshold}", threshold=f"{threshold:g}"), words))
    counted = say("n = {n}, {data}", n=fit.get("n"), data=fit.get("data")) if points else None
    rows.append(CardRow(say("False positives per scan"), counted))
    return tuple(rows)


def _made(card: Mapping[str, object]) -> tuple[str, ...]:
    return _texts(_mapping(card.get("training")).get("summary"))


def _parent(card: Mapping[str, object]) -> tuple[CardRow, ...]:
    parent = _mapping(card.get("parent"))
    if not parent:
        return ()
    return (CardRow(say("Made from"), f"{parent.get('id')} {parent.get('version')}"),)


def _marks(card: Mapping[str, object]) -> tuple[CardMark, ...]:
    marks = []
    for label in _entries(card, "labels"):
        code = _mapping(label.get("code"))
        named = f"{code.get('scheme')} {code.get('value')}"
        marks.append(
            CardMark(
                str(label.get("name", "")),
                str(label.get("color", "#888888")),
                named,
                bool(label.get("is_finding")),
            )
        )
    return tuple(marks)


def _figures(card: Mapping[str, object]) -> tuple[CardFigure, ...]:
    figures = []
    for metric in _entries(card, "metrics"):
        value, unit = metric.get("value"), _text(metric.get("unit"))
        shown = f"{value:g}" if _is_number(value) else str(value)
        interval, n = metric.get("interval_95"), metric.get("n")
        figures.append(
            CardFigure(
                str(metric.get("name", "")),
                f"{shown}\u2009{unit}" if unit else shown,
                _range(interval),
                n if isinstance(n, int) else None,
                str(metric.get("data", "")),
                str(metric.get("how", "")),
            )
        )
    return tuple(figures)


def _credits(card: Mapping[str, object]) -> tuple[str, ...]:
    """Whom the data came from and under which licence."""
    return tuple(
        f"{source.get('name')}: {source.get('attribution')} ({source.get('licence')})"
        for source in _entries(card, "sources")
    )


def _range(value: object) -> str | None:
    if isinstance(value, Sequence) and len(value) == 2 and all(_is_number(one) for one in value):
        return f"{value[0]:g} \u2013 {value[1]:g}"
    return None


def _range_mm(value: object) -> str | None:
    found = _range(value)
    return f"{found}\u2009mm" if found else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _texts(value: object) -> tuple[str, ...]:
    """One text, or a list of them."""
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _entries(card: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """The objects in one of the card's lists."""
    found = card.get(key)
    if not isinstance(found, list | tuple):
        return []
    return [entry for entry in found if isinstance(entry, Mapping)]
