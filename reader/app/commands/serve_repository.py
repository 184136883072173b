"""`reader serve-repository`: let a hospital's GPU server answer with these models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.app.console import errors, plain_errors
from reader.app.out_files import make_folder


def serve_repository(
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    model: Annotated[
        list[str] | None, typer.Option("--model", help="A model's id; default: every one.")
    ] = None,
) -> None:
    """Write a model repository for NVIDIA Triton or MLServer.

    It is thin: the server's Python needs Reading Room installed and the folder with the
    model packs, and computes with the same code as this machine, so results are the same.
    Start it with `tritonserver --model-repository OUT` or `mlserver start OUT`, behind a
    proxy that ends TLS and checks the token, and write its address into the settings.
    """
    from reader.app.commands.predict import find_spec
    from reader.app.models import build_command_runner
    from reader.app.paths import find_paths
    from reader.inference.remote.repository import write_repository
    from reader.session.handing_over.export import unwritable

    with plain_errors():
        paths = find_paths()
        runner = build_command_runner(paths)
        specs = [find_spec(runner, name) for name in model] if model else runner.specs()
        folders = [paths.models, paths.own_models]
        make_folder(out)
        try:
            files = write_repository(out.absolute(), specs, folders)
        except OSError as error:
            raise unwritable(error) from error
    errors.print(f"{len(files)} files for {len(specs)} models written to {out}.", markup=False)
