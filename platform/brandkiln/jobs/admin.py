"""Jobs in the admin: to look at, never to edit, because only services move a job."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from brandkiln.jobs.models import Checkpoint, Job, JobEvent


class LookOnly:
    """No adding, changing or deleting."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class JobEventInline(LookOnly, TabularInline):
    model = JobEvent
    fields = ("type", "data", "created_at")
    per_page = 50


@admin.register(Job)
class JobAdmin(LookOnly, ModelAdmin):
    list_display = (
        "created_at",
        "workspace",
        "kind",
        "generator",
        "state",
        "attempt",
        "worker",
        "error_code",
    )
    list_filter = ("state", "kind", "queue", "generator", "error_code")
    search_fields = ("id", "generator", "workspace__slug", "error_message")
    list_select_related = ("workspace",)
    inlines = (JobEventInline,)
    date_hierarchy = "created_at"


@admin.register(Checkpoint)
class CheckpointAdmin(LookOnly, ModelAdmin):
    list_display = ("created_at", "workspace", "project", "generator", "number", "is_production")
    list_filter = ("generator", "is_production")
    list_select_related = ("workspace", "project")
