"""People at the desk: a logged-in client for each job."""

from __future__ import annotations

from django.test import Client

from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.org.models import LegalEntity


def logged_in(*roles: Role, username: str = "felix", legal_entity: LegalEntity | None = None) -> Client:
    """The browser of a person with these roles."""
    client = Client()
    client.force_login(make_user(username, *roles, legal_entity=legal_entity))
    return client


def drawer_asked(client: Client, url: str) -> str:
    """The drawer as the script asks for it."""
    return client.get(url, headers={"HX-Request": "true"}).content.decode()
