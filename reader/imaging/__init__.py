"""Pure functions on volumes: slices, windows, contours, measures, brushes.

No files, no Qt, no PyTorch, no state: arrays and core values in, new ones out.
"""
