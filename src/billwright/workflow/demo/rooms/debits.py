"""Collecting in the demo: agreements, mandates in each of their states, a run with its returns, a run that waits."""

from __future__ import annotations

from dataclasses import dataclass, field

from billwright.kernel.errors import Refusal
from billwright.payments.collecting_rows import BankDetails, CollectionRunRow, MandateRow
from billwright.payments.operations import (
    AgreementIn,
    MandateIn,
    add_mandate,
    authenticate_mandate,
    revoke_mandate,
    set_agreement,
    suspend_mandate,
)
from billwright.payments.queries.collections import list_collections, list_runs
from billwright.payments.states import BankDetailsKind, CollectionState, MandateFrequency
from billwright.workflow.collecting import approve_run, check_run, prepare_run, record_failure, settle_run, submit_run
from billwright.workflow.demo.rooms.scene import Scene


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How a company of the demo collects; numbers that no bank has given out. `returns`: codes of its bank."""

    code: str
    creditor_id: str
    returns: tuple[str, str]
    terms: dict[str, str] = field(default_factory=dict)
    fee_minor: int | None = None


SCHEMES = {
    "KAROO": _Scheme("za-eft", "DEMO1", ("02", "30"), {"service_key": "DEMO-KEY", "lead_days": "2"}),
    "BALKAN": _Scheme("sepa-core", "BG21ZZZ000000001", ("AM04", "MD01")),
    "NIMBUS": _Scheme("nacha", "000000001", ("R01", "R10"), {"lead_days": "1"}),
    "SURYA": _Scheme("in-nach", "NACH00000000000001", ("04", "01"), {"lead_days": "2"}),
}
MANDATES_EACH = 6
SECOND_WAVE = 3


def agree(scene: Scene) -> None:
    """What each company agreed with its bank, and the mandates that customers signed."""
    for code, scheme in SCHEMES.items():
        set_agreement(
            act=scene.act("Agreed with the bank"),
            agreement=AgreementIn(
                legal_entity_id=scene.entities[code].id,
                scheme=scheme.code,
                bank_account_id=scene.bank(code).id,
                creditor_id=scheme.creditor_id,
                creditor_name=scene.entities[code].name[:35],
                valid_from=scene.first_day,
                terms=scheme.terms,
                notice_days=1,
                fee_minor=scheme.fee_minor,
            ),
        )
        signed = _sign(scene, code, [item.account_id for item in scene.claims(code, MANDATES_EACH)])
        if code == "NIMBUS" and len(signed) > 1:
            suspend_mandate(act=scene.act("The customer is away until spring"), mandate_id=signed[-1].id)
        if code == "BALKAN" and len(signed) > 1:
            revoke_mandate(act=scene.act("The customer pays by transfer again"), mandate_id=signed[-1].id)


def sign_more(scene: Scene) -> None:
    """More customers sign; one paper in each company still waits for the customer's bank, or ends soon."""
    for code in SCHEMES:
        _sign(scene, code, [item.account_id for item in scene.claims(code, SECOND_WAVE)], is_last_open=True)


def _sign(scene: Scene, code: str, account_ids: list[int], *, is_last_open: bool = False) -> list[MandateRow]:
    signed = []
    for place, account_id in enumerate(account_ids, start=1):
        is_odd = is_last_open and place == len(account_ids)
        mandate = add_mandate(
            act=scene.act("The signed form came by mail"),
            mandate=MandateIn(
                account_id=account_id,
                scheme=SCHEMES[code].code,
                reference=f"{scene.entities[code].code[:1]}M-{account_id}",
                signed_on=scene.ago(1),
                holder="Account holder (demo)",
                details=_details(code, account_id),
                frequency=MandateFrequency.MONTHLY if code == "KAROO" else MandateFrequency.AS_NEEDED,
                ends_on=scene.ago(-20) if is_odd else None,
            ),
        )
        if mandate.state == "CREATED" and not is_odd:
            mandate = authenticate_mandate(
                act=scene.act("The sponsor bank's answer"),
                mandate_id=mandate.id,
                on=scene.day,
                how="Net banking",
                bank_reference=f"DEMO{account_id:016d}",
            )
        signed.append(mandate)
    return signed


def _details(code: str, account_id: int) -> BankDetails:
    """An invented account at a bank that does not exist."""
    match code:
        case "KAROO":
            return BankDetails(kind=BankDetailsKind.ZA, branch="000000", number=f"90{account_id:08d}", account_type="1")
        case "NIMBUS":
            return BankDetails(
                kind=BankDetailsKind.US, branch="000000000", number=f"90{account_id:08d}", account_type="checking"
            )
        case "SURYA":
            return BankDetails(kind=BankDetailsKind.IN, branch="DEMO0000001", number=f"90{account_id:08d}")
        case _:
            return BankDetails(kind=BankDetailsKind.IBAN, iban=_iban(account_id))


def _iban(account_id: int) -> str:
    """A Bulgarian IBAN of a bank DEMO, with true check digits."""
    rest = f"DEMO000010{account_id:08d}"
    digits = "".join(str(int(letter, 36)) for letter in f"{rest}BG00")
    return f"BG{98 - int(digits) % 97:02d}{rest}"


def collect(scene: Scene) -> None:
    """A run of each company, prepared by one and approved by another, goes to its bank."""
    for code in SCHEMES:
        if run := _checked(scene, code):
            approve_run(act=scene.second(), collection_run_id=run.id)
            submit_run(act=scene.act(), collection_run_id=run.id)


def _checked(scene: Scene, code: str) -> CollectionRunRow | None:
    """The earliest run of a company, checked; none where nobody owes anything, as in a demo of a few accounts."""
    try:
        run = prepare_run(act=scene.act(), legal_entity_id=scene.entities[code].id, scheme=SCHEMES[code].code)
    except Refusal as refusal:
        if refusal.code != "collection_run.nothing_due":
            raise
        return None
    return check_run(act=scene.act(), collection_run_id=run.id)


def hear_back(scene: Scene) -> None:
    """The day of the debits has come: the banks say which failed, the others are paid."""
    for run in list_runs(state="SUBMITTED"):
        debits = list_collections(run_id=run.id, state=CollectionState.SUBMITTED, limit=None)
        [codes] = [scheme.returns for scheme in SCHEMES.values() if scheme.code == run.scheme]
        for debit, code in zip(debits, codes, strict=False):
            record_failure(
                act=scene.act("From the bank's list of unpaid debits"),
                collection_id=debit.id,
                code=code,
                on=scene.day,
            )
        settle_run(act=scene.act(), collection_run_id=run.id, on=scene.day)


def prepare_next(scene: Scene) -> None:
    """The next runs: checked, and waiting for the second person; the Bulgarian one is with the bank already."""
    for code in SCHEMES:
        run = _checked(scene, code)
        if run is not None and code == "BALKAN":
            approve_run(act=scene.second(), collection_run_id=run.id)
            submit_run(act=scene.act(), collection_run_id=run.id)
