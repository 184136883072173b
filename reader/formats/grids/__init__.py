"""Volumes in one file: NIfTI, NRRD, MetaImage."""
