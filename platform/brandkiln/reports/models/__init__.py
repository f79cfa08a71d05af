"""The rows of reports: templates, series with their issues, schedules and share links."""

from brandkiln.reports.models.following import Schedule, ShareLink
from brandkiln.reports.models.series import Comment, Edit, Issue, Report
from brandkiln.reports.models.templates import Template, TemplateVersion

__all__ = ["Comment", "Edit", "Issue", "Report", "Schedule", "ShareLink", "Template", "TemplateVersion"]
