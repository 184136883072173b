"""The bootstrap's decisions, without installing anything."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bootstrap_modules import FOLDER, bootstrap_module

python_version = bootstrap_module("python_version")
console = bootstrap_module("console")
pip_runner = bootstrap_module("pip_runner")
environment = bootstrap_module("environment")
system_libraries = bootstrap_module("system_libraries")
commands = bootstrap_module("commands")
checks = bootstrap_module("checks")
ExitCode = console.ExitCode


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like a checkout, in a path with a space."""
    root = tmp_path / "a checkout"
    (root / "packaging").mkdir(parents=True)
    (root / "packaging" / "constraints.txt").write_text("pip==1\ntorch==2 # why\nx==3 ; a\n")
    (root / "pyproject.toml").write_text('[build-system]\n[project]\nname = "x"\n[tool.ruff]\n')
    return root


@pytest.fixture
def ready(checkout: Path):
    """Its environment, as if the application had been installed."""
    made = environment.Environment(checkout)
    made.python.parent.mkdir(parents=True)
    made.python.touch()
    made.mark_ready(with_tools=False)
    return made


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_are_accepted(version: tuple[int, int]):
    assert python_version.why_unsuitable(version, ["bootstrap.py"]) == ""


@pytest.mark.parametrize(("version", "why"), [((3, 9), "too old"), ((3, 14), "too new")])
def test_other_pythons_are_refused_with_a_way_on(version, why, monkeypatch):
    monkeypatch.setattr(python_version, "suitable_python", lambda: "python3.12")
    said = python_version.why_unsuitable(version, ["my dir/bootstrap.py", "demo"])
    assert why in said
    assert 'python3.12 "my dir/bootstrap.py" demo' in said
    monkeypatch.setattr(python_version, "suitable_python", lambda: "")
    assert "Install Python 3.13" in python_version.why_unsuitable(version, ["bootstrap.py"])


@pytest.mark.parametrize("name", ["bootstrap.py", "python_version.py"])
def test_an_old_python_can_read_the_door(name: str):
    import ast

    ast.parse((FOLDER / name).read_text("utf-8"), feature_version=(3, 6))


def test_the_supported_range_is_the_one_in_pyproject(project_root: Path):
    import tomllib

    project = tomllib.loads((project_root / "pyproject.toml").read_text("utf-8"))["project"]
    (_, oldest), (_, newest) = python_version.OLDEST, python_version.NEWEST
    assert project["requires-python"] == f">=3.{oldest},<3.{newest + 1}"


def test_a_complete_environment_is_used_as_it_is(ready):
    assert ready.is_ready(with_tools=False)
    assert not ready.is_ready(with_tools=True)
    ready.mark_ready(with_tools=True)
    assert ready.is_ready(with_tools=False)


def test_a_changed_dependency_or_pin_makes_it_incomplete(ready, checkout: Path):
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text() + "line-length = 90\n")
    assert ready.is_ready(with_tools=False), "how it is linted is not what is installed"
    project.write_text(project.read_text().replace('"x"', '"y"'))
    assert not ready.is_ready(with_tools=False)
    ready.mark_ready(with_tools=False)
    (checkout / "packaging" / "constraints.txt").write_text("pip==2\n")
    assert not ready.is_ready(with_tools=False)


def test_an_interrupted_or_moved_environment_is_made_anew(ready):
    ready._write_state("installing", with_tools=False)
    assert not ready.is_ready(with_tools=False)
    assert ready._why_make_anew() == "was left half-made"
    state = json.loads(ready._state_file.read_text())
    ready._state_file.write_text(json.dumps(state | {"state": "ready", "root": "elsewhere"}))
    assert ready._why_make_anew() == "was made for another folder"


def test_an_environment_without_a_working_python_is_made_anew(checkout: Path):
    found = environment.Environment(checkout)
    found.folder.mkdir()
    assert found._why_make_anew() == "is broken"


def test_an_environment_made_by_hand_is_kept(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    found = environment.Environment(checkout)
    found.folder.mkdir()
    monkeypatch.setattr(environment.Environment, "python", Path(sys.executable))
    assert found._why_make_anew() == ""


def test_a_half_deleted_environment_never_has_the_name_of_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / ".venv"
    folder.mkdir()

    def interrupted(_path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment.shutil, "rmtree", interrupted)
        with pytest.raises(KeyboardInterrupt):
            environment.remove_folder(folder)
    assert not folder.exists()
    environment.remove_folder(folder)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_seen_before_anything_is_made(checkout: Path, monkeypatch):
    monkeypatch.setattr(environment, "NEEDED_GB", 1e9)
    with pytest.raises(console.Failure, match="Free some space") as failure:
        environment.Environment(checkout).install(False, console.Steps(5))
    assert failure.value.code is ExitCode.DISK_FULL
    assert not (checkout / ".venv").exists()


def test_two_at_once_are_kept_apart(checkout: Path):
    with environment.one_at_a_time(checkout):
        with pytest.raises(console.Failure) as failure, environment.one_at_a_time(checkout):
            pass
        assert failure.value.code is ExitCode.BUSY
    with environment.one_at_a_time(checkout):
        pass


def test_pins_are_read_without_comments_and_markers(checkout: Path):
    pins = environment.pinned_versions(checkout / "packaging" / "constraints.txt")
    assert pins == {"pip": "1", "torch": "2", "x": "3"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("OSError: [Errno 28] No space left on device", ExitCode.DISK_FULL),
        ("NameResolutionError(Failed to resolve)", ExitCode.NO_NETWORK),
        ("ERROR: No matching distribution found for torch==2.13.0", ExitCode.PIP_FAILED),
        ("ERROR: something else", ExitCode.PIP_FAILED),
    ],
)
def test_pips_failures_are_told_apart(line: str, code: int):
    failure = pip_runner.failure(["Collecting x", line], Path("install.log"))
    assert failure.code is code
    assert line in str(failure)
    assert "install.log" in str(failure)


