"""camt: versions, batches, signs, balances, what is not booked, and what must be refused."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.connectors.camt import CamtReader
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_file, read_one

READER = CamtReader()


def balance(kind, amount, mark="CRDT"):
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )


def entry(amount="12.30", mark="CRDT", status="<Sts>BOOK</Sts>", inside="", currency="EUR"):
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{status}'
        f"<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-03</Dt></ValDt>"
        f"<AcctSvcrRef>B-1</AcctSvcrRef>{inside}</Ntry>"
    )


PARTIES = (
    "<RltdPties><Dbtr>{name}</Dbtr><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>"
    "<Cdtr><Nm>Harbour Water</Nm></Cdtr></RltdPties>"
)


def transaction(amount=None, mark="", end_to_end="INV-7", name="<Nm>Mira Voss</Nm>", rest=""):
    stated = "" if amount is None else f'<Amt Ccy="EUR">{amount}</Amt>'
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{stated}{mark}{PARTIES.format(name=name)}"
        f"<RmtInf><Ustrd>Invoice 7</Ustrd><Ustrd>thank you</Ustrd></RmtInf>{rest}</TxDtls>"
    )


def statement(*entries, opening="100.00", closing="112.30", rest="", head="", version="08"):
    return (
        f'{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S-1</Id><ElctrncSeqNb>17</ElctrncSeqNb>"
        "<Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{rest}{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>"
    )


def test_a_statement_and_its_entry_say_all_that_is_asked():
    found = read_one(READER, statement(entry(inside=f"<NtryDtls>{transaction()}</NtryDtls>")))
    assert found.statement.account == "NL91ABNA0417164300"
    assert (found.statement.currency, found.statement.number) == ("EUR", "17")
    assert (found.statement.opening, found.statement.closing) == (Decimal("100.00"), Decimal("112.30"))
    assert found.statement.ties
    [line] = found.entries
    assert (line.booking_date, line.value_date) == (date(2026, 3, 2), date(2026, 3, 3))
    assert (line.amount, line.bank_reference, line.end_to_end) == (Decimal("12.30"), "B-1", "INV-7")
    assert (line.counterparty, line.counterparty_account) == ("Mira Voss", "DE89370400440532013000")
    assert line.remittance == "Invoice 7 thank you"


@pytest.mark.parametrize("number", range(2, 14))
def test_every_version_is_read(number):
    format_name, [found] = read_file(READER, statement(entry(), version=f"{number:02}"))
    assert (format_name, found.amounts) == ("camt.053", ["12.30"])


@pytest.mark.parametrize(
    ("message", "inner", "format_name"),
    [
        ("BkToCstmrAcctRpt", "Rpt", "camt.052"),
        ("BkToCstmrStmt", "Stmt", "camt.053"),
        ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "camt.054"),
    ],
)
def test_the_message_decides_the_format(message, inner, format_name):
    content = f"<Document><{message}><{inner}><Id>1</Id>{entry()}</{inner}></{message}></Document>"
    found, [only] = read_file(READER, content)
    assert (found, only.statement.opening, only.statement.ties) == (format_name, None, True)


def test_prefixes_and_envelopes_make_no_difference():
    inner = statement(entry()).replace("<Document xmlns", "<Document xmlns:b").replace("</", "</b:").replace("<", "<b:")
    content = "<Envelope><Header/>" + inner.replace("<b:/b:", "</b:") + "</Envelope>"
    assert read_one(READER, content).amounts == ["12.30"]


def test_a_batch_becomes_its_transactions_when_they_add_up():
    inside = f"<NtryDtls>{transaction('4.30', name='<Nm>Ana</Nm>')}{transaction('8.00', end_to_end='B')}</NtryDtls>"
    found = read_one(READER, statement(entry(inside=inside)))
    assert found.amounts == ["4.30", "8.00"]
    assert [line.end_to_end for line in found.entries] == ["INV-7", "B"]


def test_a_batch_that_does_not_add_up_stays_one_entry():
    inside = f"<NtryDtls>{transaction('4.30')}{transaction('9.00')}</NtryDtls>"
    assert read_one(READER, statement(entry(inside=inside))).amounts == ["12.30"]


def test_parts_with_signs_of_their_own_add_up():
    parts = transaction("15.00", "<CdtDbtInd>CRDT</CdtDbtInd>") + transaction("2.70", "<CdtDbtInd>DBIT</CdtDbtInd>")
    assert read_one(READER, statement(entry(inside=f"<NtryDtls>{parts}</NtryDtls>"))).amounts == ["15.00", "-2.70"]


def test_pending_entries_are_not_in_the_totals():
    pending = entry("500.00", status="<Sts><Cd>PDNG</Cd></Sts>")
    found = read_one(
        READER, statement(entry(status="<Sts><Cd>BOOK</Cd></Sts>"), pending, entry("1.00", status="<Sts>INFO</Sts>"))
    )
    assert (found.amounts, found.statement.ties) == (["12.30"], True)


def test_a_reversal_does_not_turn_the_sign_and_keeps_the_parts_that_the_parties_played():
    inside = f"<RvslInd>true</RvslInd><NtryDtls>{transaction()}</NtryDtls>"
    found = read_one(READER, statement(entry(mark="DBIT", inside=inside), closing="87.70"))
    assert (found.amounts, found.entries[0].counterparty, found.statement.ties) == (["-12.30"], "Mira Voss", True)


def test_a_returned_debit_names_its_reason():
    rest = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    found = read_one(
        READER, statement(entry(mark="DBIT", inside=f"<NtryDtls>{transaction(rest=rest)}</NtryDtls>"), closing="87.70")
    )
    assert (found.entries[0].code, found.entries[0].return_reason) == ("AC04", "AC04")
    assert found.entries[0].counterparty == "Mira Voss"


def test_codes_of_the_bank():
    domain = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
    own = "<BkTxCd><Prtry><Cd>NTRF+166</Cd></Prtry></BkTxCd>"
    found = read_one(READER, statement(entry(inside=domain), entry("0.00", inside=own)))
    assert [line.code for line in found.entries] == ["PMNT-RCDT-ESCT", "NTRF+166"]


def test_what_does_not_add_up_says_so():
    found = read_one(READER, statement(entry(), closing="112.31"))
    assert not found.statement.ties
    assert "112.31" in found.statement.faults[0]


def test_announced_counts_and_currencies_are_held_against_the_entries():
    summary = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>99.00</Sum></TtlNtries></TxsSummry>"
    found = read_one(READER, statement(entry(currency="USD"), rest=summary))
    assert len(found.statement.faults) == 3


def test_names_with_letters_of_xml():
    inside = f"<NtryDtls>{transaction(name='<Nm>Smith &amp; Sons &lt;Pty&gt;</Nm>')}</NtryDtls>"
    found = read_one(READER, statement(entry(inside=inside), entry("0.00", inside=inside)))
    assert [line.counterparty for line in found.entries] == ["Smith & Sons <Pty>"] * 2


def test_comments_and_character_data_go_through_the_parser():
    hidden = f"<!-- {entry('77.00')} -->"
    said = transaction(name="<Nm><![CDATA[A <b> & C]]></Nm>")
    found = read_one(READER, statement(hidden, entry(inside=f"<NtryDtls>{said}</NtryDtls>")))
    assert (found.amounts, found.entries[0].counterparty) == (["12.30"], "A <b> & C")


def test_entries_of_a_known_shape_are_read_like_the_first():
    inside = f"<NtryDtls>{transaction()}</NtryDtls>"
    lines = [entry(f"{number}.00", inside=inside.replace("INV-7", f"E{number}")) for number in range(1, 51)]
    found = read_one(READER, statement(*lines, closing=str(100 + sum(range(1, 51)))))
    assert found.statement.ties
    assert [line.end_to_end for line in found.entries] == [f"E{number}" for number in range(1, 51)]


# So many entries of one shape come before a pattern of it is made and used.
MANY = 130


def test_what_a_pattern_reads_is_what_the_parser_reads():
    usual = f"<NtryDtls>{transaction()}</NtryDtls>"
    entries = [entry(f"{number}.00", inside=usual.replace("INV-7", f"E{number}")) for number in range(1, MANY)]
    entries += [
        entry(inside=usual.replace("Mira", written))
        for written in ("A &amp; B", "A > B", "", "A  \n B", "</Nm><Nm>twice", "Zoë")
    ]
    entries += [entry(inside=usual, status="<Sts>PDNG</Sts>"), entry(inside=usual).replace("><", ">\n<"), entry()]
    total = sum(range(1, MANY)) + 8 * Decimal("12.30") + 100
    by_pattern = read_one(READER, statement(*entries, *entries[:3], closing=str(total + 6)))
    by_parser = read_one(READER, statement("<!-- as it is -->", *entries, *entries[:3], closing=str(total + 6)))
    assert by_pattern.statement.ties
    assert by_pattern.entries == by_parser.entries
    assert [line.counterparty for line in by_pattern.entries[MANY - 1 : MANY + 2]] == [
        "A & B Voss",
        "A > B Voss",
        "Voss",
    ]


@pytest.mark.parametrize(
    ("good", "broken"),
    [("</Amt>", "<Amt>"), ("Mira", "]]>"), ("Mira", "&unknown;"), ("Mira", "<Nm>"), ("2026-03-02", "2026-02-30")],
)
def test_what_is_wrong_behind_a_pattern_is_refused_with_its_place(good, broken):
    usual = entry(inside=f"<NtryDtls>{transaction()}</NtryDtls>")
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, statement(*[usual] * MANY, usual.replace(good, broken), *[usual] * 3))
    assert refused.value.where == f"Ntry[{MANY + 1}]"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings(encoding):
    inside = f"<NtryDtls>{transaction(name='<Nm>Zoë Müller</Nm>')}</NtryDtls>"
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n'
    assert (
        read_one(READER, statement(entry(inside=inside), head=head), encoding).entries[0].counterparty == "Zoë Müller"
    )


def test_a_file_that_says_utf_8_and_is_not_is_read_as_what_it_is():
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    inside = f"<NtryDtls>{transaction(name='<Nm>Zoë</Nm>')}</NtryDtls>"
    assert read_one(READER, statement(entry(inside=inside), head=head), "cp1252").entries[0].counterparty == "Zoë"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd">',
    ],
)
def test_entity_bombs_are_refused_where_they_stand(head):
    with pytest.raises(UnableToRead, match="document type"):
        read_file(READER, statement(entry(), head=head))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_truncated_file_is_refused(share):
    whole = statement(*[entry()] * 20)
    with pytest.raises(UnableToRead):
        read_file(READER, whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (entry("12,30"), "Ntry[2]/Amt"),
        (entry(""), "Ntry[2]/Amt"),
        (entry(mark="UP"), "Ntry[2]/CdtDbtInd"),
        (entry().replace("2026-03-02", "2026-02-30"), "Ntry[2]"),
    ],
)
def test_a_wrong_entry_is_named(broken, place):
    with pytest.raises(UnableToRead) as refused:
        read_file(READER, statement(entry(), broken))
    assert refused.value.where == place


def test_an_entry_that_is_not_xml_is_refused_also_in_a_known_shape():
    broken = entry().replace("</Amt>", "<Amt>")
    with pytest.raises(UnableToRead):
        read_file(READER, statement(entry(), entry(), broken))


def test_several_statements_of_one_file():
    second = statement(entry("5.00", mark="DBIT"), opening="112.30", closing="107.30")
    inner = second[second.index("<Stmt>") : second.index("</BkToCstmrStmt>")]
    _format, found = read_file(READER, statement(entry()).replace("</BkToCstmrStmt>", inner + "</BkToCstmrStmt>"))
    assert [one.statement.ties for one in found] == [True, True]
    assert [one.amounts for one in found] == [["12.30"], ["-5.00"]]


def test_the_previous_closing_balance_opens_and_an_interim_one_closes():
    content = statement(entry()).replace("OPBD", "PRCD").replace("CLBD", "ITBD")
    found = read_one(READER, content)
    assert (found.statement.opening, found.statement.closing) == (Decimal("100.00"), Decimal("112.30"))
