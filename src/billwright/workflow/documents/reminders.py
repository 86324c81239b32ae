"""Friendly reminders before an invoice is due: on the days that its plans or its company name, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from billwright.accounts import queries as accounts
from billwright.accounts.rows import AccountRow, PartyRow
from billwright.accounts.states import InvoiceDelivery
from billwright.catalog.queries import longest_reminder_days, renewal_rules
from billwright.comms.operations import NewMessage, queue_messages
from billwright.comms.queries import MessageRow, messages_by_effect
from billwright.invoicing import queries
from billwright.invoicing.queries import item_services
from billwright.invoicing.rows import InvoiceRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.idempotency import semantic_key
from billwright.kernel.money import Money
from billwright.org.queries import LegalEntityRow
from billwright.org.states import DocumentKind
from billwright.receivables.queries import chaseable, due_accounts
from billwright.receivables.rows import OpenItemRow
from billwright.render.formats import formats_for, spoken
from billwright.subscriptions.queries import ItemPlan, item_plans
from billwright.workflow.documents.mail import REMINDER, message_about, parties_of, sellers_of
from billwright.workflow.mailed_links import LinkedMail, with_links

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder of an invoice, or of a part of it: so many days before a due day, and what became of it."""

    due_on: date
    days: int
    leaves_on: date
    state: str
    queued_at: datetime | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class _Due:
    """What may be asked for of an invoice on one due day."""

    invoice_id: int
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class _Reminder:
    """One reminder that is owed, by the key that lets it leave once."""

    invoice: InvoiceRow
    due: _Due
    key: str
    party: PartyRow
    seller: LegalEntityRow


def reminder_stage(days: Iterable[int], *, due_on: date, as_of: date, dated: date) -> int | None:
    """Which reminder an invoice stands at on a day: the last one reached, in days before due; None: none yet.

    One whose day lies on or before the invoice's own date is passed over: the invoice itself said so. What a day
    missed leaves with the next one, but only the last of several.
    """
    reached = [one for one in days if dated < due_on - timedelta(days=one) <= as_of]
    return min(reached, default=None) if as_of < due_on else None


@verb("reminder.send", subject=lambda arguments, _answer: f"legal_entity:{arguments['legal_entity_id']}", did=bool)
def send_reminders(*, act: Act, legal_entity_id: int, as_of: date) -> int:
    """Queue the reminders that a company owes on a day, each once; returns how many.

    Run by the daily job. What is paid, held, disputed, covered by credit or was canceled before its service began is
    left in peace, and so is an account that wants no mail.
    """
    queued, after_id = 0, 0
    until = as_of + timedelta(days=longest_reminder_days())
    while account_ids := due_accounts(
        legal_entity_id=legal_entity_id, since=as_of, until=until, after_id=after_id, limit=CHUNK
    ):
        after_id = account_ids[-1]
        queued += queue_messages(act=act, messages=_messages(act, _owed(account_ids, as_of, until), as_of))
    note_change(after={"queued": queued}, effective_on=as_of)
    return queued


def _owed(account_ids: Collection[int], as_of: date, until: date) -> list[_Due]:
    """What may be chased of invoices by due day, the parts of one day together."""
    found: dict[tuple[int, date], Money] = {}
    for item in chaseable(as_of=as_of, account_ids=account_ids):
        if item.document_kind == DocumentKind.INVOICE and as_of < item.due_date <= until and item.chaseable:
            key = (item.invoice_id, item.due_date)
            found[key] = found[key] + item.chaseable if key in found else item.chaseable
    return [_Due(invoice_id, due_on, amount) for (invoice_id, due_on), amount in sorted(found.items(), key=_order)]


def _order(found: tuple[tuple[int, date], Money]) -> tuple[int, date]:
    return found[0]


