"""Log lines: for people or for machines, never with a secret in them, nor with a row of the book."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

MASK = "***"
# Whoever has such an address needs no log-in.
SECRET_ADDRESSES = re.compile(r"(/(?:pay|webhooks)/)[^/\s'\"?]+")
# What the database says beside its message: the values of the row that it refused.
ROW_REFUSED = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "master_key", "iban", "account_number", "otp")


def mask_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every field, at any depth, whose name speaks of a secret."""
    for name in event:
        event[name] = _masked(name, event[name])
    return event


def _masked(name: str, value: Any) -> Any:
    if any(word in name.lower() for word in SECRET_WORDS):
        return MASK
    if isinstance(value, dict):
        return {key: _masked(str(key), part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", part) for part in value]
    return value


def mask_texts(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secret addresses and refused rows out of the line itself, its request and its traceback."""
    for name, value in event.items():
        if name == "request":
            value = repr(value)  # noqa: PLW2901 -- the renderer would do it after us
        if isinstance(value, str):
            event[name] = ROW_REFUSED.sub(rf"\1: {MASK}", SECRET_ADDRESSES.sub(rf"\1{MASK}", value))
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    mask_secrets,
]


def logging_dict(*, level: str, machine_readable: bool) -> dict[str, Any]:
    """The configuration of the standard library's logging, with structlog as its formatter; sets up structlog too."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    for_people = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    renderer = structlog.processors.JSONRenderer() if machine_readable else for_people
    texts = [structlog.processors.format_exc_info, mask_texts]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *texts, renderer],
                "foreign_pre_chain": [*_SHARED, structlog.stdlib.ExtraAdder(), mask_secrets],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level, "propagate": True, "handlers": []},
            "django.server": {"level": level, "propagate": True, "handlers": []},
            # Each refused request of a scanner would be an error line otherwise.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "axes": {"level": "WARNING"},
            # Every command would begin by listing the periodic tasks that it does not run.
            "procrastinate.blueprints": {"level": "WARNING"},
            "procrastinate.periodic": {"level": "WARNING"},
        },
    }
