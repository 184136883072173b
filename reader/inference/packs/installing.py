"""Writing a pack into a folder of its own: every byte is hashed on the way."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.packs.card import CARD_NAME, SIGNATURE_NAME
from reader.inference.packs.file_hashes import files_sha256
from reader.inference.packs.offered import OfferedPack
from reader.inference.packs.registry import read_card
from reader.inference.packs.signature import signer_of


@dataclass(frozen=True, slots=True)
class Installation:
    """One pack on its way into an empty folder."""

    offered: OfferedPack
    folder: Path

    def write(self, report: ReportProgress, cancel: CancelToken) -> None:
        """Copy the files, then the card. What was written stays; the caller removes it.

        Raises: ModelUnavailableError: a file has changed meanwhile, or the disk is full.
            Cancelled.
        """
        offered = self.offered
        try:
            found = files_sha256(
                offered.files, report, cancel, self.folder, say("Copying the model")
            )
            self._write_card()
        except OSError as error:
            raise ModelUnavailableError(
                say("The model could not be copied ({why}).", why=error.strerror or "disk"),
                say("Check the disk, then add it again."),
            ) from error
        if found != dict(offered.hashes):
            raise _changed()
        card, raw = read_card(self.folder)
        if raw != dict(offered.raw) or signer_of(self.folder, card) != offered.public_key:
            raise _changed()

    def _write_card(self) -> None:
        """The card as it came with its signature, or the one that was drafted."""
        source, target = self.offered.folder, self.folder / CARD_NAME
        if source is not None:
            shutil.copyfile(source / CARD_NAME, target)
            if self.offered.public_key is not None:
                shutil.copyfile(source / SIGNATURE_NAME, self.folder / SIGNATURE_NAME)
            return
        text = json.dumps(dict(self.offered.raw), indent=2, ensure_ascii=False) + "\n"
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def _changed() -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The model has changed since it was looked at."),
        say("Look at it again before you add it."),
    )
