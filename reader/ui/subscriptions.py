"""Listening to the session for as long as a widget lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psygnal import SignalInstance
from PySide6.QtCore import QObject


class Subscriptions:
    """Connections from session signals that end with the widget they serve.

    Qt may destroy a widget while Python still holds its wrapper; a session signal that
    reached it then would raise. So every widget listens through one of these.
    """

    def __init__(self, owner: QObject) -> None:
        self._connected: list[tuple[SignalInstance, Callable[..., Any]]] = []
        # A function keeps this object alive as long as Qt keeps the connection; a bound
        # method would not, and the widgets do not hold their subscriptions.
        owner.destroyed.connect(lambda: self.close())

    def add(self, signal: SignalInstance, slot: Callable[..., Any]) -> None:
        """Call `slot` on every emission until `close` or the owner's end."""
        signal.connect(slot)
        self._connected.append((signal, slot))

    def close(self) -> None:
        """Stop listening."""
        for signal, slot in self._connected:
            signal.disconnect(slot, missing_ok=True)
        self._connected.clear()
