"""Ask the rule: the worked facts of the schemes, dates on which rules changed, and questions that make no sense."""

from datetime import date

import pytest

from billwright.kernel.errors import NotFound, Refusal
from billwright.payments.rules import CodeMeaning, ask, schemes
from billwright.payments.rules.days import business_days_after, is_business_day

TODAY = date(2026, 3, 2)


def asked(question, **words):
    return ask(question, {name.rstrip("_"): str(value) for name, value in words.items()}, today=TODAY)


@pytest.mark.parametrize(
    ("scheme", "code", "attempts", "may"),
    [
        ("nacha", "R01", 1, True),
        ("nacha", "R01", 2, True),
        ("nacha", "R01", 3, False),
        ("nacha", "R09", 1, True),
        ("nacha", "R02", 1, False),
        ("nacha", "R07", 1, False),
        ("nacha", "R08", 1, False),
        ("sepa-core", "AM04", 1, True),
        ("sepa-core", "MS03", 2, True),
        ("sepa-core", "AM04", 3, False),
        ("sepa-core", "MD01", 1, False),
        ("sepa-b2b", "MD06", 1, False),
        ("za-eft", "02", 1, True),
        ("za-eft", "02", 2, False),
        ("za-eft", "22", 1, True),
        ("za-eft", "04", 1, False),
        ("za-eft", "30", 1, False),
        ("za-debicheck", "02", 1, True),
        ("in-nach", "04", 1, True),
        ("in-nach", "98", 1, False),
        ("in-nach", "21", 1, False),
        ("in-upi-autopay", "", 3, True),
        ("in-upi-autopay", "", 4, False),
        ("visa", "51", 15, True),
        ("visa", "51", 16, False),
        ("visa", "14", 1, False),
        ("visa", "R0", 1, False),
        ("mastercard", "", 34, True),
        ("mastercard", "", 35, False),
        ("mastercard", "03", 1, False),
        ("mastercard", "02", 1, True),
    ],
)
def test_may_it_be_tried_again(scheme, code, attempts, may):
    on = "2026-03-02"
    answer = asked("retry", scheme=scheme, code=code, attempts=attempts, on=on)
    assert answer.answer is may
    assert answer.source
    assert answer.rule.startswith(scheme)


@pytest.mark.parametrize(
    ("words", "earliest"),
    [
        # 3 April 2026 is Good Friday and the 6th Easter Monday.
        ({"scheme": "sepa-core", "code": "AM04", "on": "2026-04-02"}, date(2026, 4, 7)),
        # 19 January 2026 is a bank holiday of the United States.
        ({"scheme": "nacha", "code": "R01", "on": "2026-01-16"}, date(2026, 1, 20)),
        ({"scheme": "mastercard", "code": "02", "on": "2026-03-02"}, date(2026, 3, 5)),
        ({"scheme": "mastercard", "code": "30", "on": "2026-03-02"}, date(2026, 3, 12)),
        ({"scheme": "mastercard", "today": "10", "on": "2026-03-02"}, date(2026, 3, 3)),
        ({"scheme": "visa", "attempts": "16", "first": "2026-02-20"}, date(2026, 3, 22)),
        ({"scheme": "za-eft", "code": "02", "mandated": "2026-03-25"}, date(2026, 3, 25)),
        ({"scheme": "za-eft", "code": "02"}, None),
    ],
)
def test_when_at_the_earliest(words, earliest):
    assert asked("retry", **words).earliest == earliest


def test_the_window_of_a_hundred_and_eighty_days():
    words = {"scheme": "nacha", "code": "R01", "attempts": "2", "first": "2026-01-05"}
    assert asked("retry", **words, on="2026-07-04").answer is True
    answer = asked("retry", **words, on="2026-07-05")
    assert (answer.answer, "2026-07-04" in answer.says) == (False, True)


