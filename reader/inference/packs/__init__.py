"""Model packs on disk: their cards, adding and removing them, what may be trusted.

Nothing from a pack is ever executed here, and reading cards needs no PyTorch.
"""
