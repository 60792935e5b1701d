"""Publishing a catalogue, and switching a rule: both are in force with the next step of every process."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import delete, insert

from engine.company.administration import bump, record, refuse, short_text
from engine.errors import FieldProblem, NotFound, NotPossible
from engine.store import stamp
from engine.transactions import Tx
from handlers.customers.rules.catalogue import SEVERITIES, parse
from handlers.customers.rules.facts import IMPLEMENTED
from handlers.customers.rules.rulebook import rulebook
from handlers.customers.rules.tables import rule_switch

SHIPPED = Path("processes/rules/customers.yaml")
_NEWEST = "SELECT fingerprint FROM rule_catalogue ORDER BY version DESC LIMIT 1"
_PUBLISH = (
    "INSERT INTO rule_catalogue (fingerprint, content, published_at) VALUES (?, ?, ?)"
    " ON CONFLICT (fingerprint) DO NOTHING"
)


def publish(tx: Tx, now: datetime, file: Path = SHIPPED) -> bool:
    """Publish the catalogue when it differs from the newest; raises DefinitionInvalid for a malformed one."""
    text = file.read_text(encoding="utf-8")
    parse(text)
    fingerprint = sha256(text.encode()).hexdigest()
    newest = tx.one(_NEWEST)
    if newest is not None and newest[0] == fingerprint:
        return False
    tx.run("DELETE FROM rule_catalogue WHERE fingerprint = ?", (fingerprint,))  # an older text has come back
    tx.run(_PUBLISH, (fingerprint, text, stamp(now)))
    bump(tx, "reference")
    return True


def switch(tx: Tx, now: datetime, actor_id: int | None, rule_id: str, *, severity: str, reason: str) -> None:
    """Set the severity of a rule in this company; the catalogue's own severity takes the switch away.

    Raises FormInvalid without a reason, NotFound, NotPossible for rules the database enforces.
    """
    book = rulebook(tx)
    rule = book.rules.get(rule_id)
    if rule is None:
        raise NotFound(what=f"规则 {rule_id}")
    problems = list(short_text("reason", "理由", reason.strip(), 200))
    if severity not in SEVERITIES:
        problems.append(FieldProblem("severity", "请选择阻止、提醒或停用", "力度"))
    refuse(problems, {"severity": severity, "reason": reason})
    if IMPLEMENTED[rule_id].fixed and severity != "block":
        raise NotPossible(what=f"把规则 {rule_id} 改为“{SEVERITIES[severity]}”", why=IMPLEMENTED[rule_id].fixed)
    before = book.severity(rule_id)
    if before == severity:
        return
    bump(tx, "reference")
    tx.core(delete(rule_switch).where(rule_switch.c.rule == rule_id))
    if severity != rule.severity:
        row = {"rule": rule_id, "severity": severity, "reason": reason.strip(), "switched_by": actor_id}
        tx.core(insert(rule_switch).values(row | {"switched_at": now}))
    changed = [SEVERITIES[before], SEVERITIES[severity]]
    record(tx, now, actor_id, "rule.switched", f"{rule_id} {rule.title}", {"severity": changed, "reason": reason})
