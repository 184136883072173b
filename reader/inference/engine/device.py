"""Where and how a network runs: device, number format, threads, memory."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

import torch

from reader.core.errors import InferenceError
from reader.core.model import Device
from reader.core.text import say


def choose_device(wanted: Device) -> torch.device:
    """The device for a wish; AUTO takes a graphics card when PyTorch can use one.

    Raises: InferenceError: CUDA was asked for and there is none.
    """
    if wanted is Device.SERVER:
        raise InferenceError(
            say("This computer is no AI server."), say("Choose where the AI runs in the settings.")
        )
    available = torch.cuda.is_available()
    if wanted is Device.CUDA and not available:
        raise InferenceError(
            say("No graphics card that PyTorch can use was found."),
            say("Choose the processor (CPU), or install a driver and a CUDA build of PyTorch."),
        )
    use_cuda = available and wanted is not Device.CPU
    return torch.device("cuda" if use_cuda else "cpu")


def fast_numbers(device: torch.device) -> bool:
    """Whether bfloat16 is faster here: any recent graphics card, CPUs with AVX512-BF16."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(supported is not None and supported())


def number_format(device: torch.device, fast: bool) -> AbstractContextManager[object]:
    """The autocast context to run windows in."""
    return torch.autocast(device.type, torch.bfloat16) if fast else nullcontext()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether PyTorch, CUDA or the system ran out of memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, RuntimeError) and any(w in str(error).lower() for w in words)


def release_memory(device: torch.device) -> None:
    """Give unused graphics memory back to the system."""
    if device.type == "cuda":
        torch.cuda.empty_cache()


def beside_a_screen_threads() -> int:
    """How many threads leave the user interface its cores: half of them, at least one."""
    return max(1, (os.cpu_count() or 2) // 2)
