"""MONAI's segmentation networks by name, with arguments that are plain values.

Only the names here are ever built. What could download or import is left out (networks with
pretrained weights), and so is what is too large for the weights that come with it.
"""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import say

if TYPE_CHECKING:
    from torch import nn

PREFIX: Final = "monai.networks.nets."
_NAMES: Final = frozenset({
    "AttentionUnet", "BasicUNet", "BasicUNetPlusPlus", "BasicUnet", "DynUNet", "DynUnet",
    "HighResNet", "RegUNet", "SegResNet", "SegResNetDS", "SegResNetDS2", "SegResNetVAE",
    "SwinUNETR", "UNETR", "UNet", "Unet", "VNet",
})  # fmt: skip
_GONE: Final[Mapping[str, frozenset[str]]] = {"SwinUNETR": frozenset({"img_size"})}
"""Arguments that did nothing to the weights and that MONAI has done away with since."""

_LARGEST_NUMBER: Final = 1 << 20
_MOST_ITEMS: Final = 4096
_LARGE: Final = 1024
MOST_VALUES: Final = 1 << 30
"""Four gigabytes; the largest segmentation networks have a tenth of it."""

_WIDEST_ATTENTION: Final = 12
"""A window's table of pairs grows with the sixth power of its side: 64 million pairs at 20."""

_MOST_PARTS: Final = 20_000
"""Modules and tensors of one network. MONAI would go on as often as an argument says."""


def is_network(target: str) -> bool:
    """Whether a `_target_` names a network of MONAI's that is known here."""
    module, _, name = target.rpartition(".")
    # `monai.networks.nets.unet.UNet` is `monai.networks.nets.UNet`.
    home = module == "" or (
        f"{module}.".startswith(PREFIX) and module.count(".") <= PREFIX.count(".")
    )
    return name in _NAMES and home


def build_network(
    target: str, arguments: Mapping[str, Any], most_values: int = MOST_VALUES
) -> nn.Module:
    """One of MONAI's networks, with weights that mean nothing yet.

    `most_values` are the parameters and buffers it may have, those of the file with its
    weights and some room: nothing larger is ever given memory.

    Raises: ModelUnavailableError: MONAI is missing; a name or an argument is not allowed.
    """
    if not is_network(target):
        raise ModelUnavailableError(
            say("The network {name} is not one that Reading Room builds.", name=target[:80]),
            say("Nothing of the model was run. models/README.md lists the networks."),
        )
    name = target.rpartition(".")[2]
    nets = import_monai("monai.networks.nets")
    network_class = getattr(nets, name, None)
    if network_class is None:
        raise _refused(name, "this version of MONAI has no such network")
    allowed = set(inspect.signature(network_class).parameters)
    gone = _GONE.get(name, frozenset()) - allowed
    arguments = {key: value for key, value in arguments.items() if key not in gone}
    unknown = sorted(set(arguments) - allowed)
    if unknown:
        raise _refused(name, f"{unknown[0][:60]}: no such argument")
    for key, value in arguments.items():
        if not is_plain(value):
            raise _refused(name, f"{str(key)[:60]}: no plain value")
    return _built(network_class, name, dict(arguments), most_values)


def _built(
    network_class: type[nn.Module], name: str, arguments: dict[str, Any], most_values: int
) -> nn.Module:
    import torch

    try:
        # Without memory first: a network of absurd size ends here. Transformers look at
        # numbers while they are built, so for them the arguments must do.
        with torch.device("meta"), _counted_parts(most_values):
            network_class(**arguments)
        too_large = False
    except _TooLargeError:
        too_large = True
    except RuntimeError:
        widest = _largest(arguments.get("window_size"))
        too_large = _largest(arguments) > _LARGE or widest > _WIDEST_ATTENTION
    except Exception as error:
        raise _refused(name, f"MONAI refuses its arguments: {type(error).__name__}") from error
    if too_large:
        raise _refused(name, "it is absurdly large")
    try:
        with _counted_parts(most_values):
            return network_class(**arguments)
    except _TooLargeError as error:
        raise _refused(name, "it is absurdly large") from error
    except Exception as error:
        raise _refused(name, f"MONAI refuses its arguments: {type(error).__name__}") from error


class _TooLargeError(Exception):
    """A network that is being built in this thread has grown beyond all reason."""


@contextmanager
def _counted_parts(most_values: int) -> Iterator[None]:
    """End the building of a network, in this thread, when it goes too far."""
    from torch.nn.modules import module as modules

    thread, parts, values = threading.get_ident(), 0, 0

    def register(_owner: object, _name: str, part: object) -> None:
        nonlocal parts, values
        if threading.get_ident() != thread:
            return
        parts += 1
        values += part.numel() if hasattr(part, "numel") else 0
        if parts > _MOST_PARTS or values > most_values:
            raise _TooLargeError

    with ExitStack() as stack:
        for hook in (
            modules.register_module_module_registration_hook,
            modules.register_module_parameter_registration_hook,
            modules.register_module_buffer_registration_hook,
        ):
            stack.callback(hook(register).remove)
        yield


def _largest(value: object) -> float:
    """The largest number in plain values."""
    if isinstance(value, dict | list | tuple):
        inner = value.values() if isinstance(value, dict) else value
        return max((_largest(one) for one in inner), default=0)
    return abs(value) if isinstance(value, int | float) else 0


def import_monai(module: str) -> Any:  # noqa: ANN401 - MONAI is not typed
    """A module of MONAI. Raises: ModelUnavailableError: it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ModelUnavailableError(
            say("This model needs MONAI, which is not installed."),
            say('Install it: pip install "reading-room[monai]"'),
        ) from error


def is_plain(value: object, depth: int = 0) -> bool:
    """Whether a value is made of numbers of sane size, short texts, lists and dictionaries."""
    if depth > 6:
        return False
    if value is None or isinstance(value, bool | str):
        return not isinstance(value, str) or len(value) < 200
    if isinstance(value, int | float):
        return abs(value) <= _LARGEST_NUMBER
    if isinstance(value, list | tuple):
        return len(value) <= _MOST_ITEMS and all(is_plain(one, depth + 1) for one in value)
    if isinstance(value, dict):
        return len(value) <= _MOST_ITEMS and all(
            isinstance(key, str) and is_plain(one, depth + 1) for key, one in value.items()
        )
    return False


def _refused(name: str, why: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The network {name} cannot be built ({why}).", name=name, why=why),
        say("Get the model again from where it came from."),
    )
