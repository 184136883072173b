"""A card as sections: nothing that is stated is lost, nothing that is not is made up."""

from __future__ import annotations

import json

from reader.session.running.card_sections import card_sections


def by_heading(card):
    return {str(section.heading): section for section in card_sections(card)}


def test_everything_on_the_shipped_card_is_shown(project_root):
    card = json.loads((project_root / "models" / "chest-ct" / "model.json").read_text())
    sections = by_heading(card)
    assert all(section.is_stated for section in sections.values())
    assert sections["What it does"].texts == (card["summary"],)
    assert list(sections["Not meant for"].texts) == card["out_of_scope"]
    assert len(sections["Measured"].figures) == len(card["metrics"])
    figure = next(f for f in sections["Measured"].figures if "at 1 false" in f.name)
    assert (figure.value, figure.interval, figure.n) == ("0.885", "0.806 – 0.935", 96)
    assert len(sections["Data it was trained and tested on"].texts) == len(card["sources"])


def test_a_card_that_says_nothing_has_every_heading_and_no_value():
    sections = by_heading({})
    assert {"Meant for", "Not meant for", "Measured", "Where it may run"} <= sections.keys()
    assert not any(s.is_stated for name, s in sections.items() if name != "Identity")
    assert [row.value for row in sections["Identity"].rows[:2]] == [None, None]


def test_a_card_with_odd_values_is_shown_all_the_same():
    odd = {
        "metrics": [{"name": 3, "value": "high", "interval_95": [1], "n": "many"}, "no metric"],
        "labels": [{}],
        "eligibility": 7,
        "weights": None,
        "out_of_scope": "one text",
        "training": [],
        "threshold": True,
    }
    sections = by_heading(odd)
    figure = sections["Measured"].figures[0]
    assert (figure.value, figure.interval, figure.n) == ("high", None, None)
    assert sections["Not meant for"].texts == ("one text",)
    assert not sections["How sure it must be"].is_stated


def test_calibration_says_what_a_threshold_costs():
    points = [{"threshold": 0.4, "false_positives_per_scan": 1.5}]
    card = {"calibration": {"temperature": 1.2, "n": 60, "operating_points": points}}
    rows = by_heading(card)["How sure it must be"].rows
    assert "1.5 false positives per scan" in [str(row.value) for row in rows]
