"""Reading bank files: entries a second for MT940 and camt.053, and the ratio to the least that must be done.

The floor of MT940 is taking the lines out of the file, that of camt.053 the events of the XML parser; both with
nothing made of them. `make bench NAME=statements` reads 200,000 entries of each; `python -m tests.performance
statements 1000000` another number. The entries are invented and say as much as those of a bank.
"""

import io
import resource
import time
from collections.abc import Callable, Iterator
from xml.parsers import expat

from billwright.payments.bank_reading import open_reading
from billwright.payments.bank_text import open_bank_file
from billwright.project.wiring import BANK_FILE_READERS

ENTRIES = 200_000
WANTED_A_SECOND = 50_000


def mt940(count: int) -> Iterator[str]:
    """One statement of `count` credits of 12.30, with field 86 in German subfields."""
    yield ":20:BENCH\n:25:37040044/0532013000\n:28C:1/1\n:60F:C260302EUR0,00\n"
    for number in range(count):
        yield (
            f":61:2603020302C12,30NTRFNONREF//BANK{number:08}\n"
            f":86:166?00GUTSCHRIFT?109310?20EREF+E2E-{number:08}?21SVWZ+Rechnung {number:08} vom?22 2. Maerz 2026"
            "?30COBADEFFXXX?31DE89370400440532013000?32Mira Voss?34000\n"
        )
    yield f":62F:C260302EUR{count * 1230 // 100},{count * 1230 % 100:02}\n-\n"


def camt(count: int) -> Iterator[str]:
    """One statement of `count` credits of 12.30, each with its transaction."""
    total = f"{count * 1230 // 100}.{count * 1230 % 100:02}"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        "<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id>"
        "<IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    )
    for kind, amount in (("OPBD", "0.00"), ("CLBD", total)):
        yield (
            f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
            "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>\n"
        )
    for number in range(count):
        yield (
            '<Ntry><Amt Ccy="EUR">12.30</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
            "<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>"
            f"<AcctSvcrRef>BANK{number:08}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
            "<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls>"
            f"<Refs><EndToEndId>E2E-{number:08}</EndToEndId></Refs><RltdPties>"
            "<Dbtr><Pty><Nm>Mira Voss</Nm></Pty></Dbtr><DbtrAcct><Id>"
            "<IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>"
            f"<RmtInf><Ustrd>Rechnung {number:08}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
        )
    yield "</Stmt></BkToCstmrStmt></Document>\n"


def lines_alone(content: bytes) -> None:
    for _line in open_bank_file(io.BytesIO(content)).lines():
        pass


def events_alone(content: bytes) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    parser.CharacterDataHandler = lambda _text: None
    parser.Parse(content, True)


def read_through(content: bytes) -> int:
    """Read and prove the file; returns the number of entries."""
    *_entries, statement = parts = list(open_reading(io.BytesIO(content), readers=BANK_FILE_READERS).read())
    assert statement.ties, statement.faults
    return len(parts) - 1


def seconds(work: Callable[[bytes], object], content: bytes) -> float:
    """The best of three."""
    found = []
    for _ in range(3):
        start = time.perf_counter()
        work(content)
        found.append(time.perf_counter() - start)
    return min(found)


def main(arguments: list[str]) -> None:
    """Print both formats. Exit code 1 when one of them misses what is wanted."""
    count = int(arguments[0]) if arguments else ENTRIES
    print(f"{'format':10} {'entries':>9} {'MB':>6} {'entries/s':>10} {'floor/s':>10} {'ratio':>6}")
    slow = False
    for name, written, floor in (("MT940", mt940, lines_alone), ("camt.053", camt, events_alone)):
        content = "".join(written(count)).encode()
        assert read_through(content) == count
        ours, least = seconds(read_through, content), seconds(floor, content)
        rate = count / ours
        slow = slow or rate < WANTED_A_SECOND
        print(f"{name:10} {count:9} {len(content) / 1e6:6.1f} {rate:10.0f} {count / least:10.0f} {ours / least:6.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB; wanted: {WANTED_A_SECOND} entries/s")
    if slow:
        raise SystemExit(1)
