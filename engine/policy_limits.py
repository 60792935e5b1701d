"""Limits changed together with a procedure: written at a node, published as the next version of its policy.

A draft of a procedure carries them in `limits.yaml`: the policy, and for each limit what it was and what it shall be.
Nothing else of a policy is changed this way. On publication they leave the procedure and stand in the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import policy_drafts, policy_form
from engine.clock import local
from engine.due_story import length
from engine.errors import NotFound, NotPossible
from engine.forms.yaml import load
from engine.limits import Limit, LimitInvalid
from engine.people import People
from engine.policy import Policy
from engine.policy_tables import Published, history
from engine.problems import DefinitionInvalid, Problem
from engine.transactions import Tx

LIMITS = "limits.yaml"
WORDS = {"normal": "正常限期", "urgent": "紧急限期"}
AGAIN = "请在图上选中用到它的环节，重新填写时限"


@dataclass(frozen=True)
class Change:
    """One limit: of which clock, for normal or urgent cases, from what to what; empty is measured and not limited."""

    clock: str
    urgency: str
    before: str
    after: str

    @property
    def key(self) -> str:
        """Where it stands in the policy file."""
        return f"clocks.{self.clock}.{self.urgency}"

    def __str__(self) -> str:
        return f"{WORDS[self.urgency]}：{said(self.before)} → {said(self.after)}"


@dataclass(frozen=True)
class Changes:
    """The limits of one policy that a draft changes."""

    policy: str
    limits: tuple[Change, ...]


def said(limit: str) -> str:
    """A limit in words."""
    return length(limit) if limit else "不限"


def read(documents: Mapping[str, str]) -> Changes | None:
    """The limits that documents change, if any; raises DefinitionInvalid for what cannot be read."""
    if LIMITS not in documents:
        return None
    data = load(documents[LIMITS], LIMITS)
    rows = data.get("limits")
    if not isinstance(data.get("policy"), str) or not isinstance(rows, list) or not rows:
        raise DefinitionInvalid([Problem(LIMITS, "", "没有写明制度和限期", AGAIN)])
    return Changes(data["policy"], tuple(_change(row) for row in rows))


def without(documents: Mapping[str, str]) -> dict[str, str]:
    """The documents as they are published: the limits stand in the policy then."""
    return {path: text for path, text in documents.items() if path != LIMITS}


def problems(documents: Mapping[str, str], policies: Mapping[str, Policy]) -> Iterator[Problem]:
    """What is wrong with the limits of a draft, against the versions of the policies now in force."""
    try:
        found = read(documents)
    except DefinitionInvalid as error:
        yield from error.problems
        return
    if found is None:
        return
    policy = policies.get(found.policy)
    if policy is None:
        yield Problem(LIMITS, found.policy, "没有这项制度", f"可用：{'、'.join(policies) or '无'}")
        return
    for one in found.limits:
        yield from _wrong(one, policy)


def text_with(changes: Changes, content: str, **identity: str) -> str:
    """A policy's text with these limits, and with another version or day where they are named; the rest stays."""
    typed = {one.key: one.after for one in changes.limits} | {f"policy.{key}": said for key, said in identity.items()}
    return policy_form.filled(content, f"{changes.policy}.yaml", typed)


def publish(
    tx: Tx, now: datetime, people: People, author: int, approver: int, changes: Changes, reason: str, opinion: str
) -> Policy:
    """Publish the next version of the policy with these limits, in force from tomorrow; returns it.

    Steps received before keep their limits (E-15). Raises NotAllowed when the approver may not publish policies,
    NotPossible when the policy was changed meanwhile, or a draft of it or a version waiting for its day would undo it.
    """
    policy_drafts.must_own(people, approver, now, f"批准制度 {changes.policy} 的限期")
    versions = history(tx, changes.policy)
    if not versions:
        raise NotFound(what=f"制度 {changes.policy}")
    if (draft := policy_drafts.find(tx, changes.policy)) is not None:
        who = people.person(draft.saved_by).name
        why = f"制度另有一份修订草稿（{who}保存），它发布后会盖掉这里的限期。请先发布或放弃那份草稿，或把限期写进它"
        raise NotPossible(what="发布限期", why=why)
    current = _in_force(versions, now)
    for one in changes.limits:
        if found := next(_wrong(one, current.policy), None):
            raise NotPossible(what="发布限期", why=f"{found.element} {found.what}。{found.remedy}")
    day = local(now).date() + timedelta(days=1)
    text = text_with(changes, current.content, version=day.isoformat(), effective_from=day.isoformat())
    return policy_drafts.publish_text(tx, now, changes.policy, text, author, approver, reason, opinion)[1]


def _in_force(versions: list[Published], now: datetime) -> Published:
    today = local(now).date()
    waiting = [one.policy for one in versions if one.policy.effective_from > today]
    if waiting:
        why = (
            f"制度的 {waiting[0].version} 版将于 {waiting[0].effective_from} 生效，会盖掉这里的改动。请在它生效后再发布"
        )
        raise NotPossible(what="发布限期", why=why)
    return versions[0]


def _change(row: Any) -> Change:
    told = row if isinstance(row, Mapping) else {}
    values = [str(told[key]) for key in ("clock", "when", "from", "to") if isinstance(told.get(key), str)]
    if len(values) != 4 or values[1] not in WORDS:
        raise DefinitionInvalid([Problem(LIMITS, "", f"读不懂“{row}”", AGAIN)])
    return Change(*values)


def _wrong(one: Change, policy: Policy) -> Iterator[Problem]:
    rules = policy.clocks.get(one.clock)
    if rules is None:
        yield Problem(LIMITS, one.clock, f"制度 {policy.id} 没有这个时钟", "请另选时钟，或先在“制度”里加上它")
        return
    rule = rules[one.urgency == "urgent"]
    name = f"{one.clock} {rule.name}"
    try:
        before, after = (Limit.parse(text) if text else None for text in (one.before, one.after))
    except LimitInvalid as error:
        yield Problem(
            LIMITS, name, error.message.split("。")[0], "请写成 4h（工时）、30m（分钟）或 2d（工作日）；不限时的留空"
        )
        return
    if before != rule.limit:
        now = said(str(rule.limit) if rule.limit else "")
        yield Problem(LIMITS, name, f"{WORDS[one.urgency]}在起草之后已改为 {now}", AGAIN)
    elif after == before:
        yield Problem(LIMITS, name, f"{WORDS[one.urgency]}与制度里的没有差别", "请删去这一项", "warning")
