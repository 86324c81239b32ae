"""Shadow runs: the same run drafted twice, the differences by cause, and the signature under them.

The drafts are made by a worker: ask the shadow run for its state.
"""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from procrastinate.contrib.django import app as queue
from pydantic import Field

from billwright.interfaces.api.doors import act_of, entities, holder_of, one_transaction, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    DecimalText,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Rows,
    Text,
    decode_cursor,
    file_answer,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, Out, priced
from billwright.invoicing.operations.shadows import record_shadow, sign_off_shadow
from billwright.invoicing.queries import shadows as queries
from billwright.invoicing.queries.shadows import ChangedAccount, ChangeRow, DraftedLine, ShadowRow
from billwright.invoicing.states import ShadowCause
from billwright.kernel.acts import verb_name
from billwright.reporting.shadow_sheet import shadow_workbook
from billwright.ui.downloads import XLSX_TYPE, made_workbook
from billwright.workflow.shadow_run import begin_shadow

router = Router()
# The job that makes both drafts; its name is the contract with the workers.
TASK = "draft_shadow_run"


class SupposedShape(Closed):
    """In what the second draft differs; or which days' issued documents stand first."""

    as_of: Day | None = None
    document_date: Day | None = None
    conventions: dict[str, str] = {}
    tax_rates: dict[str, DecimalText] = {}
    prices: Annotated[Text, Field(max_length=80, description="planned, or a list such as segment:GOLD")] = ""
    prices_from: Day | None = None
    issued_from: Day | None = None
    issued_before: Day | None = None


class NewShadow(Closed):
    """A shadow of a bill run that is not issued, or of what is due on a day."""

    bill_run_id: Id | None = None
    as_of: Day | None = None
    legal_entity_id: Id | None = None
    payer_ids: Annotated[list[Id], Field(max_length=5000)] | None = None
    supposed: SupposedShape
    description: Annotated[Text, Field(max_length=200)] = ""


class SignOff(Closed):
    """Why the differences are as they should be."""

    reason: Annotated[Text, Field(min_length=1, max_length=400)]


class ShadowList(PageQuery):
    """Which shadow runs."""

    bill_run_id: Id | None = None


class ChangedList(PageQuery):
    """Which differences."""

    cause: ShadowCause | None = None


class ChangedShape(Schema):
    """A payer whose drafts differ."""

    payer_id: int
    change_count: int
    amount: MoneyShape


class CauseShape(Schema):
    """One cause on one charge, with the factor before and after."""

    account_id: int
    charge_key: str
    what: str
    cause: str
    amount: MoneyShape
    before: str
    after: str


class BothDrafts(Schema):
    """Why an account's drafts differ, and the lines of both: side A is the first draft, B the second."""

    changes: list[CauseShape]
    lines: list[Out[DraftedLine]]


@router.get("", response={200: Page[Out[ShadowRow]], **PROBLEMS}, summary="List shadow runs, the newest first")
def list_shadow_runs(request: HttpRequest, asked: Query[ShadowList]) -> Rows[ShadowRow]:
    allowed = entities(request, "bill_run.view")
    rows = queries.list_shadows(
        bill_run_id=asked.bill_run_id,
        before_id=position_of(asked.cursor),
        legal_entity_ids=allowed,
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("", response={202: Out[ShadowRow], **PROBLEMS}, summary="Draft a run twice")
def begin(request: HttpRequest, body: NewShadow) -> Status[ShadowRow]:
    """Nothing is issued, numbered or marked."""
    holder_of(request).require_scope(verb_name(record_shadow))
    act = act_of(request)
    given = body.supposed.model_dump(exclude_defaults=True)
    with one_transaction():
        shadow = begin_shadow(
            act=act,
            bill_run_id=body.bill_run_id,
            as_of=body.as_of,
            legal_entity_id=body.legal_entity_id,
            payer_ids=tuple(body.payer_ids) if body.payer_ids else None,
            supposed=queries.SUPPOSED.validate_python(given),
            description=body.description,
        )
        queue.configure_task(TASK).defer(shadow_id=shadow.id, actor=act.actor)
    return Status(202, shadow)


@router.get("/{shadow_id}", response={200: Out[ShadowRow], **PROBLEMS}, summary="One shadow run: totals and causes")
def get_shadow_run(request: HttpRequest, shadow_id: Id) -> ShadowRow:
    return _permitted(request, shadow_id)


@router.get(
    "/{shadow_id}/workbook",
    response={200: None, **PROBLEMS},
    openapi_extra=file_answer(XLSX_TYPE),
    summary="Its differences as .xlsx",
)
def workbook(request: HttpRequest, shadow_id: Id) -> HttpResponse:
    require(request, "export.run")
    return made_workbook(shadow_workbook(_permitted(request, shadow_id)), name=f"shadow-{shadow_id}")


@router.get("/{shadow_id}/accounts", response={200: Page[ChangedShape], **PROBLEMS}, summary="Who differs")
def list_accounts(request: HttpRequest, shadow_id: Id, asked: Query[ChangedList]) -> Rows[ChangedShape]:
    """The largest difference first."""
    _permitted(request, shadow_id)
    rows: list[ChangedAccount] = queries.list_changed_accounts(
        shadow_id, cause=asked.cause or "", after=_after(asked.cursor), limit=asked.limit + 1
    )
    page = page_of(rows, asked, position=lambda row: (abs(row.amount_minor), row.payer_id))
    shapes: list[ChangedShape] = [priced(ChangedShape, row, row.currency) for row in page.data]
    return Rows(shapes, page.next_cursor)


def _after(cursor: str | None) -> tuple[int, int] | None:
    place = decode_cursor(cursor, int, int)
    return (place[0], place[1]) if place else None


@router.get("/{shadow_id}/accounts/{payer_id}", response={200: BothDrafts, **PROBLEMS}, summary="Both drafts")
def get_account(request: HttpRequest, shadow_id: Id, payer_id: Id) -> BothDrafts:
    _permitted(request, shadow_id)
    changes: list[ChangeRow] = [row for _id, row in queries.list_changes(shadow_id, payer_id=payer_id)]
    return BothDrafts.model_validate(
        {
            "changes": [priced(CauseShape, row, row.currency) for row in changes],
            "lines": queries.list_drafted_lines(shadow_id, payer_id),
        }
    )


@router.post("/{shadow_id}/sign-off", response={200: Out[ShadowRow], **PROBLEMS}, summary="Sign the differences")
def sign_off(request: HttpRequest, shadow_id: Id, body: SignOff) -> ShadowRow:
    """Not by the person who had them drafted."""
    return perform(request, sign_off_shadow, shadow_id=shadow_id, reason=body.reason)


def _permitted(request: HttpRequest, shadow_id: int) -> ShadowRow:
    """A shadow run over every entity is seen by those whose role covers every entity."""
    require(request, "bill_run.view")
    shadow = queries.get_shadow(shadow_id)
    allowed = entities(request, "bill_run.view")
    if allowed is not None and shadow.legal_entity_id not in allowed:
        raise queries.shadow_not_found(shadow_id)
    return shadow
