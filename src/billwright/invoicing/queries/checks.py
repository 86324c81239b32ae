"""Reads of checks before issue: what holds in a company on a day, what is planned, and what is held."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billwright.invoicing.checks import CHECKS
from billwright.invoicing.models import CheckRule, HeldDocument
from billwright.invoicing.states import HELD_DOCUMENT
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What a check does from a day on. `valid_from` none: nobody chose, it is the check's default."""

    code: str
    severity: str
    factor: Decimal | None
    minimum: Decimal | None
    days: int | None
    valid_from: date | None
    reason: str
    set_by: str
    asked_by: str
    set_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held document; `verbs` are those that its state offers."""

    id: int
    run_id: int
    payer_id: int
    legal_entity_id: int
    currency: str
    total_minor: int
    code: str
    facts: dict[str, Any]
    state: str
    held_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    verbs: tuple[str, ...]

    @property
    def total(self) -> Money:
        """What the document would come to."""
        return Money(self.total_minor, self.currency)


def check_row(rule: CheckRule) -> CheckRow:
    return CheckRow(
        rule.code, rule.severity, rule.factor, rule.minimum, rule.days, rule.valid_from, rule.reason, rule.set_by,
        rule.asked_by, rule.set_at,
    )  # fmt: skip


def _default(code: str) -> CheckRow:
    check = CHECKS[code]
    return CheckRow(code, check.severity, check.factor, check.minimum, check.days, None, "", "", "", None)


def list_checks(*, legal_entity_id: int, on: date) -> list[CheckRow]:
    """Every check as it holds in a company on a day."""
    rules = CheckRule.objects.filter(legal_entity_id=legal_entity_id, valid_from__lte=on)
    chosen = {rule.code: check_row(rule) for rule in rules.order_by("valid_from", "id")}
    return [chosen.get(code) or _default(code) for code in CHECKS]


def check_history(*, legal_entity_id: int, code: str = "", after: date | None = None) -> list[CheckRow]:
    """What was chosen, the newest first; with `after` only what is planned for later days."""
    rules = CheckRule.objects.filter(legal_entity_id=legal_entity_id).order_by("-valid_from", "-id")
    if code:
        rules = rules.filter(code=code)
    if after is not None:
        rules = rules.filter(valid_from__gt=after)
    return [check_row(rule) for rule in rules]


def checks_as_json() -> str:
    """The defaults of all checks for the statements of a run: what they do where a company chose nothing."""
    return json.dumps(
        {
            check.code: {
                "severity": check.severity,
                "factor": None if check.factor is None else str(check.factor),
                "minimum": None if check.minimum is None else str(check.minimum),
                "days": check.days,
            }
            for check in CHECKS.values()
        }
    )


def held_row(held: HeldDocument) -> HeldRow:
    return HeldRow(
        id=held.pk,
        run_id=held.run_id,
        payer_id=held.payer_id,
        legal_entity_id=held.legal_entity_id,
        currency=held.currency,
        total_minor=held.total_minor,
        code=held.code,
        facts=held.facts,
        state=held.state,
        held_at=held.held_at,
        decided_by=held.decided_by,
        decided_at=held.decided_at,
        reason=held.reason,
        verbs=tuple(HELD_DOCUMENT.offered(held.state)),
    )


def _held(
    *, run_id: int | None, state: str, code: str, payer_id: int | None, legal_entity_ids: Collection[int] | None
) -> QuerySet[HeldDocument]:
    held = HeldDocument.objects.order_by("id")
    if run_id is not None:
        held = held.filter(run_id=run_id)
    if state:
        held = held.filter(state=state)
    if code:
        held = held.filter(code=code)
    if payer_id is not None:
        held = held.filter(payer_id=payer_id)
    if legal_entity_ids is not None:
        held = held.filter(legal_entity_id__in=legal_entity_ids)
    return held


def list_held(
    *,
    run_id: int | None = None,
    state: str = "",
    code: str = "",
    payer_id: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    after_id: int = 0,
    limit: int = PAGE_SIZE,
) -> list[HeldRow]:
    """Held documents, the oldest first, after `after_id`."""
    held = _held(run_id=run_id, state=state, code=code, payer_id=payer_id, legal_entity_ids=legal_entity_ids)
    return [held_row(one) for one in held.filter(id__gt=after_id)[:limit]]


def count_held(*, state: str, legal_entity_ids: Collection[int] | None = None) -> int:
    """How many documents are held."""
    return _held(run_id=None, state=state, code="", payer_id=None, legal_entity_ids=legal_entity_ids).count()


def held_not_found() -> NotFound:
    return NotFound("held.not_found", _("There is no such held document."), field="held_id",
                    cure=_("List the held documents to see their numbers."))  # fmt: skip
