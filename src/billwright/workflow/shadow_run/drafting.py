"""Making both drafts over ranges of payers, and comparing them where they stand: in the working tables."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from billwright.catalog.queries import list_tax_codes
from billwright.invoicing.operations import shadows as operations
from billwright.invoicing.operations.shadows import DraftsFound
from billwright.invoicing.queries.bill_run import BillRunRow, get_bill_run
from billwright.invoicing.queries.shadows import ShadowRow, Supposed, get_shadow
from billwright.invoicing.states import RunState, ShadowState
from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.sql import step
from billwright.org.conventions import require_known
from billwright.subscriptions.operations import lay_ahead
from billwright.workflow.bill_run import pipeline
from billwright.workflow.bill_run.pipeline import Scope, StepLog, Supposition
from billwright.workflow.shadow_run.tables import make_tables

PACKAGE: Final = "billwright.workflow.shadow_run"
PAYERS_PER_RANGE: Final = 5000
SAMPLE_SIZE: Final = 20
# Conventions that a run reads. The others were decided when a contract was made or changed.
SUPPOSABLE: Final = (
    "correction", "zero_lines", "credit_use", "day_count", "tax_rounding", "stub", "arrears_on",
    "first_tier_flat_at_zero", "minimum_proration", "late_usage", "rounding", "tax_prices", "discount_tax",
    "discount_limits", "credit_cap", "negative_total",
)  # fmt: skip


@dataclass(slots=True)
class _Totals:
    """Sums of both drafts over the ranges, by currency."""

    first: dict[str, int]
    second: dict[str, int]
    payer_count: int = 0

    def add(self, rows: Any) -> None:
        for currency, first_minor, second_minor, payer_count in rows:
            self.first[currency] = self.first.get(currency, 0) + first_minor
            self.second[currency] = self.second.get(currency, 0) + second_minor
            self.payer_count += payer_count

    def join(self, other: _Totals) -> None:
        self.add((currency, minor, other.second[currency], 0) for currency, minor in other.first.items())
        self.payer_count += other.payer_count


def begin_shadow(
    *,
    act: Act,
    supposed: Supposed,
    bill_run_id: int | None = None,
    as_of: date | None = None,
    legal_entity_id: int | None = None,
    payer_ids: tuple[int, ...] | None = None,
    description: str = "",
) -> ShadowRow:
    """Plan a shadow of a bill run that is not issued, or of what is due on a day; `draft_shadow` makes the drafts.

    Raises NotFound, Refusal `shadow.no_day`, `shadow.convention`, `shadow.tax_code`, `shadow.prices` and what
    `record_shadow` raises; Conflict `shadow.run_issued`.
    """
    _require_supposable(supposed)
    if bill_run_id is not None:
        return _begin_shadow_of_run(act, _run_ahead(bill_run_id), supposed, description)
    if as_of is None:
        raise Refusal("shadow.no_day", _("Name a bill run or a day."), field="as_of")
    return operations.record_shadow(
        act=act,
        as_of=as_of,
        document_date=as_of,
        supposed=supposed,
        legal_entity_id=legal_entity_id,
        payer_ids=payer_ids,
        description=description,
    )


def _run_ahead(bill_run_id: int) -> BillRunRow:
    run = get_bill_run(bill_run_id)
    if run.state in (RunState.ISSUING, RunState.ISSUED, RunState.DISCARDED):
        raise Conflict("shadow.run_issued", _("The run is no longer ahead of us."), field="bill_run_id",
                       cure=_("Plan another run; what this one issued can stand as the first draft."))  # fmt: skip
    return run


def _begin_shadow_of_run(act: Act, run: BillRunRow, supposed: Supposed, description: str) -> ShadowRow:
    return operations.record_shadow(
        act=act,
        as_of=run.as_of,
        document_date=run.document_date,
        supposed=supposed,
        bill_run_id=run.id,
        legal_entity_id=run.legal_entity_id,
        payer_ids=run.payer_ids,
        interim=run.interim,
        description=description,
    )


def _require_supposable(supposed: Supposed) -> None:
    for option, value in supposed.conventions.items():
        require_known(option, value)
        if option not in SUPPOSABLE:
            raise Refusal(
                "shadow.convention", _("%(option)s is decided when a contract is made.") % {"option": option},
                field="conventions", cure=_("Choose one of %(options)s.") % {"options": ", ".join(SUPPOSABLE)},
            )  # fmt: skip
    known = {code.code for code in list_tax_codes()} if supposed.tax_rates else set()
    for code, percent in supposed.tax_rates.items():
        if code not in known or not 0 <= percent < 1000:
            raise Refusal("shadow.tax_code", _("There is no tax code %(code)s with such a rate.") % {"code": code},
                          field="tax_rates")  # fmt: skip
    if supposed.prices not in ("", "planned") and not supposed.prices.startswith("segment:"):
        raise Refusal("shadow.prices", _("Prices are those planned, or a list such as segment:GOLD."), field="prices")


def shadow_bill_run(*, act: Act, connections: int = 1, **scope: Any) -> ShadowRow:
    """Plan a shadow run and make its drafts at once. Raises what `begin_shadow` raises."""
    with transaction.atomic():
        shadow = begin_shadow(act=act, **scope)
    return draft_shadow(act=replace(act, key=None), shadow_id=shadow.id, connections=connections)


def draft_shadow(*, act: Act, shadow_id: int, connections: int = 1) -> ShadowRow:
    """Make both drafts and keep how they differ; a second call after the end answers what is kept.

    Commits per range of payers when it is called outside a transaction; cut short, it begins anew. Raises NotFound.
    """
    begun = time.perf_counter()
    shadow = get_shadow(shadow_id)
    if shadow.state != ShadowState.DRAFTING:
        return shadow
    with transaction.atomic():
        operations.clear_drafts(shadow_id=shadow_id)
        last = max(shadow.as_of, shadow.supposed.as_of or shadow.as_of)
        # The calendar and agreed escalations reach as far as the later draft, as for any preparation of that day.
        lay_ahead(act=act, as_of=last)
        ranges = _ranges(shadow)
    totals = _Totals({}, {})
    if connections == 1 or connection.in_atomic_block:
        for one in ranges:
            totals.join(_draft_range(act, shadow, *one))
    else:
        with ThreadPoolExecutor(connections, thread_name_prefix="shadow-run") as pool:
            for worker in [pool.submit(_draft_apart, act, shadow, one) for one in ranges]:
                totals.join(worker.result())
    with transaction.atomic():
        return operations.finish_shadow(act=act, shadow_id=shadow_id, found=_found(shadow_id, totals, begun))


def _ranges(shadow: ShadowRow) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        rows = step(PACKAGE, "list_ranges").rows(cursor, _payers(shadow) | {"payers_per_range": PAYERS_PER_RANGE})
    return [(row[0], row[1]) for row in rows]


def _payers(shadow: ShadowRow) -> dict[str, Any]:
    return {
        "legal_entity_id": shadow.legal_entity_id,
        "payer_ids": list(shadow.payer_ids) if shadow.payer_ids is not None else None,
    }


def _draft_apart(act: Act, shadow: ShadowRow, one: tuple[int, int]) -> _Totals:
    """Draft a range on this thread's own connection, and close it."""
    try:
        return _draft_range(act, shadow, *one)
    finally:
        connection.close()


