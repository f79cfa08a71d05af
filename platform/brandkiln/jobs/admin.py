"""Jobs in the admin: to look at, never to edit, because only services move a job."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from brandkiln.jobs.models import Checkpoint, Job, JobEvent
from generators import registry


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
    fields = readonly_fields = ("type", "data", "created_at")
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

    def get_urls(self) -> list[URLPattern]:
        page = path("generators/", self.admin_site.admin_view(self.generators), name="jobs_generators")
        return [page, *super().get_urls()]

    def generators(self, request: HttpRequest) -> HttpResponse:
        """Show which generators there are, and those that failed to load with their tracebacks."""
        shown = {"title": _("Generators"), "specs": registry.specs(), "quarantined": registry.quarantined()}
        return render(request, "admin/generators.html", self.admin_site.each_context(request) | shown)


@admin.register(Checkpoint)
class CheckpointAdmin(LookOnly, ModelAdmin):
    list_display = ("created_at", "workspace", "project", "generator", "number", "is_production")
    list_filter = ("generator", "is_production")
    list_select_related = ("workspace", "project")