@pytest.mark.parametrize(
    ("scheme", "code", "kind"),
    [
        ("nacha", "R01", "retry_later"),
        ("nacha", "R10", "disputed"),
        ("sepa-core", "AC04", "needs_customer"),
        ("sepa-core", "MD07", "never_again"),
        ("za-eft", "2", "retry_later"),
        ("za-eft", "34", "disputed"),
        ("in-nach", "60", "never_again"),
        ("visa", "41", "never_again"),
        ("mastercard", "1", "needs_customer"),
    ],
)
def test_codes_in_one_vocabulary(scheme, code, kind):
    assert asked("return-code", scheme=scheme, code=code).answer == kind


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ({"scheme": "sepa-core", "last": "2023-03-02", "on": "2026-03-01"}, True),
        ({"scheme": "sepa-core", "last": "2023-03-02", "on": "2026-03-02"}, False),
        ({"scheme": "za-eft", "code": "02"}, True),
        ({"scheme": "za-eft", "code": "12"}, False),
        ({"scheme": "naedo", "new": "yes", "on": "2021-05-01"}, False),
        ({"scheme": "naedo", "on": "2021-05-01"}, True),
        ({"scheme": "naedo", "on": "2021-10-31"}, False),
        ({"scheme": "in-emandate", "amount": "15000", "on": "2026-05-01"}, True),
        ({"scheme": "in-emandate", "amount": "15000.01", "on": "2026-05-01"}, False),
        ({"scheme": "in-emandate", "amount": "100000", "category": "insurance", "on": "2026-05-01"}, True),
        ({"scheme": "in-emandate", "amount": "10000", "on": "2022-06-15"}, False),
        ({"scheme": "in-emandate", "amount": "10000", "on": "2022-06-16"}, True),
    ],
)
def test_does_the_mandate_hold(words, holds):
    assert asked("mandate", **words).answer is holds


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ({"scheme": "sepa-core", "what": "return"}, "2026-03-09"),
        ({"scheme": "sepa-b2b", "what": "return"}, "2026-03-05"),
        ({"scheme": "sepa-b2b", "what": "return", "on": "2016-11-14"}, "2016-11-16"),
        ({"scheme": "sepa-core", "what": "refund"}, "2026-04-27"),
        ({"scheme": "sepa-core", "what": "unauthorized"}, "2027-04-02"),
        ({"scheme": "sepa-core", "what": "pre-notification"}, "2026-02-16"),
        ({"scheme": "sepa-core", "what": "submission"}, "2026-02-27"),
        ({"scheme": "nacha", "code": "R01"}, "2026-03-04"),
        ({"scheme": "nacha", "code": "R10"}, "2026-05-01"),
        ({"scheme": "za-eft", "what": "dispute"}, "2026-04-11"),
        ({"scheme": "za-debicheck", "what": "tracking"}, "2026-03-12"),
        ({"scheme": "in-emandate", "what": "pre-notification", "on": "2026-05-02"}, "2026-05-01"),
    ],
)
def test_by_when(words, day):
    assert asked("deadline", **words).answer == day


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ({"scheme": "nacha", "kind": "unauthorized"}, "0.5%"),
        ({"scheme": "nacha", "kind": "unauthorized", "on": "2015-09-17"}, "1%"),
        ({"scheme": "nacha", "kind": "unauthorized", "returned": "5", "debits": "1000"}, True),
        ({"scheme": "nacha", "kind": "unauthorized", "returned": "6", "debits": "1000"}, False),
        ({"scheme": "nacha", "code": "R03"}, "3%"),
        ({"scheme": "nacha", "code": "R11"}, "0.5%"),
        ({"scheme": "nacha", "code": "R11", "on": "2019-01-01"}, "15%"),
        ({"scheme": "nacha"}, "15%"),
        ({"scheme": "za-eft", "kind": "unpaid", "returned": "101", "debits": "1000"}, False),
        ({"scheme": "za-eft", "kind": "disputed"}, "0.5%"),
    ],
)
def test_how_many_may_come_back(words, answer):
    assert asked("return-rate", **words).answer == answer


def test_a_rule_says_since_when_it_is_in_force():
    before = asked("return-rate", scheme="nacha", kind="unauthorized", on="2015-09-17")
    after = asked("return-rate", scheme="nacha", kind="unauthorized", on="2015-09-18")
    assert (before.in_force_since, after.in_force_since) == (None, date(2015, 9, 18))
    assert before.rule != after.rule


@pytest.mark.parametrize(
    ("question", "words", "code"),
    [
        ("when", {"scheme": "nacha"}, "question.unknown"),
        ("retry", {}, "question.incomplete"),
        ("retry", {"scheme": "nacha", "colour": "red", "code": "R01"}, "question.unknown_word"),
        ("retry", {"scheme": "nacha", "code": "R01", "attempts": "-1"}, "question.unreadable"),
        ("retry", {"scheme": "nacha", "code": "R01", "on": "soon"}, "question.unreadable"),
        ("retry", {"scheme": "nacha", "code": "R99"}, "return_code.not_found"),
        ("retry", {"scheme": "pigeon"}, "scheme.not_found"),
        ("retry", {"scheme": "in-upi-autopay", "on": "2025-07-31"}, "rule.not_known"),
        ("mandate", {"scheme": "in-emandate", "amount": "NaN"}, "question.unreadable"),
        ("deadline", {"scheme": "nacha", "what": "tea"}, "deadline.not_known"),
    ],
)
def test_questions_that_cannot_be_answered(question, words, code):
    with pytest.raises(Refusal) as refused:
        asked(question, **words)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["SEPA_CORE", "SDD Core", "sepa", "ACH", "DebiCheck", "UPI", "MC"])
def test_schemes_have_several_names(name):
    with pytest.raises(NotFound, match="code"):
        asked("return-code", scheme=name, code="no such code")


def test_tables_are_whole():
    """No rule twice, every code of a rule known, every kind of return used, validity that begins before it ends."""
    for scheme in schemes():
        known = {row.code for row in scheme.codes}
        rules = [*scheme.retry, *scheme.mandate, *scheme.deadline, *scheme.return_rate]
        for rule in rules:
            assert not known or set(getattr(rule, "codes", ())) <= known, rule.rule
            assert rule.valid_from is None or rule.valid_before is None or rule.valid_from < rule.valid_before
            assert rule.source, rule.rule
    assert {row.kind for scheme in schemes() for row in scheme.codes} == set(CodeMeaning)


def test_business_days():
    assert not is_business_day(date(2026, 5, 1), calendar="TARGET")
    assert business_days_after(date(2026, 5, 4), -1, calendar="TARGET") == date(2026, 4, 30)
    assert not is_business_day(date(2026, 4, 27), calendar="ZA")
