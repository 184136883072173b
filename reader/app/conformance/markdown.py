"""The survey as a page of the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from reader.app.conformance.families import Family
from reader.app.conformance.survey import Survey
from reader.app.conformance.verdict import Outcome, Row

_HEADINGS: Final = ("File", "What it is", "Transfer syntax", "Size", "What Reading Room made of it")
_COMPARED: Final = ("Pixels", "Geometry")

_INTRODUCTION: Final = """\
# Conformance

Every file of a folder of odd DICOM files, opened as the application opens it and compared
with other people's programs. Made by

```
reader conformance FOLDER --out reader/CONFORMANCE.md
```

and not edited by hand. "Equal" is written only where values or places were compared, and
names the programs they were compared with; the product's own decoder of a transfer syntax
is never among them. Pixels: every value of every frame, after the modality transform,
exactly (values in floating point to 1e-5 of the largest). "Within": a lossy stream, in which
two decoders may round differently, with the largest difference. Geometry: the corners of
every slice, to 1e-3 mm. "Told": the slices lie on no regular grid, the reader is warned, and
the distance is stated. Objects (segmentations, structures, reports) are read over the images
of the folder: the number of their parts, and how far apart their centres of mass are.
Where nothing could be compared, it says why.
"""


def as_markdown(survey: Survey) -> str:
    """The page, with a line feed at its end."""
    parts = [
        _INTRODUCTION,
        "## Summary\n",
        *_summary(survey),
        "\n## The same image in several transfer syntaxes\n",
        *_families(survey.families),
        "\n## Files\n",
        *_table(survey.rows),
    ]
    if survey.series:
        parts += ["\n## Series in several files\n", *_table(survey.series)]
    return "\n".join(parts) + "\n"


def _summary(survey: Survey) -> Iterable[str]:
    yield "| | " + " | ".join(outcome.value for outcome in Outcome) + " |"
    yield "|---|" + "---|" * len(Outcome)
    columns = (
        ("Files, pixels", [row.pixels for row in survey.rows]),
        ("Files, geometry", [row.geometry for row in survey.rows]),
        ("Series, pixels", [row.pixels for row in survey.series]),
        ("Series, geometry", [row.geometry for row in survey.series]),
    )
    for name, verdicts in columns:
        counts = Counter(verdict.outcome for verdict in verdicts)
        yield f"| {name} | " + " | ".join(str(counts[outcome]) for outcome in Outcome) + " |"


def _families(families: Sequence[Family]) -> Iterable[str]:
    for family in families:
        yield "| File | Transfer syntax | Largest difference from the first |"
        yield "|---|---|---|"
        for member in family.members:
            said = "not opened" if member.difference is None else f"{member.difference:g}"
            lossy = " (lossy)" if member.lossy else ""
            yield f"| {_cell(member.file)} | {_cell(member.syntax)}{lossy} | {said} |"
        yield ""


def _table(rows: Sequence[Row]) -> Iterable[str]:
    headings = (*_HEADINGS, *_COMPARED)
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(cells(row)) + " |"


def cells(row: Row) -> tuple[str, ...]:
    """The cells of a row, as they stand in the page."""
    values = (row.file, row.what, row.syntax, row.size, row.made, row.pixels, row.geometry)
    return tuple(_cell(str(value)) for value in values)


def _cell(text: str) -> str:
    """Text that cannot leave its cell."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
