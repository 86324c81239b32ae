"""``make duties``: plays the tests of the duties and prints which rows have a passing one."""

import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([A-Z]\d\d) \| (.+) \|$", re.M)
SENTENCE_LENGTH = 90


class Outcomes:
    """Collects, for each duty code, how its tests ended."""

    def __init__(self) -> None:
        self.by_code: dict[str, list[str]] = defaultdict(list)
        self._codes: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the duties that each test plays."""
        for item in items:
            self._codes[item.nodeid] = [mark.args[0] for mark in item.iter_markers("duty")]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended; a failing set-up counts as the test."""
        if report.when == "call" or (report.when == "setup" and report.outcome != "passed"):
            for code in self._codes.get(report.nodeid, []):
                self.by_code[code].append(report.outcome)


def verdict(outcomes: list[str]) -> str:
    """One word for a row: passing only when every test of it passed."""
    if not outcomes:
        return "-"
    if all(outcome == "passed" for outcome in outcomes):
        return "pass"
    return "FAIL" if "failed" in outcomes else "skipped"


def duties() -> dict[str, str]:
    """Code and sentence of every duty, from the page that lists them."""
    return dict(ROW.findall((ROOT / "docs" / "duties.md").read_text(encoding="utf-8")))


def main() -> int:
    """Play the tests, print the table; exit code 1 when a duty's test fails."""
    seen = Outcomes()
    pytest.main(
        ["-q", "--no-header", "--tb=line", "-m", "duty", str(ROOT / "tests"), str(ROOT / "src")], plugins=[seen]
    )
    rows = duties()
    for code, sentence in rows.items():
        print(f"{code}  {verdict(seen.by_code[code]):<8} {sentence[:SENTENCE_LENGTH]}")
    words = [verdict(seen.by_code[code]) for code in rows]
    print(f"{words.count('pass')} of {len(rows)} duties have passing tests, {words.count('FAIL')} fail.")
    return 1 if "FAIL" in words else 0


if __name__ == "__main__":
    sys.exit(main())
