"""Sentences for people, kept apart from the values in them so they can be translated.

Every sentence a person may read is made by `say`. Floors below the user interface
never translate: `str(text)` is English, and `reader.ui` looks the template up in the
active Qt translation. The translation test collects the templates from the calls of
`say`, so the first argument is always a literal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence template in English with the values that go into its braces."""

    template: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def filled(self, template: str) -> str:
        """Put the values into `template`, a translation of this text's own."""
        return template.format(**dict(self.values))

    def __str__(self) -> str:
        return self.filled(self.template)

    def __reduce__(self) -> tuple[object, ...]:
        """For pickling: a mapping proxy has no way of its own."""
        return _with_values, (self.template, dict(self.values))


def say(template: str, /, **values: object) -> Text:
    """Make a `Text`; `template` must be a literal so that it can be collected."""
    return Text(template, MappingProxyType(values))


def _with_values(template: str, values: dict[str, object]) -> Text:
    return Text(template, MappingProxyType(values))
