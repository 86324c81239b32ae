"""Fuzzing of every reader of what others send: damaged, it is read or refused by name, and nothing else happens."""

import io
import logging
import os
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contracts.accidents import KINDS, damaged
from tests.contracts.readings import (
    BANK_FILES,
    READINGS,
    RESULTS,
    WEBHOOKS,
    _signed,
    read_bank_file,
    read_remittance,
    read_results,
)

from billwright.payments.bank_reading import open_reading
from billwright.payments.ports.collection_files import result_reader
from billwright.project.wiring import BANK_FILE_READERS
from billwright.workflow.gateway_intake.receiving import read_delivery

ROLL = st.tuples(st.integers(0, 10_000), st.integers(0, 60), st.integers(0, KINDS - 1), st.integers(0, 200))
ROLLS = st.lists(ROLL, min_size=1, max_size=6)
# The minutes of `make soak`; longer runs name another number.
MINUTES = int(os.environ.get("FUZZ_MINUTES", "20"))


@pytest.mark.parametrize("name", BANK_FILES)
def test_the_sample_itself_is_read(name):
    parts = list(open_reading(io.BytesIO(BANK_FILES[name].encode()), readers=BANK_FILE_READERS).read())
    assert parts[-1].ties, parts[-1].faults


@pytest.mark.parametrize("name", RESULTS)
def test_the_sample_of_results_has_answers(name):
    _format, reader = result_reader(RESULTS[name])
    assert list(reader.read(RESULTS[name]))


@pytest.mark.parametrize("name", WEBHOOKS)
def test_the_sample_of_a_webhook_is_believed(name):
    assert read_delivery(*_signed(name, WEBHOOKS[name])).event_key


@pytest.mark.parametrize("name", READINGS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rolls=ROLLS)
def test_what_is_damaged_is_read_or_refused(name, rolls):
    content, read = READINGS[name]
    read(damaged(content, rolls))


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=400))
def test_rubbish_is_refused(content):
    read_bank_file(content)
    read_remittance(content)
    read_results(content)


@pytest.fixture
def quiet():
    """The library that reads PDF files tells of each of their faults, which here are all."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.soak
@pytest.mark.usefixtures("quiet")
def test_minutes_of_accidents():
    """Damaged files, advice, results and webhooks of every format and encoding, by a seed that is printed."""
    seed = random.SystemRandom().randrange(2**32)
    dice = random.Random(seed)
    names, count, until = [*READINGS], 0, time.monotonic() + MINUTES * 60
    while time.monotonic() < until:
        name = dice.choice(names)
        content, read = READINGS[name]
        if name in BANK_FILES:
            encoding = dice.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"])
            content = BANK_FILES[name].encode(encoding, errors="replace")
        rolls = [
            (dice.randrange(10_000), dice.randrange(60), dice.randrange(KINDS), dice.randrange(200))
            for _ in range(dice.randrange(1, 9))
        ]
        try:
            read(damaged(content, rolls))
        except Exception as error:
            raise AssertionError(f"seed {seed}, file {count} ({name}): {rolls}") from error
        count += 1
    print(f"{count} damaged files, seed {seed}")
