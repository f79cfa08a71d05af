"""What a project's brand kit says to generators: params that it fills, and terms that bind all of its texts."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from brandkiln.projects.models import BrandKit, Project

MOST = 64
MOST_COLOURS = 12
"""The first ones of the kit: pictures need a ground and colours for words."""
BANNED, PROVEN = "banned_terms", "proven_claims"
LONGEST = 60


def usable(terms: Iterable[str]) -> list[str]:
    """Return the terms of a brand kit that a text can be held to: one line each and not too long."""
    stripped = (term.strip() for term in terms)
    return [
        term
        for term in stripped
        if 0 < len(term) <= LONGEST and len(term.splitlines()) == 1 and "\t" not in term
    ]


def brand_params(project: Project) -> dict[str, Any]:
    """Return what the project's brand kit fills of a generator's params, by their names; nothing that is empty."""
    kit = BrandKit.objects.filter(project=project).first()
    if kit is None:
        return {}
    known = {
        "brand_voice": kit.voice,
        "brand_colours": kit.colours[:MOST_COLOURS],
        "brand_font": (kit.fonts or [""])[0],
        "audience": kit.audience[:400],
        "required_terms": usable(kit.required_terms)[:8],
        "banned_terms": usable(kit.banned_terms)[:MOST],
    }
    return {name: value for name, value in known.items() if value}


def with_brand_rules(params: dict[str, Any], project: Project) -> dict[str, Any]:
    """Return params with the brand's banned terms added to their own, and the claims that it can prove today."""
    kit = BrandKit.objects.filter(project=project).first()
    return _with_proven(_with_banned(params, kit), kit)


def _with_proven(params: dict[str, Any], kit: BrandKit | None) -> dict[str, Any]:
    if PROVEN not in params:
        return params
    today = timezone.localdate()
    return params | {
        PROVEN: [
            one.text for one in (kit.rules.claims if kit else ()) if not one.expires or one.expires >= today
        ]
    }


def _with_banned(params: dict[str, Any], kit: BrandKit | None) -> dict[str, Any]:
    if BANNED not in params:
        return params
    terms = [*params[BANNED], *usable(kit.banned_terms if kit else ())]
    required = {term.lower() for term in params.get("required_terms", ())}
    kept: dict[str, str] = {}
    for term in terms:
        if term.lower() not in required:
            kept.setdefault(term.lower(), term)
    return params | {BANNED: list(kept.values())[:MOST]}
