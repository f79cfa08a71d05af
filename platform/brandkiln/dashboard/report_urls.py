"""The addresses of the pages of reports, below /reports/ of a workspace."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import report_previews, report_start, report_templates

patterns: list[URLPattern] = [
    path("new/", report_start.page, name="report_start"),
    path("new/columns/", report_start.columns, name="report_columns"),
    path("templates/", report_templates.index, name="report_template_list"),
    path("templates/new/", report_templates.create, name="report_template_new"),
    path("templates/<uuid:template>/", report_templates.page, name="report_template_page"),
    path("templates/<uuid:template>/edit/", report_templates.edit, name="report_template_edit"),
    path("templates/<uuid:template>/archive/", report_templates.archive, name="report_template_archive"),
    path(
        "templates/<uuid:template>/versions/<int:number>/",
        report_templates.compare,
        name="report_template_compare",
    ),
    path("previews/", report_previews.begin, name="report_preview"),
    path("previews/<uuid:job>/", report_previews.look, name="report_preview_look"),
    path("previews/<uuid:job>/page/", report_previews.page, name="report_preview_page"),
]
