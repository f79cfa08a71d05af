"""/api/v1: brand kits, what their rules say of assets, and the wordings of texts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from brandkiln.brand.services import hold_again, mend, overrule, verdict_of
from brandkiln.core.api import ERRORS, Body, find
from brandkiln.library.models import Asset, Revision
from brandkiln.library.revisions import number_of, restore, revise, texts_of
from brandkiln.projects.guide import Guide
from brandkiln.projects.models import BrandKit
from brandkiln.projects.services import find_project, update_brand_kit
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["brand"])
Terms = list[str]


class KitBody(Body):
    """A brand kit; fields that are left out stay as they are."""

    voice: str | None = Field(None, max_length=4000)
    audience: str | None = Field(None, max_length=2000)
    required_terms: Terms | None = Field(None, max_length=200)
    banned_terms: Terms | None = Field(None, max_length=500)
    colours: Terms | None = Field(None, max_length=40)
    fonts: Terms | None = Field(None, max_length=40)
    guide: Guide | None = None
    """The rules that a program tests; given whole."""


class KitOut(Schema):
    """A brand kit."""

    voice: str
    audience: str
    required_terms: Terms
    banned_terms: Terms
    colours: Terms
    fonts: Terms
    guide: Guide = Field(alias="rules")


class VerdictOut(Schema):
    """What the rules of the brand say of an asset."""

    tested: int
    passed: int
    wording: int
    """Which wording of a text was judged; a change names it as `seen`."""
    rules: list[dict[str, Any]]
    """Each rule that was tested, with what breaks it: `start` and `end` in the parts joined by line breaks, `why` with
    its `values`, and `fix` where one is known."""


class WordingIn(Body):
    """Another wording of a text."""

    texts: list[str] = Field(min_length=1, max_length=60)
    """One for each part."""
    seen: int = Field(ge=0)


class WordingOut(Schema):
    """The wording of a text."""

    wording: int
    texts: list[str]
    text: str


class EarlierOut(Schema):
    """A wording of before."""

    number: int
    text: str
    note: str
    ended_at: datetime = Field(alias="created_at")


class MendIn(Body):
    """What to mend."""

    rule: str = Field("", max_length=40)
    """Empty mends all rules."""
    seen: int = Field(ge=0)


class OverruleIn(Body):
    """A rule that does not hold for one asset."""

    rule: str = Field(max_length=40)
    reason: str = Field(min_length=3, max_length=400)


@router.get("/projects/{slug}/brand-kit", response={200: KitOut, **ERRORS}, summary="Get a brand kit")
def get_kit(request: HttpRequest, slug: str) -> BrandKit:
    token = require_scope(request, "read")
    project = find_project(workspace=token.workspace, slug=slug)
    return BrandKit.objects.get_or_create(project=project)[0]


@router.patch("/projects/{slug}/brand-kit", response={200: KitOut, **ERRORS}, summary="Change a brand kit")
def change_kit(request: HttpRequest, slug: str, payload: KitBody) -> BrandKit:
    token = require_scope(request, "write")
    project = find_project(workspace=token.workspace, slug=slug)
    fields = payload.model_dump(mode="json", exclude_none=True, exclude={"guide"})
    if payload.guide is not None:
        fields["guide"] = payload.guide.model_dump(mode="json")
    return update_brand_kit(project=project, actor=token.user, **fields)


@router.get(
    "/assets/{asset_id}/verdict",
    response={200: VerdictOut, **ERRORS},
    summary="Get what a brand's rules say of an asset",
)
def get_verdict(request: HttpRequest, asset_id: UUID) -> dict[str, object]:
    return _verdict(_find(require_scope(request, "read"), asset_id))


@router.post("/assets/{asset_id}/mend", response={200: WordingOut, **ERRORS}, summary="Mend a text")
def mend_text(request: HttpRequest, asset_id: UUID, payload: MendIn) -> dict[str, object]:
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    return _wording(mend(asset=asset, rule=payload.rule, seen=payload.seen, actor=token.user))


@router.put(
    "/assets/{asset_id}/wording", response={200: WordingOut, **ERRORS}, summary="Change the wording of a text"
)
def change_wording(request: HttpRequest, asset_id: UUID, payload: WordingIn) -> dict[str, object]:
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    return _wording(revise(asset=asset, texts=payload.texts, seen=payload.seen, actor=token.user))


@router.get(
    "/assets/{asset_id}/wordings",
    response={200: list[EarlierOut], **ERRORS},
    summary="List the wordings of before",
)
def list_wordings(request: HttpRequest, asset_id: UUID) -> list[Revision]:
    return list(_find(require_scope(request, "read"), asset_id).revisions.order_by("-number"))


@router.post(
    "/assets/{asset_id}/wordings/{number}/restore",
    response={200: WordingOut, **ERRORS},
    summary="Go back to a wording of before",
)
def restore_wording(request: HttpRequest, asset_id: UUID, number: int) -> dict[str, object]:
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    return _wording(restore(asset=asset, number=number, seen=number_of(asset), actor=token.user))


@router.post(
    "/assets/{asset_id}/overrules",
    response={200: VerdictOut, **ERRORS},
    summary="Let a rule pass for an asset",
)
def add_overrule(request: HttpRequest, asset_id: UUID, payload: OverruleIn) -> dict[str, object]:
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    overrule(asset=asset, rule=payload.rule, reason=payload.reason, actor=token.user)
    return _verdict(asset)


@router.delete(
    "/assets/{asset_id}/overrules/{rule}",
    response={200: VerdictOut, **ERRORS},
    summary="Let a rule hold again",
)
def drop_overrule(request: HttpRequest, asset_id: UUID, rule: str) -> dict[str, object]:
    token = require_scope(request, "write")
    asset = _find(token, asset_id)
    hold_again(asset=asset, rule=rule, actor=token.user)
    return _verdict(asset)


def _find(token: ApiToken, asset_id: UUID) -> Asset:
    assets = Asset.objects.filter(workspace=token.workspace, trashed_at=None)
    return find(assets.select_related("artifact", "project", "workspace"), asset_id, "asset")


def _wording(asset: Asset) -> dict[str, object]:
    return {"wording": number_of(asset), "texts": texts_of(asset), "text": asset.text}


def _verdict(asset: Asset) -> dict[str, object]:
    verdict = verdict_of(asset)
    return {
        "tested": verdict.tested if verdict else 0,
        "passed": verdict.passed if verdict else 0,
        "wording": number_of(asset),
        "rules": verdict.findings if verdict else [],
    }
