"""Signed packs: a detached Ed25519 signature over the card and the hash of every file.

`model.sig` lies beside the card. It names the files with their hashes, and the key; whether
that key is trusted here says the list of keys, and nothing in the pack.
Source: RFC 8032 (Ed25519).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.core.text import Text, say
from reader.inference.packs.card import CARD_NAME, SIGNATURE_NAME, InnerPath, ModelCard, Sha256
from reader.inference.packs.file_hashes import file_sha256, files_sha256
from reader.inference.packs.registry import card_files, read_card

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

_CONTEXT: Final = b"Reading Room model pack, signature 1\n"
_LARGEST_BYTES: Final = 4 << 20


class PackSignature(BaseModel):
    """`model.sig`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal[1]
    algorithm: Literal["Ed25519"]
    public_key: str
    files: Annotated[dict[InnerPath, Sha256], Field(min_length=1)]
    signature: str


def new_private_key() -> bytes:
    """A new private key as PEM (PKCS 8, not encrypted): for the person who signs, only."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_key_of(pem: bytes, password: bytes | None = None) -> str:
    """The public key, base64, of a private or public Ed25519 key in PEM.

    Raises: ModelUnavailableError: it is none.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if b"PRIVATE KEY" in pem:
        return _raw(_private_key(pem, password).public_key())
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _no_key() from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key()
    return _raw(key)


def fingerprint(public_key: str) -> str:
    """Sixteen hexadecimal digits by which people compare keys."""
    return hashlib.sha256(public_key.encode()).hexdigest()[:16]


def sign_pack(
    folder: Path,
    pem: bytes,
    password: bytes | None = None,
    report: ReportProgress = ignore_progress,
    cancel: CancelToken | None = None,
) -> str:
    """Write `model.sig` beside a pack's card. Returns: the public key, base64.

    Raises: ModelUnavailableError: no card, no key, or files that are not the card's.
        OSError: it cannot be written. Cancelled.
    """
    card, _ = read_card(folder)
    key = _private_key(pem, password)
    hashes = _own_hashes(folder, card, report, cancel)
    _check_against_card(card, hashes)
    made = PackSignature(
        format=1,
        algorithm="Ed25519",
        public_key=_raw(key.public_key()),
        files=hashes,
        signature=base64.b64encode(key.sign(_message(hashes))).decode(),
    )
    temporary = folder / f".{SIGNATURE_NAME}.part"
    temporary.write_text(json.dumps(made.model_dump(), indent=2) + "\n", encoding="utf-8")
    temporary.replace(folder / SIGNATURE_NAME)
    return made.public_key


def signer_of(folder: Path, card: ModelCard) -> str | None:
    """The public key a pack is signed by, checked against its card but not its weights.

    Fast: the weights' hashes are compared as they are written down. None: not signed.

    Raises: ModelUnavailableError: there is a signature, and it is wrong.
    """
    path = folder / SIGNATURE_NAME
    if not path.exists():
        return None
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("no file, or too large")
        found = PackSignature.model_validate(json.loads(path.read_text(encoding="utf-8")))
        card_sha256 = file_sha256(folder / CARD_NAME)
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        what = say("The signature of the model {name} cannot be read.", name=card.id)
        raise _wrong(what) from error
    stated = {**card_files(card), CARD_NAME: card_sha256}
    if dict(found.files) != stated:
        raise _wrong(say("The signature of the model {name} is not for this pack.", name=card.id))
    if not _verifies(found):
        raise _wrong(say("The signature of the model {name} is wrong.", name=card.id))
    return found.public_key


def _verifies(found: PackSignature) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(found.public_key, validate=True))
        signature = base64.b64decode(found.signature, validate=True)
        key.verify(signature, _message(found.files))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _message(hashes: Mapping[str, str]) -> bytes:
    """What is signed: the same bytes for the same files, however they were written down."""
    canonical = json.dumps(dict(hashes), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return _CONTEXT + canonical.encode()


def _own_hashes(
    folder: Path, card: ModelCard, report: ReportProgress, cancel: CancelToken | None
) -> dict[str, str]:
    try:
        names = [CARD_NAME, *sorted(card_files(card))]
        return files_sha256({name: folder / name for name in names}, report, cancel)
    except OSError as error:
        raise ModelUnavailableError(
            say("The weights of the model {name} cannot be read.", name=card.id),
            say("Restore the model's folder from where it came from."),
        ) from error


def _check_against_card(card: ModelCard, hashes: Mapping[str, str]) -> None:
    if any(hashes[path] != sha256 for path, sha256 in card_files(card).items()):
        raise ModelUnavailableError(
            say("The weights of the model {name} are not the card's.", name=card.id),
            say("Restore the model's folder, or write a new card for new weights."),
        )


def _private_key(pem: bytes, password: bytes | None) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key() from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key()
    return key


def _raw(key: Ed25519PublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _no_key() -> ModelUnavailableError:
    return ModelUnavailableError(
        say("This is no Ed25519 key, or its password is another."),
        say("`reader models keys new` makes one."),
    )


def _wrong(what: Text) -> ModelUnavailableError:
    return ModelUnavailableError(what, say("Get the pack from where it came from again."))
