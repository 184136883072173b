"""The whole loop without a screen: open, run the AI, decide in all four ways, hand over.

Drives the real window over the demo study as a person would and photographs each step, so
that a machine without a display can show that everything works.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QSize, QTimer

from reader.app.main import Application
from reader.core.cancel import Progress, ReportProgress
from reader.core.errors import InferenceError, ReaderError
from reader.core.finding import Finding
from reader.core.model import Verdict
from reader.core.review import RejectReason, ReviewStatus
from reader.core.text import Text, say
from reader.session.handing_over.export import ExportFormat
from reader.session.jobs import Job, JobState
from reader.session.opening.demo_study import truth_file
from reader.session.workspace import Mode

WINDOW_SIZE = QSize(1920, 1080)
LONGEST_STEP_S = 900.0
LOOK_EVERY_MS = 20
NEAR_MM = 10.0
"""A finding this close to a true nodule counts as that nodule."""
BLOOD_HU = 40
REASON = RejectReason.VESSEL


class DemoTour:
    """One tour; `run` returns what it wrote."""

    def __init__(self, application: Application, out: Path, report: ReportProgress) -> None:
        self._window = application.window
        self._workspace = application.workspace
        self._out = out
        self._report = report
        self._pictures: list[Path] = []
        self._steps: tuple[tuple[Text, Callable[[], None]], ...] = (
            (say("Opening the demo study"), self._open),
            (say("Running the AI"), self._run_model),
            (say("Confirming a finding"), self._confirm),
            (say("Editing a finding"), self._edit),
            (say("Rejecting a finding"), self._reject),
            (say("Adding a missed finding"), self._add),
            (say("Deciding on the rest"), self._decide_rest),
            (say("Signing and exporting"), self._hand_over),
        )

    def run(self) -> tuple[Path, ...]:
        """Do every step. Raises: ReaderError in words when one cannot be done."""
        self._out.mkdir(parents=True, exist_ok=True)
        self._window.resize(WINDOW_SIZE)
        self._window.show()
        self._photograph("welcome")
        for done, (title, step) in enumerate(self._steps):
            self._report(Progress(done, len(self._steps), title))
            step()
        self._report(Progress(len(self._steps), len(self._steps), say("Done")))
        return (*self._pictures, *self._workspace.exporter.last_written)

    # The steps

    def _open(self) -> None:
        workspace = self._workspace
        self._finish(workspace.open_demo(run_model=False))
        self._wait(lambda: bool(workspace.studies.study))
        self._wait(lambda: all(job.is_over for job in workspace.jobs.jobs.values()))
        self._photograph("opened")

    def _run_model(self) -> None:
        workspace = self._workspace
        job = workspace.inference.run() or self._run_despite_caution()
        self._wait(lambda: self._fraction(job) >= 0.4 or workspace.jobs.jobs[job.id].is_over)
        self._photograph("ai-running")
        self._finish(job)
        if len(workspace.findings.claimed()) < len(REQUIRED):
            raise InferenceError(
                say("The AI marked fewer than {count} places.", count=len(REQUIRED)),
                say("Make the demo study again, or train the model again."),
            )
        workspace.findings.select(self._next().finding_id)
        self._photograph("ai-findings")
        workspace.overlay.next_mode()
        self._photograph("heatmap")
        workspace.overlay.next_mode()
        workspace.overlay.next_mode()

    def _confirm(self) -> None:
        finding = self._next()
        self._workspace.findings.select(finding.finding_id)
        self._workspace.desk.confirm(finding.finding_id)
        self._photograph("confirmed")

    def _edit(self) -> None:
        """Paint a little beside the finding, as one would where the outline is too tight."""
        finding = self._next()
        workspace = self._workspace
        workspace.findings.select(finding.finding_id)
        workspace.set_mode(Mode.EDIT)
        x, y, z = finding.center_lps_mm
        reach = (finding.short_axis_mm or 4.0) / 2
        workspace.editor.stroke([(x + reach, y, z), (x + reach, y + 1.0, z)], radius_mm=2.0)
        self._photograph("editing")
        workspace.set_mode(Mode.READ)
        self._photograph("edited")

    def _reject(self) -> None:
        finding = self._next(last=True)
        workspace = self._workspace
        workspace.findings.select(finding.finding_id)
        workspace.desk.reject(finding.finding_id)
        workspace.desk.give_reason(finding.finding_id, REASON)
        self._photograph("rejected")

    def _add(self) -> None:
        workspace = self._workspace
        series_key = workspace.viewports.active.series_key
        if series_key is None:
            raise AssertionError("the demo study is open")
        added = workspace.desk.add(series_key, self._missed_place())
        workspace.findings.select(added.finding_id)
        self._photograph("added")

    def _decide_rest(self) -> None:
        """Confirm what lies on a true nodule, reject what does not."""
        desk = self._workspace.desk
        for finding in self._unreviewed():
            if any(_distance_mm(finding, place) < NEAR_MM for place in self._truth()):
                desk.confirm(finding.finding_id)
            else:
                desk.reject(finding.finding_id)
                desk.give_reason(finding.finding_id, REASON)

    def _hand_over(self) -> None:
        workspace = self._workspace
        workspace.set_mode(Mode.REPORT)
        workspace.desk.sign()
        self._photograph("report")
        series_key = workspace.viewports.active.series_key or ""
        formats = (ExportFormat.SEG, ExportFormat.SR, ExportFormat.JSON)
        job = workspace.exporter.export(series_key, self._out, formats)
        if job is None:
            raise _as_error(workspace.notices.posted[-1].what_happened)
        self._finish(job)
        workspace.change_settings(language="zh_CN")
        workspace.set_mode(Mode.READ)
        self._photograph("chinese")
        workspace.change_settings(language="auto")

    # What the steps need

    def _run_despite_caution(self) -> Job:
        job = self._workspace.inference.run(despite=Verdict.CAUTION)
        if job is None:
            raise _as_error(self._workspace.notices.posted[-1].what_happened)
        return job

    def _unreviewed(self) -> list[Finding]:
        findings = self._workspace.findings
        waiting = ReviewStatus.UNREVIEWED
        return [f for f in findings.claimed() if findings.status_of(f.finding_id) is waiting]

    def _next(self, last: bool = False) -> Finding:
        """The likeliest finding that waits, or the least likely."""
        waiting = sorted(self._unreviewed(), key=lambda f: f.score or 0.0, reverse=True)
        return waiting[-1 if last else 0]

    def _truth(self) -> list[tuple[float, float, float]]:
        study = self._workspace.studies.paths[0]
        truth = json.loads(truth_file(study).read_text(encoding="utf-8"))
        return [tuple(nodule["center_lps_mm"]) for nodule in truth["nodules"]]

    def _missed_place(self) -> tuple[float, float, float]:
        """A true nodule without a finding; else something small the AI left alone."""
        findings = self._workspace.findings.findings
        for place in self._truth():
            if all(_distance_mm(f, place) >= NEAR_MM for f in findings):
                return place
        x, y, z = self._truth()[0]
        return self._vessel_near((x, y, z - 2.5 * NEAR_MM))

    def _vessel_near(self, place: tuple[float, float, float]) -> tuple[float, float, float]:
        """The centre of the voxel around a place that is most like blood."""
        workspace = self._workspace
        volume = workspace.studies.volume(workspace.viewports.active.series_key)
        if volume is None:
            raise AssertionError("the demo study is open")
        reach = NEAR_MM / np.array(volume.geometry.spacing_kji_mm)
        low = np.rint(volume.geometry.to_index(place) - reach).astype(int).clip(0)
        k, j, i = low + np.rint(2 * reach).astype(int)
        around = volume.voxels[low[0] : k, low[1] : j, low[2] : i]
        unlike = np.abs(around.astype(np.int32) - BLOOD_HU)
        vessel = np.unravel_index(int(unlike.argmin()), around.shape)
        x, y, z = volume.geometry.to_lps(low + np.array(vessel))
        return float(x), float(y), float(z)

    def _fraction(self, job: Job) -> float:
        progress = self._workspace.jobs.jobs[job.id].progress
        return progress.fraction if progress else 0.0

    def _finish(self, job: Job) -> None:
        self._wait(lambda: self._workspace.jobs.jobs[job.id].is_over)
        ended = self._workspace.jobs.jobs[job.id]
        if ended.error is not None:
            raise ended.error
        if ended.state is JobState.CANCELLED:
            raise _as_error(say("A step was cancelled."))

    def _wait(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST_STEP_S
        while not done():
            rest = QEventLoop()  # leaves the processor to the model, unlike processEvents
            QTimer.singleShot(LOOK_EVERY_MS, rest.quit)
            rest.exec()
            if time.monotonic() > deadline:
                raise _as_error(say("A step took more than {s:.0f} seconds.", s=LONGEST_STEP_S))

    def _photograph(self, name: str) -> None:
        for _ in range(3):
            QCoreApplication.processEvents()
        path = self._out / f"{len(self._pictures) + 1:02d}-{name}.png"
        self._window.grab().save(str(path))
        self._pictures.append(path)


REQUIRED = (ReviewStatus.CONFIRMED, ReviewStatus.EDITED, ReviewStatus.REJECTED)


def _distance_mm(finding: Finding, place: tuple[float, float, float]) -> float:
    pairs = zip(finding.center_lps_mm, place, strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def _as_error(what_happened: Text) -> ReaderError:
    return ReaderError(what_happened, say("The log says more; `reader doctor` checks the machine."))
