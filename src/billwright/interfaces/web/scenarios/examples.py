"""The examples that the page offers: the tutorial where it is on this machine, else a world to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[5] / "examples" / "scenarios"

BEGINNING = """\
# A small world: a company, its prices and customers, what happens on which day, and what should come of it.
scenario: 1
title: A part month, then whole ones
company:
  name: Karoo Hosting (invented)
  country: ZA
  currency: ZAR
  timezone: Africa/Johannesburg
  taxes: [{code: VAT, rate: "15"}]
plans:
  - code: basic
    charges: [{code: fee, model: flat, price: "100.00", every: 1 month, timing: advance}]
accounts: [{code: ANA, cycle_day: 1, terms: 14 days}]
timeline:
  - {on: 2026-01-10, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-10, do: bill}
  - {on: 2026-02-01, do: bill}
expect:
  invoices:
    - {as: ANA-1, date: 2026-01-10, total: "81.62"}
    - {as: ANA-2, date: 2026-02-01, total: "115.00"}
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A file of the tutorial, by its name without ending."""

    name: str
    title: str
    text: str


def list_examples() -> tuple[Example, ...]:
    """The files of the tutorial in their order; empty where the program came without it."""
    if not FOLDER.is_dir():
        return ()
    texts = [(file.stem, file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.yaml"))]
    return tuple(Example(name, _title(text) or name, text) for name, text in texts)


def _title(text: str) -> str:
    return next((line.removeprefix("title:").strip() for line in text.splitlines() if line.startswith("title:")), "")
