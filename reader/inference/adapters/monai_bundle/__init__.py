"""MONAI bundles, read and never executed: known networks, transforms and inferers only.

What lives here: resolving a bundle's configuration, the lists of what may be built, running
transforms and windows, the way back to the source grid. What never lives here: `eval`,
imports by name, anything of `scripts/`.
"""
