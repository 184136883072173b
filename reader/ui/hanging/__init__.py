"""Layouts and hanging protocols: choosing, making, and a second window for viewports."""
