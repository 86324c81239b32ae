"""Reports: ageing, statements of account, reconciliation. Each total carries what it ties to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.catalog.queries import get_plan
from billwright.interfaces.api.doors import account_of, entities, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Rows,
    decode_cursor,
    encode_cursor,
    file_answer,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import FIRST_DAY, Day, Out
from billwright.invoicing.operations.coverage import CoverageReasonRow, record_coverage_reason
from billwright.kernel.errors import Refusal
from billwright.kernel.periods import Period
from billwright.org.queries import list_legal_entities
from billwright.render.pdf import render_pdf
from billwright.reporting import ageing, reconciliation, statements
from billwright.reporting.ageing import AgeBy, AgeingLine, AgeingQuestion, AgeingTotal, Party
from billwright.reporting.coverage import FAULTS, CoverageSum, CoveredDays, SameLine, Verdict, coverage_page
from billwright.reporting.performance import Performance, billing_performance
from billwright.reporting.reconciliation import Difference, ReconciledAccount
from billwright.reporting.statement_paper import printed_statement
from billwright.reporting.statements import Statement
from billwright.workflow.statements import send_statements as send_statements_of

router = Router()
BUCKETS = r"^[0-9]{1,4}(,[0-9]{1,4}){0,11}$"


class AgeingFilters(Schema):
    """Which ageing: as of a day, as known at a time, by due or document date, in buckets of days."""

    as_of: Day
    known_at: datetime | None = None
    legal_entity_id: Id | None = None
    account_id: Id | None = None
    by: AgeBy = AgeBy.DUE
    buckets: Annotated[
        str, Field(pattern=r"^[0-9]{1,4}(,[0-9]{1,4}){0,11}$", description="Last day of each bucket.")
    ] = "0,30,60,90"

    def question(self, allowed: frozenset[int] | None) -> AgeingQuestion:
        """Over one entity or the whole book. Raises Refusal where several, but not all, would be meant."""
        if allowed is not None and len(allowed) > 1:
            raise Refusal(
                "legal_entity.which",
                _("Your roles cover some legal entities: say which one."),
                field="legal_entity_id",
                cure=_("Ask for one at a time."),
            )
        return AgeingQuestion(
            as_of=self.as_of,
            by=self.by,
            bounds=tuple(int(bound) for bound in self.buckets.split(",")),
            known_at=self.known_at,
            legal_entity_id=next(iter(allowed)) if allowed else None,
            account_ids=(self.account_id,) if self.account_id is not None else None,
        )


class AgeingPage(AgeingFilters, PageQuery):
    """Which lines, per account or per customer, the largest debt first."""

    per: Party = Party.ACCOUNT


class AgeingShape(Schema):
    """Totals per entity and currency, with the labels of their buckets."""

    as_of: date
    labels: list[str]
    totals: list[Out[AgeingTotal]]


class ReconciliationShape(Schema):
    """The same money three times per account, and every transaction that differs."""

    ties: bool
    accounts: list[Out[ReconciledAccount]]
    differences: list[Out[Difference]]


class StatementOrder(Closed):
    """Which statements to mail, as of the end of a day; no accounts: all whose balance is not zero."""

    legal_entity_id: Id
    as_of: Day
    account_ids: Annotated[list[Id], Field(max_length=2000)] = []


class StatementsQueued(Schema):
    """How many mails are new; what was sent before as of that day is not sent again."""

    queued: int


class StatementQuery(Schema):
    """Whose statement, from which day until which, both included; none: the three months until today's end."""

    account_id: Id
    since: Day | None = None
    until: Day

    def period(self) -> Period:
        ends_before = self.until + timedelta(days=1)
        if self.since is None:
            return statements.default_period(max(self.until, FIRST_DAY + timedelta(days=100)))
        if self.since >= ends_before:
            raise Refusal("statement.period", _("It would end before it begins."), field="until")
        return Period(self.since, ends_before)


@router.get("/ageing", response={200: AgeingShape, **PROBLEMS}, summary="Ageing: totals, tied to the ledger")
def get_ageing(request: HttpRequest, asked: Query[AgeingFilters]) -> AgeingShape:
    report = ageing.age_totals(asked.question(_allowed(request, asked)))
    return AgeingShape.model_validate(
        {"as_of": asked.as_of, "labels": list(report.labels), "totals": list(report.totals)}
    )


@router.get("/ageing/lines", response={200: Page[Out[AgeingLine]], **PROBLEMS}, summary="Ageing: who owes it")
def list_ageing_lines(request: HttpRequest, asked: Query[AgeingPage]) -> Rows[AgeingLine]:
    question = asked.question(_allowed(request, asked))
    rows = ageing.age_lines(question, per=asked.per, after_place=position_of(asked.cursor) or 0, limit=asked.limit + 1)
    return page_of(rows, asked, position=lambda row: (row.place,))


@router.get("/statement", response={200: Out[Statement], **PROBLEMS}, summary="What an account did in a period")
def get_statement(request: HttpRequest, asked: Query[StatementQuery]) -> Statement:
    account_of(request, "report.view", asked.account_id)
    return statements.statements(account_ids=[asked.account_id], period=asked.period())[0]


