"""The wording of mails: shipped or the company's own, by kind of mail and language."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from billwright.comms import operations, templates
from billwright.comms.policies import TEMPLATE_LENGTHS_MAX
from billwright.comms.templates import TemplateRow
from billwright.interfaces.api.doors import perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Reason, Text
from billwright.interfaces.api.wire import Out

router = Router()

OverVersion = Annotated[
    int | None, Field(ge=0, description="The version that was read; refused with 409 where another is the last one.")
]


class MailWordsShape(Schema):
    """The words in force, the names that they may use, how they read with invented values, and what was before."""

    in_force: Out[TemplateRow]
    names: list[str]
    example_subject: str
    example_body: str
    versions: list[Out[TemplateRow]]


class NewMailWords(Closed):
    """Own words, which hold from the next mail on. A placeholder is `{name}`; a brace is two braces."""

    subject: Annotated[Text, Field(max_length=TEMPLATE_LENGTHS_MAX["subject"])]
    body: Annotated[Text, Field(max_length=TEMPLATE_LENGTHS_MAX["body"])]
    over_version: OverVersion = None
    reason: Reason = ""


class ShippedMailWords(Closed):
    """Back to the shipped words."""

    over_version: OverVersion = None
    reason: Reason = ""


@router.get("", response={200: list[Out[TemplateRow]], **PROBLEMS}, summary="The words in force of every mail")
def list_wordings(request: HttpRequest) -> list[TemplateRow]:
    require(request, "setup.view")
    return templates.list_templates()


@router.get("/{code}/{language}", response={200: MailWordsShape, **PROBLEMS}, summary="The words of one mail")
def get_wording(request: HttpRequest, code: str, language: str) -> dict[str, object]:
    require(request, "setup.view")
    row = templates.get_template(code, language)
    subject, body = row.filled(templates.examples(code))
    return {
        "in_force": row,
        "names": list(templates.allowed_names(code)),
        "example_subject": subject,
        "example_body": body,
        "versions": templates.list_versions(code, language),
    }


@router.put("/{code}/{language}", response={200: Out[TemplateRow], **PROBLEMS}, summary="Save own words")
def save_wording(request: HttpRequest, code: str, language: str, body: NewMailWords) -> TemplateRow:
    given = body.model_dump(exclude={"reason"})
    return perform(request, operations.save_template, why=body.reason, code=code, language=language, **given)


@router.post("/{code}/{language}/restore", response={200: Out[TemplateRow], **PROBLEMS}, summary="Back to the shipped")
def restore_wording(request: HttpRequest, code: str, language: str, body: ShippedMailWords) -> TemplateRow:
    given = body.model_dump(exclude={"reason"})
    return perform(request, operations.restore_template, why=body.reason, code=code, language=language, **given)
