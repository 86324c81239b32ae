"""The rules of payment schemes as dated data, and the questions that they answer.

It promises that every answer names the rule that it follows, since when that rule is in force, and its source. A
rule that changes is a new row with its own date; none is written over.
"""

from billwright.payments.rules.asking import QUESTIONS, Answer, ask
from billwright.payments.rules.book import CodeMeaning, schemes

__all__ = ["QUESTIONS", "Answer", "CodeMeaning", "ask", "schemes"]
