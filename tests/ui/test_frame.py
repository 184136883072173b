"""The parts around the images: bars, rail, panel, regions, notices."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reader.core.cancel import Progress
from reader.core.errors import InferenceError, NotAllowedError
from reader.core.study import Patient
from reader.core.text import say
from reader.session.jobs import Job, JobKind, JobState
from reader.session.notices import NoticeLevel
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import Tone
from reader.ui.editing.edit_bar import STEPS, place_of, size_at
from reader.ui.icons import Icon
from reader.ui.identity import age_text, person, sex_letter
from reader.ui.jobs.finished_slices import finished_slices
from reader.ui.jobs.job_text import job_look, time_left, time_taken
from reader.ui.tools.tool import LARGEST_BRUSH_MM, SMALLEST_BRUSH_MM, ToolId
from reader.ui.viewport.overview_view import OverviewView
from reader.ui.viewport.slice_view import SliceView
from reader.ui.window.file_dialogs import choose_folder
from reader.ui.window.hints import APART
from reader.ui.window.notice_area import TONES
from tests.support.driver import ReaderDriver
from tests.support.fake_runner import FakeRunner
from tests.support.small_chest import NODULES_LPS_MM


def test_slices_are_done_when_all_their_voxels_are():
    shape = (10, 4, 6)
    left, right = ((2, 5), (0, 4), (0, 3)), ((3, 6), (0, 4), (3, 6))
    assert finished_slices([left, right], shape) == ((3, 5),)
    assert finished_slices([], shape) == ()
    whole = ((0, 2), (0, 4), (0, 6)), ((7, 10), (0, 4), (0, 6))
    assert finished_slices(whole, shape) == ((0, 2), (7, 10))


@pytest.mark.parametrize(
    ("seconds", "left", "taken"),
    [(41, "41 s left", "41 s"), (129, "2 min left", "2 min 9 s"), (155, "3 min left", None)],
)
def test_times_are_said_as_people_say_them(seconds, left, taken):
    assert str(time_left(seconds)) == left
    assert taken in (None, str(time_taken(seconds)))


@pytest.mark.parametrize("state", JobState)
def test_every_state_of_a_job_has_a_look(qapp, state: JobState):
    progress = Progress(1, 4, say("Looking for nodules"))
    job = Job(1, JobKind.INFERENCE, say("{model} {version}", model="X", version="1"), state,
              progress, 1.0, 4.0)  # fmt: skip
    look = job_look(job)
    assert look.state
    expected = {JobState.WAITING: 0.0, JobState.DONE: 1.0}.get(state, 0.25)
    assert look.fraction == expected


def test_the_brushs_slider_reaches_every_size():
    assert size_at(0) == SMALLEST_BRUSH_MM
    assert size_at(STEPS) == LARGEST_BRUSH_MM
    sizes = [size_at(place) for place in range(STEPS + 1)]
    assert sizes == sorted(sizes)
    assert abs(size_at(place_of(6.0)) - 6.0) < 0.2
    assert np.all(np.diff([place_of(mm) for mm in (1, 2, 4, 8, 16)]) > 0)


@pytest.mark.parametrize(
    ("age", "text"), [("061Y", "61 y"), ("003M", "3 months"), ("", ""), ("old", "")]
)
def test_ages_are_said_in_their_unit(qapp, age: str, text: str):
    assert age_text(age) == text


def test_a_person_is_a_number_or_else_a_name(qapp):
    assert person(Patient(name="Doe^Jane", patient_id="7")) == "7"
    assert person(Patient(name="Doe^Jane")) == "Doe Jane"
    assert sex_letter(Patient(sex="O")) == ""


def test_holding_the_key_hides_the_ai_and_letting_go_shows_it(found: ReaderDriver):
    chip = found.window.frame.top.chip
    assert chip.text == "Concurrent: AI shown"
    found.hold("`")
    assert (found.workspace.overlay.ai_hidden, chip.text) == (True, "AI hidden")
    found.let_go("`")
    assert (found.workspace.overlay.ai_hidden, chip.text) == (False, "Concurrent: AI shown")


def test_hidden_identity_leaves_age_sex_and_kind(opened: ReaderDriver):
    opened.press("Ctrl+Shift+H")
    assert opened.window.frame.top.title.text == "Identity hidden · Test study"
    assert "T-1" not in opened.window.windowTitle()
    opened.press("Ctrl+Shift+H")
    assert "T-1" in opened.window.windowTitle()


def test_the_rail_shows_the_tools_of_the_mode_and_the_one_in_hand(found: ReaderDriver):
    rail = found.window.frame.rail
    found.press("H")
    assert [b.action_id for b in rail.buttons if b.is_in_hand] == [ActionId.TOOL_PAN]
    found.press("N", "E")
    found.settle()
    assert found.mode is Mode.EDIT
    assert [b.action_id for b in rail.buttons if b.is_in_hand] == [ActionId.TOOL_BRUSH]
    found.press("E", "Space")
    assert found.window.tools.active_id is ToolId.BRUSH


def test_the_status_bar_says_which_map_is_in_force(found: ReaderDriver):
    status = found.window.frame.status
    assert "1 Lung" in status.hints_text
    found.press("N", "X")
    assert status.hints_text.startswith("1 to 6 reason")
    assert "1 decision on record" in status.saved_text
    found.press("Esc", "M")
    assert status.hints_text.startswith("Click the finding")
    found.press("Esc", "N", "E")
    assert status.hints_text.startswith("Left draw")
    found.press("Ctrl+4")
    assert "Ctrl Enter sign" in status.hints_text


def test_bars_never_change_their_height(found: ReaderDriver):
    frame = found.window.frame
    heights = {frame.reading.decisions.height()}
    for keys in (("N",), ("X",), ("Esc", "M"), ("Esc", "N", "E")):
        found.press(*keys)
        found.settle()
        heights.add(frame.reading.decisions.height())
    assert heights == {tokens.WIDE.decision_bar}
    assert frame.status.height() == tokens.WIDE.status_bar


def test_narrow_windows_have_the_narrow_frame(make_reader, chest):
    reader = make_reader(size=(1366, 768))
    reader.open(chest)
    frame = reader.window.frame
    assert frame.kit.frame is tokens.NARROW
    assert frame.reading.panel.width() == tokens.NARROW.side_panel
    assert frame.rail.width() == tokens.NARROW.rail
    reader.window.resize(1600, 900)
    reader.settle()
    assert reader.window.frame.kit.frame is tokens.WIDE


def test_f6_goes_round_the_regions(found: ReaderDriver):
    frame = found.window.frame
    found.press("N")
    seen = []
    for _ in frame.regions():
        found.press("F6")
        focus = found.window.focusWidget()
        seen.append(next(r for r in frame.regions() if r is focus or r.isAncestorOf(focus)))
    assert set(seen) == set(frame.regions())
    found.press("Shift+F6")


def test_rail_and_panel_fold_and_full_screen_leaves_the_images(opened: ReaderDriver):
    frame = opened.window.frame
    opened.press("[", "]")
    assert not frame.rail.isVisible()
    assert not frame.reading.panel.isVisible()
    opened.press("[", "]", "F11")
    opened.settle()
    frame = opened.window.frame
    assert not frame.top.isVisible()
    assert not frame.reading.decisions.isVisible()
    assert frame.reading.viewports.isVisible()
    opened.press("Esc")
    opened.settle()
    assert opened.window.frame.top.isVisible()


def test_notices_stay_until_closed_and_good_news_makes_room(opened: ReaderDriver):
    area = opened.window.frame.notices
    notices = opened.workspace.notices
    notices.inform(say("Done"))
    notices.warn(say("Settings"), say("Close"))
    assert [box.notice.level for box in area.boxes] == [NoticeLevel.WARNING]
    notices.warn(say("Settings"), say("Close"))
    assert len(area.boxes) == 1
    for number in range(5):
        notices.warn(say("{count} findings", count=number))
    assert len(area.boxes) == 3
    opened.press("Esc", "Esc", "Esc")
    assert area.boxes == ()


def test_a_model_that_fails_says_why_and_may_be_run_again(make_reader, chest):
    error = InferenceError(say("The model could not be run: memory or number format did not allow "
                               "it."), say("Close other programs and run it again."))  # fmt: skip
    reader = make_reader(runner=FakeRunner(NODULES_LPS_MM, error=error))
    reader.open(chest)
    reader.run_model()
    (row,) = reader.window.frame.reading.panel.jobs.rows
    assert row._state.text == "Failed"
    assert row._words.text.startswith("The model could not be run")
    assert reader.window.actions_.is_enabled(ActionId.RUN_MODEL)


def test_segments_follow_the_finding_being_edited(found: ReaderDriver):
    found.press("N", "E")
    panel = found.window.frame.reading.panel.segments
    assert [row._name.text for row in panel.rows][-2:] == ["Left lung", "Right lung"]
    assert [row._is_edited for row in panel.rows] == [True, False, False, False, False]
    found.press("2")
    assert found.selected == 1
    assert [row._is_edited for row in panel.rows] == [False, True, False, False, False]
    segment = panel.rows[-1].segment
    series_key = found.workspace.viewports.active.series_key
    assert not found.workspace.overlay.is_visible(series_key, segment)
    found.click(panel.rows[-1]._eye)
    assert found.workspace.overlay.is_visible(series_key, segment)


def test_history_shows_what_was_done_and_undone(found: ReaderDriver):
    found.press("N", "Return", "X", "Ctrl+Z", "N", "E")
    history = found.window.frame.reading.panel.history
    assert [(step.text, step.undone) for step in history._shown] == [
        ("Rejected, Lung nodule", True),
        ("Confirmed, Lung nodule", False),
    ]
    assert [step.newest for step in history._shown] == [False, True]


def test_the_focus_ring_is_around_what_tab_reached(reader: ReaderDriver):
    ring = next(w for w in reader.window.children() if type(w).__name__ == "FocusRing")
    button = reader.window.frame.welcome.drop_zone.open_button
    assert ring.target is button
    assert ring.isVisible()
    corner = button.mapTo(reader.window, button.rect().topLeft())
    assert ring.geometry().contains(button.rect().translated(corner))
    reader.press("Tab")
    assert ring.target is not button


def test_folders_are_asked_for_without_a_native_dialog_offscreen(reader: ReaderDriver, tmp_path):
    chosen = []
    dialog = choose_folder(reader.window, "Open folder", tmp_path, chosen.append)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    reader.settle()
    assert chosen == [tmp_path]


def test_notices_leave_the_jobs_in_sight_whatever_is_built_anew(opened: ReaderDriver):
    opened.workspace.notices.warn(say("Settings"), say("Close"))
    for size in ((1366, 768), (1600, 900)):
        opened.window.resize(*size)
        opened.until(lambda: opened.window.frame.reading.panel.jobs.height() > 30)
        opened.settle()
        frame = opened.window.frame
        jobs = frame.reading.panel.jobs
        top = jobs.mapTo(frame, jobs.rect().topLeft()).y()
        assert frame.notices.geometry().bottom() < top
        assert frame.notices.width() < frame.reading.panel.width()


def test_refusals_go_with_the_study_and_are_no_danger(opened: ReaderDriver):
    notices, area = opened.workspace.notices, opened.window.frame.notices

    def refuse() -> None:
        raise NotAllowedError(say("Not now."), say("Wait."))

    notices.attempt(refuse)
    (box,) = area.boxes
    assert TONES[box.notice.level] is Tone.WARNING
    opened.workspace.close_study()
    opened.settle()
    assert area.boxes == ()


def test_what_failed_to_open_is_said_once_and_goes_with_what_opens(reader, chest, tmp_path):
    reader.workspace.open_paths([tmp_path / "nothing"])
    reader.until_idle()
    frame = reader.window.frame
    assert reader.notices
    assert frame.notices.boxes == ()
    assert frame.welcome.drop_zone.title.text == reader.notices[-1]
    reader.open(chest)
    reader.workspace.open_paths([tmp_path / "nothing"])
    reader.until_idle()
    (box,) = frame.notices.boxes
    assert box.notice.level is NoticeLevel.ERROR
    reader.workspace.close_study()
    reader.settle()
    assert frame.notices.boxes == ()


def test_hints_leave_the_last_first(found: ReaderDriver):
    status = found.window.frame.status
    whole = status.hints_text
    assert whole.count(APART) == 1
    status.resize(status.width() - 700, status.height())
    assert status.hints_text == whole.split(APART)[0]
    status.resize(status.width() + 700, status.height())
    assert status.hints_text == whole


def test_the_bar_says_that_a_reading_is_signed(opened: ReaderDriver):
    opened.press("Ctrl+4", "Ctrl+Return", "Ctrl+1")
    words = opened.window.frame.reading.decisions.finding.words
    assert words.first.text == "Signed"
    opened.press("Ctrl+Z")
    assert words.first.text == "No findings yet"


def test_the_keyboard_stays_with_the_pane_that_becomes_an_overview(opened: ReaderDriver):
    for expected in (OverviewView, SliceView):
        opened.press("Shift+O")
        opened.settle()
        assert isinstance(QApplication.focusWidget(), expected)
        assert opened.workspace.viewports.active_id == "v0"
        turns = "Left drag turn" in opened.window.frame.status.hints_text
        assert turns is (expected is OverviewView)


@pytest.mark.parametrize("scale", [100, 150])
@pytest.mark.parametrize("mode", ["Ctrl+1", "Ctrl+3"])
def test_nothing_in_the_rail_lies_over_its_neighbour(make_reader, chest, scale, mode):
    reader = make_reader(size=(1180, 700))
    reader.workspace.change_settings(text_scale_percent=scale)
    reader.open(chest)
    reader.press(mode)
    reader.settle()
    rail = reader.window.frame.rail
    shown = [button for button in rail.buttons if button.isVisible()]
    assert all(button.size() == button.sizeHint() for button in shown)
    for one, other in itertools.pairwise(shown):
        assert one.geometry().bottom() < other.geometry().top()
    assert ActionId.MORE_MEASURING in [button.action_id for button in shown]
    assert bool(rail.yielded) or scale == 100


def test_a_folded_tool_in_hand_shows_its_face(found: ReaderDriver):
    rail = found.window.frame.rail
    more = next(b for b in rail.buttons if b.action_id is ActionId.MORE_MEASURING)
    found.workspace.viewports.activate("v0")
    found.window.tools.choose(ToolId.COBB)
    assert more.shown_icon is found.window.actions_.spec(ActionId.TOOL_COBB).icon
    found.window.tools.choose(ToolId.WINDOW)
    assert more.shown_icon is Icon.DOTS_THREE


def test_buttons_of_the_decision_bar_are_never_cut(make_reader, chest):
    reader = make_reader(size=(1180, 700))
    reader.workspace.change_settings(text_scale_percent=150)
    reader.open(chest)
    reader.press("Ctrl+I")
    reader.settle()
    buttons = reader.window.frame.reading.decisions.finding.findChildren(ActionButton)
    assert buttons
    for button in buttons:
        assert button.width() >= button.sizeHint().width()


def test_full_screen_that_the_system_ends_brings_everything_back(opened: ReaderDriver):
    opened.press("F11")
    opened.settle()
    assert not opened.window.frame.top.isVisible()
    opened.window.setWindowState(Qt.WindowState.WindowNoState)
    opened.settle()
    assert opened.window.frame.top.isVisible()


def test_escape_stops_what_moves_by_itself(opened: ReaderDriver):
    cine, overviews = opened.workspace.cine, opened.workspace.overviews
    opened.press("V")
    assert cine.is_playing
    opened.press("Esc")
    assert not cine.is_playing
    opened.press("Shift+O", "Alt+O")
    assert overviews.state("v0").spins
    opened.press("Esc")
    assert not overviews.state("v0").spins
