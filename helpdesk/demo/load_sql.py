"""The statements of `load`. Every random figure is a hash of the row's number, so nothing depends on luck.

`{h3}` stands for a hash of the number with the seed plus 3: figures with different hashes are independent of
one another.
"""

TABLES = (
    "accounts_person", "tickets_ticket", "tickets_message", "tickets_tickettimer", "tickets_timerevent",
    "audit_entry", "faq_article", "faq_translation", "faq_revision",
)  # fmt: skip


def _h(k: int) -> str:
    return f"(hashint8extended(n, %(seed)s + {k}) & 9223372036854775807)"


def _reference() -> str:
    """Six signs of the alphabet out of the number, by a map that never gives one twice."""
    place = "((n * %(stride)s + %(seed)s) %% 729000000)"
    signs = [f"substr(%(alphabet)s, 1 + (({place} / {30**k}) %% 30)::int, 1)" for k in range(6)]
    return "'T-' || " + " || ".join(signs)


TICKET_TEMPLATES = """
CREATE TEMP TABLE IF NOT EXISTS load_template (
    i int PRIMARY KEY, category bigint, team bigint, priority text, language text, subject text, body text,
    body_html text, answer text, answer_html text, policy bigint, calendar bigint, first int, solve int,
    share float8, last_rung int, after int, vec tsvector
);
TRUNCATE load_template
"""
ADD_TICKET_TEMPLATE = """
INSERT INTO load_template VALUES (
    %(i)s, %(category)s, %(team)s, %(priority)s, %(language)s, %(subject)s, %(body)s, %(body_html)s,
    %(answer)s, %(answer_html)s, %(policy)s, %(calendar)s, %(first)s, %(solve)s,
    %(share)s, %(last_rung)s, %(after)s,
    setweight(to_tsvector('english', %(title_grams)s), 'A')
        || setweight(to_tsvector('english', %(body_grams)s), 'C')
)
"""
PEOPLE = """
INSERT INTO accounts_person (id, password, is_superuser, email, name, language, time_zone, theme, density,
                             roles, unit, undo_seconds, is_active, date_joined)
SELECT %(base)s + g, '!', false, %(who)s || (%(base)s + g) || '@' || %(domain)s, initcap(%(who)s) || ' ' || g,
       CASE g %% 2 WHEN 0 THEN 'zh-hans' ELSE 'en' END, 'UTC', 'system', 'compact', %(roles)s::varchar[], '',
       10, true, %(now)s - interval '2 years'
FROM generate_series(0, %(n)s - 1) g
"""

# One row per ticket with every figure decided; the tables are filled from it. Live tickets were filed in
# the last three days and fall due in the next five; the others are spread over two years.
_TICKET_BATCH = """
DROP TABLE IF EXISTS load_batch;
CREATE TEMP TABLE load_batch AS
WITH numbered AS (
    SELECT (%(base)s + g)::bigint AS n, g FROM generate_series(0, %(size)s - 1) g
), drawn AS (
    SELECT n, n AS id, g, {reference} AS reference,
        %(requester)s + {h1} %% %(requesters)s AS requester,
        %(agent)s + {h2} %% %(agents)s AS agent,
        ({h3} %% (SELECT count(*) FROM load_template))::int AS template,
        {h4} %% 10000 < %(live)s AS live,
        {h5} %% 100 AS kind, {h6} AS far, {h7} AS near, {h8} %% 100 AS luck,
        {h9} %% 100 AS way
    FROM numbered
), told AS (
    SELECT d.*,
        CASE WHEN NOT live THEN CASE WHEN kind < 10 THEN 'resolved' ELSE 'closed' END
             WHEN kind < 35 THEN 'new' WHEN kind < 70 THEN 'open' WHEN kind < 88 THEN 'waiting'
             ELSE 'on_hold' END AS status,
        CASE WHEN live THEN %(now)s - make_interval(secs => 3600 + far %% 255600)
             ELSE %(now)s - make_interval(secs => 345600 + far %% 62640000) END AS created_at,
        %(now)s + make_interval(secs => 1800 + near %% 430000) AS due_at
    FROM drawn d
)
SELECT t.*,
    least(%(now)s - interval '1 minute', created_at + make_interval(
        secs => CASE WHEN NOT live AND luck < 5 THEN p.first * 1.5 ELSE p.first * 0.6 END)) AS answered_at,
    created_at + make_interval(secs => CASE WHEN luck < 3 THEN p.solve * 1.2 ELSE p.solve * 0.8 END)
        AS solved_at,
    CASE WHEN way < 70 THEN 'web' WHEN way < 82 THEN 'email' WHEN way < 90 THEN 'chat'
         WHEN way < 95 THEN 'api' WHEN way < 98 THEN 'telegram' ELSE 'phone' END AS channel,
    p.first, p.solve, p.category, p.team, p.priority, p.language, p.policy, p.calendar,
    p.share, p.last_rung, p.after
FROM told t JOIN load_template p ON p.i = t.template
WHERE NOT EXISTS (SELECT 1 FROM tickets_ticket x WHERE x.reference = t.reference)
"""
TICKET_BATCH = _TICKET_BATCH.format(reference=_reference(), **{f"h{k}": _h(k) for k in range(1, 10)})