@router.get(
    "/statement/pdf",
    response={200: None, **PROBLEMS},
    openapi_extra=file_answer("application/pdf"),
    summary="The same on paper, with a slip to pay with",
)
def print_statement(request: HttpRequest, asked: Query[StatementQuery]) -> HttpResponse:
    account_of(request, "report.view", asked.account_id)
    (statement,) = statements.statements(account_ids=[asked.account_id], period=asked.period())
    return HttpResponse(render_pdf(printed_statement(statement, issued_on=asked.until)), content_type="application/pdf")


@router.post("/statements/send", response={202: StatementsQueued, **PROBLEMS}, summary="Mail statements in batch")
def send_statements(request: HttpRequest, order: StatementOrder) -> Status[StatementsQueued]:
    """To the accounts named, or to all of the company whose balance is not zero; each gets a day's statement once."""
    queued = perform(request, send_statements_of, **members_of(order))
    return Status(202, StatementsQueued(queued=queued))


@router.get("/reconciliation", response={200: ReconciliationShape, **PROBLEMS}, summary="Documents = items = ledger")
def get_reconciliation(request: HttpRequest, account_id: Id | None = None) -> ReconciliationShape:
    """Of one account, or of the whole book, for which the right must be held in every legal entity."""
    if account_id is not None:
        account_of(request, "report.view", account_id)
    elif entities(request, "report.view") is not None:
        raise Refusal(
            "reconciliation.whole_book",
            _("Your roles do not cover the whole book."),
            field="account_id",
            cure=_("Ask for one account."),
        )
    found = reconciliation.reconcile([account_id] if account_id is not None else None)
    return ReconciliationShape.model_validate(
        {"ties": found.ties, "accounts": list(found.accounts), "differences": list(found.differences)}
    )


def _allowed(request: HttpRequest, asked: AgeingFilters) -> frozenset[int] | None:
    require(request, "report.view")
    if asked.account_id is not None:
        account = account_of(request, "report.view", asked.account_id)
        return frozenset({account.legal_entity_id})
    return entities(request, "report.view", asked.legal_entity_id)


class CoverageFilters(PageQuery):
    """Which days, and whether those with a reason too."""

    as_of: Day
    since: Day | None = None
    legal_entity_id: Id | None = None
    account_id: Id | None = None
    plan: str = ""
    reasons: bool = False


class CoverageReport(Schema):
    """Sums of everything, one page of days, and (on the first page) lines that look billed twice."""

    as_of: date
    sums: list[Out[CoverageSum]]
    days: list[Out[CoveredDays]]
    same_lines: list[Out[SameLine]]
    next_cursor: str | None


class CoverageReasonBody(Closed):
    """Why days of a charge, or a line of a document, are as they should be."""

    account_id: Id
    item_id: Id | None = None
    starts_on: Day | None = None
    ends_before: Day | None = None
    invoice_id: Id | None = None
    line_no: Id | None = None
    reason: Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00]*$")]


@router.get("/coverage", response={200: CoverageReport, **PROBLEMS}, summary="Days on no line, or on several")
def get_coverage(request: HttpRequest, asked: Query[CoverageFilters]) -> CoverageReport:
    allowed = entities(request, "report.view", asked.legal_entity_id)
    place = decode_cursor(asked.cursor, int, int, str)
    found = coverage_page(
        as_of=asked.as_of,
        since=asked.since,
        account_ids=[asked.account_id] if asked.account_id is not None else None,
        legal_entity_ids=allowed,
        plan_ids=[get_plan(code=asked.plan).id] if asked.plan else None,
        verdicts=tuple(Verdict) if asked.reasons else FAULTS,
        after=(place[0], place[1], date.fromisoformat(place[2])) if place else None,
        limit=asked.limit + 1,
    )
    rows = list(found.days[: asked.limit])
    more = len(found.days) > asked.limit
    cursor = encode_cursor(rows[-1].account_id, rows[-1].item_id, str(rows[-1].starts_on)) if more else None
    return CoverageReport.model_validate(
        {"as_of": found.as_of, "sums": list(found.sums), "days": rows, "same_lines": list(found.same_lines),
         "next_cursor": cursor}
    )  # fmt: skip


@router.post("/coverage/reasons", response={201: Out[CoverageReasonRow], **PROBLEMS}, summary="Say why it is right")
def record_reason(request: HttpRequest, body: CoverageReasonBody) -> Status[CoverageReasonRow]:
    """Nothing is billed or credited by it."""
    account_of(request, "report.view", body.account_id)
    row = perform(request, record_coverage_reason, **body.model_dump())
    return Status(201, row)


class PerformanceQuery(Schema):
    """Which months, and up to which day corrections are known."""

    first: Day
    last: Day
    known_on: Day
    legal_entity_id: Id | None = None


@router.get("/performance", response={200: Out[Performance], **PROBLEMS}, summary="How billing went")
def get_performance(request: HttpRequest, asked: Query[PerformanceQuery]) -> Performance:
    """Accuracy by month, causes, products, unbilled, every correction, and what to look at first."""
    allowed = entities(request, "report.view", asked.legal_entity_id)
    known = [entity.id for entity in list_legal_entities() if allowed is None or entity.id in allowed]
    return billing_performance(legal_entity_ids=known, first=asked.first, last=asked.last, known_on=asked.known_on)
