"""What a folder, a file or an unpacked ZIP is: a pack with its card, or a model by others.

For the latter a card is drafted from what its own files say. Nothing in it is executed.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ModelUnavailableError
from reader.core.text import Text, say
from reader.inference.adapters.adapter import Adapter, ModelDraft
from reader.inference.adapters.known import adapter_of, recognise
from reader.inference.packs.card import (
    CARD_NAME,
    CONTENT_FOLDER,
    OWN_FORMAT,
    SIGNATURE_NAME,
    CardEligibility,
    CardFile,
    CardWeights,
    ModelCard,
)
from reader.inference.packs.file_hashes import files_sha256, joint_sha256
from reader.inference.packs.label_codes import LabelTable
from reader.inference.packs.registry import card_files, read_card
from reader.inference.packs.signature import signer_of

_DEEPEST: Final = 4
"""So many folders with nothing but one folder in them may lie around a model."""
_SMALL_SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
_SMALL_NAMES: Final = ("license", "licence", "notice")
_SMALL_BYTES: Final = 4 << 20
_MOST_SMALL: Final = 100
_ODD: Final = (
    ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What files that nobody thought of may bring about: they are refused all the same."""


@dataclass(frozen=True, slots=True)
class OfferedPack:
    """A pack before it is in the library.

    `files` are where its files are now, by their path in the pack, without the card and the
    signature. `folder` has card and signature; None where the card was drafted here.
    """

    card: ModelCard
    raw: Mapping[str, Any]
    files: Mapping[str, Path]
    hashes: Mapping[str, str]
    size_bytes: int
    runs_code: bool
    needs: tuple[str, ...]
    public_key: str | None = None
    folder: Path | None = None
    notes: tuple[Text, ...] = ()

    def under(self, model_id: str) -> OfferedPack:
        """The same with another id; only where the card was drafted here."""
        if model_id == self.card.id or self.folder is not None:
            return self
        raw = {**self.raw, "id": model_id}
        return replace(self, card=_checked(raw, model_id), raw=raw)


def look_into(
    path: Path, labels: LabelTable, report: ReportProgress, cancel: CancelToken
) -> OfferedPack:
    """Find the model in a file or folder and read what it says about itself.

    Raises: ModelUnavailableError: no format known here, damaged, or refused. Cancelled.
    """
    found, adapter = find_model(path)
    try:
        if adapter.format == OWN_FORMAT:
            return _with_card(found, report, cancel)
        return _drafted(found, adapter, labels, report, cancel)
    except OSError as error:
        raise ModelUnavailableError(
            say("The model's files could not be read ({why}).", why=error.strerror or "disk"),
            say("Check that they are all there and may be read, then add it again."),
        ) from error
    except _ODD as error:
        raise _no_card(found.name, type(error).__name__) from error


def missing_packages(adapter: Adapter) -> tuple[str, ...]:
    """The packages an adapter needs that are not installed here."""
    return tuple(name for name in adapter.packages if importlib.util.find_spec(name) is None)


def find_model(path: Path) -> tuple[Path, Adapter]:
    """The model itself, which may lie in folders that hold nothing else, and its adapter.

    Raises: ModelUnavailableError: no format known here. OSError.
    """
    here = path
    for _ in range(_DEEPEST):
        try:
            return here, recognise(here)
        except ModelUnavailableError:
            inner = _only_entry(here)
            if inner is None:
                raise
            here = inner
    return here, recognise(here)


def _only_entry(folder: Path) -> Path | None:
    """The one folder in a folder, or its one file where there is no folder."""
    if not folder.is_dir():
        return None
    entries = [one for one in folder.iterdir() if not one.name.startswith((".", "__"))]
    folders = [one for one in entries if one.is_dir()]
    if folders:
        return folders[0] if len(folders) == 1 else None
    return entries[0] if len(entries) == 1 else None


