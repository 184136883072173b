"""What a series shows and when contrast was given, on made-up headers of many vendors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reader.core.series_kind import ContrastPhase, SeriesClass
from reader.formats.headers.sop_classes import ImageKind
from reader.formats.series.series_class import HeaderClues, contrast_phase, series_class
from tests.support.dicom_writer import scan

CT = [
    # kernel, description, body part, class
    ("B30f", "", "", "CT_SOFT_TISSUE"),
    ("B70f", "Thorax 1.0", "CHEST", "CT_LUNG"),
    ("B80f", "", "THORAX", "CT_LUNG"),
    ("B60s", "Inner ear", "HEAD", "CT_BONE"),
    ("H31s", "", "HEAD", "CT_SOFT_TISSUE"),
    ("H60s", "", "HEAD", "CT_BONE"),
    ("U90u", "", "", "CT_BONE"),
    ("Br40d/3", "", "", "CT_SOFT_TISSUE"),
    ("Bl57d", "", "", "CT_LUNG"),
    ("Br60f", "Abdomen Knochen", "ABDOMEN", "CT_BONE"),
    ("I31f/3", "", "", "CT_SOFT_TISSUE"),
    ("STANDARD", "", "", "CT_SOFT_TISSUE"),
    ("SOFT", "", "", "CT_SOFT_TISSUE"),
    ("LUNG", "", "", "CT_LUNG"),
    ("BONE", "", "", "CT_BONE"),
    ("BONEPLUS", "", "", "CT_BONE"),
    ("DETAIL", "", "", "CT_SOFT_TISSUE"),
    ("B", "", "CHEST", "CT_SOFT_TISSUE"),
    ("L", "", "CHEST", "CT_LUNG"),
    ("YC", "", "CHEST", "CT_LUNG"),
    ("D", "", "CHEST", "CT_LUNG"),
    ("D", "", "EXTREMITY", "CT_BONE"),
    ("FC03", "", "", "CT_SOFT_TISSUE"),
    ("FC08-H", "", "", "CT_SOFT_TISSUE"),
    ("FC30", "", "", "CT_BONE"),
    ("FC35", "", "", "CT_BONE"),
    ("FC51", "", "", "CT_LUNG"),
    ("FC81", "", "", "CT_BONE"),
    ("FC86", "", "", "CT_LUNG"),
    ("B_SOFT_B", "", "", "CT_SOFT_TISSUE"),
    ("B_SHARP_C", "", "CHEST", "CT_LUNG"),
    ("", "Thorax Lungenfenster", "", "CT_LUNG"),
    ("", "胸部 肺窗", "", "CT_LUNG"),
    ("", "骨窗", "", "CT_BONE"),
    ("", "胸部 纵隔窗", "", "CT_SOFT_TISSUE"),
    ("", "Parenquima pulmonar", "", "CT_LUNG"),
    ("", "crane osseux", "", "CT_BONE"),
    ("", "", "", "CT_OTHER"),
    ("XYZ", "", "", "CT_OTHER"),
]


@pytest.mark.parametrize(("kernel", "description", "body_part", "expected"), CT)
def test_ct_by_kernel_and_words(kernel: str, description: str, body_part: str, expected: str):
    clues = HeaderClues("CT", kernel=kernel, description=description, body_part=body_part)
    assert series_class(clues).name == expected


OF_CT = [
    ({"localizer": True, "kernel": "T20f"}, "LOCALIZER"),
    ({"description": "Topogram 0.6 T20s"}, "LOCALIZER"),
    ({"description": "Scout"}, "LOCALIZER"),
    ({"description": "定位像"}, "LOCALIZER"),
    ({"image_type": ("DERIVED", "SECONDARY", "AXIAL", "MIP"), "kernel": "B30f"}, "DERIVED"),
    ({"image_type": ("DERIVED", "SECONDARY", "CSA MPR"), "kernel": "B30f"}, "DERIVED"),
    ({"description": "MPR coronal", "kernel": "B30f"}, "DERIVED"),
    ({"image_type": ("DERIVED", "PRIMARY", "PERFUSION", "RCBF")}, "DERIVED"),
    ({"image_type": ("DERIVED", "SECONDARY", "SCREEN SAVE")}, "CAPTURE"),
    ({"image_type": ("DERIVED", "PRIMARY", "AXIAL"), "kernel": "B30f"}, "CT_SOFT_TISSUE"),
    ({"image_kind": ImageKind.CAPTURE, "image_type": ("DERIVED", "SECONDARY")}, "CAPTURE"),
]


@pytest.mark.parametrize(("values", "expected"), OF_CT)
def test_ct_that_is_not_a_plain_reconstruction(values: dict, expected: str):
    assert series_class(HeaderClues("CT", **values)).name == expected


ORIGINAL = ("ORIGINAL", "PRIMARY", "M", "ND")
MR = [
    ({"description": "t1_mprage_sag_p2_iso"}, "MR_T1"),
    ({"description": "T1w VIBE dixon"}, "MR_T1"),
    ({"description": "Ax T1 FS POST"}, "MR_T1"),
    ({"description": "3D SAG BRAVO"}, "MR_T1"),
    ({"description": "eTHRIVE"}, "MR_T1"),
    ({"description": "t2_tse_tra"}, "MR_T2"),
    ({"description": "AX T2 PROPELLER"}, "MR_T2"),
    ({"description": "HASTE cor"}, "MR_T2"),
    ({"description": "T2W_TSE"}, "MR_T2"),
    ({"description": "t2_space_dark-fluid_sag"}, "MR_FLAIR"),
    ({"description": "T2 FLAIR"}, "MR_FLAIR"),
    ({"description": "PD FS cor"}, "MR_PD"),
    ({"description": "pd_tse_fs_sag"}, "MR_PD"),
    ({"description": "ep2d_diff_tra"}, "MR_DWI"),
    ({"description": "DWI b1000"}, "MR_DWI"),
    ({"description": "", "b_value": 800.0}, "MR_DWI"),
    ({"description": "", "sequence_name": "*ep_b50_800"}, "MR_DWI"),
    ({"image_type": ("DERIVED", "PRIMARY", "DIFFUSION", "ADC")}, "MR_ADC"),
    ({"description": "Apparent Diffusion Coefficient (mm2/s)"}, "MR_ADC"),
    ({"description": "dADC map"}, "MR_ADC"),
    ({"image_type": ("DERIVED", "PRIMARY", "DIFFUSION", "TRACEW")}, "MR_DWI"),
    ({"image_type": ("DERIVED", "PRIMARY", "DIFFUSION", "FA")}, "MR_OTHER"),
    ({"description": "SWI_Images"}, "MR_SWI"),
    ({"description": "SWAN"}, "MR_SWI"),
    ({"description": "TOF_3D_multi-slab"}, "MR_ANGIO"),
    ({"description": "CE MRA neck"}, "MR_ANGIO"),
    ({"description": "TOF", "image_type": ("DERIVED", "SECONDARY", "MIP")}, "DERIVED"),
    ({"description": "ep2d_perf_p2"}, "MR_PERFUSION"),
    ({"description": "pCASL"}, "MR_PERFUSION"),
    ({"description": "DCE dynamic"}, "MR_PERFUSION"),
    ({"description": "t2*_gre_tra"}, "MR_OTHER"),
    ({"description": "STIR cor"}, "MR_OTHER"),
    ({"description": "localizer"}, "LOCALIZER"),
    ({"description": "Survey"}, "LOCALIZER"),
    ({"description": "REST1 w SMS"}, "MR_OTHER"),
    ({"acquisition_contrast": "PROTON_DENSITY"}, "MR_PD"),
    ({"acquisition_contrast": "FLUID_ATTENUATED"}, "MR_FLAIR"),
    ({"image_type": ("ORIGINAL", "PRIMARY", "T1", "NONE")}, "MR_T1"),
]
BY_TIMING = [
    # scanning sequence, TR, TE, TI, class
    (("SE",), 500.0, 12.0, None, "MR_T1"),
    (("SE",), 4000.0, 100.0, None, "MR_T2"),
    (("SE",), 2500.0, 20.0, None, "MR_PD"),
    (("SE", "IR"), 9000.0, 120.0, 2500.0, "MR_FLAIR"),
    (("SE", "IR"), 5000.0, 40.0, 150.0, "MR_OTHER"),
    (("GR", "IR"), 2300.0, 3.0, 900.0, "MR_T1"),
    (("EP",), 6000.0, 80.0, None, "MR_OTHER"),
    (("SE",), None, 100.0, None, "MR_OTHER"),
]


@pytest.mark.parametrize(("values", "expected"), MR)
def test_mr_by_words_and_types(values: dict, expected: str):
    assert series_class(HeaderClues("MR", **{"image_type": ORIGINAL, **values})).name == expected


@pytest.mark.parametrize(("sequence", "tr", "te", "ti", "expected"), BY_TIMING)
def test_mr_by_timing(
    sequence: tuple[str, ...], tr: float | None, te: float, ti: float | None, expected: str
):
    clues = HeaderClues(
        "MR",
        scanning_sequence=sequence,
        repetition_time_ms=tr,
        echo_time_ms=te,
        inversion_time_ms=ti,
    )
    assert series_class(clues).name == expected


OTHERS = [
    (HeaderClues("PT", corrected_image=("DECY", "ATTN", "SCAT")), "PET_CORRECTED"),
    (HeaderClues("PT", corrected_image=("DECY", "NORM")), "PET_UNCORRECTED"),
    (HeaderClues("PT", corrected_image=("DECY", "ATTN"), description="PET NAC"), "PET_UNCORRECTED"),
    (HeaderClues("PT", description="WB CTAC"), "PET_CORRECTED"),
    (HeaderClues("PT", description="PET WB"), "UNKNOWN"),
    (HeaderClues("NM", ImageKind.NUCLEAR), "NUCLEAR"),
    (HeaderClues("CR", ImageKind.PROJECTION), "RADIOGRAPH"),
    (HeaderClues("MG", ImageKind.PROJECTION), "MAMMOGRAM"),
    (HeaderClues("CR", ImageKind.CAPTURE), "RADIOGRAPH"),
    (HeaderClues("XA", ImageKind.ANGIOGRAPHY), "ANGIOGRAM"),
    (HeaderClues("US", ImageKind.ULTRASOUND), "ULTRASOUND"),
    (HeaderClues("XC", ImageKind.PHOTOGRAPH), "PHOTOGRAPH"),
    (HeaderClues("OT", ImageKind.CAPTURE), "CAPTURE"),
    (HeaderClues("MR", ImageKind.PARAMETRIC_MAP), "PARAMETRIC_MAP"),
    (HeaderClues("OT", ImageKind.OTHER), "UNKNOWN"),
]


@pytest.mark.parametrize(("clues", "expected"), OTHERS)
def test_everything_else(clues: HeaderClues, expected: str):
    assert series_class(clues).name == expected


PHASES = [
    ("CT", "Abdomen arterial 1.0", "", "ARTERIAL"),
    ("CT", "ABD ARTERIELL", "", "ARTERIAL"),
    ("CT", "Abdomen late art", "", "ARTERIAL"),
    ("CT", "Portal venous phase", "", "PORTAL_VENOUS"),
    ("CT", "Abdomen portalvenös", "", "PORTAL_VENOUS"),
    ("CT", "temps veineux", "", "PORTAL_VENOUS"),
    ("CT", "Delayed 5min", "", "DELAYED"),
    ("CT", "phase tardive", "", "DELAYED"),
    ("CT", "nephrographic", "", "DELAYED"),
    ("CT", "Nativ", "", "NATIVE"),
    ("CT", "5/5mm Plain", "", "NATIVE"),
    ("CT", "CHEST W/O CONTRAST", "", "NATIVE"),
    ("CT", "without contrast", "Iomeron", "NATIVE"),
    ("CT", "senza mdc", "", "NATIVE"),
    ("CT", "胸部平扫", "", "NATIVE"),
    ("CT", "动脉期 1.25mm", "", "ARTERIAL"),
    ("CT", "门静脉期", "", "PORTAL_VENOUS"),
    ("CT", "静脉期", "", "PORTAL_VENOUS"),
    ("CT", "延迟期", "", "DELAYED"),
    ("CT", "增强", "", "GIVEN"),
    ("CT", "Thorax + C", "", "GIVEN"),
    ("CT", "CHEST C+", "", "GIVEN"),
    ("CT", "Thorax mit KM", "", "GIVEN"),
    ("CT", "CHEST", "Omnipaque 350", "GIVEN"),
    ("CT", "CHEST", "GASTRO & OMNI", "GIVEN"),
    ("CT", "CHEST", "ORAL", "UNKNOWN"),
    ("CT", "CHEST", "NONE", "UNKNOWN"),
    ("CT", "CHEST", "", "UNKNOWN"),
    ("MR", "T1 POST GD", "", "GIVEN"),
    ("MR", "t1_fl2d_tra_pre", "", "NATIVE"),
    ("MR", "t1_vibe", "MAGNEVIST", "GIVEN"),
    ("PT", "delayed", "FDG", "UNKNOWN"),
]


@pytest.mark.parametrize(("modality", "description", "agent", "expected"), PHASES)
def test_phase_of_contrast(modality: str, description: str, agent: str, expected: str):
    clues = HeaderClues(modality, description=description, contrast_agent=agent)
    assert contrast_phase(clues).name == expected


@pytest.mark.parametrize(
    ("description", "protocol", "agent", "expected"),
    [
        ("T1 post", "T1 pre and post", "", "GIVEN"),
        ("", "Abdomen portal venous", "", "PORTAL_VENOUS"),
        ("", "Liver native arterial venous", "Iomeron", "GIVEN"),
        ("", "Liver native arterial venous", "", "UNKNOWN"),
        ("Liver 2.0", "ABD ART", "Iomeron", "ARTERIAL"),
    ],
)
def test_a_protocol_that_names_several_phases_names_none(
    description: str, protocol: str, agent: str, expected: str
):
    clues = HeaderClues("CT", description=description, protocol=protocol, contrast_agent=agent)
    assert contrast_phase(clues).name == expected


def test_a_protocol_speaks_only_where_the_series_has_no_name():
    assert series_class(HeaderClues("MR", protocol="t2_tse_tra")) is SeriesClass.MR_T2
    clues = HeaderClues("CT", description="CT CHEST", protocol="LUNG SCREENING with SCOUT")
    assert series_class(clues) is SeriesClass.CT_OTHER


REAL = {
    # folder: what each of its series is, by its number of slices and part, and its contrast
    "ct_chest_lidc0314/ct": ["CT_LUNG UNKNOWN"],
    "ct_liver_crlm1004/ct": ["CT_SOFT_TISSUE GIVEN"],
    "petct_lung_acrin042/ct": ["CT_SOFT_TISSUE UNKNOWN"],
    "petct_lung_acrin042/pet_ac": ["PET_CORRECTED UNKNOWN"],
    "petct_lung_acrin042/pet_nac": ["PET_UNCORRECTED UNKNOWN"],
    "pet_headneck_qin0024/pet": ["PET_CORRECTED UNKNOWN"],
    "mr_prostate_prostatex0207/t2_tra": ["MR_T2 UNKNOWN"],
    "mr_prostate_prostatex0207/t2_tra_b": ["MR_T2 UNKNOWN"],
    "mr_prostate_prostatex0207/t2_sag": ["MR_T2 UNKNOWN"],
    "mr_prostate_prostatex0207/t2_cor": ["MR_T2 UNKNOWN"],
    "mr_prostate_prostatex0207/dwi": ["MR_DWI UNKNOWN"] * 3,
    "mr_prostate_prostatex0207/dwi_calc_bval": ["MR_DWI UNKNOWN"],
    "mr_prostate_prostatex0207/adc": ["MR_ADC UNKNOWN"],
    "dicom_zoo/enhanced_multiframe/d2n_philips_enhanced": ["MR_T1 UNKNOWN"],
    "dicom_zoo/nasty/series_failing/slicecount": ["MR_FLAIR UNKNOWN"],
    "dicom_zoo/nasty/panimg_dicom_slope": ["CT_SOFT_TISSUE GIVEN"],
    "dicom_zoo/pixel_types/CT_small.dcm": ["CT_SOFT_TISSUE GIVEN"],
    "dicom_zoo/parametric_map/pm-example-slice.dcm": ["MR_ADC UNKNOWN"],
    "dicom_zoo/parametric_map/parametric_map_float.dcm": ["PARAMETRIC_MAP UNKNOWN"],
    "dicom_zoo/pixel_types/MR-SIEMENS-DICOM-WithOverlays.dcm": ["DERIVED GIVEN"],
    "dicom_zoo/transfer_syntaxes/693_J2KR.dcm": ["CT_SOFT_TISSUE NATIVE"],
    "dicom_zoo/xray_mammo/panimg_dicom_2d/cxr.dcm": ["RADIOGRAPH UNKNOWN"],
    "dicom_zoo/pixel_types/examples_ybr_color.dcm": ["ULTRASOUND UNKNOWN"],
    "dicom_zoo/pixel_types/SC_rgb_small_odd.dcm": ["CAPTURE UNKNOWN"],
}


@pytest.mark.parametrize("name", REAL)
def test_real_series_are_told_right(real_data: Callable[[str], Path], name: str):
    series = [one for study in scan(real_data(name)).studies for one in study.series]
    assert [f"{s.category.name} {s.contrast_phase.name}" for s in series] == REAL[name]


def test_every_class_and_phase_is_reached_by_some_header():
    """A word that no header leads to would be a promise nobody keeps."""
    tables = (CT, OF_CT, MR, BY_TIMING, OTHERS)
    reached = {row[-1] for table in tables for row in table}
    assert reached == {one.name for one in SeriesClass}
    assert {row[-1] for row in PHASES} == {one.name for one in ContrastPhase}
