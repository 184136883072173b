"""What the person at this machine trusts: keys that may sign packs, and files with code in them.

Two small JSON files that may be read, copied to other machines of a site, and edited.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from reader.core.errors import StorageError
from reader.core.text import say
from reader.inference.packs.card import Sha256

Kind = TypeVar("Kind", bound=BaseModel)


class TrustedKey(BaseModel):
    """A public key (Ed25519, base64) and whose it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    public_key: str


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    keys: tuple[TrustedKey, ...] = ()


class TrustedFile(BaseModel):
    """A model's file that can hold a program, by its hash, and what it was called."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sha256: Sha256
    name: str


class _Files(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    trusted: tuple[TrustedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyList:
    """The keys whose signatures count here. Read anew each time it is asked."""

    path: Path

    def trusted(self) -> tuple[TrustedKey, ...]:
        """All of them; none where the file is missing or cannot be understood."""
        return _read(self.path, _Keys, _Keys()).keys

    def name_of(self, public_key: str | None) -> str | None:
        """Whose key it is; None where it is not trusted."""
        return next((one.name for one in self.trusted() if one.public_key == public_key), None)

    def add(self, name: str, public_key: str) -> None:
        """Trust a key, under one name. Raises: StorageError."""
        others = tuple(k for k in self.trusted() if k.public_key != public_key and k.name != name)
        key = TrustedKey(name=name, public_key=public_key)
        _write(self.path, _Keys(keys=(*others, key)))

    def remove(self, name: str) -> bool:
        """Trust a key no more. Returns: whether there was one. Raises: StorageError."""
        kept = tuple(key for key in self.trusted() if key.name != name)
        if kept == self.trusted():
            return False
        _write(self.path, _Keys(keys=kept))
        return True


@dataclass(frozen=True, slots=True)
class TrustList:
    """The files with code in them that the person trusts. Read anew each time it is asked."""

    path: Path

    def holds(self, sha256: str) -> bool:
        """Whether a file is trusted, by its hash."""
        return any(one.sha256 == sha256 for one in _read(self.path, _Files, _Files()).trusted)

    def add(self, sha256: str, name: str) -> None:
        """Remember that a file is trusted. Raises: StorageError."""
        if not self.holds(sha256):
            known = _read(self.path, _Files, _Files()).trusted
            _write(self.path, _Files(trusted=(*known, TrustedFile(sha256=sha256, name=name))))

    def remove(self, sha256: str) -> None:
        """Trust a file no more. Raises: StorageError."""
        if self.holds(sha256):
            known = _read(self.path, _Files, _Files()).trusted
            _write(self.path, _Files(trusted=tuple(f for f in known if f.sha256 != sha256)))


def _read(path: Path, kind: type[Kind], missing: Kind) -> Kind:
    """A file that cannot be understood trusts nobody."""
    try:
        return kind.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, ValidationError):
        return missing


def _write(path: Path, content: BaseModel) -> None:
    """The old file or the new one, never half of one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content.model_dump(), indent=2, ensure_ascii=False) + "\n")
        Path(name).replace(path)
    except OSError as error:
        raise StorageError(
            say("What you trust was not saved: {why}.", why=error.strerror or "disk"),
            say("Check the disk, then do it again."),
        ) from error