def _draft_range(act: Act, shadow: ShadowRow, payer_from: int, payer_before: int) -> _Totals:
    """Both drafts of a range side by side in working tables, and how they differ: one transaction."""
    totals = _Totals({}, {})
    supposed = shadow.supposed
    first = _scope(act, shadow, payer_from, payer_before)
    second = replace(
        first,
        as_of=supposed.as_of or first.as_of,
        document_date=supposed.document_date or supposed.as_of or first.document_date,
    )
    with transaction.atomic(), connection.cursor() as cursor:
        make_tables()
        if supposed.issued_from is None:
            _draft("A", first, ())
        else:
            asked = first.parameters() | {
                "issued_from": supposed.issued_from,
                "issued_before": supposed.issued_before,
            }
            for name in ("choose_payers", "keep_issued", "keep_issued_totals"):
                step(PACKAGE, name).run(cursor, asked)
        _draft("B", second, _suppositions(supposed))
        for table in ("run_draft", "run_draft_total"):
            cursor.execute(f"analyze {table}")
        for name in ("find_changes", "write_changes", "write_drafted_lines"):
            step(PACKAGE, name).run(cursor, {"shadow_id": shadow.id})
        totals.add(step(PACKAGE, "total_drafts").rows(cursor, {}))
    return totals


def _draft(side: str, scope: Scope, suppositions: tuple[Supposition, ...]) -> None:
    pipeline.reckon(scope, StepLog(), suppositions)
    with connection.cursor() as cursor:
        for name in ("keep_draft", "keep_withheld"):
            step(PACKAGE, name).run(cursor, scope.parameters() | {"side": side})


def _suppositions(supposed: Supposed) -> tuple[Supposition, ...]:
    """The steps by which the second draft is led to other rules, rates and prices, each after the step it corrects."""
    found: list[Supposition] = []
    if supposed.conventions:
        found.append(_supposition(50, "suppose_rules", options=json.dumps(supposed.conventions)))
    if supposed.tax_rates:
        rates = json.dumps({code: str(percent) for code, percent in supposed.tax_rates.items()})
        found += [_supposition(50, name, rates=rates) for name in ("suppose_rates", "suppose_components")]
    if supposed.prices:
        price_list = "" if supposed.prices == "planned" else supposed.prices
        found.append(_supposition(50, "suppose_prices", price_list=price_list))
        found.append(_supposition(50, "read_supposed_prices"))
        day = supposed.prices_from or date.min
        found.append(_supposition(104, "take_supposed_prices", prices_from=day))
    return tuple(found)


def _supposition(after: int, name: str, **parameters: object) -> Supposition:
    return Supposition(after=after, step=step(PACKAGE, name), parameters=parameters)


def _scope(act: Act, shadow: ShadowRow, payer_from: int, payer_before: int) -> Scope:
    return Scope(
        run_id=0,
        as_of=shadow.as_of,
        cut_off_at=None,
        document_date=shadow.document_date,
        legal_entity_id=shadow.legal_entity_id,
        payer_ids=shadow.payer_ids,
        payer_from=payer_from,
        payer_before=payer_before,
        at=act.at,
        actor=act.actor,
        interim=shadow.interim,
    )


def _found(shadow_id: int, totals: _Totals, begun: float) -> DraftsFound:
    asked = {"shadow_id": shadow_id, "sample_size": SAMPLE_SIZE}
    with connection.cursor() as cursor:
        groups = step(PACKAGE, "group_changes").rows(cursor, asked)
        [(digest, changed_count)] = step(PACKAGE, "digest_changes").rows(cursor, asked)
    names = ("currency", "cause", "account_count", "change_count", "amount_minor")
    return DraftsFound(
        payer_count=totals.payer_count,
        changed_count=changed_count,
        totals=[
            {"currency": currency, "first_minor": minor, "second_minor": totals.second[currency]}
            for currency, minor in sorted(totals.first.items())
        ],
        groups=[
            dict(zip(names, row, strict=False)) | {"samples": json.loads(row[5]) if isinstance(row[5], str) else row[5]}
            for row in groups
        ],
        digest=digest,
        seconds=Decimal(f"{time.perf_counter() - begun:.3f}"),
    )
