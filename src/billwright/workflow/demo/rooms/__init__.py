"""What the desks of the demo do in its last weeks, by how many days before the end: tens of acts, not thousands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from billwright.workflow.demo.rooms import back, bank, counter, debits, group, offers, papers, takeover
from billwright.workflow.demo.rooms.scene import Scene

Room = Callable[[Scene], None]

ROOMS: Final[tuple[tuple[int, Room], ...]] = (
    (19, debits.agree),
    (19, counter.accept),
    (18, offers.agree),
    (18, offers.sign_contracts),
    (18, offers.split_documents),
    (18, group.serve_abroad),
    (17, debits.collect),
    (13, takeover.take_over),
    (12, papers.compare),
    (9, debits.hear_back),
    (8, counter.take_cheques),
    (7, group.pay_the_sister),
    (6, group.bill_anew),
    (5, counter.hear_of_cheques),
    (4, debits.sign_more),
    (4, bank.take_statements),
    (3, bank.work_the_queue),
    (2, papers.send_links),
    (1, bank.take_advice),
    (1, counter.work_the_desk),
    (0, group.ask_for_consent),
    (0, bank.take_more),
    # After the last bill run, which settles with what is left unallocated.
    (0, back.pay_twice),
    (0, back.decide),
    (0, debits.prepare_next),
    (0, counter.open_the_desk),
)

__all__ = ["ROOMS", "Room", "Scene"]
