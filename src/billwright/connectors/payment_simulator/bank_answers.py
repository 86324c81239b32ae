"""What a simulated bank writes about a file of debits, in the form of each scheme, in the order in which it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from xml.sax.saxutils import escape

from billwright.connectors.payment_simulator.bank_debits import BankFileKind, DebitFile
from billwright.connectors.payment_simulator.bank_outcomes import AnswerFile, BankFaultKind, Outcome

_ISO: Final = "urn:iso:std:iso:20022:tech:xsd:"
# The transaction code of a returned debit of a checking and of a savings account.
RETURN_CODES: Final = {"27": "26", "37": "36"}
# "The result is still to come": such an item is answered in the next file.
EXTENDED: Final = "98"
# One in three answers of the Indian clearing takes another day, told by its place in the file.
LATE_EVERY: Final = 3


def write(asked: DebitFile, outcomes: Sequence[Outcome]) -> list[AnswerFile]:
    """The files of answers; one that would say nothing is not written."""
    return list(_WRITERS[asked.kind](asked, outcomes))


def _file(name: str, day: date, content: str) -> AnswerFile:
    return AnswerFile(name=name, day=day, content=content.encode("latin-1", "replace"))


def _of(outcomes: Sequence[Outcome], fault: BankFaultKind) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.fault == fault]


def _sepa(asked: DebitFile, outcomes: Sequence[Outcome]) -> Iterator[AnswerFile]:
    """Refused debits by pain.002 before the action day; returns, and refunds weeks later, by camt.054."""
    refused = _of(outcomes, BankFaultKind.REFUSED)
    if refused:
        yield _file("pain002.xml", asked.action_day - timedelta(days=1), _status_report(asked, refused))
    for fault in (BankFaultKind.RETURNED, BankFaultKind.DISPUTED):
        back = _of(outcomes, fault)
        if back:
            yield _file(f"camt054-{fault.lower()}.xml", back[0].day, _advice(asked, back))


def _status_report(asked: DebitFile, refused: Sequence[Outcome]) -> str:
    answers = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{one.debit.reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"<StsRsnInf><Rsn><Cd>{one.code}</Cd></Rsn><AddtlInf>SIMULATOR</AddtlInf></StsRsnInf><OrgnlTxRef><Amt>"
        f'<InstdAmt Ccy="EUR">{_major(one)}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>'
        for one in refused
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{_ISO}pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>SIMULATOR-{escape(asked.message)}</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>"
        f"{escape(asked.message)}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
        f"<OrgnlPmtInfId>{escape(asked.message)}</OrgnlPmtInfId>{answers}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    )


def _advice(asked: DebitFile, back: Sequence[Outcome]) -> str:
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{_major(one)}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{one.day}</Dt></BookgDt><ValDt><Dt>{one.day}</Dt></ValDt><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{one.debit.reference}</EndToEndId></Refs><RtrInf><Rsn><Cd>{one.code}</Cd></Rsn></RtrInf>"
        "<AddtlTxInf>SIMULATOR</AddtlTxInf></TxDtls></NtryDtls></Ntry>"
        for one in back
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{_ISO}camt.054.001.08"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>SIMULATOR</MsgId></GrpHdr><Ntfctn><Id>SIMULATOR-{back[0].day}</Id><Acct><Id><IBAN>"
        f"{asked.account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )


def _major(outcome: Outcome) -> str:
    minor = outcome.debit.amount_minor
    return f"{minor // 100}.{minor % 100:02d}"


def _nacha(asked: DebitFile, outcomes: Sequence[Outcome]) -> Iterator[AnswerFile]:
    """Returns after two banking days, notifications of change beside them, unauthorised ones weeks later."""
    changed, back = _of(outcomes, BankFaultKind.CHANGED), _of(outcomes, BankFaultKind.RETURNED)
    if changed or back:
        yield _file("returns.ach", asked.action_day + timedelta(days=2), _return_file(asked, back, changed))
    disputed = _of(outcomes, BankFaultKind.DISPUTED)
    if disputed:
        yield _file("unauthorised.ach", disputed[0].day, _return_file(asked, disputed, []))


def _return_file(asked: DebitFile, back: Sequence[Outcome], changed: Sequence[Outcome]) -> str:
    header, batch = asked.head
    day = (back or changed)[0].day
    lines = [f"{header[:23]}{day:%y%m%d}0600{header[33:40]}{'SIMULATOR':23}{header[63:94]}"]
    count = hash_ = debits = batches = 0
    for chosen, kind in ((back, batch[50:53]), (changed, "COR")):
        if not chosen:
            continue
        batches += 1
        lines.append(f"{batch[:50]}{kind}{batch[53:87]}{batches:07d}")
        of_batch = [_returned(one, place) for place, one in enumerate(chosen, start=1)]
        lines += [line for pair in of_batch for line in pair]
        hashed = sum(int(one.debit.bank[:8]) for one in chosen)
        sum_ = sum(one.debit.amount_minor for one in chosen if kind != "COR")
        count, hash_, debits = count + 2 * len(chosen), hash_ + hashed, debits + sum_
        lines.append(
            f"8{batch[1:4]}{2 * len(chosen):06d}{hashed % 10**10:010d}{sum_:012d}{0:012d}{batch[40:50]}"
            f"{'':25}{batch[79:87]}{batches:07d}"
        )
    blocks = -(-(len(lines) + 1) // 10)
    lines.append(f"9{batches:06d}{blocks:06d}{count:08d}{hash_ % 10**10:010d}{debits:012d}{0:012d}{'':39}")
    lines += ["9" * 94] * (-len(lines) % 10)
    return "\r\n".join(lines) + "\r\n"


def _returned(one: Outcome, place: int) -> tuple[str, str]:
    """The entry as it came with the code of a return, and its addenda: 99 a reason, 98 what has changed."""
    line, trace = one.debit.line, f"{one.debit.bank[:8]}{place:07d}"
    amount = 0 if one.code.startswith("C") else one.debit.amount_minor
    entry = f"6{RETURN_CODES[line[1:3]]}{line[3:29]}{amount:010d}{line[39:78]}1{trace}"
    if one.code.startswith("C"):
        told = f"{_corrected(one):29}{'':15}"
        return entry, f"798{one.code}{one.debit.trace}{'':6}{one.debit.bank[:8]}{told}{trace}"
    return entry, f"799{one.code}{one.debit.trace}{'':6}{one.debit.bank[:8]}{'SIMULATOR':44}{trace}"


def _corrected(one: Outcome) -> str:
    """What a payer's bank says is right: C01 the account, C02 the routing number, C05 the kind of account."""
    account = one.debit.account
    told = {
        "C01": account[:-1] + str((int(account[-1]) + 1) % 10) if account[-1:].isdecimal() else account + "1",
        "C02": other_routing(one.debit.bank),
        "C05": {"27": "37", "37": "27"}[one.debit.line[1:3]],
    }
    return told[one.code]


