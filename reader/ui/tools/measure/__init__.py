"""Measuring by hand: what is drawn, point by point, and what is taken hold of again.

What lives here: the state of a drawing before it is a finding, and the tools that change
it. What never lives here: the numbers, which the session works out, and painting.
"""
