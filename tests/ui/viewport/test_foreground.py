"""What is written over a picture does not lie over what else is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reader.ui.viewport import foreground
from tests.fuzz.films import mammography
from tests.support.driver import ReaderDriver


def test_the_scale_of_a_right_breast_lies_above_the_number_of_its_image(
    make_reader: Callable[..., ReaderDriver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """In a small pane both lie at the left, for nothing is written over the chest wall."""
    gaps: list[float] = []
    draw = foreground.draw_scale_bar

    def noted(part, text, theme, scale, area, small, remark=""):
        gaps.append(area.height())
        draw(part, text, theme, scale, area, small, remark)

    monkeypatch.setattr(foreground, "draw_scale_bar", noted)
    mammography(tmp_path / "films")
    reader = make_reader(size=(1366, 768))
    reader.open(tmp_path / "films")
    reader.window.grab()
    line = reader.window.frame.kit.theme.px(foreground.tokens.DETAIL.line_px)
    assert max(gaps) - min(gaps) >= line - 2
