"""Running AI models: the only home of PyTorch besides `training`.

Plugged in by `app` through `core.model.Runner`; no other floor imports it.
"""
