"""The table of facts in helpdesk/README.md is what the code does."""

import os

from helpdesk.core import events

from .sources import PACKAGES, ROOT

BEGIN, END = "<!-- events -->\n", "<!-- /events -->"


def test_the_table_of_facts_is_true():
    """Run with WRITE_TABLES=1 to bring the table up to date."""
    rows = ["| fact | in the transaction | after commit |", "| --- | --- | --- |"]
    for fact, heard in sorted(events.listeners().items()):
        ours = {when: sorted(n for n in heard[when] if n.split(".")[0] in PACKAGES) for when in heard}
        cells = ["<br>".join(f"`{name}`" for name in ours[when]) or "–" for when in ("inside", "after")]
        rows.append(f"| `{fact}` | {cells[0]} | {cells[1]} |")
    path = ROOT / "helpdesk" / "README.md"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    now = before + BEGIN + "\n".join(rows) + "\n" + END + rest.partition(END)[2]
    if os.environ.get("WRITE_TABLES"):
        path.write_text(now, encoding="utf-8")
    elif text != now:
        raise AssertionError("helpdesk/README.md is out of date: WRITE_TABLES=1 pytest tests/architecture")
