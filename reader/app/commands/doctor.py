"""`reader doctor`: what works on this machine, what doesn't, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import errors, plain_errors, print_json

if TYPE_CHECKING:
    from reader.app.health import HealthRow

COLORS = {"works": "green", "warning": "yellow", "broken": "bold red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Check Qt, the graphics card, codecs, models and their hashes, fonts, disk and memory.

    The exit code is 1 when something is broken that the application needs.
    """
    from reader.app.health import Health, check_health
    from reader.app.paths import find_paths

    with plain_errors():
        rows = list(check_health(find_paths()))
    broken = [row for row in rows if row.health is Health.BROKEN]
    if as_json:
        print_json(health_report(rows))
    else:
        _print_table(rows)
    if broken:
        if not as_json:
            errors.print(f"{len(broken)} of {len(rows)} things the application needs are broken.")
        raise typer.Exit(1)


def health_report(rows: Sequence[HealthRow]) -> dict[str, object]:
    """The rows as the JSON that `--json` prints; a stable format."""
    return {
        "ok": all(row.health.value != "broken" for row in rows),
        "rows": [
            {
                "what": str(row.what),
                "health": row.health.value,
                "detail": str(row.detail),
                "advice": None if row.advice is None else str(row.advice),
            }
            for row in rows
        ],
    }


def _print_table(rows: Sequence[HealthRow]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    table = Table("", "", "Found", "What to do", box=SIMPLE_HEAD)
    for row in rows:
        health = row.health.value
        advice = "" if row.advice is None else str(row.advice)
        table.add_row(
            str(row.what),
            Words(health, style=COLORS[health]),
            Words(str(row.detail), overflow="fold"),
            advice,
        )
    Console(highlight=False, markup=False).print(table)
