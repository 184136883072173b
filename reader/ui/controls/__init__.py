"""The design's own controls. They draw themselves from the theme and know no session."""
