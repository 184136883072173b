"""Journeys share the window's fixtures."""

from tests.ui.conftest import chest, found, make_reader, opened, reader

__all__ = ["chest", "found", "make_reader", "opened", "reader"]
