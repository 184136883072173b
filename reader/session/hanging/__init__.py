"""Hanging: which series are shown where, by protocols that are data."""
