"""The cache of limits and counts lives in the database, so that it survives Redis and never hangs with it."""

from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE helpdesk_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX helpdesk_cache_expires ON helpdesk_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE helpdesk_cache")]
