"""The addresses of planning: campaigns, the calendar, packs and links; and of what people outside see."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import (
    calendar_entries,
    campaigns,
    feeds,
    packs,
    planner,
    shared_pieces,
    shares,
    spreading,
)

patterns: list[URLPattern] = [
    path("campaigns/", campaigns.index, name="campaign_list"),
    path("campaigns/new/", campaigns.create, name="campaign_new"),
    path("campaigns/choose/", campaigns.choose, name="campaign_choose"),
    path("campaigns/<uuid:campaign>/", campaigns.page, name="campaign_page"),
    path("campaigns/<uuid:campaign>/edit/", campaigns.edit, name="campaign_edit"),
    path("campaigns/<uuid:campaign>/archive/", campaigns.archive, name="campaign_archive"),
    path("campaigns/<uuid:campaign>/add/", campaigns.add, name="campaign_add"),
    path("campaigns/<uuid:campaign>/pieces/<uuid:asset>/", campaigns.take_out, name="campaign_take_out"),
    path("calendar/", planner.page, name="calendar_page"),
    path("calendar/new/", calendar_entries.new, name="calendar_new"),
    path("calendar/plan/", planner.plan, name="calendar_plan"),
    path("calendar/spread/", spreading.page, name="calendar_spread"),
    path("calendar/spread/<uuid:spread>/undo/", spreading.undo, name="calendar_spread_undo"),
    path("calendar/zone/", planner.choose_zone, name="calendar_zone"),
    path("calendar/subscribe/", feeds.index, name="calendar_feeds"),
    path("calendar/subscribe/<uuid:feed>/revoke/", feeds.revoke, name="calendar_feed_revoke"),
    path("calendar/<uuid:entry>/", calendar_entries.page, name="calendar_entry"),
    path("calendar/<uuid:entry>/move/", planner.move, name="calendar_move"),
    path("calendar/<uuid:entry>/do/", calendar_entries.act, name="calendar_act"),
    path("calendar/<uuid:entry>/undo/<int:sequence>/", planner.undo, name="calendar_undo"),
    path("packs/", packs.index, name="pack_list"),
    path("packs/new/", packs.new, name="pack_new"),
    path("packs/<uuid:pack>/", packs.page, name="pack_page"),
    path("packs/<uuid:pack>/delete/", packs.delete, name="pack_delete"),
    path("packs/<uuid:pack>/<slug:channel>.zip", packs.download, name="pack_download"),
    path("shares/", shares.index, name="share_list"),
    path("shares/new/", shares.new, name="share_new"),
    path("shares/<uuid:share>/", shares.page, name="share_page"),
    path("shares/<uuid:share>/revoke/", shares.revoke, name="share_revoke"),
]

outside: list[URLPattern] = [
    path("c/<str:secret>/calendar.ics", feeds.file, name="calendar_file"),
    path("s/<str:secret>/", shared_pieces.page, name="shared_pieces"),
    path("s/<str:secret>/<uuid:piece>/", shared_pieces.piece, name="shared_piece"),
    path("s/<str:secret>/<uuid:piece>/preview.jpg", shared_pieces.preview, name="shared_piece_preview"),
    path("s/<str:secret>/<uuid:piece>/file/", shared_pieces.file, name="shared_piece_file"),
    path("s/<str:secret>/<uuid:piece>/comment/", shared_pieces.comment, name="shared_piece_comment"),
    path("s/<str:secret>/<uuid:piece>/decide/", shared_pieces.decide, name="shared_piece_decide"),
]