def test_pips_progress_is_shown_and_not_logged():
    shown: list[str] = []
    steps = console.Steps(1)
    steps.progress = shown.append
    watch = pip_runner.Watch(steps)
    assert watch.is_message("  Downloading torch-2.13.0-cp311-cp311-linux.whl (190.0 MB)\n")
    assert not watch.is_message("Progress 95000000 of 190000000\n")
    assert watch.is_message("Installing collected packages: a, b, c\n")
    assert shown == [
        "downloading torch-2.13.0",
        "downloading torch-2.13.0 50 % of 190 MB",
        "unpacking 3 packages",
    ]


def test_pip_is_led_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET"):
        monkeypatch.setenv(name, "elsewhere")
    clean = pip_runner.clean_environment(tmp_path)
    assert {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"}.isdisjoint(clean)
    assert clean["TMPDIR"] == str(tmp_path)


@pytest.mark.parametrize(
    ("installer", "start"),
    [("apt", "apt-get install -y libegl1"), ("dnf", "dnf install -y libglvnd-egl")],
)
def test_missing_libraries_come_with_one_command(installer, start, monkeypatch):
    program = system_libraries.INSTALLERS[installer][0]
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: name == program or None)
    said = system_libraries.explanation(system_libraries.WITHOUT_WINDOW)
    assert "libEGL.so.1" in said
    assert start in said
    command = system_libraries.install_command(system_libraries.WITHOUT_WINDOW)
    assert len(command) == len(set(command))


def test_only_what_the_loader_does_not_find_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_libraries.sys, "platform", "linux")
    monkeypatch.setattr(system_libraries, "loads", lambda name: "xcb" not in name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert system_libraries.missing_libraries(with_window=False) == []
    missing = {library.soname for library in system_libraries.missing_libraries(True)}
    assert "libxcb-icccm.so.4" in missing
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert system_libraries.missing_libraries(with_window=True) == []


def test_nothing_is_installed_for_somebody_who_is_not_root(monkeypatch: pytest.MonkeyPatch):
    needed = system_libraries.WITHOUT_WINDOW
    monkeypatch.setattr(system_libraries, "missing_libraries", lambda _w: [*needed])
    monkeypatch.setattr(system_libraries.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(system_libraries, "install", lambda _command: pytest.fail("installed"))
    with pytest.raises(console.Failure) as failure:
        system_libraries.provide_libraries(with_window=False)
    assert failure.value.code is ExitCode.LIBRARIES_MISSING


def test_qt_that_does_not_start_speaks_for_itself():
    with pytest.raises(console.Failure, match="no-such-platform"):
        system_libraries.check_qt_starts(Path(sys.executable), "no-such-platform")
    system_libraries.check_qt_starts(Path(sys.executable), "offscreen")


def test_words_are_passed_on_to_the_program_they_are_meant_for():
    options, rest = commands.parse(["test", "--quick", "tests/core", "-k", "volume"])
    assert options.quick
    assert rest == ["tests/core", "-k", "volume"]
    options, rest = commands.parse(["demo", "--headless", "--out", "a b"])
    assert rest == ["--headless", "--out", "a b"]
    with pytest.raises(SystemExit):
        commands.parse(["install", "more"])


@pytest.mark.parametrize(
    ("words", "window"),
    [([], True), (["scan"], True), (["--headless"], False), (["doctor", "--json"], False)],
)
def test_a_window_is_wanted_only_by_what_opens_one(words: list[str], window: bool):
    assert commands.wants_window(words) is window


def test_every_command_without_a_window_is_known():
    from reader.app.cli import command_names

    assert command_names() - {"open", "demo"} <= commands.WITHOUT_WINDOW


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_without_a_display_the_demo_names_the_way_that_needs_none(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, FOLDER / "bootstrap.py", "demo"],
        cwd=tmp_path,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.NO_DISPLAY
    assert "demo --headless --out" in done.stderr


def test_a_failing_check_is_shown_and_a_passing_one_is_not(tmp_path: Path, capsys):
    fine = checks.Check("fine", [sys.executable, "-c", "print('quiet')"])
    broken = checks.Check("broken", [sys.executable, "-c", "print('loud'); raise SystemExit(1)"])
    assert checks.run_quietly(fine, tmp_path).passed
    assert not checks.run_quietly(broken, tmp_path).passed
    said = capsys.readouterr().out
    assert "loud" in said
    assert "quiet" not in said


def test_the_last_line_of_the_tests_is_kept(tmp_path: Path, capfd):
    check = checks.Check("tests", [sys.executable, "-c", "print('dots'); print('3 passed')"])
    outcome, closing_line = checks.run_aloud(check, tmp_path)
    assert outcome.passed
    assert closing_line == "3 passed"
    assert "dots" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (42.4, "42 s"), (185, "3 min 05 s")]
)
def test_times_are_for_people(seconds: float, text: str):
    assert console.duration(seconds) == text
