"""Stored means of paying and mandates: masked, with their life."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from billwright.interfaces.api.doors import account_of, act_of, entities, perform, permitted, today_at
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, In, Out
from billwright.kernel.money import Money
from billwright.payments import operations
from billwright.payments.collecting_rows import AgreementRow, BankDetails, CollectionRow, MandateRow, StoredMethodRow
from billwright.payments.operations import AgreementIn, MandateIn
from billwright.payments.queries import mandates as queries
from billwright.payments.states import MandateState, PaymentMethod
from billwright.workflow import gateway_intake

router = Router()
_METHOD_MOVES = {
    "suspend": operations.suspend_method,
    "resume": operations.resume_method,
    "see-change": operations.see_change,
}
_MOVES = {
    "suspend": operations.suspend_mandate,
    "resume": operations.resume_mandate,
    "revoke": operations.revoke_mandate,
}


class MandateList(PageQuery):
    """Filters; everything given must hold."""

    legal_entity_id: Id | None = None
    scheme: Annotated[Text, Field(max_length=20)] = ""
    state: MandateState | None = None
    text: Annotated[Text, Field(max_length=80)] = ""
    expiring_by: Day | None = None


class ConfirmedMandate(Closed):
    """When and how the customer confirmed a mandate with his bank; the bank's own reference is such as a UMRN."""

    on: Day
    how: Annotated[Text, Field(min_length=1, max_length=60)]
    bank_reference: Annotated[Text, Field(max_length=40)] = ""


class MovedMandate(Closed):
    """Why; revoking needs it."""

    reason: Reason = ""


class MethodRank(Closed):
    """In which order the method is tried, the lowest first."""

    rank: Annotated[int, Field(ge=1, le=99)]


class NewBankAccountMethod(Closed):
    """A customer's bank account as its country names it; collecting from it needs a mandate too."""

    holder: Annotated[Text, Field(min_length=1, max_length=140)]
    details: In[BankDetails]
    valid_from: Day
    rank: Annotated[int, Field(ge=1, le=99)] | None = None
    pay_day: Annotated[int, Field(ge=1, le=31)] | None = None


class NewToken(Closed):
    """What a gateway gave for a customer's card or wallet: never the card's number. `holder` empty: the customer."""

    provider: Annotated[Text, Field(min_length=1, max_length=40, description="The gateway's name, as it is set up.")]
    kind: Literal["CARD", "WALLET"] = "CARD"
    token: Annotated[Text, Field(min_length=1, max_length=255)]
    customer_token: Annotated[Text, Field(max_length=255)] = ""
    label: Annotated[Text, Field(min_length=1, max_length=60)]
    holder: Annotated[Text, Field(max_length=140)] = ""
    expires_on: Day | None = None
    rank: Annotated[int, Field(ge=1, le=99)] | None = None
    reason: Reason = ""


class EndedAgreement(Closed):
    """Which agreement ends, from which day on, and why."""

    legal_entity_id: Id
    scheme: Annotated[Text, Field(min_length=1, max_length=20)]
    on: Day
    reason: Reason


class TokenDebit(Closed):
    """At most how much, the oldest first; and the failed debit whose plan it carries out, if it does."""

    amount: Annotated[Text, Field(max_length=20)] = ""
    takes_up_id: Id | None = None


