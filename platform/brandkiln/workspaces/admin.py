"""Workspaces, people and the audit log in the admin."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from brandkiln.core.models import User
from brandkiln.workspaces.models import ApiToken, AuditEntry, Invitation, Membership, Workspace


class MembershipInline(TabularInline):
    """Who works in a workspace."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Workspace)
class WorkspaceAdmin(ModelAdmin):
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")
    inlines = (MembershipInline,)


@admin.register(User)
class UserAdmin(ModelAdmin):
    list_display = ("email", "first_name", "last_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "first_name", "last_name")
    fields = ("email", "first_name", "last_name", "is_active", "is_staff", "is_superuser", "last_login")
    readonly_fields = ("last_login",)


@admin.register(Invitation)
class InvitationAdmin(ModelAdmin):
    list_display = ("email", "workspace", "role", "expires_at", "accepted_at")
    list_filter = ("role",)
    exclude = ("digest",)


class ReadOnlyAdmin(ModelAdmin):
    """Rows that may be looked at and never written by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "workspace", "user", "prefix", "expires_at", "revoked_at", "last_used_at")
    exclude = ("digest",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "workspace", "actor", "action", "subject")
    list_filter = ("action",)
    search_fields = ("subject", "action")
