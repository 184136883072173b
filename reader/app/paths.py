"""Where things are: the only module that knows. Everything else is told.

Three ways the application can be installed give three places for what ships with it:
a checkout (`resources/` and `models/` beside the package), a wheel (carried inside the
package under `_bundled/`), and a frozen application (beside the executable).

The person's own folders follow the system's customs; the environment variable
`READER_HOME` puts all of them into one folder instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import reader
from reader.core.errors import StorageError, UnreadableError
from reader.core.text import say

APPLICATION_FOLDER = "reading-room"
HOME_VARIABLE = "READER_HOME"
BUNDLED = "_bundled"
"""The folder inside an installed package; `pyproject.toml` puts it there."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one run of the application.

    `resources` and `models` are read only. The `user_*` folders and `logs` may not exist
    before `created` was called.
    """

    resources: Path
    models: Path
    user_data: Path
    user_cache: Path
    user_config: Path
    logs: Path

    @property
    def database(self) -> Path:
        """Every decision and stroke of the person at this machine."""
        return self.user_data / "reading-room.sqlite"

    @property
    def settings_file(self) -> Path:
        """What they prefer."""
        return self.user_config / "settings.json"

    @property
    def server_token(self) -> Path:
        """The token of the AI server, in a file of its own that only the person reads."""
        return self.user_config / "server-token"

    @property
    def own_models(self) -> Path:
        """Model packs that the person added."""
        return self.user_data / "models"

    @property
    def model_keys(self) -> Path:
        """The keys whose signatures on model packs count at this machine."""
        return self.user_config / "model-keys.json"

    @property
    def trusted_models(self) -> Path:
        """The files with code in them that the person trusts, by hash."""
        return self.user_config / "trusted-models.json"

    @property
    def demo_study(self) -> Path:
        """The synthetic thorax, made on first use; may be deleted at any time."""
        return self.user_cache / "demo-study"

    @property
    def kernels(self) -> Path:
        """Compiled inner loops, made on first use; may be deleted at any time."""
        return self.user_cache / "kernels"

    @property
    def unpacked(self) -> Path:
        """What came out of archives; emptied at the next start."""
        return self.user_cache / "unpacked"

    def created(self) -> Paths:
        """Make the person's folders where they are missing, readable by them alone.

        Raises:
            StorageError: a folder cannot be made.
        """
        for folder in (self.user_data, self.user_cache, self.user_config, self.logs):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(
                    say("The folder for your own data could not be made ({why}).", why=_why(error)),
                    say(
                        "Free some space or set {variable} to a folder you may write to.",
                        variable=HOME_VARIABLE,
                    ),
                ) from error
        return self


def find_paths(environ: Mapping[str, str] = os.environ) -> Paths:
    """The folders of this installation and this person; nothing is created.

    Raises:
        UnreadableError: the resources that ship with the product are missing.
    """
    home = environ.get(HOME_VARIABLE, "")
    shipped = shipped_root(_candidates())
    data, cache, config, logs = _folders_in(Path(home)) if home else _system_folders()
    return Paths(
        resources=shipped / "resources",
        models=shipped / "models",
        user_data=data,
        user_cache=cache,
        user_config=config,
        logs=logs,
    )


def shipped_root(candidates: tuple[Path, ...]) -> Path:
    """The first candidate that holds what ships with the product.

    Raises:
        UnreadableError: none does.
    """
    for root in candidates:
        if (root / "resources").is_dir():
            return root
    raise UnreadableError(
        say("This installation is incomplete: its resources are missing."),
        say("Install the application again."),
    )


def _candidates() -> tuple[Path, ...]:
    package = Path(reader.__file__).resolve().parent
    if getattr(sys, "frozen", False):
        unpacked = Path(getattr(sys, "_MEIPASS", package.parent))
        return unpacked, Path(sys.executable).resolve().parent, package / BUNDLED
    return package / BUNDLED, package.parent


def _folders_in(home: Path) -> tuple[Path, Path, Path, Path]:
    home = home.expanduser().absolute()
    return home / "data", home / "cache", home / "config", home / "logs"


def _system_folders() -> tuple[Path, Path, Path, Path]:
    from platformdirs import PlatformDirs

    folders = PlatformDirs(APPLICATION_FOLDER, appauthor=False)
    return (
        folders.user_data_path,
        folders.user_cache_path,
        folders.user_config_path,
        folders.user_log_path,
    )


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
