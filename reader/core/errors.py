"""The errors a person can do something about.

Each says what happened, then what to do. Anything that is not a `ReaderError` is a
defect and reaches the crash handler.
"""

from __future__ import annotations

from reader.core.text import Text


class ReaderError(Exception):
    """A failure with a cause and a way on, both written for the person reading."""

    def __init__(self, what_happened: Text, what_to_do: Text) -> None:
        super().__init__(f"{what_happened} {what_to_do}")
        self.what_happened = what_happened
        self.what_to_do = what_to_do


class UnreadableError(ReaderError):
    """A file or series that cannot be opened."""


class NotAnImageError(UnreadableError):
    """A file that nobody would take for a medical image: a text, a picture, a document."""


class GeometryMismatchError(ReaderError):
    """Two things that should lie on one grid do not."""


class ModelUnavailableError(ReaderError):
    """An AI model that is missing, changed or cannot be loaded."""


class NotEligibleError(ReaderError):
    """A series the model's card says it must not run on."""


class InferenceError(ReaderError):
    """A model run that failed."""


class ExportError(ReaderError):
    """A result that could not be written, or did not read back as written."""


class StorageError(ReaderError):
    """The reader's own database could not be read or written."""


class NotAllowedError(ReaderError):
    """An act the present state does not allow, such as signing too early."""


class Cancelled(Exception):  # noqa: N818 - not an error: the reader asked for it
    """Raised inside a job after its `CancelToken` was set."""
