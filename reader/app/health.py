"""What works on this machine, what doesn't, and what to do. For `reader doctor`."""

from __future__ import annotations

import enum
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reader import __version__
from reader.app.paths import Paths
from reader.core.errors import ReaderError
from reader.core.text import Text, say

GIGABYTE = 1e9
PROBE_TIMEOUT_S = 60
LITTLE_DISK_GB = 2.0
TOO_LITTLE_DISK_GB = 0.2
LITTLE_MEMORY_GB = 4.0


class Health(enum.Enum):
    """How a thing does. The value is the word written by `--json`."""

    WORKS = "works"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One thing that was looked at. BROKEN is only what the application cannot do without."""

    what: Text
    health: Health
    detail: Text
    advice: Text | None = None


def check_health(paths: Paths) -> Iterator[HealthRow]:
    """Look at everything, quick things first. A check that itself fails is a broken row."""
    checks: tuple[tuple[Text, Callable[[Paths], Iterator[HealthRow]]], ...] = (
        (say("System"), _system),
        (say("Your folders"), _folders),
        (say("Qt"), _qt),
        (say("Codecs"), _codecs),
        (say("Compute"), _compute),
        (say("Models"), _models),
    )
    for what, check in checks:
        try:
            yield from check(paths)
        except ReaderError as error:
            yield HealthRow(what, Health.BROKEN, error.what_happened, error.what_to_do)
        except Exception as error:  # noqa: BLE001 - whatever is broken must become a row
            detail = say("Could not be checked ({why}).", why=type(error).__name__)
            advice = say("Set the application up again: python3 packaging/bootstrap.py install")
            yield HealthRow(what, Health.BROKEN, detail, advice)


def _system(_paths: Paths) -> Iterator[HealthRow]:
    import psutil

    yield HealthRow(
        say("Reading Room"),
        Health.WORKS,
        say(
            "{version}, Python {python}, {system}",
            version=__version__,
            python=platform.python_version(),
            system=f"{platform.system()} {platform.machine()}",
        ),
    )
    memory = psutil.virtual_memory()
    little = memory.available / GIGABYTE < LITTLE_MEMORY_GB
    yield HealthRow(
        say("Memory"),
        Health.WARNING if little else Health.WORKS,
        say(
            "{free} GB free of {total} GB",
            free=f"{memory.available / GIGABYTE:.1f}",
            total=f"{memory.total / GIGABYTE:.1f}",
        ),
        say("Close other programs before reading large studies.") if little else None,
    )


def _folders(paths: Paths) -> Iterator[HealthRow]:
    paths.created()
    free_gb = shutil.disk_usage(paths.user_data).free / GIGABYTE
    health = Health.WORKS
    if free_gb < LITTLE_DISK_GB:
        health = Health.BROKEN if free_gb < TOO_LITTLE_DISK_GB else Health.WARNING
    if not os.access(paths.user_data, os.W_OK):
        health = Health.BROKEN
    advice = say("Free some space or set READER_HOME to another folder.")
    yield HealthRow(
        say("Disk"),
        health,
        say("{free} GB free", free=f"{free_gb:.1f}"),
        None if health is Health.WORKS else advice,
    )
    yield HealthRow(
        say("Your folders"),
        Health.WORKS,
        say(
            "decisions {data}; settings {config}; log {logs}; may be deleted {cache}",
            data=_shown(paths.user_data),
            config=_shown(paths.user_config),
            logs=_shown(paths.logs),
            cache=_shown(paths.user_cache),
        ),
    )


def _shown(path: Path) -> str:
    """A path that can be printed, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def _qt(paths: Paths) -> Iterator[HealthRow]:
    fonts = paths.resources / "fonts"
    advice = say("Run python3 packaging/bootstrap.py install; it names the missing libraries.")
    found = _probe_qt(fonts, {"QT_QPA_PLATFORM": "offscreen"})
    if found is None:
        yield HealthRow(say("Qt"), Health.BROKEN, say("Qt does not start."), advice)
        return
    yield HealthRow(
        say("Qt"), Health.WORKS, say("{version} starts without a screen", **_only(found, "version"))
    )
    yield _window_row(fonts, advice)
    yield _fonts_row(found)


def _window_row(fonts: Path, advice: Text) -> HealthRow:
    what = say("Window")
    has_display = sys.platform in ("win32", "darwin") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if not has_display:
        return HealthRow(
            what,
            Health.WARNING,
            say("There is no display here."),
            say("Commands work without one, and so does: reader demo --headless --out DIR"),
        )
    found = _probe_qt(fonts, {"QT_QPA_PLATFORM": ""})
    if found is None:
        return HealthRow(what, Health.BROKEN, say("Qt cannot open a window here."), advice)
    screens = found["screens"] if isinstance(found["screens"], list) else []
    return HealthRow(
        what,
        Health.WORKS,
        say("{platform}: {screens}", platform=found["platform"], screens=", ".join(screens)),
    )


