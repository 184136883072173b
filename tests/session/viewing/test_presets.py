"""The windows that come with the product."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.core.errors import UnreadableError
from reader.core.intensity import WindowLevel
from reader.session.viewing.presets import AUTOMATIC_KEY, load_presets, preset_name, presets_for

SHIPPED = Path(__file__).parents[3] / "resources" / "window_presets.toml"


@pytest.mark.parametrize(
    ("preset_id", "width", "center"),
    [
        ("lung", 1500, -600),
        ("mediastinum", 400, 40),
        ("abdomen", 400, 50),
        ("liver", 150, 90),
        ("bone", 2000, 400),
        ("brain", 80, 40),
        ("stroke", 40, 40),
        ("subdural", 200, 75),
        ("cta", 600, 300),
        ("temporal-bone", 2800, 600),
    ],
)
def test_shipped_windows_are_the_agreed_ones(preset_id, width, center):
    by_id = {p.id: p for p in load_presets(SHIPPED)}
    assert by_id[preset_id].window == WindowLevel(center, width)


def test_number_keys_are_unique_within_a_modality_and_leave_room_for_the_automatic_one():
    keys = [(p.modality, p.key) for p in load_presets(SHIPPED) if p.key is not None]
    assert len(set(keys)) == len(keys)
    assert all(1 <= key < AUTOMATIC_KEY for _, key in keys)


def test_every_shipped_name_can_be_translated():
    for preset in load_presets(SHIPPED):
        assert str(preset_name(preset)) == preset.name


@pytest.mark.parametrize(
    ("body_part", "first"),
    [("CHEST", "lung"), ("HEAD", "brain"), ("", "mediastinum"), ("Upper abdomen", "abdomen")],
)
def test_presets_made_for_the_body_part_come_first_and_none_is_lost(body_part, first):
    presets = load_presets(SHIPPED)
    suited = presets_for(presets, "CT", body_part)
    assert suited[0].id == first
    assert set(suited) == {p for p in presets if p.modality == "CT"}


def test_other_modalities_have_none_of_them():
    assert presets_for(load_presets(SHIPPED), "MR", "PROSTATE") == ()


@pytest.mark.parametrize("content", ["not toml = = ", "", "[[preset]]\nid='x'\n"])
def test_a_broken_file_is_named(tmp_path, content):
    path = tmp_path / "window_presets.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableError):
        load_presets(path)
