"""The addresses of the pages of bulks and their templates, below /bulk/ of a workspace."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import bulk_schedules, bulk_setup, bulk_templates, bulks

patterns: list[URLPattern] = [
    path("", bulks.index, name="bulk_list"),
    path("new/", bulk_setup.create, name="bulk_new"),
    path("templates/", bulk_templates.index, name="bulk_template_list"),
    path("templates/ready/", bulk_templates.take, name="bulk_template_ready"),
    path("templates/new/", bulk_templates.create, name="bulk_template_new"),
    path("templates/<uuid:bulk_template>/", bulk_templates.page, name="bulk_template_page"),
    path("templates/<uuid:bulk_template>/edit/", bulk_templates.edit, name="bulk_template_edit"),
    path("templates/<uuid:bulk_template>/copy/", bulk_templates.duplicate, name="bulk_template_copy"),
    path("templates/<uuid:bulk_template>/archive/", bulk_templates.archive, name="bulk_template_archive"),
    path(
        "templates/<uuid:bulk_template>/versions/<int:number>/",
        bulk_templates.restore,
        name="bulk_template_restore",
    ),
    path("<uuid:bulk>/", bulks.page, name="bulk_page"),
    path("<uuid:bulk>/setup/", bulk_setup.page, name="bulk_setup"),
    path("<uuid:bulk>/schedule/", bulk_schedules.page, name="bulk_schedule"),
    path("<uuid:bulk>/schedule/do/", bulk_schedules.switch, name="bulk_schedule_switch"),
    path("<uuid:bulk>/do/", bulks.act, name="bulk_act"),
    path("<uuid:bulk>/status/", bulks.status, name="bulk_status"),
    path("<uuid:bulk>/events/", bulks.events, name="bulk_events"),
    path("<uuid:bulk>/rows/", bulks.rows, name="bulk_rows"),
    path("<uuid:bulk>/rows/<int:row>/", bulks.detail, name="bulk_row"),
    path("<uuid:bulk>/results/<str:form>/", bulks.results, name="bulk_results"),
]
