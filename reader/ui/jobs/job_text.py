"""A job's state in words, colour and icon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.cancel import Progress
from reader.core.text import Text, say
from reader.session.jobs import Job, JobKind, JobState
from reader.ui import tokens
from reader.ui.icons import Icon
from reader.ui.quantities import duration, percent
from reader.ui.translate import tr


@dataclass(frozen=True, slots=True)
class JobLook:
    """How a job stands, at a glance."""

    icon: Icon
    color: str
    state: str
    fraction: float


_AT_WORK: Final = {
    JobKind.SCAN: (Icon.FOLDER_OPEN, tokens.ACTIVE_FRAME),
    JobKind.LOAD: (Icon.STACK_SIMPLE, tokens.ACTIVE_FRAME),
    JobKind.EXPLAIN: (Icon.QUESTION, tokens.AI),
    JobKind.EXPORT: (Icon.EXPORT, tokens.ACTIVE_FRAME),
}
"""What is not the AI's work is grey: violet belongs to the AI."""


def time_left(seconds: float) -> Text:
    """`41 s left`, `3 min left`."""
    minutes, rest = duration(seconds)
    if minutes >= 2:
        return say("{count} min left", count=minutes + (rest >= 30))
    return say("{count} s left", count=max(1, 60 * minutes + rest))


def time_taken(seconds: float) -> Text:
    """`2 min 9 s`."""
    minutes, rest = duration(seconds)
    if minutes:
        return say("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return say("{count} s", count=rest)


def windows_done(progress: Progress) -> Text:
    """`Looking for nodules · 12 of 66`."""
    return say(
        "{stage} · {done} of {total}",
        stage=progress.stage,
        done=progress.done,
        total=progress.total,
    )


def device_name(device: str) -> Text:
    """Where a run was computed, in words."""
    kind, _, more = device.partition(" ")
    match kind.rstrip(",").partition(":")[0]:
        case "cpu":
            name = say("On the processor")
        case "cuda" | "mps":
            name = say("On the graphics card")
        case _:
            return say("On {device}.", device=device)
    return say("{place} ({more}).", place=name, more=more) if more else say("{place}.", place=name)


def job_look(job: Job) -> JobLook:
    """The icon, the colour and the words on the right."""
    fraction = job.progress.fraction if job.progress is not None else 0.0
    match job.state:
        case JobState.WAITING:
            return JobLook(Icon.HOURGLASS_MEDIUM, tokens.TEXT_2, tr(say("waiting")), 0.0)
        case JobState.RUNNING:
            icon, color = _AT_WORK.get(job.kind, (Icon.CPU, tokens.AI))
            return JobLook(icon, color, _running(job), fraction)
        case JobState.DONE:
            return JobLook(Icon.CHECK_CIRCLE, tokens.SUCCESS, _finished(job), 1.0)
        case JobState.CANCELLED:
            return JobLook(Icon.STOP, tokens.STOPPED, tr(say("Stopped by you")), fraction)
        case JobState.FAILED:
            return JobLook(Icon.WARNING_OCTAGON, tokens.DANGER, tr(say("Failed")), fraction)


def _running(job: Job) -> str:
    if job.progress is None:
        return tr(say("starting"))
    if not job.progress.total:
        return tr(job.progress.stage)
    done = percent(job.progress.fraction)
    if job.eta_s is None:
        return done
    return f"{done} · {tr(time_left(job.eta_s))}"


def _finished(job: Job) -> str:
    if job.started_at is None or job.ended_at is None:
        return tr(say("Finished"))
    return tr(say("Finished in {time}", time=time_taken(job.ended_at - job.started_at)))
