"""Correcting segments: the brush's bar, the list of segments, the steps taken."""
