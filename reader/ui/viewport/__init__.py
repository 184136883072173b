"""The viewports: panes that show slices and everything written and drawn over them.

What lives here: painting, and turning mouse and wheel into gestures for the tools. What
never lives here: decisions about what is shown; panes show what the session resolved.
"""