def _fonts_row(found: Mapping[str, object]) -> HealthRow:
    what, families = say("Fonts"), found["chinese"]
    if not found["shipped"]:
        return HealthRow(
            what,
            Health.WARNING,
            say("The fonts that ship with the application do not load."),
            say("Install the application again; until then the system's fonts are used."),
        )
    if not isinstance(families, list) or not families:
        return HealthRow(
            what,
            Health.WARNING,
            say("No font for Chinese is installed."),
            say("Install one if you read in Chinese, such as Noto Sans CJK SC."),
        )
    return HealthRow(what, Health.WORKS, say("Inter; Chinese: {family}", family=families[0]))


def _probe_qt(fonts: Path, environment: Mapping[str, str]) -> dict[str, object] | None:
    """What `qt_probe` says in a process of its own; None when Qt does not start."""
    kept = {k: v for k, v in (os.environ | environment).items() if v}
    # Found there, and not in the current folder, which may be anybody's.
    root = str(Path(__file__).resolve().parents[2])
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "reader.app.qt_probe", str(fonts)],
            env=kept,
            capture_output=True,
            encoding="utf-8",
            timeout=PROBE_TIMEOUT_S,
            check=True,
        )
        found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _codecs(_paths: Paths) -> Iterator[HealthRow]:
    from reader.formats.pixels.codec_check import check_codecs

    for check in check_codecs():
        works = HealthRow(say("Codec {name}", name=check.name), Health.WORKS, say("decodes"))
        yield (
            works
            if check.decodes
            else replace(
                works,
                health=Health.WARNING,
                detail=say("does not decode"),
                advice=say("Series stored this way will not open. Install the application again."),
            )
        )


def _compute(_paths: Paths) -> Iterator[HealthRow]:
    import psutil

    from reader.inference.engine.device_check import check_compute

    found = check_compute()
    yield HealthRow(
        say("Processor"),
        Health.WORKS,
        say(
            "{cores} cores, {level}, PyTorch {version} with {threads} threads",
            cores=psutil.cpu_count(logical=False) or os.cpu_count(),
            level=found.cpu_level,
            version=found.torch_version,
            threads=found.cpu_threads,
        ),
    )
    what = say("Graphics card")
    if found.gpu is None:
        built = found.cuda_build
        detail = say("None that PyTorch can use; models run on the processor.")
        advice = say("With an NVIDIA card: install its driver and a CUDA build of PyTorch.")
        if built:
            advice = say("With an NVIDIA card: install a driver for CUDA {version}.", version=built)
        yield HealthRow(what, Health.WARNING, detail, advice)
        return
    detail = say(
        "{name}, {free} GB free of {total} GB",
        name=found.gpu,
        free=f"{found.gpu_free_gb:.1f}",
        total=f"{found.gpu_total_gb:.1f}",
    )
    advice = say("Update the driver ({why}). Models run on the processor.", why=found.gpu_problem)
    health = Health.WORKS if found.gpu_works else Health.WARNING
    yield HealthRow(what, health, detail, None if found.gpu_works else advice)


def _models(paths: Paths) -> Iterator[HealthRow]:
    """Those that came with the product must be whole; of those that were added one is told."""
    from reader.app.models import build_library
    from reader.core.model_library import PackState
    from reader.inference.packs.registry import check_weights

    packs = build_library(paths, with_self_test=False).packs()
    for pack in packs:
        what = say("Model {name}", name=pack.id)
        poor = Health.BROKEN if pack.shipped else Health.WARNING
        if pack.reason is not None:
            broken = pack.state is PackState.BROKEN
            yield HealthRow(what, poor if broken else Health.WARNING, pack.reason, pack.what_to_do)
            continue
        assert pack.spec is not None
        try:
            check_weights(pack.spec)
        except ReaderError as error:
            yield HealthRow(what, poor, error.what_happened, error.what_to_do)
            continue
        identity = pack.spec.identity
        detail = say(
            "{version}, weights as the card names them ({hash}…)",
            version=identity.version,
            hash=identity.sha256[:12],
        )
        yield HealthRow(what, Health.WORKS, detail)
    if not packs:
        yield HealthRow(
            say("Models"),
            Health.WARNING,
            say("No model is installed; studies can be read, but no AI will help."),
            say("Add one with `reader models add`, or install the application again."),
        )


def _only(found: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: found[name] for name in names}
