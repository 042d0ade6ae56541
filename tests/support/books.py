"""Are the books right? Every question answers with the rows that are wrong; none when all is well.

`ask` runs one statement and returns its rows, so the same questions go to a test's database and to that of a
running product. Ask when everything due has been swept.
"""

BREACHES = {
    "lost: due and still ticking": """
        SELECT id FROM tickets_tickettimer WHERE state = 'running' AND due_at < clock_timestamp()""",
    "lost: a step that is due and not taken": """
        SELECT id FROM tickets_tickettimer WHERE wake_at < clock_timestamp() - interval '10 s'""",
    "set aside": """
        SELECT id FROM tickets_tickettimer WHERE postponed_until IS NOT NULL AND wake_at IS NOT NULL""",
    "broken without exactly one event": """
        SELECT t.id, count(e.id) FROM tickets_tickettimer t
        LEFT JOIN tickets_timerevent e ON e.timer_id = t.id AND e.kind = 'breach'
        WHERE t.breached_at IS NOT NULL GROUP BY 1 HAVING count(e.id) <> 1""",
    "event of a promise that is not broken": """
        SELECT e.id FROM tickets_timerevent e JOIN tickets_tickettimer t ON t.id = e.timer_id
        WHERE e.kind = 'breach' AND t.breached_at IS NULL""",
    "a step of the ladder taken twice": """
        SELECT timer_id, rung FROM tickets_timerevent WHERE rung <> '' GROUP BY 1, 2 HAVING count(*) > 1""",
    "not recorded exactly once": """
        SELECT t.id, count(a.id) FROM tickets_tickettimer t JOIN tickets_ticket k ON k.id = t.ticket_id
        LEFT JOIN audit_entry a ON a.action = 'ticket.promise.broken' AND a.subject = k.reference
            AND a.data->>'metric' = t.metric AND (a.data->>'due_at')::timestamptz = t.breached_at
        WHERE t.breached_at IS NOT NULL GROUP BY 1 HAVING count(a.id) <> 1""",
    "supervisors not told exactly once": """
        WITH wanted AS (
            SELECT t.id, p.id AS person FROM tickets_tickettimer t
            JOIN accounts_person p ON p.is_active AND p.roles @> '{supervisor}'
            WHERE t.breached_at IS NOT NULL AND t.metric <> 'canary')
        SELECT w.id, w.person, count(n.id) FROM wanted w LEFT JOIN notify_notice n
            ON n.event_id = 'breach:' || w.id AND n.person_id = w.person AND n.kind = 'ticket.late'
        GROUP BY 1, 2 HAVING count(n.id) <> 1""",
    "a step of the ladder that called nobody": """
        SELECT e.id, e.kind, e.rung FROM tickets_timerevent e WHERE e.kind IN ('warn', 'escalate')
        AND e.rung <> '' AND NOT EXISTS (SELECT 1 FROM notify_notice n
                        WHERE n.event_id = 'rung:' || e.timer_id || ':' || e.rung)""",
    "called for a step that was not taken": """
        SELECT n.id, n.event_id FROM notify_notice n LEFT JOIN tickets_timerevent e
            ON n.event_id = 'rung:' || e.timer_id || ':' || e.rung AND e.kind IN ('warn', 'escalate')
        WHERE n.event_id LIKE 'rung:%' AND e.id IS NULL""",
    # Where the late answer itself finds the promise broken, it stands instead of an apology.
    "no apology, or more than one": """
        SELECT t.id, count(n.id) FROM tickets_tickettimer t JOIN tickets_ticket k ON k.id = t.ticket_id
        LEFT JOIN notify_notice n ON n.event_id = 'breach:' || t.id AND n.person_id = k.requester_id
            AND n.kind = 'ticket.apology'
        WHERE t.breached_at IS NOT NULL AND t.metric <> 'canary' GROUP BY 1
        HAVING count(n.id)
            <> (t.detected_at IS DISTINCT FROM coalesce(t.fulfilled_at, t.cancelled_at))::int""",
    "told of a breach that is none": """
        SELECT n.id FROM notify_notice n LEFT JOIN tickets_tickettimer t
            ON n.event_id = 'breach:' || t.id AND t.breached_at IS NOT NULL
        WHERE n.event_id LIKE 'breach:%' AND t.id IS NULL""",
    "notice without its two deliveries": """
        SELECT n.id, count(d.id) FROM notify_notice n LEFT JOIN notify_delivery d ON d.notice_id = n.id
        WHERE n.event_id LIKE 'breach:%' OR n.event_id LIKE 'rung:%' GROUP BY 1
        HAVING array_agg(d.channel::text ORDER BY d.channel) NOT IN ('{email,inapp}', '{digest,inapp}')""",
    "late complaint without exactly one dispute": """
        SELECT k.id, count(d.id) FROM tickets_tickettimer t JOIN tickets_ticket k ON k.id = t.ticket_id
        JOIN tickets_category c ON c.id = k.category_id AND c.complaint
        LEFT JOIN disputes_dispute d ON d.ticket_id = k.id AND d.reference = k.dispute_reference
        WHERE t.metric = 'resolution' AND t.breached_at IS NOT NULL GROUP BY 1
        HAVING count(d.id) <> 1 OR bool_or(k.status <> 'mediation')""",
    "late complaint not escalated exactly once": """
        SELECT k.reference, count(a.id) FROM tickets_tickettimer t
        JOIN tickets_ticket k ON k.id = t.ticket_id JOIN tickets_category c ON c.id = k.category_id
        LEFT JOIN audit_entry a ON a.action = 'ticket.escalated' AND a.subject = k.reference
        WHERE t.metric = 'resolution' AND t.breached_at IS NOT NULL AND c.complaint GROUP BY 1
        HAVING count(a.id) <> 1""",
}
CONVERSATION = {
    "ticket without exactly one receipt": """
        SELECT k.id, count(n.id) FROM tickets_ticket k LEFT JOIN notify_notice n
            ON n.event_id = 'ticket.filed:' || k.id AND n.person_id = k.requester_id
        WHERE k.channel <> 'canary' GROUP BY 1 HAVING count(n.id) <> 1""",
    "receipt without ticket": """
        SELECT n.id FROM notify_notice n LEFT JOIN tickets_ticket k ON n.event_id = 'ticket.filed:' || k.id
        WHERE n.event_id LIKE 'ticket.filed:%' AND k.id IS NULL""",
    "ticket not recorded exactly once": """
        SELECT k.reference, count(a.id) FROM tickets_ticket k LEFT JOIN audit_entry a
            ON a.action = 'ticket.filed' AND a.subject = k.reference
        WHERE k.channel <> 'canary' GROUP BY 1 HAVING count(a.id) <> 1""",
    "record without ticket": """
        SELECT a.id FROM audit_entry a LEFT JOIN tickets_ticket k ON k.reference = a.subject
        WHERE a.action = 'ticket.filed' AND k.id IS NULL""",
    "ticket without message": """
        SELECT k.id FROM tickets_ticket k WHERE k.channel <> 'canary' AND NOT EXISTS (
            SELECT 1 FROM tickets_message m WHERE m.ticket_id = k.id)""",
    "clock without exactly one start": """
        SELECT t.id, count(e.id) FROM tickets_tickettimer t
        LEFT JOIN tickets_timerevent e ON e.timer_id = t.id AND e.kind = 'start'
        GROUP BY 1 HAVING count(e.id) <> 1""",
    "kept without exactly one event": """
        SELECT t.id, count(e.id) FROM tickets_tickettimer t
        LEFT JOIN tickets_timerevent e ON e.timer_id = t.id AND e.kind = 'fulfil'
        WHERE t.fulfilled_at IS NOT NULL GROUP BY 1 HAVING count(e.id) <> 1""",
    "answer not told exactly once": """
        SELECT m.id, count(n.id) FROM tickets_message m JOIN tickets_ticket k ON k.id = m.ticket_id
        LEFT JOIN notify_notice n ON n.event_id = 'message:' || m.id AND n.kind = 'ticket.answered'
            AND n.person_id = k.requester_id
        WHERE m.from_staff AND m.kind = 'public' GROUP BY 1 HAVING count(n.id) <> 1""",
    "told of a message that is none": """
        SELECT n.id FROM notify_notice n LEFT JOIN tickets_message m ON n.event_id = 'message:' || m.id
        WHERE n.event_id LIKE 'message:%' AND m.id IS NULL""",
    "message not recorded exactly once": """
        SELECT m.id, count(a.id) FROM tickets_message m LEFT JOIN audit_entry a
            ON a.action = 'ticket.public.posted' AND a.data->>'message' = m.id::text
        WHERE m.id > (SELECT min(id) FROM tickets_message f WHERE f.ticket_id = m.ticket_id)
        GROUP BY 1 HAVING count(a.id) <> 1""",
    "record without message": """
        SELECT a.id FROM audit_entry a LEFT JOIN tickets_message m ON a.data->>'message' = m.id::text
        WHERE a.action = 'ticket.public.posted' AND m.id IS NULL""",
}
LETTERS = {
    "letter that did not leave": """
        SELECT d.id, d.state FROM notify_delivery d WHERE channel = 'email' AND state <> 'sent'
        AND created_at < clock_timestamp() - interval '10 s'""",
}


def wrong(ask, *chapters):
    """What is wrong: the name of each fault with how many rows show it, and one of them."""
    found = {}
    for chapter in chapters:
        for name, sql in chapter.items():
            if rows := ask(sql):
                found[name] = (len(rows), rows[0])
    return found
