"""Small studies of every kind a reading room sees, with the headers scanners give them.

Every study is a folder of its own under the one that is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from pydicom import Sequence

from reader.core.geometry import VolumeGeometry
from reader.formats.grids.nifti import write_nifti
from tests.fuzz import films
from tests.fuzz.plain_dicom import (
    AXIAL,
    CORONAL,
    ROOT,
    SAGITTAL,
    blobs,
    item,
    write_object,
    write_stack,
)

Write = Callable[[Path], object]


def ct_with_two_priors(folder: Path) -> None:
    """Three years of one chest, each in a frame of its own, the first with fewer slices."""
    for study, date, slices in (("7", "20240301", 14), ("8", "20230301", 12), ("9", "20220301", 9)):
        write_stack(
            folder / study,
            "CT",
            study,
            2,
            (slices, 40, 48),
            frame=f"{ROOT}.{study}.9",
            seed=int(study),
            StudyDate=date,
            BodyPartExamined="CHEST",
            SeriesDescription="Chest 4.0 Br36",
            ConvolutionKernel="Br36f",
            ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        )


def petct(folder: Path) -> None:
    """CT, PET with and without attenuation correction, one frame of reference."""
    shared: dict[str, object] = {"StudyDescription": "PET/CT", "PatientWeight": "70"}
    write_stack(
        folder,
        "CT",
        "10",
        1,
        (16, 48, 48),
        (4.0, 1.5, 1.5),
        BodyPartExamined="CHEST",
        ConvolutionKernel="STANDARD",
        SeriesDescription="CT WB",
        **shared,
    )
    dose = item(
        RadiopharmaceuticalStartTime="090000",
        RadionuclideTotalDose="350000000",
        RadionuclideHalfLife="6586.2",
        Radiopharmaceutical="FDG",
    )
    for number, corrected in (
        (2, ["NORM", "DTIM", "ATTN", "SCAT", "DECY"]),
        (3, ["NORM", "DTIM", "DECY"]),
    ):
        write_stack(
            folder,
            "PT",
            "10",
            number,
            (16, 24, 24),
            (4.0, 3.0, 3.0),
            seed=number,
            CorrectedImage=corrected,
            Units="BQML",
            DecayCorrection="START",
            SeriesTime="100000",
            SeriesDate="20240301",
            AcquisitionDate="20240301",
            AcquisitionTime="100000",
            RadiopharmaceuticalInformationSequence=dose,
            RescaleSlope="10",
            RescaleIntercept="0",
            SeriesDescription="PET AC" if "ATTN" in corrected else "PET NAC",
            ImageType=["ORIGINAL", "PRIMARY"],
            **shared,
        )


MR_SERIES: Final = (
    (
        "localizer",
        SAGITTAL,
        ["ORIGINAL", "PRIMARY", "LOCALIZER"],
        {"EchoTime": "5", "RepetitionTime": "20"},
    ),
    (
        "t1_tse_sag",
        SAGITTAL,
        ["ORIGINAL", "PRIMARY", "M"],
        {"EchoTime": "10", "RepetitionTime": "500"},
    ),
    (
        "t1_tse_tra",
        AXIAL,
        ["ORIGINAL", "PRIMARY", "M"],
        {"EchoTime": "10", "RepetitionTime": "520"},
    ),
    (
        "t2_tse_tra",
        AXIAL,
        ["ORIGINAL", "PRIMARY", "M"],
        {"EchoTime": "100", "RepetitionTime": "4500"},
    ),
    (
        "t2_tse_cor",
        CORONAL,
        ["ORIGINAL", "PRIMARY", "M"],
        {"EchoTime": "105", "RepetitionTime": "4600"},
    ),
    (
        "t2_flair_tra",
        AXIAL,
        ["ORIGINAL", "PRIMARY", "M"],
        {"EchoTime": "90", "RepetitionTime": "9000", "InversionTime": "2500"},
    ),
    (
        "ep2d_diff_TRACEW",
        AXIAL,
        ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"],
        {"EchoTime": "80", "RepetitionTime": "5000", "DiffusionBValue": 1000.0},
    ),
    (
        "ep2d_diff_ADC",
        AXIAL,
        ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"],
        {"EchoTime": "80", "RepetitionTime": "5000"},
    ),
    (
        "swi_tra",
        AXIAL,
        ["ORIGINAL", "PRIMARY", "M", "SWI"],
        {"EchoTime": "20", "RepetitionTime": "28"},
    ),
    ("tof_3d", AXIAL, ["ORIGINAL", "PRIMARY", "M"], {"EchoTime": "4", "RepetitionTime": "23"}),
    (
        "t1_mprage_sag_gd",
        SAGITTAL,
        ["ORIGINAL", "PRIMARY", "M"],
        {
            "EchoTime": "3",
            "RepetitionTime": "2000",
            "InversionTime": "900",
            "ContrastBolusAgent": "Gd",
        },
    ),
    (
        "t1_tse_tra_gd",
        AXIAL,
        ["ORIGINAL", "PRIMARY", "M"],
        {"EchoTime": "10", "RepetitionTime": "520", "ContrastBolusAgent": "Gd"},
    ),
)


def mr_brain(folder: Path) -> None:
    """Twelve series in three planes of one frame."""
    for number, (name, plane, image_type, times) in enumerate(MR_SERIES, 1):
        write_stack(
            folder / name,
            "MR",
            "11",
            number,
            (8, 32, 36),
            (5.0, 2.0, 2.0),
            plane,
            seed=number,
            SeriesDescription=name,
            ImageType=image_type,
            BodyPartExamined="BRAIN",
            StudyDescription="Head",
            ScanningSequence="SE",
            MagneticFieldStrength="1.5",
            **times,
        )


def mr_in_time(folder: Path) -> None:
    """A dynamic series: five times at each place."""
    for t in range(5):
        write_stack(
            folder / str(t),
            "MR",
            "12",
            1,
            (6, 24, 26),
            seed=t,
            each=lambda k, t=t: {
                "SOPInstanceUID": f"{ROOT}.12.1.{t}.{k + 1}",
                "InstanceNumber": t * 6 + k + 1,
                "TemporalPositionIdentifier": t + 1,
                "NumberOfTemporalPositions": 5,
                "AcquisitionTime": f"1000{10 * t:02d}",
            },
            SeriesDescription="dynamic",
            BodyPartExamined="BREAST",
        )


def enhanced(folder: Path, kind: str, study: str, count: int = 7) -> None:
    """One multi-frame object."""
    groups = [
        item(
            PlanePositionSequence=item(ImagePositionPatient=["-20", "-20", str(3 * k)]),
            FrameContentSequence=item(InStackPositionNumber=k + 1, StackID="1"),
        )[0]
        for k in range(count)
    ]
    shared = item(
        PlaneOrientationSequence=item(ImageOrientationPatient=[str(v) for v in AXIAL]),
        PixelMeasuresSequence=item(PixelSpacing=["1", "1"], SliceThickness="3"),
        PixelValueTransformationSequence=item(
            RescaleIntercept="-1024", RescaleSlope="1", RescaleType="HU"
        ),
    )
    write_object(
        folder / "enhanced.dcm",
        kind,
        blobs((count, 36, 40)).astype(np.uint16),
        StudyInstanceUID=f"{ROOT}.{study}",
        SeriesInstanceUID=f"{ROOT}.{study}.1",
        SOPInstanceUID=f"{ROOT}.{study}.1.1",
        SeriesNumber=1,
        InstanceNumber=1,
        FrameOfReferenceUID=f"{ROOT}.{study}.9",
        ImageType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
        SharedFunctionalGroupsSequence=shared,
        PerFrameFunctionalGroupsSequence=Sequence(groups),
        SeriesDescription="enhanced",
    )


def pictures(folder: Path, kind: str, study: str, shape: tuple[int, ...], **values: object) -> None:
    """Images without a place: a cine, captures, colour."""
    stored = np.random.default_rng(len(shape)).integers(0, 255, shape).astype(np.uint8)
    uid = f"{ROOT}.{study}.1"
    write_object(
        folder / f"{kind}.dcm",
        kind,
        stored,
        StudyInstanceUID=f"{ROOT}.{study}",
        SeriesInstanceUID=uid,
        SOPInstanceUID=f"{uid}.1",
        SeriesNumber=1,
        InstanceNumber=1,
        SeriesDescription=kind,
        **values,
    )


def missing_slices(folder: Path) -> None:
    """Two slices are not there."""
    write_stack(
        folder,
        "CT",
        "20",
        1,
        places=[k * 4.0 for k in range(14) if k not in (5, 9)],
        BodyPartExamined="ABDOMEN",
        SeriesDescription="gaps",
    )


def uneven(folder: Path) -> None:
    """Slices at distances that grow."""
    write_stack(
        folder,
        "CT",
        "21",
        1,
        places=[k * 3.0 + 0.4 * k * k for k in range(10)],
        BodyPartExamined="HEAD",
        SeriesDescription="uneven",
    )


def same_frame_in_two_studies(folder: Path) -> None:
    """A scan and a later one that the scanner gave the same frame of reference."""
    for study, date in (("22", "20240301"), ("23", "20240228")):
        write_stack(
            folder / study,
            "CT",
            study,
            1,
            StudyDate=date,
            frame=f"{ROOT}.22.9",
            BodyPartExamined="ABDOMEN",
            SeriesDescription="Abdomen",
            seed=int(study),
        )


def left_handed(folder: Path) -> None:
    """NIfTI whose axes are a left hand, anisotropic, turned."""
    folder.mkdir(parents=True, exist_ok=True)
    affine = np.array(
        [[0.2, 0.1, -1.5, 30], [0.3, 1.2, 0.1, -20], [-3.0, 0.1, 0.05, 60], [0, 0, 0, 1]]
    )
    write_nifti(
        folder / "left handed.nii.gz", blobs((9, 30, 28)), VolumeGeometry((9, 30, 28), affine)
    )


def two_rows(folder: Path) -> None:
    """Slices of two rows, and one of one column."""
    write_stack(folder / "rows", "CT", "25", 1, (6, 2, 40), SeriesDescription="two rows")
    write_stack(folder / "column", "CT", "25", 2, (4, 30, 1), SeriesDescription="one column")


STUDIES: Final[dict[str, Write]] = {
    "mammography": films.mammography,
    "mammography in one series": films.mammography_in_one_series,
    "mammography with prior": films.mammography_with_prior,
    "chest films": films.chest_in_two_series,
    "chest films in one series": films.chest_in_one_series,
    "CT with two priors": ct_with_two_priors,
    "PET/CT": petct,
    "MR of twelve series": mr_brain,
    "MR in time": mr_in_time,
    "enhanced CT": lambda folder: enhanced(folder, "CT enhanced", "13"),
    "enhanced MR": lambda folder: enhanced(folder, "MR enhanced", "14"),
    "cine in colour": lambda folder: pictures(
        folder, "US", "15", (8, 40, 50, 3), FrameTime="33.3", CineRate=30
    ),
    "angiogram": lambda folder: pictures(folder, "XA", "16", (6, 48, 48), FrameTime="66.7"),
    "capture in colour": lambda folder: pictures(folder, "SC", "17", (60, 80, 3)),
    "capture": lambda folder: pictures(folder, "SC", "18", (60, 80)),
    "single slice": lambda folder: write_stack(folder, "CT", "19", 1, (1, 40, 40)),
    "missing slices": missing_slices,
    "uneven slices": uneven,
    "one frame, two studies": same_frame_in_two_studies,
    "left-handed NIfTI": left_handed,
    "two rows": two_rows,
    "no frame of reference": lambda folder: write_stack(folder, "CT", "26", 1, frame=None),
}


def write_studies(folder: Path, names: Iterator[str] | None = None) -> dict[str, Path]:
    """Write studies, all unless they are named, each into a folder of its own."""
    found = {}
    for name in names or STUDIES:
        found[name] = folder / name.replace("/", " ")
        STUDIES[name](found[name])
    return found
