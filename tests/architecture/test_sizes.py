"""No source file over 400 lines, no function over 60 (its docstring not counted)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_FUNCTION = 60

Function = ast.FunctionDef | ast.AsyncFunctionDef


def source_files(project_root: Path, *folders: str) -> list[Path]:
    """The Python files of these folders of the checkout."""
    found = [p for folder in folders for p in sorted((project_root / folder).rglob("*.py"))]
    assert found, "the tests look in the wrong place"
    return found


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function and method, inner ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


def test_no_file_is_too_long(project_root: Path):
    lengths = {
        str(path.relative_to(project_root)): len(path.read_text("utf-8").splitlines())
        for path in source_files(project_root, "reader", "packaging", "tests")
    }
    assert {p: n for p, n in lengths.items() if n > MOST_LINES_IN_A_FILE} == {}


def test_no_function_is_too_long(project_root: Path):
    too_long = {
        f"{path.relative_to(project_root)}:{function.lineno} {function.name}": length(function)
        for path in source_files(project_root, "reader", "packaging")
        for function in functions(ast.parse(path.read_text("utf-8")))
        if length(function) > MOST_LINES_IN_A_FUNCTION
    }
    assert too_long == {}


def test_the_docstring_is_not_counted():
    tree = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n')
    assert [length(function) for function in functions(tree)] == [2]
