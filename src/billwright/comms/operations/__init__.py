"""Writes of messages: queue, deliver, and what a person decides about one."""

from billwright.comms.operations.delivery import DeliveryResult, deliver_waiting, mark_lost
from billwright.comms.operations.messages import (
    NewMessage,
    cancel_message,
    confirm_message,
    fail_message,
    queue_messages,
    requeue_message,
    send_test_mail,
)
from billwright.comms.operations.templates import restore_template, save_template

__all__ = [
    "DeliveryResult",
    "NewMessage",
    "cancel_message",
    "confirm_message",
    "deliver_waiting",
    "fail_message",
    "mark_lost",
    "queue_messages",
    "requeue_message",
    "restore_template",
    "save_template",
    "send_test_mail",
]
