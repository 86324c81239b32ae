"""Making a mapping: what each column is for us, with what was found in the file beside it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from billwright.files.operations import save_mapping
from billwright.files.queries import get_import_file, get_mapping, list_mappings, read_content
from billwright.files.rows import FileRow
from billwright.files.states import ImportKind
from billwright.interfaces.web.acting import perform, require_everywhere
from billwright.interfaces.web.entities import acting_entity, entities_of
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.imports.forms import (
    ColumnForm,
    MappingForm,
    MappingTextForm,
    ReadingForm,
    mapping_text,
    proposed,
    the_date_format,
    the_number_marks,
)
from billwright.interfaces.web.imports.words import KINDS, kind_of
from billwright.kernel.errors import Refusal
from billwright.ui import responses
from billwright.workflow.book_import import Inspection, inspect_file, read_mapping
from billwright.workflow.book_import.table import Layout


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, file_id: int, kind: str) -> HttpResponse:
    """Take a saved mapping, or make one by hand from the columns that were found."""
    require_everywhere(request, "import.run")
    what, file = kind_of(kind), get_import_file(file_id)
    reading = ReadingForm(request.GET)
    try:
        found = inspect_file(read_content(file.id), name=file.name, layout=Layout(**reading.stated()))
    except Refusal as refusal:
        refused = {"file": file, "kind_words": KINDS[what], "reading": reading, "refusal": refusal}
        return render(request, "web/imports/reading.html", refused, status=422)
    form = _rules(request, what, file, found)
    columns = _columns(request, what, found)
    if request.method == "POST":
        wrong = [one for one in columns if not one.is_valid()]
        if form.is_valid() and not wrong:
            try:
                name = _save(request, what, form.cleaned_data, _fields(columns, found), reading.stated())
            except Refusal as refusal:
                _refuse(form, refusal)
            else:
                return HttpResponseRedirect(to_check(file_id, kind, name))
    context = {
        "file": file,
        "kind": kind,
        "kind_words": KINDS[what],
        "form": form,
        "found": found,
        "reading": reading,
        "columns": list(zip(found.columns, columns, strict=True)),
        "saved": list_mappings(kind=what),
        "check_url": reverse("web:import-check", args=[file_id, kind]),
    }
    return render(request, "web/imports/map.html", context, status=422 if form.errors else 200)


def to_check(file_id: int, kind: str, name: str) -> str:
    """The page that tries a file with a mapping."""
    return f"{reverse('web:import-check', args=[file_id, kind])}?{urlencode({'mapping': name})}"


def _rules(request: HttpRequest, kind: ImportKind, file: FileRow, found: Inspection) -> MappingForm:
    entity = acting_entity(request)
    decimal, thousands = the_number_marks(found)
    first = {
        "name": slugify(PurePath(file.name).stem)[:80],
        "entity": entity.code,
        "currency": entity.base_currency,
        "dates": the_date_format(found),
        "decimal": decimal,
        "thousands": thousands,
        "identity": _key_column(found),
    }
    posted = request.POST if request.method == "POST" else None
    return MappingForm(posted, initial=first, kind=kind, found=found, entities=entities_of(request))


def _key_column(found: Inspection) -> str:
    """The first column whose cells are all there and all different; the whole content when there is none."""
    for column in found.columns:
        if not column.blank_count and column.distinct_count == found.row_count and column.kind != "date":
            return column.name
    return "*"


def _columns(request: HttpRequest, kind: ImportKind, found: Inspection) -> list[ColumnForm]:
    hints = proposed(found, kind)
    posted = request.POST if request.method == "POST" else None
    return [
        ColumnForm(posted, prefix=f"column-{number}", initial={"field": hints.get(column.name, "")}, kind=kind)
        for number, column in enumerate(found.columns)
    ]


def _fields(columns: list[ColumnForm], found: Inspection) -> dict[str, str]:
    """From our field to their column. Raises Refusal when two columns claim one field."""
    fields: dict[str, str] = {}
    for form, column in zip(columns, found.columns, strict=True):
        field = form.cleaned_data["field"]
        if field in fields:
            form.add_error("field", gettext("%(other)s is this field already.") % {"other": fields[field]})
            raise Refusal(
                "mapping.field_twice",
                gettext("Two columns are the same field: %(field)s.") % {"field": field},
                cure=gettext("Leave one of them out."),
            )
        if field:
            fields[field] = column.name
    return fields


def _save(
    request: HttpRequest, kind: ImportKind, rules: dict[str, Any], fields: dict[str, str], reading: dict[str, Any]
) -> str:
    """Write the mapping, read it back as a run would, and keep it. Raises what reading refuses."""
    text = mapping_text(kind, rules, fields, reading)
    name = read_mapping(text).name
    perform(request, save_mapping, name=name, kind=kind, text=text)
    return name


def _refuse(form: MappingForm, refusal: Refusal) -> None:
    responses.refuse_on_form(form, refusal)


@require_http_methods(["GET", "POST"])
def as_text(request: HttpRequest, file_id: int, kind: str) -> HttpResponse:
    """The mapping as its text: everything the form has no field for is said here."""
    require_everywhere(request, "import.run")
    what = kind_of(kind)
    name = request.GET.get("mapping", "")
    form = bound(MappingTextForm, request, text=get_mapping(name).text)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"].replace("\r\n", "\n")
        try:
            saved = perform(request, save_mapping, name=read_mapping(text).name, kind=what, text=text)
        except Refusal as refusal:
            place = gettext("Line %(line)d: ") % {"line": refusal.row} if refusal.row else ""
            form.add_error("text", f"{place}{refusal.message} {refusal.cure or ''}".strip())
        else:
            return responses.done(request, to_check(file_id, kind, saved.name))
    return responses.drawer(
        request, "web/imports/text.html", {"form": form, "name": name}, status=422 if form.errors else 200
    )
