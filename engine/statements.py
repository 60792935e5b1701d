"""The prepared statements of the step, inbox and sweep paths; `?` marks, the same text for both databases."""

from functools import cache

LIVE = "('open', 'claimed', 'paused')"

# --- work items -----------------------------------------------------------------------------------------------

# New items are inserted, items whose step vanished are cancelled: one statement for both.
PUT_ITEMS = (
    "INSERT INTO work_item (id, instance_id, node, name, form, post_id, department_id, item, deadline_id, due, urgent,"
    " round, status, opened_at, done_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (instance_id, id) DO UPDATE SET status = excluded.status, done_at = excluded.done_at"
    f" WHERE work_item.status IN {LIVE}"
)
FINISH_ITEM = (
    "UPDATE work_item SET status = 'done', done_at = ?, done_by = ?, on_behalf_of = ?, outcome = ?, comment = ?,"
    " submission = ?, replaced = ?, signature = ? WHERE instance_id = ? AND id = ? AND status IN ('open', 'claimed')"
    " AND (holder_id IS NULL OR holder_id = ?)"
)
ITEM = (
    "w.id, w.instance_id, w.node, w.name, w.form, w.post_id, w.department_id, w.item, w.deadline_id, w.due, w.urgent,"
    " w.round, w.status, w.holder_id, w.opened_at, w.viewed_at, w.claimed_at, w.done_at, w.done_by, w.outcome,"
    " w.comment, w.submission, w.signature"
)
CLAIM_ITEM = (
    "UPDATE work_item SET status = 'claimed', holder_id = ?, claimed_at = ?"
    " WHERE instance_id = ? AND id = ? AND status IN ('open', 'claimed') AND (holder_id IS NULL OR holder_id = ?)"
)
RELEASE_ITEM = (
    "UPDATE work_item SET status = 'open', holder_id = NULL, claimed_at = NULL"
    " WHERE instance_id = ? AND id = ? AND status = 'claimed' AND holder_id = ?"
)
HAND_OVER_ITEM = (
    "UPDATE work_item SET status = 'claimed', holder_id = ?, claimed_at = ?"
    " WHERE instance_id = ? AND id = ? AND status IN ('open', 'claimed')"
)
MOVE_ITEMS = "UPDATE work_item SET due = ? WHERE instance_id = ? AND deadline_id = ? AND status IN ('open', 'claimed')"
MARK_ITEMS = f"UPDATE work_item SET urgent = ? WHERE instance_id = ? AND status IN {LIVE}"
VIEW_ITEM = "UPDATE work_item SET viewed_at = ? WHERE instance_id = ? AND id = ? AND viewed_at IS NULL"
# Who did a step last, of one department or (NULL) of any, and whether the case has been moved to another version.
LAST_DONE_BY = (
    "SELECT (SELECT done_by FROM work_item WHERE instance_id = ? AND node = ? AND status = 'done'"
    " AND (CAST(? AS INTEGER) IS NULL OR department_id = ?) ORDER BY done_at DESC, id DESC LIMIT 1),"
    " EXISTS (SELECT 1 FROM event WHERE instance_id = ? AND kind = 'case.migrated')"
)
# Of a case that has been moved: its steps as they were called when they were done, the last one first.
DONE_BY = (
    "SELECT e.seq, e.node, w.done_by, w.department_id FROM event e"
    " JOIN work_item w ON w.instance_id = e.instance_id AND w.id = e.subject"
    " WHERE e.instance_id = ? AND e.kind = 'item.completed' ORDER BY e.seq DESC"
)
CLOSE_ITEMS = f"UPDATE work_item SET status = 'cancelled', done_at = ? WHERE instance_id = ? AND status IN {LIVE}"
PAUSE_ITEMS = "UPDATE work_item SET status = 'paused', due = ? WHERE instance_id = ? AND status IN ('open', 'claimed')"
RESUME_ITEM = (
    "UPDATE work_item SET status = CASE WHEN holder_id IS NULL THEN 'open' ELSE 'claimed' END, due = ?"
    " WHERE instance_id = ? AND id = ?"
)

# --- deadlines ------------------------------------------------------------------------------------------------

_DEADLINE = (
    "INSERT INTO deadline (id, instance_id, scope, node, clock, policy_id, department_id, post_id, calendar,"
    " received_at, amount, kind, urgent, due, provisional, steps, breached, round, next_at,"
    " has_timer, rung, status)"
)


