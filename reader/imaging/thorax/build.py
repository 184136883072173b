"""Making the synthetic thorax: anatomy, trees, nodules, then slice by slice the image."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.imaging.thorax.bronchovascular import grow_bronchovascular
from reader.imaging.thorax.image_formation import NoiseMaker, blur_in_plane, mix_neighbours
from reader.imaging.thorax.lattice import Lattice
from reader.imaging.thorax.nodules import PLANS, Nodule, NodulePlacer, clear_around, make_nodule
from reader.imaging.thorax.parenchyma import Fillings
from reader.imaging.thorax.patient import Patient, make_patient
from reader.imaging.thorax.slice_painter import SlicePainter
from reader.imaging.thorax.truth import Thorax, TrueNodule
from reader.imaging.thorax.tubes import render_tubes

GENERATOR_VERSION = 1
"""Raised whenever the voxels of a seed change, so that what is cached is made anew."""

SERIES_SHAPE_KJI = (240, 512, 512)
FIELD_OF_VIEW_KJI_MM = (300.0, 358.4, 358.4)
_SLAB = 12
_STEPS = {"anatomy": 12, "trees": 6, "slices": 42, "image": 40}
"""How much of the whole each stage is, in hundredths."""


class _Meter:
    """Turns the stages' own counts into one progress, and checks for cancel."""

    def __init__(self, report: ReportProgress, cancel: CancelToken) -> None:
        self._report, self._cancel = report, cancel
        self._before = 0

    def stage(self, name: str, title: Text) -> Callable[[int, int], None]:
        """Begin a stage; call what it returns with (done, of) after each step of it."""
        start, share = self._before, _STEPS[name]
        self._before += share

        def step(done: int, total: int) -> None:
            self._cancel.check()
            self._report(Progress(start + share * done // max(1, total), 100, title))

        step(0, 1)
        return step


def make_thorax(
    seed: int = 7,
    shape_kji: tuple[int, int, int] = SERIES_SHAPE_KJI,
    spacing_kji_mm: tuple[float, float, float] | None = None,
    report: ReportProgress = ignore_progress,
    cancel: CancelToken | None = None,
) -> Thorax:
    """A synthetic unenhanced chest CT with six nodules whose truth is known.

    The same seed, shape and spacing give the same voxels, bit for bit, on one platform.
    Without `spacing_kji_mm` the field of view stays 300 x 358 x 358 mm whatever the
    shape. The grid is centred on the chest; about 25 s and 1.2 GB at full size.

    Raises: Cancelled: when `cancel` is set, at the next slab of slices.
    """
    meter = _Meter(report, cancel or CancelToken())
    cancel = cancel or CancelToken()
    image = _image_lattice(shape_kji, spacing_kji_mm)
    patient = make_patient(seed, image, meter.stage("anatomy", say("Building the chest")))
    step = meter.stage("trees", say("Growing vessels and airways"))
    fillings, nodules = _trees_and_nodules(patient, image, seed, cancel, step)
    painter = SlicePainter(patient, fillings, nodules, image, seed)
    labels = np.zeros(shape_kji, dtype=np.uint8)
    clean = np.empty(shape_kji, dtype=np.int16)

    def paint(k: int) -> None:
        clean[k] = np.rint(blur_in_plane(painter.paint(k, labels[k]), image))

    _over_slabs(shape_kji[0], paint, meter.stage("slices", say("Drawing the slices")), cancel)
    noise = NoiseMaker(image, seed)
    voxels = np.empty(shape_kji, dtype=np.int16)
    last = shape_kji[0] - 1

    def scan(k: int) -> None:
        hu = mix_neighbours(clean[max(k - 1, 0)], clean[k], clean[min(k + 1, last)])
        hu += noise.slice_noise(hu, k)
        voxels[k] = np.clip(np.rint(hu), -1024, 3071)

    _over_slabs(shape_kji[0], scan, meter.stage("image", say("Taking the image")), cancel)
    return _thorax(voxels, labels, nodules, image, seed)


def _image_lattice(
    shape_kji: tuple[int, int, int], spacing_kji_mm: tuple[float, float, float] | None
) -> Lattice:
    """The image's grid, its middle at the origin."""
    if spacing_kji_mm is None:
        k, j, i = (size / n for size, n in zip(FIELD_OF_VIEW_KJI_MM, shape_kji, strict=True))
        spacing_kji_mm = (k, j, i)
    origin = [-0.5 * s * (n - 1) for s, n in zip(spacing_kji_mm, shape_kji, strict=True)]
    return Lattice((origin[0], origin[1], origin[2]), spacing_kji_mm, shape_kji)


def _trees_and_nodules(
    patient: Patient,
    image: Lattice,
    seed: int,
    cancel: CancelToken,
    step: Callable[[int, int], None],
) -> tuple[Fillings, list[Nodule]]:
    # Vessels thinner than a third of a voxel would be work that nobody sees.
    spacing = max(7.2, 5.0 * image.step_kji_mm[1])
    trees = grow_bronchovascular(patient.lungs, spacing, seed, cancel)
    placer = NodulePlacer(patient.frame, patient.lungs, trees.vessels, image, seed)
    parts = [trees.vessels, trees.walls, trees.lumens]
    nodules: list[Nodule] = []
    centers: list[NDArray[np.float64]] = []
    for plan in PLANS:
        centers.append(placer.place(plan, centers))
        nodules.append(make_nodule(plan, centers[-1], patient.lungs, image, seed))
        parts = [clear_around(part, plan, centers[-1]) for part in parts]
    step(1, 4)
    rendered = []
    for done, pieces in enumerate(parts, start=2):
        filled = np.zeros(image.shape_kji, dtype=np.uint8)
        render_tubes(filled, image, pieces, cancel)
        rendered.append(filled)
        step(done, 4)
    return Fillings(*rendered), nodules


def _over_slabs(
    count: int, work: Callable[[int], None], step: Callable[[int, int], None], cancel: CancelToken
) -> None:
    """Run `work` for every slice, several slabs at once, reporting after each slab."""

    def slab(first: int) -> None:
        for k in range(first, min(first + _SLAB, count)):
            cancel.check()
            work(k)

    starts = range(0, count, _SLAB)
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        jobs = [pool.submit(slab, first) for first in starts]
        try:
            for done, job in enumerate(jobs, start=1):
                job.result()
                step(done, len(jobs))
        except BaseException:
            for job in jobs:
                job.cancel()
            raise


def _thorax(
    voxels: NDArray[np.int16],
    lungs: NDArray[np.uint8],
    nodules: list[Nodule],
    image: Lattice,
    seed: int,
) -> Thorax:
    geometry = VolumeGeometry.from_spacing(
        image.shape_kji, image.step_kji_mm, image.origin_kji_mm[::-1]
    )
    numbers = np.zeros(image.shape_kji, dtype=np.uint8)
    truths = []
    for label, nodule in enumerate(nodules, start=1):
        mask = nodule.cover >= 0.5
        numbers[nodule.box][mask] = label
        start = [b.start for b in nodule.box]
        center = geometry.to_lps(np.argwhere(mask).mean(axis=0) + start)
        volume = float(mask.sum()) * geometry.voxel_volume_mm3
        truths.append(
            TrueNodule(
                center_lps_mm=(float(center[0]), float(center[1]), float(center[2])),
                diameter_mm=float((6 * volume / np.pi) ** (1 / 3)),
                kind=nodule.plan.kind,
                attachment=nodule.plan.attachment,
                side="left" if nodule.plan.side > 0 else "right",
                lobe=nodule.plan.lobe,
                label=label,
            )
        )
    volume_ = Volume(
        series_uid=f"synthetic-thorax-{seed}",
        voxels=voxels,
        geometry=geometry,
        unit=IntensityUnit.HU,
        windows=(WindowLevel(-600, 1500), WindowLevel(40, 400)),
    )
    return Thorax(volume_, tuple(truths), lungs, numbers)
