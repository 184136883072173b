"""`reader models`: which models there are, adding and removing them, checking and signing."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import (
    errors,
    plain_errors,
    print_json,
    progress_bar,
    stopped_by_signals,
)
from reader.core.errors import Cancelled, ModelUnavailableError
from reader.core.model_library import Pack, PackOffer, PackState
from reader.core.text import say

if TYPE_CHECKING:
    from reader.app.paths import Paths
    from reader.inference.packs.library import PackLibrary

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")]

models = typer.Typer(
    help="""The AI models on this machine.

    Reading Room runs its own packs, nnU-Net v2 folders (TotalSegmentator's among them), MONAI
    bundles, ONNX files and MeshNet networks. What you add is copied; nothing in it is executed.

    Exit codes: 0 done, 1 could not be done or something is wrong (the reason is on stderr),
    2 wrong usage, 3 stopped.
    """,
    no_args_is_help=True,
)


@models.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Every model there is, also those that cannot be run, with the reason."""
    with plain_errors():
        packs = library_of_this_machine().packs()
    if as_json:
        print_json({"models": [pack_dict(pack) for pack in packs]})
        return
    from reader.app.model_tables import print_packs

    print_packs(packs)


@models.command()
def add(
    path: Annotated[Path, typer.Argument(help="A folder, a file or a ZIP with a model.")],
    model_id: Annotated[
        str | None, typer.Option("--id", help="Its id here; default: by its name.")
    ] = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="Its file can hold a program, and I trust it.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Recognise a model, show its card, copy it, run it once on a test volume.

    All or nothing: what fails on the way leaves the machine as it was.
    """
    from reader.app.model_tables import print_offer

    with plain_errors(), stopped_by_signals() as cancel:
        library = library_of_this_machine()
        with progress_bar(as_json) as report:
            offer = library.look(path.absolute(), report, cancel)
        try:
            if model_id:
                offer = replace(offer, id=model_id)
            if not as_json:
                print_offer(offer)
            trust = _consent(offer, trust=trust, yes=yes)
            with progress_bar(as_json) as report:
                spec = library.add(offer, report, cancel, trust=trust)
        finally:
            library.forget_offers()
        pack = next(one for one in library.packs() if one.id == spec.identity.id)
    if as_json:
        print_json(pack_dict(pack))
        return
    errors.print(f"Added as {pack.id}.", style="bold", markup=False)
    if pack.state is PackState.OK:
        errors.print(f"Run it: reader predict PATH --model {pack.id} --out DIR", markup=False)
    else:
        _say_state(pack)


@models.command()
def remove(
    model_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    yes: Yes = False,
) -> None:
    """Delete a model that was added. What it found in studies stays."""
    with plain_errors():
        library = library_of_this_machine()
        library.folder_of(model_id)  # says so before anything is asked
        if not yes and sys.stdin.isatty() and not typer.confirm(f"Delete the model {model_id}?"):
            raise Cancelled
        library.remove(model_id)
        library.forget_removed()
    errors.print(f"Removed {model_id}.", markup=False)


@models.command()
def check(
    model_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Default: every model.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hash the weights, check card and signature, and run it once on a test volume."""
    with plain_errors(), stopped_by_signals() as cancel:
        library = library_of_this_machine()
        ids = [model_id] if model_id else [pack.id for pack in library.packs()]
        wrong: dict[str, list[str]] = {}
        for one in ids:
            with progress_bar(as_json) as report:
                wrong[one] = [str(text) for text in library.check(one, report, cancel)]
            if not as_json:
                said = " ".join(wrong[one]) or "all is well"
                errors.print(f"{one}: {said}", markup=False)
    if as_json:
        print_json({"models": [{"id": one, "wrong": texts} for one, texts in wrong.items()]})
    if any(wrong.values()):
        raise typer.Exit(1)


@models.command()
def card(
    model_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """What a model is for and not for, how good it is, and what it was made from."""
    with plain_errors():
        from reader.inference.packs.registry import read_card

        _, raw = read_card(library_of_this_machine().folder_of(model_id))
    if as_json:
        print_json(raw)
        return
    from reader.app.model_tables import print_card

    print_card(raw)


@models.command()
def trust(
    model_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
) -> None:
    """Say that you trust a model whose file can hold a program. Remembered by its hash."""
    with plain_errors():
        library_of_this_machine().trust(model_id)
    errors.print(f"{model_id} is trusted now.", markup=False)


@models.command()
def sign(
    path: Annotated[Path, typer.Argument(help="A pack with its card, or the id of a model here.")],
    key: Annotated[Path, typer.Option("--key", help="Private Ed25519 key (PEM).")],
    password_from: Annotated[
        str, typer.Option("--password-from", help="Environment variable with the key's password.")
    ] = "",
) -> None:
    """Write `model.sig` beside a pack's card, for machines that only run signed models."""
    from reader.inference.packs.signature import fingerprint, sign_pack

    with plain_errors():
        folder = path if path.is_dir() else library_of_this_machine().folder_of(str(path))
        password = os.environ.get(password_from, "").encode() or None if password_from else None
        with progress_bar() as report:
            public_key = sign_pack(folder, read_key(key), password, report)
    errors.print(f"Signed with the key {fingerprint(public_key)}.", markup=False)


def library_of_this_machine(paths: Paths | None = None) -> PackLibrary:
    """The packs of this installation and this person."""
    from reader.app.models import build_library
    from reader.app.paths import find_paths

    return build_library(paths or find_paths())


def read_key(path: Path) -> bytes:
    """The bytes of a key's file. Raises: ModelUnavailableError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelUnavailableError(
            say("The key could not be read ({why}).", why=error.strerror or "disk"),
            say("Check the path; `reader models keys new` makes one."),
        ) from error


def pack_dict(pack: Pack) -> dict[str, object]:
    """A pack for `--json`."""
    spec = pack.spec
    known: dict[str, object] = {}
    if spec is not None:
        known = {
            "name": spec.identity.name,
            "version": spec.identity.version,
            "sha256": spec.identity.sha256,
            "format": spec.format,
            "modality": spec.eligibility.modality or None,
            "licence": spec.licence or None,
            "labels": [label.name for label in spec.labels],
        }
    return {
        "id": pack.id,
        "state": pack.state.value,
        "reason": str(pack.reason) if pack.reason else None,
        "what_to_do": str(pack.what_to_do) if pack.what_to_do else None,
        "shipped": pack.shipped,
        "signed_by": pack.signed_by,
        "needs": list(pack.needs),
        "size_bytes": pack.size_bytes,
        **known,
    }


def _consent(offer: PackOffer, *, trust: bool, yes: bool) -> bool:
    """Ask what has to be asked, where there is somebody to ask. Returns: whether it is trusted.

    Raises: Cancelled: the person said no.
    """
    can_ask = sys.stdin.isatty() and not yes
    if offer.runs_code and not trust:
        if not can_ask:
            return False  # the library says what that means
        return typer.confirm("Do you trust this file? It can run programs as you", default=False)
    if can_ask and not typer.confirm("Add it?", default=True):
        raise Cancelled
    return trust


def _say_state(pack: Pack) -> None:
    for text in (pack.reason, pack.what_to_do):
        if text is not None:
            errors.print(str(text), markup=False)
