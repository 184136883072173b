"""Keep the translations in step with the code: one command, run after any change of words.

    python packaging/update_translations.py

collects the template of every `say("…")` under `reader/`, adds what is new to
`resources/translations/reader_<language>.ts` as unfinished, drops what is gone, and
compiles the `.qm` beside it with Qt's own lrelease. It prints what still has to be
translated; tests fail until nothing has. `--check` changes nothing.
"""

from __future__ import annotations

import argparse
import ast
import string
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CONTEXT = "reader"
LANGUAGES = ("zh_CN",)
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'


def templates(package: Path) -> set[str]:
    """The first argument of every call of `say` in a package.

    Raises: ValueError: one of them is no literal, so it could not be translated.
    """
    found: set[str] = set()
    for path in sorted(package.rglob("*.py")):
        for call in _calls(ast.parse(path.read_text(encoding="utf-8")), "say"):
            first = call.args[0] if call.args else None
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                raise ValueError(f"{path}:{call.lineno}: say() needs a literal")
            found.add(first.value)
    return found


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def placeholders(text: str) -> list[str]:
    """What stands in braces, with its format, in any order."""
    return sorted(
        f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(text) if name is not None
    )


def read_translations(path: Path) -> dict[str, str]:
    """Sentence by sentence; an empty string is not translated yet."""
    if not path.exists():
        return {}
    messages = ET.parse(path).getroot().iter("message")
    return {m.findtext("source", ""): m.findtext("translation", "") for m in messages}


def write_translations(path: Path, language: str, translations: dict[str, str]) -> None:
    """Write the .ts file, sorted, so that two people's additions merge."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for source in sorted(translations):
        message = ET.SubElement(context, "message")
        ET.SubElement(message, "source").text = source
        translation = ET.SubElement(message, "translation")
        if translations[source]:
            translation.text = translations[source]
        else:
            translation.set("type", "unfinished")
    ET.indent(root, space=" ")
    text = ET.tostring(root, encoding="unicode")
    path.write_text(f"{HEAD}{text}\n", encoding="utf-8", newline="\n")


def compile_translations(source: Path, target: Path) -> None:
    """Make a .qm of a .ts with the lrelease that came with PySide6."""
    command = [str(_lrelease()), "-silent", str(source), "-qm", str(target)]
    subprocess.run(command, check=True)


def _lrelease() -> Path:
    import PySide6

    folder = Path(PySide6.__file__).parent
    names = ("lrelease.exe", "lrelease", "Qt/libexec/lrelease")
    return next(folder / name for name in names if (folder / name).exists())


def problems(found: set[str], translations: dict[str, str]) -> list[str]:
    """What stops the translation from being complete, one line each."""
    lines = [
        f"not translated: {source!r}" for source in sorted(found) if not translations.get(source)
    ]
    lines += [f"no longer used: {source!r}" for source in sorted(set(translations) - found)]
    for source in sorted(found & set(translations)):
        translation = translations[source]
        if translation and placeholders(translation) != placeholders(source):
            lines.append(f"other values in braces: {source!r} and {translation!r}")
    return lines


def is_stale(source: Path, compiled: Path) -> bool:
    """Whether compiling a .ts now would give another .qm than the one there is."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / compiled.name
        compile_translations(source, fresh)
        return not compiled.exists() or fresh.read_bytes() != compiled.read_bytes()


def main() -> int:
    """Update every language; 1 if something is left to translate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="say what is wrong, change nothing")
    only_check = parser.parse_args().check
    found = templates(PROJECT / "reader")
    left = 0
    for language in LANGUAGES:
        source = PROJECT / "resources" / "translations" / f"reader_{language}.ts"
        compiled = source.with_suffix(".qm")
        translations = read_translations(source)
        if not only_check:
            translations = {text: translations.get(text, "") for text in found}
            write_translations(source, language, translations)
            # By another name first: a running application has the file mapped into its memory.
            fresh = compiled.with_suffix(".new")
            compile_translations(source, fresh)
            fresh.replace(compiled)
        lines = problems(found, translations)
        if is_stale(source, compiled):
            lines.append(f"stale: {compiled.name}")
        print(*(f"{language}: {line}" for line in lines), sep="\n")
        left += len(lines)
    print(f"{len(found)} sentences, {left} things to do")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
