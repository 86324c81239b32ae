"""What customers hear about debits, by mail in their language: what ends soon, what will be debited, what failed.

It promises that each piece of news leaves once, however often its event is delivered, that a company may choose to
send none (convention `debit_news`), and that nothing is mailed where a person has to think first: to those who dispute
a debit, and to the holders of accounts that will never pay.
"""

from billwright.workflow.collection_news.announcing import AnnouncementRow, announce_debits, list_announcements
from billwright.workflow.collection_news.letters import wants_news
from billwright.workflow.collection_news.telling import tell_of_failure, tell_of_mandate, tell_of_method

__all__ = [
    "AnnouncementRow",
    "announce_debits",
    "list_announcements",
    "tell_of_failure",
    "tell_of_mandate",
    "tell_of_method",
    "wants_news",
]
