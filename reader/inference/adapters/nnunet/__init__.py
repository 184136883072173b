"""nnU-Net v2 trained folders, run without nnunetv2, to the same labels voxel by voxel.

What lives here: reading plans and checkpoints, the two families of U-Nets, nnU-Net's own
preprocessing and export, TotalSegmentator's resampling around them. What never lives here:
windows and devices (`inference.engine`), what a result looks like (`adapters.result`).

Source: nnunetv2 2.8.1, dynamic-network-architectures 0.4.4, TotalSegmentator 2.18.
"""
