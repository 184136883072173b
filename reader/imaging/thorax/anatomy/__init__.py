"""The thorax's anatomy, one module per system.

Each module turns coordinates of a typical supine adult with raised arms into fields and
solids. Coordinates are LPS mm with the origin in the middle of the scan: x to the left,
y to the back, z to the head; carina at z = 45, domes of the diaphragm near -50.
"""
