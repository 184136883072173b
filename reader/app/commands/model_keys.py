"""`reader models keys`: whose signatures on model packs count at this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.commands.models import AsJson, read_key
from reader.app.console import errors, plain_errors, print_json
from reader.core.errors import ModelUnavailableError
from reader.core.text import say

if TYPE_CHECKING:
    from reader.inference.packs.own_lists import KeyList

keys = typer.Typer(help="The keys whose signatures on models count at this machine.")


@keys.callback(invoke_without_command=True)
def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
    """The keys that are trusted, with the fingerprints by which people compare them.

    `new` makes a key pair for whoever signs, `add` trusts a public key under a name, `remove`
    trusts it no more. The list is a small file that can be copied to every machine of a site.
    """
    if context.invoked_subcommand is not None:
        return
    from reader.inference.packs.signature import fingerprint

    with plain_errors():
        key_list = _list()
        listed = [(key.name, fingerprint(key.public_key)) for key in key_list.trusted()]
    if as_json:
        print_json({"keys": [{"name": name, "fingerprint": mark} for name, mark in listed]})
        return
    for name, mark in listed:
        typer.echo(f"{mark}  {name}")
    if not listed:
        errors.print("No key is trusted here. Add one: reader models keys add NAME FILE")


@keys.command()
def new(
    out: Annotated[Path, typer.Option("--out", help="File for the private key (PEM).")],
) -> None:
    """Make a key pair: the private key in a file of yours, the public one beside it (.pub)."""
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_private_key,
    )

    from reader.inference.packs.signature import fingerprint, new_private_key, public_key_of

    with plain_errors():
        pem = new_private_key()
        public = load_pem_private_key(pem, None).public_key()
        text = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        try:
            handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(pem)
            out.with_name(f"{out.name}.pub").write_bytes(text)
        except OSError as error:
            raise ModelUnavailableError(
                say("The key was not written ({why}).", why=error.strerror or "disk"),
                say("Choose a file that does not exist yet, in a folder you may write to."),
            ) from error
    errors.print(f"Key {fingerprint(public_key_of(pem))}. Keep {out.name} to yourself;")
    errors.print(f"give {out.name}.pub to those who should trust what you sign.", markup=False)


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    file: Annotated[Path, typer.Argument(help="Their public Ed25519 key (PEM).")],
) -> None:
    """Trust a public key."""
    from reader.inference.packs.signature import fingerprint, public_key_of

    with plain_errors():
        public_key = public_key_of(read_key(file))
        _list().add(name, public_key)
    errors.print(f"{name} ({fingerprint(public_key)}) is trusted now.", markup=False)


@keys.command("remove")
def remove_key(name: Annotated[str, typer.Argument(help="As the list shows it.")]) -> None:
    """Trust a key no more."""
    with plain_errors():
        if not _list().remove(name):
            raise ModelUnavailableError(
                say("There is no key of that name."),
                say("`reader models keys` lists those there are."),
            )
    errors.print(f"{name} is trusted no more.", markup=False)


def _list() -> KeyList:
    from reader.app.paths import find_paths
    from reader.inference.packs.own_lists import KeyList

    return KeyList(find_paths().model_keys)
