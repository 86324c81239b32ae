"""Fuzzing of every reader of files: damaged ones are read or refused by name, and nothing else ever happens."""

import io
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billwright.connectors.aeb43.tests import test_reader as aeb43
from billwright.connectors.bai2.tests import test_reader as bai
from billwright.connectors.camt.tests import test_reader as camt
from billwright.connectors.coda.tests import test_reader as coda
from billwright.connectors.csv_statements.tests import test_reader as tables
from billwright.connectors.nacha_returns.tests import test_reader as nacha
from billwright.connectors.ofx.tests import test_reader as ofx
from billwright.connectors.qif.tests import test_reader as qif
from billwright.connectors.remittances.tests.samples import SAMPLES as ADVICE
from billwright.connectors.swift_mt.tests import test_reader as swift
from billwright.payments.bank_reading import open_reading
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.remittances import UnreadableAdvice
from billwright.project.wiring import BANK_FILE_READERS
from billwright.workflow.cash_application import read_advice

GERMAN = ":86:166?00X?20EREF+E-1?21SVWZ+Rechnung 7?31DE89370400440532013000?32Mira Voss"
DUTCH = ":86:/EREF/E-9//CNTP/NL20INGB0001234567/INGBNL2A/M. Voss/Delft//REMI/USTD//Factuur 7/"
SAMPLES = {
    "camt": camt.statement(
        camt.entry(inside=f"<NtryDtls>{camt.transaction('4.30')}{camt.transaction('8.00')}</NtryDtls>"),
        *[camt.entry("1.00", inside=f"<NtryDtls>{camt.transaction()}</NtryDtls>")] * 3,
        closing="115.30",
    ),
    "MT940": swift.mt940(swift.ENTRY, GERMAN, swift.ENTRY, DUTCH, closing="C260302EUR124,60"),
    "OFX 1": ofx.SGML,
    "OFX 2": ofx.XML,
    "BAI2": bai.FILE,
    "CODA": coda.coda(coda.movement()),
    "AEB43": aeb43.aeb43(aeb43.entry(), aeb43.concept("TRANSFERENCIA")),
    "QIF": qif.FILE,
    "NACHA": nacha.returns(nacha.entry(), nacha.addenda()),
    **{f"CSV {name}": content for name, content in tables.LAYOUTS.items()},
}
# Bytes that mean something to one format or another, and some that mean nothing to any.
TOKENS = [
    *(bytes([byte]) for byte in b"\x00\x01\x1a\r\n\t\"'<>&;:,./?+-^!0123456789CDRNX"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3\x28", b"\xe2\x80\xa8"),
    *(b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&#0;", b"&#x110000;", b"&amp"),
    *(b"<Ntry>", b"</Ntry>", b"<Ntry/>", b"<OFX>", b"</OFX>", b":61:", b":86:", b":62F:", b"88,", b"16,", b"-}"),
    *(b"1E9", b"NaN", b"Infinity", b"9" * 23, b"9" * 400, b"=1+1"),
]


def damaged(content, rolls):
    """A file after some accidents: bytes changed, lost, put in, moved, cut off."""
    for place, length, kind, token in rolls:
        if not content:
            break
        start = place % len(content)
        end = start + length % 40
        if kind == 0:
            content = content[:start] + TOKENS[token % len(TOKENS)] + content[start + 1 :]
        elif kind == 1:
            content = content[:start] + content[end:]
        elif kind == 2:
            content = content[:start] + TOKENS[token % len(TOKENS)] + content[start:]
        elif kind == 3:
            content = content[:end] + content[start:end] * 3 + content[end:]
        elif kind == 4:
            content = content[:start] + content[end:] + content[start:end]
        else:
            content = content[: max(start, 1)]
    return content


def read_through(content):
    """Read to the end, or be refused."""
    refusal = None
    try:
        for _part in open_reading(io.BytesIO(content), readers=BANK_FILE_READERS).read():
            pass
    except UnableToRead as refused:
        refusal = refused
    assert refusal is None or (refusal.message and refusal.where)


def read_advice_through(content):
    """Read, or be refused."""
    refusal = None
    try:
        assert read_advice(content, name="").lines
    except UnreadableAdvice as refused:
        refusal = refused
    assert refusal is None or (refusal.message and refusal.where)


ROLL = st.tuples(st.integers(0, 10_000), st.integers(0, 60), st.integers(0, 5), st.integers(0, 200))
ROLLS = st.lists(ROLL, min_size=1, max_size=6)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_itself_is_read(name):
    parts = list(open_reading(io.BytesIO(SAMPLES[name].encode()), readers=BANK_FILE_READERS).read())
    assert parts[-1].ties, parts[-1].faults


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rolls=ROLLS)
def test_a_damaged_file_is_read_or_refused(name, rolls):
    read_through(damaged(SAMPLES[name].encode(), rolls))


@pytest.mark.parametrize("name", ADVICE)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rolls=ROLLS)
def test_damaged_advice_is_read_or_refused(name, rolls):
    read_advice_through(damaged(ADVICE[name], rolls))


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=400))
def test_rubbish_is_refused(content):
    read_through(content)
    read_advice_through(content)


@pytest.mark.soak
def test_twenty_minutes_of_accidents():
    """Damaged files and advice of every format and encoding, by a seed that is printed."""
    seed = random.SystemRandom().randrange(2**32)
    dice = random.Random(seed)
    names, count, until = [*SAMPLES, *ADVICE], 0, time.monotonic() + 20 * 60
    while time.monotonic() < until:
        encoding = dice.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"])
        name = dice.choice(names)
        content = ADVICE[name] if name in ADVICE else SAMPLES[name].encode(encoding, errors="replace")
        rolls = [
            (dice.randrange(10_000), dice.randrange(60), dice.randrange(6), dice.randrange(200))
            for _ in range(dice.randrange(1, 9))
        ]
        try:
            (read_advice_through if name in ADVICE else read_through)(damaged(content, rolls))
        except Exception as error:
            raise AssertionError(f"seed {seed}, file {count} ({name}): {rolls}") from error
        count += 1
    print(f"{count} damaged files, seed {seed}")
