"""Data sets in the admin: looked at there, changed only by uploads."""

from django.contrib import admin

from brandkiln.datasets.models import Dataset, DatasetVersion, Upload
from brandkiln.workspaces.admin import ReadOnlyAdmin


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "workspace", "project", "created_at")
    list_filter = ("kind", "workspace")
    search_fields = ("name",)


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadOnlyAdmin):
    list_display = ("dataset", "number", "record_count", "sha256", "created_at")
    list_filter = ("workspace",)
    search_fields = ("dataset__name", "sha256")


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("filename", "dataset", "state", "created_by", "created_at")
    list_filter = ("state", "workspace")
    search_fields = ("filename",)
