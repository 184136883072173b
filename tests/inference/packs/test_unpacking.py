"""Models in ZIP files: added like others, and what such files may not do."""

from __future__ import annotations

import stat
import struct
import zipfile

import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ModelUnavailableError
from tests.support.toy_models import everything_under, register_toys, toy_library


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    register_toys(monkeypatch)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def library(home):
    return toy_library(home)


def add(library, path):
    return library.add(library.look(path), ignore_progress, CancelToken())


def zip_of(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


TOY_FILES = {"toy/toy.json": '{"name": "Zipped"}', "toy/toy.weights": "weights"}


def test_a_zip_is_unpacked_and_added_and_nothing_of_it_is_left(library, home, tmp_path):
    spec = add(library, zip_of(tmp_path / "toy.zip", TOY_FILES))
    assert spec.identity.name == "Zipped"
    assert {p.name for p in (home / "own").iterdir()} == {"Zipped"}


def test_an_offer_that_is_not_wanted_leaves_nothing(library, home, tmp_path):
    library.look(zip_of(tmp_path / "toy.zip", TOY_FILES))
    assert everything_under(home / "own")
    library.forget_offers()
    assert everything_under(home / "own") == []


@pytest.mark.parametrize("name", ["../evil", "/evil", "toy/../../evil", "C:\\evil", "a\\..\\evil"])
def test_a_zip_that_would_write_elsewhere_is_refused_whole(library, home, tmp_path, name):
    path = zip_of(tmp_path / "toy.zip", {**TOY_FILES, name: "x"})
    with pytest.raises(ModelUnavailableError, match="outside its own folder"):
        library.look(path)
    assert everything_under(home / "own") == []
    assert not list(tmp_path.glob("**/evil"))


def test_a_link_in_a_zip_is_refused(library, tmp_path):
    path = zip_of(tmp_path / "toy.zip", TOY_FILES)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("toy/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelUnavailableError, match="outside its own folder"):
        library.look(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(library, home, tmp_path, monkeypatch):
    from reader.inference.packs import unpacking

    monkeypatch.setattr(unpacking, "_ALWAYS_ALLOWED_BYTES", 1 << 20)
    path = zip_of(tmp_path / "bomb.zip", {"toy/zeros": bytes(4 << 20)})
    with pytest.raises(ModelUnavailableError, match="far more than its size"):
        library.look(path)
    assert everything_under(home / "own") == []


def test_a_zip_that_lies_about_its_size_is_stopped(library, home, tmp_path):
    path = zip_of(tmp_path / "liar.zip", {"toy/zeros": bytes(1 << 20)})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.index(signature) + offset
        content[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    with pytest.raises(ModelUnavailableError, match=r"damaged|far more"):
        library.look(path)
    assert everything_under(home / "own") == []


def test_a_zip_with_one_name_twice_or_damage_is_refused(library, tmp_path):
    twice = zip_of(tmp_path / "twice.zip", {**TOY_FILES, "TOY/toy.json": "{}"})
    with pytest.raises(ModelUnavailableError, match="two files of one name"):
        library.look(twice)
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(ModelUnavailableError, match="damaged"):
        library.look(tmp_path / "cut.zip")


def test_a_zip_whose_names_are_no_text_is_refused_in_words(library, tmp_path):
    path = zip_of(tmp_path / "odd.zip", {**TOY_FILES, "toy/\u00e9\u00e9": "x"})
    path.write_bytes(path.read_bytes().replace("\u00e9\u00e9".encode(), b"\xff\xfe\xff\xfe"))
    with pytest.raises(ModelUnavailableError, match="damaged"):
        library.look(path)
