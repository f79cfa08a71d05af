"""The conformance kit sees each broken promise and names it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from generators.conformance import Trial
from generators.params import Params, hint
from generators.run import LocalRun
from generators.schema_checks import params_problems
from generators.spec import Spec
from generators.testing import NotConforming, check, tiny_data
from tests.dummy_generator.spec import SPEC as DUMMY
from tests.dummy_generator.spec import TrainParams
from tests.dummy_generator.train import train


class Sloppy(Params):
    """Params without care."""

    undescribed: bool = False
    count: int = 1
    """No limits."""
    words: list[str] = []
    """No limits, within and without."""
    note: str | None = None
    """No limit in one branch."""
    odd: bool = Field(False, json_schema_extra={"widget": "lever"})
    """An unknown widget."""


class Careful(Params):
    """Params with care."""

    count: int = Field(1, ge=1, le=9, json_schema_extra=hint(widget="slider", group="Advanced"))
    """How many."""


def test_careless_params_are_named_field_by_field() -> None:
    problems = "\n".join(params_problems(Sloppy, {}))
    assert "Sloppy.undescribed has no description" in problems
    assert "Sloppy.count has no limit: give it a least and a greatest value (ge, le)." in problems
    assert problems.count("Sloppy.words has no limit: give it a max_length.") == 2
    assert "Sloppy.note has no limit" in problems
    assert "Sloppy.odd asks for the widget 'lever'" in problems


def test_careful_params_have_no_problems() -> None:
    assert list(params_problems(Careful, {})) == []


PLUGIN = """
from tests.dummy_generator.{kind} import {kind} as honest
def {kind}(*a):{body}
"""

Broken = Callable[..., Any]


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Broken:
    """Return the dummy's spec with one function replaced."""
    monkeypatch.syspath_prepend(tmp_path)

    def broken(package: str, kind: str, body: str) -> Any:
        (tmp_path / package).mkdir()
        for name in DUMMY.kinds:
            text = body if name == kind else "\n    return honest(*a)"
            (tmp_path / package / f"{name}.py").write_text(PLUGIN.format(kind=name, body=text))
        return replace(DUMMY, package=package)

    return broken


CASES = {
    "silent": ("train", "never calls run.report", """
    a[2].report = lambda *_, **__: None
    return honest(*a)"""),
    "unsaved": ("train", "never calls run.save", """
    a[2].save = lambda checkpoint: None
    return honest(*a)"""),
    "forgetful": ("train", "ends with other weights than without the break", """
    if a[2].resume_from:
        a = (a[0], a[1].model_copy(update={"steps": 3}), a[2])
        a[2].resume_from = None
    return honest(*a)"""),
    "attached": ("train", "ends with other weights than without the break", """
    if a[2].resume_from and a[2].scratch.parent not in seen:
        a = (a[0], a[1].model_copy(update={"steps": 3}), a[2])
        a[2].resume_from = None
    seen.add(a[2].scratch.parent)
    return honest(*a)
seen = set()"""),
    "untrue": ("sample", "declares image/png", """
    from generators.run import Sample
    a[2].report(1, 1)
    yield Sample(media_type="text/plain", text="x")"""),
    "chancy": ("sample", "gives other samples when asked again with the same seed", """
    import random
    return honest(a[0], a[1].model_copy(update={"seed": random.getrandbits(32)}), a[2])"""),
    "stubborn": ("sample", "gives the same samples whatever the seed", """
    return honest(a[0], a[1].model_copy(update={"seed": 1}), a[2])"""),
    "deaf": ("sample", "goes on after run.report has raised Cancelled", """
    from generators.errors import Cancelled
    from generators.run import Sample
    try:
        yield from honest(*a)
    except Cancelled:
        yield Sample(media_type="image/png", text="x")"""),
    "empty": ("evaluate", "gives no metrics", """
    return {}"""),
}  # fmt: skip


def in_training(spec: Spec, folder: Path) -> None:
    check(spec, folder)


def after_training(spec: Spec, folder: Path) -> None:
    """Check what follows a training, without killing and resuming one each time; the dummy goes through all in one."""
    data = tiny_data(folder / "data", "image", records=128)
    trial = Trial(spec, folder, {}, data)
    checkpoint = train(data, TrainParams(), LocalRun(folder / "trained", seed=1))
    trial.sampling("sample", checkpoint)
    trial.evaluating(checkpoint)
    trial.cancelling("sample", checkpoint)


@pytest.mark.parametrize("fault", CASES)
def test_a_broken_promise_is_named(broken: Broken, tmp_path: Path, fault: str) -> None:
    kind, promise, body = CASES[fault]
    look = in_training if kind == "train" else after_training
    with pytest.raises(NotConforming) as broken_promise:
        look(broken(f"plugin_{fault}", kind, body), tmp_path / "work")
    assert promise in str(broken_promise.value)


def test_a_spec_that_imports_numpy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    lines = (
        "import numpy",
        "from tests.dummy_generator.spec import SampleParams",
        "class Heavy(SampleParams): pass",
    )
    (tmp_path / "heavy_spec.py").write_text("\n".join(lines))
    heavy = __import__("heavy_spec").Heavy
    with pytest.raises(NotConforming, match="The spec of dummy imports numpy; the web process reads it"):
        check(replace(DUMMY, sample=heavy), tmp_path / "work")
    sys.modules.pop("heavy_spec")
