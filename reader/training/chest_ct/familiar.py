"""What the training images look like to the network: the features kept beside the weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.inference.chest_ct.likeness import CELL_VOXELS, features_at, places_in
from reader.inference.chest_ct.networks import HalfResolutionUNet
from reader.inference.chest_ct.preprocess import normalise
from reader.inference.engine.familiarity import Familiar, fit_familiar, save_familiar
from reader.inference.packs.card import CardFeatures, CardFile
from reader.inference.packs.file_hashes import file_sha256
from reader.inference.packs.registry import read_card
from reader.training.chest_ct import gather
from reader.training.chest_ct.card import write_card
from reader.training.chest_ct.cases import PATIENTS
from reader.training.chest_ct.hosts import Host
from reader.training.chest_ct.imaging_chain import degrade

FEATURES_NAME: Final = "features.safetensors"
PLACES_PER_HOST: Final = 40
COPIES: Final = 2
"""Each place once as it is and so often degraded as in training."""
SEED: Final = 20261121


def measure_familiar(
    network: nn.Module,
    data: Path,
    work: Path,
    report: ReportProgress,
    cancel: CancelToken,
) -> Familiar | None:
    """The features of the real training scans in a data folder, each patient's apart.

    None where the folder holds none of them, or the network has no such features.
    Raises: Cancelled.
    """
    if not isinstance(network, HalfResolutionUNet):
        return None
    try:
        hosts, _shares = gather.gather_hosts(data, work, report, cancel, procedural=0)
    except UnreadableError:
        return None
    rng = np.random.default_rng(SEED)
    by_patient: dict[str, list[NDArray[np.float32]]] = {}
    for number, host in enumerate(hosts):
        report(Progress(number, len(hosts), say("Describing the training scans")))
        points = _points(network, host, rng, cancel)
        by_patient.setdefault(_patient(host.name), []).append(points)
    return fit_familiar({name: np.concatenate(points) for name, points in by_patient.items()})


def _patient(host: str) -> str:
    """Whose scan it is; a host that was kept is named after its file."""
    return next((patient for name, patient in PATIENTS.items() if host.startswith(name)), host)


def _points(
    network: HalfResolutionUNet, host: Host, rng: Generator, cancel: CancelToken
) -> NDArray[np.float32]:
    """Features of a host's places, as they are and degraded."""
    cells = [_cell(host.hu, corner) for corner in places_in(host.lung, PLACES_PER_HOST)]
    seen = [*cells, *(degrade(rng, cell) for cell in cells for _ in range(COPIES))]
    return np.concatenate(
        [features_at(network, normalise(cell), [(0, 0, 0)], cancel) for cell in seen]
    )


def _cell(hu: NDArray[np.int16], corner: Sequence[int]) -> NDArray[np.float32]:
    return hu[tuple(slice(c, c + CELL_VOXELS) for c in corner)].astype(np.float32)


def write_features(out: Path, familiar: Familiar) -> None:
    """Write the file into a pack, and its hash into the card.

    Raises: ModelUnavailableError: the pack has no card that can be read.
    """
    card, _raw = read_card(out)
    path = out / FEATURES_NAME
    save_familiar(path, familiar)
    size = path.stat().st_size
    file = CardFile(path=FEATURES_NAME, sha256=file_sha256(path), size_bytes=size)
    features = CardFeatures(ood=file, places=len(familiar.distances), patients=familiar.patients)
    write_card(out, card.model_copy(update={"features": features}))
