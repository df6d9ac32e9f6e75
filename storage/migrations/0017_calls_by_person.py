"""A message to a person on a platform counts in every window that it may have met: each is kept with its begin and end.

What was counted until now counts on, as messages that have ended.
"""

from tortoise import migrations
from tortoise.migrations.operations import RunSQL

KEEP = """
UPDATE channel_identity SET windows = jsonb_build_object(
    'opened', (SELECT jsonb_object_agg(key, value - 'sent') FROM jsonb_each(windows)),
    'calls', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('at', it, 'by', '', 'to', it) ORDER BY it), '[]')
        FROM jsonb_each(windows), jsonb_array_elements_text(value -> 'sent') it))
WHERE windows <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("refundbot", "0016_picks")]

    operations = [RunSQL(KEEP, RunSQL.noop)]
