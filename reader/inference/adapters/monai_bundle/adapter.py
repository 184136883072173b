"""MONAI bundles behind the one protocol of all formats."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reader.core.errors import ModelUnavailableError
from reader.core.model import ModelSpec
from reader.core.text import Text, say
from reader.inference.adapters.adapter import DraftLabel, ModelDraft, OpenModel
from reader.inference.adapters.monai_bundle.bundle import (
    WEIGHTS,
    Bundle,
    looks_like_bundle,
    read_bundle,
)
from reader.inference.adapters.monai_bundle.config import CONFIGS, METADATA_NAME
from reader.inference.adapters.safe_pickle import load_tensors

_LONGEST: Final = 2000


class MonaiBundles:
    """Folders with `configs/inference.json` (or YAML), `metadata.json` and `models/model.pt`."""

    format = "monai-bundle"
    packages: tuple[str, ...] = ("monai",)
    runs_code = False

    def recognises(self, path: Path) -> bool:
        """By the names of its files."""
        return looks_like_bundle(path)

    def draft(self, path: Path) -> ModelDraft:
        """See `Adapter.draft`."""
        bundle = read_bundle(path)
        said = bundle.metadata
        files = [Path(CONFIGS) / name for name in bundle.files]
        if (path / CONFIGS / METADATA_NAME).is_file():
            files = [*{*files, Path(CONFIGS) / METADATA_NAME}]
        return ModelDraft(
            id=path.name,
            name=str(said.get("name") or path.name)[:80],
            version=str(said.get("version") or "1")[:40],
            labels=tuple(
                DraftLabel(n, name) for n, name in enumerate(bundle.outputs.names, start=1)
            ),
            weights=(Path(WEIGHTS), *sorted(files)),
            modality=_modality(bundle),
            channels=bundle.channels,
            licence=str(said.get("license") or said.get("licence") or "")[:200],
            summary=str(said.get("description") or "")[:_LONGEST],
            intended_use=str(said.get("intended_use") or "")[:_LONGEST],
            notes=_notes(bundle),
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`."""
        from reader.inference.adapters.monai_bundle.run import OpenBundle
        from reader.inference.networks.monai_networks import build_network
        from reader.inference.networks.named import fill, room_for
        from reader.inference.packs.registry import check_weights

        check_weights(spec)
        bundle = read_bundle(spec.weights)
        if len(bundle.outputs.names) != len(spec.labels):
            raise ModelUnavailableError(
                say("The model {name} tells {found} things apart, its card names {wanted}.",
                    name=spec.identity.name, found=len(bundle.outputs.names),
                    wanted=len(spec.labels)),
                say("Correct the labels on its card, or `output` in its options."),
            )  # fmt: skip
        tensors = load_tensors(spec.weights / WEIGHTS, spec.identity.name)
        network = build_network(bundle.network, bundle.network_arguments, room_for(tensors))
        fill(network, tensors, spec.identity.name)
        return OpenBundle(bundle, network, bool(spec.options.get("exact", False)))


def _modality(bundle: Bundle) -> str:
    said = str(bundle.inputs.get("modality", ""))
    return {"CT": "CT", "MR": "MR", "MRI": "MR", "PET": "PT", "PT": "PT"}.get(said.upper(), "")


def _notes(bundle: Bundle) -> tuple[Text, ...]:
    notes = []
    if not bundle.outputs.named:
        notes.append(say("Its files do not say what its labels mean."))
    if not bundle.outputs.exclusive and len(bundle.outputs.names) > 1:
        notes.append(say("Its labels may overlap; smaller ones are drawn over larger ones."))
    return tuple(notes)


ADAPTER: Final = MonaiBundles()
