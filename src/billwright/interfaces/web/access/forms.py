"""Forms of the access pages. Those that take or give a secret carry no key: their answer must not be stored."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from billwright.access.states import ROLE_LABELS, ApprovalState
from billwright.interfaces.web.access.words import APPROVAL_STATES
from billwright.interfaces.web.forms import DayField

TIMEZONES = tuple(
    (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"
)


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, **options)


class LogInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = _password(_("Password"), "current-password", max_length=1000)


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class NewPasswordMixin(forms.Form):
    """A new password typed twice; whether it is good enough is the verb's to say."""

    password_field = "password"  # noqa: S105 - the name of a field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get(self.password_field) != cleaned.get(f"{self.password_field}_again"):
            self.add_error(f"{self.password_field}_again", _("The two passwords differ."))
        return cleaned


class FirstRunForm(NewPasswordMixin):
    """The first person of an installation."""

    display_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    username = forms.CharField(label=_("User name"), max_length=64, help_text=_("You log in with it."))
    email = forms.EmailField(label=_("E-mail"), required=False)
    password = _password(_("Password"), "new-password", help_text=_("At least 12 characters; four words will do."))
    password_again = _password(_("Password again"), "new-password")


class ProfileForm(forms.Form):
    """What is known of a person."""

    display_name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=TIMEZONES)


class PasswordForm(NewPasswordMixin):
    """One's own new password."""

    password_field = "new_password"  # noqa: S105
    old_password = _password(_("Present password"), "current-password")
    new_password = _password(
        _("New password"), "new-password", help_text=_("At least 12 characters; four words will do.")
    )
    new_password_again = _password(_("New password again"), "new-password")


class NewUserForm(ProfileForm):
    """A person to be made."""

    username = forms.CharField(label=_("User name"), max_length=64)
    password = _password(
        _("First password"),
        "new-password",
        help_text=_("At least 12 characters. They change it when they first log in."),
    )
    field_order = ("display_name", "username", "email", "password", "language", "timezone")


class ResetPasswordForm(forms.Form):
    """A password that its owner must change."""

    password = _password(
        _("New password"), "new-password", help_text=_("They change it at their next log-in. Their sessions end.")
    )


class RoleForm(forms.Form):
    """A role to be granted, in one company or in all."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, label) for role, label in ROLE_LABELS.items()])
    legal_entity_id = forms.TypedChoiceField(
        label=_("Company"), required=False, coerce=int, empty_value=None, choices=[("", _("All companies"))]
    )

    def __init__(self, *args: Any, entities: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_entity_id"].choices = [("", _("All companies")), *entities]  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    """Up to how much a role may do an act."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, label) for role, label in ROLE_LABELS.items()])
    verb_pattern = forms.CharField(
        label=_("Act"), max_length=80, help_text=_("A row of the matrix, or its beginning and *: open_item.*")
    )
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    amount = forms.DecimalField(label=_("Limit"), min_value=0, max_digits=20, decimal_places=3)
    valid_from = DayField(label=_("From"))


class FactorForm(forms.Form):
    """An authenticator app to be set up."""

    name = forms.CharField(label=_("Name of the device"), max_length=60, initial=_("Phone"))


class TokenForm(forms.Form):
    """A token to be issued."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.CharField(
        label=_("Scopes"),
        initial="read",
        help_text=_("Separated by spaces: read, write, write:payments, or single rights."),
    )
    expires_on = DayField(label=_("Expires"), required=False)


class AskForm(forms.Form):
    """Why something should be done, and what speaks for it."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    case_text = forms.CharField(
        label=_("The case"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What the person who decides should know."),
    )


class DecisionForm(forms.Form):
    """Agree or refuse, with a word."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you refuse."),
    )


# Those that wait are shown where nothing is asked for.
_OPEN_FIRST = [
    ("", APPROVAL_STATES[ApprovalState.PENDING][0]),
    ("all", _("All")),
    *((state, words) for state, (words, _tone, _icon) in APPROVAL_STATES.items() if state != ApprovalState.PENDING),
]


class ApprovalFilter(forms.Form):
    """Which requests to show."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=_OPEN_FIRST)


class AuditFilter(forms.Form):
    """Which rows of the audit trail to show."""

    verb = forms.CharField(label=_("Act"), required=False, max_length=80)
    subject = forms.CharField(label=_("About"), required=False, max_length=120)
    actor = forms.CharField(label=_("By"), required=False, max_length=80)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
