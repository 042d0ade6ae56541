"""One batch of breaches as a single statement: the same rows the sweep leaves, written by the database alone.

Nothing is looked at twice here, nobody is called by a ladder's rules but the supervisors, every calendar is
taken to be open: it is what the rows cost, not what the product has to know.
"""

BREAK_BATCH = """
WITH due AS MATERIALIZED (
    SELECT c.id, c.ticket_id FROM tickets_tickettimer c
    WHERE c.wake_at <= now() ORDER BY c.wake_at LIMIT %(batch)s
), held AS MATERIALIZED (
    SELECT t.id, t.reference, t.subject, t.requester_id, t.priority FROM tickets_ticket t
    WHERE t.id IN (SELECT ticket_id FROM due) FOR NO KEY UPDATE SKIP LOCKED
), broken AS (
    UPDATE tickets_tickettimer c
    SET state = 'breached', breached_at = c.due_at, detected_at = now(),
        renewed_due_at = now() + interval '1 hour', warn_at = now() + interval '30 minutes',
        rung = 2, next_share = NULL, generation = c.generation + 1
    FROM due JOIN held ON held.id = due.ticket_id WHERE c.id = due.id
    RETURNING c.id, c.ticket_id, c.due_at, c.metric, c.policy_version_id, c.consumed_seconds,
              c.renewed_due_at
), told AS (
    INSERT INTO tickets_timerevent (timer_id, ticket_id, at, kind, rung, reason, policy_version_id, due_at,
                                    consumed_seconds, terms)
    SELECT id, ticket_id, due_at, 'breach', 'breach', '', policy_version_id, due_at, consumed_seconds,
           jsonb_build_object('detected_at', now(), 'renewed_due_at', renewed_due_at)
    FROM broken
), raised AS (
    UPDATE tickets_ticket t
    SET priority = 'P' || substr(t.priority, 2)::int - 1, version = t.version + 1
    FROM held WHERE t.id = held.id AND t.priority > 'P1'
    RETURNING t.reference, held.priority AS before, t.priority AS after
), recorded AS (
    INSERT INTO audit_entry (at, action, subject, actor_id, actor_name, data)
    SELECT now(), 'ticket.priority.raised', reference, NULL::bigint, '',
           jsonb_build_object('before', before, 'after', after, 'cause', 'promise') FROM raised
    UNION ALL
    SELECT now(), 'ticket.promise.broken', held.reference, NULL::bigint, '',
           jsonb_build_object('metric', b.metric, 'due_at', b.due_at)
    FROM broken b JOIN held ON held.id = b.ticket_id
), heard AS (
    SELECT b.*, h.reference, h.subject, 'ticket.late' AS kind, s AS person,
           '/desk/tickets/' || h.reference || '/' AS url
    FROM broken b JOIN held h ON h.id = b.ticket_id CROSS JOIN unnest(%(supervisors)s::bigint[]) s
    UNION ALL
    SELECT b.*, h.reference, h.subject, 'ticket.apology', h.requester_id, '/tickets/' || h.reference || '/'
    FROM broken b JOIN held h ON h.id = b.ticket_id
), noticed AS (
    INSERT INTO notify_notice (event_id, kind, person_id, address, language, subject_ref, url, context,
                               in_bell, created_at)
    SELECT 'breach:' || heard.id, heard.kind, p.id, '', p.language, heard.reference, heard.url,
           jsonb_build_object('reference', heard.reference, 'subject', heard.subject,
                              'metric', heard.metric, 'due_at', heard.due_at,
                              'new_at', heard.renewed_due_at),
           true, now()
    FROM heard JOIN accounts_person p ON p.id = heard.person AND p.is_active
    ON CONFLICT DO NOTHING
    RETURNING id, event_id, kind, person_id
), carried AS (
    INSERT INTO notify_delivery (notice_id, channel, state, attempts, next_attempt_at, message_id,
                                 provider_id, error, bundle, created_at, done_at)
    SELECT n.id, channel, CASE channel WHEN 'inapp' THEN 'delivered' ELSE 'queued' END, 0,
           CASE channel WHEN 'inapp' THEN NULL ELSE now() END,
           CASE channel WHEN 'inapp' THEN '' ELSE '<' || md5(n.event_id || n.person_id) || '@bare>' END,
           '', '', CASE WHEN channel = 'email' AND n.kind = 'ticket.late' THEN n.person_id::text ELSE '' END,
           now(), CASE channel WHEN 'inapp' THEN now() END
    FROM noticed n CROSS JOIN (VALUES ('email'), ('inapp')) AS c(channel)
)
SELECT count(*) FROM broken
"""
