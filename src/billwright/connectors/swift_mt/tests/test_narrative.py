"""German subfields, held against a reading of them by one expression for all marks."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.connectors.swift_mt.narrative import NO_REFERENCE, SUBFIELD_LETTERS, Narrative, read_narrative

MARK = "(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RREF|SQTP)[+]"
WORDS = re.findall("[A-Z]{3,4}", MARK)


def plainly(field):
    """What a German field 86 says: its subfields put together, then cut at every mark."""
    together = {"remittance": "", "name": ""}
    account = ""
    for part in field[4:].split(field[3]):
        kind, said = part[:2], part[2:]
        group = "remittance" if re.fullmatch("2[0-9]|6[0-3]", kind) else "name" if kind in ("32", "33") else ""
        if group:
            together[group] += said if len(said) >= SUBFIELD_LETTERS else said + " "
        elif kind == "31":
            account = said
    before, *marked = re.split(MARK, together["remittance"])
    told = dict(zip(marked[::2], marked[1::2], strict=True))
    said = {word: single(told.get(word, "")) for word in WORDS}
    reasons = re.findall(r"\b(?:AC|MS)[0-9]{2}\b", said["SVWZ"]) if field[:3] == "109" else []
    references = [said[word] for word in ("EREF", "KREF") if said[word].upper() not in NO_REFERENCE]
    return Narrative(
        end_to_end=next(filter(None, references), None),
        counterparty=single(together["name"]) or said["ABWA"] or None,
        counterparty_account=single(account) or said["IBAN"] or None,
        remittance=said["SVWZ"] or single(before) or None,
        code=field[:3],
        return_reason=next(iter(reasons), None),
        mandate=said["MREF"] or None,
    )


def single(text):
    return " ".join(text.split())


WORD = st.one_of(
    st.sampled_from([f"{word}+" for word in WORDS]),
    st.sampled_from(("EREF+", "KREF+", "SVWZ+")),
    st.sampled_from(("+", "++", "REF+", "CBIC+", "EREF", "EREF +", "1+1", "NONREF", " AC04", " MS03 ", "A" * 27)),
    st.text(alphabet="AEFRz 7", max_size=6),
)
KIND = st.sampled_from(("20", "21", "22", "29", "60", "63", "31", "32", "33", "34"))
SUBFIELD = st.builds("?{}{}".format, KIND, st.lists(WORD, max_size=5).map("".join))
FIELD = st.builds(
    "{}?00GUTSCHRIFT{}".format, st.sampled_from(("166", "109")), st.lists(SUBFIELD, min_size=1, max_size=6).map("".join)
)


@settings(max_examples=25, deadline=None)
@given(st.lists(FIELD, min_size=12, max_size=16))
def test_marks_are_found_where_one_expression_finds_them(fields):
    assert [read_narrative([field]) for field in fields] == [plainly(field) for field in fields]
