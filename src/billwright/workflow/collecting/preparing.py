"""Preparing a run: read in bulk what is due, choose, write what was chosen and why the rest was left out."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_names
from billwright.org.queries import LegalEntityRow, get_legal_entity, list_bank_accounts
from billwright.payments.collecting_rows import AgreementRow, CollectionRunRow
from billwright.payments.operations.collections import CollectionDraft, open_run
from billwright.payments.queries.collections import find_open_run, get_run, last_debits, to_take_up
from billwright.payments.queries.mandates import active_mandates, agreement_on
from billwright.payments.scheme_days import next_settling_day, scheme_name, settles_on, submit_by, told_by
from billwright.payments.states import CARDS
from billwright.receivables.queries import blocked_items, chaseable, items_of_collections
from billwright.workflow.collecting.cards import prepare_cards
from billwright.workflow.collecting.choosing import Chosen, Facts, choose
from billwright.workflow.collecting.writing import nothing_due, write_chosen
from billwright.workflow.collection_news.cards import accounts_by_card


@verb("collection_run.prepare", subject=lambda _, row: f"collection_run:{row.id}")
def prepare_run(
    *, act: Act, legal_entity_id: int, scheme: str, action_day: date | None = None, currency: str = ""
) -> CollectionRunRow:
    """Choose the debits of one company, scheme and day; what they are for is held from now on.

    `action_day` none: the earliest that the bank still takes. The same day again answers with the run that is there.
    The scheme `card` is that of kept cards and wallets, whose day is today; `currency` is theirs (none: the company's)
    and is not asked for otherwise. Raises Refusal `collection_run.action_day` or `collection_run.too_late` naming the
    earliest day, and `collection_run.nothing_due` saying what was left out.
    """
    entity = get_legal_entity(legal_entity_id=legal_entity_id)
    today = business_date(act.at, entity.timezone)
    lock_names(f"collecting:{legal_entity_id}")
    if scheme.strip().lower() == CARDS:
        code = currency.strip().upper() or entity.base_currency
        return prepare_cards(act=act, entity=entity, currency=code, action_day=action_day or today, today=today)
    return _prepare_for_bank(act, entity, scheme_name(scheme), action_day, today)


def _prepare_for_bank(
    act: Act, entity: LegalEntityRow, scheme: str, action_day: date | None, today: date
) -> CollectionRunRow:
    legal_entity_id = entity.id
    agreement = agreement_on(legal_entity_id=legal_entity_id, scheme=scheme, on=action_day or today)
    day = action_day or earliest_day(agreement, entity, today)
    until = _refuse_day(agreement, entity, day, today)
    currency = _currency(agreement)
    known = find_open_run(legal_entity_id=legal_entity_id, scheme=scheme, currency=currency, action_day=day)
    if known is not None:
        return known
    choice = choose(_facts(agreement, currency, day, today))
    if not choice.taken:
        raise nothing_due(choice.findings, _("Nothing is due on an account with an active mandate of this scheme."))
    run = open_run(
        act=act,
        legal_entity_id=legal_entity_id,
        scheme=scheme,
        currency=currency,
        action_day=day,
        submit_by=until,
        agreement=agreement,
    )
    debits = [(_draft(run, chosen), chosen.due) for chosen in choice.taken]
    write_chosen(act=act, run_id=run.id, debits=debits, findings=choice.findings, on=today)
    note_change(
        after={"scheme": scheme, "action_day": str(day), "debits": len(choice.taken)},
        effective_on=day,
    )
    return get_run(run.id)


def _currency(agreement: AgreementRow) -> str:
    accounts = {account.id: account.currency for account in list_bank_accounts(agreement.legal_entity_id)}
    return accounts[agreement.bank_account_id]


def lead_days(agreement: AgreementRow) -> int | None:
    """How many business days before the action day the bank wants the file; none: as the rules say."""
    return int(agreement.terms["lead_days"]) if "lead_days" in agreement.terms else None


def earliest_day(agreement: AgreementRow, entity: LegalEntityRow, today: date) -> date:
    """The first action day whose file may still go out today."""
    day = next_settling_day(today, scheme=agreement.scheme, country=entity.country)
    while submit_by(agreement.scheme, action_day=day, lead_days=lead_days(agreement)) < today:
        day = next_settling_day(date.fromordinal(day.toordinal() + 1), scheme=agreement.scheme, country=entity.country)
    return day


def _refuse_day(agreement: AgreementRow, entity: LegalEntityRow, day: date, today: date) -> date:
    """The last day for the file. Raises Refusal where the day is none of the scheme's, or too near."""
    if not settles_on(day, scheme=agreement.scheme, country=entity.country):
        following = next_settling_day(day, scheme=agreement.scheme, country=entity.country)
        raise Refusal(
            "collection_run.action_day",
            _("On %(day)s nothing is settled.") % {"day": day},
            field="action_day",
            cure=_("Take %(day)s.") % {"day": following},
        )
    until = submit_by(agreement.scheme, action_day=day, lead_days=lead_days(agreement))
    if until < today:
        raise Refusal(
            "collection_run.too_late",
            _("For %(day)s the file was due at the bank by %(until)s.") % {"day": day, "until": until},
            field="action_day",
            cure=_("The earliest day is %(day)s.") % {"day": earliest_day(agreement, entity, today)},
        )
    return until


def _facts(agreement: AgreementRow, currency: str, day: date, today: date) -> Facts:
    """All that the choice needs, in as many queries whatever the number of accounts."""
    mandates = active_mandates(
        legal_entity_id=agreement.legal_entity_id, scheme=agreement.scheme, currency=currency, on=day
    )
    account_ids = sorted({mandate.account_id for mandate in mandates})
    # A promise may end before the action day and is still being kept today: what both days leave free is free.
    items = chaseable(as_of=today, account_ids=account_ids)
    later = {row.open_item_id: row.chaseable.amount_minor for row in chaseable(as_of=day, account_ids=account_ids)}
    failures = to_take_up(legal_entity_id=agreement.legal_entity_id, currency=currency, action_day=day)
    return Facts(
        action_day=day,
        told_by=told_by(agreement.scheme, action_day=day, notice_days=agreement.notice_days),
        mandates=mandates,
        items=items,
        free_minor={row.open_item_id: min(row.chaseable.amount_minor, later.get(row.open_item_id, 0)) for row in items},
        blocked=blocked_items(account_ids),
        last_debits=last_debits([mandate.id for mandate in mandates]),
        failures=failures,
        failure_items=items_of_collections([failure.id for failure in failures]),
        by_card=accounts_by_card(legal_entity_id=agreement.legal_entity_id, currency=currency, on=today),
    )


def _draft(run: CollectionRunRow, chosen: Chosen) -> CollectionDraft:
    failure = chosen.taken_up
    return CollectionDraft(
        legal_entity_id=run.legal_entity_id,
        account_id=chosen.mandate.account_id,
        stored_method_id=chosen.mandate.stored_method_id,
        mandate_id=chosen.mandate.id,
        amount=chosen.amount,
        action_day=run.action_day,
        run_id=run.id,
        sequence=chosen.sequence,
        attempt_no=failure.attempt_no + 1 if failure is not None and chosen.is_retry else 1,
        first_attempt_id=(failure.first_attempt_id or failure.id) if failure is not None and chosen.is_retry else None,
        takes_up_id=failure.id if failure is not None else None,
    )
