"""billwright ask: what the rules of a payment scheme say, out of the dated tables."""

from __future__ import annotations

import typer
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, print_json
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.payments.rules import QUESTIONS, Answer
from billwright.payments.rules import ask as ask_rules

NAME = ""
app = typer.Typer()

QUESTION = typer.Argument(..., help=f"One of: {', '.join(QUESTIONS)}.")
WORDS = typer.Argument(..., metavar="WORD=VALUE...", help="Such as scheme=nacha code=R01 attempts=1 on=2026-03-02.")


@app.command("ask")
def ask(question: str = QUESTION, words: list[str] = WORDS, as_json: bool = AS_JSON) -> None:
    """Ask the rules of a scheme: may a debit be tried again, what does a code mean, does a mandate hold, by when."""
    answer = ask_rules(question, _words(words), today=clock.business_date(clock.now(), "UTC"))
    if as_json:
        print_json(answer)
        return
    for line in _lines(answer):
        typer.echo(line)


def _words(words: list[str]) -> dict[str, str]:
    given = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise Refusal(
                "question.unreadable",
                _("%(word)s is not a word with its value.") % {"word": repr(word[:40])},
                field="words",
                cure=_("Write it as scheme=nacha."),
            )
        given[name.lower().replace("-", "_")] = value.strip()
    return given


def _lines(answer: Answer) -> list[str]:
    said = {True: _("Yes."), False: _("No.")}[answer.answer] if isinstance(answer.answer, bool) else str(answer.answer)
    earliest = _("Earliest: %(day)s.") % {"day": answer.earliest} if answer.earliest else ""
    since = answer.in_force_since or _("a day that the source does not name")
    return [
        f"{said} {earliest}".strip(),
        answer.says,
        _("Rule %(rule)s, in force since %(since)s. Source: %(source)s.")
        % {"rule": answer.rule, "since": since, "source": answer.source},
    ]
