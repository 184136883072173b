"""What the bootstrap can be asked to do."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from checks import run_checks
from console import ExitCode, Failure, Steps, say
from environment import Environment, describe, one_at_a_time
from pip_runner import clean_environment
from system_libraries import check_qt_starts, has_display, provide_libraries

ROOT = Path(__file__).resolve().parents[1]

WITHOUT_WINDOW = frozenset(
    {
        "batch",
        "bench",
        "conformance",
        "doctor",
        "export",
        "info",
        "models",
        "predict",
        "render",
        "serve-repository",
        "train",
        "version",
    }
)
"""The commands of `reader` that never open a window."""

HELP_END = """exit codes: 0 done; 1 failed; 2 wrong usage; 3 stopped; 10 unsuitable Python;
11 no venv module; 12 no network; 13 disk full; 14 pip failed; 15 system libraries missing;
16 no display; 17 another bootstrap at work. `demo` and `run` end with the application's own."""


def main(words: Sequence[str]) -> int:
    """Do what the command line says; every foreseeable failure in plain words."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _stop)
    options, passed_on = parse(words)
    try:
        return run_command(options, passed_on)
    except Failure as failure:
        sys.stderr.write(f"\n{failure}\n")
        return failure.code
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Run it again and it goes on from a sound state.\n")
        return ExitCode.STOPPED


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def parse(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command with its options, and the words meant for the program it starts."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        allow_abbrev=False,
        description="Set Reading Room up in this checkout, then start or test it.",
        epilog=HELP_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="the demo study with the AI running [--headless --out DIR]")
    commands.add_parser("run", help="open the application [PATH ...]")
    test = commands.add_parser(
        "test", help="lint, types, floors, sizes, tests [pytest arguments]", allow_abbrev=False
    )
    test.add_argument("--quick", action="store_true", help="leave out the slow tests")
    commands.add_parser("install", help="only set up")
    options, passed_on = parser.parse_known_args(words)
    if options.command == "install" and passed_on:
        parser.error(f"install takes no arguments: {' '.join(passed_on)}")
    return options, passed_on


def run_command(options: argparse.Namespace, passed_on: list[str]) -> int:
    """Set up what the command needs, then hand over."""
    needs_window = options.command in ("demo", "run") and wants_window(passed_on)
    if needs_window and not has_display():
        raise Failure(ExitCode.NO_DISPLAY, no_display_message(options.command))
    environment = Environment(ROOT)
    set_up(environment, with_tools=options.command == "test", with_window=needs_window)
    if options.command == "install":
        say("Ready. Start it with: python3 packaging/bootstrap.py run")
        return 0
    if options.command == "test":
        return run_checks(environment, options.quick, passed_on)
    words = ["demo", *passed_on] if options.command == "demo" else passed_on
    # -P: the folder the person happens to be in must not lend its modules.
    return start([str(environment.python), "-P", "-m", "reader", *words])


def wants_window(words: Sequence[str]) -> bool:
    """Whether the application will open a window when given these words."""
    if words and words[0] in WITHOUT_WINDOW:
        return False
    return not {"--headless", "--help", "-h"} & set(words)


def no_display_message(command: str) -> str:
    """There is no screen: what can be done instead."""
    message = "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if command == "demo":
        message += (
            "\nThe whole loop also runs without one:"
            "\n    python3 packaging/bootstrap.py demo --headless --out demo-results"
        )
    return message


def set_up(environment: Environment, with_tools: bool, with_window: bool) -> None:
    """Bring system libraries and the virtual environment to where they should be."""
    provide_libraries(with_window)
    if environment.is_ready(with_tools):
        return
    with one_at_a_time(environment.root):
        if environment.is_ready(with_tools):
            return
        describe(environment.root)
        steps = Steps(total=5)
        environment.install(with_tools, steps)
        with steps.step("Starting Qt once, without a window"):
            check_qt_starts(environment.python, "offscreen")
        environment.mark_ready(with_tools)


def start(command: list[str]) -> int:
    """Run the application in the person's own folder; it gets Ctrl+C itself."""
    if os.name == "posix":
        os.execve(command[0], command, clean_environment())
    process = subprocess.Popen(command, env=clean_environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
