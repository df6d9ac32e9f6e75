"""What is picked of a list by buttons, one after another, before it is taken."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0015_mini_program_app")]

    operations = [
        AddField(model_name="ChannelIdentity", name="picks", field=fields.JSONField(db_default={})),
    ]
