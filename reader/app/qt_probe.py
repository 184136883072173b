"""Starts Qt in a process of its own and says in JSON what works.

A missing system library ends a Qt process without a word to Python, so `reader doctor`
runs this as `python -m reader.app.qt_probe FONTS_FOLDER` and reads what it leaves.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def probe(fonts: Path) -> dict[str, object]:
    """Start Qt on the platform that `QT_QPA_PLATFORM` or the system chooses."""
    from PySide6 import __version__
    from PySide6.QtGui import QFontDatabase, QGuiApplication
    from PySide6.QtWidgets import QApplication

    QApplication(sys.argv[:1])
    shipped = [QFontDatabase.addApplicationFont(str(p)) for p in sorted(fonts.glob("*.[to]tf"))]
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    return {
        "version": __version__,
        "platform": QGuiApplication.platformName(),
        "screens": [
            f"{s.size().width()} × {s.size().height()} at {s.devicePixelRatio():g}"
            for s in QGuiApplication.screens()
        ],
        "families": len(QFontDatabase.families()),
        "shipped": sum(font >= 0 for font in shipped),
        "chinese": sorted(chinese, key=lambda name: " SC" not in name)[:3],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(probe(Path(sys.argv[1]))))
