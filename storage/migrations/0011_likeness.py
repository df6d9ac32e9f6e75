"""What pictures look like, and which look the same."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.operations import CreateModel, RunSQL

# An index for each of the four bands of 16 bits by which near pictures are found. Its key is the merchant and the band in
# one: with the merchant as a column of its own a plan could go through all pictures of one.
SQL = """
CREATE INDEX picture_likeness_band_1 ON picture_likeness (((uuid_hash(merchant_id)::bigint << 16) | ((likeness >> 48) & 65535))) INCLUDE (merchant_id, likeness, attachment_id);
CREATE INDEX picture_likeness_band_2 ON picture_likeness (((uuid_hash(merchant_id)::bigint << 16) | ((likeness >> 32) & 65535))) INCLUDE (merchant_id, likeness, attachment_id);
CREATE INDEX picture_likeness_band_3 ON picture_likeness (((uuid_hash(merchant_id)::bigint << 16) | ((likeness >> 16) & 65535))) INCLUDE (merchant_id, likeness, attachment_id);
CREATE INDEX picture_likeness_band_4 ON picture_likeness (((uuid_hash(merchant_id)::bigint << 16) | ((likeness >> 0) & 65535))) INCLUDE (merchant_id, likeness, attachment_id);
CREATE INDEX attachment_video_digest ON attachment (sha256) WHERE media_type LIKE 'video/%';
ALTER TABLE picture_likeness ADD FOREIGN KEY (attachment_id) REFERENCES attachment (id) ON DELETE CASCADE;
ALTER TABLE picture_match ADD CONSTRAINT picture_match_once UNIQUE (merchant_id, attachment_id, other_id);
ALTER TABLE picture_match ADD FOREIGN KEY (attachment_id) REFERENCES attachment (id) ON DELETE CASCADE;
ALTER TABLE picture_match ADD FOREIGN KEY (other_id) REFERENCES attachment (id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0010_channels")]

    operations = [
        CreateModel(
            name="PictureLikeness",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("attachment_id", fields.UUIDField()),
                ("likeness", fields.BigIntField()),
            ],
            options={
                "table": "picture_likeness",
                "app": "refundbot",
                "indexes": [Index(fields=["attachment_id"], name="picture_likeness_of")],
                "pk_attr": "id",
                "table_description": "One of the numbers that say what a picture looks like (bot/likeness.py).",
            },
            bases=["Model"],
        ),
        CreateModel(
            name="PictureMatch",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("merchant_id", fields.UUIDField()),
                ("attachment_id", fields.UUIDField()),
                ("other_id", fields.UUIDField()),
                ("distance", fields.IntField()),
            ],
            options={
                "table": "picture_match",
                "app": "refundbot",
                "constraints": [
                    UniqueConstraint(fields=("merchant_id", "attachment_id", "other_id"), name="picture_match_once")
                ],
                "indexes": [Index(fields=["other_id"], name="picture_match_of_other")],
                "pk_attr": "id",
                "table_description": "Two pictures that look the same, or two videos that are the same; kept in both directions.",
            },
            bases=["Model"],
        ),
        RunSQL(SQL, RunSQL.noop),
    ]
