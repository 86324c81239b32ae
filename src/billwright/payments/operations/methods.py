"""Verbs of stored methods: taken in, put aside, taken back, warned of, expired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountRow
from billwright.kernel import outbox, vault
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_names, lock_rows
from billwright.payments.bank_details import (
    checked,
    fingerprint_of,
    fingerprint_of_token,
    label_of,
    open_details,
    seal_details,
)
from billwright.payments.card_numbers import refuse_card_numbers
from billwright.payments.collecting_rows import BankDetails, StoredMethodRow
from billwright.payments.gateway_rows import SIMULATOR, GatewayRow
from billwright.payments.models import Mandate, StoredMethod
from billwright.payments.queries.gateways import find_gateway
from billwright.payments.queries.mandates import mark_warned, method_row, unwarned
from billwright.payments.states import ALIVE, MANDATE, STORED_METHOD, PaymentMethod, StoredMethodState


@verb("stored_method.add_bank_account", subject=lambda _, row: f"stored_method:{row.id}")
def add_bank_account(
    *,
    act: Act,
    account_id: int,
    holder: str,
    details: BankDetails,
    valid_from: date,
    rank: int | None = None,
    pay_day: int | None = None,
) -> StoredMethodRow:
    """Keep a customer's bank account, checked and encrypted; collecting from it needs a mandate too.

    `rank` none: behind those that the account has. Raises Refusal `bank_details.wrong` naming the field, Conflict
    `stored_method.known` when the account has it already.
    """
    return keep_bank_account(
        act=act,
        account=get_account(account_id),
        holder=holder,
        details=details,
        valid_from=valid_from,
        rank=rank,
        pay_day=pay_day,
    )


def keep_bank_account(
    *,
    act: Act,
    account: AccountRow,
    holder: str,
    details: BankDetails,
    valid_from: date,
    rank: int | None = None,
    pay_day: int | None = None,
) -> StoredMethodRow:
    """`add_bank_account` as a part of another act."""
    plain = checked(details)
    if not holder.strip():
        raise Refusal("stored_method.holder", _("Whose account is it?"), field="holder")
    refuse_card_numbers({"holder": holder})
    if pay_day is not None and not 1 <= pay_day <= 31:
        raise Refusal("stored_method.pay_day", _("A pay day is a day of the month."), field="pay_day")
    lock_names(f"stored_methods:{account.id}")
    fingerprint = fingerprint_of(plain)
    _refuse_known(account.id, fingerprint)
    row = StoredMethod(
        kind=PaymentMethod.DIRECT_DEBIT,
        details_kind=plain.kind,
        sealed=seal_details(plain, customer_id=account.customer_id),
        fingerprint=fingerprint,
        label=label_of(plain),
        holder=holder.strip()[:140],
        pay_day=pay_day,
        valid_from=valid_from,
    )
    _store(act, account, row, rank)
    note_change(after={"stored_method": row.pk, "label": row.label, "rank": row.rank}, effective_on=valid_from)
    return method_row(row)


def _store(act: Act, account: AccountRow, row: StoredMethod, rank: int | None) -> None:
    """Write a new method of an account, in use from its first day on; without a rank it is tried after the others."""
    row.legal_entity_id, row.account_id, row.currency = account.legal_entity_id, account.id, account.currency
    row.rank = rank or _next_rank(account.id)
    row.state, row.changed_at = StoredMethodState.ACTIVE, act.at
    row.recorded_by, row.recorded_at = act.actor, act.at
    row.save(force_insert=True)


@verb("stored_method.add_token", subject=lambda _, row: f"stored_method:{row.id}")
def add_token(
    *,
    act: Act,
    account_id: int,
    kind: PaymentMethod,
    provider: str,
    token: str,
    label: str,
    holder: str,
    valid_from: date,
    expires_on: date | None = None,
    rank: int | None = None,
    customer_token: str = "",
) -> StoredMethodRow:
    """Keep a gateway's token for a card or wallet; `label` is what the gateway lets be shown, `expires_on` its end.

    `customer_token`: what the gateway wants beside it, such as the customer of Stripe whom it is attached to. A token
    that is known is answered with what exists. Raises Refusal `card_number.refused`, and as `_gateway_of`.
    """
    refuse_card_numbers({"token": token, "label": label, "holder": holder})
    account = get_account(account_id)
    gateway = _gateway_of(account, provider, kind, token)
    lock_names(f"stored_methods:{account.id}")
    fingerprint = fingerprint_of_token(provider, token)
    if known := _known(account.id, fingerprint):
        return method_row(known)
    row = StoredMethod(
        kind=kind,
        provider=provider,
        sealed=vault.seal(f"customer:{account.customer_id}", {"token": token, "customer_token": customer_token}),
        fingerprint=fingerprint,
        label=(f"{SIMULATOR} {label}" if gateway.is_simulator else label)[:80],
        holder=holder[:140],
        valid_from=valid_from,
        expires_on=expires_on,
    )
    _store(act, account, row, rank)
    note_change(after={"stored_method": row.pk, "label": row.label, "provider": provider}, effective_on=valid_from)
    return method_row(row)


def _gateway_of(account: AccountRow, name: str, kind: PaymentMethod, token: str) -> GatewayRow:
    """Who gave the token. Raises Refusal `stored_method.token`, `stored_method.kind`, `stored_method.gateway`."""
    if not token or not name:
        raise Refusal("stored_method.token", _("A token needs its gateway and itself."), field="token")
    if kind not in (PaymentMethod.CARD, PaymentMethod.WALLET):
        raise Refusal("stored_method.kind", _("A token is of a card or of a wallet."), field="kind")
    gateway = find_gateway(name=name)
    payer = (account.legal_entity_id, account.currency)
    if gateway is None or (gateway.legal_entity_id, gateway.currency) != payer:
        raise Refusal(
            "stored_method.gateway",
            _("The account's company has no gateway %(name)s that takes %(currency)s.")
            % {"name": repr(name[:40]), "currency": account.currency},
            field="provider",
            cure=_("Name the gateway that gave the token, as it is set up."),
        )
    return gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedToken:
    """A token as its gateway wants it."""

    provider: str
    token: str = field(repr=False)
    customer_token: str = field(repr=False)


def token_of(method_id: int) -> OpenedToken:
    """The gateway and the token of a stored method, opened. Raises NotFound, Refusal `vault.erased`."""
    row = StoredMethod.objects.filter(pk=method_id).exclude(provider="").select_related("account").first()
    if row is None:
        raise NotFound("stored_method.not_found", _("There is no such token."), field="stored_method_id")
    opened = vault.unseal(f"customer:{row.account.customer_id}", bytes(row.sealed))
    return OpenedToken(
        provider=row.provider, token=str(opened["token"]), customer_token=str(opened.get("customer_token", ""))
    )


def _next_rank(account_id: int) -> int:
    highest = StoredMethod.objects.filter(account_id=account_id, state__in=ALIVE).aggregate(highest=Max("rank"))
    return int(highest["highest"] or 0) + 1


def _known(account_id: int, fingerprint: str) -> StoredMethod | None:
    return StoredMethod.objects.filter(account_id=account_id, fingerprint=fingerprint, state__in=ALIVE).first()


def _refuse_known(account_id: int, fingerprint: str) -> None:
    known = _known(account_id, fingerprint)
    if known is not None:
        raise Conflict(
            "stored_method.known",
            _("The account has this bank account already: %(label)s.") % {"label": known.label},
            field="details",
            cure=_("Add a mandate to the one that is there."),
        )


def _subject(arguments: Arguments, _row: object) -> str:
    return f"stored_method:{arguments['stored_method_id']}"


@verb("stored_method.set_rank", subject=_subject)
def set_rank(*, act: Act, stored_method_id: int, rank: int) -> StoredMethodRow:
    """Say in which order a method is tried, the lowest first."""
    if not 1 <= rank <= 99:
        raise Refusal("stored_method.rank", _("The order is a number from 1 to 99."), field="rank")
    row = _locked(stored_method_id)
    note_change(before={"rank": row.rank}, after={"rank": rank})
    row.rank, row.changed_at = rank, act.at
    row.save(update_fields=["rank", "changed_at"])
    return method_row(row)


@verb("stored_method.suspend", subject=_subject)
def suspend_method(*, act: Act, stored_method_id: int) -> StoredMethodRow:
    """Put a method aside: nothing is collected from it until it is resumed."""
    return _move(act, stored_method_id, "suspend")


@verb("stored_method.resume", subject=_subject)
def resume_method(*, act: Act, stored_method_id: int) -> StoredMethodRow:
    """Take a suspended method into use again."""
    return _move(act, stored_method_id, "resume")


@verb("stored_method.revoke", subject=_subject)
def revoke_method(*, act: Act, stored_method_id: int) -> StoredMethodRow:
    """End a method for good, and the mandates on it."""
    row = _move(act, stored_method_id, "revoke")
    _end_mandates(act, [row.id], "revoke", act.reason)
    return row


def _move(act: Act, method_id: int, name: str) -> StoredMethodRow:
    row = _locked(method_id)
    note_change(before={"state": row.state})
    row.state = STORED_METHOD.enter(name, row.state)
    row.state_reason, row.changed_at = act.reason[:200], act.at
    row.save(update_fields=["state", "state_reason", "changed_at"])
    note_change(after={"state": row.state})
    return method_row(row)


def _locked(method_id: int) -> StoredMethod:
    rows = lock_rows(StoredMethod, [method_id])
    if not rows:
        raise NotFound("stored_method.not_found", _("There is no such stored method."), field="stored_method_id")
    return rows[0]


def _end_mandates(act: Act, method_ids: Sequence[int], name: str, reason: str) -> int:
    """Enter the same end for the mandates that stand on methods; returns how many."""
    ids = Mandate.objects.filter(stored_method_id__in=method_ids).values_list("id", flat=True)
    ended = [row for row in lock_rows(Mandate, list(ids)) if MANDATE.allows(name, row.state)]
    for row in ended:
        row.state = MANDATE.enter(name, row.state)
        row.state_reason, row.changed_at = reason[:200], act.at
    Mandate.objects.bulk_update(ended, ["state", "state_reason", "changed_at"])
    return len(ended)


@verb("stored_method.correct_details", subject=_subject)
def correct_details(*, act: Act, stored_method_id: int, details: BankDetails, code: str) -> StoredMethodRow:
    """Take over what the payer's bank says is right of an account; the same again changes nothing.

    Debits from now on go there; the old details stay in the audit trail, sealed. It waits until somebody has looked at
    it. Raises Refusal `bank_details.wrong`, Conflict `stored_method.known`, NotFound.
    """
    row = _locked(stored_method_id)
    account = get_account(row.account_id)
    before = open_details(bytes(row.sealed), customer_id=account.customer_id)
    plain = checked(details)
    if plain == before:
        return method_row(row)
    fingerprint = fingerprint_of(plain)
    if fingerprint != row.fingerprint:
        _refuse_known(row.account_id, fingerprint)
    note_change(
        before={"label": row.label},
        personal={"before": f"{before.branch} {before.number} {before.account_type}"},
        personal_of=f"customer:{account.customer_id}",
    )
    row.sealed = seal_details(plain, customer_id=account.customer_id)
    row.fingerprint, row.label, row.bank_change, row.changed_at = fingerprint, label_of(plain), code[:10], act.at
    row.save(update_fields=["sealed", "fingerprint", "label", "bank_change", "changed_at"])
    note_change(after={"label": row.label, "code": code})
    return method_row(row)


@verb("stored_method.see_change", subject=_subject)
def see_change(*, act: Act, stored_method_id: int) -> StoredMethodRow:
    """Say that somebody has looked at what a bank corrected; a second time it changes nothing."""
    row = _locked(stored_method_id)
    note_change(before={"bank_change": row.bank_change})
    row.bank_change, row.changed_at = "", act.at
    row.save(update_fields=["bank_change", "changed_at"])
    return method_row(row)


def _company(arguments: Arguments, _answer: object) -> str:
    return f"legal_entity:{arguments['legal_entity_id']}"


@verb("stored_method.expire_due", subject=_company, did=bool)
def expire_due(*, act: Act, legal_entity_id: int, on: date) -> int:
    """Enter EXPIRED where the last day is over: methods with their mandates, and mandates of their own end."""
    over = StoredMethod.objects.filter(legal_entity_id=legal_entity_id, state__in=ALIVE, expires_on__lt=on)
    methods = lock_rows(StoredMethod, list(over.values_list("id", flat=True)))
    for row in methods:
        row.state, row.changed_at = STORED_METHOD.enter("expire", row.state), act.at
    StoredMethod.objects.bulk_update(methods, ["state", "changed_at"])
    ended = _end_mandates(act, [row.pk for row in methods], "expire", "")
    mandates = lock_rows(Mandate, _over(legal_entity_id, on))
    for mandate in mandates:
        mandate.state, mandate.changed_at = MANDATE.enter("expire", mandate.state), act.at
    Mandate.objects.bulk_update(mandates, ["state", "changed_at"])
    note_change(after={"methods": len(methods), "mandates": ended + len(mandates)}, effective_on=on)
    return len(methods) + ended + len(mandates)


def _over(legal_entity_id: int, on: date) -> list[int]:
    standing = list(MANDATE.verbs["expire"][0])
    over = Mandate.objects.filter(legal_entity_id=legal_entity_id, state__in=standing, ends_on__lt=on)
    return list(over.values_list("id", flat=True))


@verb("stored_method.warn_of_expiry", subject=_company, did=bool)
def warn_of_expiry(*, act: Act, legal_entity_id: int, on: date, days: int) -> int:
    """Tell of methods and mandates of a company that end within so many days, each once; returns how many.

    The news goes out as `stored_method.expiring` and `mandate.expiring`, with account and last day.
    """
    methods, mandates = unwarned(legal_entity_id=legal_entity_id, on=on, days=days)
    mark_warned(method_ids=[row.id for row in methods], mandate_ids=[row.id for row in mandates], at=act.at)
    outbox.emit_all(
        topic="stored_method.expiring",
        at=act.at,
        events=[
            (f"stored_method:{row.id}", {"account_id": row.account_id, "label": row.label, "on": str(row.expires_on)})
            for row in methods
        ],
    )
    outbox.emit_all(
        topic="mandate.expiring",
        at=act.at,
        events=[
            (f"mandate:{row.id}", {"account_id": row.account_id, "reference": row.reference, "on": str(row.ends_on)})
            for row in mandates
        ],
    )
    note_change(after={"methods": len(methods), "mandates": len(mandates)}, effective_on=on)
    return len(methods) + len(mandates)
