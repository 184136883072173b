"""Signed packs: what the signature covers cannot be changed unnoticed."""

from __future__ import annotations

import json

import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.core.model_library import PackState
from reader.inference.packs.own_lists import KeyList
from reader.inference.packs.signature import (
    fingerprint,
    new_private_key,
    public_key_of,
    sign_pack,
)
from tests.support.chest import write_tiny_pack
from tests.support.toy_models import places_under, register_toys, toy_library, write_toy


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def pem():
    return new_private_key()


@pytest.fixture
def trusted(home, pem):
    KeyList(places_under(home).keys).add("Radiology, Example", public_key_of(pem))


@pytest.fixture
def signed(tmp_path, pem):
    pack = write_tiny_pack(tmp_path / "given" / "chest-ct")
    sign_pack(pack, pem)
    return pack


@pytest.fixture
def library(home):
    return toy_library(home, self_test=None)


def add(library, path):
    return library.add(library.look(path), ignore_progress, CancelToken())


def test_a_pack_signed_with_a_trusted_key_says_by_whom_before_and_after(library, trusted, signed):
    assert library.look(signed).signed_by == "Radiology, Example"
    add(library, signed)
    assert [pack.signed_by for pack in library.packs()] == ["Radiology, Example"]


def test_a_pack_signed_with_another_key_counts_as_unsigned_and_names_the_key(library, pem, signed):
    offer = library.look(signed)
    assert offer.signed_by is None
    assert fingerprint(public_key_of(pem)) in str(offer.notes[0])


def change_weights(pack):
    weights = pack / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")


def change_card(pack):
    card = pack / "model.json"
    card.write_text(card.read_text().replace('"threshold": 0.4', '"threshold": 0.9'))


def change_card_and_its_hash(pack):
    import hashlib

    change_card(pack)
    signature = json.loads((pack / "model.sig").read_text())
    signature["files"]["model.json"] = hashlib.sha256(
        (pack / "model.json").read_bytes()
    ).hexdigest()
    (pack / "model.sig").write_text(json.dumps(signature))


def change_key(pack):
    signature = json.loads((pack / "model.sig").read_text())
    signature["public_key"] = public_key_of(new_private_key())
    (pack / "model.sig").write_text(json.dumps(signature))


def cut_signature(pack):
    (pack / "model.sig").write_text((pack / "model.sig").read_text()[:40])


@pytest.mark.parametrize(
    "change", [change_weights, change_card, change_card_and_its_hash, change_key, cut_signature]
)
def test_a_changed_pack_is_refused_and_a_changed_installed_one_does_not_run(
    library, home, trusted, signed, change
):
    add(library, signed)
    change(signed)
    with pytest.raises(ModelUnavailableError):
        library.look(signed)
    change(home / "own" / "chest-ct")
    assert library.check("chest-ct", ignore_progress, CancelToken())
    if change is not change_weights:  # those are hashed when they are loaded
        assert [pack.state for pack in library.packs()] == [PackState.BROKEN]
        assert library.specs() == ()


def test_only_signed_packs_where_the_site_wants_it(home, trusted, signed, tmp_path, pem):
    wants = [False]
    library = toy_library(home, self_test=None, only_signed=lambda: wants[0])
    add(library, signed)
    (home / "own" / "chest-ct" / "model.sig").rename(tmp_path / "kept.sig")
    assert [pack.state for pack in library.packs()] == [PackState.OK]
    wants[0] = True
    assert [pack.state for pack in library.packs()] == [PackState.NOT_SIGNED]
    assert library.specs() == ()
    (tmp_path / "kept.sig").rename(home / "own" / "chest-ct" / "model.sig")
    assert [pack.state for pack in library.packs()] == [PackState.OK]


def test_an_unsigned_pack_is_not_added_where_only_signed_ones_are_wanted(home, tmp_path):
    library = toy_library(home, self_test=None, only_signed=lambda: True)
    with pytest.raises(ModelUnavailableError, match="not signed with a key"):
        add(library, write_tiny_pack(tmp_path / "chest-ct"))


def test_shipped_packs_need_no_signature(home):
    write_tiny_pack(home / "shipped" / "chest-ct")
    library = toy_library(home, self_test=None, only_signed=lambda: True)
    assert [pack.state for pack in library.packs()] == [PackState.OK]


def test_an_added_model_by_others_can_be_signed_and_taken_elsewhere(
    library, home, tmp_path, pem, monkeypatch
):
    register_toys(monkeypatch)
    add(library, write_toy(tmp_path / "toy", name="Toy"))
    sign_pack(home / "own" / "Toy", pem)
    elsewhere = toy_library(tmp_path / "elsewhere", self_test=None, only_signed=lambda: True)
    KeyList(places_under(tmp_path / "elsewhere").keys).add("Site", public_key_of(pem))
    add(elsewhere, home / "own" / "Toy")
    assert [pack.signed_by for pack in elsewhere.packs()] == ["Site"]


def test_weights_that_are_not_the_cards_are_not_signed(tmp_path, pem):
    pack = write_tiny_pack(tmp_path / "chest-ct")
    change_weights(pack)
    with pytest.raises(ModelUnavailableError, match="not the card's"):
        sign_pack(pack, pem)
    assert not (pack / "model.sig").exists()


def test_what_is_no_key_is_refused(tmp_path):
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for pem in (b"", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", other):
        with pytest.raises(ModelUnavailableError, match="no Ed25519 key"):
            public_key_of(pem)


def test_keys_are_listed_replaced_and_forgotten_and_a_damaged_list_trusts_nobody(home):
    keys = KeyList(places_under(home).keys)
    keys.add("A", "one")
    keys.add("B", "two")
    keys.add("A", "three")
    assert {k.name: k.public_key for k in keys.trusted()} == {"A": "three", "B": "two"}
    assert keys.remove("A")
    assert not keys.remove("A")
    keys.path.write_text("{")
    assert keys.trusted() == ()
