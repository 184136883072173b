"""What is imported is declared, and what is declared is pinned, with all it brings along."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


@pytest.fixture(scope="module")
def project(project_root: Path) -> dict:
    return tomllib.loads((project_root / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def pins(project_root: Path) -> dict[str, Requirement]:
    lines = (project_root / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(r.name): r for r in requirements}


ELSEWHERE = ("mlserver", "oracles")
"""Extras that are no part of the environment the tests run in."""


def optional(project: dict, without: tuple[str, ...] = ()) -> list[str]:
    """What extras ask for beyond the product itself."""
    groups = project["optional-dependencies"]
    wanted = [r for name, group in groups.items() if name not in without for r in group]
    return [r for r in wanted if not r.startswith(project["name"])]


def names(requirements: list[str]) -> set[str]:
    """The distributions that a list of requirements asks for."""
    return {canonicalize_name(Requirement(r).name) for r in requirements}


def imported_packages(path: Path) -> Iterator[str]:
    """Top-level names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_the_product_imports_only_what_it_declares(project: dict, project_root: Path):
    declared = names(project["dependencies"] + optional(project))
    providers = packages_distributions()
    undeclared = set()
    for path in (project_root / "reader").rglob("*.py"):
        for package in imported_packages(path):
            if package == "reader" or package in sys.stdlib_module_names:
                continue
            if declared.isdisjoint(map(canonicalize_name, providers.get(package, [package]))):
                undeclared.add(f"{path.relative_to(project_root)} imports {package}")
    assert undeclared == set()


def test_the_bootstrap_needs_only_the_standard_library(project_root: Path):
    folder = project_root / "packaging"
    own = {path.stem for path in folder.glob("*.py")}
    started = {"bootstrap.py"}
    foreign = set()
    while started:
        imported = set(imported_packages(folder / started.pop()))
        started |= {f"{name}.py" for name in imported & own}
        foreign |= imported - own - sys.stdlib_module_names
    assert foreign == set()


def everything_needed(requirements: list[str]) -> set[str]:
    """The distributions installed for these requirements, and what those need in turn."""
    found: set[str] = set()
    pending = [Requirement(r) for r in requirements]
    while pending:
        requirement = pending.pop()
        name = canonicalize_name(requirement.name)
        if name in found or not (requirement.marker is None or requirement.marker.evaluate()):
            continue
        found.add(name)
        needed = map(Requirement, distribution(name).requires or ())
        pending += [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return found


def test_everything_that_is_installed_is_pinned_to_what_is_tested(
    project: dict, pins: dict[str, Requirement]
):
    needed = everything_needed(project["dependencies"] + optional(project, ELSEWHERE))
    installed = {name: Version(distribution(name).version).public for name in needed}
    pinned = {name: str(pins[name].specifier) for name in needed if name in pins}
    assert pinned == {name: f"=={version}" for name, version in installed.items()}


def test_every_pin_is_exact(pins: dict[str, Requirement]):
    assert all(re.fullmatch(r"==[\w.]+", str(pin.specifier)) for pin in pins.values())
    assert str(pins["torch"].specifier) == "==2.13.0"
