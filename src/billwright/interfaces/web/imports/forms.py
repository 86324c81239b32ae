"""Forms of the imports: the upload, and the mapping made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ruamel.yaml import YAML

from billwright.files.states import ImportKind
from billwright.interfaces.web.forms import ActForm, DayField
from billwright.interfaces.web.imports.words import KINDS, PARTS
from billwright.org.queries import LegalEntityRow
from billwright.workflow.book_import import Inspection
from billwright.workflow.book_import.mapping import FIELDS, NEEDED, STATUS_WORDS

CONTENT = "*"
MARKS = ((".", "1234.56"), (",", "1234,56"))
THOUSANDS = (("", _("none")), (",", "1,234"), (".", "1.234"), (" ", "1 234"), ("'", "1'234"))
FOUND = ("", _("found out"))
ENCODINGS = (
    FOUND, ("utf-8", "UTF-8"), ("cp1252", _("Western (cp1252)")), ("cp1250", _("Central European (cp1250)")),
    ("cp1251", _("Cyrillic (cp1251)")), ("utf-16", "UTF-16"),
)  # fmt: skip
DELIMITERS = (FOUND, (",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", _("bar")))
Choices = list[tuple[str, Any]]


class UploadForm(ActForm):
    """A file and what it holds."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel, with a line of column names."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    kind = forms.ChoiceField(label=_("It holds"), choices=list(KINDS.items()))


class ReadingForm(forms.Form):
    """How the file is to be read, where it is not found out rightly; empty means: find it."""

    use_required_attribute = False

    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=60)
    header_row = forms.IntegerField(label=_("Row of the column names"), required=False, min_value=1, max_value=1000)
    encoding = forms.ChoiceField(label=_("Encoding"), required=False, choices=ENCODINGS)
    delimiter = forms.ChoiceField(label=_("Cells are parted by"), required=False, choices=DELIMITERS)

    def stated(self) -> dict[str, Any]:
        """What the person said, as the part `file` of a mapping."""
        if not self.is_valid():
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}


class MappingTextForm(ActForm):
    """The mapping as its text."""

    text = forms.CharField(label=_("Mapping"), widget=forms.Textarea(attrs={"rows": 24, "class": "code"}))


