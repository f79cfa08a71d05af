"""Judging pieces by their brand, and what people do about it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.artifacts.removal import release
from brandkiln.brand.models import Logo, Overrule, Verdict
from brandkiln.brand.rules.pictures import read_picture
from brandkiln.brand.rules.rule import Finding, Known
from brandkiln.brand.verdict import TITLES, Tested, judge_picture, judge_text, mended
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.jobs.pictures import bring_picture
from brandkiln.library.models import Asset
from brandkiln.library.revisions import parts_of, revise, texts_of
from brandkiln.projects.models import BrandKit, Project
from brandkiln.workspaces.services import record_audit

RULES_VERSION = 1
"""Raised when a rule changes what it finds: verdicts of before are made anew."""
PICTURES = ("image/png", "image/jpeg", "image/webp")
LARGEST_PICTURE = 40 * 2**20


def prose_of(asset: Asset) -> str:
    """Return the text that rules judge: the parts alone, a line each."""
    return "\n".join(texts_of(asset))


def stretches_of(asset: Asset) -> list[tuple[str, int, int]]:
    """Return the name of each part with its stretch of the prose."""
    found, place = [], 0
    for part in parts_of(asset):
        found.append((part["name"], place, place + len(part["text"])))
        place += len(part["text"]) + 1
    return found


def verdict_of(asset: Asset) -> Verdict | None:
    """Return what the rules say of an asset, judged anew where the kit or the content changed.

    None where the brand has no rule for it.
    """
    return verdicts_of([asset]).get(asset.pk)


def verdicts_of(assets: Sequence[Asset]) -> dict[Any, Verdict]:
    """Return the verdicts of the assets that have one, by the asset's key."""
    kits = {
        kit.project_id: kit for kit in BrandKit.objects.filter(project__in={a.project_id for a in assets})
    }
    known = {verdict.asset_id: verdict for verdict in Verdict.objects.filter(asset__in=assets)}
    overruled: dict[Any, set[str]] = {}
    for row in Overrule.objects.filter(asset__in=assets, undone_at=None):
        overruled.setdefault(row.asset_id, set()).add(row.rule)
    found = {}
    for asset in assets:
        kit = kits.get(asset.project_id)
        if kit is None or not _is_judged(asset):
            continue
        stamp = _stamp(asset, kit, overruled.get(asset.pk, set()))
        verdict = known.get(asset.pk)
        if verdict is None or verdict.stamp != stamp:
            verdict = _judge(asset, kit, stamp, overruled.get(asset.pk, set()))
        if verdict.tested:
            found[asset.pk] = verdict
    return found


def known_of(asset: Asset, kit: BrandKit) -> Known:
    """Return what rules know of the brand and of the piece."""
    details = asset.receipt.get("details") or {}
    return Known(
        guide=kit.rules,
        banned=tuple(term for term in kit.banned_terms if term.strip()),
        required=tuple(term for term in kit.required_terms if term.strip()),
        palette=tuple(kit.colours),
        channel=str(details.get("format", "")),
        facts=_facts(asset),
        parts=tuple(stretches_of(asset)),
        today=timezone.localdate(),
    )


@transaction.atomic
def overrule(*, asset: Asset, rule: str, reason: str, actor: User) -> Overrule:
    """Say that a rule does not hold for this asset, and why; where somebody has said so, theirs stands.

    Raises:
        Unprocessable: If there is no such rule, or no reason is given.
    """
    reason = " ".join(reason.split())[:400]
    if rule not in TITLES:
        raise Unprocessable(_("There is no rule %(rule)s.") % {"rule": rule[:40]})
    if len(reason) < 3:
        said = _("Say why the rule does not hold here; the reason is kept with the asset.")
        raise Unprocessable(said, fields={"reason": said})
    row, is_new = Overrule.objects.get_or_create(
        asset=asset,
        rule=rule,
        undone_at=None,
        defaults={"workspace": asset.workspace, "reason": reason, "decided_by": actor},
    )
    if is_new:
        data = {"rule": rule, "reason": reason}
        record_audit(
            workspace=asset.workspace, actor=actor, action="rule.overruled", subject=asset.pk, data=data
        )
    return row


@transaction.atomic
def hold_again(*, asset: Asset, rule: str, actor: User) -> None:
    """Let a rule that was overruled hold again."""
    changed = Overrule.objects.filter(asset=asset, rule=rule, undone_at=None).update(undone_at=timezone.now())
    if changed:
        data = {"rule": rule}
        record_audit(
            workspace=asset.workspace, actor=actor, action="rule.restored", subject=asset.pk, data=data
        )


