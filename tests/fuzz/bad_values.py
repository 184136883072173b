"""Values that headers should not hold, and the elements in which they do most harm."""

from __future__ import annotations

LENGTHS = (
    0,
    1,
    2,
    7,
    0xFF,
    0xFFFE,
    0xFFFF,
    0x10000,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFE,
    0xFFFFFFFF,
)
SHORTS = (0, 1, 2, 3, 7, 8, 9, 12, 16, 17, 31, 32, 33, 64, 255, 1000, 0x7FFF, 0x8000, 0xFFFF)
NUMBERS = (
    b"nan", b"inf", b"-inf", b"1e308", b"1e-308", b"0", b"-1", b"abc", b"", b"\\\\\\", b"9" * 40,
    b"1\\2\\3\\4\\5\\6\\7\\8\\9", b"65535", b"4294967296", b"1e400", b"0x10", b"1,5", b"\x00",
)  # fmt: skip
VRS = (
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"OB", b"OW",
    b"OF", b"OD", b"PN", b"SH", b"SL", b"SQ", b"SS", b"ST", b"TM", b"UI", b"UL", b"UN", b"US",
    b"UT", b"UC", b"UR", b"OV", b"SV", b"UV", b"??", b"\x00\x00",
)  # fmt: skip
IMAGE_TAGS = (
    (0x0028, 0x0002), (0x0028, 0x0004), (0x0028, 0x0006), (0x0028, 0x0008), (0x0028, 0x0010),
    (0x0028, 0x0011), (0x0028, 0x0100), (0x0028, 0x0101), (0x0028, 0x0102), (0x0028, 0x0103),
)  # fmt: skip
NUMBER_TAGS = (
    (0x0020, 0x0032), (0x0020, 0x0037), (0x0028, 0x0030), (0x0018, 0x0050), (0x0018, 0x0088),
    (0x0028, 0x1050), (0x0028, 0x1051), (0x0028, 0x1052), (0x0028, 0x1053), (0x0020, 0x0013),
    (0x0020, 0x0011), (0x0018, 0x1164), (0x0018, 0x9087), (0x0020, 0x9057), (0x0028, 0x0120),
    (0x0028, 0x1101), (0x0028, 0x3002), (0x0010, 0x1030), (0x0054, 0x1322), (0x0018, 0x1074),
    (0x6000, 0x0050), (0x6000, 0x0010), (0x0028, 0x0009), (0x5200, 0x9229), (0x5200, 0x9230),
)  # fmt: skip
SYNTAXES = (
    b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99",
    b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.51", b"1.2.840.10008.1.2.4.57",
    b"1.2.840.10008.1.2.4.70", b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.81",
    b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.4.91", b"1.2.840.10008.1.2.4.201",
    b"1.2.840.10008.1.2.4.203", b"1.2.840.10008.1.2.5", b"1.2.840.10008.1.2.4.100",
    b"1.2.840.10008.1.2.8.1", b"1.2.3.4.5",
)  # fmt: skip
TEXT_VRS = ("LO", "SH", "PN", "LT", "ST", "UT")
MEANINGLESS = (
    "PatientName", "InstitutionName", "InstitutionAddress", "ReferringPhysicianName",
    "StationName", "PatientComments", "OperatorsName", "StudyDescription",
    "PerformingPhysicianName", "AdditionalPatientHistory", "DeviceSerialNumber",
    "RequestingPhysician", "InstitutionalDepartmentName",
)  # fmt: skip
SILENT_GROUPS = range(0x0019, 0x5000, 2)
SPEAKING_PRIVATE_GROUPS = (0x0019, 0x0021, 0x0027, 0x0029, 0x0043, 0x0051, 0x2001, 0x2005, 0x7053)
"""Makers keep b-values, scales and mosaics there."""
