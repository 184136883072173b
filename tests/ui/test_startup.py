"""What must not be loaded before the window is on screen."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "scipy", "SimpleITK", "pydicom", "highdicom", "pandas", "matplotlib", "OpenGL")


def test_the_window_needs_nothing_heavy(project_root):
    code = (
        "import sys\nimport reader.ui.main_window\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == ""
