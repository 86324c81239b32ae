"""Keeping a file on something, and taking it along again."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.files.operations import store_file
from billwright.files.queries import get_file, read_content
from billwright.files.states import RetentionClass
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.files.subjects import entity_of
from billwright.interfaces.web.files.words import CLASSES
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.subjects import url_of

RIGHT = "file.store"


class KeepForm(ActForm):
    """Which file, and what it is: that decides how long it is kept."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("A contract, an order, a proof, a cheque, a letter: as it came, up to 256 MB."),
    )
    retention_class = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=[(key, words) for key, words in CLASSES.items()]
    )


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, noun: str, number: int) -> HttpResponse:
    """Keep a file on an account, a document or a payment."""
    legal_entity_id = entity_of(request, noun, number)
    require_in(request, RIGHT, legal_entity_id)
    about = f"{noun}:{number}"

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        file = given["file"]
        name = PurePath(file.name).name
        return {
            "name": name,
            # By its name and not as the sender says: the download tells it to a browser.
            "media_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "content": file.read(),
            "retention_class": RetentionClass(given["retention_class"]),
            "about": about,
            "legal_entity_id": legal_entity_id,
        }

    return act_by_drawer(
        request,
        store_file,
        form=bound(KeepForm, request),
        arguments=arguments,
        url=url_of(about),
        told=_("The file is kept."),
        template="web/files/new.html",
    )


@require_GET
def download(request: HttpRequest, file_id: int) -> HttpResponse:
    """The file as it came. It is saved and never shown in place: it is somebody else's content."""
    row = get_file(file_id)
    noun, _colon, number = row.about.partition(":")
    entity_of(request, noun, int(number) if number.isdigit() else 0)
    answer = HttpResponse(read_content(file_id), content_type=row.media_type)
    name = row.name.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
