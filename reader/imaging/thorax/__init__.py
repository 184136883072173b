"""A synthetic chest CT, drawn by code and the same every time, with nodules of known truth.

What lives here: the anatomy as shapes, how it is drawn into slices, the image formation.
What never lives here: files and DICOM. Start at `build.make_thorax`.
"""
