"""No patient gets into the log, by whichever road."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from reader.app.log import LOG_FILE, level_named, scrubbed, start_logging, stop_logging

SECRETS = {
    "PatientName": "Zweigstein^Annelore",
    "PatientID": "KH-0048213",
    "PatientBirthDate": "19570312",
    "StudyDate": "20240917",
    "StudyTime": "081522.350",
    "AccessionNumber": "ACC7719203",
    "InstitutionName": "Klinikum Hohenfels",
    "ReferringPhysicianName": "Brandtner^Ottokar",
    "StudyInstanceUID": "1.2.826.0.1.3680043.8.498.4471",
}
HOME = "/" + "home/annelore/ct chest/IM0001.dcm"
WINDOWS = "C:" + "\\Users\\Annelore\\scan\\IM0001"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    handler = start_logging(tmp_path, {"READER_LOG": "debug"})
    yield tmp_path / LOG_FILE
    stop_logging(handler)


@pytest.fixture
def header() -> Dataset:
    header = Dataset()
    for keyword, value in SECRETS.items():
        setattr(header, keyword, value)
    return header


def assert_clean(text: str) -> None:
    words = [w for value in SECRETS.values() for w in value.split("^")]
    words += ["annelore", "Klinikum", "Hohenfels", "IM0001", "KH-", "0048213"]
    assert [w for w in words if w.lower() in text.lower()] == []


def test_a_header_fed_to_the_log_leaves_nothing(log_file: Path, header: Dataset):
    log = logging.getLogger("reader.formats.dicom_scan")
    log.info("read %s", header)
    for element in header:
        log.warning("odd element %s", element)
        log.warning("odd value %r", element.value)
        log.info("%s: %s", element.keyword, element.value)
        log.info("%s=%s", element.name, element.value)
    text = log_file.read_text("utf-8")
    assert text.count("odd element") == len(SECRETS)
    assert_clean(text)


@pytest.mark.parametrize("keyword", [k for k in SECRETS if k != "InstitutionName"])
def test_a_value_alone_is_recognised_by_its_form(log_file: Path, keyword: str):
    logging.getLogger("reader.ui").info("showing %s now", SECRETS[keyword])
    text = log_file.read_text("utf-8")
    assert "showing <" in text
    assert_clean(text)


@pytest.mark.parametrize("path", [HOME, WINDOWS, "\\\\" + "server\\annelore\\IM0001"])
def test_paths_do_not_stay(log_file: Path, path: str):
    log = logging.getLogger("reader.formats")
    log.info("reading %s", path)
    log.info("reading %s", [path])
    log.error("failed: %s", FileNotFoundError(2, "No such file", path))
    assert_clean(log_file.read_text("utf-8"))


def test_an_exception_keeps_its_type_and_its_code_but_no_values(log_file: Path):
    log = logging.getLogger("reader.session.jobs")
    try:
        try:
            raise KeyError(SECRETS["PatientName"])
        except KeyError as error:
            raise ValueError(f"cannot read {HOME}") from error
    except ValueError:
        log.exception("Job 3 failed")
    text = log_file.read_text("utf-8")
    assert "Job 3 failed" in text
    assert "KeyError" in text
    assert "ValueError" in text
    assert "test_log.py" in text
    assert str(Path(__file__).parent) not in text
    assert_clean(text)


def test_what_libraries_say_is_reduced_to_where_they_said_it(log_file: Path):
    logging.getLogger("pydicom").warning("Invalid value for VR LO: Hohenfels Klinikum")
    text = log_file.read_text("utf-8")
    assert "WARNING pydicom" in text
    assert_clean(text)


@pytest.mark.parametrize(
    "message",
    [
        "Job 12 (inference) failed after 3.25 s",
        "model chest-ct 1.0.0 on cuda: 212 windows, 512×512×120 voxels at 0.70 mm",
        "window -600,1500 in 16.0 ms",
        "can't decode; reader's choice isn't kept",
        "16/64 windows",
    ],
)
def test_ordinary_messages_stay_as_they_are(message: str):
    assert scrubbed(message) == message


def test_a_message_with_wrong_arguments_costs_the_message_only(log_file: Path):
    logging.getLogger("reader.ui").info("%d windows", SECRETS["PatientName"])
    text = log_file.read_text("utf-8")
    assert "could not be formatted" in text
    assert_clean(text)


def test_the_file_rotates(log_file: Path):
    log = logging.getLogger("reader")
    for _ in range(1250):
        log.info("x" * 2_000)
    files = list(log_file.parent.glob(f"{LOG_FILE}*"))
    assert len(files) == 3
    assert all(f.stat().st_size <= 1_000_000 for f in files)


@pytest.mark.parametrize(
    ("name", "level"), [("debug", logging.DEBUG), ("", logging.INFO), ("loud", logging.INFO)]
)
def test_the_level_comes_from_the_environment(name: str, level: int):
    assert level_named(name) == level


def test_a_folder_that_cannot_be_written_to_costs_only_the_log(tmp_path: Path):
    handler = start_logging(tmp_path / "missing")
    logging.getLogger("reader").info("still here")
    stop_logging(handler)
    assert not (tmp_path / "missing").exists()