class MappingForm(ActForm):
    """A mapping made by hand: the rules of the file; the columns stand in `ColumnForm`."""

    name = forms.SlugField(label=_("Save the mapping as"), max_length=80)
    entity = forms.ChoiceField(label=_("The rows belong to"))
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    dates = forms.ChoiceField(label=_("Dates are written"), required=False)
    decimal = forms.ChoiceField(label=_("Numbers are written"), choices=MARKS)
    thousands = forms.ChoiceField(label=_("Between thousands"), choices=THOUSANDS, required=False)
    changed = forms.ChoiceField(
        label=_("Accounts that are there already"),
        required=False,
        choices=[("refuse", _("are refused")), ("update", _("are changed by the filled cells"))],
    )
    identity = forms.ChoiceField(
        label=_("A row is the same again by"), help_text=_("So that feeding the file twice doubles nothing.")
    )
    negative = forms.ChoiceField(
        label=_("Amounts below zero"),
        required=False,
        choices=[("refuse", _("are refused")), ("credit_note", _("are credit notes"))],
    )
    statuses = forms.CharField(label=_("Words of the status"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    cut_over = DayField(
        label=_("Cut-over on"), required=False, help_text=_("Only what is open then comes in, booked on that day.")
    )
    plan_code = forms.CharField(label=_("Plan code"), required=False, max_length=40)
    plan_name = forms.CharField(label=_("Plan name"), required=False, max_length=120)
    plan_product = forms.CharField(label=_("Product code"), required=False, max_length=40)

    def __init__(
        self,
        *args: Any,
        kind: ImportKind,
        found: Inspection,
        entities: Sequence[LegalEntityRow],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self._offer("entity", [(entity.code, entity.name) for entity in entities])
        self._offer("dates", [("", _("There are none")), *((one, one) for one in date_formats(found))])
        columns = [(column.name, column.name) for column in found.columns]
        self._offer("identity", [(CONTENT, _("its whole content")), *columns])
        words = ", ".join(sorted(STATUS_WORDS[kind]))
        self.fields["statuses"].help_text = gettext("One a line: their word = ours. Ours are %(words)s.") % {
            "words": words
        }
        if kind is not ImportKind.SUBSCRIPTIONS:
            for name in ("plan_code", "plan_name", "plan_product"):
                del self.fields[name]
        if kind is not ImportKind.INVOICES:
            del self.fields["negative"]
        if kind is not ImportKind.CUSTOMERS:
            del self.fields["changed"]
        for name in ("cut_over", "plan_code", "plan_name", "plan_product"):
            if name in self.fields:
                self.fields[name].required = kind is ImportKind.SUBSCRIPTIONS
        if kind in (ImportKind.CUSTOMERS, ImportKind.PAYMENTS):
            del self.fields["cut_over"]

    def _offer(self, name: str, choices: Choices) -> None:
        field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
        field.choices = choices

    def clean_statuses(self) -> dict[str, str]:
        """Their words and ours, line by line."""
        pairs: dict[str, str] = {}
        for line in str(self.cleaned_data["statuses"]).splitlines():
            if not line.strip():
                continue
            theirs, mark, ours = line.partition("=")
            if not mark or ours.strip() not in STATUS_WORDS[self.kind]:
                words = {"line": line.strip(), "words": ", ".join(sorted(STATUS_WORDS[self.kind]))}
                raise forms.ValidationError(gettext("“%(line)s”: write their word = one of %(words)s.") % words)
            pairs[theirs.strip()] = ours.strip()
        return pairs


class ColumnForm(forms.Form):
    """What one column of the file is for us."""

    use_required_attribute = False

    field = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, kind: ImportKind, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: forms.ChoiceField = self.fields["field"]  # type: ignore[assignment]
        choice.choices = field_choices(kind)


def field_choices(kind: ImportKind) -> list[tuple[Any, Any]]:
    """Our fields, by what they belong to; those that are needed are marked."""
    needed = NEEDED[kind]
    groups: dict[str, list[tuple[str, str]]] = {part: [] for part in ("", *PARTS)}
    for field in sorted(FIELDS[kind], key=lambda name: (name not in needed, name)):
        part, _dot, name = field.rpartition(".")
        mark = " *" if field in needed else ""
        # A chosen option stands without its group, so it says what it belongs to.
        words = f"{part}: {name}" if part else name
        groups[part].append((field, words.replace("_", " ") + mark))
    return [("", _("leave out")), *((PARTS[part], choices) for part, choices in groups.items() if choices)]


def date_formats(found: Inspection) -> list[str]:
    """Every format that fits a whole column of dates, those that fit most columns first."""
    counts: dict[str, int] = {}
    for column in found.columns:
        for one in column.date_formats:
            counts[one] = counts.get(one, 0) + 1
    return sorted(counts, key=lambda one: -counts[one])


def the_date_format(found: Inspection) -> str:
    """The one format that fits every column of dates; empty when a person must say which."""
    sets = [set(column.date_formats) for column in found.columns if column.date_formats]
    common = set.intersection(*sets) if sets else set()
    return common.pop() if len(common) == 1 else ""


def the_number_marks(found: Inspection) -> tuple[str, str]:
    """The decimal mark and the mark between thousands of the first column that has only one reading with marks."""
    marks = [column.number_marks[0] for column in found.columns if len(column.number_marks) == 1]
    return next((one for one in marks if one != (".", "")), (".", ""))


# Words that stand in names of columns, and the field that they nearly always mean.
_HINTS: tuple[tuple[ImportKind | None, tuple[str, ...], str], ...] = (
    (ImportKind.INVOICES, ("invoicenumber", "invoiceno", "documentnumber"), "number"),
    (ImportKind.INVOICES, ("invoicedate", "documentdate", "issued"), "document_date"),
    (ImportKind.INVOICES, ("duedate", "duein"), "due_date"),
    (ImportKind.INVOICES, ("invoiceamount", "total", "amount"), "total"),
    (ImportKind.INVOICES, ("settleddate", "paidon", "cleardate"), "settled_on"),
    (ImportKind.PAYMENTS, ("amount",), "amount"),
    (ImportKind.PAYMENTS, ("valuedate", "paymentdate"), "value_date"),
    (ImportKind.SUBSCRIPTIONS, ("monthlycharges", "price"), "own_price"),
    (ImportKind.SUBSCRIPTIONS, ("tenure",), "months_in_service"),
    (None, ("customerid", "customernumber", "custnumber"), "customer.reference"),
    (None, ("customername", "namecustomer"), "customer.name"),
    (None, ("email",), "contact.email"),
    (None, ("phone", "telephone"), "contact.phone"),
    (None, ("city",), "address.city"),
    (None, ("postcode", "zip"), "address.postcode"),
    (None, ("currency",), "currency"),
    (None, ("status",), "status"),
)
# Names of columns that say a field by themselves, and would mean too much as a part of another name.
_WHOLE: tuple[tuple[ImportKind | None, tuple[str, ...], str], ...] = (
    (ImportKind.CUSTOMERS, ("number", "id", "reference"), "customer.reference"),
    (ImportKind.INVOICES, ("number", "invoice"), "number"),
    (ImportKind.INVOICES, ("date",), "document_date"),
    (ImportKind.INVOICES, ("due",), "due_date"),
    (ImportKind.PAYMENTS, ("date",), "value_date"),
    (None, ("name", "customer", "company"), "customer.name"),
    (None, ("vat", "vatnumber", "taxnumber"), "customer.tax_number"),
    (None, ("language",), "customer.language"),
    (None, ("street", "address"), "address.street"),
    (None, ("country",), "address.country"),
)


def proposed(found: Inspection, kind: ImportKind) -> dict[str, str]:
    """A field for each column whose name says it plainly; each field once."""
    fields: dict[str, str] = {}
    for column in found.columns:
        plain = slugify(column.name).replace("-", "").replace("_", "")
        said = [field for only, words, field in _WHOLE if only in (None, kind) and plain in words]
        said += [field for only, words, field in _HINTS if only in (None, kind) and any(one in plain for one in words)]
        free = [field for field in said if field in FIELDS[kind] and field not in fields.values()]
        if free:
            fields[column.name] = free[0]
    return fields


def mapping_text(
    kind: ImportKind, rules: dict[str, Any], columns: dict[str, str], reading: dict[str, Any] | None = None
) -> str:
    """The text of the mapping that the forms say. `columns` goes from our field to theirs."""
    options = {name: rules[name] for name in ("negative", "changed") if rules.get(name)}
    identity = rules["identity"]
    tree: dict[str, Any] = {
        "mapping": 1,
        "name": rules["name"],
        "kind": kind.lower(),
        "entity": {"code": rules["entity"]},
        "file": reading or {},
        "dates": rules["dates"],
        "numbers": {"decimal": rules["decimal"], "thousands": rules["thousands"]},
        "currency": rules["currency"].upper(),
        "identity": {"content": True} if identity == CONTENT else {"columns": [identity]},
        "columns": columns,
        "values": {"status": rules["statuses"]} if rules["statuses"] else {},
        "options": options,
    }
    if rules.get("cut_over"):
        tree["cut_over"] = {"on": rules["cut_over"]}
    if rules.get("plan_code"):
        tree["plan"] = {name: rules[f"plan_{name}"] for name in ("code", "name", "product")}
    out = StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump({key: value for key, value in tree.items() if value not in ("", {})}, out)
    return out.getvalue()
