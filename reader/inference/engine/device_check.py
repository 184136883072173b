"""What PyTorch can compute with here, tried with a small product. For `reader doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComputeReport:
    """The devices of this machine as PyTorch sees them.

    `cuda_build`: the CUDA version PyTorch was built for; None for a CPU build. `gpu`: the
    name of the card, None when there is none it can use. `gpu_works`: a product was computed
    on it and was right; `gpu_problem` holds the class of the error otherwise. `cpu_level`:
    the widest instructions PyTorch uses, such as "AVX2".
    """

    torch_version: str
    cuda_build: str | None
    gpu: str | None
    gpu_works: bool
    gpu_problem: str
    gpu_total_gb: float
    gpu_free_gb: float
    cpu_level: str
    cpu_threads: int


def check_compute() -> ComputeReport:
    """Ask PyTorch, and try. Takes as long as importing it. Raises nothing but ImportError."""
    import torch

    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    free, total = torch.cuda.mem_get_info() if gpu else (0, 0)
    problem = _gpu_problem() if gpu else ""
    return ComputeReport(
        torch_version=torch.__version__,
        cuda_build=torch.version.cuda,
        gpu=gpu,
        gpu_works=gpu is not None and not problem,
        gpu_problem=problem,
        gpu_total_gb=total / 1e9,
        gpu_free_gb=free / 1e9,
        cpu_level=torch.backends.cpu.get_cpu_capability(),
        cpu_threads=torch.get_num_threads(),
    )


def _gpu_problem() -> str:
    """Empty when the card computes; a driver that is too old only shows when it is used."""
    import torch

    try:
        ones = torch.ones(8, 8, device="cuda")
        right = float((ones @ ones).sum().item()) == 8.0**3
        del ones
        torch.cuda.empty_cache()
    except RuntimeError as error:
        return type(error).__name__
    return "" if right else "WrongResult"
