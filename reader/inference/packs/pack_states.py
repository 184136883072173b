"""Whether a pack can be run here, and if not, why not and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reader.core.errors import ReaderError
from reader.core.model import ModelSpec
from reader.core.model_library import Pack, PackState
from reader.core.text import Text, say
from reader.inference.adapters.known import adapter_of
from reader.inference.packs.card import CARD_NAME, SIGNATURE_NAME, ModelCard
from reader.inference.packs.offered import missing_packages
from reader.inference.packs.own_lists import KeyList, TrustList
from reader.inference.packs.registry import check_present, read_card, spec_of_card, trusting
from reader.inference.packs.signature import signer_of

NOT_SIGNED: Final = (
    say("The model is not signed with a key that is trusted here."),
    say("Ask whoever signs models for your site; the setting allows others."),
)
NOT_TRUSTED: Final = (
    say("A file of this format can hold a program that runs on your computer."),
    say("Say that you trust it, if you know where it comes from."),
)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the small files of a pack said; holds while they are the same files."""

    state: tuple[int, ...]
    card: ModelCard
    spec: ModelSpec
    public_key: str | None


@dataclass(frozen=True, slots=True)
class PackJudge:
    """Holds packs against what the person and the site trust.

    Cards are read again only when their files have changed: a card of a hundred labels takes
    milliseconds, and the window asks.
    """

    keys: KeyList
    trusted: TrustList
    only_signed: Callable[[], bool]
    _seen: dict[Path, _Read] = field(default_factory=dict)

    def pack(self, folder: Path, *, shipped: bool) -> Pack:
        """The pack in a folder with a card. Raises nothing."""
        try:
            read = self._read(folder)
            card, spec, public_key = read.card, read.spec, read.public_key
            check_present(folder, card)
            adapter = adapter_of(card.model_format)
        except ReaderError as error:
            return Pack(
                folder.name, PackState.BROKEN, shipped,
                reason=error.what_happened, what_to_do=error.what_to_do,
            )  # fmt: skip
        signed_by = self.keys.name_of(public_key)
        needs = missing_packages(adapter)
        trusted = not adapter.runs_code or self.trusted.holds(spec.identity.sha256)
        spec = trusting(spec) if adapter.runs_code and trusted else spec
        state, reason, what_to_do = PackState.OK, None, None
        if self.only_signed() and signed_by is None and not shipped:
            state, (reason, what_to_do) = PackState.NOT_SIGNED, NOT_SIGNED
        elif not trusted and not shipped:
            state, (reason, what_to_do) = PackState.NOT_TRUSTED, NOT_TRUSTED
        elif needs:
            state, (reason, what_to_do) = PackState.NEEDS_PACKAGE, needs_words(needs)
        return Pack(
            spec.identity.id, state, shipped, spec, reason, what_to_do, needs,
            adapter.runs_code, signed_by, _size_of(folder, card),
        )  # fmt: skip

    def _read(self, folder: Path) -> _Read:
        """The card and whose signature it has. Raises: ModelUnavailableError."""
        state = _file_state(folder)
        known = self._seen.get(folder)
        if known is None or known.state != state:
            card, raw = read_card(folder)
            public_key = signer_of(folder, card)
            known = _Read(state, card, spec_of_card(folder, card, raw), public_key)
            self._seen[folder] = known
        return known


def _file_state(folder: Path) -> tuple[int, ...]:
    """What changes when the card or the signature does."""
    found: list[int] = []
    for name in (CARD_NAME, SIGNATURE_NAME):
        try:
            stat = (folder / name).stat()
        except OSError:
            found.append(-1)
        else:
            found += (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return tuple(found)


def needs_words(needs: tuple[str, ...]) -> tuple[Text, Text]:
    """What to say about missing packages, and the command that installs them."""
    extra = {"onnxruntime": "onnx", "openvino": "openvino", "monai": "monai"}.get(needs[0], "all")
    return (
        say("It needs {packages}.", packages=", ".join(needs)),
        say('Install it: pip install "reading-room[{extra}]"', extra=extra),
    )


def _size_of(folder: Path, card: ModelCard) -> int:
    if card.weights.files:
        return sum(one.size_bytes for one in card.weights.files)
    try:
        return (folder / (card.weights.file or CARD_NAME)).stat().st_size
    except OSError:
        return 0
