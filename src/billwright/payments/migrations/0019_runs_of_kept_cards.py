"""Let a run be of kept cards: without an agreement with a bank, as no bank gets a file."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from billwright.kernel.laying import LayDown

KINDS = [
    ("OVER_LIMIT", "Over Limit"),
    ("TOO_OFTEN", "Too Often"),
    ("NOTICE_TOO_SHORT", "Notice Too Short"),
    ("MANDATE_ENDED", "Mandate Ended"),
    ("OUTSIDE_MANDATE", "Outside Mandate"),
    ("FAILED_BEFORE", "Failed Before"),
    ("CHANGED_SINCE", "Changed Since"),
    ("METHOD_UNUSABLE", "Method Unusable"),
    ("NETWORK_LIMIT", "Network Limit"),
    ("TOO_LATE", "Too Late"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("org", "0003_terms_in_parts"),
        ("payments", "0018_index_for_list_of_bank_entries"),
    ]

    operations = [
        LayDown(
            [
                migrations.AlterField(
                    model_name="collectionfinding",
                    name="kind",
                    field=models.CharField(choices=KINDS, max_length=16),
                ),
                migrations.AlterField(
                    model_name="collectionrun",
                    name="agreement",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.collectionagreement",
                    ),
                ),
                migrations.AlterField(
                    model_name="collectionrun",
                    name="bank_account",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.ownbankaccount",
                    ),
                ),
                migrations.AlterField(
                    model_name="collectionrun",
                    name="submit_by",
                    field=models.DateField(
                        help_text="The last day on which the bank takes the file, or a card is debited."
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collectionrun",
                    constraint=models.CheckConstraint(
                        condition=Q(scheme="card", agreement=None, bank_account=None)
                        | ~Q(scheme="card") & Q(agreement__isnull=False, bank_account__isnull=False),
                        name="collection_run_agreed_with_a_bank_or_of_cards",
                    ),
                ),
            ]
        ),
    ]