def other_routing(routing: str) -> str:
    """Another routing number whose check digit is right (weights 3, 7, 1)."""
    stem = f"{routing[:7]}{(int(routing[7]) + 1) % 10}"
    weights = (3, 7, 1, 3, 7, 1, 3, 7)
    total = sum(int(digit) * weight for digit, weight in zip(stem, weights, strict=True))
    return f"{stem}{-total % 10}"


def _za(asked: DebitFile, outcomes: Sequence[Outcome]) -> Iterator[AnswerFile]:
    """A processor's statements: unpaid after two days, disputed weeks later."""
    for fault in (BankFaultKind.RETURNED, BankFaultKind.DISPUTED):
        back = _of(outcomes, fault)
        if back:
            lines = [
                f"{one.day:%Y%m%d}\tDRU\t{place}\t{one.code} SIMULATOR\t{one.debit.amount_minor}\t-\t0\t"
                f"{one.debit.reference}"
                for place, one in enumerate(back, start=1)
            ]
            day = back[0].day
            text = "\r\n".join([f"SH\t{day:%Y%m%d}\t1\t{asked.company}", *lines, f"SF\t{len(back)}", ""])
            yield _file(f"unpaid-{fault.lower()}.txt", day, text)


def _nach(asked: DebitFile, outcomes: Sequence[Outcome]) -> Iterator[AnswerFile]:
    """The file as it came, each item with its result; what takes another day comes in a second file."""
    late = {place for place in range(1, len(outcomes) + 1) if place % LATE_EVERY == 0}
    yield _file("answer.txt", asked.action_day, _answered(asked, list(enumerate(outcomes, start=1)), late))
    rest = [(place, one) for place, one in enumerate(outcomes, start=1) if place in late]
    if rest:
        yield _file("answer-late.txt", asked.action_day + timedelta(days=1), _answered(asked, rest, set()))


def _answered(asked: DebitFile, chosen: Sequence[tuple[int, Outcome]], late: set[int]) -> str:
    [head] = asked.head
    total = sum(one.debit.amount_minor for _place, one in chosen)
    lines = [f"{head[:112]}{total:013d}{head[125:238]}{len(chosen):09d}{head[247:]}"]
    for place, one in chosen:
        flag, reason = ("0", EXTENDED) if place in late else ("0", one.code) if one.code else ("1", "00")
        line = one.debit.line
        lines.append(f"{line[:153]}{flag}{reason:2}{line[156:]}")
    return "\r\n".join(lines) + "\r\n"


_WRITERS: Final[dict[BankFileKind, Callable[[DebitFile, Sequence[Outcome]], Iterator[AnswerFile]]]] = {
    BankFileKind.SEPA: _sepa,
    BankFileKind.NACHA: _nacha,
    BankFileKind.ZA: _za,
    BankFileKind.NACH: _nach,
}
