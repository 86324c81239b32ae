"""Find receipts by the beginning of a number or reference, or by the payer's name, without reading all of them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper

from billwright.kernel.laying import LayDown

# Without figures about what is indexed the planner does not trust the index. An empty table shall stay without any.
ANALYZE = """
do $$
begin
    if exists (select 1 from payments_payment) then
        analyze payments_payment;
    end if;
end
$$
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0016_agreements_end")]

    operations = [
        LayDown(
            [
                migrations.AddIndex(
                    model_name="payment",
                    index=models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="payment_by_number_typed"),
                ),
                migrations.AddIndex(
                    model_name="payment",
                    index=models.Index(
                        OpClass(Upper("reference"), "text_pattern_ops"),
                        name="payment_by_reference_typed",
                        condition=~Q(reference=""),
                    ),
                ),
                migrations.AddIndex(
                    model_name="payment",
                    index=GinIndex(
                        SearchVector("payer_name", config="simple"),
                        name="payment_by_payer",
                        condition=~Q(payer_name=""),
                    ),
                ),
            ]
        ),
        migrations.RunSQL(ANALYZE, migrations.RunSQL.noop),
    ]
