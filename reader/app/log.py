"""The log file: small, rotating, and free of patients.

Nothing in the product logs a name, an identifier, a date or a path. This module is the
second line: whatever reaches the log all the same loses what looks like one. Of what
libraries log only the place is kept, because a DICOM library's warning quotes the header
it stumbled over.
"""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

LEVEL_VARIABLE = "READER_LOG"
"""Name of a level (DEBUG, INFO, WARNING, ERROR); INFO when unset or not a level."""
LOG_FILE = "reader.log"
LARGEST_FILE_BYTES = 1_000_000
KEPT_FILES = 4
LONGEST_MESSAGE = 2000
WITHHELD = "<withheld>"

_REPLACEMENTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # A header element as printed by DICOM tools: nothing behind its tag stays.
        (r"(\([0-9A-Fa-f]{4},\s?[0-9A-Fa-f]{4}\)).*", rf"\1 {WITHHELD}"),
        # A header keyword with its value: PatientName=…, 'Accession Number': …
        (
            r"(?i)\b((?:patient|physician|referring|operators?|institution|accession|"
            r"station|performing|requesting|birth|study ?date|series ?date|medical ?record)"
            r"[\w' ]{0,30}?)(\"|')?\s*[=:]\s*.*",
            rf"\1: {WITHHELD}",
        ),
        # Quoted text: how Python prints a value that an error or a warning stumbled over.
        (r"(?<!\w)'[^'\n]*'(?!\w)", f"'{WITHHELD}'"),
        (r'(?<!\w)"[^"\n]*"(?!\w)', f'"{WITHHELD}"'),
        # Absolute paths: POSIX, Windows and network shares. A path may hold spaces, so it
        # goes on while another separator follows.
        (r"(?:[A-Za-z]:[\\/]|\\\\\w|file://)[^\n:*?\"<>|]*", "<path>"),
        (r"(?<![\w.:/<])(?:~|/)(?:[^\s/:\"']+(?: [^\s/:\"']+)*/)+[^\s:,;\"']*", "<path>"),
        (r"(?<![\w.:/<])/[\w.\-]{2,}", "<path>"),
        # Unique identifiers, names with carets, dates, clock-like numbers, long numbers.
        (r"\b[0-2](?:\.\d+){4,}\b", "<uid>"),
        (r"(?<![\w.\-^])[\w.\-]*\^[\w.\-^]*", "<name>"),
        (r"\b(?:19|20)\d{2}[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])\b", "<date>"),
        (r"\b(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)?\d{2}\b", "<date>"),
        (r"\b[A-Za-z]{2,}[-_]?\d{3,}[\w\-]*\b", "<identifier>"),
        (r"\b\d{6,}(?:\.\d+)?\b", "<number>"),
    )
)


def scrubbed(text: str) -> str:
    """The start of `text` without what looks like a patient, an identifier, a date or a path."""
    text = text[:LONGEST_MESSAGE]
    for pattern, replacement in _REPLACEMENTS:
        text = pattern.sub(replacement, text)
    return text


class PrivacyFilter(logging.Filter):
    """Rewrites each record so that no handler behind it can write what must not leave.

    The message is formatted here and its arguments are dropped; an exception is reduced to
    its type, its scrubbed message and the lines of code it came through.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the record in place; always lets it pass."""
        record.msg = self._message(record)
        record.args = ()
        if record.exc_info:
            record.exc_text = "\n".join(code_lines(record.exc_info[1], record.exc_info[2]))
            record.exc_info = None
        record.stack_info = None
        return True

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        if record.name.split(".")[0] != "reader":
            return f"(message of a library withheld; {record.funcName}, line {record.lineno})"
        try:
            return scrubbed(record.getMessage())
        except (TypeError, ValueError):
            return "(a log message that could not be formatted)"


def code_lines(error: BaseException | None, trace: TracebackType | None) -> list[str]:
    """An exception as its type, its scrubbed message and its way through the code.

    Files are named from their package down, never by where they are installed.
    """
    lines = [f"  {_place(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    if error is not None:
        lines.append(f"{type(error).__name__}: {scrubbed(str(error))}")
        if error.__cause__ is not None:
            lines.append("caused by")
            lines += code_lines(error.__cause__, error.__cause__.__traceback__)
    return lines


def _place(filename: str) -> str:
    parts = Path(filename).parts
    for root in ("site-packages", "reader"):
        if root in parts:
            start = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[start:] if root == "reader" else parts[start + 1 :])
    return parts[-1]


def start_logging(folder: Path, environ: Mapping[str, str] = os.environ) -> logging.Handler:
    """Send the product's records to `folder`, and libraries' warnings without their words.

    Returns the handler; `stop_logging` takes it away again. A folder that cannot be written
    to costs the log, never the start.
    """
    handler: logging.Handler
    try:
        handler = RotatingFileHandler(
            folder / LOG_FILE,
            maxBytes=LARGEST_FILE_BYTES,
            backupCount=KEPT_FILES,
            encoding="utf-8",
        )
    except OSError:
        handler = logging.NullHandler()
    handler.addFilter(PrivacyFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("reader").setLevel(level_named(environ.get(LEVEL_VARIABLE, "")))
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Close the file that `start_logging` opened."""
    logging.getLogger("reader").setLevel(logging.NOTSET)
    logging.getLogger().removeHandler(handler)
    handler.close()


def level_named(name: str) -> int:
    """The level of that name in any case; INFO for anything that is no level."""
    return logging.getLevelNamesMapping().get(name.strip().upper(), logging.INFO)
