"""Asks other people's decoders in a process of their own, which may crash or hang."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.formats.yardsticks.reference_values import decode

_TIME_LIMIT_S: Final = 60.0
T = TypeVar("T")


class WitnessError(Exception):
    """A witness had nothing to say; in words."""


class Witnesses:
    """One process that asks. Use as a context."""

    def __init__(self) -> None:
        self._pool = self._new_pool()

    def pixels(self, path: Path, witness: str) -> NDArray[Any]:
        """See `reference_values.decode`. Raises: WitnessError."""
        return self._ask(witness, decode, path, witness)

    def corners_by_simpleitk(self, path: Path) -> NDArray[np.float64]:
        """As `reference_values.header_corners`, of every slice of a file. Raises: WitnessError."""
        return self._ask("SimpleITK", simpleitk_corners, [str(path)])

    def image_by_simpleitk(self, paths: list[Path]) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """The corners and voxels of files in this order, or of one. Raises: WitnessError."""
        return self._ask("SimpleITK", simpleitk_image, [str(path) for path in paths])

    def _ask(self, who: str, what: Callable[..., T], *about: object) -> T:
        try:
            return self._pool.submit(what, *about).result(_TIME_LIMIT_S)
        except BrokenProcessPool:
            self._pool = self._new_pool()
            raise WitnessError(f"{who} crashed") from None
        except TimeoutError:
            self._end()
            self._pool = self._new_pool()
            raise WitnessError(f"{who} took too long") from None
        except Exception as error:
            raise WitnessError(f"{who} cannot read it") from error

    @staticmethod
    def _new_pool() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, get_context("spawn"), _hush)

    def _end(self) -> None:
        for process in list(self._pool._processes.values()):
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown()


def _hush() -> None:
    """What libraries print about files that they do not like, we say in words."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _simpleitk(paths: list[str]) -> Any:  # noqa: ANN401 - an image of SimpleITK, untyped
    import SimpleITK

    display: Any = SimpleITK.ProcessObject.SetGlobalWarningDisplay  # its stubs type no call
    display(False)
    return SimpleITK.ReadImage(paths if len(paths) > 1 else paths[0])


def simpleitk_corners(paths: list[str]) -> NDArray[np.float64]:
    """LPS mm of each slice's first pixel and of the ends of its first row and column."""
    return _corners(_simpleitk(paths))


def simpleitk_image(paths: list[str]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """The corners and the voxels, (k, j, i), or (t, k, j, i) of several volumes."""
    import SimpleITK

    image = _simpleitk(paths)
    values = np.asarray(SimpleITK.GetArrayFromImage(image))
    return _corners(image), values


def _corners(image: Any) -> NDArray[np.float64]:  # noqa: ANN401 - an image of SimpleITK
    size = [*image.GetSize(), 1][:3]
    if image.GetDimension() == 4:
        image = image[:, :, :, 0]
    if image.GetDimension() != 3:
        raise ValueError("not three dimensions")
    return np.array(
        [
            [
                image.TransformContinuousIndexToPhysicalPoint(place)
                for place in ((0, 0, k), (size[0] - 1, 0, k), (0, size[1] - 1, k))
            ]
            for k in range(size[2])
        ]
    )
