"""The models of this installation and this person, put together from folders and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.app.paths import Paths
    from reader.core.model import ModelSpec
    from reader.inference.packs.library import PackLibrary


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


def all_specs(paths: Paths) -> tuple[ModelSpec, ...]:
    """Every model that can be run here."""
    return build_library(paths).specs()


def wants_signatures(paths: Paths) -> bool:
    """Whether only signed models may run, as the settings say now."""
    from reader.storage.settings_file import load_settings

    settings, _ = load_settings(paths.settings_file)
    return settings.only_signed_models
