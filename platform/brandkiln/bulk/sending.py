"""Handing results to whoever asked for them."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from brandkiln.bulk.files import MEDIA_TYPES, Form, filename_of, results_csv, results_xlsx, results_zip
from brandkiln.bulk.models import Bulk
from brandkiln.core.downloads import send_file, send_lines, send_pieces
from brandkiln.workspaces.switches import require_feature


def send_results(request: HttpRequest, bulk: Bulk, form: Form) -> HttpResponseBase:
    """Return the results as a file, while it is made where its kind allows that.

    Raises:
        SwitchedOff: If an admin has switched exports off.
    """
    require_feature(bulk.workspace, "exports")
    filename, media_type = filename_of(bulk, form), MEDIA_TYPES[form]
    if form == "csv":
        return send_lines(request, results_csv(bulk), media_type=media_type, filename=filename)
    if form == "zip":
        return send_pieces(request, results_zip(bulk), media_type=media_type, filename=filename)
    book, size = results_xlsx(bulk)
    return send_file(request, book, size=size, media_type=media_type, filename=filename)
