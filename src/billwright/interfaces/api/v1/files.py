"""Files kept on an account, a document or a payment: contracts, orders, proofs, cheques, letters."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import date
from pathlib import PurePath
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from billwright.accounts.queries import get_account
from billwright.files.operations import store_file
from billwright.files.policies import kept_until
from billwright.files.queries import get_file, list_files, read_content
from billwright.files.rows import FileRow
from billwright.files.states import RetentionClass
from billwright.interfaces.api.doors import perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Id, file_answer
from billwright.interfaces.api.wire import Out
from billwright.invoicing.queries import get_invoice
from billwright.kernel.errors import NotFound
from billwright.org.queries import get_legal_entity
from billwright.payments.queries import get_payment

router = Router()
About = Annotated[
    str, Field(pattern=r"^(account|invoice|payment):[1-9][0-9]{0,17}$", description="Such as `account:7`.")
]

# What a file can be kept on: the right to see it, and in whose books it is.
SUBJECTS: dict[str, tuple[str, Callable[[int], int]]] = {
    "account": ("account.view", lambda number: get_account(number).legal_entity_id),
    "invoice": ("invoice.view", lambda number: get_invoice(number).legal_entity_id),
    "payment": ("payment.view", lambda number: get_payment(number).legal_entity_id),
}


class FileQuery(Schema):
    """What the files are about."""

    about: About


class NewFile(Schema):
    """What the file is kept on, and what it is: that decides how long it is kept."""

    about: About
    retention_class: RetentionClass


class KeptFile(Schema):
    """A file with its hash, and the last day on which it must be there."""

    file: Out[FileRow]
    kept_until: date


@router.get("", response={200: list[KeptFile], **PROBLEMS}, summary="What is kept on something, the newest first")
def list_kept(request: HttpRequest, asked: Query[FileQuery]) -> list[KeptFile]:
    country = _country(_permitted(request, asked.about))
    return [_shape(row, country) for row in list_files(about=asked.about)]


@router.post("", response={201: KeptFile, **PROBLEMS}, summary="Keep a file (multipart)")
def keep_file(request: HttpRequest, what: Form[NewFile], content: File[UploadedFile]) -> Status[KeptFile]:
    """The same bytes of the same name on the same thing are kept once."""
    entity_id = _permitted(request, what.about)
    name = PurePath(content.name or "file").name
    row = perform(
        request,
        store_file,
        name=name,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        content=content.read(),
        retention_class=what.retention_class,
        about=what.about,
        legal_entity_id=entity_id,
    )
    return Status(201, _shape(row, _country(entity_id)))


@router.get(
    "/{file_id}/content",
    response={200: None, **PROBLEMS},
    openapi_extra=file_answer("application/octet-stream"),
    summary="The bytes as they came",
)
def read_kept(request: HttpRequest, file_id: Id) -> HttpResponse:
    row = get_file(file_id)
    _permitted(request, row.about)
    answer = HttpResponse(read_content(file_id), content_type=row.media_type)
    answer["Content-Disposition"] = "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _permitted(request: HttpRequest, about: str) -> int:
    """The legal entity of the thing, which the token may see. Raises NotFound, NotAllowed."""
    noun, _colon, number = about.partition(":")
    if noun not in SUBJECTS:
        raise NotFound("file.not_found", _("There is no such file."), field="file_id")
    right, entity_of = SUBJECTS[noun]
    require(request, right)
    legal_entity_id = entity_of(int(number))
    require(request, right, legal_entity_id=legal_entity_id)
    return legal_entity_id


def _country(legal_entity_id: int) -> str:
    return get_legal_entity(legal_entity_id=legal_entity_id).country


def _shape(row: FileRow, country: str) -> KeptFile:
    last_day = kept_until(retention_class=row.retention_class, country=country, stored_on=row.stored_at.date())
    return KeptFile(file=row, kept_until=last_day)
