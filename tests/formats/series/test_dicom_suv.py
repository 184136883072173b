"""SUV factors: hand calculations on real headers, every branch on made-up ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

from reader.core.intensity import IntensityUnit
from reader.formats.series.dicom_suv import (
    body_surface_cm2,
    lean_body_mass_kg,
    read_series_suv,
    read_suv_scale,
    suv_scale,
)
from reader.formats.series.dicom_suv_header import SuvFacts, parse_moment, parse_time, suv_facts

NOON = dt.datetime.combine(dt.date(2020, 3, 1), dt.time(12))
HOUR = dt.timedelta(hours=1)
FDG = SuvFacts(
    units="BQML",
    is_attenuation_corrected=True,
    is_decay_corrected=True,
    decay_reference="START",
    dose_bq=400e6,
    half_life_s=6586.2,
    injected_time=dt.time(11, 0, 0),
    series_at=NOON,
    acquired_at=NOON,
    weight_kg=80.0,
    height_m=1.8,
    sex="M",
)
"""An hour after 400 MBq, 80 kg."""
AN_HOUR_LATER = 1000 * 80 / (400e6 * 2 ** (-3600 / 6586.2))


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_a_real_siemens_head_and_neck(real_data: Callable[[str], Path]):
    """From the header: 66.2 kg, 381.47 MBq at 11:39:00, scan from 13:02:44.678, 6586.2 s.

    1 h 23 min 44.678 s are 5024.678 s, 0.762910 half-lives, so 0.589307 is left of the dose:
    224.803 MBq. 66200 g / 224.803e6 Bq = 2.94480e-4 g/Bq. There is no height.
    """
    scale = read_series_suv(files(real_data("pet_headneck_qin0024/pet")))
    assert scale.body_weight == pytest.approx(2.94480e-4, rel=1e-5)
    assert (scale.lean_body_mass, scale.body_surface_area) == (None, None)
    assert "height" in str(scale.why_not)


def test_a_real_ge_lung(real_data: Callable[[str], Path]):
    """From the header: male, 91 kg, 1.88 m, 588.802304 MBq at 07:21:00, scan from 09:59:47, 6588 s.

    2 h 38 min 47 s are 9527 s, 1.446114 half-lives, so 0.367010 is left of the dose:
    216.096 MBq. 91000 g / 216.096e6 Bq = 4.21110e-4 g/Bq.

    Lean: index 91 / 1.88^2 = 25.7469; 9270 * 91 / (6680 + 216 * 25.7469) = 68.9116 kg;
    68911.6 g / 216.096e6 Bq = 3.18894e-4 g/Bq.

    Surface: 71.84 * 91^0.425 * 188^0.725 = 21763.2 cm2; / 216.096e6 Bq = 1.00711e-4 cm2/Bq.
    """
    scale = read_series_suv(files(real_data("petct_lung_acrin042/pet_ac")))
    assert scale.body_weight == pytest.approx(4.21110e-4, rel=1e-5)
    assert scale.lean_body_mass == pytest.approx(3.18894e-4, rel=1e-5)
    assert scale.body_surface_area == pytest.approx(1.00711e-4, rel=1e-5)
    assert scale.why_not is None
    assert scale.factor(IntensityUnit.SUV_BW) == scale.body_weight


def test_a_real_uncorrected_series_has_no_suv(real_data: Callable[[str], Path]):
    scale = read_series_suv(files(real_data("petct_lung_acrin042/pet_nac")))
    assert scale.body_weight is None
    assert "counts" in str(scale.why_not)


def test_the_happy_path():
    scale = suv_scale(FDG)
    assert scale.body_weight == pytest.approx(AN_HOUR_LATER)
    assert scale.why_not is None


def test_formulas_on_published_shapes():
    """80 kg and 1.80 m: index 24.69; lean 61.7 (men) and 50.1 (women) kg; 1.996 m2."""
    assert lean_body_mass_kg(80, 1.8, "M") == pytest.approx(61.74, abs=0.02)
    assert lean_body_mass_kg(80, 1.8, "F") == pytest.approx(50.10, abs=0.05)
    assert body_surface_cm2(80, 1.8) == pytest.approx(19960, abs=20)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"units": ""}, "unit of the values"),
        ({"units": "PROPCPS"}, "counts"),
        ({"units": "CNTS"}, "counts"),
        ({"units": "MGMINML"}, "not Bq/ml"),
        ({"is_attenuation_corrected": False}, "attenuation"),
        ({"is_decay_corrected": False}, "decay"),
        ({"decay_reference": "NONE"}, "decay"),
        ({"decay_reference": ""}, "to which time"),
        ({"dose_bq": None}, "injected dose"),
        ({"dose_bq": 400.0}, "another unit"),
        ({"dose_bq": 4e14}, "another unit"),
        ({"half_life_s": None}, "half-life"),
        ({"half_life_s": 1.8}, "half-life"),
        ({"injected_time": None}, "when the dose was injected"),
        ({"injected_time": dt.time(12, 5)}, "do not fit together"),
        ({"half_life_s": 78.4 * 3600}, "on which day"),
        ({"injected_time": None, "injected_at": NOON - 40 * HOUR}, "do not fit together"),
        ({"injected_time": None, "injected_at": NOON + HOUR}, "do not fit together"),
        ({"series_at": None}, "removed"),
        ({"acquired_at": None}, "removed"),
        ({"acquired_at": NOON + 30 * 24 * HOUR}, "contradict"),
        ({"series_at": NOON + HOUR}, "when the scan began"),
        ({"weight_kg": None}, "weight"),
        ({"weight_kg": 80_000.0}, "weight"),
        ({"units": "GML", "suv_type": "IBW"}, "formula"),
        ({"units": "GML", "suv_type": "LBM"}, "formula"),
    ],
)
def test_a_reason_instead_of_a_number(changes: dict, why: str):
    scale = suv_scale(replace(FDG, **changes))
    known = (scale.body_weight, scale.lean_body_mass, scale.body_surface_area)
    assert known == (None, None, None)
    assert why in str(scale.why_not)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"height_m": None}, "height"),
        ({"height_m": 180.0}, "height in the header cannot be right"),
    ],
)
def test_body_weight_alone_when_the_height_is_not_known(changes: dict, why: str):
    scale = suv_scale(replace(FDG, **changes))
    assert scale.body_weight == pytest.approx(AN_HOUR_LATER)
    assert (scale.lean_body_mass, scale.body_surface_area) == (None, None)
    assert why in str(scale.why_not)


def test_no_lean_body_mass_without_a_sex():
    scale = suv_scale(replace(FDG, sex="O"))
    assert scale.lean_body_mass is None
    assert scale.body_surface_area is not None
    assert "sex" in str(scale.why_not)


def test_the_whole_moment_of_injection_is_used_where_it_is_given():
    scale = suv_scale(replace(FDG, injected_time=None, injected_at=NOON - HOUR))
    assert scale.body_weight == pytest.approx(AN_HOUR_LATER)
    slow = replace(FDG, half_life_s=78.4 * 3600, injected_at=NOON - 72 * HOUR)
    expected = 1000 * 80 / (400e6 * 2 ** (-72 / 78.4))
    assert suv_scale(slow).body_weight == pytest.approx(expected)


def test_a_date_that_was_shifted_for_privacy_gives_way_to_the_time_of_day():
    shifted = replace(FDG, injected_at=NOON - 700 * 24 * HOUR)
    assert suv_scale(shifted).body_weight == pytest.approx(AN_HOUR_LATER)


def test_an_injection_before_midnight():
    late = dt.datetime.combine(dt.date(2020, 3, 2), dt.time(0, 30))
    facts = replace(FDG, series_at=late, acquired_at=late, injected_time=dt.time(23, 30))
    assert suv_scale(facts).body_weight == pytest.approx(AN_HOUR_LATER)


def test_images_corrected_to_the_injection():
    facts = replace(FDG, decay_reference="ADMIN", series_at=None, half_life_s=None)
    assert suv_scale(facts).body_weight == pytest.approx(1000 * 80 / 400e6)


def test_a_series_made_anew_by_ge_has_the_start_in_a_private_attribute():
    facts = replace(
        FDG,
        series_at=NOON + 5 * HOUR,
        acquired_at=NOON + dt.timedelta(minutes=20),
        maker_scan_at=dt.datetime.combine(dt.date(1959, 12, 24), dt.time(12)),
    )
    assert suv_scale(facts).body_weight == pytest.approx(AN_HOUR_LATER)


def test_a_series_made_anew_by_others_has_it_in_the_frame():
    """A frame of 3 min that began 20 min after the start; its mean rate is at about 1.5 min."""
    facts = replace(
        FDG,
        series_at=NOON + 5 * HOUR,
        acquired_at=NOON + dt.timedelta(minutes=20),
        frame_reference_s=1200 + 89.72,
        frame_duration_s=180.0,
    )
    assert suv_scale(facts).body_weight == pytest.approx(AN_HOUR_LATER, rel=1e-4)


def test_philips_counts():
    own = replace(FDG, units="CNTS", maker_suv_factor=0.0005, dose_bq=None)
    assert suv_scale(own).body_weight == 0.0005
    assert suv_scale(own).lean_body_mass is not None
    concentration = replace(FDG, units="CNTS", maker_becquerel_factor=2.5)
    assert suv_scale(concentration).body_weight == pytest.approx(2.5 * AN_HOUR_LATER)


def test_values_that_are_suv_already():
    plain = suv_scale(SuvFacts(units="GML", weight_kg=80, height_m=1.8, sex="F"))
    assert plain.body_weight == 1.0
    assert plain.lean_body_mass == pytest.approx(lean_body_mass_kg(80, 1.8, "F") / 80)
    lean = suv_scale(SuvFacts(units="GML", suv_type="LBMJANMA"))
    assert (lean.body_weight, lean.lean_body_mass) == (None, 1.0)
    surface = suv_scale(SuvFacts(units="CM2ML"))
    assert (surface.body_weight, surface.body_surface_area) == (None, 1.0)


def test_enhanced_pet_states_the_moment_itself():
    facts = replace(
        FDG,
        decay_reference="",
        corrected_to=NOON,
        series_at=None,
        injected_time=None,
        injected_at=NOON - HOUR,
    )
    assert suv_scale(facts).body_weight == pytest.approx(AN_HOUR_LATER)


def header(**changes: object) -> Dataset:
    """The header of `FDG`, changed (None = left out)."""
    drug = Dataset()
    drug.RadionuclideTotalDose = "400000000"
    drug.RadionuclideHalfLife = "6586.2"
    drug.RadiopharmaceuticalStartTime = "110000.00"
    ds = Dataset()
    values: dict[str, object] = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.128",
        "Units": "BQML",
        "CorrectedImage": ["DECY", "ATTN", "SCAT"],
        "DecayCorrection": "START",
        "SeriesDate": "20200301",
        "SeriesTime": "120000",
        "AcquisitionDate": "20200301",
        "AcquisitionTime": "120000.000000",
        "PatientWeight": "80",
        "PatientSize": "1.8",
        "PatientSex": "M",
        "RadiopharmaceuticalInformationSequence": [drug],
    }
    for keyword, value in (values | changes).items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


def saved(path: Path, ds: Dataset) -> Path:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    FileDataset(str(path), ds, file_meta=meta, preamble=bytes(128)).save_as(
        path, enforce_file_format=True
    )
    return path


def test_a_header_becomes_the_facts(tmp_path: Path):
    assert suv_facts(header()) == FDG
    assert read_suv_scale(saved(tmp_path / "a.dcm", header())).body_weight == pytest.approx(
        AN_HOUR_LATER
    )


def test_private_attributes_of_makers():
    ds = header(Units="CNTS")
    ds.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0, "DS", "0.0005")
    ds.private_block(0x7053, "Philips PET Private Group").add_new(9, "UN", b"2.5 ")
    block = ds.private_block(0x0009, "GEMS_PETD_01", create=True)
    block.add_new(0x0D, "DT", "20200301120000.00")
    facts = suv_facts(ds)
    assert (facts.maker_suv_factor, facts.maker_becquerel_factor) == (0.0005, 2.5)
    assert facts.maker_scan_at == NOON


def test_two_radiopharmaceuticals_are_not_guessed_between():
    ds = header()
    ds.RadiopharmaceuticalInformationSequence = [*ds.RadiopharmaceuticalInformationSequence] * 2
    assert "injected dose" in str(suv_scale(suv_facts(ds)).why_not)


@pytest.mark.parametrize(
    "changes",
    [
        {"RadiopharmaceuticalInformationSequence": None},
        {"PatientWeight": None},
        {"PatientWeight": "0"},
        {"SeriesDate": None, "AcquisitionDate": None},
        {"SeriesDate": "", "SeriesTime": ""},
        {"CorrectedImage": None},
        {"CorrectedImage": "ATTN"},
        {"Units": None},
    ],
)
def test_what_anonymizers_remove_leaves_no_number(changes: dict):
    scale = suv_scale(suv_facts(header(**changes)))
    assert scale.body_weight is None
    assert scale.why_not is not None


def enhanced(slope: float) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "Bq/ml", "UCUM", "Bq/ml"
    mapping = Dataset()
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = slope, 0.0
    mapping.MeasurementUnitsCodeSequence = [code]
    rescale = Dataset()
    rescale.RescaleSlope, rescale.RescaleIntercept = "2.5", "0"
    group = Dataset()
    group.RealWorldValueMappingSequence = [mapping]
    group.PixelValueTransformationSequence = [rescale]
    drug = Dataset()
    drug.RadionuclideTotalDose = "400000000"
    drug.RadionuclideHalfLife = "6586.2"
    drug.RadiopharmaceuticalStartDateTime = "20200301110000"
    return header(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.130",
        Units=None,
        CorrectedImage=None,
        DecayCorrection=None,
        AttenuationCorrected="YES",
        DecayCorrected="YES",
        DecayCorrectionDateTime="20200301120000",
        SharedFunctionalGroupsSequence=[group],
        RadiopharmaceuticalInformationSequence=[drug],
    )


def test_enhanced_pet_headers():
    assert suv_scale(suv_facts(enhanced(2.5))).body_weight == pytest.approx(AN_HOUR_LATER)
    assert "not Bq/ml" in str(suv_scale(suv_facts(enhanced(7.5))).why_not)


def test_a_series_that_contradicts_itself_has_no_suv(tmp_path: Path):
    one = saved(tmp_path / "1.dcm", header())
    two = saved(tmp_path / "2.dcm", header(PatientWeight="60"))
    assert read_series_suv([one]).body_weight is not None
    scale = read_series_suv([one, one, two])
    assert scale.body_weight is None
    assert "contradict" in str(scale.why_not)


def test_a_file_that_is_no_header_is_a_reason(tmp_path: Path):
    path = tmp_path / "x.dcm"
    path.write_bytes(b"no header" * 100)
    assert read_suv_scale(path).body_weight is None
    assert read_suv_scale(tmp_path / "gone").why_not is not None


def test_dates_and_times_as_they_are_written():
    assert parse_time("11:39:00") == dt.time(11, 39)
    assert parse_time("113900.5") == dt.time(11, 39, 0, 500_000)
    assert parse_time("1139") == dt.time(11, 39)
    assert parse_time("996000") is None
    assert parse_time("") is None
    assert parse_moment("20200301120000.00+0100") == NOON
    assert parse_moment("20201301120000") is None
    assert parse_moment("2020") is None
