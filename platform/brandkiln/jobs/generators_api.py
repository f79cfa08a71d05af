"""/api/v1/generators: what can be made here, with the JSON Schema of every kind of job."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from brandkiln.core.api import ERRORS
from brandkiln.core.errors import NotFound
from brandkiln.workspaces.tokens import require_scope
from generators import registry
from generators.errors import UnknownGenerator
from generators.params import json_schema
from generators.spec import Spec

router = Router(tags=["generators"])


class NeedsOut(Schema):
    """What must be there before a job of the generator can start."""

    data: list[str]
    minimum_records: int
    checkpoint: bool
    gpu: str
    memory_mb: int


class PresetOut(Schema):
    """A way to train, for people who know no params."""

    name: str
    title: str
    summary: str
    params: dict[str, Any]
    """The train params that differ from their defaults."""


class GeneratorOut(Schema):
    """A generator, as its spec describes it."""

    name: str
    version: str
    title: str
    summary: str
    modality: str
    output: str
    kinds: list[str]
    presets: list[PresetOut]
    needs: NeedsOut
    licence: str
    source: str
    params: dict[str, dict[str, Any]]
    """JSON Schema of the params, by kind of job."""


class GeneratorPage(Schema):
    """All generators; there is never a second page."""

    items: list[GeneratorOut]
    next: str | None


@router.get("/generators", response={200: GeneratorPage, **ERRORS}, summary="List generators")
def list_generators(request: HttpRequest) -> dict[str, object]:
    require_scope(request, "read")
    return {"items": [_describe(spec) for spec in registry.specs().values()], "next": None}


@router.get("/generators/{name}", response={200: GeneratorOut, **ERRORS}, summary="Get a generator")
def get_generator(request: HttpRequest, name: str) -> dict[str, object]:
    require_scope(request, "read")
    try:
        return _describe(registry.get(name))
    except UnknownGenerator as error:
        raise NotFound(str(error)) from error


def _describe(spec: Spec) -> dict[str, object]:
    return {
        "name": spec.name,
        "version": spec.version,
        "title": spec.title,
        "summary": spec.summary,
        "modality": spec.modality,
        "output": spec.output,
        "kinds": list(spec.kinds),
        "presets": [
            {"name": one.name, "title": one.title, "summary": one.summary, "params": dict(one.params)}
            for one in spec.presets
        ],
        "needs": {
            "data": sorted(spec.needs.data),
            "minimum_records": spec.needs.minimum_records,
            "checkpoint": spec.needs.checkpoint,
            "gpu": spec.needs.gpu,
            "memory_mb": spec.needs.memory_mb,
        },
        "licence": spec.licence,
        "source": spec.source,
        "params": {kind: json_schema(spec.params_for(kind)) for kind in spec.kinds},
    }
