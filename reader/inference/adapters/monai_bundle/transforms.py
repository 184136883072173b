"""MONAI's dictionary transforms that may be built, and the building of them."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.adapters.monai_bundle.config import foreign_target, refused
from reader.inference.networks.monai_networks import import_monai, is_plain

_PREFIX: Final = "monai.transforms."
_ALLOWED: Final = frozenset({
    # Where voxels are
    "Spacingd", "Orientationd", "Resized", "ResizeWithPadOrCropd", "SpatialPadd", "BorderPadd",
    "DivisiblePadd", "CenterSpatialCropd", "SpatialCropd", "CropForegroundd", "Flipd",
    "Rotate90d", "Zoomd", "Transposed", "SqueezeDimd",
    # What their values are
    "ScaleIntensityd", "ScaleIntensityRanged", "ScaleIntensityRangePercentilesd",
    "NormalizeIntensityd", "ShiftIntensityd", "ThresholdIntensityd", "ClipIntensityPercentilesd",
    "AdjustContrastd", "GaussianSmoothd", "MedianSmoothd", "HistogramNormalized",
    # What they are kept in
    "EnsureChannelFirstd", "EnsureTyped", "CastToTyped", "ToTensord", "Identityd",
    "RepeatChanneld", "SelectItemsd", "DeleteItemsd", "CopyItemsd", "ConcatItemsd",
    # What is made of the network's answer
    "Activationsd", "AsDiscreted", "KeepLargestConnectedComponentd", "FillHolesd",
    "LabelFilterd", "RemoveSmallObjectsd", "Invertd",
})  # fmt: skip
_LEFT_OUT: Final = frozenset({"LoadImaged", "SaveImaged", "ToDeviced", "DataStatsd"})
"""Reading, writing and moving, which are ours to do; and printing."""

_NEEDS: Final[Mapping[str, tuple[str, str]]] = {
    "Orientationd": ("nibabel", "nibabel"),
    "KeepLargestConnectedComponentd": ("skimage", "scikit-image"),
    "RemoveSmallObjectsd": ("skimage", "scikit-image"),
}
"""What MONAI itself leaves to others: the module, and the package that brings it."""

PREPROCESSING: Final = "preprocessing"
SHARED: Final = frozenset({PREPROCESSING})
_REFERENCE: Final = f"@{PREPROCESSING}"


def transform_name(target: str, bundle: str) -> str:
    """The one name of a transform with several. Raises: ModelUnavailableError: not on the list."""
    module, _, name = target.rpartition(".")
    for ending in ("Dict", "D"):
        if name.endswith(ending):
            name = f"{name.removesuffix(ending)}d"
    at_home = module == "" or f"{module}.".startswith(_PREFIX)
    if not at_home or name not in _ALLOWED | _LEFT_OUT:
        raise foreign_target(bundle, target)
    return name


def listed(section: object, bundle: str, place: str) -> list[dict[str, Any]]:
    """The transforms of a section, which is a `Compose`, a list or a single one.

    Raises: ModelUnavailableError: something else.
    """
    if section is None:
        return []
    if isinstance(section, dict) and isinstance(section.get("_target_"), str):
        module, _, name = section["_target_"].rpartition(".")
        if name == "Compose" and (module == "" or f"{module}.".startswith(_PREFIX)):
            return listed(section.get("transforms"), bundle, place)
        return [section]
    if isinstance(section, list):
        found = [one for one in section if one is not None]
        if all(isinstance(one, dict) and isinstance(one.get("_target_"), str) for one in found):
            return found
    raise refused(bundle, place)


def check(entries: Sequence[Mapping[str, Any]], bundle: str, place: str) -> None:
    """Raises: ModelUnavailableError: a name that is not on the list, or an odd argument."""
    for entry in entries:
        name = transform_name(entry["_target_"], bundle)
        _need(name, bundle)
        for key, value in arguments(entry).items():
            if not (is_plain(value) or (key == "transform" and value == _REFERENCE)):
                raise refused(bundle, f"{place}::{entry['_target_'][:60]}::{key[:60]}")
            _refuse_nested(value, bundle)


def _need(name: str, bundle: str) -> None:
    module, package = _NEEDS.get(name, ("", ""))
    if module and importlib.util.find_spec(module) is None:
        raise ModelUnavailableError(
            say("The bundle {name} needs {package}, which is not installed.",
                name=bundle, package=package),
            say("Install it: pip install {package}", package=package),
        )  # fmt: skip


def arguments(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry without what says which transform it is."""
    return {key: value for key, value in entry.items() if key not in ("_target_", "_mode_")}


def build(
    entries: Sequence[Mapping[str, Any]],
    bundle: str,
    place: str,
    preprocessing: object | None = None,
) -> Any:  # noqa: ANN401 - MONAI's Compose
    """MONAI's `Compose` of checked entries; `preprocessing` is what `Invertd` refers to.

    Raises: ModelUnavailableError: not on the list, or MONAI does not take the arguments.
    """
    check(entries, bundle, place)
    module = import_monai("monai.transforms")
    built = []
    for entry in entries:
        name = transform_name(entry["_target_"], bundle)
        if name in _LEFT_OUT:
            continue
        given = arguments(entry)
        if name == "Invertd":
            given = {**given, "transform": preprocessing}
        try:
            built.append(getattr(module, name)(**given))
        except Exception as error:
            raise refused(bundle, f"{place}::{name}") from error
    return module.Compose(built)


def first_keys(entries: Sequence[Mapping[str, Any]], otherwise: str) -> str:
    """The key that a section begins to work on."""
    for entry in entries:
        keys = entry.get("keys")
        if isinstance(keys, str):
            return keys
        if isinstance(keys, list) and keys and isinstance(keys[0], str):
            return keys[0]
    return otherwise


def named(entries: Sequence[Mapping[str, Any]], name: str, bundle: str) -> list[dict[str, Any]]:
    """The arguments of every transform of a name."""
    return [arguments(e) for e in entries if transform_name(e["_target_"], bundle) == name]


def steps_to_argmax(entries: Sequence[Mapping[str, Any]], bundle: str) -> int:
    """How many steps at the beginning only find the highest score; 0 where they do more."""
    for count, entry in enumerate(entries[:2], start=1):
        name = transform_name(entry["_target_"], bundle)
        given = {key: value for key, value in arguments(entry).items() if key != "keys"}
        if name == "AsDiscreted" and given == {"argmax": True}:
            return count
        if name != "Activationsd" or given != {"softmax": True}:
            return 0
    return 0


def _refuse_nested(value: object, bundle: str) -> None:
    """Something to be built as an argument of something that is on the list."""
    if isinstance(value, dict):
        if "_target_" in value:
            raise foreign_target(bundle, str(value["_target_"]))
        for one in value.values():
            _refuse_nested(one, bundle)
    elif isinstance(value, list):
        for one in value:
            _refuse_nested(one, bundle)
