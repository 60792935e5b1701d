"""The next version of a policy: edited by its owners, published by a second person; what is in force never changes.

Owners are the assessors, who answer for what the parameters do to people, and the administrators. There is one draft
per policy; whoever saves says which revision the text started from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import policy_form
from engine.clock import local
from engine.company.administration import bump, record
from engine.errors import FieldProblem, FormInvalid, NotAllowed, NotFound, NotPossible
from engine.people import People
from engine.policy import Policies, Policy
from engine.policy_reader import PolicyInvalid
from engine.policy_tables import Published, history
from engine.policy_words import differences
from engine.store import dumps, loads, moment, stamp
from engine.transactions import Tx

OWNERS = ("assessor", "admin")
LONGEST = 1000  # characters of a reason or an opinion
LARGEST = 200_000  # characters of a text

READ = (
    "SELECT name, revision, text, authors, saved_by, saved_at, proposed_by, proposed_at, reason, remark"
    " FROM policy_draft WHERE name = ?"
)
OPEN = (
    "INSERT INTO policy_draft (name, revision, text, authors, saved_by, saved_at) VALUES (?, 1, ?, ?, ?, ?)"
    " ON CONFLICT (name) DO NOTHING"
)
SAVE = (
    "UPDATE policy_draft SET revision = revision + 1, text = ?, authors = ?, saved_by = ?, saved_at = ?,"
    " proposed_by = NULL, proposed_at = NULL WHERE name = ? AND revision = ?"
)
PROPOSE = (
    "UPDATE policy_draft SET proposed_by = ?, proposed_at = ?, reason = ?, remark = '' WHERE name = ? AND revision = ?"
    " AND proposed_by IS NULL"
)
SEND_BACK = (
    "UPDATE policy_draft SET proposed_by = NULL, proposed_at = NULL, remark = ? WHERE name = ? AND revision = ?"
    " AND proposed_by IS NOT NULL"
)
DROP = "DELETE FROM policy_draft WHERE name = ? AND revision = ?"
PUBLISH = (
    "INSERT INTO policy (name, version, effective_from, fingerprint, content, published_at, author_id, approver_id,"
    " reason, opinion) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
)


@dataclass(frozen=True)
class Draft:
    """A version being written; `proposed_by` while it waits for a second person."""

    name: str
    revision: int
    text: str
    authors: frozenset[int]
    saved_by: int
    saved_at: datetime
    proposed_by: int | None
    proposed_at: datetime | None
    reason: str
    remark: str


def owns(people: People, person: int, now: datetime) -> bool:
    """Whether a person may write and publish versions of policies."""
    return any(post.kind in OWNERS for post in people.posts_of(person, now))


def find(tx: Tx, name: str) -> Draft | None:
    row = tx.one(READ, (name,))
    if row is None:
        return None
    known, revision, text, authors, saved_by, saved_at, proposed_by, proposed_at, reason, remark = row
    return Draft(
        known, revision, text, frozenset(loads(authors)), saved_by, moment(saved_at), proposed_by,
        moment(proposed_at) if proposed_at else None, reason, remark,
    )  # fmt: skip


def check(versions: Sequence[Published], name: str, text: str, now: datetime) -> Policy:
    """The version a text says, if it may follow the published ones.

    Raises PolicyInvalid naming the key and the remedy.
    """
    if len(text) > LARGEST:
        raise _wrong(name, "整份文档", f"超过 {LARGEST} 个字", "删去多余内容")
    found = Policies.parse(text, f"{name}.yaml").versions
    if len(found) > 1:
        raise _wrong(name, "整份文档", f"写了 {len(found)} 个版本", "一次只写一个版本，删去 --- 之后的部分")
    policy, today = found[0], local(now).date()
    if policy.id != name:
        raise _wrong(name, "policy.id", f"应为 {name}，现为“{policy.id}”", f"改为 {name}")
    if policy.version in {one.policy.version for one in versions}:
        remedy = "已发布的版本不能改；给新版本另起一个名称"
        raise _wrong(name, "policy.version", f"版本“{policy.version}”已经发布", remedy)
    if policy.effective_from <= today:
        remedy = "已经过去的日子永远按当时的版本计；写一个今天以后的日期"
        raise _wrong(name, "policy.effective_from", f"{policy.effective_from} 不在今天（{today}）以后", remedy)
    if policy.effective_from in {one.policy.effective_from for one in versions}:
        what = f"已有一个版本在 {policy.effective_from} 生效"
        raise _wrong(name, "policy.effective_from", what, "换一个日期")
    if not differences(before(versions, policy), policy)[1:]:  # the date alone
        raise _wrong(name, "整份文档", "与之前的版本没有差别", "改动要修订的参数")
    return policy


def before(versions: Sequence[Published], policy: Policy) -> Policy:
    """The published version that a new one follows; raises PolicyMissing when it would be the first."""
    return Policies(one.policy for one in reversed(versions)).at(policy.effective_from)


# --- writing --------------------------------------------------------------------------------------------------


def save(tx: Tx, now: datetime, people: People, actor: int, name: str, revision: int, text: str) -> Draft:
    """Keep a text, whatever it says, as the draft; revision 0 begins one. What was proposed must be proposed again.

    Raises NotPossible when somebody else has saved meanwhile: nothing is overwritten.
    """
    must_own(people, actor, now, "修订制度")
    _published(tx, name)
    known = find(tx, name)
    text = text.replace("\r\n", "\n")
    if known is None and revision == 0:
        kept = tx.run(OPEN, (name, text, dumps([actor]), actor, stamp(now)))
    else:
        authors = dumps(sorted({actor, *(known.authors if known else ())}))
        kept = tx.run(SAVE, (text, authors, actor, stamp(now), name, revision))
    if kept != 1:
        raise NotPossible(what="保存", why="草稿刚被别人保存、发布或放弃；请复制您的文字，刷新后再改")
    return _draft(tx, name)


def fill(
    tx: Tx, now: datetime, people: People, actor: int, name: str, revision: int, typed: Mapping[str, str]
) -> Draft:
    """Save the draft with the values typed for its parameters, by key (`policy_form.groups`).

    Raises what `save` raises, and DefinitionInvalid when the text itself cannot be read.
    """
    must_own(people, actor, now, "修订制度")
    known = find(tx, name)
    text = known.text if known else _published(tx, name)[0].content
    return save(tx, now, people, actor, name, revision, policy_form.filled(text, f"{name}.yaml", typed))


def propose(tx: Tx, now: datetime, people: People, actor: int, name: str, revision: int, reason: str) -> Draft:
    """Hand the draft to a second person, with the reason; raises PolicyInvalid while it cannot be published."""
    must_own(people, actor, now, "提请发布")
    draft = _draft(tx, name)
    reason = _given("reason", "修订原因", reason)
    check(_published(tx, name), name, draft.text, now)
    if tx.run(PROPOSE, (actor, stamp(now), reason, name, revision)) != 1:
        raise NotPossible(what="提请发布", why="草稿在您打开之后又有改动，请刷新后再看")
    record(tx, now, actor, "policy.proposed", name, {"reason": reason})
    return _draft(tx, name)


def send_back(tx: Tx, now: datetime, people: People, actor: int, name: str, revision: int, remark: str) -> None:
    """Return a proposed draft to its authors, saying what to change."""
    must_own(people, actor, now, "退回修改")
    remark = _given("opinion", "退回意见", remark)
    if tx.run(SEND_BACK, (remark, name, revision)) != 1:
        raise NotPossible(what="退回修改", why="草稿没有提请发布，或刚被改动，请刷新后再看")
    record(tx, now, actor, "policy.sent_back", name, {"reason": remark})


def drop(tx: Tx, now: datetime, people: People, actor: int, name: str, revision: int) -> None:
    """Give the draft up."""
    must_own(people, actor, now, "放弃草稿")
    if tx.run(DROP, (name, revision)) != 1:
        raise NotPossible(what="放弃草稿", why="草稿刚被别人改动，请刷新后再看")
    record(tx, now, actor, "policy.dropped", name)


def publish(tx: Tx, now: datetime, people: People, actor: int, name: str, revision: int, opinion: str) -> int:
    """Publish a proposed draft; returns its id. Steps received from its effective date on follow it.

    Raises NotAllowed for everybody who has written in it, PolicyInvalid when its day has come meanwhile.
    """
    must_own(people, actor, now, "发布制度")
    draft = _draft(tx, name)
    if draft.revision != revision or draft.proposed_by is None:
        raise NotPossible(what="发布", why="草稿还没有提请发布，或刚被改动，请刷新后再看")
    if actor in draft.authors or actor == draft.proposed_by:
        raise NotAllowed(what="发布这一版", why="您参与了起草；发布须由另一人复核后进行")
    opinion = _given("opinion", "复核意见", opinion)
    check(_published(tx, name), name, draft.text, now)
    if tx.run(DROP, (name, revision)) != 1:
        raise NotPossible(what="发布", why="草稿刚被别人改动，请刷新后再看")
    return publish_text(tx, now, name, draft.text, draft.proposed_by, actor, draft.reason, opinion)[0]


def publish_text(
    tx: Tx, now: datetime, name: str, text: str, author: int, approver: int, reason: str, opinion: str
) -> tuple[int, Policy]:
    """Publish a text that two persons stand for as the next version; returns its id and the version.

    Raises PolicyInvalid when it may not follow the published ones.
    """
    bump(tx, "policy")
    policy = check(_published(tx, name), name, text, now)
    since = policy.effective_from.isoformat()
    identity = (name, policy.version, since, policy.fingerprint, text, stamp(now))
    row = tx.one(PUBLISH, (*identity, author, approver, reason, opinion))
    assert row is not None
    told = {"version": policy.version, "from": since, "reason": reason}
    record(tx, now, approver, "policy.published", name, told)
    return int(row[0]), policy


# --- what all of them ask -------------------------------------------------------------------------------------


def _draft(tx: Tx, name: str) -> Draft:
    found = find(tx, name)
    if found is None:
        raise NotFound("制度 {name} 现在没有草稿：已发布，或已放弃。请从“制度”重新进入。", name=name)
    return found


def _published(tx: Tx, name: str) -> list[Published]:
    found = history(tx, name)
    if not found:
        raise NotFound(what=f"制度 {name}")
    return found


def must_own(people: People, actor: int, now: datetime, doing: str) -> None:
    if not owns(people, actor, now):
        raise NotAllowed(what=doing, why="制度的参数由考核人员或系统管理员修订；请向他们提出")


def _given(field: str, label: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        what = f"请写明{label}" if not text else f"{label}有 {len(text)} 个字，最多 {LONGEST} 个字"
        raise FormInvalid([FieldProblem(field, what, label)], {field: text})
    return text


def _wrong(name: str, key: str, what: str, remedy: str) -> PolicyInvalid:
    return PolicyInvalid(file=f"{name}.yaml", key=key, what=what, remedy=remedy)
