"""Films as detectors send them: mammograms and chests, the right way round and the other."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from tests.fuzz.plain_dicom import ROOT, blobs, item, write_object


def mammogram(
    path: Path,
    study: str,
    side: str,
    view: str,
    number: int,
    is_turned: bool = False,
    series: str | None = None,
    instance: int = 1,
    **values: object,
) -> None:
    """One view as a detector sends it; `is_turned`: stored with the chest wall on the other side.

    The breast is bright and lies against the chest wall, so a picture shows how it hangs.
    """
    rows, columns = 70, 50
    down = "F" if view == "MLO" else ("L" if side == "R" else "R")
    wall_right = (side == "R") != is_turned
    across = "P" if wall_right else "A"
    j, i = np.mgrid[:rows, :columns]
    depth = (columns - 1 - i) if wall_right else i
    breast = (depth / 35.0) ** 2 + ((j - 35) / 30.0) ** 2 < 1
    stored = np.where(breast, 2500 + 20 * j, 30).astype(np.uint16)
    code = {"CC": ("R-10242", "cranio-caudal"), "MLO": ("R-10226", "medio-lateral oblique")}[view]
    uid = series or f"{ROOT}.{study}.{number}"
    header = {
        "StudyInstanceUID": f"{ROOT}.{study}",
        "SeriesInstanceUID": uid,
        "SOPInstanceUID": f"{uid}.{instance}.{number}",
        "SeriesNumber": number if series is None else 1,
        "InstanceNumber": instance,
        "BodyPartExamined": "BREAST",
        "ImageLaterality": side,
        "ViewPosition": view,
        "PatientOrientation": [across, down],
        "PresentationIntentType": "FOR PRESENTATION",
        "ImageType": ["DERIVED", "PRIMARY"],
        "ImagerPixelSpacing": ["0.07", "0.07"],
        "BitsStored": 12,
        "HighBit": 11,
        "WindowCenter": "2000",
        "WindowWidth": "4000",
        "PresentationLUTShape": "IDENTITY",
        "SeriesDescription": f"{side} {view}",
        "PatientSex": "F",
        "ViewCodeSequence": item(
            CodeValue=code[0], CodingSchemeDesignator="SRT", CodeMeaning=code[1]
        ),
    }
    write_object(path, "MG", stored, **{**header, **values})


VIEWS: Final = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))


def mammography(folder: Path) -> None:
    """Four views, each a series, sent in an order that is not the one they hang in."""
    for number, (side, view) in enumerate(reversed(VIEWS), 1):
        mammogram(folder / f"{number}.dcm", "1", side, view, number)


def mammography_in_one_series(folder: Path) -> None:
    """Four views that share a series; two are stored the wrong way round."""
    for number, (side, view) in enumerate(VIEWS, 1):
        mammogram(
            folder / f"{number}.dcm", "2", side, view, number, side == "L", f"{ROOT}.2.1", number
        )


def mammography_with_prior(folder: Path) -> None:
    """Eight views of two years."""
    for study, date in (("3", "20240301"), ("4", "20230214")):
        for number, (side, view) in enumerate(VIEWS, 1):
            mammogram(folder / study / f"{number}.dcm", study, side, view, number, StudyDate=date)


def chest_film(
    folder: Path, study: str, view: str, number: int, series: int, **values: object
) -> None:
    """A chest film, low values white as many detectors send it."""
    stored = (4095 - blobs((90, 80), number)).clip(0, 4095).astype(np.uint16)
    uid = f"{ROOT}.{study}.{series}"
    write_object(
        folder / f"{study}.{number}.dcm",
        "DX",
        stored,
        **{
            "StudyInstanceUID": f"{ROOT}.{study}",
            "SeriesInstanceUID": uid,
            "SOPInstanceUID": f"{uid}.{number}",
            "SeriesNumber": series,
            "InstanceNumber": number,
            "BodyPartExamined": "CHEST",
            "ViewPosition": view,
            "PhotometricInterpretation": "MONOCHROME1",
            "PatientOrientation": ["L", "F"] if view == "PA" else ["A", "F"],
            "ImagerPixelSpacing": ["0.2", "0.2"],
            "BitsStored": 12,
            "HighBit": 11,
            "StudyDescription": "Chest",
            "SeriesDescription": view,
            **values,
        },
    )


def chest_in_two_series(folder: Path) -> None:
    """Lateral first, then frontal."""
    chest_film(folder, "5", "LL", 1, 1)
    chest_film(folder, "5", "PA", 2, 2)


def chest_in_one_series(folder: Path) -> None:
    """Frontal and lateral, of different sizes of pixels, in one series."""
    chest_film(folder, "6", "PA", 1, 1)
    chest_film(folder, "6", "LL", 2, 1)