def _messages(act: Act, owed: Sequence[_Due], as_of: date) -> list[NewMessage]:
    invoices = queries.get_invoices({due.invoice_id for due in owed})
    days = _days_of(invoices.values(), as_of)
    found = accounts.get_accounts({invoice.account_id for invoice in invoices.values()})
    parties, sellers = parties_of(invoices.values()), sellers_of(invoices.values())
    owing = []
    for due in owed:
        invoice = invoices[due.invoice_id]
        party, seller = parties[invoice.account_id], sellers[invoice.legal_entity_id]
        stage = reminder_stage(days[invoice.id], due_on=due.due_on, as_of=as_of, dated=invoice.document_date)
        if stage is not None and party.email and found[invoice.account_id].delivery == InvoiceDelivery.EMAIL:
            owing.append(_Reminder(invoice, due, _key(invoice.id, due.due_on, stage), party, seller))
    return with_links(act=act, mails=[_mail(one) for one in owing])


def _mail(one: _Reminder) -> LinkedMail:
    formats = formats_for(spoken(one.party.language), country=one.seller.country)
    more = {"open": formats.money(one.due.amount), "due": formats.day(one.due.due_on)}
    message = message_about(one.invoice, one.party, one.seller, REMINDER, key=one.key, more=more)
    return LinkedMail(message=message, seller=one.seller, key=one.key, invoice_ids=(one.invoice.id,))


def _key(invoice_id: int, due_on: date, days: int) -> str:
    return semantic_key("reminder", invoice=invoice_id, due=due_on, days=days)


def _days_of(invoices: Collection[InvoiceRow], as_of: date) -> dict[int, tuple[int, ...]]:
    """The days before due on which each invoice is reminded of: those of all plans on it, or its company's."""
    services = item_services([invoice.id for invoice in invoices])
    plans = item_plans({item_id for found in services.values() for item_id, _ in found})
    plan_ids = {plan.plan_id for plan in plans.values()}
    rules = {
        entity_id: renewal_rules(plan_ids=plan_ids, legal_entity_id=entity_id, on=as_of)
        for entity_id in {invoice.legal_entity_id for invoice in invoices}
    }
    days: dict[int, tuple[int, ...]] = {}
    for invoice in invoices:
        holding = rules[invoice.legal_entity_id]
        own = services.get(invoice.id, [])
        of_plans = [holding[plans[item_id].plan_id] for item_id, _ in own] or [holding[None]]
        named = {day for rule in of_plans for day in rule.reminder_days}
        days[invoice.id] = () if _is_canceled(own, plans) else tuple(named)
    return days


def _is_canceled(services: Sequence[tuple[int, date]], plans: Mapping[int, ItemPlan]) -> bool:
    """Whether nothing that an invoice bills will be served: it waits for its credit."""
    ends = [(plans[item_id].effective_to, service_from) for item_id, service_from in services]
    return bool(ends) and all(end is not None and end <= service_from for end, service_from in ends)


def reminders_of(invoice: InvoiceRow, *, account: AccountRow, as_of: date) -> list[PlannedReminder]:
    """Every reminder of an account's invoice that has left, or will if it is still owed then, as they leave."""
    wants_mail = account.delivery == InvoiceDelivery.EMAIL
    if invoice.kind != DocumentKind.INVOICE or invoice.due_date is None or not wants_mail:
        return []
    days = _days_of([invoice], as_of)[invoice.id]
    owed = {item.due_date for item in _chaseable_of(invoice, as_of)}
    dues = {part.due_date for part in invoice.installments} or {invoice.due_date}
    keys = {_key(invoice.id, due_on, one): (due_on, one) for due_on in dues for one in days}
    left = messages_by_effect(keys)
    found = [_planned(due_on, one, left.get(key)) for key, (due_on, one) in keys.items()]
    since = max(invoice.document_date, as_of)
    kept = [one for one in found if one.message_id or (one.leaves_on > since and one.due_on in owed)]
    return sorted(kept, key=lambda one: one.leaves_on)


def _chaseable_of(invoice: InvoiceRow, as_of: date) -> list[OpenItemRow]:
    items = chaseable(as_of=as_of, account_ids=[invoice.account_id])
    return [item for item in items if item.invoice_id == invoice.id and item.chaseable]


def _planned(due_on: date, days: int, message: MessageRow | None) -> PlannedReminder:
    leaves_on = due_on - timedelta(days=days)
    if message is None:
        return PlannedReminder(due_on, days, leaves_on, "PLANNED", None, None)
    return PlannedReminder(due_on, days, leaves_on, message.state, message.queued_at, message.id)
