"""Generators without the platform: `python -m generators list|train|sample|evaluate|report|check`."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from generators import registry
from generators.allocation import keep_freed_memory
from generators.errors import BadParams, Cancelled, GeneratorError
from generators.execution import execute, read_inputs, read_params, run_seed
from generators.run import LocalRun, Report, Sample
from generators.spec import KINDS, Kind, Spec


def main(arguments: list[str] | None = None) -> int:
    """Do one command and return its exit code: 0 done, 1 refused or not conforming, 130 interrupted."""
    options = _parser().parse_args(arguments)
    keep_freed_memory()
    try:
        if options.command == "list":
            return _list()
        spec = registry.get(options.generator)
        return _check(spec, options) if options.command == "check" else _run(spec, options)
    except (GeneratorError, AssertionError) as error:
        print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Cancelled):
        print("Stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generators", description="Generators without the platform."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="what is installed, and what failed to load")
    helps = {
        "train": "train on a dataset version and write a checkpoint",
        "sample": "make samples",
        "evaluate": "measure a checkpoint on held-out records",
        "report": "make a report of a dataset version",
        "check": "run the conformance kit",
    }
    for name, text in helps.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("generator", help="a name that list shows")
        command.add_argument(
            "--set",
            dest="params",
            metavar="KEY=VALUE",
            action="append",
            default=[],
            help="a param; may be repeated",
        )
        command.add_argument("--data", type=Path, metavar="FOLDER", help="a dataset version")
        if name != "check":
            command.add_argument(
                "--checkpoint", type=Path, metavar="FOLDER", help="a checkpoint; train resumes it"
            )
            command.add_argument("--out", type=Path, metavar="FOLDER", default=Path(), help="where files go")
            command.add_argument("--seed", type=int, default=0)
            command.add_argument("--device", default="cpu", help="cpu (default) or cuda:0")
    return parser


def _list() -> int:
    for spec in registry.specs().values():
        print(f"{spec.name:<16} {spec.version:<10} {', '.join(spec.kinds):<24} {spec.summary}")
    for broken in registry.quarantined():
        print(f"{broken.name:<16} not loaded: {broken.reason}", file=sys.stderr)
    return 0


def _run(spec: Spec, options: argparse.Namespace) -> int:
    kind: Kind = options.command
    values = _values(options.params)
    if "seed" in spec.params_for(kind).model_fields:
        values.setdefault("seed", options.seed)
    params = read_params(spec, kind, values)
    checkpoint, data = read_inputs(options.checkpoint, options.data)
    run = LocalRun(
        options.out,
        device=options.device,
        seed=run_seed(params, options.seed),
        resume_from=checkpoint if kind == "train" else None,
        on_report=_progress,
    )
    result = execute(spec, kind, params, run, checkpoint=checkpoint, data=data, on_sample=_print_sample)
    if run.reports:
        print(file=sys.stderr)
    for line in run.lines:
        print(line, file=sys.stderr)
    for name, value in result.get("metrics", {}).items():
        print(f"{name}\t{value:.6g}")
    if "checkpoint" in result:
        print(result["checkpoint"])
    return 0


def _check(spec: Spec, options: argparse.Namespace) -> int:
    """Check with quick params given as KIND.KEY=VALUE."""
    from generators.testing import check

    quick: dict[str, dict[str, Any]] = {}
    for name, value in _values(options.params).items():
        kind, _, key = name.partition(".")
        if kind not in KINDS or not key:
            raise BadParams(f"Say which kind of job {name} is for, as in train.{name}=...")
        quick.setdefault(kind, {})[key] = value
    _, data = read_inputs(None, options.data)
    with tempfile.TemporaryDirectory() as folder:
        for sentence in check(spec, Path(folder), quick=quick, data=data):
            print(sentence)
    return 0


def _values(pairs: list[str]) -> dict[str, Any]:
    """Return KEY=VALUE pairs. VALUE may be null, or a list or object as JSON; pydantic reads numbers from text."""
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not key or not equals:
            raise BadParams(f"--set {pair} is not of the form KEY=VALUE.")
        try:
            values[key] = json.loads(text) if text == "null" or text[:1] in ("[", "{") else text
        except ValueError as error:
            raise BadParams(f"The value of --set {pair} is not JSON: {error}.") from error
    return values


def _progress(report: Report) -> None:
    metrics = "  ".join(f"{name} {value:.4g}" for name, value in report.metrics.items())
    line = f"{report.done}/{report.total}  {report.message}  {metrics}"
    print(f"\r{line:<100.120}", end="", file=sys.stderr, flush=True)


def _print_sample(sample: Sample) -> None:
    print(sample.path if sample.path is not None else sample.text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
