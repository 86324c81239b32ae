"""Trying a file with a mapping, and letting the worker take it over."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from billwright.files.queries import get_import_file, get_mapping, list_jobs, read_content
from billwright.interfaces.web.acting import act_of, actor_of, at_of, require_everywhere
from billwright.interfaces.web.imports.jobs import FAULTS_SHOWN, as_download
from billwright.interfaces.web.imports.words import KINDS, kind_of, tie_out_shown
from billwright.kernel.errors import Refusal
from billwright.workflow.book_import import ImportReport, import_book

# The job by which the worker takes a book over; its name is the contract between page and worker.
TASK = "take_over_book"
JOBS_LOOKED_AT = 20


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, file_id: int, kind: str) -> HttpResponse:
    """Try the file: every row is judged and the totals are compared, and nothing stays written."""
    require_everywhere(request, "import.run")
    name = request.GET.get("mapping", "")
    mapping = get_mapping(name)
    context = {
        "file": get_import_file(file_id),
        "kind": kind,
        "kind_words": KINDS[kind_of(kind)],
        "mapping": mapping,
        "faults_shown": FAULTS_SHOWN,
        "query": urlencode({"mapping": name}),
    }
    if request.method == "POST":
        try:
            report = _try(request, file_id, kind, name)
        except Refusal as refusal:
            return render(request, "web/imports/check.html", {**context, "refusal": refusal}, status=422)
        context |= {
            "report": report,
            "lines": tie_out_shown(asdict(line) for line in report.tie_out),
            "faults": report.faults[:FAULTS_SHOWN],
            "fault_count": len(report.faults),
        }
    return render(request, "web/imports/check.html", context)


def _try(request: HttpRequest, file_id: int, kind: str, mapping_name: str) -> ImportReport:
    file = get_import_file(file_id)
    return import_book(
        act=act_of(request),
        kind=kind_of(kind),
        file_name=file.name,
        content=read_content(file.id),
        mapping_text=get_mapping(mapping_name).text,
        dry_run=True,
    )


@require_POST
def errors(request: HttpRequest, file_id: int, kind: str) -> HttpResponse:
    """The refused rows of a try, to be corrected before anything is written. A try leaves nothing: it is made again."""
    require_everywhere(request, "import.run")
    report = _try(request, file_id, kind, request.GET.get("mapping", ""))
    stem = get_import_file(file_id).name.rpartition(".")[0]
    return as_download(report.error_file, name=f"{stem}.errors.csv")


@require_POST
def run(request: HttpRequest, file_id: int, kind: str) -> HttpResponse:
    """Let the worker take the file over, as this person; it can be left and found again."""
    require_everywhere(request, "import.run")
    file, mapping = get_import_file(file_id), get_mapping(request.GET.get("mapping", ""))
    asked: dict[str, str | int] = {
        "file_id": file.id,
        "kind": kind_of(kind).value,
        "mapping_name": mapping.name,
        "actor": actor_of(request),
    }
    # Asked for twice while it waits, it runs once.
    with suppress(AlreadyEnqueued), transaction.atomic():
        queue.configure_task(TASK, queueing_lock=f"{TASK}:{file.id}:{mapping.id}").defer(**asked)
    query = urlencode({"mapping": mapping.name, "since": at_of(request).isoformat()})
    return HttpResponseRedirect(f"{reverse('web:import-waiting', args=[file_id, kind])}?{query}")


@require_GET
def waiting(request: HttpRequest, file_id: int, kind: str) -> HttpResponse:
    """Until the worker has begun; then the page of the import."""
    require_everywhere(request, "import.view")
    begun = _begun(file_id, request.GET.get("mapping", ""), since=request.GET.get("since", ""))
    if begun is not None:
        return HttpResponseRedirect(reverse("web:import", args=[begun]))
    context = {"file": get_import_file(file_id), "kind_words": KINDS[kind_of(kind)]}
    return render(request, "web/imports/waiting.html", context)


def _begun(file_id: int, mapping_name: str, *, since: str) -> int | None:
    """The import of this file and mapping that began after it was asked for."""
    try:
        asked_at = datetime.fromisoformat(since)
    except ValueError:
        return None
    for job in list_jobs(limit=JOBS_LOOKED_AT):
        is_ours = job.file_id == file_id and job.mapping_name == mapping_name
        if is_ours and asked_at.tzinfo is not None and job.created_at >= asked_at:
            return job.id
    return None
