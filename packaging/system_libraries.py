"""The shared libraries Qt needs from a Linux system, and the one command that brings them.

The list is what `readelf -d` says of Qt's QtGui, QtDBus and its platform plugins. Whether
a library is there is asked of the dynamic loader, which is whom Qt will ask.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console import ExitCode, Failure, say
from pip_runner import clean_environment


@dataclass(frozen=True)
class Library:
    """A shared library by its soname, with the package that has it in each distribution."""

    soname: str
    apt: str
    dnf: str
    pacman: str
    zypper: str


WITHOUT_WINDOW = (
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd", "Mesa-libEGL1"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd", "Mesa-libGL1"),
    Library("libX11.so.6", "libx11-6", "libX11", "libx11", "libX11-6"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    Library("libgthread-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libgthread-2_0-0"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig", "fontconfig"),
    Library("libfreetype.so.6", "libfreetype6", "freetype", "freetype2", "libfreetype6"),
    Library("libz.so.1", "zlib1g", "zlib", "zlib", "libz1"),
)

WITH_X11_WINDOW = (
    Library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
    Library(
        "libxkbcommon-x11.so.0",
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
        "libxkbcommon-x11",
        "libxkbcommon-x11-0",
    ),
    Library(
        "libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor",
        "libxcb-cursor0",
    ),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    Library("libxcb-util.so.1", "libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    Library(
        "libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"
    ),
    Library(
        "libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms",
        "libxcb-keysyms1",
    ),
    Library(
        "libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil",
        "xcb-util-renderutil", "libxcb-render-util0",
    ),
    *(
        Library(f"libxcb-{name}.so.{major}", f"libxcb-{name}{major}", "libxcb", "libxcb",
                f"libxcb-{name}{major}")
        for name, major in (
            ("randr", 0), ("shm", 0), ("sync", 1), ("xfixes", 0), ("render", 0), ("shape", 0),
            ("xkb", 1),
        )
    ),
    Library("libxcb.so.1", "libxcb1", "libxcb", "libxcb", "libxcb1"),
)  # fmt: skip

INSTALLERS = {
    "apt": ("apt-get", "install", "-y"),
    "dnf": ("dnf", "install", "-y"),
    "pacman": ("pacman", "-S", "--noconfirm"),
    "zypper": ("zypper", "--non-interactive", "install"),
}


def has_display() -> bool:
    """Whether a window can be shown: always outside Linux."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen and chosen.split(":")[0] not in ("xcb", "wayland"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_libraries(with_window: bool) -> list[Library]:
    """What Qt would not find. `with_window`: for the display of this session as well."""
    if not sys.platform.startswith("linux"):
        return []
    under_wayland = os.environ.get("WAYLAND_DISPLAY") and loads("libwayland-client.so.0")
    for_window = WITH_X11_WINDOW if with_window and not under_wayland else ()
    needed = (*WITHOUT_WINDOW, *for_window)
    return [library for library in needed if not loads(library.soname)]


def loads(soname: str) -> bool:
    """Whether the dynamic loader finds and loads a library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def install_command(libraries: Sequence[Library]) -> list[str]:
    """The command, for root, that installs them here; empty on an unknown distribution."""
    for name, command in INSTALLERS.items():
        if shutil.which(command[0]):
            packages = dict.fromkeys(getattr(library, name) for library in libraries)
            return [*command, *packages]
    return []


def provide_libraries(with_window: bool) -> None:
    """Make sure that Qt can start.

    As root they are installed: at once where nobody sits at the terminal (a build machine,
    a container), after asking otherwise. Anybody else is told the command.

    Raises:
        Failure: some are missing still.
    """
    missing = missing_libraries(with_window)
    if not missing:
        return
    command = install_command(missing)
    if command and os.geteuid() == 0 and is_agreed(command, missing):
        install(command)
        missing = missing_libraries(with_window)
    if missing:
        raise Failure(ExitCode.LIBRARIES_MISSING, explanation(missing))


def is_agreed(command: Sequence[str], missing: Sequence[Library]) -> bool:
    """Whether to run the command: asked only where somebody can answer."""
    names = ", ".join(library.soname for library in missing)
    say(f"Qt needs system libraries that are missing here: {names}")
    if os.environ.get("CI") or not sys.stdin.isatty():
        return True
    return input(f"Run `{shlex.join(command)}`? [Y/n] ").strip().lower() in ("", "y", "yes")


def install(command: Sequence[str]) -> None:
    """Run the system's package manager. What it cannot do shows in what is still missing."""
    say(f"Running: {shlex.join(command)}")
    environment = clean_environment() | {"DEBIAN_FRONTEND": "noninteractive"}
    refresh = [["apt-get", "update"]] if command[0] == "apt-get" else []
    for each in [*refresh, list(command)]:
        subprocess.run(each, env=environment, capture_output=True, check=False)


def explanation(missing: Sequence[Library]) -> str:
    """What is missing and the one command that brings it."""
    lines = ["Qt needs system libraries that are missing here:"]
    lines += [f"    {library.soname}" for library in missing]
    command = install_command(missing)
    if command:
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        lines += ["Install them with this one command, then run this again:"]
        lines += ["    " + shlex.join([*sudo, *command])]
    else:
        lines += ["Install them with your system's package manager, then run this again."]
    return "\n".join(lines)


START_QT = """
import sys
from PySide6 import QtGui, QtWidgets
QtWidgets.QApplication(sys.argv[:1])
print(QtGui.QGuiApplication.platformName())
"""


def check_qt_starts(python: Path, platform: str) -> None:
    """Start Qt once in a process of its own.

    Raises:
        Failure: with Qt's own words.
    """
    done = subprocess.run(
        [python, "-c", START_QT],
        capture_output=True,
        text=True,
        env=clean_environment() | {"QT_QPA_PLATFORM": platform},
        check=False,
    )
    if done.returncode:
        said = "\n".join(f"    {line}" for line in done.stderr.splitlines()[-8:])
        raise Failure(ExitCode.LIBRARIES_MISSING, f"Qt does not start here. It says:\n{said}")
