"""What the window asks of the session: selecting, modes, windows, values, settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.errors import NotAllowedError, StorageError
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.review import ReviewStatus
from reader.core.text import say
from reader.session.viewing.layout import Layout
from reader.session.workspace import Mode
from tests.support.dicom_writer import edit_file, write_ct
from tests.support.sessions import FIRST, GRID, SECOND, study_volume, write_study


@pytest.fixture
def read(session, ct):
    """A session with a study open and the model's three findings in it."""
    session.open(ct)
    session.run_model()
    return session


# Selecting


def test_selecting_a_finding_moves_every_viewport_to_it(read):
    workspace = read.workspace
    for finding in workspace.findings.findings:
        workspace.findings.select(finding.finding_id)
        assert workspace.viewports.cursor_lps == pytest.approx(finding.center_lps_mm)
        nearest = workspace.studies.volume(FIRST).geometry.nearest_voxel(finding.center_lps_mm)
        for state in workspace.viewports.states:
            resolved = workspace.display.resolved(state.id)
            assert resolved.index == nearest[resolved.axes.slice_axis]


def test_selecting_nothing_leaves_the_viewports_where_they_are(read):
    workspace = read.workspace
    workspace.findings.select(read.finding_ids[0])
    before = workspace.viewports.cursor_lps
    workspace.findings.select(None)
    assert workspace.viewports.cursor_lps == before


def test_selecting_a_finding_of_a_series_off_screen_shows_that_series(session, two_series):
    session.open(two_series)
    session.run_model()
    workspace = session.workspace
    (home,) = session.series_keys
    (other,) = {FIRST, SECOND} - {home}
    workspace.show_series(other)
    session.settle()
    workspace.findings.select(session.finding_ids[0])
    assert session.series_keys == {home}
    assert workspace.display.resolved("v0").index == 6


def test_selecting_a_finding_of_a_series_out_of_memory_reads_it_and_goes_there(start, two_series):
    first = start()
    first.open(two_series)
    first.run_model()
    (home,) = first.series_keys
    (other,) = {FIRST, SECOND} - {home}
    first.workspace.show_series(other)
    first.settle()
    first.workspace.viewports.set_cursor((0.0, 0.0, 101.0))
    first.close()

    session = start()
    session.open(two_series)
    workspace = session.workspace
    assert session.series_keys == {other}
    assert workspace.studies.volume(home) is None
    finding = workspace.findings.findings[-1]
    workspace.findings.select(finding.finding_id)
    session.settle()
    assert session.series_keys == {home}
    assert workspace.viewports.cursor_lps == pytest.approx(finding.center_lps_mm)


def test_a_finding_whose_images_were_not_opened_says_so(start, tmp_path):
    folder = write_study(tmp_path / "two", (FIRST, SECOND))
    first = start()
    first.open(folder)
    first.run_model()
    (home,) = first.series_keys
    first.close()

    session = start()
    session.open(folder / ("series 1" if home == FIRST else "series 0"))
    workspace = session.workspace
    session.workspace.notices.posted.clear()
    assert len(session.finding_ids) == 3, "what the AI found in the study is still its findings"
    workspace.findings.next_unreviewed()
    words = "The images of this finding are not open. Open the folder that holds them."
    assert session.said == [words]
    workspace.set_mode(Mode.EDIT)
    assert workspace.mode is Mode.READ
    assert "Open the folder that holds them." in session.said[1]


# Modes


def test_editing_needs_a_selected_finding(read):
    modes = []
    read.workspace.events.mode_changed.connect(modes.append)
    read.workspace.set_mode(Mode.EDIT)
    assert read.workspace.mode is Mode.READ
    assert read.said == ["Select a finding to edit, or add one."]
    assert modes == []


def test_editing_fills_the_selected_finding_and_ends_with_it(read):
    workspace = read.workspace
    finding = workspace.findings.findings[1]
    workspace.findings.select(finding.finding_id)
    workspace.set_mode(Mode.EDIT)
    assert workspace.mode is Mode.EDIT
    assert workspace.editor.finding_id == finding.finding_id
    assert workspace.overlay.editing_label == finding.label
    workspace.set_mode(Mode.REPORT)
    assert workspace.editor.finding_id is None
    assert workspace.overlay.editing_label is None


def test_selecting_another_finding_ends_editing_the_first(read):
    first, second, _ = read.finding_ids
    workspace = read.workspace
    workspace.findings.select(first)
    workspace.set_mode(Mode.EDIT)
    workspace.findings.select(second)
    assert workspace.mode is Mode.READ
    assert workspace.editor.finding_id is None


