"""What is in the database, so that a refusal which wrote something is found."""

from django.db import connection

# What every request may write whatever it is answered: who was here, and how often.
APART = {"django_session", "accounts_apikey", "usersessions_usersession", "helpdesk_cache"}
# That somebody of the house opened the case is written down even if they may do nothing in it.
_BUT = {
    "disputes_involvement": " WHERE how <> 'read'", "audit_entry": " WHERE action <> 'dispute.read'",
}  # fmt: skip
_TOLD = ("disputes_", "tickets_", "notify_", "audit_", "core_", "timers_heartbeat")


class Prints:
    """What is in every table: how many rows, and what they say."""

    def __init__(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            names = [row[0] for row in cursor.fetchall() if row[0] not in APART]
        parts = []
        for name in names:
            where = _BUT.get(name, "")
            what = "sum(hashtextextended(t::text, 0))" if name.startswith(_TOLD) else "NULL::numeric"
            parts.append(f"SELECT '{name}', count(*), {what} FROM {name} t{where}")
        self.sql = " UNION ALL ".join(parts)

    def take(self):
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            return {name: (count, told) for name, count, told in cursor.fetchall()}

    def stirred(self):
        """How many rows this transaction has written so far, undone ones too, by table."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
            return {name: rows for name, rows in cursor.fetchall() if name not in APART}
