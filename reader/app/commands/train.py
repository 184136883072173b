"""`reader train`: make a model's weights again, from the recipe in this repository."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import errors, plain_errors, progress_bar, stopped_by_signals
from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ModelUnavailableError
from reader.core.text import say

if TYPE_CHECKING:
    from reader.training.chest_ct.training_loop import Recipe, StepReport

LOG_EVERY = 50


def train(
    recipe: Annotated[str, typer.Argument(help="What to train: chest-ct.")],
    data: Annotated[Path, typer.Option("--data", help="Folder with the scans of the recipe.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the model pack to write.")],
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint.")] = True,
    steps: Annotated[int | None, typer.Option("--steps", help="Fewer steps, to try.")] = None,
    threads: Annotated[int, typer.Option("--threads", help="Processor threads.")] = 2,
    work: Annotated[
        Path | None, typer.Option("--work", help="Folder for checkpoints and prepared scans.")
    ] = None,
    measure_only: Annotated[
        bool, typer.Option("--measure-only", help="Measure the pack in --out, change its card.")
    ] = False,
    features_only: Annotated[
        bool, typer.Option("--features-only", help="Only describe the training scans anew.")
    ] = False,
) -> None:
    """Train a model on this machine. Seeded; may be stopped and resumed at any moment."""
    from reader.app.paths import find_paths

    with plain_errors(), progress_bar() as report, stopped_by_signals() as cancel:
        if recipe != "chest-ct":
            raise ModelUnavailableError(
                say("There is no recipe {name}.", name=recipe), say("Choose chest-ct.")
            )
        folder = work or find_paths().created().user_cache / "training" / recipe
        training = ChestCtTraining(data, out, folder, report, cancel)
        if not measure_only and not features_only:
            training.train(_recipe(steps, threads), resume=resume)
        if not features_only:
            training.measure()
        if not measure_only:
            training.describe()


def _recipe(steps: int | None, threads: int) -> Recipe:
    from reader.training.chest_ct.training_loop import Recipe

    return Recipe(threads=threads) if steps is None else Recipe(steps=steps, threads=threads)


class ChestCtTraining:
    """Gather, train, write the pack, measure it, write the figures into its card."""

    def __init__(
        self, data: Path, out: Path, work: Path, report: ReportProgress, cancel: CancelToken
    ) -> None:
        self._data = data
        self._out = out
        self._work = work
        self._report = report
        self._cancel = cancel

    def train(self, recipe: Recipe, *, resume: bool) -> None:
        """Train and write weights with a card that has no figures yet."""
        from reader.inference.packs.card import CardTraining
        from reader.training.chest_ct.card import write_pack
        from reader.training.chest_ct.gather import gather_hosts
        from reader.training.chest_ct.training_loop import train

        self._work.mkdir(parents=True, exist_ok=True)
        hosts, shares = gather_hosts(self._data, self._work, self._report, self._cancel)
        started = time.monotonic()
        network = train(
            recipe,
            hosts,
            shares,
            self._work,
            self._report,
            self._cancel,
            resume=resume,
            log=_log,
        )
        names = ", ".join(host.name for host in hosts if not host.name.startswith("procedural"))
        described = CardTraining(
            summary=(
                "Synthetic nodules in real lungs and in procedural ones "
                f"({len(hosts)} hosts; real: {names})."
            ),
            command=f"reader train chest-ct --data DIR --out DIR --steps {recipe.steps}",
            seed=recipe.seed,
            commit=_commit(),
            steps=recipe.steps,
            minutes=round((time.monotonic() - started) / 60, 1),
        )
        write_pack(network, self._out, described, ())

    def describe(self) -> None:
        """Keep what the training scans look like to the network, beside its weights."""
        from reader.inference.chest_ct.loading import load_network
        from reader.inference.packs.registry import load_spec
        from reader.training.chest_ct.familiar import measure_familiar, write_features

        network = load_network(load_spec(self._out))
        familiar = measure_familiar(network, self._data, self._work, self._report, self._cancel)
        if familiar is None:
            return
        write_features(self._out, familiar)
        errors.print(
            f"{len(familiar.distances)} places in {familiar.patients} patients", markup=False
        )

    def measure(self) -> None:
        """Measure the pack in the out folder and write the figures into its card."""
        from reader.inference.chest_ct.loading import load_network
        from reader.inference.packs.card import CardTraining
        from reader.inference.packs.registry import load_spec, read_card
        from reader.training.chest_ct.card import build_card, write_card
        from reader.training.chest_ct.report import measure_operating_points, measure_pack

        spec = load_spec(self._out)
        network = load_network(spec)
        metrics = measure_pack(network, spec.threshold, self._data, self._report, self._cancel)
        for metric in metrics:
            errors.print(f"{metric.value:8.3f}  {metric.name} (n = {metric.n})", markup=False)
        training = CardTraining.model_validate(spec.card["training"])
        points = measure_operating_points(network, self._data, self._cancel)
        card = build_card(spec.identity.sha256, training, metrics, points)
        features = read_card(self._out)[0].features  # of the same weights
        kept = {} if features is None else {"features": features}
        write_card(self._out, card.model_copy(update=kept))


def _log(step: StepReport) -> None:
    if step.step % LOG_EVERY == 0:
        errors.print(
            f"step {step.step}: nodules {step.heat_loss:.3f}, lungs {step.lung_loss:.3f}",
            markup=False,
        )


def _commit() -> str:
    """The commit of this checkout; empty when it is none."""
    import subprocess

    import reader

    folder = Path(reader.__file__).resolve().parent
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
