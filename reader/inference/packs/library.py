"""The models of this machine: those shipped with the product and those the person added.

`core.model_library.ModelLibrary` over two folders. A pack is added under a temporary name
and takes its place in one step, when it was checked and has run once; nothing in it is
executed on the way, except by an adapter whose format can hold code and is trusted.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
from reader.core.errors import ModelUnavailableError, ReaderError
from reader.core.model import ModelSpec
from reader.core.model_library import Pack, PackOffer, PackState
from reader.core.text import Text, say
from reader.inference.packs.installing import Installation
from reader.inference.packs.label_codes import LabelTable
from reader.inference.packs.offered import OfferedPack, find_model, look_into
from reader.inference.packs.own_lists import KeyList, TrustList
from reader.inference.packs.pack_states import NOT_SIGNED, NOT_TRUSTED, PackJudge
from reader.inference.packs.registry import (
    check_weights,
    load_spec,
    pack_folders,
    read_card,
    trusting,
)
from reader.inference.packs.self_test import SelfTest
from reader.inference.packs.signature import fingerprint
from reader.inference.packs.unpacking import is_zip, unpack

_REMOVED: Final = ".removed"
_ADDING: Final = ".adding-"
_UNPACKED: Final = ".unpacked-"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PackPlaces:
    """Where packs are, and what says whom to trust. Only `own` and the lists are written.

    `labels` is the folder of the tables of codes.
    """

    shipped: Path
    own: Path
    labels: Path
    keys: Path
    trusted: Path


class PackLibrary:
    """See `core.model_library.ModelLibrary`. One thread changes it at a time."""

    def __init__(
        self,
        places: PackPlaces,
        self_test: SelfTest | None,
        only_signed: Callable[[], bool] = lambda: False,
    ) -> None:
        """`self_test` None: packs are added without having run."""
        self._places = places
        self._self_test = self_test
        self._only_signed = only_signed
        self._keys = KeyList(places.keys)
        self._trusted = TrustList(places.trusted)
        self._judge = PackJudge(self._keys, self._trusted, only_signed)
        self._warned: set[tuple[str, str]] = set()
        self._looked: dict[Path, tuple[OfferedPack, Path | None]] = {}

    # What there is

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models that can be run, shipped ones first. Raises nothing."""
        found = self.packs()
        return tuple(p.spec for p in found if p.state is PackState.OK and p.spec is not None)

    def packs(self) -> tuple[Pack, ...]:
        """Every pack there is, shipped ones first. Raises nothing."""
        found: dict[str, Pack] = {}
        for shipped, folder in ((True, self._places.shipped), (False, self._places.own)):
            for pack_folder in pack_folders(folder):
                pack = self._judge.pack(pack_folder, shipped=shipped)
                if pack.id in found:
                    self._warn(pack_folder.name, "its id is taken")
                    continue
                if pack.state is PackState.BROKEN:
                    self._warn(pack_folder.name, str(pack.reason))
                found[pack.id] = pack
        return tuple(found.values())

    def folder_of(self, model_id: str) -> Path:
        """Where a pack is. Raises: ModelUnavailableError: there is none."""
        for folder in (self._places.shipped, self._places.own):
            for pack_folder in pack_folders(folder):
                if self._judge.pack(pack_folder, shipped=False).id == model_id:
                    return pack_folder
        raise _unknown(model_id)

    # Looking and adding

    def recognises(self, path: Path) -> bool:
        """Whether a folder or file looks like a model. Raises nothing."""
        try:
            find_model(path)
        except (ReaderError, OSError):
            return False
        return True

    def look(
        self,
        path: Path,
        report: ReportProgress = ignore_progress,
        cancel: CancelToken | None = None,
    ) -> PackOffer:
        """Say what a folder, file or ZIP is. A ZIP stays unpacked until it is added."""
        token = cancel or CancelToken()
        self._forget_looked(path)
        unpacked = None
        try:
            if is_zip(path):
                unpacked = self._own_temporary(_UNPACKED)
                unpack(path, unpacked, report, token)
            offered = look_into(unpacked or path, self._label_table(), report, token)
        except BaseException:
            _delete(unpacked)
            raise
        offered = offered.under(self._free_id(offered))
        self._looked[path] = (offered, unpacked)
        return self._offer(path, offered)

    def add(
        self, offer: PackOffer, report: ReportProgress, cancel: CancelToken, *, trust: bool = False
    ) -> ModelSpec:
        """Copy, check, try, then take its place: all or nothing.

        Where the card was drafted here, `offer.id` may be another than was offered.
        """
        if offer.path not in self._looked:
            self.look(offer.path, report, cancel)
        offered, _ = self._looked[offer.path]
        offered = offered.under(offer.id)
        if offered.card.weights.sha256 != offer.sha256:
            raise ModelUnavailableError(
                say("The model has changed since it was looked at."),
                say("Look at it again before you add it."),
            )
        self._allow(offered, trust=trust)
        temporary = self._own_temporary(_ADDING)
        try:
            Installation(offered, temporary).write(report, cancel)
            spec = load_spec(temporary)
            spec = trusting(spec) if offered.runs_code else spec
            if self._self_test is not None and not offered.needs:
                self._self_test(spec, report, cancel)
            cancel.check()
            folder = self._places.own / offered.card.id
            self._take_place(temporary, folder)
        except BaseException:
            _delete(temporary)
            raise
        if offered.runs_code:
            self._trusted.add(offered.card.weights.sha256, offered.card.name)
        self._forget_looked(offer.path)
        return load_spec(folder)

    def forget_offers(self) -> None:
        """The person does not want what was looked at: delete what was unpacked for it."""
        for path in list(self._looked):
            self._forget_looked(path)

    # Removing

    def remove(self, model_id: str) -> None:
        """Take an added pack out of the library, so that `restore` can put it back."""
        folder = self._own_folder(model_id)
        gone = self._places.own / _REMOVED / model_id
        with _plain_disk_errors():
            _delete(gone)
            gone.parent.mkdir(exist_ok=True)
            folder.rename(gone)

    def restore(self, model_id: str) -> None:
        """Put back what was removed last under an id."""
        gone = self._places.own / _REMOVED / model_id
        if not gone.is_dir():
            raise _unknown(model_id)
        self._take_place(gone, self._places.own / model_id)

    def forget_removed(self) -> None:
        """Delete what was removed, and what an interrupted addition left behind."""
        _delete(self._places.own / _REMOVED)
        for pattern in (_ADDING, _UNPACKED):
            for left in self._places.own.glob(f"{pattern}*"):
                if not _is_in_use(left):
                    _delete(left)
        self._looked.clear()

    # Checking and trusting

    def check(self, model_id: str, report: ReportProgress, cancel: CancelToken) -> tuple[Text, ...]:
        """Hash the weights, check card and signature, run once. Returns: what is wrong."""
        pack = next((p for p in self.packs() if p.id == model_id), None)
        if pack is None:
            raise _unknown(model_id)
        if pack.spec is None or pack.state is PackState.BROKEN:
            return _said(pack.reason, pack.what_to_do)
        try:
            check_weights(pack.spec, report, cancel)
            if pack.state is not PackState.OK:
                return _said(pack.reason, pack.what_to_do)
            if self._self_test is not None:
                self._self_test(pack.spec, report, cancel)
        except ReaderError as error:
            return (error.what_happened, error.what_to_do)
        return ()

    def trust(self, model_id: str) -> None:
        """Remember that the person trusts a pack's file."""
        card, _ = read_card(self.folder_of(model_id))
        self._trusted.add(card.weights.sha256, card.name)

    # Parts

    def _warn(self, name: str, why: str) -> None:
        """Once each: half the interface asks which packs there are."""
        if (name, why) not in self._warned:
            self._warned.add((name, why))
            _log.warning("Model pack %s left out: %s", name, why)

    def _offer(self, path: Path, offered: OfferedPack) -> PackOffer:
        card = offered.card
        signed_by = self._keys.name_of(offered.public_key)
        notes = list(offered.notes)
        if offered.public_key is not None and signed_by is None:
            print_ = fingerprint(offered.public_key)
            notes.append(
                say("It is signed with a key that is not in your list ({print}).", print=print_)
            )
        if self._is_there(card.weights.sha256):
            notes.append(say("This very model is here already."))
        elif any(pack.id == card.id for pack in self.packs()):
            notes.append(say("There is a model {id} already.", id=card.id))
        return PackOffer(
            path=path,
            format=card.model_format,
            id=card.id,
            name=card.name,
            version=card.version,
            licence=card.licence,
            size_bytes=offered.size_bytes,
            sha256=card.weights.sha256,
            runs_code=offered.runs_code and not self._trusted.holds(card.weights.sha256),
            needs=offered.needs,
            signed_by=signed_by,
            notes=tuple(notes),
            card=offered.raw,
        )

    def _is_there(self, sha256: str) -> bool:
        specs = (pack.spec for pack in self.packs())
        return any(spec is not None and spec.identity.sha256 == sha256 for spec in specs)

    def _free_id(self, offered: OfferedPack) -> str:
        """Its own id; another one for another model of the same name, as for a new version."""
        taken = {pack.id for pack in self.packs()}
        wanted, number = offered.card.id, 1
        if self._is_there(offered.card.weights.sha256):
            return wanted
        found = wanted
        while found in taken:
            number += 1
            found = f"{wanted[:76]}-{number}"
        return found

    def _allow(self, offered: OfferedPack, *, trust: bool) -> None:
        """Raises: ModelUnavailableError: what speaks against adding it."""
        card = offered.card
        if any(pack.id == card.id for pack in self.packs()):
            raise ModelUnavailableError(
                say("There is a model {id} already.", id=card.id),
                say("Remove it first, or give this one another id."),
            )
        if self._only_signed() and self._keys.name_of(offered.public_key) is None:
            raise ModelUnavailableError(*NOT_SIGNED)
        if offered.runs_code and not trust and not self._trusted.holds(card.weights.sha256):
            raise ModelUnavailableError(*NOT_TRUSTED)
        self._places.own.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._places.own).free < offered.size_bytes * 1.1:
            raise ModelUnavailableError(
                say("There is not enough room on the disk for the model."),
                say("Free some space, then add it again."),
            )

    def _own_folder(self, model_id: str) -> Path:
        folder = self.folder_of(model_id)
        if folder.parent != self._places.own:
            raise ModelUnavailableError(
                say("The model {id} came with Reading Room and stays.", id=model_id),
                say("Choose another model to run instead."),
            )
        return folder

    def _take_place(self, temporary: Path, folder: Path) -> None:
        """One step: there is the whole pack, or none. Raises: ModelUnavailableError."""
        if folder.exists():
            raise ModelUnavailableError(
                say("There is a model {id} already.", id=folder.name),
                say("Remove it first, or give this one another id."),
            )
        with _plain_disk_errors():
            temporary.rename(folder)

    def _own_temporary(self, prefix: str) -> Path:
        folder = self._places.own / f"{prefix}{os.getpid()}-{secrets.token_hex(8)}"
        with _plain_disk_errors():
            folder.mkdir(mode=0o700, parents=True)
        return folder

    def _forget_looked(self, path: Path) -> None:
        _, unpacked = self._looked.pop(path, (None, None))
        _delete(unpacked)

    def _label_table(self) -> LabelTable:
        return LabelTable(self._places.labels)


def _unknown(model_id: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("There is no model {id} here.", id=model_id),
        say("`reader models list` says which there are."),
    )


def _said(*words: Text | None) -> tuple[Text, ...]:
    return tuple(word for word in words if word is not None)


def _is_in_use(temporary: Path) -> bool:
    """Whether another running process of ours is still writing there."""
    import psutil

    number = temporary.name.split("-")[1]
    return number.isdigit() and int(number) != os.getpid() and psutil.pid_exists(int(number))


def _delete(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _plain_disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelUnavailableError(
            say("The models on this machine could not be changed ({why}).", why=error.strerror),
            say("Check the disk, then try again."),
        ) from error
