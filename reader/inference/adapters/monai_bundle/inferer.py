"""MONAI's three inferers: windows by our engine where it can, MONAI's own code elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reader.inference.adapters.monai_bundle.config import foreign_target, refused
from reader.inference.engine.windows import Convention, WindowSettings
from reader.inference.networks.monai_networks import import_monai, is_plain

if TYPE_CHECKING:
    import torch
    from torch import nn

_PREFIX: Final = "monai.inferers."
_NAMES: Final = frozenset({"SlidingWindowInferer", "SimpleInferer", "SliceInferer"})
_SIGMA: Final = 0.125
_IGNORED: Final = frozenset({
    "_target_", "_mode_", "sw_batch_size", "progress", "cache_roi_weight_map", "cpu_thresh",
    "buffer_steps", "buffer_dim",
})  # fmt: skip
"""How MONAI saves time and memory; our engine has its own ways."""

_OWN: Final = frozenset({"roi_size", "overlap", "mode", "sigma_scale", "padding_mode", "cval"})
_SLICE: Final = _OWN | {"spatial_dim"}


@dataclass(frozen=True, slots=True)
class Inferer:
    """A checked section. `name` is MONAI's."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, section: object, bundle: str) -> Inferer:
        """From the configuration. Raises: ModelUnavailableError: another one, or odd arguments."""
        if section is None:
            return cls("SimpleInferer")
        if not isinstance(section, dict) or not isinstance(section.get("_target_"), str):
            raise refused(bundle, "inferer")
        module, _, name = section["_target_"].rpartition(".")
        if name not in _NAMES or not (module == "" or f"{module}.".startswith(_PREFIX)):
            raise foreign_target(bundle, section["_target_"])
        given = {key: value for key, value in section.items() if key not in _IGNORED}
        known = {"SlidingWindowInferer": _OWN, "SliceInferer": _SLICE}.get(name, frozenset())
        for key, value in given.items():
            if key not in known or not is_plain(value):
                raise refused(bundle, f"inferer::{key[:60]}")
        return cls(name, given)

    def settings(self, shape: Sequence[int]) -> WindowSettings | None:
        """What our engine makes of it for an image; None where it has nothing like it."""
        given = self.arguments
        overlap, mode = given.get("overlap", 0.25), given.get("mode", "constant")
        usual = (
            self.name == "SlidingWindowInferer"
            and len(shape) == 3
            and isinstance(overlap, int | float)
            and mode in ("constant", "gaussian")
            and given.get("sigma_scale", _SIGMA) == _SIGMA
            and given.get("padding_mode", "constant") == "constant"
        )
        if not usual:
            return None
        size = given.get("roi_size")
        sides = [size] * 3 if isinstance(size, int) else list(size or ())
        if len(sides) != 3:
            return None
        k, j, i = (
            int(n) if isinstance(n, int) and n > 0 else whole
            for n, whole in zip(sides, shape, strict=True)
        )
        if k == 1:
            return None
        return WindowSettings(
            (k, j, i),
            step=1.0 - float(overlap),
            gaussian=mode == "gaussian",
            pad_value=float(given.get("cval", 0.0)),
            convention=Convention.MONAI,
        )

    def run(
        self,
        network: nn.Module,
        image: torch.Tensor,
        on_pass: Callable[[], None],
    ) -> torch.Tensor:
        """MONAI's own, over an image (channels, …); `on_pass` before every pass of the network.

        Raises: what `on_pass` raises.
        """
        from reader.inference.networks.named import first_output

        def passed(windows: torch.Tensor, *_: object) -> torch.Tensor:
            on_pass()
            return first_output(network(windows))

        # One window at a time: it can be cancelled there, and needs the least memory.
        more = {} if self.name == "SimpleInferer" else {"sw_batch_size": 1}
        given = {**self.arguments, **more}
        made = getattr(import_monai("monai.inferers"), self.name)(**given)
        said: torch.Tensor = made(image[None], passed)[0]
        return said
