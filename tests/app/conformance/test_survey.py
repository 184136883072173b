"""`reader conformance`: nothing is called equal that was not compared, and what differs shows."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID
from typer.testing import CliRunner

from reader.app.cli import app
from reader.app.conformance import opened as opened_module
from reader.app.conformance.markdown import as_markdown, cells
from reader.app.conformance.survey import Survey, file_row, survey
from reader.app.conformance.verdict import Outcome, Row, Verdict, not_compared
from reader.app.conformance.witnesses import WitnessError, Witnesses
from reader.core.cancel import CancelToken, ignore_progress
from tests.support.dicom_writer import ct_volume, edit_file, grid, write_ct

FindCase = Callable[[str], Path]


@pytest.fixture
def ask() -> Iterator[Witnesses]:
    with Witnesses() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same three slices in four transfer syntaxes, a NIfTI file and a picture."""
    root = tmp_path / "mixed"
    for number, syntax in enumerate(("explicit", "rle", "jpegls", "j2k")):
        names = iter(f"{syntax}{k}.dcm" for k in range(3))
        written = write_ct(tmp_path / syntax, ct_volume(grid((3, 40, 36))), transfer_syntax=syntax)
        (root / str(number)).mkdir(parents=True)
        for path in written:
            path.rename(root / str(number) / next(names))
    image = SimpleITK.GetImageFromArray(np.arange(60, dtype=np.int16).reshape(3, 4, 5))
    SimpleITK.WriteImage(image, str(root / "grid.nii.gz"))
    (root / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return root


def run(folder: Path) -> Survey:
    return survey(folder, ignore_progress, CancelToken())


def test_equal_needs_a_comparison():
    for outcome in (Outcome.EQUAL, Outcome.WITHIN, Outcome.DIFFERS):
        with pytest.raises(ValueError, match="compared"):
            Verdict(outcome)
    assert str(not_compared("why")) == "not compared: why"
    assert str(Verdict(Outcome.EQUAL, ("gdcm", "dcmtk"))) == "equal (gdcm, dcmtk)"


def test_files_are_compared_and_what_is_no_image_is_not(folder: Path):
    found = run(folder)
    by_name = {row.file: row for row in found.rows}
    assert len(by_name) == 14
    for name, row in by_name.items():
        if name.endswith(".png"):
            assert row.pixels.outcome is Outcome.NOT_COMPARED
            assert row.made.startswith("not opened: ")
        else:
            assert row.pixels.outcome is Outcome.EQUAL, row
            assert row.geometry.outcome is Outcome.EQUAL, row
    # The decoder that the product uses is no witness.
    assert "pylibjpeg" not in by_name["1/rle0.dcm"].pixels.witnesses
    assert "pyjpegls" not in by_name["2/jpegls0.dcm"].pixels.witnesses
    assert "pylibjpeg" not in by_name["3/j2k0.dcm"].pixels.witnesses
    assert [row.geometry.outcome for row in found.series] == [Outcome.EQUAL] * 4


def test_the_same_image_in_three_syntaxes_is_a_family(folder: Path):
    together = folder / "together"
    together.mkdir()
    for path in list(folder.glob("?/*.dcm")):
        path.rename(together / path.name)
    found = run(folder)
    assert len(found.families) == 3
    assert all(family.is_consistent for family in found.families)
    assert all(len(family.members) == 4 for family in found.families)


def test_every_volume_of_a_file_is_compared(tmp_path: Path, ask: Witnesses):
    values = np.arange(2 * 60, dtype=np.int16).reshape(2, 3, 4, 5)
    image = SimpleITK.JoinSeries([SimpleITK.GetImageFromArray(one) for one in values])
    SimpleITK.WriteImage(image, str(tmp_path / "both.nii.gz"))
    row, _ = file_row(tmp_path / "both.nii.gz", "both", ask)
    assert (row.pixels.outcome, row.geometry.outcome) == (Outcome.EQUAL, Outcome.EQUAL)
    assert row.pixels.witnesses == ("SimpleITK",)


def test_big_endian_palettes_are_compared_in_their_order(tmp_path: Path, ask: Witnesses):
    (path,) = write_ct(tmp_path, ct_volume(grid((1, 4, 6))))
    ds = pydicom.dcmread(path)
    ds.PhotometricInterpretation, ds.PixelRepresentation = "PALETTE COLOR", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
    ds.PixelData = bytes(range(24))
    del ds.RescaleSlope, ds.RescaleIntercept
    for number, color in enumerate(("Red", "Green", "Blue")):
        setattr(ds, f"{color}PaletteColorLookupTableDescriptor", [256, 0, 16])
        words = (np.arange(256) * 256 + number).astype(">u2").tobytes()
        setattr(ds, f"{color}PaletteColorLookupTableData", words)
        ds[f"{color}PaletteColorLookupTableData"].VR = "OW"
    ds["PixelData"].VR = "OB"
    ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.2")
    dcmwrite(path, ds, implicit_vr=False, little_endian=False, overwrite=True)
    row, _ = file_row(path, "palette", ask)
    assert row.pixels.outcome is Outcome.EQUAL, row


def test_a_voxel_or_a_place_that_is_wrong_is_found(
    folder: Path, ask: Witnesses, monkeypatch: pytest.MonkeyPatch
):
    true_reading = opened_module.read_series

    def wrong(*args, **options):
        volume = true_reading(*args, **options)
        voxels = np.array(volume.voxels)
        voxels[0, 3, 4] += 1
        affine = np.array(volume.geometry.affine_kji_to_lps)
        affine[0, 3] += 0.01
        moved = replace(volume.geometry, affine_kji_to_lps=affine)
        return replace(volume, voxels=voxels, geometry=moved)

    monkeypatch.setattr(opened_module, "read_series", wrong)
    for name in ("0/explicit0.dcm", "2/jpegls0.dcm", "grid.nii.gz"):
        row, _ = file_row(folder / name, name, ask)
        assert (row.pixels.outcome, row.geometry.outcome) == (Outcome.DIFFERS, Outcome.DIFFERS)
        assert "by at most 1" in str(row.pixels)


def test_an_image_without_a_place_is_not_compared_with_one(tmp_path: Path, ask: Witnesses):
    (path,) = write_ct(tmp_path / "ct", ct_volume(grid((1, 40, 36))))
    edit_file(path, lambda ds: ds.__delattr__("ImagePositionPatient"))
    row, _ = file_row(path, path.name, ask)
    assert row.pixels.outcome is Outcome.EQUAL
    assert str(row.geometry) == "equal (pydicom): distance between pixels; no place is shown"
    edit_file(path, lambda ds: ds.__delattr__("PixelSpacing"))
    row, _ = file_row(path, path.name, ask)
    assert row.geometry.outcome is Outcome.NOT_COMPARED


def test_a_witness_that_crashes_takes_nothing_with_it(folder: Path):
    with Witnesses() as ask:
        with pytest.raises(WitnessError, match="it crashed"):
            ask._ask("it", os._exit, 3)
        assert ask.pixels(folder / "0" / "explicit0.dcm", "gdcm").shape == (1, 40, 36)
        with pytest.raises(WitnessError, match="cannot read"):
            ask.pixels(folder / "picture.png", "gdcm")


def test_the_command_writes_a_page_and_fails_where_something_differs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    page = tmp_path / "page.md"
    done = CliRunner().invoke(app, ["conformance", str(folder), "--out", str(page), "--json"])
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["files"]) == 14
    assert str(tmp_path) not in page.read_text("utf-8")
    bad = Row("a|b", "CT", "", "", "volume", Verdict(Outcome.DIFFERS, ("x",)), not_compared("y"))
    monkeypatch.setattr(
        "reader.app.conformance.survey.survey", lambda *_args: Survey((bad,), (), ())
    )
    done = CliRunner().invoke(app, ["conformance", str(folder)])
    assert done.exit_code == 1
    assert "a\\|b" in done.stdout


@pytest.mark.slow
def test_the_page_in_the_repository_is_what_the_command_gives(
    real_data: FindCase, project_root: Path
):
    """Files, what they are, what was made of them and how each comparison ended."""
    page = (project_root / "reader" / "CONFORMANCE.md").read_text("utf-8")
    written = {line for line in page.splitlines() if line.startswith("| ")}
    found = run(real_data("dicom_zoo"))
    known = {tuple(re.split(r"(?<!\\) \| ", line.strip("| "))) for line in written}
    stable = {(row[:5], *(re.split(r"[ (:]", word)[0] for word in row[5:7])) for row in known}
    for row in (*found.rows, *found.series):
        shown = cells(row)
        outcomes = tuple(re.split(r"[ (:]", word)[0] for word in shown[5:7])
        assert (shown[:5], *outcomes) in stable, f"{row.file}: {shown}"
    differing = [
        row.file
        for row in (*found.rows, *found.series)
        if Outcome.DIFFERS in (row.pixels.outcome, row.geometry.outcome)
    ]
    assert differing == []
    assert all(family.is_consistent for family in found.families)
    assert re.search(r"\b(19|20)\d{6}\b", as_markdown(found)) is None, "a date in the page"
