"""The shelf of models: one addition at a time, nothing lost, and which model runs."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import pytest

from reader.core.errors import NotAllowedError
from reader.core.model_library import PackState
from reader.session.running.model_shelf import AddingStep
from tests.support.sessions import Gate, Session, write_study
from tests.support.toy_models import (
    ToyRunner,
    everything_under,
    register_toys,
    toy_library,
    write_toy,
)


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    register_toys(monkeypatch)


@pytest.fixture
def library(tmp_path):
    return toy_library(tmp_path / "home")


@pytest.fixture
def session(tmp_path, library):
    made = Session(tmp_path / "home", ToyRunner(library.specs), make_library=lambda: library)
    yield made
    made.close()


@pytest.fixture
def shelf(session):
    return session.workspace.models


@pytest.fixture
def toy(tmp_path):
    return write_toy(tmp_path / "toy", name="Toy")


def add(session, path, **options):
    session.workspace.models.look(path)
    session.settle()
    session.workspace.models.add(**options)
    session.settle()


def test_a_model_is_offered_then_added_and_can_be_run_at_once(session, shelf, toy, tmp_path):
    session.open(write_study(tmp_path / "study"))
    assert session.workspace.inference.specs() == ()
    shelf.look(toy)
    assert shelf.adding.step is AddingStep.LOOKING
    session.settle()
    assert shelf.adding.step is AddingStep.OFFERED
    assert shelf.adding.offer.name == "Toy"
    shelf.add()
    assert shelf.adding.step is AddingStep.ADDING
    session.settle()
    assert shelf.adding.added == "Toy"
    assert shelf.checked["Toy"].wrong == ()
    assert [spec.identity.id for spec in session.workspace.inference.specs()] == ["Toy"]
    session.run_model()


def test_what_is_no_model_is_refused_with_the_reason(session, shelf, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    shelf.look(tmp_path / "notes.txt")
    session.settle()
    assert shelf.adding.step is AddingStep.REFUSED
    assert "no model" in str(shelf.adding.error.what_happened)
    shelf.dismiss()
    assert shelf.adding is None


def test_a_failed_addition_keeps_the_offer_so_that_it_can_be_tried_again(session, shelf, tmp_path):
    folder = write_toy(tmp_path / "toy", b"crash", name="Toy")
    add(session, folder)
    assert shelf.adding.step is AddingStep.REFUSED
    assert shelf.adding.offer is not None
    assert shelf.packs() == ()


def test_a_stopped_addition_leaves_nothing_and_the_offer_stands(
    session, shelf, library, toy, tmp_path
):
    gate = Gate()
    usual = library._self_test
    library._self_test = lambda *what: (gate(), usual(*what))
    shelf.look(toy)
    session.settle()
    shelf.add()
    gate.wait_until_reached()
    with pytest.raises(NotAllowedError, match="being added"):
        shelf.look(toy)
    shelf.stop()
    gate.open()
    session.settle()
    assert shelf.adding.step is AddingStep.OFFERED
    assert shelf.packs() == ()
    assert everything_under(tmp_path / "home" / "own") == []


def test_a_zip_that_is_not_wanted_is_cleared_away(session, shelf, tmp_path):
    with zipfile.ZipFile(tmp_path / "toy.zip", "w") as archive:
        archive.writestr("toy/toy.json", '{"name": "Zipped"}')
        archive.writestr("toy/toy.weights", "weights")
    shelf.look(tmp_path / "toy.zip")
    session.settle()
    assert everything_under(tmp_path / "home" / "own")
    shelf.look(tmp_path / "toy.zip")  # the same again: the first is put away before
    session.settle()
    assert shelf.adding.step is AddingStep.OFFERED
    shelf.dismiss()
    session.settle()
    assert everything_under(tmp_path / "home" / "own") == []


def test_what_is_dropped_is_a_model_or_is_handed_on(session, shelf, toy, tmp_path):
    handed_on, shown = [], []
    study = write_study(tmp_path / "study")
    for paths in ([study], [toy, study]):
        shelf.take_in(paths, handed_on.append, lambda: shown.append(1))
        session.settle()
    assert handed_on == [[study], [toy, study]]
    assert shown == []
    shelf.take_in([toy], handed_on.append, lambda: shown.append(1))
    session.settle()
    assert shown == [1]
    assert shelf.adding.offer.name == "Toy"
    assert len(handed_on) == 2


def test_a_removed_model_comes_back_by_undo_and_is_gone_after_the_session(
    session, shelf, toy, tmp_path
):
    add(session, toy)
    shelf.remove("Toy")
    assert shelf.packs() == ()
    assert session.workspace.inference.specs() == ()
    shelf.undo_remove()
    assert [pack.id for pack in shelf.packs()] == ["Toy"]
    assert shelf.removed is None
    shelf.remove("Toy")
    session.close()
    assert everything_under(tmp_path / "home" / "own") == []


def test_a_check_says_what_is_wrong(session, shelf, toy, tmp_path):
    add(session, toy)
    (tmp_path / "home" / "own" / "Toy" / "model" / "toy.weights").write_bytes(b"other")
    shelf.check("Toy")
    assert shelf.checked["Toy"].job is not None
    session.settle()
    assert "not the card's" in str(shelf.checked["Toy"].wrong[0])


def test_the_person_may_choose_which_model_runs_and_it_is_remembered(
    session, shelf, library, toy, tmp_path
):
    add(session, toy)
    add(session, write_toy(tmp_path / "b", b"other", name="Another"))
    inference = session.workspace.inference
    assert shelf.preferred("CT").identity.id == "Toy", "what was there goes on to run"
    shelf.prefer("Another", "CT")
    assert shelf.preferred("CT").identity.id == "Another"
    chosen = next(spec for spec in inference.specs() if spec.identity.id == "Another")
    assert shelf.modalities_of(chosen) == ("CT",)
    session.close()
    again = Session(tmp_path / "home", ToyRunner(library.specs), make_library=lambda: library)
    assert again.workspace.models.preferred("CT").identity.id == "Another"
    again.workspace.models.remove("Another")
    assert again.workspace.models.preferred("CT").identity.id == "Toy"
    again.close()


def test_a_model_for_the_modality_comes_before_others(session, shelf, toy, tmp_path):
    add(session, write_toy(tmp_path / "a", b"mr", name="A brain", modality="MR"))
    add(session, toy)
    assert shelf.preferred("CT").identity.id == "Toy"
    assert shelf.preferred("MR").identity.id == "A-brain"
    assert shelf.preferred("PT") is not None


def test_a_damaged_choice_chooses_nothing(session, shelf, toy, tmp_path):
    add(session, toy)
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "model-choices.json").write_text("[1]")
    assert shelf.preferred("CT").identity.id == "Toy"


def test_the_setting_for_signed_models_changes_what_runs_at_once(session, tmp_path, toy, library):
    workspace = session.workspace
    library._judge = replace(
        library._judge, only_signed=lambda: workspace.settings.only_signed_models
    )
    add(session, toy)
    assert workspace.inference.specs()
    workspace.change_settings(only_signed_models=True)
    assert [pack.state for pack in workspace.models.packs()] == [PackState.NOT_SIGNED]
    assert workspace.inference.specs() == ()


def test_without_a_library_the_runners_models_are_shown_and_cannot_be_changed(tmp_path, toy):
    session = Session(tmp_path / "home")
    shelf = session.workspace.models
    assert [pack.id for pack in shelf.packs()] == ["fake"]
    assert not shelf.is_managed
    with pytest.raises(NotAllowedError):
        shelf.look(toy)
    session.close()
