"""Models as tables and pages in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from reader.core.model_library import Pack, PackOffer, PackState
from reader.session.running.card_sections import NOT_STATED, CardSection, card_sections

_STYLES: Final = {PackState.OK: "green", PackState.BROKEN: "red"}
_MEGABYTE: Final = 1e6


def print_packs(packs: Iterable[Pack]) -> None:
    """One line for each, and under it why it cannot be run."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for head in ("id", "version", "format", "modality", "licence", "state"):
        table.add_column(head, overflow="fold")
    for pack in packs:
        spec = pack.spec
        state = RichText(pack.state.value, _STYLES.get(pack.state, "yellow"))
        if spec is None:
            table.add_row(pack.id, "-", "-", "-", "-", state)
            continue
        modality, licence = spec.eligibility.modality, spec.licence
        table.add_row(
            pack.id, spec.identity.version, spec.format, modality or "-", licence or "-", state
        )
    console = _console()
    console.print(table)
    for pack in packs:
        if pack.reason is not None:
            console.print(f"{pack.id}: {pack.reason} {pack.what_to_do or ''}", markup=False)


def print_offer(offer: PackOffer) -> None:
    """What would be added: the card in short, and what to think about before."""
    table = _pairs()
    table.add_row("Model", f"{offer.name} {offer.version}")
    table.add_row("Id", offer.id)
    table.add_row("Format", offer.format)
    table.add_row("Licence", offer.licence or str(NOT_STATED))
    table.add_row("Meant for", str(offer.card.get("intended_use") or NOT_STATED))
    table.add_row("Size", f"{offer.size_bytes / _MEGABYTE:.1f} MB")
    table.add_row("Signed by", offer.signed_by or "not signed with a key that is trusted here")
    table.add_row("sha256", offer.sha256)
    if offer.needs:
        table.add_row("Needs", ", ".join(offer.needs))
    console = _console()
    console.print(table)
    for note in offer.notes:
        console.print(str(note), markup=False)


def print_card(card: Mapping[str, object]) -> None:
    """The whole card, one heading after the other."""
    console = _console()
    console.print(f"{card.get('name')} {card.get('version')}", style="bold", markup=False)
    for section in card_sections(card):
        console.print()
        console.print(str(section.heading), style="bold", markup=False)
        for part in _parts(section):
            console.print(Padding(part, (0, 0, 0, 2)))


def _parts(section: CardSection) -> list[RichText | Table]:
    if not section.is_stated:
        return [RichText(str(NOT_STATED), "dim")]
    parts: list[RichText | Table] = [RichText(text) for text in section.texts]
    if section.rows:
        pairs = _pairs()
        for row in section.rows:
            pairs.add_row(str(row.name), str(row.value or NOT_STATED))
        parts.append(pairs)
    if section.marks:
        pairs = _pairs()
        for mark in section.marks:
            pairs.add_row(mark.name, mark.code, "finding" if mark.is_finding else "structure")
        parts.append(pairs)
    if section.figures:
        parts.append(_figures(section))
    return parts


def _figures(section: CardSection) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in ("", "value", "95 % interval", "n"):
        table.add_column(head, overflow="fold")
    for figure in section.figures:
        n = str(figure.n) if figure.n is not None else str(NOT_STATED)
        table.add_row(figure.name, figure.value, figure.interval or str(NOT_STATED), n)
        table.add_row(RichText(f"{figure.data}. {figure.how}", "dim"))
    return table


def _pairs() -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    return table


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False)