def mend(*, asset: Asset, rule: str, seen: int, actor: User) -> Asset:
    """Give a text the wording that mends what breaks a rule, as far as fixes are known; "" mends all rules.

    Raises:
        Conflict: If nothing is left that could be mended so.
    """
    verdict = verdict_of(asset)
    tested = findings_of(verdict) if verdict else []
    skipped = set(asset.overrules.filter(undone_at=None).values_list("rule", flat=True))
    fixes = [
        found
        for one in tested
        if one.rule not in skipped and rule in ("", one.rule)
        for found in one.findings
        if found.fix is not None
    ]
    if not fixes:
        raise Conflict(_("Nothing is left here that could be mended. Reload the page."))
    note = _("Mended: %(rule)s") % {"rule": _(TITLES[rule])} if rule else _("Mended")
    return revise(asset=asset, texts=_mended_parts(asset, fixes), seen=seen, actor=actor, note=note)


@transaction.atomic
def set_logo(*, project: Project, data: bytes, actor: User) -> Logo:
    """Keep a picture as the brand's logo; the one before goes."""
    artifact = bring_picture(workspace=project.workspace, data=data)
    before = Logo.objects.filter(project=project).first()
    logo, _created = Logo.objects.update_or_create(
        project=project, defaults={"workspace": project.workspace, "artifact": artifact}
    )
    if before and before.artifact_id != artifact.pk:
        release([before.artifact_id])
    record_audit(workspace=project.workspace, actor=actor, action="logo.set", subject=project.name)
    return logo


@transaction.atomic
def remove_logo(*, project: Project, actor: User) -> None:
    """Take the brand's logo away."""
    logo = Logo.objects.filter(project=project).first()
    if logo:
        logo.delete()
        release([logo.artifact_id])
        record_audit(workspace=project.workspace, actor=actor, action="logo.removed", subject=project.name)


def findings_of(verdict: Verdict) -> list[Tested]:
    """Return what a verdict keeps as findings again."""
    return [
        Tested(row["rule"], tuple(Finding(**found) for found in row["findings"])) for row in verdict.findings
    ]


def _facts(asset: Asset) -> str:
    """Return the facts that a text was written from: the params that take those of a product."""
    params = asset.receipt.get("params") or {}
    return "\n".join(str(params[name]) for name in ("product", "facts", "source") if params.get(name))


def _is_judged(asset: Asset) -> bool:
    is_text = asset.media_type.startswith("text/plain")
    return is_text or (asset.media_type in PICTURES and asset.artifact.size <= LARGEST_PICTURE)


def _stamp(asset: Asset, kit: BrandKit, overruled: Iterable[str]) -> str:
    about = [
        RULES_VERSION, kit.guide, kit.banned_terms, kit.required_terms, kit.colours,
        asset.artifact.sha256, sorted(overruled),
    ]  # fmt: skip
    expiring = [claim.get("expires") for claim in kit.guide.get("claims", ())]
    today = timezone.localdate().isoformat()
    about.append([expires for expires in expiring if expires and expires < today])
    return sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _judge(asset: Asset, kit: BrandKit, stamp: str, overruled: set[str]) -> Verdict:
    known = known_of(asset, kit)
    if asset.media_type.startswith("text/plain"):
        tested = judge_text(prose_of(asset), known)
    else:
        try:
            with store.open_artifact(asset.artifact) as source:
                tested = judge_picture(read_picture(source), known)
        except (OSError, ValueError):
            tested = ()
    passed = sum(not one.findings or one.rule in overruled for one in tested)
    verdict, _created = Verdict.objects.update_or_create(
        asset=asset,
        defaults={
            "workspace": asset.workspace,
            "stamp": stamp,
            "tested": len(tested),
            "passed": passed,
            "findings": [asdict(one) for one in tested],
        },
    )
    return verdict


def _mended_parts(asset: Asset, fixes: Sequence[Finding]) -> list[str]:
    texts, place, result = texts_of(asset), 0, []
    for text in texts:
        inside = [
            Finding(f.start - place, f.end - place, f.why, fix=f.fix)
            for f in fixes
            if place <= f.start and f.end <= place + len(text)
        ]
        result.append(mended(text, inside))
        place += len(text) + 1
    return result
