"""Which generators are offered, and what becomes of the broken ones."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generators import registry
from generators.errors import BadSpec, UnknownGenerator, UnknownKind
from tests.dummy_generator.spec import SPEC as DUMMY

DUMMY_ORIGIN = "tests.dummy_generator.spec:SPEC"


@pytest.fixture(autouse=True)
def _fresh_registry() -> Iterator[None]:
    registry.refresh()
    yield
    registry.refresh()


@pytest.fixture
def extra(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def extra(*origins: str) -> None:
        monkeypatch.setenv(registry.EXTRA_VARIABLE, ",".join(origins))
        registry.refresh()

    return extra


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install a distribution of one module with entry points."""
    monkeypatch.syspath_prepend(tmp_path)

    def installed(module: str, source: str, *, entry_points: str) -> None:
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{registry.ENTRY_POINT_GROUP}]\n{entry_points}\n")
        registry.refresh()

    return installed


COPY = """
from dataclasses import replace
from tests.dummy_generator.spec import SPEC as DUMMY
SPEC = replace(DUMMY, {changes})
"""


def reason_for(name: str) -> str:
    return next(broken.reason for broken in registry.quarantined() if broken.name == name)


def test_an_extra_generator_is_registered_after_the_builtin_ones(extra: Callable[..., None]) -> None:
    extra(DUMMY_ORIGIN)
    assert registry.get("dummy") is DUMMY
    assert list(registry.specs())[-1] == "dummy"


def test_an_unknown_name_is_answered_with_the_known_ones(extra: Callable[..., None]) -> None:
    extra(DUMMY_ORIGIN)
    with pytest.raises(UnknownGenerator, match=r"There is no generator 'dumy'\. Known: .*dummy"):
        registry.get("dumy")


def test_an_installed_generator_is_found_by_its_entry_point(installed: Callable[..., None]) -> None:
    installed("acme_one", COPY.format(changes="name='acme-one'"), entry_points="acme-one = acme_one:SPEC")
    assert registry.get("acme-one").name == "acme-one"


def test_a_name_that_is_taken_is_refused_and_the_first_holder_stays(
    installed: Callable[..., None], extra: Callable[..., None]
) -> None:
    installed("acme_two", COPY.format(changes="title='Other'"), entry_points="dummy = acme_two:SPEC")
    extra(DUMMY_ORIGIN)
    assert registry.get("dummy").title == "Other"
    assert "The name 'dummy' is already held by acme_two:SPEC. Rename one." in reason_for(
        "tests.dummy_generator".rpartition(".")[2].replace("_", "-")
    )


@pytest.mark.parametrize(
    ("module", "source", "entry_point", "reason"),
    [
        ("acme_a", COPY.format(changes="name='acme-b'"), "acme-a = acme_a:SPEC", "the names must be equal"),
        ("acme_c", COPY.format(changes="name='acme-c', sdk='>=2'"), "acme-c = acme_c:SPEC", "is for SDK >=2"),
        ("acme_d", "SPEC = 5", "acme-d = acme_d:SPEC", "acme_d:SPEC is int, not a Spec"),
        ("acme_e", "1 / 0", "acme-e = acme_e:SPEC", "ZeroDivisionError"),
        ("acme_f", "import sys; sys.exit(1)", "acme-f = acme_f:SPEC", "SystemExit"),
        ("acme_g", COPY.format(changes="name='Acme G'"), "acme-g = acme_g:SPEC", "name is kebab-case"),
        ("acme_h", "", "acme-h = acme_h:SPEC", "AttributeError"),
        ("acme_i", "import sys, types; sys.modules['transformers'] = types.ModuleType('t'); SPEC = 1",
         "acme-i = acme_i:SPEC", "acme_i imports transformers. Import it in train.py or sample.py instead."),
    ],
)  # fmt: skip
def test_a_broken_generator_is_quarantined_with_its_reason(
    installed: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    source: str,
    entry_point: str,
    reason: str,
) -> None:
    monkeypatch.delitem(sys.modules, "transformers", raising=False)
    installed(module, source, entry_points=entry_point)
    name = entry_point.split()[0]
    assert reason in reason_for(name)
    assert name not in registry.specs()
    with pytest.raises(UnknownGenerator, match=f"Generator '{name}' could not be loaded"):
        registry.get(name)


def test_a_quarantined_generator_keeps_its_traceback(installed: Callable[..., None]) -> None:
    installed("acme_j", "def f():\n    1 / 0\nf()", entry_points="acme-j = acme_j:SPEC")
    broken = next(broken for broken in registry.quarantined() if broken.name == "acme-j")
    assert broken.entry_point == "acme_j:SPEC"
    assert "in f" in broken.traceback


def test_the_function_of_a_kind_is_loaded_from_the_file_of_its_name() -> None:
    assert registry.load(DUMMY, "train").__module__ == "tests.dummy_generator.train"
    with pytest.raises(UnknownKind, match=r"dummy has no report jobs\. It offers: train, sample, evaluate\."):
        registry.load(DUMMY, "report")


def test_a_promised_function_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "acme_k").mkdir()
    (tmp_path / "acme_k" / "train.py").write_text("")
    with pytest.raises(BadSpec, match=r"acme_k\.train of generator dummy has no function train\(\)"):
        registry.load(replace(DUMMY, package="acme_k"), "train")
