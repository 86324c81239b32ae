"""Companies of the demo in processes of their own: they come back as they were sent, and a failure is told."""

import random
from datetime import date, timedelta

import pytest

from billwright.project.demo_processes import LifeFailed, Processes
from billwright.workflow.demo.cast import COMPANIES
from billwright.workflow.demo.life import Life
from billwright.workflow.demo.people import Book

FIRST = date(2026, 1, 1)


def make_life(company):
    """A company without an entity: as long as it lives through no day, nothing is missing."""
    return Life(Book(company, None, random.Random(company.code), FIRST, FIRST + timedelta(days=90)), "user:0", "user:1")


@pytest.mark.usefixtures("committed_db")
def test_lives_come_back_in_their_order_and_a_failure_names_its_cause():
    lives = [make_life(company) for company in COMPANIES[:3]]
    told = []
    with Processes(2) as processes:
        back = processes.live(lives, FIRST, FIRST, told.append)
        assert [life.book.company for life in back] == [life.book.company for life in lives]
        assert [life.book.rng.random() for life in back] == [life.book.rng.random() for life in lives]
        with pytest.raises(LifeFailed, match="'NoneType' object has no attribute 'id'"):
            processes.live(lives, FIRST, FIRST + timedelta(days=1), told.append)
    assert set(told) == {FIRST}
