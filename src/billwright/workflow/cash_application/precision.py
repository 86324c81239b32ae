"""How often a kind of evidence is right: counted over the answers that people gave, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

# Two-sided 95 %.
NORMAL_95 = 1.959963984540054

# Before there is any history a proposal's probability is this judgement, worth so many answers. It orders the queue;
# it never posts anything: that takes measured history.
PRIOR_WEIGHT = 10
PRIORS = {
    "NUMBER": 0.97,
    "ADVICE": 0.97,
    "EXACT": 0.9,
    "ALL_OPEN": 0.9,
    "IN_ORDER": 0.8,
    "REPAIRED": 0.8,
    "SUM": 0.7,
    "NEAR": 0.7,
    "DIGITS": 0.6,
    "ORDER": 0.4,
    "NOTHING": 0.0,
}


@dataclass(frozen=True, slots=True)
class History:
    """How often a kind of evidence was answered: right, and wrong (rejected, changed or undone)."""

    right: int = 0
    wrong: int = 0

    @property
    def count(self) -> int:
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95 % interval, all between 0 and 1."""

    lower: float
    share: float
    upper: float


def wilson(history: History) -> Interval:
    """The share of right answers with Wilson's score interval (Wilson 1927); all of [0, 1] without any answer."""
    count = history.count
    if count == 0:
        return Interval(0.0, 0.0, 1.0)
    share = history.right / count
    square = NORMAL_95**2
    centre = (share + square / (2 * count)) / (1 + square / count)
    half = NORMAL_95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return Interval(max(0.0, centre - half), share, min(1.0, centre + half))


def posts_by_itself(*, history: History, precision_min: Decimal | None, history_min: int) -> bool:
    """Whether a kind of evidence may post without a person.

    Its measured precision must be above the threshold with the lower end of its interval; without a threshold or
    with too little history never.
    """
    if precision_min is None or history.count < history_min:
        return False
    return wilson(history).lower >= float(precision_min)


def probability(*, ground: str, history: History, ways: int = 1) -> Decimal:
    """The probability that a proposal is right: history and the prior together; shared among equal solutions."""
    prior = PRIORS.get(ground, 0.5)
    mean = (history.right + prior * PRIOR_WEIGHT) / (history.count + PRIOR_WEIGHT)
    return Decimal(str(round(mean / max(ways, 1), 4)))
