"""A simulated bank: it takes a file of debits, keeps a ledger of its own, and answers as its scheme's banks do.

Some debits are refused, some come back later, some are disputed weeks after; and a file of answers may come twice.
Which row is struck is told by the seed and the row's place in the file: the same seed answers the same file alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from billwright.connectors.payment_simulator import bank_answers, bank_debits
from billwright.connectors.payment_simulator.bank_debits import BankFileKind, DebitAsked, DebitFile
from billwright.connectors.payment_simulator.bank_outcomes import AnswerFile, BankFaultKind, Outcome
from billwright.connectors.payment_simulator.ledger import Faults

SHARES: Final[Mapping[StrEnum, float]] = {
    BankFaultKind.REFUSED: 0.08,
    BankFaultKind.RETURNED: 0.08,
    BankFaultKind.DISPUTED: 0.03,
    BankFaultKind.CHANGED: 0.05,
    BankFaultKind.REPEATED: 0.5,
}
# Codes as each scheme has them, by what they mean here. Empty: the scheme has no such answer.
CODES: Final[Mapping[BankFileKind, Mapping[BankFaultKind, tuple[str, ...]]]] = {
    BankFileKind.SEPA: {
        BankFaultKind.REFUSED: ("AC01", "AC04", "AG01"),
        BankFaultKind.RETURNED: ("AM04", "MS03"),
        BankFaultKind.DISPUTED: ("MD06",),
    },
    BankFileKind.NACHA: {
        BankFaultKind.RETURNED: ("R01", "R02", "R03"),
        BankFaultKind.DISPUTED: ("R10",),
        BankFaultKind.CHANGED: ("C01", "C02", "C05"),
    },
    BankFileKind.ZA: {
        BankFaultKind.RETURNED: ("02", "04", "12"),
        BankFaultKind.DISPUTED: ("30", "34"),
    },
    BankFileKind.NACH: {BankFaultKind.REFUSED: ("04", "01", "06")},
}
RETURNED_AFTER: Final = timedelta(days=2)
DISPUTED_AFTER: Final = timedelta(days=30)


@dataclass(slots=True)
class SimulatedBank:
    """SIMULATOR of a bank: its ledger by our reference, and its answers."""

    faults: Faults
    ledger: dict[str, Outcome] = field(default_factory=dict)

    def take(self, content: bytes) -> list[AnswerFile]:
        """Book the debits of a file and answer it. Raises Refusal for a file that is none of debits.

        A reference that was taken before is not taken again: the answers are those of the first time.
        """
        asked = bank_debits.read(content)
        outcomes = []
        for place, debit in enumerate(asked.debits, start=1):
            outcome = self.ledger.setdefault(debit.reference, self._decide(asked, debit, place))
            outcomes.append(outcome)
        return self._answers(asked, outcomes)

    def _decide(self, asked: DebitFile, debit: DebitAsked, place: int) -> Outcome:
        codes, row = CODES[asked.kind], f"row-{place}"
        days = {BankFaultKind.RETURNED: RETURNED_AFTER, BankFaultKind.DISPUTED: DISPUTED_AFTER}
        for fault, known in codes.items():
            if self.faults.strikes(fault, row):
                code = known[int(self.faults.draw("code", row) * len(known))]
                day = asked.action_day + days.get(fault, timedelta())
                return Outcome(debit=debit, fault=fault, code=code, day=day)
        return Outcome(debit=debit, fault=None, code="", day=asked.action_day)

    def _answers(self, asked: DebitFile, outcomes: list[Outcome]) -> list[AnswerFile]:
        files = []
        for number, written in enumerate(bank_answers.write(asked, outcomes), start=1):
            first = replace(written, name=f"SIMULATOR-{number}-{written.name}")
            files.append(first)
            if self.faults.strikes(BankFaultKind.REPEATED, written.name.rpartition(".")[2] + str(number)):
                stem, _dot, ending = first.name.rpartition(".")
                files.append(replace(first, name=f"{stem}-again.{ending}"))
        return files

    def sums(self) -> dict[str, int]:
        """What the books must equal, in minor units: asked for, refused, taken, come back, and kept by us."""
        found = dict.fromkeys(("ASKED", "REFUSED", "TAKEN", "CAME_BACK", "KEPT"), 0)
        for outcome in self.ledger.values():
            amount = outcome.debit.amount_minor
            refused = outcome.fault == BankFaultKind.REFUSED
            came_back = outcome.fault in (BankFaultKind.RETURNED, BankFaultKind.DISPUTED)
            found["ASKED"] += amount
            found["REFUSED"] += amount * refused
            found["TAKEN"] += amount * (not refused)
            found["CAME_BACK"] += amount * came_back
            found["KEPT"] += amount * (not refused and not came_back)
        return found
