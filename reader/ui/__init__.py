"""Qt widgets that show the session and report gestures. They decide nothing.

A widget never writes a core value and never asks another widget.
"""
