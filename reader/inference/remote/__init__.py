"""The same run on a server: voxels up, labels down, over the Open Inference Protocol.

`wire` says what travels, `served_model` answers on the server, `remote_runner` asks here,
`repository` writes what NVIDIA Triton and MLServer need to know.
"""
