"""Writes of matching: rules, findings and what is learned. Parts of the acts of `workflow.cash_application`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.bulk import as_array, as_json, insert_rows
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import exponent
from billwright.kernel.numbering import take_ids
from billwright.kernel.sql import step
from billwright.receivables.match_rows import MatchDraft, MatchRuleIn, SignIn
from billwright.receivables.models import MatchProposal, MatchRule, PayerSign
from billwright.receivables.states import MATCH, MatchDecision, MatchState

PACKAGE = "billwright.receivables"


@verb("match_rule.set", subject=lambda arguments, _: f"legal_entity:{arguments['rule'].legal_entity_id}")
def set_match_rule(*, act: Act, rule: MatchRuleIn) -> int:
    """Set how a company matches from a day on; earlier rules stay in force before it. Returns the rule's id.

    Raises Refusal naming the field: two tolerances, a tolerance of another currency, a precision outside 0 to 1.
    """
    _refuse_bad(rule)
    row = MatchRule.objects.create(
        legal_entity_id=rule.legal_entity_id,
        currency=rule.currency,
        valid_from=rule.valid_from,
        tolerance_minor=None if rule.tolerance is None else rule.tolerance.amount_minor,
        tolerance_percent=rule.tolerance_percent,
        withheld_percents=[str(percent) for percent in rule.withheld_percents],
        discounts=[[str(one.percent), one.days] for one in rule.discounts],
        prefer=rule.prefer,
        is_deciding=rule.is_deciding,
        precision_min=rule.precision_min,
        history_min=rule.history_min,
        target_days=rule.target_days,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    note_change(
        after={
            "currency": rule.currency,
            "tolerance": str(rule.tolerance or ""),
            "tolerance_percent": str(rule.tolerance_percent or ""),
            "prefer": rule.prefer,
            "is_deciding": rule.is_deciding,
            "precision_min": str(rule.precision_min or ""),
            "discounts": [f"{one.percent} % / {one.days}" for one in rule.discounts],
        },
        effective_on=rule.valid_from,
    )
    return int(row.pk)


def _refuse_bad(rule: MatchRuleIn) -> None:
    exponent(rule.currency)
    _refuse_tolerance(rule)
    if any(not 0 < one.percent < 100 or one.days < 0 for one in rule.discounts):
        raise Refusal(
            "match_rule.discount",
            _("An early-payment discount is a percentage between 0 and 100 and a number of days."),
            field="discounts",
            cure=_('Write "2 in 10" for 2 % within 10 days.'),
        )
    if rule.precision_min is not None and not 0 < rule.precision_min < 1:
        raise Refusal(
            "match_rule.precision",
            _("A precision lies between 0 and 1, both excluded."),
            field="precision_min",
            cure=_('Write "0.99" for 99 of 100.'),
        )
    if rule.history_min < 1 or rule.target_days < 0:
        raise Refusal(
            "match_rule.counts",
            _("At least one answer of history, and a target not before the value date."),
            field="history_min" if rule.history_min < 1 else "target_days",
        )


def _refuse_tolerance(rule: MatchRuleIn) -> None:
    if rule.tolerance is not None and rule.tolerance_percent is not None:
        raise Refusal(
            "match_rule.two_tolerances",
            _("A tolerance is an amount or a percentage, not both."),
            field="tolerance_percent",
            cure=_("Leave one of them out."),
        )
    if rule.tolerance is not None and (rule.tolerance.currency != rule.currency or rule.tolerance.amount_minor < 0):
        raise Refusal(
            "match_rule.tolerance",
            _("A tolerance is an amount of %(currency)s, not below zero.") % {"currency": rule.currency},
            field="tolerance",
            cure=_("Set a rule per currency."),
        )
    if rule.tolerance_percent is not None and not 0 <= rule.tolerance_percent <= 100:
        raise Refusal(
            "match_rule.percent",
            _("A percentage lies between 0 and 100."),
            field="tolerance_percent",
            cure=_('Write "1.5" for 1.5 %.'),
        )


def take_match_ids(count: int) -> list[int]:
    """Ids of findings still to be written, so that what is carried out of them can name them."""
    return take_ids(table="receivables_match_proposal", count=count)


def add_matches(
    *,
    act: Act,
    ids: Sequence[int],
    drafts: Sequence[MatchDraft],
    run_key: str,
    written: Mapping[int, tuple[Sequence[int], Sequence[int]]],
) -> None:
    """Write findings in the place of earlier open ones of the same money; the owner of the earlier one stays.

    `written`: the allocations and moved pieces of those that were carried out, by id.
    """
    owners = replace_matches(cash_ids=[draft.cash_id for draft in drafts])
    records = [
        _record(id_, draft, owners.get(draft.cash_id, ""), written.get(id_, ((), ())))
        for draft, id_ in zip(drafts, ids, strict=True)
    ]
    items = [
        (id_, item_id, place, amount, write_off)
        for draft, id_ in zip(drafts, ids, strict=True)
        for place, (item_id, amount, write_off) in enumerate(draft.shares)
    ]
    columns = zip(*items, strict=True) if items else [()] * 5
    names = ("proposal_ids", "open_item_ids", "places", "amounts_minor", "write_offs_minor")
    with connection.cursor() as cursor:
        step(PACKAGE, "add_matches").run(
            cursor, {"matches": as_json(records), "run_key": run_key, "actor": act.actor, "at": act.at}
        )
        step(PACKAGE, "add_match_items").run(
            cursor, {name: as_array(column) for name, column in zip(names, columns, strict=True)}
        )


def _record(id_: int, draft: MatchDraft, owner: str, came: tuple[Sequence[int], Sequence[int]]) -> dict[str, object]:
    """What a finding says beside its piece of cash; `came`: the allocations and moved pieces that came of it."""
    return {
        "id": id_,
        "cash_id": draft.cash_id,
        "account_id": draft.account_id,
        "amount_minor": draft.amount.amount_minor,
        "target_on": draft.target_on,
        "owner": owner,
        "posts": draft.posts,
        "evidence_kind": draft.evidence_kind,
        "evidence": draft.evidence,
        "probability": draft.probability,
        "is_deciding": draft.is_deciding,
        "reason": draft.reason,
        "write_off_minor": sum([share[2] for share in draft.shares]),
        "write_off_kind": draft.write_off_kind,
        "allocation_ids": came[0],
        "moved_cash_ids": came[1],
    }


def replace_matches(*, cash_ids: Collection[int]) -> dict[int, str]:
    """Close the open findings of pieces of cash, as they are looked at again; returns who owned them."""
    rows = MatchProposal.objects.filter(cash_id__among=cash_ids, state=MatchState.OPEN)
    owners = dict(rows.values_list("cash_id", "owner"))
    if owners:
        rows.update(state=MATCH.enter("replace", MatchState.OPEN))
    return owners


def decide_matches(
    *, act: Act, match_ids: Collection[int], verb_name: str, decision: MatchDecision | None = None
) -> None:
    """Move findings by a verb of their machine. Raises NotFound, Conflict when one was decided before."""
    rows = _locked(match_ids)
    for row in rows:
        if not MATCH.allows(verb_name, row.state):
            raise Conflict(
                "match.decided",
                _("This finding was decided before, or receipts were matched again since."),
                field="match_id",
                cure=_("Look at the queue again."),
            )
        row.state = MATCH.enter(verb_name, row.state)
        if verb_name == "undo":
            row.undone_at = act.at
        else:
            row.decided_by, row.decided_at = act.actor, act.at
            row.decision = decision or ""
    MatchProposal.objects.bulk_update(
        rows, ["state", "decision", "decided_by", "decided_at", "undone_at"], batch_size=1000
    )


def _locked(match_ids: Collection[int]) -> list[MatchProposal]:
    rows = lock_rows(MatchProposal, match_ids)
    if len(rows) != len(set(match_ids)):
        raise NotFound("match.not_found", _("There is no such finding."), field="match_id")
    return rows


@verb("match.assign", subject=lambda arguments, _: f"matches:{len(arguments['match_ids'])}")
def assign_matches(*, act: Act, match_ids: Sequence[int], owner: str) -> int:
    """Give receipts of the queue to a person (`user:7`), or to nobody; returns how many. Raises NotFound."""
    rows = _locked(match_ids)
    for row in rows:
        row.owner = owner[:80]
    MatchProposal.objects.bulk_update(rows, ["owner"], batch_size=1000)
    note_change(after={"owner": owner, "count": len(rows)})
    return len(rows)


def note_written(*, written: Mapping[int, tuple[Sequence[int], Sequence[int]]]) -> None:
    """Keep with each accepted finding the allocations and the moved pieces of cash that it led to."""
    rows = [
        {"id": id_, "allocation_ids": list(allocation_ids), "moved_cash_ids": list(moved_ids)}
        for id_, (allocation_ids, moved_ids) in written.items()
    ]
    with connection.cursor() as cursor:
        step(PACKAGE, "note_written").run(cursor, {"written": as_json(rows)})


def keep_owners(*, from_ids: Collection[int], to_ids: Collection[int]) -> None:
    """Let whoever owned findings own those that took their place, by piece of cash."""
    owners = dict(MatchProposal.objects.filter(pk__among=from_ids).exclude(owner="").values_list("cash_id", "owner"))
    rows = [row for row in MatchProposal.objects.filter(pk__among=to_ids) if row.cash_id in owners]
    for row in rows:
        row.owner = owners[row.cash_id]
    MatchProposal.objects.bulk_update(rows, ["owner"], batch_size=1000)


def learn_signs(*, act: Act, signs: Sequence[SignIn]) -> int:
    """Learn by what payers are known, each sign of an account once; returns how many were new."""
    wanted = {(sign.kind, sign.sign, sign.account_id): sign for sign in signs if sign.sign}
    known = set(
        PayerSign.objects.filter(sign__among={sign for _kind, sign, _account in wanted}, forgotten_at=None).values_list(
            "kind", "sign", "account_id"
        )
    )
    fresh = [sign for key, sign in wanted.items() if key not in known]
    insert_rows(
        PayerSign,
        [
            PayerSign(
                kind=sign.kind,
                sign=sign.sign,
                account_id=sign.account_id,
                learned_from_id=sign.match_id,
                recorded_by=act.actor,
                recorded_at=act.at,
                forgotten_by="",
            )
            for sign in fresh
        ],
    )
    return len(fresh)


def forget_signs(*, act: Act, match_ids: Collection[int]) -> int:
    """Forget what was learned from matches that turned out wrong; returns how many signs that were."""
    return PayerSign.objects.filter(learned_from_id__among=match_ids, forgotten_at=None).update(
        forgotten_at=act.at, forgotten_by=act.actor
    )
