"""One row of every kind in a workspace, for tests that open every address."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from brandkiln.artifacts import store
from brandkiln.bulk.schedules import save_schedule as repeat_bulk
from brandkiln.connections.services import create_connection
from brandkiln.datasets.gathering import Announced, announce_files, begin_upload
from brandkiln.datasets.models import Record
from brandkiln.jobs.models import BlindComparison, Checkpoint, CheckpointFile
from brandkiln.library.models import Change
from brandkiln.library.organising import create_folder, save_view, tags_named
from brandkiln.library.services import keep_sample
from brandkiln.notifications.endpoints import create_endpoint, send_test
from brandkiln.notifications.models import Notification
from brandkiln.planning.campaigns import create_campaign
from brandkiln.planning.entries import create_entry
from brandkiln.planning.feeds import create_feed
from brandkiln.planning.models import Pack, PackFile, Spread
from brandkiln.planning.shares import create_share
from brandkiln.reports.comments import add_comment
from brandkiln.reports.schedules import save_schedule
from brandkiln.reports.sharing import share_issue
from brandkiln.reports.templates import create_template
from brandkiln.retrieval.models import SearchIndex
from brandkiln.review.comments import add_comment as add_asset_comment
from brandkiln.workspaces.models import Invitation, Membership, Workspace
from brandkiln.workspaces.quotas import save_quota
from brandkiln.workspaces.services import issue_token
from django.utils import timezone

from tests.brandkiln.bulk.made import finished_bulk
from tests.brandkiln.reports.made import ready_issue
from tests.factories import DatasetVersionFactory, JobFactory, UserFactory

STRANGE = {"secret": "unknown", "piece": uuid4(), "rest": "responses"}
"""What fills the addresses for people outside: they name nothing that there is."""


@dataclass
class World:
    """One row of every kind in a workspace, by its name in addresses."""

    keys: dict[str, Any]

    def address(self, route: str, workspace: str) -> str:
        for name, value in {**self.keys, "workspace": workspace}.items():
            for converter in ("slug", "uuid", "int", "str", "path"):
                route = route.replace(f"<{converter}:{name}>", str(value))
        assert "<" not in route, f"nothing fills {route}"
        return f"/{route}"


def make_world(workspace: Workspace, project: Any, owner: Any) -> World:
    version = DatasetVersionFactory(dataset__project=project, number=1)
    upload = begin_upload(dataset=version.dataset, actor=owner)
    [file] = announce_files(upload=upload, files=[Announced("shoes/1.png", 100)])
    job = JobFactory(project=project, requested_by=owner, state="succeeded", generator="image-gan")
    asset = keep_sample(job=job, position=0, media_type="text/plain", text="Boots that last.")
    checkpoint = Checkpoint.objects.create(
        workspace=workspace,
        project=project,
        generator="image-gan",
        generator_version="1.0.0",
        number=1,
        weights=store.put_bytes(b"weights", workspace=workspace, media_type="application/octet-stream"),
        card={},
    )
    made = CheckpointFile.objects.create(
        workspace=workspace, checkpoint=checkpoint, job=job, role="onnx", artifact=checkpoint.weights
    )
    blind = BlindComparison.objects.create(
        workspace=workspace, project=project, generator="text-lm", first=checkpoint, prompts=["A boot"]
    )
    index = SearchIndex.objects.create(workspace=workspace, version=version, ready_at=timezone.now())
    connection = create_connection(
        workspace=workspace, actor=owner, name="GPU", base_url="https://example.com/v1", model="tiny"
    )
    question = JobFactory(
        project=project, kind="ask", generator="text-lm", params={"question": "Which boot?"}
    )
    bulk = finished_bulk(project, owner, version)
    repeat_bulk(bulk=bulk, actor=owner, every="week")
    template = create_template(workspace=workspace, actor=owner, name="Board", copied_from="overview")
    issue = ready_issue(project, owner)
    comment = add_comment(issue=issue, author=owner, text="Good.")
    link, _secret = share_issue(issue=issue, actor=owner)
    save_schedule(report=issue.report, actor=owner, every="week")
    remark = add_asset_comment(asset=asset, author=owner, text="Good.")
    campaign = create_campaign(project=project, name="Autumn", actor=owner)
    entry = create_entry(
        workspace=workspace, actor=owner, at=timezone.now(), time_zone="UTC", asset=asset, campaign=campaign
    )
    feed, _secret = create_feed(workspace=workspace, owner=owner, name="Mine")
    share, _secret = create_share(workspace=workspace, actor=owner, recipient="Ida", campaign=campaign)
    pack = Pack.objects.create(
        workspace=workspace, project=project, campaign=campaign, name="Autumn", channels=["x"], pieces=[],
        fit="crop", expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    PackFile.objects.create(workspace=workspace, pack=pack, channel="x", artifact=asset.artifact, entries=1)
    member = Membership.objects.create(workspace=workspace, user=UserFactory())
    invitation = Invitation.objects.create(
        workspace=workspace,
        email="invited@example.com",
        digest=f"{workspace.slug:0>64}",
        expires_at=timezone.now() + timedelta(days=1),
    )
    token, _text = issue_token(workspace=workspace, user=owner, name="owner's", scopes=["read"])
    quota = save_quota(workspace=workspace, actor=owner, unit="pieces", most=1000)
    endpoint, _secret = create_endpoint(
        workspace=workspace, actor=owner, name="Shop", url="https://example.com/hook"
    )
    delivery = send_test(endpoint=endpoint, actor=owner)
    notification = Notification.objects.create(
        workspace=workspace, announcement=delivery.announcement, person=owner
    )
    content = f"{workspace.pk.hex}{workspace.pk.hex}"
    Record.objects.create(version=version, position=0, sha256=content, split="train", text="A boot.")
    keys = {
        "content": content,
        "slug": project.slug,
        "dataset": version.dataset_id,
        "upload": upload.pk,
        "file": file.pk,
        "version": version.pk,
        "job": job.pk,
        "asset": asset.pk,
        "size": 320,
        "folder": create_folder(workspace=workspace, name="Spring").pk,
        "tag": tags_named(workspace=workspace, names=["spring"])[0].pk,
        "view": save_view(
            workspace=workspace, owner=owner, name="Shoes", filters={"q": "boots"}, is_shared=True
        ).pk,
        "change": Change.objects.create(workspace=workspace, actor=owner, action="rate", value="3").pk,
        "artifact": asset.artifact_id,
        "code": "exact_duplicate",
        "checkpoint": checkpoint.pk,
        "made": made.pk,
        "comparison": blind.pk,
        "question": question.pk,
        "index": index.pk,
        "connection": connection.pk,
        "template": template.pk,
        "bulk": bulk.pk,
        "bulk_template": bulk.versions.get().template_id,
        "row": bulk.rows.get().pk,
        "report": issue.report_id,
        "comment": comment.pk,
        "asset_comment": remark.pk,
        "link": link.pk,
        "quota": quota.pk,
        "endpoint": endpoint.pk,
        "delivery": delivery.pk,
        "notification": notification.pk,
        "campaign": campaign.pk,
        "entry": entry.pk,
        "feed": feed.pk,
        "spread": Spread.objects.create(workspace=workspace, created_by=owner).pk,
        "share": share.pk,
        "pack": pack.pk,
        "channel": "x",
        "sequence": 0,
        "member": member.pk,
        "invitation": invitation.pk,
        "token": token.pk,
        "name": "image-gan",
        "kind": "train",
        "number": 1,
        "preset": "quick",
        "form": "csv",
    }
    return World(keys)