def test_editing_ends_when_the_finding_is_taken_back(read):
    workspace = read.workspace
    x, y, z = workspace.findings.findings[0].center_lps_mm
    added = workspace.desk.add(FIRST, (x, y + 15.0, z))
    workspace.set_mode(Mode.EDIT)
    assert workspace.editor.finding_id == added.finding_id
    workspace.history.undo()
    assert workspace.findings.selected is None
    assert workspace.mode is Mode.READ


def test_a_signed_reading_is_not_edited(read):
    workspace = read.workspace
    for finding_id in read.finding_ids:
        workspace.desk.confirm(finding_id)
    workspace.desk.sign()
    workspace.findings.select(read.finding_ids[0])
    workspace.set_mode(Mode.EDIT)
    assert workspace.mode is Mode.READ
    assert "This reading is signed." in read.said[0]


def test_a_finding_is_added_only_on_images_that_are_all_there(session, ct, hold_reading):
    gate, workspace = hold_reading(), session.workspace
    workspace.open_paths([ct])
    session.wait_for(lambda: workspace.display.resolved("v0") is not None)
    gate.wait_until_reached()
    with pytest.raises(NotAllowedError, match="still being read"):
        workspace.desk.add(FIRST, tuple(GRID.center_lps_mm))
    gate.open()
    session.settle()
    added = workspace.desk.add(FIRST, tuple(GRID.center_lps_mm))
    assert workspace.findings.status_of(added.finding_id) is ReviewStatus.ADDED


def test_what_is_added_where_slices_are_empty_is_not_measured(session, tmp_path):
    paths = write_ct(tmp_path / "ct", study_volume(), series_uid=FIRST)
    session.workspace.events.study_opened.connect(lambda _study: paths[3].unlink())
    session.open(tmp_path / "ct")
    added = session.workspace.desk.add(FIRST, tuple(GRID.center_lps_mm))
    assert (added.long_axis_mm, added.volume_mm3) == (None, None)


# Windows and values


def test_presets_are_chosen_by_number_key(read):
    workspace = read.workspace
    for key, window in ((1, (-600, 1500)), (2, (40, 400)), (3, (400, 2000))):
        workspace.display.apply_preset(key)
        assert workspace.viewports.looks.window_of(FIRST) == WindowLevel(*window)
        assert workspace.display.resolved("v0").preset.key == key
    workspace.display.apply_preset(99)
    assert workspace.viewports.looks.window_of(FIRST) == WindowLevel(400, 2000)


def test_the_automatic_window_is_that_of_the_first_look(read):
    workspace = read.workspace
    first_look = workspace.viewports.looks.window_of(FIRST)
    workspace.viewports.looks.set_window(FIRST, WindowLevel(1.0, 2.0))
    assert workspace.display.resolved("v0").preset is None
    workspace.display.auto_window()
    assert workspace.viewports.looks.window_of(FIRST) == first_look


def test_with_nothing_open_windows_and_values_are_nothing(session):
    workspace = session.workspace
    workspace.display.apply_preset(1)
    workspace.display.auto_window()
    assert workspace.display.presets_for(None) == ()
    assert workspace.display.presets_for("unknown") == ()
    assert workspace.display.value_at((0.0, 0.0, 0.0)) is None
    assert workspace.display.resolved("v0") is None


def test_a_window_for_values_without_a_unit_is_taken_from_the_slice_that_is_there(
    session, tmp_path, hold_reading
):
    folder = tmp_path / "mr"
    bright = replace(study_volume(), voxels=study_volume().voxels + np.int16(1500))
    for path in write_ct(folder, bright, series_uid=FIRST):
        edit_file(path, as_mr)
    gate = hold_reading()
    session.workspace.open_paths([folder])
    session.wait_for(lambda: session.workspace.display.resolved("v0") is not None)
    gate.wait_until_reached()
    shown = session.workspace.display.resolved("v0")
    assert shown.volume.unit is IntensityUnit.ARBITRARY
    one_slice = shown.volume.voxels[6]
    assert one_slice.min() == 1524
    assert shown.window.lower == pytest.approx(1524, abs=2)
    assert shown.window.upper == pytest.approx(one_slice.max(), abs=2)
    gate.open()
    session.settle()
    assert session.workspace.display.resolved("v0").window == shown.window


def as_mr(ds):
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    ds.Modality = "MR"
    del ds.RescaleIntercept, ds.RescaleSlope
    for keyword in ("WindowCenter", "WindowWidth", "RescaleType"):
        if keyword in ds:
            delattr(ds, keyword)


def test_the_value_under_the_pointer_is_that_of_the_nearest_voxel(read):
    workspace = read.workspace
    voxels = study_volume().voxels
    for index in ((0, 0, 0), (6, 20, 24), (11, 39, 47)):
        x, y, z = GRID.to_lps(index)
        found = workspace.display.value_at((x + 0.6, y - 0.6, z))
        assert found.numbers == (voxels[index],)
        assert found.unit.unit is IntensityUnit.HU
    outside = GRID.to_lps((6, 20, 48.6))
    assert workspace.display.value_at(tuple(outside)) is None


