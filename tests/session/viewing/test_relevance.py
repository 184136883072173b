"""What is a prior: an earlier study of the same part made in the same way, not just any."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.session.viewing.relevance import StudyContent
from tests.fuzz.plain_dicom import ROOT, write_stack
from tests.fuzz.studies import write_studies
from tests.support.sessions import Session


def content(modalities: str, regions: str = "") -> StudyContent:
    return StudyContent(frozenset(modalities.split()), frozenset(regions.split()))


@pytest.mark.parametrize(
    ("one", "other", "is_like"),
    [
        (("CT", "chest"), ("CT", "chest"), True),
        (("CT", "chest"), ("CT", "head"), False),
        (("CT", "chest"), ("MR", "chest"), False),
        (("CT", "chest"), ("CT", ""), True),
        (("CT PT", "chest"), ("CT SR", "chest abdomen"), True),
        (("DX", "chest"), ("CR", "chest"), True),
        (("MG", "breast"), ("US", "breast"), False),
        (("CT", "abdomen"), ("CT", "pelvis"), True),
        (("CT", "head"), ("CT", "neck"), True),
        (("SR", ""), ("CT", "chest"), True),
    ],
)
def test_the_same_part_made_in_the_same_way_hangs_beside(one, other, is_like):
    assert content(*one).is_like(content(*other)) is is_like
    assert content(*other).is_like(content(*one)) is is_like


@pytest.fixture
def archive(session: Session, tmp_path: Path) -> dict[str, Path]:
    """A patient who had a CT of the chest before everything else."""
    names = ("mammography", "mammography with prior", "chest films", "PET/CT", "uneven slices")
    folders = write_studies(tmp_path / "archive", iter(names))
    write_stack(
        tmp_path / "chest", "CT", "50", 1, StudyDate="20200101", BodyPartExamined="CHEST",
        SeriesDescription="Chest", frame=f"{ROOT}.50.9",
    )  # fmt: skip
    session.open(tmp_path / "chest")
    return folders


@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        ("mammography", "mammography"),
        ("chest films", "chest-film"),
        ("PET/CT", "petct"),
        ("uneven slices", "ct-head"),
    ],
)
def test_another_study_of_the_patient_is_no_prior_by_being_earlier(
    session: Session, archive: dict[str, Path], name: str, protocol: str
):
    session.open(archive[name])
    assert session.workspace.hangings.current == protocol
    assert None not in {state.series_key for state in session.workspace.viewports.states}


def test_of_two_years_of_mammograms_the_later_hangs_beside_the_earlier(
    session: Session, archive: dict[str, Path]
):
    session.open(archive["mammography with prior"])
    workspace = session.workspace
    assert workspace.hangings.current == "mammography-with-priors"
    keys = [state.series_key or "" for state in workspace.viewports.states]
    shown = [workspace.studies.study_of(key).date[:4] for key in keys]
    assert shown == ["2023", "2024", "2024", "2023"] * 2


def test_a_prior_that_turns_out_to_be_of_another_part_leaves_no_empty_viewport(
    session: Session, tmp_path: Path
):
    """The library knows no body part; the headers do, once they are read."""
    head, chest = tmp_path / "head", tmp_path / "chest"
    write_stack(head, "CT", "51", 1, StudyDate="20230101", BodyPartExamined="HEAD")
    write_stack(chest, "CT", "52", 1, StudyDate="20240101", BodyPartExamined="CHEST")
    session.open(head)
    session.open(chest)
    assert session.workspace.hangings.current == "ct-chest"
    assert None not in {state.series_key for state in session.workspace.viewports.states}


def test_compare_begins_with_a_study_that_shows_the_same(session: Session, tmp_path: Path):
    for study, date, part in (("53", "20220101", "CHEST"), ("54", "20230101", "HEAD")):
        write_stack(
            tmp_path / study, "CT", study, 1, StudyDate=date, BodyPartExamined=part,
            SeriesDescription=part,
        )  # fmt: skip
        session.open(tmp_path / study)
    write_stack(tmp_path / "now", "CT", "55", 1, StudyDate="20240101", BodyPartExamined="CHEST")
    session.workspace.change_settings(hang_priors=False)
    session.open(tmp_path / "now")
    session.workspace.compare.enter()
    session.settle()
    assert session.workspace.compare.beside is not None
    assert session.workspace.compare.beside.study_uid == f"{ROOT}.53"


def test_chest_walls_lie_together_whichever_way_a_detector_stored_them(
    session: Session, tmp_path: Path
):
    """The left breast of this study is stored with its chest wall on the right."""
    session.open(*write_studies(tmp_path, iter(["mammography in one series"])).values())
    workspace = session.workspace
    states = workspace.viewports.states
    assert [state.transform.mirrored for state in states] == [False, True, False, True]
    resolved = [workspace.display.resolved(state.id) for state in states]
    assert [one.lean for one in resolved if one is not None] == [1, -1, 1, -1]
