"""People who chat inside a mini-program: when they were there last, and which notices they have said yes to."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0014_shipping_shares")]

    operations = [
        AddField(model_name="ChannelIdentity", name="app_at", field=fields.DatetimeField(null=True)),
        AddField(model_name="ChannelIdentity", name="granted", field=fields.JSONField(db_default={})),
    ]
