"""Projects and brand kits in the admin."""

from django.contrib import admin
from unfold.admin import ModelAdmin, StackedInline

from brandkiln.projects.models import BrandKit, Project


class BrandKitInline(StackedInline):
    """How the project speaks."""

    model = BrandKit
    extra = 0


@admin.register(Project)
class ProjectAdmin(ModelAdmin):
    list_display = ("name", "workspace", "slug", "created_at")
    list_filter = ("workspace",)
    search_fields = ("name", "slug")
    inlines = (BrandKitInline,)
