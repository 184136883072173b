"""Labels get the right codes, and none where nobody knows."""

from __future__ import annotations

import pytest
from pydicom.sr._concepts_dict import concepts

from reader.core import codes
from reader.core.codes import CodedConcept
from reader.inference.adapters.adapter import DraftLabel
from reader.inference.packs.label_codes import PRIVATE_SCHEME, LabelTable, plain_name
from tests.support.sessions import RESOURCES


@pytest.fixture(scope="module")
def table() -> LabelTable:
    return LabelTable(RESOURCES / "labels")


def labels_of(table, *names):
    return table.card_labels([DraftLabel(n, name) for n, name in enumerate(names, 1)])


def test_every_code_is_the_one_that_dicom_lists_for_its_meaning(table):
    listed: dict[str, list[str]] = {}
    for by_code in concepts["SCT"].values():
        for value, (meaning, _) in by_code.items():
            listed.setdefault(value, []).append(meaning.lower())
    ours = {c for c in vars(codes).values() if isinstance(c, CodedConcept)}
    wrong = []
    for concept in table.concepts():
        words = {w.rstrip("s") for w in concept.meaning.lower().replace(",", "").split()}
        meanings = listed.get(concept.value, [])
        fits = any(words & {w.rstrip("s,") for w in meaning.split()} for meaning in meanings)
        if not fits and concept not in ours:
            wrong.append((concept, meanings))
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("kidney_left", "64033007"),
        ("Left-Thalamus-Proper*", "42695009"),
        ("lung_left", "44029006"),
        ("lung", "39607008"),
        ("vertebrae_T12", "23215003"),
        ("heart_atrium_right", "73829009"),
        ("lung_middle_lobe_right", "72481006"),
        ("3rd-Ventricle", "49841001"),
        ("small_bowel", "30315005"),
        ("rib_right_7", "113197003"),
        ("CSF", "65216001"),
        ("TUMOR", "108369006"),
    ],
)
def test_names_as_models_write_them_are_understood(table, name, code):
    (label,) = labels_of(table, name)
    assert (label.code.value, label.code.scheme) == (code, "SCT")


def test_what_is_no_anatomy_is_a_finding(table):
    organ, lesion = labels_of(table, "liver", "liver_tumor")
    assert (organ.is_finding, lesion.is_finding) == (False, True)
    assert organ.category.value == codes.ANATOMICAL_STRUCTURE.value
    assert lesion.category.value == codes.MORPHOLOGICALLY_ABNORMAL.value


def test_an_unknown_name_gets_a_private_code_of_its_own_and_always_the_same(table):
    first, second, again = labels_of(table, "gizmo_left", "gizmo_right", "Left gizmo")
    assert first.code.scheme == PRIVATE_SCHEME
    assert first.code == again.code != second.code
    assert len(first.code.value) <= 16


def test_labels_keep_the_order_of_their_numbers_and_have_colours(table):
    made = table.card_labels([DraftLabel(2, "spleen"), DraftLabel(1, "liver")])
    assert [label.name for label in made] == ["Liver", "Spleen"]
    assert made[0].color != made[1].color


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("kidney_left", "Left kidney"),
        ("vertebrae_L5", "Vertebrae L5"),
        ("CSF", "CSF"),
        ("ctx-rh-insula", "Right ctx insula"),
        ("left", "Left"),
        ("**", "**"),
    ],
)
def test_names_are_written_as_words(raw, plain):
    assert plain_name(raw) == plain
