"""Every signal of the application, one line each. All are emitted on the main thread."""

from __future__ import annotations

from psygnal import Signal


class SessionEvents:
    """What can change. Listeners read the session for the details; payloads only say where."""

    scan_finished = Signal(object)
    """ScanResult: a folder was scanned; says what opened and what did not."""
    study_opened = Signal(object)
    """Study | None: another study is open, or none."""
    companions_changed = Signal()
    """Which studies the open one is compared with."""
    linking_changed = Signal()
    """Whether and by how much the crosshairs of different studies are tied together."""
    series_added = Signal(str)
    """series key: computed from another series and now listed beside it."""
    volume_added = Signal(str)
    """series key: its volume can be shown, perhaps with only its first slice read."""
    volume_grew = Signal(str, object)
    """series key, IndexBox: voxels in this box have their final values now."""
    viewports_changed = Signal()
    """Layout, series, plane, window, cursor or zoom: anything a redraw needs."""
    active_viewport_changed = Signal(str)
    """viewport id: this one has the keyboard now."""
    slice_ready = Signal(object)
    """SliceImage: the newest picture asked for by its viewport."""
    overview_ready = Signal(object)
    """OverviewImage: the newest picture of a whole volume asked for by its viewport."""
    overlay_changed = Signal()
    """What of the segmentation and heatmap is shown, and how."""
    run_grew = Signal(str)
    """series key: a running model is done with more of it."""
    preview_grew = Signal(str, object)
    """series key, IndexBox: a running model sees something else in this box now."""
    segmentation_changed = Signal(str, object)
    """series key, IndexBox | None: label voxels changed in this box (None = anywhere)."""
    findings_changed = Signal()
    """The list, a revision, a status or what the thresholds let through."""
    threshold_changed = Signal()
    """From which score on a kind of finding is shown, whether that hides another one or not."""
    selection_changed = Signal(object)
    """finding id | None: the selected finding."""
    recorded = Signal(object)
    """ReviewRecord: this row is on disk."""
    history_changed = Signal()
    """What undo and redo would do."""
    objects_changed = Signal()
    """Which objects by others the study has, what is read of them and what is shown."""
    models_changed = Signal()
    """Which models there are, in what state, which one runs, or how far an addition is."""
    job_changed = Signal(object)
    """Job: a job was queued, moved on or ended."""
    notice_posted = Signal(object)
    """Notice: something to tell the reader."""
    settings_changed = Signal(object)
    """Settings: the new ones."""
    keymap_changed = Signal()
    """Which keys and mouse buttons mean what."""
    mode_changed = Signal(object)
    """Mode: Read, Edit or Report."""
    place_saved = Signal(object)
    """datetime: the reading place is on disk."""
    library_changed = Signal()
    """What the list of studies shows: which there are, how far each is, where it is."""
    scan_grew = Signal(object)
    """tuple[StudySummary, ...]: what the scan that is under way has found so far."""
    watch_changed = Signal()
    """Which folders are watched."""
