"""All orders that one payment paid are found by its number."""

from tortoise import migrations
from tortoise.migrations.operations import RunSQL

INDEX = "CREATE INDEX payment_of_no ON payment (payment_no, merchant_id);"


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0007_model_use")]

    operations = [RunSQL(INDEX, RunSQL.noop)]
