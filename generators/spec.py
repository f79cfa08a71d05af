"""What a generator says of itself, known without importing it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import ValidationError

from generators.chat import ChatParams
from generators.compression.params import CompressParams, ExportParams
from generators.errors import BadSpec, UnknownKind, first_problem
from generators.formats import TextFormat
from generators.params import EvaluateParams, Params
from generators.searchable import Searchable, ranges

SDK_VERSION = "1.0"

Kind = Literal["train", "sample", "evaluate", "report", "compress", "export", "chat"]
Modality = Literal["image", "text", "table", "document"]
DataKind = Literal["image", "text", "table"]
KINDS: tuple[Kind, ...] = get_args(Kind)
USES_CHECKPOINT: frozenset[str] = frozenset({"sample", "evaluate", "compress", "export", "chat"})
"""Kinds of jobs that are done with a checkpoint, where the generator has such."""
USES_DATA: frozenset[str] = frozenset({"train", "evaluate", "report", "compress"})
"""Kinds of jobs that are done with a dataset version."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PACKAGE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must be there before a job of a generator can start."""

    data: frozenset[str] = frozenset()
    """Kinds of dataset versions ("image", "text", "table") that train, evaluate and report accept."""
    minimum_records: int = 0
    """Fewest training records that train accepts."""
    recommended_records: int = 0
    """Training records from which on results are good at the default params; 0 says nothing beyond the minimum."""
    checkpoint: bool = False
    """Whether sample needs a trained checkpoint."""
    gpu: Literal["no", "helps", "required"] = "no"
    """Whether a CUDA device is of use."""
    remote: bool = False
    """Whether it works by a connection to a server; its sample params then have a field `connection`."""
    memory_mb: int = 512
    """Main memory that a job takes at most, in MiB; the host ends a child that passes its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One of the ways to train that a person chooses between without knowing the params."""

    name: Literal["quick", "good", "best"]
    """What a program calls it."""
    title: str
    """What people call it, such as "Quick look"."""
    summary: str
    """One sentence: what it is good for."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """The train params that differ from their defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A generator's name, what it makes, its params and what it needs.

    Raises:
        BadSpec: If a field has a value that no generator can have; the text says which.
    """

    name: str
    """Kebab-case and unique; also the name of the entry point."""
    version: str
    """The generator's own version (PEP 440); stored in each checkpoint and receipt."""
    sdk: str
    """The range of SDK versions that the generator is written for, such as ">=1,<2"."""
    title: str
    """The name that people read."""
    summary: str
    """One sentence: what it makes of what."""
    modality: Modality
    """What the samples are."""
    output: str
    """The media type of the samples, such as "image/png"; the first one where a report offers several."""
    train: type[Params] | None
    """The params of train jobs, or None where there is nothing to train."""
    sample: type[Params] | None
    """The params of sample jobs, or None where nothing is sampled."""
    formats: tuple[TextFormat, ...] = ()
    """Formats of texts, picked before anything else; their names are the choices of the sample param `format`."""
    presets: tuple[Preset, ...] = ()
    """Ways to train, from the quickest to the best; empty where the params are few enough to be set by hand."""
    searchable: tuple[Searchable, ...] = ()
    """Train params that are worth searching; needs `kimg` among them, by which trials are kept short."""
    report: type[Params] | None = None
    """The params of report jobs, or None where no report is made of a dataset version."""
    evaluates: bool
    """Whether there is an evaluate function."""
    evaluation: type[EvaluateParams] = EvaluateParams
    """The params of evaluate jobs."""
    compresses: bool = False
    """Whether there is a compress function, which makes a checkpoint smaller; its params are always CompressParams."""
    exports: bool = False
    """Whether there is an export function, which writes a checkpoint as ONNX; its params are always ExportParams."""
    chats: bool = False
    """Whether there is a chat function, which answers a conversation as it stands; its params are always ChatParams."""
    parallel: bool = False
    """Whether several processes can share a training, each with its rows of every batch."""
    shares: bool = False
    """Whether sample and chat jobs of the same checkpoint may run at once in one process, each in its own thread."""
    package: str
    """The dotted package that holds train.py, sample.py and so on, a file for each kind of job."""
    needs: Needs = field(default_factory=Needs)
    """What must be there before a job can start."""
    licence: str
    """SPDX expression of the generator and its weights."""
    source: str
    """Address of the paper, model card or repository that it follows."""

    def __post_init__(self) -> None:
        problems = [text for wrong, text in self._checks() if wrong]
        if problems:
            raise BadSpec(f"The spec of generator {self.name!r} is wrong: {'; '.join(problems)}.")

    def _checks(self) -> list[tuple[bool, str]]:
        params = [p for p in (self.train, self.sample, self.report) if p is not None]
        data_kinds = sorted(set(self.needs.data) - set(get_args(DataKind)))
        uses_data = bool(self.train or self.report or self.evaluates)
        return [
            (not _NAME.fullmatch(self.name), "name is kebab-case, such as image-gan"),
            (not _is_version(self.version), f"version {self.version!r} is not a version such as 1.0.0"),
            (not _is_range(self.sdk), f"sdk {self.sdk!r} is not a range such as >=1,<2"),
            (not self.title.strip() or not self.summary.strip(), "title and summary are not empty"),
            (self.modality not in get_args(Modality), f"modality is one of {', '.join(get_args(Modality))}"),
            (not _MEDIA_TYPE.fullmatch(self.output), f"output {self.output!r} is not a media type"),
            (not _PACKAGE.fullmatch(self.package), f"package {self.package!r} is not a dotted name"),
            (
                not all(isinstance(p, type) and issubclass(p, Params) for p in params),
                "params derive from Params",
            ),
            (not self.kinds, "at least one of train, sample, report or evaluates is given"),
            (bool(data_kinds), f"needs.data knows image, text and table, not {', '.join(data_kinds)}"),
            (
                (self.compresses or self.exports) and not self.needs.checkpoint,
                "compresses and exports need a checkpoint: needs.checkpoint is true",
            ),
            (self.chats and self.modality != "text", "chats is for generators of texts"),
            (self.compresses and not self.evaluates, "compresses needs evaluates, to measure what is lost"),
            (
                uses_data and not self.needs.data,
                "train, evaluate and report name their data in needs.data",
            ),
            (not self._offers_formats(), "formats are the choices of the sample param format, in any order"),
            *self._preset_checks(),
            *self._search_checks(),
            (
                min(self.needs.minimum_records, self.needs.recommended_records) < 0
                or self.needs.memory_mb <= 0,
                "needs are not negative",
            ),
        ]

    def _offers_formats(self) -> bool:
        if not self.formats:
            return True
        chosen = self.sample.model_fields.get("format") if self.sample else None
        return chosen is not None and set(get_args(chosen.annotation)) == {form.name for form in self.formats}

    def _preset_checks(self) -> list[tuple[bool, str]]:
        names = [preset.name for preset in self.presets]
        problems = [(len(set(names)) < len(names), "each preset has a name of its own")]
        if self.train is None:
            return [*problems, (bool(names), "presets are ways to train, and nothing is trained")]
        for preset in self.presets:
            try:
                self.train.model_validate(preset.params)
            except ValidationError as error:
                problems.append((True, f"preset {preset.name}: {first_problem(error)}"))
        return problems

    def _search_checks(self) -> list[tuple[bool, str]]:
        if not self.searchable:
            return []
        if self.train is None or "kimg" not in self.train.model_fields:
            return [(True, "searchable needs train params with kimg")]
        try:
            for proposed in ranges(self.train, self.searchable):
                for value in proposed.ends():
                    self.train.model_validate({proposed.name: value})
        except ValueError as error:
            return [(True, f"searchable: {error}")]
        return []

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of jobs that the generator offers."""
        params = self._params
        return tuple(kind for kind in KINDS if params[kind])

    def params_for(self, kind: str) -> type[Params]:
        """Return the params class of one kind of job.

        Raises:
            UnknownKind: If the generator does not offer that kind.
        """
        params = self._params.get(kind)
        if params is None:
            raise UnknownKind(f"{self.name} has no {kind} jobs. It offers: {', '.join(self.kinds)}.")
        return params

    @property
    def _params(self) -> dict[str, type[Params] | None]:
        return {
            "train": self.train,
            "sample": self.sample,
            "report": self.report,
            "evaluate": self.evaluation if self.evaluates else None,
            "compress": CompressParams if self.compresses else None,
            "export": ExportParams if self.exports else None,
            "chat": ChatParams if self.chats else None,
        }

    def fits_sdk(self) -> bool:
        """Return whether the generator is written for this version of the SDK."""
        return SpecifierSet(self.sdk).contains(SDK_VERSION)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _is_range(text: str) -> bool:
    try:
        return bool(SpecifierSet(text))
    except InvalidSpecifier:
        return False
