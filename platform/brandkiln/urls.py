"""Every address of the studio."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from brandkiln import health
from brandkiln.api import api
from brandkiln.dashboard.views.language import choose as choose_language

# Django's own form knows no second factor and no rate limits, so staff sign in where everybody does.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "brandkiln.core.middleware.not_understood"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/", api.urls),
    path("v1/", include("brandkiln.served.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("", include("brandkiln.dashboard.urls")),
]
