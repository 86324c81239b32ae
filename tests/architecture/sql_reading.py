"""What a SQL step touches, read from its text: enough for the house's own style, not a parser of SQL."""

import re
from dataclasses import dataclass

COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
STRING = re.compile(r"'(?:[^']|'')*'")
NAME = r"([a-z_][a-z0-9_]*)"
CTE = re.compile(
    rf"(?:\bwith(?:\s+recursive)?|,)\s+{NAME}(?:\s*\([^()]*\))?\s+as\s+(?:not\s+materialized\s+|materialized\s+)?\("
)
WRITTEN = re.compile(
    rf"\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?|copy)\s+(?:only\s+)?{NAME}"
)
# `for update of x`, `on conflict do update set` and `for no key update` are not writes of a table.
NOT_A_TABLE = {"set", "of", "nowait", "skip"}
READ = re.compile(rf"\b(?:from|join|using)\s+(?:only\s+|lateral\s+)?{NAME}(\s*\()?")
# `extract(day from x)`, `is distinct from x`, `substring(x from y)`, `using (column)`
NOT_FROM = re.compile(
    r"\b(?:is\s+(?:not\s+)?distinct\s+from|(?:extract|substring|overlay|trim)\s*\([^()]*?\bfrom)\b", re.S
)
CLOCKS = re.compile(
    r"\b(now\s*\(|current_date|current_timestamp|current_time\b|localtimestamp|localtime\b|clock_timestamp|"
    r"statement_timestamp|transaction_timestamp|timeofday)"
)
SHOUTED = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN|WITH|GROUP|ORDER|VALUES|AND|OR|NOT|AS|ON)\b")


@dataclass(frozen=True)
class Touched:
    """Tables that a statement reads and writes; its own common table expressions are left out."""

    reads: frozenset[str]
    writes: frozenset[str]


def bare(text: str) -> str:
    """The statement without comments and strings."""
    return STRING.sub("''", COMMENT.sub(" ", text))


def touched(text: str) -> Touched:
    """The tables of a statement, by where their names stand."""
    body = NOT_FROM.sub(" ", bare(text))
    local = set(CTE.findall(body))
    writes = {name for name in WRITTEN.findall(body) if name not in NOT_A_TABLE}
    without_deletes = re.sub(rf"\bdelete\s+from\s+{NAME}", " ", body)
    reads = {name for name, call in READ.findall(without_deletes) if not call}
    listed = re.findall(rf"\bfrom\s+{NAME}(?:\s+as\s+\w+)?\s*,\s*{NAME}\b(?!\s*\()", without_deletes)
    reads |= {name for pair in listed for name in pair}
    return Touched(reads=frozenset(reads - local - {"lateral", "select"}), writes=frozenset(writes - local))