TICKETS = """
INSERT INTO tickets_ticket (id, reference, subject, requester_id, assignee_id, team_id, category_id, priority,
    status, channel, language, fields, tags, version, created_at, updated_at, solved_at, closed_at, last_line,
    last_requester_at, last_staff_at, dispute_reference, policy_version_id, promise_state, promise_metric,
    promise_due_at, promise_soon_at, promise_reason, search)
SELECT b.id, b.reference, p.subject || ' #' || b.n, b.requester,
    CASE WHEN b.status = 'new' AND b.luck < 70 THEN NULL ELSE b.agent END,
    b.team, b.category, b.priority, b.status, b.channel, b.language, '{}',
    CASE WHEN b.luck %% 10 = 0 THEN ARRAY['vip'] WHEN b.luck %% 25 = 1 THEN ARRAY['fees']
         ELSE '{}' END::varchar[],
    4, b.created_at,
    CASE WHEN b.live THEN least(%(now)s, b.answered_at) ELSE b.solved_at END,
    CASE WHEN NOT b.live THEN b.solved_at END,
    CASE WHEN b.status = 'closed' THEN b.solved_at + interval '3 days' END,
    left(CASE WHEN b.status = 'new' THEN p.body ELSE p.answer END, 140), b.created_at,
    CASE WHEN b.status <> 'new' THEN b.answered_at END, '', b.policy,
    CASE WHEN b.status IN ('new', 'open') THEN 'running' WHEN b.live THEN 'paused'
         WHEN b.luck < 5 THEN 'mended' ELSE 'kept' END,
    CASE WHEN b.status = 'new' THEN 'first_response' WHEN b.live THEN 'resolution' ELSE '' END,
    CASE WHEN b.status IN ('new', 'open') THEN b.due_at END,
    CASE WHEN b.status IN ('new', 'open') THEN b.due_at - interval '15 minutes' END,
    CASE b.status WHEN 'waiting' THEN 'customer' WHEN 'on_hold' THEN 'third_party' ELSE '' END,
    p.vec || setweight(to_tsvector('english', b.reference || ' ' || b.n), 'A')
FROM load_batch b JOIN load_template p ON p.i = b.template ORDER BY b.id
"""
MESSAGES = """
INSERT INTO tickets_message (ticket_id, author_id, kind, from_staff, channel, body, body_html, language,
    delivery, "then", created_at, sent_at)
SELECT b.id, CASE WHEN staff THEN b.agent ELSE b.requester END, 'public', staff, b.channel,
    CASE WHEN staff THEN p.answer ELSE p.body END, CASE WHEN staff THEN p.answer_html ELSE p.body_html END,
    b.language, 'sent', '', at, at
FROM load_batch b JOIN load_template p ON p.i = b.template
CROSS JOIN LATERAL (VALUES
    (false, b.created_at),
    (b.status <> 'new',
     CASE WHEN b.status = 'new' THEN b.created_at + interval '5 minutes' ELSE b.answered_at END)
) AS m(staff, at)
ORDER BY b.id, at
"""
# Two clocks per ticket. A running or paused one got a target that ends at its moment; those of finished
# tickets keep the policy's own. Three in a hundred solutions and five first answers came too late.
TIMERS = """
INSERT INTO tickets_tickettimer (id, ticket_id, policy_version_id, calendar_version_id, metric, cycle, state,
    mode, target_seconds, consumed_seconds, started_at, resumed_at, due_at, paused_at, pause_reason,
    fulfilled_at, breached_at, detected_at, generation, rung, next_share, warn_at)
SELECT %(timers)s + 2 * (b.n - %(base)s) + k, b.id, b.policy, b.calendar, metric, 1, state, 'calendar',
    CASE WHEN state IN ('running', 'paused') THEN extract(epoch FROM ends - b.created_at)::int
         ELSE target END,
    CASE WHEN state = 'paused' THEN extract(epoch FROM b.answered_at - b.created_at)::int ELSE 0 END,
    b.created_at, b.created_at,
    CASE WHEN state = 'running' THEN ends WHEN state = 'paused' THEN NULL
         ELSE b.created_at + make_interval(secs => target) END,
    CASE WHEN state = 'paused' THEN b.answered_at END,
    CASE WHEN state <> 'paused' THEN '' WHEN b.status = 'waiting' THEN 'customer' ELSE 'third_party' END,
    CASE WHEN state IN ('fulfilled', 'breached') THEN kept_at END,
    CASE WHEN state = 'breached' THEN b.created_at + make_interval(secs => target) END,
    CASE WHEN state = 'breached' THEN b.created_at + make_interval(secs => target + 1) END, 1,
    CASE WHEN state = 'breached' THEN b.last_rung ELSE 0 END,
    CASE WHEN state <> 'breached' THEN b.share END,
    CASE state WHEN 'running' THEN b.created_at + b.share * extract(epoch FROM ends - b.created_at)::int
                    * interval '1 second'
               WHEN 'fulfilled' THEN b.created_at + b.share * target * interval '1 second'
               WHEN 'breached' THEN b.created_at + make_interval(secs => target + 1 + b.after) END
FROM load_batch b
CROSS JOIN LATERAL (VALUES
    (0, 'first_response', b.first, b.due_at, b.answered_at,
     CASE WHEN b.status = 'new' THEN 'running' WHEN NOT b.live AND b.luck < 5 THEN 'breached'
          ELSE 'fulfilled' END),
    (1, 'resolution', b.solve, b.due_at + interval '1 day', b.solved_at,
     CASE WHEN b.status IN ('new', 'open') THEN 'running' WHEN b.live THEN 'paused'
          WHEN b.luck < 3 THEN 'breached' ELSE 'fulfilled' END)
) AS c(k, metric, target, ends, kept_at, state)
ORDER BY b.id, k
"""
TIMER_EVENTS = """
INSERT INTO tickets_timerevent (timer_id, ticket_id, at, kind, rung, reason, policy_version_id, due_at,
    consumed_seconds, terms)
SELECT c.id, c.ticket_id, e.at, e.kind, e.rung, e.reason, c.policy_version_id, c.due_at, c.consumed_seconds,
    e.terms
FROM tickets_tickettimer c
CROSS JOIN LATERAL (VALUES
    ('start', c.started_at, '', '', jsonb_build_object('metric', c.metric, 'cycle', c.cycle, 'mode', c.mode,
        'target_seconds', c.target_seconds, 'calendar_version', c.calendar_version_id,
        'started_at', c.started_at)),
    ('pause', c.paused_at, '', c.pause_reason, '{}'),
    ('breach', c.breached_at, 'breach', '', jsonb_build_object('detected_at', c.detected_at)),
    ('fulfil', c.fulfilled_at, '', '', '{}')
) AS e(kind, at, rung, reason, terms)
WHERE c.id BETWEEN %(timers)s AND %(timers)s + 2 * %(size)s - 1 AND e.at IS NOT NULL
ORDER BY c.id, e.at
"""
RECORD = """
INSERT INTO audit_entry (at, action, subject, actor_id, actor_name, data)
SELECT e.at, e.action, b.reference, e.actor, e.name, '{}'
FROM load_batch b
CROSS JOIN LATERAL (VALUES
    ('ticket.filed', b.created_at, b.requester, 'Trader'),
    (CASE WHEN b.status = 'new' THEN 'ticket.tags.changed' ELSE 'ticket.claimed' END,
     b.created_at + interval '1 minute', b.agent, 'Agent'),
    (CASE WHEN b.status = 'new' THEN 'ticket.team.changed' ELSE 'ticket.public.posted' END,
     b.created_at + interval '2 minutes', b.agent, 'Agent')
) AS e(action, at, actor, name)
ORDER BY b.id, e.at
"""
FROM_TICKET_BATCH = (TICKETS, MESSAGES, TIMERS, TIMER_EVENTS, RECORD)

