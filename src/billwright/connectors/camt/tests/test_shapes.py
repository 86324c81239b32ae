"""What is cut out of the text and read by shape and pattern is what the parser alone reads of the document."""

from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from billwright.connectors.camt import CamtReader, shapes
from billwright.connectors.camt.tests.test_reader import entry, statement, transaction
from billwright.payments import bank_text
from billwright.payments.ports import UnableToRead
from billwright.payments.tests.bank_files import read_one

READER = CamtReader()

PLAIN = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>{status}</Sts>'
    "<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><DtTm>{day}T09:00:00+02:00</DtTm></ValDt>"
    "<AcctSvcrRef>{first}</AcctSvcrRef><AddtlNtryInf>{second}</AddtlNtryInf></Ntry>"
)
DETAILED = (
    '<Ntry>\n  <Amt Ccy="EUR">{amount}</Amt>\n  <CdtDbtInd>{mark}</CdtDbtInd>\n  <Sts><Cd>{status}</Cd></Sts>\n'
    "  <BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef/>\n  <BkTxCd><Prtry><Cd>{third}</Cd></Prtry></BkTxCd>\n"
    "  <NtryDtls><TxDtls><Refs><EndToEndId>{first}</EndToEndId></Refs><RltdPties><Dbtr><Nm>{second}</Nm></Dbtr>"
    "<Cdtr><Nm>{third}</Nm></Cdtr></RltdPties><RmtInf><Ustrd>{third}</Ustrd><Ustrd>{first}</Ustrd></RmtInf>"
    "</TxDtls></NtryDtls>\n</Ntry>"
)
BATCH = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>{status}</Sts><RvslInd>true</RvslInd>'
    "<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><NtryDtls>"
    '<TxDtls><Amt Ccy="EUR">10.00</Amt><RtrInf><Rsn><Cd>{first}</Cd></Rsn></RtrInf></TxDtls>'
    '<TxDtls><Amt Ccy="EUR">2.30</Amt><AddtlTxInf>{second}</AddtlTxInf></TxDtls></NtryDtls></Ntry>'
)

# Whatever XML lets stand in a text: also what looks like a mark, and what only the parser can tell. Most texts are
# usual, else no shape would come often enough to become a pattern.
USUAL = st.sampled_from(("", "Mira Voss", "  INV-7 ", "Zoë\n\tGroß"))
TEXT = st.one_of(
    USUAL,
    USUAL,
    USUAL,
    st.text(alphabet="aZ09 >/'\"-.=ß\n\t", max_size=9),
    st.sampled_from(("A &amp; B", "&lt;Nm&gt;", "]]&gt;", "x>/Nm>y", "x>/AcctSvcrRef>y")),
)


def written(amounts=("12.30", " 12.30\n", "0.00"), marks=("CRDT", "DBIT"), days=("2026-03-02", "2026-03-03")):
    """An entry of one of the shapes, with such texts."""
    return st.builds(
        str.format,
        st.sampled_from((PLAIN, DETAILED, BATCH)),
        amount=st.sampled_from(amounts),
        mark=st.sampled_from(marks),
        status=st.sampled_from(("BOOK", "BOOK", "PDNG")),
        day=st.sampled_from(days),
        first=TEXT,
        second=TEXT,
        third=TEXT,
    )


LAST = st.one_of(written(), written(amounts=("12,30",)), written(marks=("UP",)), written(days=("2026-02-30",)))


def outcome(content):
    """The entries with whether all adds up, or where it is refused."""
    try:
        found = read_one(READER, content)
    except UnableToRead as error:
        return error.message, error.where
    return found.entries, found.statement.ties


@settings(max_examples=25, deadline=None)
@given(st.lists(written(), min_size=12, max_size=16), LAST, st.sampled_from((41, 700, 1024 * 1024)))
@example([], entry(inside=f"<NtryDtls>{transaction(name='<Nm>x>/Nm>y</Nm>')}</NtryDtls>"), 700)
def test_entries_are_read_as_the_parser_reads_them_however_the_file_is_cut(entries, last, chunk_bytes):
    with (
        patch.object(shapes, "PATTERN_USES_MIN", 1),
        patch.object(shapes, "ENTRIES_MAX", 1),
        patch.object(bank_text, "CHUNK_BYTES", chunk_bytes),
    ):
        assert outcome(statement(*entries, last)) == outcome(statement("<!-- as it is -->", *entries, last))


def test_a_shape_that_comes_again_and_again_is_read_by_its_pattern():
    found = []
    match = shapes.Shapes.match

    def noted(self, text, start):
        found.append(match(self, text, start) is not None)
        return match(self, text, start)

    usual = entry(inside=f"<NtryDtls>{transaction()}</NtryDtls>")
    with patch.object(shapes, "ENTRIES_MAX", 1), patch.object(shapes.Shapes, "match", noted):
        read_one(READER, statement(*[usual] * 20, closing="346.00"))
    assert (found[0], found[-1], found.count(False)) == (False, True, shapes.PATTERN_USES_MIN + 2)
