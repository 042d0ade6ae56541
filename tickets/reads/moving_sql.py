"""The two questions `moving` asks the database."""

STANDING = """
LEFT JOIN (
    SELECT a.holder_id, array_agg(DISTINCT a.tier ORDER BY a.tier) AS tiers,
        array_agg(DISTINCT e.code ORDER BY e.code) AS entities
    FROM accounts_tradingaccount a JOIN accounts_legalentity e ON e.id = a.entity_id GROUP BY a.holder_id
) s ON s.holder_id = t.requester_id"""
GROUPS = """
SELECT t.category_id, t.priority, t.channel, t.language, {standing},
    count(*) FILTER (WHERE t.policy_version_id IS DISTINCT FROM %(version)s) AS others,
    count(*) FILTER (WHERE t.policy_version_id IS DISTINCT FROM %(version)s 
        AND t.last_staff_at IS NULL) AS unanswered
FROM tickets_ticket t {join} WHERE t.status = ANY(%(live)s) GROUP BY 1, 2, 3, 4, 5, 6"""
CLOCKS = """
WITH taken AS (
    SELECT * FROM unnest(%(categories)s::bigint[], %(priorities)s::text[], %(channels)s::text[],
        %(languages)s::text[], %(tiers)s::text[], %(entities)s::text[], %(factors)s::float8[])
        AS g(category_id, priority, channel, language, tiers, entities, factor)
), goal AS (
    SELECT * FROM unnest(%(metrics)s::text[], %(seconds)s::float8[], %(modes)s::text[])
        AS g(metric, seconds, mode)
), hours AS MATERIALIZED (
    SELECT id, o::float8[] AS opens, w::float8[] AS worked, c::float8[] AS closes, by_now
    FROM unnest(%(hours)s::bigint[], %(opens)s::text[], %(worked)s::text[], %(closes)s::text[],
        %(by_now)s::float8[])
        AS h(id, o, w, c, by_now)
), clock AS (
    SELECT t.reference, t.id AS ticket, c.metric, c.state, c.due_at,
        CASE WHEN goal.metric IS NOT NULL THEN greatest(1, round(goal.seconds / taken.factor)) END AS target,
        goal.mode,
        c.consumed_seconds + CASE WHEN c.state <> 'running' THEN 0
            WHEN old.id IS NULL THEN date_part('epoch', %(now)s - c.resumed_at)
            ELSE old.by_now - coalesce(
                old.worked[at.n] - greatest(0, old.closes[at.n] - date_part('epoch', c.resumed_at)), 0)
        END AS used
    FROM tickets_ticket t {join}
    JOIN taken ON (taken.category_id, taken.priority, taken.channel, taken.language) =
        (t.category_id, t.priority, t.channel, t.language) {standing}
    JOIN tickets_tickettimer c ON c.ticket_id = t.id AND (c.state IN ('running', 'paused')
        OR c.state = 'breached' AND c.fulfilled_at IS NULL AND c.cancelled_at IS NULL)
    LEFT JOIN goal ON goal.metric = c.metric
    LEFT JOIN hours old ON old.id = c.calendar_version_id AND c.mode = 'business' AND c.state = 'running'
    LEFT JOIN LATERAL (SELECT width_bucket(date_part('epoch', c.resumed_at), old.opens) AS n) at
        ON old.id IS NOT NULL
    WHERE t.status = ANY(%(live)s) AND t.policy_version_id IS DISTINCT FROM %(version)s
), moved AS MATERIALIZED (
    SELECT clock.*, state = 'running' AND due_at > %(now)s AS ticking,
        CASE WHEN target IS NULL OR state <> 'running' OR due_at <= %(now)s THEN NULL
            WHEN used >= target THEN %(now)s
            WHEN mode = 'calendar' THEN %(now)s + make_interval(secs => target - used)
            ELSE to_timestamp(new.closes[1 + width_bucket(target - used - 1e-6, new.worked)]
                - (new.worked[1 + width_bucket(target - used - 1e-6, new.worked)] - (target - used)))
        END AS new_due, used >= target AS used_up
    FROM clock CROSS JOIN (SELECT * FROM hours WHERE id = 0) new
)
SELECT
    (SELECT json_build_object(
        'clocks', count(*) FILTER (WHERE abs(date_part('epoch', new_due - due_at)) >= 1),
        'earlier', count(*) FILTER (WHERE new_due <= due_at - interval '1 second'),
        'later', count(*) FILTER (WHERE new_due >= due_at + interval '1 second'),
        'breached', count(*) FILTER (WHERE new_due IS NOT NULL AND used_up),
        'paused', count(*) FILTER (WHERE state = 'paused' AND target IS NOT NULL),
        'ended', count(*) FILTER (WHERE target IS NULL AND (state = 'paused' OR ticking)),
        'solving', count(*) FILTER (WHERE metric = 'resolution'),
        'answering', count(*) FILTER (WHERE metric = 'first_response')) FROM moved),
    (SELECT coalesce(json_agg(e), '[]') FROM (SELECT reference, metric, due_at, new_due FROM moved
        WHERE new_due <= due_at - interval '1 second' ORDER BY new_due - due_at, ticket LIMIT 5) e),
    (SELECT coalesce(json_agg(e), '[]') FROM (SELECT reference, metric, due_at, new_due FROM moved
        WHERE new_due >= due_at + interval '1 second' ORDER BY due_at - new_due, ticket LIMIT 5) e)"""
