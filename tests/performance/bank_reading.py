"""Reading bank statements: entries a second of MT940 and camt.053, beside the floor of parsing the same bytes plainly.

The floor of MT940 is cutting the text into fields, that of camt.053 the C parser of XML running over it. One line of
JSON a format, in seconds of the processor; memory is the most that the process has had. Files are read from disk; the
product promises to read 200 MB of them within 200 MB of memory. Exit code 1 when a format misses what is wanted.
"""

import argparse
import io
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from tests.performance.server import machine, report

from billwright.payments.bank_reading import StatementRead, open_reading

WANTED_A_SECOND = 50_000


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bank-reading")
    parser.add_argument("--entries", type=int, default=200_000)
    asked = parser.parse_args(arguments)
    is_slow = False
    for name, pieces, floor in (("MT940", mt940, cut_fields), ("camt.053", camt, parse_plainly)):
        with tempfile.TemporaryFile() as file:
            for piece in pieces(asked.entries):
                file.write(piece.encode())
            is_slow |= measure(name, file, asked.entries, floor) < WANTED_A_SECOND
    if is_slow:
        raise SystemExit(1)


def measure(name: str, file: BinaryIO, entries: int, floor: Callable[[BinaryIO], None]) -> float:
    """Report the reading of a file; returns its entries a second."""
    began = time.process_time()
    [statement] = [part for part in open_reading(file).read() if isinstance(part, StatementRead)]
    seconds = time.process_time() - began
    assert statement.ties, statement.faults
    assert statement.entry_count == entries
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    began = time.process_time()
    floor(file)
    floor_seconds = time.process_time() - began
    report(
        name=f"bank-reading {name}", entries=entries, megabytes=round(size / 2**20, 1),
        seconds=round(seconds, 2), rate=round(entries / seconds), floor_seconds=round(floor_seconds, 2),
        ratio=round(seconds / floor_seconds, 2), memory_mb=memory_mb, machine=machine(),
    )  # fmt: skip
    return entries / seconds


def cut_fields(file: BinaryIO) -> None:
    """The lines parted at the colon behind their tag, and nothing read of them."""
    assert sum(len(line.split(b":", 2)) for line in file)


def parse_plainly(file: BinaryIO) -> None:
    """The parser of the standard library over the bytes, with a handler for each piece that does nothing."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    parser.CharacterDataHandler = lambda _text: None
    parser.ParseFile(file)


def amounts(entries: int) -> Iterator[int]:
    """The amount of each entry, in cents."""
    return (10_000 + number * 37 % 90_000 for number in range(entries))


def mt940(entries: int) -> Iterator[str]:
    """A statement of as many entries, each with a structured field 86."""
    yield ":20:X\n:25:62000000\n:28C:1\n:60F:C260401EUR0,00\n"
    for number, minor in enumerate(amounts(entries)):
        yield f":61:2604100410C{minor // 100},{minor % 100:02d}NTRF{number}\n"
        yield f":86:166?00X?20EREF+E-{number}?21SVWZ+Invoice IN-{number:07d}?32Payer {number % 997}\n"
    total = sum(amounts(entries))
    yield f":62F:C260410EUR{total // 100},{total % 100:02d}\n-\n"


def camt(entries: int) -> Iterator[str]:
    """The same as camt.053, each entry with one transaction, its parties and its text."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
        "<BkToCstmrStmt><GrpHdr><MsgId>X</MsgId></GrpHdr><Stmt><Id>1</Id><Acct><Id><Othr><Id>62000000</Id></Othr></Id>"
        f"<Ccy>EUR</Ccy></Acct>{balance('OPBD', 0)}{balance('CLBD', sum(amounts(entries)))}"
    )
    for number, minor in enumerate(amounts(entries)):
        yield (
            f'<Ntry><Amt Ccy="EUR">{minor // 100}.{minor % 100:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
            "<BookgDt><Dt>2026-04-10</Dt></BookgDt><ValDt><Dt>2026-04-10</Dt></ValDt>"
            "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
            f"<NtryDtls><TxDtls><Refs><EndToEndId>E-{number}</EndToEndId></Refs><RltdPties><Dbtr><Nm>Payer "
            f"{number % 997}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>Invoice IN-{number:07d}</Ustrd></RmtInf>"
            "</TxDtls></NtryDtls></Ntry>"
        )
    yield "</Stmt></BkToCstmrStmt></Document>"


def balance(code: str, minor: int) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{minor // 100}.{minor % 100:02d}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-04-10</Dt></Dt></Bal>"
    )