def _with_card(folder: Path, report: ReportProgress, cancel: CancelToken) -> OfferedPack:
    """A pack as it was made for Reading Room: its card and signature are taken as they are."""
    card, raw = read_card(folder)
    public_key = signer_of(folder, card)
    adapter = adapter_of(card.model_format)
    stated = card_files(card)
    files = {name: folder / name for name in stated}
    missing = next((name for name, path in files.items() if not path.is_file()), None)
    if missing is not None:
        raise ModelUnavailableError(
            say("The weights of the model {name} are missing.", name=card.id),
            say("Put {file} back beside its card.", file=missing),
        )
    hashes = files_sha256(files, report, cancel)
    listed = {one.path: one.sha256 for one in card.weights.files}
    if hashes != stated or (listed and joint_sha256(listed) != card.weights.sha256):
        raise ModelUnavailableError(
            say("The weights of the model {name} are not the card's.", name=card.id),
            say("Get the pack from where it came from again."),
        )
    extra = (CARD_NAME, SIGNATURE_NAME) if public_key else (CARD_NAME,)
    size = sum(path.stat().st_size for path in files.values())
    size += sum((folder / name).stat().st_size for name in extra)
    return OfferedPack(
        card, raw, files, hashes, size, adapter.runs_code, missing_packages(adapter),
        public_key, folder,
    )  # fmt: skip


def _drafted(
    path: Path, adapter: Adapter, labels: LabelTable, report: ReportProgress, cancel: CancelToken
) -> OfferedPack:
    """A model by others: its files below a folder of their own, and a card made of its words."""
    draft = adapter.draft(path)
    base = path if path.is_dir() else path.parent
    inside = [one.as_posix() for one in draft.weights]
    if path.is_dir():
        inside += [name for name in _small_files(path) if name not in inside]
    elif path.name not in inside:
        inside.append(path.name)
    files = {f"{CONTENT_FOLDER}/{name}": base / name for name in inside}
    hashes = files_sha256(files, report, cancel)
    weights = CONTENT_FOLDER if path.is_dir() else f"{CONTENT_FOLDER}/{path.name}"
    sizes = {name: where.stat().st_size for name, where in files.items()}
    raw = _draft_card(draft, adapter, labels, weights, hashes, sizes)
    card = _checked(raw, draft.name or path.name)
    return OfferedPack(
        card, raw, files, hashes, sum(sizes.values()), adapter.runs_code,
        missing_packages(adapter), notes=draft.notes,
    )  # fmt: skip


def _draft_card(
    draft: ModelDraft,
    adapter: Adapter,
    labels: LabelTable,
    weights: str,
    hashes: Mapping[str, str],
    sizes: Mapping[str, int],
) -> dict[str, Any]:
    """`model.json` for what the files say; what they do not say is left out."""
    if sorted(label.value for label in draft.labels) != list(range(1, len(draft.labels) + 1)):
        raise ModelUnavailableError(
            say("The labels of the model {name} are not numbered from 1 on.", name=draft.name),
            say("Get the model from where it came from again."),
        )
    files = tuple(
        CardFile.model_construct(path=name, sha256=sha256, size_bytes=sizes[name])
        for name, sha256 in hashes.items()
    )
    content: dict[str, Any] = {
        "format": 2,
        "id": plain_id(draft.id or draft.name),
        "name": draft.name,
        "version": draft.version or "1",
        "model_format": adapter.format,
        "summary": draft.summary,
        "task": draft.task,
        "channels": list(draft.channels),
        "weights": CardWeights.model_construct(
            sha256=joint_sha256(hashes), path=weights, files=files
        ).model_dump(mode="json", exclude_none=True),
        "labels": [
            label.model_dump(mode="json", exclude_none=True)
            for label in labels.card_labels(draft.labels)
        ],
        "eligibility": CardEligibility(
            modality=draft.modality, body_parts=draft.body_parts
        ).model_dump(mode="json", exclude_defaults=True),
        "licence": draft.licence,
        "intended_use": draft.intended_use,
        "options": json.loads(json.dumps(dict(draft.options))),
    }
    return {key: value for key, value in content.items() if value not in ("", [], {})}


def _checked(raw: Mapping[str, Any], name: str) -> ModelCard:
    try:
        return ModelCard.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise _no_card(name, why) from error


def _no_card(name: str, why: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("No card could be made for the model {name} ({why}).", name=name, why=why),
        say("Give its files plain names, or get it from where it came from again."),
    )


def plain_id(name: str) -> str:
    """A name that can be a folder's: letters, digits, dots and dashes."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")
    return plain[:80] or "model"


def _small_files(folder: Path) -> Iterator[str]:
    """The small texts that come with a model, which its adapter may read."""
    found = 0
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        is_text = path.suffix.lower() in _SMALL_SUFFIXES
        is_text |= path.stem.lower().startswith(_SMALL_NAMES) and len(inner.parts) == 1
        if not is_text or len(inner.parts) > 3 or any(p.startswith(".") for p in inner.parts):
            continue
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _SMALL_BYTES:
            continue
        found += 1
        if found > _MOST_SMALL:
            return
        yield inner.as_posix()
