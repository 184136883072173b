"""Which models there are is asked often and read seldom."""

from __future__ import annotations


def test_cards_are_read_once_for_each_study(session, ct, monkeypatch):
    session.open(ct)
    asked = []
    usual = session.runner.specs
    monkeypatch.setattr(session.runner, "specs", lambda: asked.append(1) or usual())
    inference = session.workspace.inference
    inference.specs()
    before = len(asked)
    assert [inference.specs() for _ in range(3)] == [usual()] * 3
    assert len(asked) == before
    session.open(ct)
    inference.specs()
    assert len(asked) == before + 1, "a model that was added since is found"
