"""Find an account by its number in any case without reading all of them."""

from django.db import migrations, models
from django.db.models.functions import Upper

# Without figures about what is indexed the planner does not trust the index. An empty table shall stay without any.
ANALYZE = """
do $$
begin
    if exists (select 1 from accounts_billing_account) then
        analyze accounts_billing_account;
    end if;
end
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_document_choices"), ("org", "0003_terms_in_parts")]

    operations = [
        migrations.AddIndex(
            model_name="billingaccount",
            index=models.Index(Upper("number"), name="account_by_upper_number"),
        ),
        migrations.RunSQL(ANALYZE, migrations.RunSQL.noop),
    ]
