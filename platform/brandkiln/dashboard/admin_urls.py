"""The addresses of what admins of a workspace look after."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import administration, usage

in_workspace: list[URLPattern] = [
    path("settings/audit/", administration.audit, name="audit_list"),
    path("settings/audit/audit.<slug:form>", administration.audit_file, name="audit_file"),
    path("settings/features/", administration.features, name="feature_list"),
    path("settings/generators/", administration.plugins, name="plugin_list"),
    path("settings/workers/", administration.workers, name="worker_list"),
    path("settings/usage/", usage.index, name="usage_list"),
    path("settings/usage/usage.csv", usage.download, name="usage_file"),
    path("settings/usage/prices/", usage.save_prices, name="usage_prices"),
    path("settings/quotas/", usage.save_quota, name="quota_save"),
    path("settings/quotas/<uuid:quota>/delete/", usage.delete_quota, name="quota_delete"),
]
