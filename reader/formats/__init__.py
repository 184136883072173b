"""Bytes and nouns: DICOM and NIfTI in, DICOM SEG, SR, NIfTI and JSON out.

The only home of pydicom and highdicom. No Qt, no database, no application state.
"""
