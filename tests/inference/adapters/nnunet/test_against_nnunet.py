"""The same labels as nnU-Net's own predictor, computed beside ours, voxel by voxel.

Runs where nnunetv2 is installed: `pip install -e ".[oracles]"`, see CONTRIBUTING.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.model import InferenceRequest
from reader.core.volume import Volume
from reader.formats.grids.nifti import write_nifti
from reader.inference.adapters.nnunet.networks import build_unet, with_batch_norm
from tests.support import nnunet_oracle as oracle
from tests.support.nnunet_cases import (
    CASCADE,
    CASES,
    PART_CASE,
    REGIONS,
    case,
    channel,
    tilted_volume,
)
from tests.support.nnunet_folders import (
    architecture,
    run_case,
    run_request,
    spec_of,
    write_cascade,
    write_folder,
    write_parts,
)

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("nnunetv2") is None,
        reason='nnunetv2 is not installed: pip install -e ".[oracles]"',
    ),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_labels_are_identical(one, tmp_path):
    trained = write_folder(tmp_path, one)
    assert np.array_equal(run_case(trained, one).labels, oracle.nnunet_labels(trained, one))


@pytest.mark.parametrize(
    "changes",
    [{"step": 0.3}, {"step": 1.0}, {"mirror": False}],
    ids=["narrow_steps", "no_overlap", "no_mirroring"],
)
def test_settings_mean_what_nnunets_mean(changes, tmp_path):
    one = replace(case("residual_encoder"), **changes)
    trained = write_folder(tmp_path, one)
    assert np.array_equal(run_case(trained, one).labels, oracle.nnunet_labels(trained, one))


@pytest.mark.parametrize(
    "reader", ["SimpleITKIO", "SimpleITKIOWithReorient", "NibabelIO", "NibabelIOWithReorient"]
)
@pytest.mark.parametrize("order", ["axial", "sagittal"])
def test_images_are_read_as_nnunets_readers_read_them(reader, order, tmp_path):
    """From a file whose axes lie anywhere, through nnU-Net's own reader and writer."""
    one = replace(case("no_mirroring"), reader=reader, spacing=(1.5, 1.25, 1.0))
    affine = np.eye(4)
    affine[:3, :3] = 0
    world = {"axial": ((2, 1), (1, -1), (0, 1)), "sagittal": ((0, -1), (2, -1), (1, 1))}[order]
    for column, ((axis, sign), mm) in enumerate(zip(world, one.spacing, strict=True)):
        affine[axis, column] = sign * mm
    affine[:3, 3] = (-20.0, 35.0, 7.0)
    volume = Volume("1.2.3", channel(one, 0), VolumeGeometry(one.shape, affine))
    path = tmp_path / "case_0000.nii.gz"
    write_nifti(path, volume.voxels, volume.geometry)
    trained = write_folder(tmp_path, one)
    expected = _labels_of_file(trained, one, path, tmp_path / "said.nii.gz")
    request = InferenceRequest(
        "run", "1.2.3", volume, spec_of(trained, step=one.step, mirror=one.mirror, exact=True)
    )
    assert np.array_equal(run_request(request).labels, expected)


def _labels_of_file(trained, one, path, said):
    import nibabel
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    with contextlib.redirect_stdout(io.StringIO()):
        io_class = PlansManager(str(trained / "plans.json")).image_reader_writer_class()
        arrays, properties = io_class.read_images([str(path)])
        labels = oracle.predicted(trained, one, arrays, properties["spacing"])
        io_class.write_seg(labels, str(said), properties)
    return np.asarray(nibabel.load(said).dataobj).transpose(2, 1, 0)


def test_totalsegmentators_steps_give_identical_labels(tmp_path):
    volume, path = tilted_volume(), tmp_path / "series.nii.gz"
    write_nifti(path, volume.voxels, volume.geometry)
    folder = tmp_path / "parts"
    expected = oracle.totalsegmentator_labels(write_parts(folder), PART_CASE, path, 1.5, tmp_path)
    found = run_request(InferenceRequest("run", "1.2.3", volume, spec_of(folder, exact=True)))
    assert np.array_equal(found.labels, expected)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"labels": REGIONS},
        {"channels": ("FLAIR", "T1"), "schemes": ("ZScoreNormalization",) * 2, "mask": True,
         "empty_border": 3},
        {"spacing": (5.0, 1.1, 1.1), "shape": (9, 32, 36)},
        {"transpose": (2, 0, 1)},
    ],
    ids=["labels", "regions", "two_channels", "thick", "transposed"],
)  # fmt: skip
def test_a_cascade_gives_identical_labels(changes, tmp_path):
    first, second = write_cascade(tmp_path, **changes)
    one = replace(CASCADE, **changes)
    expected = oracle.cascade_labels(first, second, one)
    assert np.array_equal(run_case(second.parent, one).labels, expected)


@pytest.mark.parametrize("residual", [False, True])
def test_what_nnunets_own_trainer_wrote_is_opened_and_gives_its_labels(residual, tmp_path):
    one = replace(case("no_mirroring"), residual=residual, mirror=True)
    trained = write_folder(tmp_path, one)
    oracle.train_one_step(trained, one, tmp_path / "results")
    assert spec_of(trained).options["mirror"] is True
    assert np.array_equal(run_case(trained, one).labels, oracle.nnunet_labels(trained, one))


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("name", ["PlainConvUNet", "ResidualEncoderUNet", "ResidualUNet"])
@pytest.mark.parametrize("changes", ["plain", "batch_norm", "bottleneck", "dropout"])
def test_weights_have_the_names_of_the_original_networks(dimension, name, changes):
    with contextlib.redirect_stdout(io.StringIO()):
        oracle.let_torchvision_load()
        from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    one = case("two_d") if dimension == 2 else case("isotropic")
    arguments = architecture(replace(one, residual=name != "PlainConvUNet"))["arch_kwargs"]
    if changes == "batch_norm":
        arguments = with_batch_norm(arguments)
        arguments["norm_op"] = f"torch.nn.BatchNorm{dimension}d"
    if changes == "bottleneck":
        if name == "PlainConvUNet":
            pytest.skip("plain blocks have no bottleneck")
        arguments["bottleneck_channels"] = [2, 3, 4]
        arguments["block"] = "dynamic_network_architectures.building_blocks.residual.BottleneckD"
        arguments["stem_channels"] = 5
    if changes == "dropout":
        arguments["dropout_op"] = f"torch.nn.Dropout{dimension}d"
        arguments["dropout_op_kwargs"] = {"p": 0.1}
    imported = [
        "conv_op",
        "norm_op",
        "dropout_op",
        "nonlin",
        *(["block"] if "block" in arguments else []),
    ]
    full = f"dynamic_network_architectures.architectures.unet.{name}"
    theirs = get_network_from_plans(full, arguments, imported, 2, 5, deep_supervision=False)
    ours = build_unet(full, arguments, 2, 5)
    expected = {key: value.shape for key, value in theirs.state_dict().items()}
    assert {key: value.shape for key, value in ours.state_dict().items()} == expected
    assert list(ours.state_dict()) == list(expected)