ARTICLE_TEMPLATES = """
CREATE TEMP TABLE IF NOT EXISTS load_article (
    i int, language text, title text, summary text, body text, body_html text, plain text, vec tsvector,
    PRIMARY KEY (i, language)
);
TRUNCATE load_article
"""
ADD_ARTICLE_TEMPLATE = """
INSERT INTO load_article VALUES (
    %(i)s, %(language)s, %(subject)s, %(summary)s, %(body)s, %(body_html)s, %(plain)s,
    setweight(to_tsvector('english', %(title_grams)s), 'A')
        || setweight(to_tsvector('simple', %(title_grams)s), 'B')
        || setweight(to_tsvector('english', %(summary_grams)s), 'C')
        || setweight(to_tsvector('english', %(plain_grams)s), 'D')
)
"""
EDITOR = """
INSERT INTO accounts_person (password, is_superuser, email, name, language, time_zone, theme, density,
                             roles, unit, undo_seconds, is_active, date_joined)
SELECT '!', false, 'editor@' || %(domain)s, 'Editor', 'en', 'UTC', 'system', 'compact',
       ARRAY['editor'], '', 10, true, %(now)s
WHERE NOT EXISTS (SELECT 1 FROM accounts_person WHERE email = 'editor@' || %(domain)s)
"""
_ARTICLES = """
INSERT INTO faq_article (id, subject_id, slug, state, internal, author_id, position, version, created_at,
                         updated_at, published_at, helpful, unhelpful)
SELECT %(base)s + g, s.id, 'load-' || (%(base)s + g), 'published', false, e.id, 100, 1,
       %(now)s - make_interval(days => (g %% 700)::int), %(now)s - make_interval(days => (g %% 700)::int),
       %(now)s - make_interval(days => (g %% 700)::int), g %% 90, g %% 7
FROM generate_series(0, %(size)s - 1) g
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all_of FROM faq_subject) s
  ON s.place = g %% s.all_of
JOIN accounts_person e ON e.email = 'editor@' || %(domain)s
"""
_TRANSLATIONS = """
INSERT INTO faq_translation (id, article_id, language, title, summary, body, body_html, contents, plain,
                             search, latest, live, live_at)
SELECT %(texts)s + 2 * g + (t.language = 'en')::int, %(base)s + g, t.language, left(t.title || ' ' || g, 120),
       t.summary, t.body || ' ' || g, t.body_html, '[]', t.plain || ' ' || g,
       t.vec || to_tsvector('english', g::text), 1, 1, %(now)s
FROM generate_series(0, %(size)s - 1) g
JOIN load_article t ON t.i = g %% (SELECT count(DISTINCT i) FROM load_article)
"""
_REVISIONS = """
INSERT INTO faq_revision (translation_id, number, title, summary, body, note, author_id, saved_at)
SELECT t.id, 1, t.title, t.summary, t.body, '', a.author_id, %(now)s
FROM faq_translation t JOIN faq_article a ON a.id = t.article_id
WHERE t.id BETWEEN %(texts)s AND %(texts)s + 2 * %(size)s
"""
ARTICLES = (_ARTICLES, _TRANSLATIONS, _REVISIONS)
