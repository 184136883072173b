"""The models of this installation and this person, put together from folders and settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.app.paths import Paths
    from reader.core.model import ModelSpec, Runner
    from reader.inference.packs.library import PackLibrary
    from reader.inference.remote.remote_runner import ServerAddress


class LocalModels:
    """The models that can be run here, each card read once. Can be sent to other processes."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._library: PackLibrary | None = None

    def __reduce__(self) -> tuple[type[LocalModels], tuple[Paths]]:
        """For pickling: what was read is read again."""
        return LocalModels, (self._paths,)

    def specs(self) -> tuple[ModelSpec, ...]:
        """All of them. Raises nothing."""
        if self._library is None:
            self._library = build_library(self._paths)
        return self._library.specs()


def build_runner(paths: Paths) -> Runner:
    """What runs models for the window: a process beside it, or the server in the settings."""
    from reader.inference.remote.remote_runner import RemoteRunner
    from reader.inference.runners.process_runner import ProcessRunner

    return RemoteRunner(ProcessRunner(LocalModels(paths).specs), partial(server_of, paths))


def build_command_runner(paths: Paths) -> Runner:
    """What runs models for a command: a thread that has the whole machine, or the server."""
    from reader.inference.remote.remote_runner import RemoteRunner
    from reader.inference.runners.thread_runner import TorchRunner

    here = TorchRunner(LocalModels(paths).specs, beside_a_screen=False)
    return RemoteRunner(here, partial(server_of, paths))


def server_of(paths: Paths) -> ServerAddress | None:
    """The AI server that the settings name, with its token; None when they name none.

    Raises: ModelUnavailableError: the address cannot be used.
    """
    from reader.inference.remote.remote_runner import parse_address
    from reader.storage.settings_file import load_settings

    settings, _ = load_settings(paths.settings_file)
    if not settings.server_address.strip():
        return None
    token = paths.server_token
    return parse_address(
        settings.server_address, token.read_text("utf-8").strip() if token.is_file() else ""
    )


def build_library(paths: Paths, *, with_self_test: bool = True) -> PackLibrary:
    """The packs that came with the product and those that were added.

    A pack is tried in a process of its own, which is ended afterwards.
    """
    from reader.inference.packs.library import PackLibrary, PackPlaces
    from reader.inference.packs.self_test import self_test_with
    from reader.inference.runners.process_runner import ProcessRunner

    places = PackPlaces(
        shipped=paths.models,
        own=paths.own_models,
        labels=paths.resources / "labels",
        keys=paths.model_keys,
        trusted=paths.trusted_models,
    )
    test = self_test_with(lambda: ProcessRunner(paths.own_models))
    return PackLibrary(places, test if with_self_test else None, lambda: wants_signatures(paths))


def wants_signatures(paths: Paths) -> bool:
    """Whether only signed models may run, as the settings say now."""
    from reader.storage.settings_file import load_settings

    settings, _ = load_settings(paths.settings_file)
    return settings.only_signed_models
