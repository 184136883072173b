"""Which model runs on which modality: a small JSON file that may be edited or deleted."""

from __future__ import annotations

import json
from pathlib import Path

from reader.core.errors import StorageError
from reader.core.text import say
from reader.storage.small_file import write_text


class ModelChoices:
    """Reads when it is first asked, writes at every change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chosen: dict[str, str] | None = None

    def chosen_for(self, modality: str) -> str | None:
        """The id of the model chosen for a modality."""
        return self._read().get(modality)

    def modalities(self) -> frozenset[str]:
        """The modalities for which one was chosen."""
        return frozenset(self._read())

    def choose(self, modality: str, model_id: str) -> None:
        """Run a model on a modality from now on. Raises: StorageError: it is not on disk."""
        chosen = {**self._read(), modality: model_id}
        text = json.dumps(chosen, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        try:
            write_text(self._path, text)
        except OSError as error:
            raise StorageError(
                say("The choice of models was not saved: {why}.", why=error.strerror or "disk"),
                say("Check the disk, then choose again."),
            ) from error
        self._chosen = chosen

    def _read(self) -> dict[str, str]:
        """What cannot be understood chooses nothing."""
        if self._chosen is None:
            try:
                found = json.loads(self._path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                found = {}
            pairs = found.items() if isinstance(found, dict) else ()
            self._chosen = {str(key): one for key, one in pairs if isinstance(one, str)}
        return self._chosen
