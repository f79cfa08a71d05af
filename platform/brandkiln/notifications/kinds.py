"""The kinds of happenings that people and servers are told of. A kind is one entry here and nothing else.

Names are stable: programs that receive webhooks compare them. Fields may be added to a kind and are never taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brandkiln.notifications.models import Mail


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of happening.

    Attributes:
        name: As programs know it, "job.failed".
        label: As people read it where they choose what they are told of.
        words: A sentence with the happening's values, ``%(subject)s`` among them; readers get it in their language.
        fields: What its data holds: names, each with what it means. All have to be there.
        many: A sentence for several of them that somebody did at once, ``%(count)s`` among its values, by the value of
            the field ``alike``; without one each is told by itself.
        alike: The field by whose value several are alike; "" where all are.
        group: Under which heading it stands.
        in_app: Whether it shows in the studio unless a person decides otherwise.
        mail: When a letter goes out unless a person decides otherwise.
        to_admins: Whether the admins of the workspace are told, whoever else is.
        icon: The picture beside it.
    """

    name: str
    label: str | Promise
    words: str | Promise
    group: str | Promise
    fields: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, str | Promise] = field(default_factory=dict)
    alike: str = ""
    in_app: bool = True
    mail: str = Mail.NEVER
    to_admins: bool = False
    icon: str = "info"

    def words_for(self, data: Mapping[str, object]) -> str | Promise:
        """Return the sentence for a happening with this data, or for several at once, of which it has the count."""
        return self.many.get(str(data.get(self.alike, "")), self.words) if "count" in data else self.words


_WORK, _REVIEW, _PLAN, _ADMIN = _("Work that ends"), _("Review"), _("Plan and hand over"), _("Workspace")

