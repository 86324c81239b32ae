"""Find subscriptions by the beginning of a number or description without reading all of them."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Upper

from billwright.kernel.laying import LayDown

# Without figures about what is indexed the planner does not trust the index. An empty table shall stay without any.
ANALYZE = """
do $$
begin
    if exists (select 1 from subscriptions_subscription) then
        analyze subscriptions_subscription;
    end if;
end
$$
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0005_index_for_plans_in_service")]

    operations = [
        LayDown(
            [
                migrations.AddIndex(
                    model_name="subscription",
                    index=models.Index(
                        OpClass(Upper("number"), "text_pattern_ops"), name="subscription_by_number_typed"
                    ),
                ),
                migrations.AddIndex(
                    model_name="subscription",
                    index=models.Index(
                        OpClass(Upper("description"), "text_pattern_ops"), name="subscription_by_description"
                    ),
                ),
            ]
        ),
        migrations.RunSQL(ANALYZE, migrations.RunSQL.noop),
    ]
