"""The addresses of the library's pages, below that of the workspace."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import (
    brand,
    files,
    library,
    library_changes,
    library_finding,
    library_grid,
    library_order,
    preferences,
)

patterns: list[URLPattern] = [
    path("", library_grid.index, name="asset_list"),
    path("more/", library_grid.more, name="asset_more"),
    path("facets/", library_grid.choices, name="asset_facets"),
    path("change/", library_changes.change, name="asset_change"),
    path("changes/<uuid:change>/undo/", library_changes.undo, name="asset_undo"),
    path("uses/", library_changes.uses, name="asset_uses"),
    path("delete/", library_changes.delete, name="asset_delete"),
    path("folders/", library_order.new_folder, name="asset_folder_new"),
    path("folders/<uuid:folder>/", library_order.folder, name="asset_folder"),
    path("tags/", library_order.tags, name="asset_tags"),
    path("tags/<uuid:tag>/", library_order.tag, name="asset_tag_edit"),
    path("views/", library_order.save_view, name="asset_view_save"),
    path("views/<uuid:view>/", library_order.view, name="asset_view"),
    path("find/", library_finding.find_like, name="asset_find"),
    path("find/<uuid:job>/", library_finding.look, name="asset_found"),
    path("reread/", library_finding.reread, name="asset_reread"),
    path("preferences/", preferences.download, name="asset_preferences"),
    path("download/", library.download, name="asset_download"),
    path("<uuid:asset>/", library.page, name="asset_page"),
    path("<uuid:asset>/file/", files.asset, name="asset_file"),
    path("<uuid:asset>/thumb/<int:size>/", files.thumb, name="asset_thumb"),
    path("<uuid:asset>/receipt.json", files.receipt, name="asset_receipt"),
    path("<uuid:asset>/rework/", library.rework, name="asset_rework"),
    path("<uuid:asset>/mend/", brand.mend, name="asset_mend"),
    path("<uuid:asset>/overrule/", brand.overrule, name="asset_overrule"),
    path("<uuid:asset>/edit/", brand.edit, name="asset_edit"),
    path("<uuid:asset>/go-back/", brand.go_back, name="asset_go_back"),
    path("<uuid:asset>/rate/", library.rate, name="asset_rate"),
    path("<uuid:asset>/tags/", library.tag, name="asset_tag"),
    path("<uuid:asset>/trash/", library.trash, name="asset_trash"),
    path("<uuid:asset>/restore/", library.restore, name="asset_restore"),
    path("<uuid:asset>/release/", library.release, name="asset_release"),
]