@cache
def put_deadlines(count: int) -> str:
    """New deadlines are inserted, those that stand already are closed: one statement for `count` rows."""
    row = f"({', '.join('?' * 20)}, 0, 'open')"
    return (
        f"{_DEADLINE} VALUES {', '.join([row] * count)} ON CONFLICT (instance_id, id) DO UPDATE SET closed_at = ?,"
        " status = CASE WHEN deadline.due < ? THEN 'late' ELSE 'met' END"
        " WHERE deadline.status IN ('open', 'paused') RETURNING id, due, breached, status, clock"
    )


@cache
def close_deadlines(count: int) -> str:
    """Close those of `count` deadlines that stand."""
    return (
        "UPDATE deadline SET closed_at = ?, status = CASE WHEN due < ? THEN 'late' ELSE 'met' END"
        f" WHERE instance_id = ? AND id IN ({', '.join('?' * count)}) AND status IN ('open', 'paused')"
        " RETURNING id, due, breached, status, clock"
    )


VOID_DEADLINE = (
    "UPDATE deadline SET closed_at = ?, status ="
    " CASE WHEN breached OR (status = 'open' AND due < ?) THEN 'late' ELSE 'void' END"
    " WHERE instance_id = ? AND id = ? AND status IN ('open', 'paused') RETURNING due, breached, status, clock"
)
_CONTINUED = (
    "clock, policy_id, department_id, post_id, calendar, received_at, amount, kind, urgent, due, provisional, steps,"
    " breached, round, next_at"
)
# The new row is a copy under the scope that goes on; the old one, met again by its id, is marked.
CONTINUE_DEADLINE = (
    f"{_DEADLINE} SELECT ?, instance_id, ?, ?, {_CONTINUED}, ?, rung, 'open' FROM deadline"
    " WHERE instance_id = ? AND id = ? AND status = 'open'"
    f" UNION ALL SELECT id, instance_id, scope, node, {_CONTINUED}, has_timer, rung, status FROM deadline"
    " WHERE instance_id = ? AND id = ? AND status = 'open'"
    " ON CONFLICT (instance_id, id) DO UPDATE SET status = 'continued', closed_at = ? RETURNING clock, due"
)
READ_DEADLINE_DUE = "SELECT due, status FROM deadline WHERE instance_id = ? AND id = ?"
BREACH = (
    "UPDATE deadline SET breached = ? WHERE instance_id = ? AND id = ? AND status = 'open' AND NOT breached AND due < ?"
    " RETURNING due, clock, node"
)
MARK_BREACHED = "UPDATE deadline SET breached = ? WHERE instance_id = ? AND id = ?"
# The columns of deadlines.Standing.
STANDING_COLUMNS = (
    "id, node, clock, department_id, calendar, kind, due, status, paused_left, breached, steps, received_at,"
    " policy_id, rung, has_timer"
)
STANDING = f"SELECT {STANDING_COLUMNS} FROM deadline WHERE instance_id = ?"
OPEN_DEADLINES = f"{STANDING} AND status IN ('open', 'paused') ORDER BY id"
STANDING_DEADLINE = f"{STANDING} AND id = ? AND status = 'open'"
PAUSE_DEADLINE = (
    "UPDATE deadline SET status = 'paused', paused_at = ?, paused_left = ? WHERE instance_id = ? AND id = ?"
)
MOVE_DEADLINE = (
    "UPDATE deadline SET status = 'open', paused_at = NULL, paused_left = NULL, due = ?, provisional = ?, steps = ?,"
    " next_at = ? WHERE instance_id = ? AND id = ?"
)
PRIORITISE = "UPDATE deadline SET urgent = ? WHERE instance_id = ? AND id = ?"
PRIORITISE_PAUSED = "UPDATE deadline SET urgent = ?, paused_left = ? WHERE instance_id = ? AND id = ?"
RECOMPUTABLE_CASES = "SELECT DISTINCT instance_id FROM deadline WHERE status = 'open' AND due >= ? ORDER BY instance_id"
RECOMPUTABLE = f"{STANDING} AND status = 'open' AND due >= ? ORDER BY id"
FORESEEABLE = (
    f"SELECT i.number, i.urgent, {', '.join(f'd.{name}' for name in STANDING_COLUMNS.split(', '))} FROM deadline d"
    " JOIN instance i ON i.id = d.instance_id WHERE d.status = 'open' AND d.due >= ? ORDER BY d.instance_id, d.id"
)
# What the ladder owes: `next_at` is never later than the breach that nobody has put on record yet.
LADDER_DUE = "SELECT id FROM deadline WHERE status = 'open' AND next_at < ? ORDER BY next_at LIMIT ?"
CLIMB = "UPDATE deadline SET rung = ?, next_at = ? WHERE instance_id = ? AND id = ? AND status = 'open' AND rung = ?"

