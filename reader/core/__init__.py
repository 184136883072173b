"""The nouns of the product: volumes, studies, segmentations, findings, reviews.

What lives here: frozen values that validate themselves and copy what they keep.
What never lives here: files, databases, Qt, PyTorch, or anything that knows a screen.
Needs numpy only.
"""
