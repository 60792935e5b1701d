"""Logs written by hand: events a minute apart, and rules of one kind to judge them by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine import conformance
from engine.clock import LOCAL
from engine.conformance import RuleSet, Verdict
from engine.history import Recorded

MONDAY = datetime(2026, 9, 14, 9, 0, tzinfo=LOCAL)
SUN, MA = 5, 7  # 孙倩 applies, 马国栋 approves


def happened(minute: int, kind: str, node: str | None = None, actor: int | None = SUN, subject: str = "",
             **data: Any) -> Recorded:  # fmt: skip
    """An event so many minutes after Monday 09:00; its number follows from `log`."""
    at = MONDAY + timedelta(minutes=minute)
    return Recorded(kind, at, actor, node, subject or None, data, seq=0, recorded_at=at, hash="")


def log(*events: Recorded, process: str = "customer_create", **started: Any) -> list[Recorded]:
    """A case that begins with its application; the events are numbered in the order given."""
    first = happened(0, "case.started", "Start_apply", process=process, **started)
    numbered = enumerate([first, *events], start=1)
    return [
        Recorded(
            e.kind, e.occurred_at, e.actor_id, e.node, e.subject, e.data, seq=n, recorded_at=e.recorded_at, hash=""
        )
        for n, e in numbered
    ]


def rule(text: str, clause: str = "3.1") -> RuleSet:
    """A rulebook of the one rule written in YAML flow style, without the keys that all rules have."""
    return conformance.parse(
        f"""
policy: SD-010
processes: {{all: [customer_create, customer_modify]}}
clauses:
  "{clause}":
    rules:
      the-rule: {{in: all, says: 应当办, broken: 没有办, {text}}}
"""
    )


def only(events: list[Recorded], rules: RuleSet) -> Verdict:
    """The one verdict of a log."""
    (verdict,) = conformance.judge(events, rules)
    return verdict
