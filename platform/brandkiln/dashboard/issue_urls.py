"""The addresses of reports and their issues, below /reports/ of a workspace, and of what strangers read."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import (
    report_comments,
    report_editing,
    report_issues,
    report_schedules,
    report_series,
    report_sharing,
    shared_reports,
)

patterns: list[URLPattern] = [
    path("", report_series.index, name="report_list"),
    path("<uuid:report>/", report_series.page, name="report_page"),
    path("<uuid:report>/make/", report_series.make, name="report_make"),
    path("<uuid:report>/archive/", report_series.archive, name="report_archive"),
    path("<uuid:report>/compare/", report_series.side_by_side, name="report_compare"),
    path("<uuid:report>/schedule/", report_schedules.page, name="report_schedule"),
    path("<uuid:report>/schedule/switch/", report_schedules.switch, name="report_schedule_switch"),
    path("<uuid:report>/<int:number>/", report_issues.page, name="report_issue"),
    path("<uuid:report>/<int:number>/rows/", report_issues.rows, name="report_rows"),
    path("<uuid:report>/<int:number>/rebuild/", report_issues.rebuild, name="report_rebuild"),
    path("<uuid:report>/<int:number>/edit/", report_editing.page, name="report_edit"),
    path("<uuid:report>/<int:number>/edit/say/", report_editing.say, name="report_say"),
    path("<uuid:report>/<int:number>/edit/undo/", report_editing.undo, name="report_undo"),
    path("<uuid:report>/<int:number>/edit/set/", report_editing.set_files, name="report_set"),
    path("<uuid:report>/<int:number>/comments/", report_comments.add, name="report_comment"),
    path(
        "<uuid:report>/<int:number>/comments/<uuid:comment>/",
        report_comments.resolve,
        name="report_comment_resolve",
    ),
    path("<uuid:report>/<int:number>/share/", report_sharing.page, name="report_share"),
    path(
        "<uuid:report>/<int:number>/share/<uuid:link>/revoke/", report_sharing.revoke, name="report_unshare"
    ),
]

shared: list[URLPattern] = [
    path("", shared_reports.page, name="shared_report"),
    path("page/", shared_reports.document, name="shared_report_page"),
    path("files/<int:number>/", shared_reports.file, name="shared_report_file"),
]
