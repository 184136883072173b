"""Slices become series: split, ordered in space, classified, given their scale."""
