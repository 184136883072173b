"""The one door for findings that others made: once, on disk before they are seen."""

from __future__ import annotations

from collections.abc import Sequence

from reader.core.finding import Finding
from reader.session.reviewing.act_recorder import ActRecorder
from reader.session.reviewing.finding_list import FindingList
from reader.storage.database import Database
from reader.storage.result_store import ResultStore


def add_imported(
    findings: Sequence[Finding],
    database: Database,
    results: ResultStore,
    listed: FindingList,
    recorder: ActRecorder,
) -> int:
    """Put the findings of an object by others into the open study's list, to be reviewed.

    A finding that is there already is left as it is, and so is one that stands in the list
    under the same tracking UID: what was exported from here comes back as itself. A signed
    reading takes in nothing.

    Returns: how many are new.

    Raises:
        NotAllowedError: what was decided on the study is not in memory yet.
        StorageError: nothing was taken in.
    """
    study_uid = recorder.require_restored()
    tracked = {finding.tracking_uid for finding in listed.findings}
    fresh = [
        finding
        for finding in findings
        if finding.provenance.imported
        and listed.revision(finding.revision_id) is None
        and finding.tracking_uid not in tracked
    ]
    if not fresh or listed.is_signed:
        return 0
    with database.transaction():
        for finding in fresh:
            results.add_revision(study_uid, finding)
    listed.take(fresh)
    return len(fresh)