# --- timers and jobs ------------------------------------------------------------------------------------------

PUT_TIMERS = (
    "INSERT INTO timer (id, instance_id, node, deadline_id, due, status) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (instance_id, id) DO UPDATE SET status = excluded.status"
)
PUT_BY = "INSERT INTO timer (id, instance_id, node, deadline_id, due, status, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)"
# Breaches with which drawn timers fire; until they are on record, `next_at` is not later than their due moment.
TO_FIRE = (
    "SELECT id FROM deadline WHERE status = 'open' AND next_at < ? AND due < ? AND has_timer AND NOT breached"
    " ORDER BY next_at LIMIT ?"
)
NEXT_DUE = (
    "SELECT min(due) FROM (SELECT min(due) AS due FROM timer WHERE status = 'pending' AND due >= ?"
    " UNION ALL SELECT min(next_at) FROM deadline WHERE status = 'open' AND next_at >= ?) both_kinds"
)
DUE_TIMERS = "SELECT id FROM timer WHERE status = 'pending' AND due < ? ORDER BY due LIMIT ?"
FIRE_TIMER = (
    "UPDATE timer SET status = 'fired', fired_at = ?"
    " WHERE instance_id = ? AND id = ? AND status = 'pending' AND due < ? RETURNING deadline_id, due"
)
CLOSE_TIMERS = (
    "UPDATE timer SET status = 'cancelled' WHERE instance_id = ? AND status IN ('pending', 'paused', 'failed')"
)
PAUSE_TIMERS = "UPDATE timer SET status = 'paused' WHERE instance_id = ? AND status = 'pending'"
RESUME_TIMERS = "UPDATE timer SET status = 'pending' WHERE instance_id = ? AND status = 'paused'"
SET_TIMER = "UPDATE timer SET status = ?, attempts = attempts + ? WHERE instance_id = ? AND id = ? AND status = ?"

PUT_JOBS = (
    "INSERT INTO job (id, instance_id, node, operation, parameters, status, run_after)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance_id, id) DO UPDATE SET status = excluded.status"
)
DUE_JOBS = "SELECT id FROM job WHERE status = 'waiting' AND run_after <= ? ORDER BY run_after LIMIT ?"
CASE_JOBS = "SELECT id FROM job WHERE instance_id = ? AND status = 'waiting' AND run_after <= ? ORDER BY id"
CLAIM_JOB = (
    "UPDATE job SET status = 'done', done_at = ?, attempts = attempts + 1, last_error = NULL"
    " WHERE instance_id = ? AND id = ? AND status = 'waiting' AND run_after <= ?"
    " RETURNING node, operation, parameters, attempts"
)
REOPEN_JOB = "UPDATE job SET status = 'waiting', attempts = 0, done_at = NULL WHERE id = ?"
POSTPONE_JOB = (
    "UPDATE job SET status = 'waiting', attempts = 0, done_at = NULL, run_after = ? WHERE instance_id = ? AND id = ?"
)
DELAY_JOB = (
    "UPDATE job SET attempts = attempts + 1, run_after = ?, last_error = ?, status = ?"
    " WHERE instance_id = ? AND id = ? AND status = 'waiting'"
)
READ_JOB = "SELECT node, operation, attempts, status FROM job WHERE instance_id = ? AND id = ?"
CLOSE_JOBS = "UPDATE job SET status = 'cancelled' WHERE instance_id = ? AND status IN ('waiting', 'paused', 'failed')"
PAUSE_JOBS = "UPDATE job SET status = 'paused' WHERE instance_id = ? AND status = 'waiting'"
RESUME_JOBS = "UPDATE job SET status = 'waiting' WHERE instance_id = ? AND status = 'paused'"
RETRY_JOB = (
    "UPDATE job SET status = 'waiting', attempts = 0, run_after = ?"
    " WHERE instance_id = ? AND id = ? AND status = 'failed'"
)
CLOSE_INCIDENTS = "UPDATE incident SET status = 'resolved', resolved_at = ? WHERE instance_id = ? AND status = 'open'"

PUT_ORDER = (
    "INSERT INTO case_order (job, source_id, target_id, verb, reason, status, ordered_at)"
    " VALUES (?, ?, ?, ?, ?, 'waiting', ?) ON CONFLICT DO NOTHING"
)
CASE_NUMBER = "SELECT number FROM instance WHERE id = ?"
