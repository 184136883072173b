"""What is written about a patient in files stays on the screen: no log, no error, no message.

The name, number and dates are planted wherever a text can be, in files, folders and broken
copies; hidden, they are not on the screen either.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom import Dataset
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QWidget

from reader.app.log import LEVEL_VARIABLE, LOG_FILE, start_logging, stop_logging
from reader.core.study import ObjectKind
from reader.session.notices import NoticeLevel
from reader.ui.objects.object_sheet import ObjectSheet
from reader.ui.window.sheet_shell import SheetShell
from tests.fuzz.mutate import mutate
from tests.support.dicom_writer import ct_volume, edit_file, grid, only_series, write_ct
from tests.support.driver import ReaderDriver
from tests.support.object_writer import (
    code,
    finding_item,
    headers,
    item,
    write_key_images,
    write_object,
    write_presentation,
    write_report,
)

MakeReader = Callable[..., ReaderDriver]
PLANTED = ("zebrovsky", "qx73519", "19470311", "1947-03-11")
NAME, NUMBER, DATE = "Zebrovsky^Ottilie", "QX73519", "19470311"
TEXT_VRS = ("LO", "SH", "PN", "LT", "ST", "UT")


def plant(ds: Dataset, everywhere: bool) -> None:
    """Put the patient into a header: where a patient belongs, or wherever a text can be."""
    ds.PatientName, ds.PatientID, ds.PatientBirthDate = NAME, NUMBER, DATE
    ds.AccessionNumber = ds.OtherPatientIDs = NUMBER
    ds.ReferringPhysicianName = ds.OperatorsName = NAME
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = DATE
    ds.InstitutionName = "Zebrovsky clinic"
    if everywhere:
        for keyword in ("StudyDescription", "SeriesDescription", "ProtocolName", "StationName"):
            setattr(ds, keyword, "Zebrovsky")
        ds.ImageComments = ds.PatientComments = f"{NAME} {NUMBER} {DATE}"
        block = ds.private_block(0x0099, "ZEBROVSKY", create=True)
        block.add_new(0x01, "LO", NAME)


def write_patient(folder: Path, everywhere: bool) -> None:
    """A series and what others wrote about it."""
    volume = ct_volume(grid((5, 40, 36)))
    write_ct(
        folder / "ct",
        volume,
        edit=lambda ds, _k: plant(ds, everywhere),
        file_name=lambda k: f"Zebrovsky_{NUMBER}_{k}.dcm",
        transfer_syntax="jpegls",
    )
    images = headers(only_series(folder / "ct"))
    who = item(
        RelationshipType="HAS OBS CONTEXT",
        ValueType="PNAME",
        ConceptNameCodeSequence=code("121029", "DCM", "Subject Name"),
        PersonName=NAME,
    )
    made = [
        write_report(folder / "sr.dcm", images[0], [[finding_item(), who]]),
        write_key_images(folder / "ko.dcm", images[:2], "Best seen here"),
        write_presentation(folder / "pr.dcm", images, [], ContentCreatorName=NAME),
        write_object(
            folder / "doc.dcm",
            "DOC",
            images[0],
            DocumentTitle="Letter about Ottilie Zebrovsky",
            MIMETypeOfEncapsulatedDocument="application/pdf",
            EncapsulatedDocument=b"%PDF-1.7 Zebrovsky %%EOF",
        ),
    ]
    for path in made:
        edit_file(path, lambda ds: plant(ds, everywhere))


def break_copies(folder: Path, into: Path, count: int) -> None:
    """Broken copies, as the fuzzer breaks files."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    rng = random.Random(7)
    for n in range(count):
        path = rng.choice(files)
        target = into / f"Zebrovsky {n}" / path.name
        target.parent.mkdir(parents=True)
        target.write_bytes(mutate(path, rng.choice(files), rng).data)


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """The application's own log, with everything in it."""
    folder = tmp_path / "logs"
    folder.mkdir()
    handler = start_logging(folder, {LEVEL_VARIABLE: "DEBUG"})
    yield folder / LOG_FILE
    stop_logging(handler)


def planted_in(text: str) -> list[str]:
    return [word for word in PLANTED if word in text.lower()]


def test_nothing_of_a_patient_is_in_logs_errors_or_messages(
    make_reader: MakeReader, tmp_path: Path, log_file: Path, capfd: pytest.CaptureFixture[str]
):
    home = tmp_path / f"Zebrovsky {NUMBER}"
    write_patient(home / "good", everywhere=True)
    break_copies(home / "good", home / "broken", 120)
    reader = make_reader()
    for path in (home / "good", home / "broken", home / "broken" / "Zebrovsky 3", home / "gone"):
        reader.workspace.open_paths([path])
        reader.until_idle()
    scan = reader.workspace.studies.scan
    assert scan is not None
    said = [
        f"{notice.what_happened} {notice.what_to_do or ''}"
        for notice in reader.workspace.notices.posted
        if notice.level is NoticeLevel.ERROR
    ]
    said += [
        f"{job.error.what_happened} {job.error.what_to_do}"
        for job in reader.workspace.jobs.jobs.values()
        if job.error is not None
    ]
    reader.close()
    assert planted_in("\n".join(said)) == []
    assert planted_in(log_file.read_text("utf-8")) == []
    assert planted_in("".join(capfd.readouterr())) == []


def texts_on(window: QWidget) -> Iterator[str]:
    """Whatever a window says: labels, fields, lists, titles, and what is said on hovering."""
    for widget in (window, *filter(QWidget.isVisible, window.findChildren(QWidget))):
        yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName())
        yield from (widget.accessibleDescription(), widget.statusTip())
        if isinstance(widget, (QLabel, QLineEdit)):
            yield widget.text()
        text = getattr(widget, "text", None)
        if callable(text):
            yield str(text())
        plain = getattr(widget, "toPlainText", None)
        if callable(plain):
            yield str(plain())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole,
                                 Qt.ItemDataRole.AccessibleTextRole):  # fmt: skip
                        yield str(model.index(row, column).data(role))


def test_hidden_a_patient_is_nowhere_on_screen(make_reader: MakeReader, tmp_path: Path):
    write_patient(tmp_path / "Zebrovsky", everywhere=False)
    reader = make_reader()
    (tmp_path / "Zebrovsky" / "Zebrovsky.dcm").write_bytes(b"nothing")
    reader.open(tmp_path / "Zebrovsky")
    reader.window.grab()
    assert planted_in(json.dumps(list(texts_on(reader.window)))) != []
    reader.workspace.change_settings(hide_identity=True)
    reader.settle()
    imported = reader.workspace.imported
    imported.text_of = next(
        one.uid for one in imported.listed if one.found.kind is ObjectKind.REPORT
    )
    opened = [name for name in vars(SheetShell) if name.startswith(("show_", "change_"))]
    for sheet in (None, *opened, ObjectSheet):
        if sheet is ObjectSheet:
            reader.window.frame.sheets.toggle(ObjectSheet)
        elif sheet is not None:
            getattr(reader.window, sheet)()
        reader.settle()
        reader.window.grab()
        assert [text for text in texts_on(reader.window) if planted_in(text)] == [], sheet
