"""Hanging protocols: which one fits best, and what it puts where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reader.core.cancel import CancelToken
from reader.core.geometry import VolumeGeometry
from reader.core.orientation import Plane
from reader.core.series_kind import ContrastPhase, SeriesClass, SeriesKind
from reader.core.study import Patient, Series, SeriesTags, Study
from reader.formats.dicom_scan import scan_paths
from reader.imaging.cut import Projection, Slab
from reader.session.hanging.own_protocols import fresh_id
from reader.session.hanging.present_protocol import selector_for, window_named
from reader.session.hanging.protocol_files import (
    ProtocolFileError,
    load_protocols,
    protocol_in,
    text_of,
)
from reader.session.hanging.protocols import Applies, Protocol, ViewportPlan, hung_by, ranked, score
from reader.session.hanging.series_choice import SeriesRule, SeriesSelector
from reader.session.viewing.hanging import choose_series
from reader.session.viewing.layout import Layout
from reader.session.viewing.study_kind import kind_of_study, regions_of
from tests.support.sessions import RESOURCES

SHIPPED, COMPLAINTS = load_protocols(RESOURCES / "hanging")
C = SeriesClass


def series(uid: str, modality: str, category: SeriesClass, **changes) -> Series:
    tags = {k: changes.pop(k) for k in ("body_part", "laterality", "view_position") if k in changes}
    slices = changes.pop("slices", 20)
    spacing = changes.pop("spacing", (1.0, 1.0, 1.0))
    made = Series(
        uid, modality, changes.pop("description", ""), 1,
        VolumeGeometry.from_spacing((slices, 8, 8), spacing), (),
        category=category, tags=SeriesTags(**tags),
    )  # fmt: skip
    return replace(made, **changes)


def film(uid: str, modality: str, category: SeriesClass, **changes) -> Series:
    return series(uid, modality, category, slices=1, kind=SeriesKind.IMAGES, **changes)


def study(*of: Series, description: str = "", date: str = "20240101", uid: str = "s") -> Study:
    return Study(uid, description, Patient(), date, of)


def hung(one: Study, *priors: Study, at_hand: int | None = None):
    """The protocol that hangs a study first, and what it shows."""
    kind = kind_of_study(one, choose_series(one), len(priors) if at_hand is None else at_hand)
    best = ranked(SHIPPED, kind, one, priors)[0]
    found = hung_by(best, one, priors)
    return best.id, [h.series.series_uid if h.series is not None else None for h in found]


def mammogram(side: str, view: str, uid: str = "") -> Series:
    return film(f"{uid}{side} {view}", "MG", C.MAMMOGRAM, laterality=side, view_position=view)


VIEWS = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))


def test_every_protocol_that_is_shipped_reads_and_has_a_name_of_its_own():
    assert not COMPLAINTS
    assert len({p.id for p in SHIPPED}) == len({p.name for p in SHIPPED}) == len(SHIPPED) >= 15


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda p: p.id)
def test_a_protocol_written_is_the_protocol_read(protocol):
    assert protocol_in(text_of(protocol)) == protocol


def test_a_chest_ct_with_two_kernels_shows_lung_and_mediastinum():
    lung = series("lung", "CT", C.CT_LUNG, body_part="CHEST")
    soft = series("soft", "CT", C.CT_SOFT_TISSUE, body_part="CHEST")
    scout = series("scout", "CT", C.LOCALIZER, body_part="CHEST", slices=2)
    protocol, shown = hung(study(scout, soft, lung))
    assert (protocol, shown) == ("ct-chest-kernels", ["lung", "soft", "lung", "soft"])


def test_a_chest_ct_alone_keeps_the_readers_layout():
    one = study(series("a", "CT", C.CT_SOFT_TISSUE), description="CT Thorax")
    assert hung(one) == ("ct-chest", ["a"])


def test_an_abdomen_leads_with_its_portal_phase_and_three_phases_lie_side_by_side():
    native, portal, late = (
        series(p.value, "CT", C.CT_SOFT_TISSUE, body_part="ABDOMEN", contrast_phase=p)
        for p in (ContrastPhase.NATIVE, ContrastPhase.PORTAL_VENOUS, ContrastPhase.DELAYED)
    )
    assert hung(study(native, portal)) == ("ct-abdomen", ["portal-venous"])
    protocol, shown = hung(study(native, portal, late))
    assert protocol == "ct-abdomen-phases"
    assert shown == ["native", None, "portal-venous", "delayed"]


def test_a_head_shows_brain_and_bone_of_two_kernels_or_of_one():
    soft = series("soft", "CT", C.CT_SOFT_TISSUE, body_part="HEAD")
    bone = series("bone", "CT", C.CT_BONE, body_part="HEAD", slices=200)
    assert hung(study(bone, soft)) == ("ct-head", ["soft", "bone"])
    assert hung(study(soft)) == ("ct-head", ["soft", "soft"])


def test_petct_hangs_ct_pet_and_both_in_two_planes():
    ct = series("ct", "CT", C.CT_SOFT_TISSUE, description="CT chest")
    pet, raw = series("pet", "PT", C.PET_CORRECTED), series("raw", "PT", C.PET_UNCORRECTED)
    one = study(raw, pet, ct)
    protocol, shown = hung(one)
    assert (protocol, shown) == ("petct", ["ct", "pet", "ct"] * 2)
    fused = [h.fused.key if h.fused else None for h in hung_by(_shipped("petct"), one, ())]
    assert fused == [None, None, "pet"] * 2


def test_mammograms_hang_four_views_and_eight_with_priors():
    views = [mammogram(*view) for view in reversed(VIEWS)]
    now = study(*views)
    assert hung(now) == ("mammography", ["R CC", "L CC", "R MLO", "L MLO"])
    assert hung(study(*views[:3]))[0] == "generic-images"
    before = study(*(mammogram(*v, "old ") for v in VIEWS), date="20220101", uid="old")
    protocol, shown = hung(now, before)
    assert protocol == "mammography-with-priors"
    assert shown[:4] == ["old R CC", "R CC", "L CC", "old L CC"]
    assert shown[4:] == ["old R MLO", "R MLO", "L MLO", "old L MLO"]


def test_a_chest_film_hangs_frontal_beside_lateral_and_beside_its_prior():
    frontal = film("pa", "DX", C.RADIOGRAPH, body_part="CHEST", view_position="PA")
    lateral = film("lat", "DX", C.RADIOGRAPH, body_part="CHEST", view_position="LL")
    assert hung(study(lateral, frontal)) == ("chest-film", ["pa", "lat"])
    assert hung(study(frontal)) == ("generic-images", ["pa"])
    before = study(replace(frontal, series_uid="old"), date="20220101")
    assert hung(study(lateral, frontal), before) == ("film-with-prior", ["old", "pa"])


def test_a_ct_with_a_prior_lies_beside_it():
    now = study(series("now", "CT", C.CT_LUNG, body_part="CHEST"))
    before = study(series("old", "CT", C.CT_LUNG, body_part="CHEST"), date="20220101")
    assert hung(now, before) == ("ct-with-prior", ["old", "now"])


def test_a_prior_that_is_at_hand_but_not_laid_beside_leaves_its_viewport_empty():
    now = study(series("now", "CT", C.CT_LUNG, body_part="CHEST"))
    assert hung(now, at_hand=1) == ("ct-with-prior", [None, "now"])


def test_a_brain_hangs_four_weightings_three_or_the_volume():
    parts = {
        c: series(c.value, "MR", c, body_part="BRAIN")
        for c in (C.MR_T1, C.MR_T2, C.MR_FLAIR, C.MR_DWI)
    }
    protocol, shown = hung(study(*parts.values()))
    assert (protocol, shown) == ("mr-brain", ["mr-t1", "mr-t2", "mr-flair", "mr-dwi"])
    del parts[C.MR_DWI]
    assert hung(study(*parts.values()))[0] == "mr-brain-three"
    assert hung(study(parts[C.MR_T1]))[0] == "generic-volume"


def test_what_states_nothing_that_holds_does_not_match():
    one = study(series("a", "CT", C.CT_OTHER, body_part="CHEST"))
    kind = kind_of_study(one, one.series[0], 0)
    plan = (ViewportPlan(),)
    for applies in (
        Applies(modality=("MR",)),
        Applies(region=("head",)),
        Applies(needs=(("mr-t1",),)),
        Applies(forms=("cine",)),
        Applies(priors=(1, 9)),
        Applies(series=(2, 9)),
        Applies(filled=2),
    ):
        assert score(Protocol("p", "p", Layout.ONE, plan, applies), kind, one, ()) is None


def test_the_more_is_stated_the_better_and_equals_go_by_order():
    one = study(series("a", "CT", C.CT_LUNG, body_part="CHEST"))
    kind = kind_of_study(one, one.series[0], 0)
    plan = (ViewportPlan(),)

    def made(name: str, applies: Applies, **more) -> Protocol:
        return Protocol(name, name, Layout.ONE, plan, applies, **more)

    generic = made("generic", Applies())
    modality = made("modality", Applies(modality=("CT",)))
    region = made("region", Applies(region=("chest",)))
    both = made("both", Applies(modality=("CT",), region=("chest",)))
    early, own = replace(both, id="early", order=1), replace(both, id="own", is_own=True)
    chosen = made("chosen", Applies(modality=("CT",), region=("chest",), by_choice=True))
    found = ranked((chosen, generic, modality, region, both, early, own), kind, one, ())
    names = [p.id for p in found]
    assert names == ["own", "early", "both", "region", "modality", "generic", "chosen"]


HEAD = "format = 1\nid='a'\nname='b'\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "format"),
        ("format = 2", "format"),
        ("format = 1\nlayout = '9x9'\nid='a'\nname='b'", "9x9"),
        (HEAD + "layout='1x2'\n[[viewport]]", "needs 2"),
        (
            HEAD + "layout='1'\n[[viewport]]\nplan='axial'",
            "plan is not known",
        ),
        (
            HEAD + "layout='1'\n[applies]\nregion=['tail']\n[[viewport]]",
            "tail",
        ),
        ("format = 1\nname='b'\nlayout='1'\n[[viewport]]", "id is missing"),
        (
            HEAD + "layout='1'\n[[viewport]]\nseries={any=[{colour='red'}]}",
            "colour is not known",
        ),
        (HEAD + "layout='1'\n[[viewport]]\nzoom=true", "zoom"),
    ],
)
def test_a_file_with_a_slip_says_which(text, why):
    with pytest.raises(ProtocolFileError, match=why):
        protocol_in(text)


def test_a_broken_file_is_left_out_and_named_and_the_others_are_read(tmp_path: Path):
    good = text_of(_shipped("mammography"))
    (tmp_path / "good.toml").write_text(good)
    (tmp_path / "bad.toml").write_text("format = [")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "other.txt").write_text("not looked at")
    protocols, complaints = load_protocols(tmp_path)
    assert [p.id for p in protocols] == ["mammography"]
    named = {str(c).split()[3] for c in complaints}
    assert named == {"bad.toml", "binary.toml", "folder.toml"}
    assert load_protocols(tmp_path / "nowhere") == ((), [])


def test_what_is_on_screen_becomes_a_rule_that_finds_it_again():
    axial = series("axial", "MR", C.MR_T2, description="t2_tse_tra")
    thick = series("other", "MR", C.MR_T2, description="t2 haste", slices=90)
    one = study(thick, axial)
    selector = selector_for(axial, one)
    assert selector.choose(one, ()) == axial
    left = mammogram("L", "CC")
    assert selector_for(left, study(*(mammogram(*v) for v in VIEWS))).choose(
        study(*(mammogram(*v, "next ") for v in VIEWS)), ()
    ).series_uid == "next L CC"  # fmt: skip


def test_a_window_of_ones_own_is_written_as_width_and_center():
    assert window_named("1500/-600").lower == -1350
    assert window_named("lung") is None
    assert window_named("1500/") is None


def test_a_selector_takes_no_label_map_for_an_image():
    label = series("label", "OT", C.UNKNOWN, description="t1 mask", format="nifti", slices=900)
    image = series("image", "OT", C.UNKNOWN, description="t1", format="nifti")
    wanted = SeriesSelector(any_of=(SeriesRule(words=("t1",)),))
    assert wanted.choose(study(label, image), ()) == image
    assert wanted.choose(study(label), ()) is None


def test_slabs_planes_and_fusion_are_written_too():
    plan = ViewportPlan(
        plane=Plane.CORONAL, window="1500/-600", inverted=True, zoom=1.5, opacity=0.25,
        slab=Slab(10.0, Projection.MINIMUM), fused=SeriesSelector((SeriesRule(modality=("PT",)),)),
        series=SeriesSelector(never=(SeriesRule(phase="last"),), prior=2),
    )  # fmt: skip
    made = Protocol('own-"x"', "Näme \\ 名", Layout.ONE, (plan,))
    assert protocol_in(text_of(made)) == made


def test_body_parts_are_found_in_the_words_people_write():
    def found(body_part: str = "", description: str = "") -> set[str]:
        one = series("a", "CT", C.CT_OTHER, body_part=body_part, description=description)
        return set(regions_of(study(one)))

    assert found("CHEST") == {"chest"}
    assert found("", "CT CH/AB/PEL W/ CONTRAST") == {"chest", "abdomen", "pelvis"}
    assert found("", "胸部平扫") == {"chest"}
    assert found("HEAD", "lung windows") == {"head"}, "the body part goes before words"
    assert found("", "Archive") == set()


def test_ids_are_made_of_names_and_never_twice():
    assert fresh_id("My CT chest!", ()) == "own-my-ct-chest"
    assert fresh_id("My CT chest", ("own-my-ct-chest",)) == "own-my-ct-chest-2"
    assert fresh_id("胸部", ()) == "own-protocol"


# Real cases

REAL = {
    "ct_abdomen_totalseg_example": ("ct-abdomen", ["example_ct"]),
    "ct_chest_lidc0314": ("ct-chest", [""]),
    "ct_chest_totalseg_aorta": ("ct-chest", ["ct_cropped"]),
    "ct_chest_totalseg_pulmonary": ("ct-chest", ["ct_cropped"]),
    "ct_liver_crlm1004": ("ct-abdomen", ["CT CH/AB/PEL"]),
    "mr_ms_longitudinal_patient01": (
        "mr-brain-three", ["study2_T1W", "study2_T2W", "study2_FLAIR"],
    ),
    "mr_prostate_prostatex0207": (
        "mr-prostate",
        [
            "t2_tse_tra", "ep2d_diff_tra_DYNDIST_ADC", "ep2d_diff_tra_DYNDIST · b 800",
            "t2_tse_sag", "t2_tse_cor", "ep2d_diff_tra_DYNDISTCALC_BVAL",
        ],
    ),
    "mr_stroke_cstar": ("mr-brain-three", ["t1", "t2", "flair"]),
    "mr_tumour_pyradiomics_brain1": ("generic-volume", ["image"]),
    "pet_headneck_qin0024": ("generic-volume", ["PET WB_0"]),
    "petct_lung_acrin042": (
        "petct", ["CT IMAGES", "PET AC", "CT IMAGES", "CT IMAGES", "PET AC", "CT IMAGES"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REAL)
def test_real_cases_hang_as_they_are_read(case: str, real_data, tmp_path: Path):
    (found,) = scan_paths([real_data(case)], _ignore, CancelToken(), unpacked=tmp_path).studies
    kind = kind_of_study(found, choose_series(found), 0)
    best = ranked(SHIPPED, kind, found, ())[0]
    shown = [h.series.description if h.series else None for h in hung_by(best, found, ())]
    assert (best.id, shown) == REAL[case]


@pytest.mark.slow
def test_everything_in_the_zoo_hangs_by_something_that_shows_an_image(real_data, tmp_path: Path):
    result = scan_paths([real_data("dicom_zoo")], _ignore, CancelToken(), unpacked=tmp_path)
    films = set()
    for found in result.studies:
        if not found.series:
            continue
        kind = kind_of_study(found, choose_series(found), 0)
        best = ranked(SHIPPED, kind, found, ())[0]
        assert any(h.series is not None for h in hung_by(best, found, ()))
        assert not best.applies.by_choice
        if kind.modalities & {"CR", "DX", "MG"}:
            films.add(best.id)
    assert films == {"generic-images"}, "each of its films is the only one of its study"


def _ignore(_progress: object) -> None:
    pass


def _shipped(protocol_id: str) -> Protocol:
    return next(p for p in SHIPPED if p.id == protocol_id)
