"""The recipe of the `chest-ct` model: lungs and lung nodules, without a labelled nodule.

Synthetic nodules are put into real and procedural lungs (`hosts`, `procedural`,
`nodules`), imaged together with them (`imaging_chain`), cut into patches (`patches`) and
learnt by a small 3-D U-Net (`training_loop`). `measure` tests the result on scans it has
not seen.
"""
