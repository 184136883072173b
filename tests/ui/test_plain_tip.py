"""What models and series say about themselves is never HTML."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument

from reader.ui.controls.text import plain_tip


def test_marks_in_a_tip_are_shown_and_load_nothing(qapp):
    asked = []

    class Document(QTextDocument):
        def loadResource(self, kind, name):  # noqa: N802 - Qt's name
            asked.append(name)

    for text in ('<img src="file://evil/share/x.png">', "<b>bold</b>\nand more", "5 < 6 mm"):
        shown = Document()
        shown.setHtml(plain_tip(text))
        assert shown.toPlainText() == text
    assert asked == []
    assert plain_tip("Left lung\nRight lung") == "Left lung\nRight lung"
