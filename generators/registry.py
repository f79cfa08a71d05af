"""Which generators exist: the built-in tuple, then entry points, then generators under development."""

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from generators.errors import BadSpec, DuplicateGenerator, UnknownGenerator
from generators.spec import SDK_VERSION, Kind, Spec

ENTRY_POINT_GROUP = "brandkiln.generators"
EXTRA_VARIABLE = "BRANDKILN_EXTRA_GENERATORS"
BUILTIN = (
    "generators.builtin.text_lm.spec",
    "generators.builtin.image_gan.spec",
    "generators.builtin.image_vae.spec",
    "generators.builtin.image_diffusion.spec",
    "generators.builtin.image_vq.spec",
    "generators.builtin.text_gpt.spec",
    "generators.builtin.text_lstm.spec",
    "generators.builtin.text_vae.spec",
    "generators.builtin.picture_edit.spec",
    "generators.builtin.image_restore.spec",
    "generators.builtin.image_style.spec",
    "generators.builtin.openai_compatible.spec",
    "generators.builtin.report.spec",
)
HEAVY = ("torch", "transformers", "numpy")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A generator that is not offered, and why."""

    name: str
    entry_point: str
    traceback: str

    @property
    def reason(self) -> str:
        """The last line of the traceback: what the author has to change."""
        return self.traceback.strip().splitlines()[-1]


@dataclass(slots=True)
class _Registry:
    specs: dict[str, Spec] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)

    def add(self, name: str, origin: str) -> None:
        """Register the spec at `origin` ("module:SPEC"), or keep the reason why not."""
        try:
            spec = _import_spec(origin)
            if name and spec.name != name:
                raise BadSpec(
                    f"Entry point {name!r} holds the spec of {spec.name!r}; the names must be equal."
                )
            if not spec.fits_sdk():
                raise BadSpec(f"{spec.name} is for SDK {spec.sdk}; this is SDK {SDK_VERSION}.")
            if spec.name in self.specs:
                raise DuplicateGenerator(
                    f"The name {spec.name!r} is already held by {self.origins[spec.name]}. Rename one."
                )
        except (Exception, SystemExit):  # noqa: BLE001 - a plugin's import may do anything
            self.quarantined.append(
                Quarantined(name or _guessed_name(origin), origin, traceback.format_exc())
            )
        else:
            self.specs[spec.name] = spec
            self.origins[spec.name] = origin


def specs() -> dict[str, Spec]:
    """Return the specs of all registered generators by name, built-ins first."""
    return dict(_registry().specs)


def get(name: str) -> Spec:
    """Return the spec of one generator.

    Raises:
        UnknownGenerator: If there is none; names the known ones, or says why this one is quarantined.
    """
    registry = _registry()
    if name in registry.specs:
        return registry.specs[name]
    for broken in registry.quarantined:
        if broken.name == name:
            raise UnknownGenerator(f"Generator {name!r} could not be loaded: {broken.reason}")
    raise UnknownGenerator(f"There is no generator {name!r}. Known: {', '.join(registry.specs) or 'none'}.")


def quarantined() -> tuple[Quarantined, ...]:
    """Return the generators that failed to load, with their tracebacks."""
    return tuple(_registry().quarantined)


def refresh() -> None:
    """Look for generators again at the next question, for example after one was installed."""
    _registry.cache_clear()


def load(spec: Spec, kind: Kind) -> Callable[..., Any]:
    """Import and return the function that does jobs of one kind. Called in the child process only.

    Raises:
        UnknownKind: If the spec does not offer the kind.
        BadSpec: If the module lacks the function that the spec promises.
    """
    spec.params_for(kind)
    module = import_module(f"{spec.package}.{kind}")
    function = getattr(module, kind, None)
    if not callable(function):
        raise BadSpec(f"{module.__name__} of generator {spec.name} has no function {kind}().")
    return function  # type: ignore[no-any-return]


@cache
def _registry() -> _Registry:
    registry = _Registry()
    for name, origin in _origins():
        registry.add(name, origin)
    return registry


def _origins() -> Iterator[tuple[str, str]]:
    for module in BUILTIN:
        yield "", f"{module}:SPEC"
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: (point.name, point.value)):
        yield point.name, point.value
    for origin in os.environ.get(EXTRA_VARIABLE, "").split(","):
        if origin.strip():
            yield "", origin.strip()


def _import_spec(origin: str) -> Spec:
    module, _, attribute = origin.partition(":")
    before = set(sys.modules)
    spec = getattr(import_module(module), attribute or "SPEC")
    heavy = [name for name in HEAVY if name in sys.modules and name not in before]
    if heavy:
        raise BadSpec(f"{module} imports {', '.join(heavy)}. Import it in train.py or sample.py instead.")
    if not isinstance(spec, Spec):
        raise BadSpec(f"{origin} is {type(spec).__name__}, not a Spec. Name the object: pkg.spec:SPEC.")
    return spec


def _guessed_name(origin: str) -> str:
    """Return the name that a spec at package.folder.spec:SPEC most likely has."""
    parts = origin.partition(":")[0].split(".")
    return (parts[-2] if len(parts) > 1 and parts[-1] == "spec" else parts[-1]).replace("_", "-")
