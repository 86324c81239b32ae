"""Imports that ran or run: the list, one of them with its tie-out, and the file of what was refused."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import islice
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.files.operations import store_file
from billwright.files.queries import get_file, get_job, list_jobs, read_content
from billwright.files.rows import ImportJobRow
from billwright.files.states import ImportState, RetentionClass
from billwright.interfaces.web.acting import may, perform, require_everywhere
from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.imports.forms import UploadForm
from billwright.interfaces.web.imports.words import KINDS, STATES, tie_out_shown
from billwright.interfaces.web.paging import by_ids
from billwright.interfaces.web.tags import state_column
from billwright.kernel.errors import NotFound, Refusal
from billwright.ui import responses, tables
from billwright.ui.tables import Column, Table

FAULTS_SHOWN = 200


_COLUMNS = [
    Column("file", _("File"), value=lambda job: job.file_name, url=lambda job: reverse("web:import", args=[job.id])),
    Column("kind", _("It holds"), value=lambda job: KINDS[job.kind], optional=True),
    state_column(STATES),
    Column("mapping", _("Mapping"), value=lambda job: f"{job.mapping_name} {job.mapping_version}", optional=True),
    Column("rows", _("Rows"), kind="number", value=lambda job: job.row_count),
    Column("created", _("Made"), kind="number", value=lambda job: job.created_count, optional=True),
    Column("repeated", _("Met again"), kind="number", value=lambda job: job.repeated_count, optional=True),
    Column("errors", _("Refused"), kind="number", value=lambda job: job.error_count),
    Column("created_at", _("Started"), kind="datetime", value=lambda job: job.created_at, optional=True),
]


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """The imports, the newest first."""
    require_everywhere(request, "import.view")
    page = by_ids(request, lambda before_id, limit: list_jobs(before_id=before_id, limit=limit))
    table = Table(request, columns=_COLUMNS, rows=page.rows, page=page, label=_("Imports"))
    if wants_export(request):
        return tables.export(table, title=gettext("Imports"))
    return render(request, "web/imports/imports.html", {"table": table, "may_run": may(request, "import.run")})


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Store a file; its mapping comes next, and nothing is written before that ran."""
    require_everywhere(request, "import.run")
    form = bound(UploadForm, request)
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            stored = perform(
                request,
                store_file,
                name=PurePath(file.name or "file.csv").name,
                media_type=file.content_type or "application/octet-stream",
                content=file.read(),
                retention_class=RetentionClass.WORKING_FILE,
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            url = reverse("web:import-map", args=[stored.id, form.cleaned_data["kind"].lower()])
            return go_to(request, url)
    return responses.drawer(request, "web/imports/new.html", {"form": form}, status=422 if form.errors else 200)


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Leave for another page, also from a drawer."""
    answer = responses.done(request, url)
    if responses.wants_fragment(request):
        del answer["HX-Location"]
        answer["HX-Redirect"] = url
    return answer


@require_GET
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One import: how far it is, what it made, whether it ties out, and what was refused."""
    require_everywhere(request, "import.view")
    row = get_job(job_id)
    context = {**_shown(row), "person": display_names([row.started_by])[row.started_by], "faults": _faults(row)}
    context["lines"] = tie_out_shown(row.tie_out or [])
    return render(request, "web/imports/job.html", context)


@require_GET
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far it is; when it is over, the whole page is asked for again."""
    require_everywhere(request, "import.view")
    row = get_job(job_id)
    answer = render(request, "web/imports/progress.html", _shown(row))
    if row.state != ImportState.RUNNING:
        answer["HX-Refresh"] = "true"
    return answer


def _shown(row: ImportJobRow) -> dict[str, object]:
    words, tone, icon_name = STATES[row.state]
    return {
        "job": row,
        "kind_words": KINDS[row.kind],
        "state_words": words,
        "state_tone": tone,
        "state_icon": icon_name,
        "is_running": row.state == ImportState.RUNNING,
        "again_url": reverse("web:import-map", args=[row.file_id, row.kind.lower()]),
    }


def _faults(row: ImportJobRow) -> list[dict[str, str]]:
    """The first refused rows, from the error file: what is wrong stands in its last columns."""
    if row.error_file_id is None:
        return []
    reader = csv.DictReader(StringIO(read_content(row.error_file_id).decode("utf-8-sig")))
    return [
        {
            "row": record["error_row"],
            "field": record["error_field"],
            "message": record["error"],
            "cure": record["error_cure"],
        }
        for record in islice(reader, FAULTS_SHOWN)
    ]


@require_GET
def error_file(request: HttpRequest, job_id: int) -> HttpResponse:
    """The refused rows with what is wrong, to be corrected and fed again."""
    require_everywhere(request, "import.view")
    row = get_job(job_id)
    if row.error_file_id is None:
        raise NotFound("import.no_errors", gettext("Nothing was refused."))
    return as_download(read_content(row.error_file_id), name=get_file(row.error_file_id).name)


def as_download(content: bytes, *, name: str) -> HttpResponse:
    """Bytes as a CSV file under a name that cannot break the header."""
    safe = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in name)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{safe.encode("ascii", "replace").decode()}"'
    return answer
