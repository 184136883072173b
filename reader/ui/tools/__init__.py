"""What the pointer does in a viewport: one tool at a time, told of gestures.

What lives here: tools, which turn gestures into calls of the session. What never lives
here: widgets and painting; a tool only says what shape should follow the pointer.
"""
