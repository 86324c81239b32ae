"""What a subscription used, and the drawer that takes a file of usage."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import PurePath

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.acting import may, perform, require
from billwright.interfaces.web.forms import ActForm, DayField, FilterForm, bound
from billwright.interfaces.web.subscriptions.page import subscription_for, today_of
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.ui import responses
from billwright.usage.queries import list_usage, usage_by_day
from billwright.workflow.metering import FeedReport, import_usage

RIGHT = "usage.record"
DAYS_SHOWN = timedelta(days=62)
RECORDS_SHOWN = 200
FILE_BYTES_MAX = 50 * 1024 * 1024


class DaysForm(FilterForm):
    """Which days."""

    day_from = DayField(label=gettext_lazy("From"), required=False)
    day_until = DayField(label=gettext_lazy("Until"), required=False)


@require_GET
def usage_of(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Sums by meter and day, and the records behind them, the oldest of the days first."""
    row, account = subscription_for(request, subscription_id)
    filters = DaysForm(request)
    last = filters.asked("day_until") or today_of(request, account)
    first = filters.asked("day_from") or last - DAYS_SHOWN
    days = usage_by_day(subscription_id=row.id, day_from=first, day_before=last + timedelta(days=1))
    records = list_usage(
        subscription_ids=[row.id], day_from=first, day_before=last + timedelta(days=1), limit=RECORDS_SHOWN + 1
    )
    context = {
        "subscription": row,
        "account": account,
        "filters": filters,
        "first": first,
        "last": last,
        "days": days,
        "records": records[:RECORDS_SHOWN],
        "more": len(records) > RECORDS_SHOWN,
        "may_record": may(request, RIGHT),
    }
    return render(request, "web/usage/usage.html", context)


class FileForm(ActForm):
    """A file of usage, and the feed it comes from."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        max_length=200,
        help_text=gettext_lazy(
            "Columns: subscription, meter, happened_at, quantity or change, key, source, continues, property.NAME."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Feed"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Keys are told apart within it. Empty: the name of the file."),
    )


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Record a file of usage; what was refused is shown by line, and the rest counts."""
    require(request, RIGHT)
    form = bound(FileForm, request)
    report: FeedReport | None = None
    if request.method == "POST" and form.is_valid():
        try:
            report = _imported(request, form)
        except NotAllowed:
            raise
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
    context = {"form": form, "report": report}
    return responses.drawer(request, "web/usage/import.html", context, status=422 if form.errors else 200)


def _imported(request: HttpRequest, form: forms.Form) -> FeedReport:
    file = form.cleaned_data["file"]
    if file.size > FILE_BYTES_MAX:
        raise Refusal(
            "usage.file_too_large",
            _("The file is larger than 50 MB."),
            field="file",
            cure=_("Use the command: billwright usage import FILE."),
        )
    try:
        lines = io.StringIO(file.read().decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        raise Refusal("usage.file_encoding", _("The file is not UTF-8 text."), field="file") from error
    name = form.cleaned_data["source"] or PurePath(file.name).name
    return perform(request, import_usage, lines=lines, source=name[:40])