_JOB = {
    "job": "id of the job",
    "kind": "what it did: train, sample, evaluate, ...",
    "generator": "name of the generator, empty for work of the studio's own",
    "project": "slug of the project",
    "seconds": "how long it ran",
}

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("job.succeeded", _("A job is done"), _("%(subject)s is done."), _WORK, _JOB, icon="circle-check"),
        Kind(
            "job.failed", _("A job failed"), _("%(subject)s failed: %(message)s"), _WORK,
            _JOB | {"code": "a word for the reason", "message": "the reason, and what to do next"},
            mail=Mail.DIGEST, icon="triangle-alert",
        ),
        Kind(
            "training.finished", _("A training is finished"), _("%(subject)s is trained."), _WORK,
            _JOB | {"checkpoint": "id of the checkpoint", "metrics": "its figures by name"},
            mail=Mail.AT_ONCE, icon="layers",
        ),
        Kind(
            "checkpoint.promoted", _("A checkpoint goes into production"), _("%(subject)s is in production."), _WORK,
            {
                "checkpoint": "id of the checkpoint", "generator": "name of the generator", "number": "its number",
                "project": "slug of the project", "replaced": "the checkpoint before, in words, or empty",
                "is_rollback": "whether an earlier one was put back",
            },
            icon="layers",
        ),
        Kind(
            "dataset.ready", _("A data set version is ready"), _("%(subject)s is ready: %(records)s records."), _WORK,
            {
                "dataset": "id of the data set", "number": "number of the version", "records": "how many it holds",
                "refused": "how many rows or files were refused",
            },
            icon="database",
        ),
        Kind(
            "asset.made", _("An asset is made"), _("%(subject)s is in the library."), _WORK,
            {
                "asset": "id of the asset", "job": "id of the job", "media_type": "of its file",
                "generator": "name of the generator", "project": "slug of the project",
            },
            in_app=False, icon="images",
        ),
        Kind(
            "bulk.ended", _("A bulk run ends"), _("%(subject)s ended: %(succeeded)s done, %(failed)s failed."), _WORK,
            {
                "run": "id of the bulk run", "rows": "how many rows it has", "succeeded": "how many are done",
                "failed": "how many failed",
            },
            mail=Mail.AT_ONCE, icon="layers",
        ),
        Kind(
            "bulk.not_run", _("A scheduled bulk could not run"), _("%(subject)s could not run: %(message)s"), _WORK,
            {
                "schedule": "id of the bulk that is repeated", "message": "the reason", "failures": "how many in a row",
                "most": "after how many it stops", "stopped": "whether it has",
            },
            mail=Mail.AT_ONCE, icon="triangle-alert",
        ),
        Kind(
            "report.issued", _("A report has a new issue"), _("%(subject)s has a new issue, #%(number)s."), _WORK,
            {"report": "id of the report", "number": "number of the issue", "origin": "scheduled or made"},
            mail=Mail.DIGEST, icon="file-chart-column",
        ),
        Kind(
            "review.asked", _("You are asked to review"), _("%(actor)s asks you to review %(subject)s."), _REVIEW,
            {"asset": "id of the asset", "due": "date in ISO form, or empty", "note": "what was said with it"},
            many={"": _("%(actor)s asks you to review %(count)s pieces.")}, mail=Mail.AT_ONCE, icon="eye",
        ),
        Kind(
            "review.decided", _("A review is decided"), _("%(subject)s: %(decision)s by %(actor)s."), _REVIEW,
            {
                "asset": "id of the asset", "decision": "approved, rejected or changes_asked",
                "reason": "why, or empty", "artifact": "id of the exact version",
            },
            many={
                "approved": _("%(actor)s approved %(count)s pieces."),
                "rejected": _("%(actor)s rejected %(count)s pieces."),
                "changes_asked": _("%(actor)s asks for changes of %(count)s pieces."),
            },
            alike="decision",
            mail=Mail.DIGEST, icon="circle-check",
        ),
        Kind(
            "review.ended", _("An approval of yours ends"),
            _("%(subject)s was changed: version %(version)s was approved, this is version %(now)s."), _REVIEW,
            {"asset": "id of the asset", "version": "the one that was approved", "now": "the number of this version"},
            mail=Mail.DIGEST, icon="triangle-alert",
        ),
        Kind(
            "review.due", _("A review is due"), _("The review of %(subject)s is due on %(due)s."), _REVIEW,
            {"asset": "id of the asset", "due": "date in ISO form"},
            many={"": _("%(count)s reviews are due.")}, mail=Mail.AT_ONCE, icon="clock",
        ),
        Kind(
            "comment.added", _("A comment on what you made or follow"), _("%(actor)s on %(subject)s: %(text)s"),
            _REVIEW, {"comment": "id of the comment", "on": "asset or report", "text": "the beginning of it"},
            mail=Mail.DIGEST, icon="message-square",
        ),
        Kind(
            "comment.mentioned", _("Somebody names you"), _("%(actor)s names you on %(subject)s: %(text)s"), _REVIEW,
            {"comment": "id of the comment", "on": "asset or report", "text": "the beginning of it"},
            mail=Mail.AT_ONCE, icon="message-square",
        ),
        Kind(
            "campaign.due", _("A campaign begins or ends soon"), _("%(subject)s: %(what)s on %(date)s."), _PLAN,
            {"campaign": "id of the campaign", "what": "begins or ends", "date": "date in ISO form"},
            mail=Mail.DIGEST, icon="calendar",
        ),
        Kind(
            "calendar.due", _("A calendar entry is due"), _("%(subject)s is due at %(at)s."), _PLAN,
            {"entry": "id of the entry", "at": "moment in ISO form", "channel": "where it goes out"},
            mail=Mail.DIGEST, icon="calendar",
        ),
        Kind(
            "export.ready", _("An export pack is ready"), _("%(subject)s is ready to download."), _PLAN,
            {"export": "id of the pack", "files": "how many files it holds"}, icon="download",
        ),
        Kind(
            "share.opened", _("A share link is opened for the first time"), _("Somebody opened %(subject)s."), _PLAN,
            {"link": "id of the share link"}, icon="link",
        ),
        Kind(
            "share.decided", _("Somebody outside approves or comments"), _("%(name)s on %(subject)s: %(decision)s"),
            _PLAN,
            {
                "link": "id of the share link", "name": "as the person outside calls themselves",
                "decision": "approved, rejected or commented", "text": "what was said, or empty",
            },
            mail=Mail.AT_ONCE, icon="link",
        ),
        Kind(
            "quota.near", _("A quota is nearly used up"), _("%(subject)s: %(percent)s %% used."), _ADMIN,
            {"unit": "what is counted", "used": "so far, holds included", "most": "the quota", "percent": "of it"},
            mail=Mail.AT_ONCE, to_admins=True, icon="gauge",
        ),
        Kind(
            "quota.reached", _("A quota is used up"), _("%(subject)s is used up: new work is refused."), _ADMIN,
            {"unit": "what is counted", "used": "so far, holds included", "most": "the quota", "percent": "of it"},
            mail=Mail.AT_ONCE, to_admins=True, icon="gauge",
        ),
        Kind(
            "member.joined", _("Somebody joins"), _("%(subject)s has joined."), _ADMIN,
            {"email": "address of the new member", "role": "what they may do"}, to_admins=True, icon="user-plus",
        ),
        Kind(
            "webhook.paused", _("A webhook is paused"), _("The webhook %(subject)s is paused: %(reason)s"), _ADMIN,
            {"endpoint": "id of the endpoint", "reason": "why"},
            mail=Mail.AT_ONCE, to_admins=True, icon="triangle-alert",
        ),
        Kind(
            "webhook.test", _("A test of a webhook"), _("This is a test of %(subject)s."), _ADMIN,
            {"endpoint": "id of the endpoint"}, in_app=False,
        ),
    )
}  # fmt: skip
"""Every kind by its name."""

NOT_CHOSEN = frozenset({"webhook.test"})
"""Kinds that no one chooses: they are sent to the one endpoint that is tried."""


class UnknownKind(ValueError):
    """No entry of KINDS has this name, or the data is not what the entry documents."""


def check(kind: str, data: Mapping[str, object]) -> Kind:
    """Return the kind, if the data has exactly its fields; a programme's mistake is found by its first test."""
    if kind not in KINDS:
        raise UnknownKind(f"{kind!r} is no kind of happening; add an entry to notifications/kinds.py.")
    if set(data) != set(KINDS[kind].fields):
        raise UnknownKind(
            f"The data of {kind} has the fields {sorted(data)}; its entry in notifications/kinds.py documents "
            f"{sorted(KINDS[kind].fields)}."
        )
    return KINDS[kind]
