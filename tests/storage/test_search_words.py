"""What is typed finds what is stored, in any script; names agree or they do not."""

from __future__ import annotations

import pytest

from reader.core.study import Patient, StudySummary
from reader.storage.search_words import names_agree, query_terms, search_words


def found(typed: str, name: str = "王小东 (Wang, XiaoDong)", **more: str) -> bool:
    patient = Patient(name=name, patient_id=more.get("patient_id", "LIDC-0314"))
    study = StudySummary("1", patient, "CT Thorax nativ", "20240131", ("CT", "SEG"), 1, 1)
    words = search_words(study, "A-77/2024")
    return all(term in words for term in query_terms(typed))


@pytest.mark.parametrize(
    "typed",
    ["wang", "XIAO", "王小东", "小东", "王^小东", "lidc-0314", "0314", "thor", "ct", "2024-01",
     "20240131", "a-77", "wang ct 2024", "ｗａｎｇ", "  ", ""],
)  # fmt: skip
def test_a_study_is_found_by(typed: str) -> None:
    assert found(typed)


@pytest.mark.parametrize("typed", ["ang", "horax", "mr", "wang mr", "1999", "%", "_", "'"])
def test_a_study_is_not_found_by(typed: str) -> None:
    assert not found(typed)


def test_accents_and_scripts_do_not_hide_anybody() -> None:
    assert found("muller", name="Müller, Zoë")
    assert found("MÜLLER", name="Muller, Zoe")
    assert found("山田", name="山田太郎 (Yamada, Tarou)")
    assert found("김희중", name="김희중")
    assert found("ива", name="Иванов, Иван")


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Doe^Jane", "DOE^JANE", True),
        ("Doe^Jane", "Doe^J", True),
        ("Doe, Jane Mary", "Doe, Jane", True),
        ("Doe^Jane", "Jane Doe", True),
        ("", "Doe^Jane", True),
        ("王小东 (Wang, XiaoDong)", "王小东", True),
        ("王小东 (Wang, XiaoDong)", "Wang, X", True),
        ("王小东", "Wang, XiaoDong", True),
        ("王小东", "李小东", False),
        ("Doe (Roe), Jane", "Doe, John", False),
        ("Doe^Jane", "Doe^John", False),
        ("Doe^Jane", "Roe^Jane", False),
    ],
)
def test_names_agree_unless_a_part_speaks_against_it(one: str, other: str, agree: bool) -> None:
    assert names_agree(one, other) is agree
    assert names_agree(other, one) is agree
