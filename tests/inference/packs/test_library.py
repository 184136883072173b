"""Packs are added whole or not at all, and nothing in them is believed before it was checked."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, InferenceError, ModelUnavailableError
from reader.core.model_library import PackState
from tests.support.chest import write_tiny_pack
from tests.support.toy_models import (
    everything_under,
    register_toys,
    toy_library,
    write_toy,
)


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    register_toys(monkeypatch)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def library(home):
    return toy_library(home)


@pytest.fixture
def toy(tmp_path):
    return write_toy(tmp_path / "given" / "toy", name="Toy", licence="MIT")


def add(library, path, **options):
    return library.add(library.look(path), ignore_progress, CancelToken(), **options)


def said(error) -> str:
    return f"{error.value.what_happened} {error.value.what_to_do}"


# Looking


def test_an_offer_says_what_a_model_by_others_is_and_copies_nothing(library, home, toy):
    offer = library.look(toy)
    assert (offer.format, offer.id, offer.name, offer.version) == ("toy", "Toy", "Toy", "2")
    assert (offer.licence, offer.signed_by, offer.needs) == ("MIT", None, ())
    assert offer.card["labels"][0]["code"]["value"] == "10200004"
    assert offer.size_bytes == sum(p.stat().st_size for p in toy.iterdir())
    assert not offer.runs_code
    assert everything_under(home / "own") == []


def test_what_is_no_model_is_refused(library, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("hello")
    with pytest.raises(ModelUnavailableError, match="no model that Reading Room knows"):
        library.look(tmp_path / "notes")


def test_a_model_inside_folders_that_hold_nothing_else_is_found(library, tmp_path):
    write_toy(tmp_path / "a" / "b" / "toy", name="Deep")
    assert library.look(tmp_path / "a").name == "Deep"


def test_a_json_file_of_another_program_is_no_card(library, tmp_path):
    folder = write_toy(tmp_path / "toy", name="Toy")
    (folder / "model.json").write_text(json.dumps({"layers": []}))
    assert library.look(folder).format == "toy"


# Adding


def test_an_added_model_is_there_with_its_files_and_can_be_run(library, home, toy):
    spec = add(library, toy)
    assert [s.identity.id for s in library.specs()] == ["Toy"]
    assert spec.format == "toy"
    assert spec.options == {"step": 0.5}
    assert spec.weights == home / "own" / "Toy" / "model"
    assert everything_under(home / "own") == [
        "Toy", "Toy/model", "Toy/model.json", "Toy/model/toy.json", "Toy/model/toy.weights",
    ]  # fmt: skip
    assert library.check("Toy", ignore_progress, CancelToken()) == ()


def test_a_pack_with_its_own_card_is_taken_as_it_is(library, home, tmp_path):
    pack = write_tiny_pack(tmp_path / "given" / "chest-ct")
    (pack / "notes.txt").write_text("not part of the pack")
    library = toy_library(home, self_test=None)
    spec = add(library, pack)
    own = home / "own" / "chest-ct"
    assert (own / "model.json").read_bytes() == (pack / "model.json").read_bytes()
    assert everything_under(own) == ["model.json", "weights.safetensors"]
    assert spec.identity.id == "chest-ct"


def test_progress_goes_from_nothing_to_everything_and_names_its_steps(library, toy):
    seen: list[Progress] = []
    library.add(library.look(toy), seen.append, CancelToken())
    copying = [p for p in seen if str(p.stage) == "Copying the model"]
    assert copying[-1].done == copying[-1].total > 0


def test_a_second_model_of_the_same_id_is_refused_and_the_first_stays(library, home, toy, tmp_path):
    first = add(library, toy)
    other = write_toy(tmp_path / "other", b"other weights", name="Toy")
    before = everything_under(home / "own")
    offer = replace(library.look(other), id="Toy")
    with pytest.raises(ModelUnavailableError) as error:
        library.add(offer, ignore_progress, CancelToken())
    assert "There is a model Toy already" in said(error)
    assert everything_under(home / "own") == before
    assert library.specs()[0].identity == first.identity


def test_a_drafted_model_can_be_given_another_id(library, toy, tmp_path):
    add(library, toy)
    offer = library.look(write_toy(tmp_path / "other", b"other weights", name="Toy"))
    library.add(replace(offer, id="liver-toy"), ignore_progress, CancelToken())
    assert [s.identity.id for s in library.specs()] == ["Toy", "liver-toy"]


def test_another_model_of_the_same_name_gets_a_free_id_and_the_very_same_none(
    library, toy, tmp_path
):
    add(library, toy)
    assert library.look(write_toy(tmp_path / "b", b"second", name="Toy")).id == "Toy-2"
    add(library, tmp_path / "b")
    assert library.look(write_toy(tmp_path / "c", b"third", name="Toy")).id == "Toy-3"
    again = library.look(toy)
    assert "This very model is here already" in str(again.notes[0])
    with pytest.raises(ModelUnavailableError, match="already"):
        library.add(again, ignore_progress, CancelToken())
    card = json.loads((tmp_path / "home" / "own" / "Toy-2" / "model.json").read_text())
    assert card["id"] == "Toy-2"


def test_the_id_of_a_shipped_model_is_taken(home, tmp_path):
    write_tiny_pack(home / "shipped" / "chest-ct")
    library = toy_library(home, self_test=None)
    with pytest.raises(ModelUnavailableError, match="already"):
        add(library, write_tiny_pack(tmp_path / "chest-ct", seed=1))
    with pytest.raises(ModelUnavailableError, match="came with Reading Room"):
        library.remove("chest-ct")


@pytest.mark.parametrize("when", ["Copying the model", "Trying it on a test volume"])
def test_a_cancelled_addition_leaves_nothing(home, toy, when):
    library, cancel = toy_library(home), CancelToken()
    seen: list[str] = []

    def report(progress: Progress) -> None:
        seen.append(str(progress.stage))
        if str(progress.stage) == when:
            cancel.cancel()

    offer = library.look(toy)
    with pytest.raises(Cancelled):
        library.add(offer, report, cancel)
    assert when in seen
    assert everything_under(home / "own") == []
    assert library.packs() == ()


def test_a_model_that_fails_its_self_test_is_not_added(library, home, tmp_path):
    bad = write_toy(tmp_path / "bad", b"crash", name="Bad")
    with pytest.raises(InferenceError, match="toy is broken"):
        add(library, bad)
    assert everything_under(home / "own") == []


def test_a_model_that_changes_between_looking_and_adding_is_refused(library, home, toy):
    offer = library.look(toy)
    (toy / "toy.weights").write_bytes(b"something else!!")
    with pytest.raises(ModelUnavailableError, match="changed since it was looked at"):
        library.add(offer, ignore_progress, CancelToken())
    assert everything_under(home / "own") == []


def test_a_model_that_needs_a_package_is_added_untried_and_says_so(library, tmp_path):
    folder = write_toy(tmp_path / "needy", name="Needy")
    (folder / "needy").touch()
    assert library.look(folder).needs == ("a_package_nobody_has",)
    add(library, folder)
    (pack,) = library.packs()
    assert pack.state is PackState.NEEDS_PACKAGE
    assert "a_package_nobody_has" in str(pack.reason)
    assert library.specs() == ()


def test_labels_that_are_not_numbered_in_one_row_are_refused(library, tmp_path, monkeypatch):
    from reader.inference.adapters.adapter import DraftLabel
    from tests.support import toy_models

    usual = toy_models.draft_of

    def gapped(*what):
        from dataclasses import replace

        return replace(usual(*what), labels=(DraftLabel(1, "liver"), DraftLabel(3, "spleen")))

    monkeypatch.setattr(toy_models, "draft_of", gapped)
    with pytest.raises(ModelUnavailableError, match="not numbered"):
        library.look(write_toy(tmp_path / "toy"))


# What is in the library


def test_tampered_weights_are_found(library, home, toy):
    add(library, toy)
    weights = home / "own" / "Toy" / "model" / "toy.weights"
    weights.write_bytes(b"Weights of a toy")
    wrong = library.check("Toy", ignore_progress, CancelToken())
    assert "not the card's" in str(wrong[0])


def test_a_file_that_nobody_named_is_found(library, home, toy):
    add(library, toy)
    (home / "own" / "Toy" / "model" / "more.json").write_text("{}")
    assert "not the card's" in str(library.check("Toy", ignore_progress, CancelToken())[0])


def test_a_tampered_card_breaks_the_pack_and_nothing_else(library, home, toy, tmp_path):
    add(library, toy)
    add(library, write_toy(tmp_path / "other", b"other", name="Other"))
    card = home / "own" / "Toy" / "model.json"
    card.write_text(card.read_text().replace('"version": "2"', '"verzion": "2"'))
    states = {pack.id: pack.state for pack in library.packs()}
    assert states == {"Toy": PackState.BROKEN, "Other": PackState.OK}
    assert [spec.identity.id for spec in library.specs()] == ["Other"]
    assert library.check("Toy", ignore_progress, CancelToken())


@pytest.mark.parametrize("path", ["../../elsewhere", "/etc/hostname", "a/../../b", "C:/x", "a\\b"])
def test_a_card_cannot_point_out_of_its_folder(library, tmp_path, path):
    pack = write_tiny_pack(tmp_path / "chest-ct")
    card = json.loads((pack / "model.json").read_text())
    file = {"path": path, "sha256": "0" * 64, "size_bytes": 1}
    card["weights"] = {"sha256": "0" * 64, "path": "model", "files": [file]}
    (pack / "model.json").write_text(json.dumps(card))
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        library.look(pack)


def test_broken_packs_of_every_kind_never_stop_the_list(library, home):
    own = home / "own"
    for name, content in (
        ("empty", ""), ("list", "[]"), ("deep", "[" * 100_000), ("binary", "\x00\xff"),
        ("future", json.dumps({"format": 99})),
    ):  # fmt: skip
        (own / name).mkdir(parents=True)
        (own / name / "model.json").write_text(content, encoding="latin-1")
    (own / "folder" / "model.json").mkdir(parents=True)
    assert {pack.state for pack in library.packs()} == {PackState.BROKEN}
    assert len(library.packs()) == 6
    assert library.specs() == ()
    assert all(pack.reason and pack.what_to_do for pack in library.packs())


# Removing


def test_a_removed_model_can_be_had_back_until_it_is_forgotten(library, home, toy):
    add(library, toy)
    library.remove("Toy")
    assert library.packs() == ()
    library.restore("Toy")
    assert [pack.state for pack in library.packs()] == [PackState.OK]
    library.remove("Toy")
    library.forget_removed()
    assert everything_under(home / "own") == []
    with pytest.raises(ModelUnavailableError, match="no model Toy"):
        library.restore("Toy")


def test_removing_what_is_not_there_says_so(library):
    with pytest.raises(ModelUnavailableError, match="no model ghost"):
        library.remove("ghost")


def test_what_an_interrupted_addition_left_is_swept_up(library, home):
    dead, other = 2**22 + 1, os.getppid()
    (home / "own" / f".adding-{dead}-ab" / "model").mkdir(parents=True)
    (home / "own" / f".unpacked-{os.getpid()}-ab").mkdir()
    (home / "own" / f".adding-{other}-ab").mkdir()
    assert library.packs() == ()
    library.forget_removed()
    assert everything_under(home / "own") == [f".adding-{other}-ab"]


# Formats that can hold code


def test_a_file_with_code_needs_the_persons_trust_which_is_remembered_by_its_hash(
    library, home, tmp_path
):
    path = tmp_path / "net.toycode"
    path.write_bytes(b"program")
    offer = library.look(path)
    assert offer.runs_code
    with pytest.raises(ModelUnavailableError, match="can hold a program"):
        library.add(offer, ignore_progress, CancelToken())
    assert everything_under(home / "own") == []
    library.add(offer, ignore_progress, CancelToken(), trust=True)
    assert [pack.state for pack in library.packs()] == [PackState.OK]
    library.remove("net")
    assert not library.look(path).runs_code, "the trust in this very file is remembered"
    path.write_bytes(b"another program")
    assert library.look(path).runs_code


def test_a_file_with_code_that_nobody_trusts_is_listed_and_not_run(library, home, tmp_path):
    path = tmp_path / "net.toycode"
    path.write_bytes(b"program")
    add(library, path, trust=True)
    (home / "config" / "trusted-models.json").unlink()
    assert [pack.state for pack in library.packs()] == [PackState.NOT_TRUSTED]
    assert library.specs() == ()
    library.trust("net")
    assert [pack.state for pack in library.packs()] == [PackState.OK]


@pytest.mark.parametrize("odd", [TypeError("x"), RecursionError(), MemoryError(), KeyError("x")])
def test_files_that_nobody_thought_of_are_refused_in_words(library, home, toy, monkeypatch, odd):
    def draft(_self, _path):
        raise odd

    monkeypatch.setattr("tests.support.toy_models.ToyFormat.draft", draft)
    with pytest.raises(ModelUnavailableError, match=type(odd).__name__):
        library.look(toy)
    assert everything_under(home / "own") == []
