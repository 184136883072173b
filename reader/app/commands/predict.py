"""`reader predict`: run a model on files and write what it says."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import errors, nothing_opened, plain_errors, print_json, progress_bar
from reader.app.out_files import make_folder, remove_older, write_whole
from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ModelUnavailableError, NotEligibleError
from reader.core.model import (
    Device,
    Eligibility,
    InferenceRequest,
    InferenceResult,
    ModelSpec,
    Runner,
    Verdict,
)
from reader.core.study import ScanResult, Series, Study
from reader.core.text import say
from reader.session.running.scores import calibrated, for_nobody_watching

if TYPE_CHECKING:
    from reader.core.volume import Volume

RESULT_FILE = "result.json"


def predict(
    path: Annotated[Path, typer.Argument(help="A folder or file: DICOM or NIfTI.")],
    model: Annotated[str, typer.Option("--model", help="The model's id, such as chest-ct.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    device: Annotated[Device, typer.Option("--device", help="Where to run.")] = Device.AUTO,
    series: Annotated[
        str | None, typer.Option("--series", help="UID; default: the largest that suits.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Run although the model's card refuses the series.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print result.json too.")] = False,
) -> None:
    """Run a model on one series. Its results are proposals that nobody has looked at.

    A series the card advises against is run and the caution written down; one it refuses
    is not, unless forced: then only result.json is written and the exit code is 1.
    """
    from reader.app.models import build_command_runner
    from reader.app.paths import find_paths

    with plain_errors(), progress_bar(as_json) as report:
        runner = build_command_runner(find_paths())
        prediction = Prediction(runner, find_spec(runner, model), out.absolute(), report)
        written = prediction.run([path.absolute()], series, device, force=force)
    if as_json:
        print_json(written)
    else:
        _tell(written, out)
    if prediction.refused:
        raise typer.Exit(1)


def find_spec(runner: Runner, model: str) -> ModelSpec:
    """A model by id. Raises: ModelUnavailableError."""
    specs = runner.specs()
    for spec in specs:
        if spec.identity.id == model:
            return spec
    names = ", ".join(spec.identity.id for spec in specs) or "-"
    raise ModelUnavailableError(
        say("There is no model {id} here.", id=model),
        say("These are installed: {names}.", names=names),
    )


class Prediction:
    """One model on one series of what was given, with everything it leaves behind."""

    def __init__(self, runner: Runner, spec: ModelSpec, out: Path, report: ReportProgress) -> None:
        self._runner = runner
        self._spec = spec
        self._out = out
        self._report = report
        self._cancel = CancelToken()
        self.refused = False

    def run(
        self, paths: list[Path], series_uid: str | None, device: Device, *, force: bool
    ) -> dict[str, object]:
        """Scan, choose, check, run, write. Returns: what `result.json` holds."""
        from reader.formats.dicom_scan import scan_paths
        from reader.formats.series_reader import read_series
        from reader.session.running.eligibility.content import check_series
        from reader.session.running.eligibility.header import check_header
        from reader.session.running.eligibility.verdict import is_stopped
        from reader.session.running.inference_jobs import marked

        despite = Verdict.REFUSED if force else Verdict.CAUTION
        started = time.perf_counter()
        scan = scan_paths(paths, self._report, self._cancel)
        study, series = choose(scan, self._spec, series_uid)
        eligibility = check_header(study, series, self._spec)
        if is_stopped(eligibility, despite):
            return self._refuse(eligibility)
        volume = read_series(series, self._report, self._cancel)
        read_s = time.perf_counter() - started
        eligibility = check_series(study, series, volume, self._spec, self._cancel)
        if is_stopped(eligibility, despite):
            return self._refuse(eligibility)
        make_folder(self._out)
        request = self._request(series, volume, device, eligibility)
        result = calibrated(self._runner.run(request, self._report, self._cancel), request.spec)
        result = marked(result, eligibility)
        return self._write(study, series, request, result, round(read_s, 3))

    def _request(
        self, series: Series, volume: Volume, device: Device, eligibility: Eligibility
    ) -> InferenceRequest:
        import uuid

        return InferenceRequest(
            run_id=uuid.uuid4().hex,
            series_key=series.key,
            volume=volume,
            spec=for_nobody_watching(self._spec),
            device=device,
            eligibility=eligibility,
        )

    def _write(
        self,
        study: Study,
        series: Series,
        request: InferenceRequest,
        result: InferenceResult,
        read_s: float,
    ) -> dict[str, object]:
        """The files, each read back and compared, and last of all `result.json`."""
        from reader.formats.export.results_json import result_dict
        from reader.session.handing_over.export import (
            IMAGE_AND_REPORT_FILES,
            ExportFormat,
            export_handover,
        )
        from reader.session.handing_over.handover import proposed_handover

        started = time.perf_counter()
        handover = proposed_handover(study, series, request, result, datetime.now(UTC))
        formats = {ExportFormat.NIFTI, ExportFormat.SEG, ExportFormat.SR}
        remove_older(self._out, (RESULT_FILE,))  # what follows is not what it tells of
        files = export_handover(handover, self._out, formats, self._report, self._cancel)
        remove_older(self._out, IMAGE_AND_REPORT_FILES - {path.name for path in files})
        content = result_dict(result, request.eligibility)
        seconds = {"read": read_s, **result.seconds}
        seconds["write"] = round(time.perf_counter() - started, 3)
        content["seconds"] = seconds
        content["series_uid"] = series.series_uid
        write_json(self._out / RESULT_FILE, content)
        return content

    def _refuse(self, eligibility: Eligibility) -> dict[str, object]:
        """Say why nothing was run, and leave no older result that could be taken for this."""
        from reader.formats.export.results_json import algorithm_dict, eligibility_dict
        from reader.session.handing_over.export import IMAGE_AND_REPORT_FILES

        self.refused = True
        make_folder(self._out)
        remove_older(self._out, IMAGE_AND_REPORT_FILES)
        content: dict[str, object] = {
            "model": algorithm_dict(self._spec.identity),
            "device": None,
            "seconds": {},
            "eligibility": eligibility_dict(eligibility),
            "labels": {},
            "findings": [],
            "notes": [],
        }
        write_json(self._out / RESULT_FILE, content)
        return content


def choose(scan: ScanResult, spec: ModelSpec, series_uid: str | None) -> tuple[Study, Series]:
    """The series asked for, or the one that suits the card best; among equals the largest.

    Raises:
        UnreadableError: nothing that could be opened was found.
        NotEligibleError: no series has the UID.
    """
    from reader.session.running.eligibility.header import check_header

    pairs = [(study, series) for study in scan.studies for series in study.series]
    if not pairs:
        raise nothing_opened(scan)
    if series_uid is not None:
        pairs = [p for p in pairs if series_uid in (p[1].series_uid, p[1].key)]
        if not pairs:
            raise NotEligibleError(
                say("There is no series with that UID."), say("`reader info` lists the series.")
            )
    order = [Verdict.REFUSED, Verdict.CAUTION, Verdict.OK]

    def suits(pair: tuple[Study, Series]) -> tuple[int, int]:
        k, j, i = pair[1].geometry.shape_kji
        return order.index(check_header(*pair, spec).verdict), k * j * i

    return max(pairs, key=suits)


def write_json(path: Path, content: dict[str, object]) -> None:
    """Write the whole file or nothing. Raises: ExportError."""
    import json

    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    write_whole(path, f"{text}\n".encode())


def _tell(written: dict[str, object], out: Path) -> None:
    """A few lines for a person."""
    eligibility, findings = written["eligibility"], written["findings"]
    assert isinstance(eligibility, dict)
    assert isinstance(findings, list)
    if written["device"] is None:
        errors.print("[bold]The model was not run: its card refuses this series.[/bold]")
    for reason in eligibility["reasons"]:
        errors.print(f"  {eligibility['verdict']}: {reason}", markup=False)
    for finding in findings:
        x, y, z = finding["center_lps_mm"]
        size = f"{finding['long_axis_mm']:.1f} mm" if finding["long_axis_mm"] else "-"
        where = f"LPS {x:.1f}, {y:.1f}, {z:.1f}"
        errors.print(f"  {finding['score']:.2f}  {finding['name']}  {size}  {where}", markup=False)
    errors.print(f"{len(findings)} findings. Written to {out}. Research use only.", markup=False)