# Settings


def test_a_changed_setting_is_announced_and_still_there_next_time(start, ct):
    session = start()
    told = []
    session.workspace.events.settings_changed.connect(told.append)
    session.workspace.change_settings(reviewer_name=" Lin ", segment_opacity_percent=50)
    assert [s.segment_opacity_percent for s in told] == [50]
    assert session.workspace.reviewer().name == "Lin"
    session.kill()
    assert start().workspace.settings == told[0]


def test_without_a_name_the_reviewer_is_reader(session):
    assert session.workspace.reviewer().name == "Reader"


def test_settings_that_cannot_be_saved_hold_and_say_so(session, tmp_path):
    (tmp_path / "home" / "config" / "settings.json").mkdir(parents=True)
    session.workspace.change_settings(device="cpu")
    assert session.workspace.settings.device == "cpu"
    assert session.said[0].startswith("The settings were not saved")


def test_settings_that_make_no_sense_are_complained_about_at_the_start(start, tmp_path):
    (tmp_path / "home" / "config").mkdir(parents=True)
    (tmp_path / "home" / "config" / "settings.json").write_text("no settings")
    session = start()
    assert len(session.said) == 1
    assert "kept as settings.json.damaged" in session.said[0]


# How it hangs together


def test_series_of_two_sizes_in_one_dicom_series_are_looked_at_apart(session, tmp_path):
    """Two stacks of one series share its UID; what was seen of them must not be mixed."""
    folder = tmp_path / "stacks"
    write_ct(folder / "a", study_volume(), series_uid=FIRST)
    smaller = VolumeGeometry((8, 32, 32), GRID.affine_kji_to_lps, GRID.frame_of_reference_uid)
    stack = study_volume(geometry=smaller)
    for k, path in enumerate(write_ct(folder / "b", stack, series_uid=FIRST)):
        edit_file(path, lambda ds, k=k: as_other_stack(ds, k))
    session.open(folder)
    workspace = session.workspace
    keys = [s.key for s in workspace.studies.study.series]
    assert len(keys) == 2
    for key in keys:
        workspace.show_series(key)
        session.settle()
        for index in range(workspace.studies.volume(key).geometry.shape_kji[0]):
            workspace.viewports.set_index("v0", index)
    seen = [
        workspace.coverage.seen(key, workspace.display.resolved("v0").axes.plane) for key in keys
    ]
    assert sorted(len(flags) for flags in seen) == [8, 12]
    assert all(flags.all() for flags in seen)


def as_other_stack(ds, k):
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.5.{k + 1}"


def test_a_stroke_that_cannot_be_saved_does_not_keep_the_session_from_ending(
    start, ct, monkeypatch
):
    session = start()
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    finding = workspace.findings.findings[0]
    workspace.findings.select(finding.finding_id)
    workspace.set_mode(Mode.EDIT)
    x, y, z = finding.center_lps_mm
    workspace.editor.press((x + 6, y, z), workspace.display.resolved("v0").axes.plane)

    def full(*_row):
        raise StorageError(say("Not saved: the disk is full."), say("Free some space."))

    monkeypatch.setattr(workspace.review._ledger, "append", full)
    session.close()
    assert session.said == ["Not saved: the disk is full. Free some space."]
    again = start()
    assert not again.workspace.place.was_interrupted
    again.open(ct)
    assert again.workspace.findings.status_of(finding.finding_id) is ReviewStatus.UNREVIEWED


def test_a_layout_with_fewer_panes_is_seen_without_those_that_left(read):
    read.workspace.viewports.set_layout(Layout.TWO_BY_TWO)
    read.workspace.viewports.set_layout(Layout.ONE)
    read.workspace.viewports.scroll("v0", 1)
    assert [s.id for s in read.workspace.viewports.states] == ["v0"]


def test_closing_with_a_stroke_under_way_keeps_it(start, ct):
    session = start()
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    finding = workspace.findings.findings[0]
    workspace.findings.select(finding.finding_id)
    workspace.set_mode(Mode.EDIT)
    x, y, z = finding.center_lps_mm
    workspace.editor.press((x + 6, y, z), workspace.display.resolved("v0").axes.plane)
    session.close()
    assert session.said == []

    again = start()
    again.open(ct)
    edited = again.workspace.findings.finding(finding.finding_id)
    assert again.workspace.findings.status_of(finding.finding_id) is ReviewStatus.EDITED
    assert edited.volume_mm3 > finding.volume_mm3
