"""A network over a whole volume, as fast as this machine can, whatever the order.

What lives here: devices, number formats, windows and their order, blending, memory plans.
What never lives here: what a model means, file formats of models, findings.
"""
