"""DICOM headers: found, read without pydicom where that is enough, and given types."""