@router.get("/mandates", response={200: Page[Out[MandateRow]], **PROBLEMS}, summary="List mandates, newest first")
def list_mandates(request: HttpRequest, asked: Query[MandateList]) -> Rows[MandateRow]:
    """Bank accounts are shown by their last letters alone."""
    rows = queries.list_mandates(
        legal_entity_ids=entities(request, "mandate.view", asked.legal_entity_id),
        scheme=asked.scheme,
        state=asked.state or "",
        text=asked.text,
        expiring_by=asked.expiring_by,
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("/mandates", response={201: Out[MandateRow], **PROBLEMS}, summary="Record a signed mandate")
def add_mandate(request: HttpRequest, body: In[MandateIn]) -> Status[MandateRow]:
    """On a stored method, or with the bank account. Its reference is never used a second time."""
    return Status(201, perform(request, operations.add_mandate, mandate=body))


@router.get("/mandates/{mandate_id}", response={200: Out[MandateRow], **PROBLEMS}, summary="One mandate")
def get_mandate(request: HttpRequest, mandate_id: Id) -> MandateRow:
    return permitted(request, "mandate.view", queries.get_mandate, mandate_id)


@router.post(
    "/mandates/{mandate_id}/authenticate", response={200: Out[MandateRow], **PROBLEMS}, summary="Confirm a mandate"
)
def authenticate(request: HttpRequest, mandate_id: Id, body: ConfirmedMandate) -> MandateRow:
    """The customer has confirmed it with his bank; it is active from then on."""
    on: date = body.on
    return perform(
        request,
        operations.authenticate_mandate,
        mandate_id=mandate_id,
        on=on,
        how=body.how,
        bank_reference=body.bank_reference,
    )


@router.post("/mandates/{mandate_id}/{move}", response={200: Out[MandateRow], **PROBLEMS}, summary="Move a mandate")
def move(
    request: HttpRequest, mandate_id: Id, move: Literal["suspend", "resume", "revoke"], body: MovedMandate
) -> MandateRow:
    """Put it aside, take it into use again, or end it for good."""
    return perform(request, _MOVES[move], why=body.reason, mandate_id=mandate_id)


@router.get(
    "/accounts/{account_id}/stored-methods",
    response={200: list[Out[StoredMethodRow]], **PROBLEMS},
    summary="Stored means of paying of an account",
)
def list_methods(request: HttpRequest, account_id: Id) -> list[StoredMethodRow]:
    """In the order in which they are tried; masked."""
    account_of(request, "mandate.view", account_id)
    return queries.list_methods(account_id)


@router.post(
    "/stored-methods/{stored_method_id}/rank",
    response={200: Out[StoredMethodRow], **PROBLEMS},
    summary="Change the order of a stored method",
)
def set_rank(request: HttpRequest, stored_method_id: Id, body: MethodRank) -> StoredMethodRow:
    return perform(request, operations.set_rank, stored_method_id=stored_method_id, rank=body.rank)


@router.post(
    "/accounts/{account_id}/stored-methods",
    response={201: Out[StoredMethodRow], **PROBLEMS},
    summary="Keep a bank account of a customer",
)
def add_bank_account(request: HttpRequest, account_id: Id, body: NewBankAccountMethod) -> Status[StoredMethodRow]:
    """Checked, encrypted, and shown by its last letters alone."""
    return Status(201, perform(request, operations.add_bank_account, account_id=account_id, **members_of(body)))


@router.post(
    "/accounts/{account_id}/stored-tokens",
    response={201: Out[StoredMethodRow], **PROBLEMS},
    summary="Keep a gateway's token for a card or wallet",
)
def add_token(request: HttpRequest, account_id: Id, body: NewToken) -> Status[StoredMethodRow]:
    """Sealed, and never answered again; one that is known is answered with what exists. `reason`: how he agreed."""
    account = account_of(request, "mandate.view", account_id)
    answer = perform(
        request,
        operations.add_token,
        why=body.reason,
        account_id=account.id,
        kind=PaymentMethod(body.kind),
        holder=body.holder or account.shown_name,
        valid_from=today_at(request, account.legal_entity_id),
        **members_of(body, but=("reason", "kind", "holder")),
    )
    return Status(201, answer)


@router.get(
    "/stored-methods/{stored_method_id}",
    response={200: Out[StoredMethodRow], **PROBLEMS},
    summary="One stored means of paying",
)
def get_method(request: HttpRequest, stored_method_id: Id) -> StoredMethodRow:
    """Masked."""
    return permitted(request, "mandate.view", queries.get_method, stored_method_id)


@router.post(
    "/stored-methods/{stored_method_id}/debits",
    response={201: Out[CollectionRow], **PROBLEMS},
    summary="Debit a stored token now",
)
def debit_token(request: HttpRequest, stored_method_id: Id, body: TokenDebit) -> Status[CollectionRow]:
    """For what is due on its account, or for a failed debit as planned; a decline is an answer with its plan.

    Refused with the rule of the card's network where that allows no further try.
    """
    row = permitted(request, "mandate.view", queries.get_method, stored_method_id)
    act = act_of(request)
    begun = perform(
        request,
        gateway_intake.begin_debit,
        stored_method_id=stored_method_id,
        on=today_at(request, row.legal_entity_id),
        takes_up_id=body.takes_up_id,
        amount=Money.of(body.amount, row.currency) if body.amount else None,
    )
    return Status(201, gateway_intake.charge_begun(act=act.nested(), collection_id=begun.id))


@router.post(
    "/stored-methods/{stored_method_id}/revoke",
    response={200: Out[StoredMethodRow], **PROBLEMS},
    summary="End a stored method",
)
def revoke_method(request: HttpRequest, stored_method_id: Id, body: MovedMandate) -> StoredMethodRow:
    """For good, and the mandates on it."""
    return perform(request, operations.revoke_method, why=body.reason, stored_method_id=stored_method_id)


@router.post(
    "/stored-methods/{stored_method_id}/{move}",
    response={200: Out[StoredMethodRow], **PROBLEMS},
    summary="Put a stored method aside, or use it again",
)
def move_method(
    request: HttpRequest, stored_method_id: Id, move: Literal["suspend", "resume", "see-change"], body: MovedMandate
) -> StoredMethodRow:
    """Nothing is collected from it while it is put aside. `see-change`: somebody looked at what its bank corrected."""
    return perform(request, _METHOD_MOVES[move], why=body.reason, stored_method_id=stored_method_id)


@router.get(
    "/collection-agreements",
    response={200: list[Out[AgreementRow]], **PROBLEMS},
    summary="What was agreed with banks about collecting",
)
def list_agreements(request: HttpRequest) -> list[AgreementRow]:
    return queries.list_agreements(legal_entity_ids=entities(request, "collection.view"))


@router.post(
    "/collection-agreements/end",
    response={201: Out[AgreementRow], **PROBLEMS},
    summary="End what was agreed with a bank",
)
def end_agreement(request: HttpRequest, body: EndedAgreement) -> Status[AgreementRow]:
    """From a day on no run of the scheme can be prepared; those with the bank go on."""
    return Status(201, perform(request, operations.end_agreement, why=body.reason, **members_of(body)))


@router.post(
    "/collection-agreements", response={201: Out[AgreementRow], **PROBLEMS}, summary="Enter what was agreed with a bank"
)
def set_agreement(request: HttpRequest, body: In[AgreementIn]) -> Status[AgreementRow]:
    """From a day on."""
    return Status(201, perform(request, operations.set_agreement, agreement=body))
