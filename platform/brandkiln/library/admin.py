"""Assets in the admin."""

from django.contrib import admin

from brandkiln.library.models import Asset
from brandkiln.workspaces.admin import ReadOnlyAdmin


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ("title", "workspace", "project", "generator", "media_type", "created_at", "trashed_at")
    list_filter = ("generator", "media_type")
    search_fields = ("title", "text")
