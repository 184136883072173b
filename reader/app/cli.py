"""`reader`: the command line. Each command lives in `reader.app.commands`."""

from __future__ import annotations

import logging
import sys

import typer

from reader import __version__
from reader.app.commands.batch import batch
from reader.app.commands.bench import bench
from reader.app.commands.conformance import conformance
from reader.app.commands.demo import demo
from reader.app.commands.doctor import doctor
from reader.app.commands.export import export
from reader.app.commands.info import info
from reader.app.commands.model_keys import keys
from reader.app.commands.models import models
from reader.app.commands.open import open_paths
from reader.app.commands.predict import predict
from reader.app.commands.render import render
from reader.app.commands.serve_repository import serve_repository
from reader.app.commands.train import train

app = typer.Typer(
    name="reader",
    help="Read CT, MRI, X-ray and PET studies with an AI beside you. Research use only.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


app.command("open")(open_paths)
app.command()(batch)
app.command()(bench)
app.command()(conformance)
app.command()(demo)
app.command()(doctor)
app.command()(export)
app.command()(info)
app.command()(predict)
app.command()(render)
app.command("serve-repository")(serve_repository)
app.command()(train)
models.add_typer(keys, name="keys")
app.add_typer(models, name="models")


def command_names() -> set[str]:
    """The words that are commands; any other first word is a path to open."""
    alone = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    return alone | {group.name for group in app.registered_groups if group.name}


def meant(words: list[str]) -> list[str]:
    """The words of the command line with the command that may be left out."""
    if words[:1] == ["--version"]:
        return ["version"]
    if words and (words[0] in command_names() or words[0] in ("-h", "--help")):
        return words
    return ["open", *words]


def main() -> None:
    """Run the command line; a first word that is no command is a path to open."""
    # What goes wrong is said in words; the log is for the application's own file.
    logging.getLogger("reader").addHandler(logging.NullHandler())
    app(args=meant(sys.argv[1:]), prog_name="reader")
