"""A contract and the document that was signed, stored in one act: never the one without the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billwright.accounts.queries import get_account
from billwright.files.operations import keep_file
from billwright.files.states import RetentionClass
from billwright.kernel.acts import Act, note_change, verb
from billwright.subscriptions.operations import NewClause, amend_contract, record_contract
from billwright.subscriptions.queries import ContractRow, contract_row
from billwright.subscriptions.states import ContractKind


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """The bytes of what was signed, as they came."""

    name: str
    media_type: str
    content: bytes


@verb("contract.record_signed", subject=lambda _arguments, answer: f"contract:{answer.id}")
def record_signed_contract(
    *,
    act: Act,
    account_id: int,
    number: str,
    title: str,
    starts_on: date,
    kind: ContractKind = ContractKind.CONTRACT,
    clauses: tuple[NewClause, ...] = (),
    signed_on: date | None = None,
    ends_before: date | None = None,
    document: SignedDocument | None = None,
) -> ContractRow:
    """Store a contract with its first wording and the document that carries it.

    Raises what `record_contract` raises, Refusal `file.empty`, `file.too_large`.
    """
    row = record_contract(
        act=act.nested(),
        account_id=account_id,
        number=number,
        title=title,
        starts_on=starts_on,
        clauses=clauses,
        signed_on=signed_on,
        ends_before=ends_before,
        file_id=_kept(act, document, account_id),
        kind=kind,
    )
    note_change(after={"number": number, "document": document.name if document else ""}, effective_on=starts_on)
    return row


@verb("contract.amend_signed", subject=lambda arguments, _answer: f"contract:{arguments['contract_id']}")
def amend_signed_contract(
    *,
    act: Act,
    contract_id: int,
    valid_from: date,
    clauses: tuple[NewClause, ...],
    document: SignedDocument | None = None,
) -> ContractRow:
    """Add a wording that holds from a day on, with the document that carries it.

    Raises what `amend_contract` raises, Refusal `file.empty`, `file.too_large`.
    """
    account_id = contract_row(contract_id).account_id
    row = amend_contract(
        act=act.nested(),
        contract_id=contract_id,
        valid_from=valid_from,
        clauses=clauses,
        file_id=_kept(act, document, account_id),
    )
    note_change(after={"document": document.name if document else ""}, effective_on=valid_from)
    return row


def _kept(act: Act, document: SignedDocument | None, account_id: int) -> int | None:
    """The id of the stored document. It is about the account: whoever may see that may see it."""
    if document is None:
        return None
    return keep_file(
        act=act,
        name=document.name,
        media_type=document.media_type,
        content=document.content,
        retention_class=RetentionClass.CONTRACT,
        about=f"account:{get_account(account_id).id}",
    ).id
