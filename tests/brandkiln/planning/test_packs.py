"""Export packs: what stands against a file, what is made of a picture, and what lies in the ZIP."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from brandkiln.artifacts import store
from brandkiln.artifacts.models import Arrival
from brandkiln.core.errors import NotAllowed
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.library.rereading import reread
from brandkiln.planning.campaigns import add_pieces, create_campaign
from brandkiln.planning.channels import CHANNELS
from brandkiln.planning.models import Campaign, Pack, PackFile
from brandkiln.planning.pack_files import Moved, make_files
from brandkiln.planning.pack_pictures import Unfit, made_for
from brandkiln.planning.pack_plans import plan_pack
from brandkiln.planning.packs import NotReady, drop_old_packs, keep_files, request_pack
from brandkiln.review.services import decide
from brandkiln.workspaces.models import AuditEntry
from django.test import Client
from django.utils import timezone
from PIL import Image

from generators.frames import FRAMES, Frame
from tests.brandkiln.planning.test_calendar import text
from tests.factories import Cast, JobFactory


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brandkiln.jobs.queue.ring", lambda queue, key: None)


def png(width: int, height: int, colour: str = "#336699", mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height), colour).save(target, "PNG")
    return target.getvalue()


def picture(cast: Cast, width: int, height: int, label: str = "") -> Asset:
    job = JobFactory(project=cast.project, requested_by=cast.ben, state="succeeded")
    artifact = store.put_bytes(png(width, height), workspace=cast.acme, media_type="image/png")
    return Asset.objects.create(
        workspace=cast.acme, project=cast.project, job=job, artifact=artifact, media_type="image/png", label=label,
        title=f"Boot {width}", width=width, height=height, receipt={"generator": {"name": "dummy"}},
    )  # fmt: skip


def approve(cast: Cast, *assets: Asset) -> None:
    for asset in assets:
        decide(asset=asset, decision="approved", actor=cast.rita, seen=asset.artifact.sha256)


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    row = create_campaign(
        project=cast.project, name="Autumn boots", actor=cast.ben, channels=["instagram", "x"]
    )
    add_pieces(campaign=row, assets=[picture(cast, 1200, 1200), text(cast, "=1+1 boots.")], actor=cast.ben)
    return row


def ask(cast: Cast, campaign: Campaign, who: Any = None, **wanted: Any) -> Pack:
    wanted = {"channels": ["instagram", "x"]} | wanted
    return request_pack(workspace=cast.acme, actor=who or cast.ben, campaign=campaign, **wanted)


def open_zip(row: PackFile) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(store.chunks(row.artifact))))


def test_a_pack_holds_files_in_the_channels_sizes_with_receipts_and_a_manifest(
    cast: Cast, campaign: Campaign, client: Client
) -> None:
    approve(cast, *Asset.objects.all())
    pack = ask(cast, campaign)
    assert pack.job is not None
    assert (pack.job.kind, pack.job.queue) == ("pack", "platform")
    seen: list[tuple[int, int]] = []
    made = make_files(pack, lambda done, total, message: seen.append((done, total)))
    assert seen[-1] == (4, 4)
    assert Arrival.objects.count() == 2
    keep_files(pack, made.files, pack.job, made.arrivals)
    assert not Arrival.objects.exists()
    [instagram, x] = pack.files.order_by("channel")
    archive = open_zip(instagram)
    names = archive.namelist()
    assert [name for name in names if "/" not in name] == [
        "autumn-boots_instagram_001_boot-1200_square.jpg",
        "autumn-boots_instagram_002_11-boots.txt",
        "manifest.csv",
    ]
    with Image.open(archive.open(names[0])) as opened:
        assert (opened.format, opened.size) == ("JPEG", (1080, 1080))
    lines = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [(line["review"], line["changed"]) for line in lines] == [("approved", "yes"), ("approved", "no")]
    assert lines[1]["text"] == "'=1+1 boots."
    receipt = json.loads(archive.read(lines[0]["receipt"]))
    assert receipt["pack"]["sha256"] == lines[0]["sha256"]
    assert receipt["pack"]["made_from"] == lines[0]["version"]
    back = reread(workspace=cast.acme, data=archive.read(lines[1]["receipt"]))
    assert (back.asset and back.asset.text, back.is_ours, back.is_unchanged) == ("=1+1 boots.", False, True)
    forged = archive.read(lines[1]["receipt"]).replace(b'"changed": false', b'"changed": true')
    assert "not signed by this studio" in reread(workspace=cast.acme, data=forged).notes[0]
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/w/acme/packs/{pack.pk}/x.zip")
    assert answer["Content-Disposition"] == 'attachment; filename="autumn-boots_x.zip"'
    assert len(b"".join(answer.streaming_content)) == x.artifact.size  # type: ignore[attr-defined]
    Pack.objects.update(expires_at=timezone.now())
    assert drop_old_packs() == 0
    Job.objects.update(state="succeeded")
    assert (drop_old_packs(), Pack.objects.count()) == (1, 0)


def test_only_approved_pieces_go_out_unless_an_admin_says_why(cast: Cast, campaign: Campaign) -> None:
    with pytest.raises(NotReady, match="not approved") as refused:
        ask(cast, campaign)
    assert len(refused.value.fields) == 4
    with pytest.raises(NotAllowed, match="Only an admin"):
        ask(cast, campaign, override_reason="The client waits.")
    pack = ask(cast, campaign, cast.ada, override_reason="The client waits.")
    assert pack.override_reason == "The client waits."
    assert AuditEntry.objects.filter(action="pack.unapproved").get().data["reason"] == "The client waits."
    assert len(make_files(pack, lambda done, total, message: None).files) == 2


def test_what_is_ready_goes_out_without_what_is_not(cast: Cast, campaign: Campaign, client: Client) -> None:
    with pytest.raises(NotReady, match="not approved"):
        ask(cast, campaign, only_ready=True)  # there is nothing ready yet
    words = Asset.objects.get(media_type="text/plain")
    small = picture(cast, 64, 64, label="square")
    add_pieces(campaign=campaign, assets=[small], actor=cast.ben)
    approve(cast, words, small)
    client.force_login(cast.ben, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"campaign": str(campaign.pk), "channels": ["instagram", "x"], "fit": "crop"}
    page = client.post("/w/acme/packs/new/", sent | {"check": "1"}).content.decode()
    assert "Make the pack of the 2 files that are ready" in page
    client.post("/w/acme/packs/new/", sent | {"ready": "1", "reason": "Not asked for."})
    pack = Pack.objects.get()
    assert ([piece["asset"] for piece in pack.pieces], pack.override_reason) == ([str(words.pk)], "")
    made = make_files(pack, lambda done, total, message: None)
    assert {channel: count for channel, (_file, count) in made.files.items()} == {"instagram": 1, "x": 1}


def test_a_size_stands_once_in_the_name_of_a_file(cast: Cast, campaign: Campaign) -> None:
    asset = picture(cast, 1200, 1200, label="square")
    Asset.objects.filter(pk=asset.pk).update(title="Boot · square")
    row = Asset.objects.filter(pk=asset.pk).select_related("artifact", "hold")
    plan = plan_pack(list(row), ["x"], fit="crop", campaign=None, stem="acme")
    assert [placing.name for placing in plan.placings] == ["acme_x_001_boot_square"]


def test_an_edit_while_a_pack_waits_ends_it(cast: Cast, campaign: Campaign) -> None:
    approve(cast, *Asset.objects.all())
    pack = ask(cast, campaign)
    asset = Asset.objects.get(media_type="image/png")
    asset.artifact = store.put_bytes(png(1200, 1200, "#000000"), workspace=cast.acme, media_type="image/png")
    asset.save()
    with pytest.raises(Moved, match="changed meanwhile"):
        make_files(pack, lambda done, total, message: None)


def test_what_does_not_fit_a_channel_is_said_before_anything_is_made(cast: Cast) -> None:
    row = create_campaign(project=cast.project, name="Winter", actor=cast.ben)
    small, wide, long = picture(cast, 64, 64), picture(cast, 1200, 628), text(cast, "Boots. " * 60)
    banner = picture(cast, 1920, 640, label="banner")
    add_pieces(campaign=row, assets=[small, wide, long, banner], actor=cast.ben)
    approve(cast, small, wide, long, banner)
    with pytest.raises(NotReady) as refused:
        ask(cast, row, channels=["x"])
    first, second = refused.value.fields
    assert (first, second[:26]) == ("winter_x_001_boot-64_square", "winter_x_003_boots-boots-b")
    assert refused.value.fields["winter_x_001_boot-64_square"].startswith("64 x 64 pixels are too few")
    assert "takes 280" in list(refused.value.fields.values())[1]


@pytest.mark.parametrize(("fit", "corner"), [("crop", (51, 102, 153)), ("pad", (255, 255, 255))])
def test_a_picture_of_another_shape_is_cut_or_gets_a_border(fit: Any, corner: tuple[int, ...]) -> None:
    made = made_for(
        io.BytesIO(png(400, 200)), media_type="image/png", size=900, channel=CHANNELS["instagram"],
        frame=Frame(300, 300), fit=fit, ground="#ffffff",
    )  # fmt: skip
    assert made.data is not None
    with Image.open(io.BytesIO(made.data)) as opened:
        assert opened.size == (300, 300)
        assert max(abs(a - b) for a, b in zip(opened.getpixel((2, 2)), corner, strict=True)) < 6  # type: ignore[arg-type]


def test_a_picture_that_fits_stays_byte_for_byte_and_one_too_heavy_is_refused() -> None:
    data = png(1080, 1080)
    same = made_for(
        io.BytesIO(data), media_type="image/png", size=len(data), channel=CHANNELS["facebook"],
        frame=FRAMES["square"], fit="crop", ground="#ffffff",
    )  # fmt: skip
    assert same.data is None
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "PNG")
    tight = CHANNELS["facebook"].__class__(
        name="tight", title="Tight", pictures=("image/jpeg",), picture_bytes=900
    )
    with pytest.raises(Unfit, match="900 bytes"):
        made_for(
            io.BytesIO(target.getvalue()), media_type="image/png", size=90_000, channel=tight, frame=None,
            fit="crop", ground="#ffffff",
        )  # fmt: skip


@pytest.mark.parametrize("side", [1000, 2000])
def test_what_a_picture_lets_through_is_white_where_the_channel_insists_on_it(side: int) -> None:
    data = png(side, side, "#00000000", "RGBA")
    made = made_for(
        io.BytesIO(data), media_type="image/png", size=len(data), channel=CHANNELS["marketplace"],
        frame=FRAMES["marketplace"], fit="crop", ground="#b4532a",
    )  # fmt: skip
    assert made.data
    assert Image.open(io.BytesIO(made.data)).convert("RGB").getpixel((5, 5)) == (255, 255, 255)
