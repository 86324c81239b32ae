"""Runs of kept cards and wallets: chosen like runs of bank debits, carried out by asking gateways one by one.

Which accounts: those whose first usable method is a card or wallet kept with consent. What is prepared is held; whether
it may still be chased is looked at again when the run is checked and submitted, and once more before each debit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import LegalEntityRow
from billwright.payments.collecting_rows import CollectionRow, CollectionRunRow, StoredMethodRow
from billwright.payments.operations.collections import CollectionDraft, FindingDraft, open_run
from billwright.payments.policies import Due
from billwright.payments.queries.collections import find_open_run, get_run
from billwright.payments.queries.gateways import list_gateways
from billwright.payments.queries.mandates import cards_first, methods_by_id
from billwright.payments.scheme_days import mandate_answer, rules_of_cards, told_by
from billwright.payments.states import CARDS, CollectionFindingKind, StoredMethodState
from billwright.receivables.queries import blocked_items, chaseable
from billwright.receivables.rows import OpenItemRow
from billwright.workflow.collecting.writing import nothing_due, write_chosen
from billwright.workflow.collection_news import wants_news
from billwright.workflow.collection_news.cards import told_items

# What nobody approved or carried out within this time is chosen anew: the customer expects his debit about its day.
DEBITED_WITHIN: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDebit:
    """One debit of a card that the run takes, and what it is for."""

    method: StoredMethodRow
    due: tuple[Due, ...]

    @property
    def amount(self) -> Money:
        """What is debited."""
        return Money(sum(one.amount_minor for one in self.due), self.method.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """All that the choice is made of. `gateways`: the names of those in use; `scheme`: whose rules hold, if any.

    `untold`: the items of whose debit the customer was not told early enough, where those rules ask for it.
    """

    day: date
    scheme: str
    untold: frozenset[int]
    methods: Sequence[StoredMethodRow]
    items: Sequence[OpenItemRow]
    blocked: Mapping[int, int]
    gateways: frozenset[str]


@dataclass(slots=True)
class CardChoice:
    """What was decided."""

    taken: list[CardDebit] = field(default_factory=list)
    findings: list[FindingDraft] = field(default_factory=list)


def choose_cards(facts: CardFacts) -> CardChoice:
    """What is due by the day and may be chased, one debit an account; with what is left out, and why.

    Where a scheme has its debits told beforehand there is one debit a document, as the customer was told.
    """
    choice = CardChoice()
    by_account: dict[int, list[OpenItemRow]] = defaultdict(list)
    for item in facts.items:
        if item.due_date <= facts.day and item.chaseable.amount_minor > 0:
            by_account[item.account_id].append(item)
    for method in facts.methods:
        _take(facts, method, by_account[method.account_id], choice)
    return choice


def _take(facts: CardFacts, method: StoredMethodRow, items: Sequence[OpenItemRow], choice: CardChoice) -> None:
    ready: list[Due] = []
    left: dict[tuple[CollectionFindingKind, str], int] = defaultdict(int)
    for item in items:
        why = _against(facts, method, item)
        if why is None:
            ready.append(Due(open_item_id=item.open_item_id, amount_minor=item.chaseable.amount_minor))
        else:
            left[why] += item.chaseable.amount_minor
    choice.findings += [
        FindingDraft(
            account_id=method.account_id, mandate_id=None, kind=kind, amount=Money(minor, method.currency), says=says
        )
        for (kind, says), minor in left.items()
    ]
    if facts.scheme:
        choice.taken += [CardDebit(method=method, due=(one,)) for one in ready]
    elif ready:
        choice.taken.append(CardDebit(method=method, due=tuple(ready)))


def _against(facts: CardFacts, method: StoredMethodRow, item: OpenItemRow) -> tuple[CollectionFindingKind, str] | None:
    """What stands against debiting an item, or None."""
    if method.provider not in facts.gateways:
        return CollectionFindingKind.METHOD_UNUSABLE, _("Its gateway is not in use.")
    if item.open_item_id in facts.blocked:
        return CollectionFindingKind.FAILED_BEFORE, ""
    if item.open_item_id in facts.untold:
        return CollectionFindingKind.NOTICE_TOO_SHORT, ""
    if facts.scheme:
        answer = mandate_answer(facts.scheme, on=facts.day, last=None, amount=item.chaseable.decimal)
        if answer is not None and answer.answer is False:
            return CollectionFindingKind.OVER_LIMIT, answer.says
    return None


def prepare_cards(
    *, act: Act, entity: LegalEntityRow, currency: str, action_day: date, today: date
) -> CollectionRunRow:
    """The part of `prepare_run` for kept cards: a debit is made on its day, so no other can be chosen."""
    if action_day != today:
        raise Refusal(
            "collection_run.action_day",
            _("Cards are debited on the day itself."),
            field="action_day",
            cure=_("Take %(day)s.") % {"day": today},
        )
    known = find_open_run(legal_entity_id=entity.id, scheme=CARDS, currency=currency, action_day=today)
    if known is not None:
        return known
    choice = choose_cards(_facts(entity, currency, today, act.at))
    if not choice.taken:
        otherwise = _("Nothing is due on an account that pays by a kept card in %(currency)s.")
        raise nothing_due(choice.findings, otherwise % {"currency": currency})
    run = open_run(
        act=act,
        legal_entity_id=entity.id,
        scheme=CARDS,
        currency=currency,
        action_day=today,
        submit_by=today + DEBITED_WITHIN,
    )
    debits = [(_draft(run, debit), debit.due) for debit in choice.taken]
    write_chosen(act=act, run_id=run.id, debits=debits, findings=choice.findings, on=today)
    note_change(after={"scheme": CARDS, "action_day": str(today), "debits": len(choice.taken)}, effective_on=today)
    return get_run(run.id)


def _facts(entity: LegalEntityRow, currency: str, today: date, at: datetime) -> CardFacts:
    methods = cards_first(legal_entity_id=entity.id, currency=currency, on=today)
    account_ids = sorted(method.account_id for method in methods)
    scheme = rules_of_cards(currency)
    gateways = list_gateways(legal_entity_ids=[entity.id], active_only=True, currency=currency)
    items = chaseable(as_of=today, account_ids=account_ids)
    return CardFacts(
        day=today,
        scheme=scheme,
        untold=_untold(entity, items, scheme, today, at) if scheme else frozenset(),
        methods=methods,
        items=items,
        blocked=blocked_items(account_ids),
        gateways=frozenset(gateway.name for gateway in gateways),
    )


def _untold(
    entity: LegalEntityRow, items: Sequence[OpenItemRow], scheme: str, today: date, at: datetime
) -> frozenset[int]:
    """The items of whose debit nobody was told in time; by the document alone where the company tells another way."""
    last = told_by(scheme, action_day=today, notice_days=None)
    if last is None:
        return frozenset()
    if wants_news(legal_entity_id=entity.id, on=today):
        told = told_items(items, day=today, by=at - (today - last))
    else:
        told = {item.open_item_id for item in items if item.document_date <= last}
    return frozenset(item.open_item_id for item in items if item.open_item_id not in told)


def _draft(run: CollectionRunRow, debit: CardDebit) -> CollectionDraft:
    return CollectionDraft(
        legal_entity_id=run.legal_entity_id,
        account_id=debit.method.account_id,
        stored_method_id=debit.method.id,
        mandate_id=None,
        amount=debit.amount,
        action_day=run.action_day,
        run_id=run.id,
    )


def unusable(debits: Sequence[CollectionRow], *, on: date) -> set[int]:
    """The debits, by id, whose card was put aside, has expired or was ended; bank accounts are not looked at."""
    methods = methods_by_id({debit.stored_method_id for debit in debits if debit.mandate_id is None})
    return {
        debit.id
        for debit in debits
        if debit.stored_method_id in methods and not is_usable(methods[debit.stored_method_id], on=on)
    }


def is_usable(method: StoredMethodRow, *, on: date) -> bool:
    """Whether a card may be debited on a day: neither put aside, nor expired, nor ended."""
    is_over = method.expires_on is not None and method.expires_on < on
    return method.state == StoredMethodState.ACTIVE and not is_over
