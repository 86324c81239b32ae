"""What companies chose to have happen by itself: shown, or chosen from a day on."""

from __future__ import annotations

from datetime import date

import typer
from django.db import transaction

from billwright.interfaces.cli.acting import act_as
from billwright.org.operations import set_convention
from billwright.org.queries import LegalEntityRow, get_convention


def choose_schedule(*, username: str, entity: LegalEntityRow, option: str, value: str, day: date) -> None:
    """Set a convention of a company from a day on, where a value is given; print which holds on that day."""
    if value:
        with transaction.atomic():
            set_convention(act=act_as(username), legal_entity_id=entity.id, option=option, value=value, valid_from=day)
    typer.echo(f"{entity.code}: {get_convention(legal_entity_id=entity.id, option=option, on=day)}")
