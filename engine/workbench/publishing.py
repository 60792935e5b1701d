"""The publish gate: what one has drawn another publishes, when the check finds no error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine import schedules
from engine.check import Rulebook, check_documents
from engine.company.administration import record
from engine.definitions import NEWEST, Approval, build
from engine.definitions import publish as publish_version
from engine.errors import FieldProblem, FormInvalid, NotAllowed, NotPossible
from engine.operations import Registry
from engine.people import People
from engine.problems import DefinitionInvalid, Problem
from engine.store import stamp
from engine.transactions import Tx
from engine.workbench.differences import changes
from engine.workbench.drafts import DROP, Draft, read
from engine.workbench.rights import must_draft, must_publish
from engine.workbench.versions import documents_of

PROPOSE = (
    "UPDATE procedure_draft SET proposed_by = ?, proposed_at = ?, reason = ?, remark = ''"
    " WHERE process = ? AND revision = ?"
)
SEND_BACK = (
    "UPDATE procedure_draft SET proposed_by = NULL, proposed_at = NULL, remark = ? WHERE process = ? AND revision = ?"
)
LONGEST = 1000
SCENARIOS = "scenarios/"


def gate(draft: Draft, books: Mapping[str, Rulebook], registry: Registry) -> list[Problem]:
    """What stands against publishing the draft: the same that `countersign check` prints for a folder."""
    return check_documents(draft.process, draft.documents, books, registry)


def propose(
    tx: Tx,
    now: datetime,
    people: People,
    actor: int,
    process: str,
    revision: int,
    reason: str,
    books: Mapping[str, Rulebook],
    registry: Registry,
) -> Draft:
    """Hand the draft to a second person, with the reason for the change.

    Raises DefinitionInvalid while the check finds errors, NotPossible when nothing has changed or another has saved.
    """
    must_draft(people, actor, now, "提请发布")
    draft = _at(read(tx, process), revision, "提请发布")
    reason = _given("reason", "修改原因", reason)
    _must_differ(tx, draft)
    _must_hold(gate(draft, books, registry))
    tx.run(PROPOSE, (actor, stamp(now), reason, process, revision))
    record(tx, now, actor, "procedure.proposed", process, {"revision": revision, "reason": reason})
    return read(tx, process)


def send_back(tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, remark: str) -> Draft:
    """Return a proposed draft to its authors, saying what to change."""
    must_publish(people, actor, now, "退回修改")
    draft = _at(read(tx, process), revision, "退回修改")
    if not draft.proposed:
        raise NotPossible(what="退回修改", why="草稿没有提请发布")
    remark = _given("opinion", "退回意见", remark)
    tx.run(SEND_BACK, (remark, process, revision))
    record(tx, now, actor, "procedure.sent_back", process, {"revision": revision, "remark": remark})
    return read(tx, process)


def publish(
    tx: Tx,
    now: datetime,
    people: People,
    actor: int,
    process: str,
    revision: int,
    opinion: str,
    books: Mapping[str, Rulebook],
    registry: Registry,
) -> int:
    """Publish a proposed draft as the next version; returns its id. New cases follow it, running ones stay.

    Raises NotAllowed for everybody who has drawn in it, DefinitionInvalid when the check finds errors, NotPossible
    when it was changed or published meanwhile.
    """
    must_publish(people, actor, now, "发布流程")
    draft = _at(read(tx, process), revision, "发布")
    if draft.proposed_by is None:
        raise NotPossible(what="发布", why="草稿还没有提请发布，请起草人写明修改原因后提请")
    if actor in draft.authors or actor == draft.proposed_by:
        raise NotAllowed(what="发布这一稿", why="您参与了起草；发布须由另一人复核后进行")
    opinion = _given("opinion", "复核意见", opinion)
    _must_differ(tx, draft)
    problems = gate(draft, books, registry)
    _must_hold(problems)
    _must_pass(draft)
    told = changes(process, documents_of(tx, process, draft.base) if draft.base else {}, draft.documents)
    evidence = {
        "problems": [str(one) for one in problems],
        "changes": [str(one) for one in told],
        "scenarios": {name: _outcome(draft, name) for name in scenarios(draft)},
    }
    definition = build(process, draft.documents)
    made = publish_version(tx, now, draft.proposed_by, definition, draft.reason, Approval(actor, opinion, evidence))
    schedules.register(tx, now, definition)
    if not tx.run(DROP, (process, revision)):
        raise NotPossible(what="发布", why="草稿刚被别人改动，请刷新后再看")
    record(tx, now, actor, "procedure.published", process, {"fingerprint": definition.fingerprint, "opinion": opinion})
    return made


def _at(draft: Draft, revision: int, doing: str) -> Draft:
    if draft.revision != revision:
        raise NotPossible(what=doing, why="草稿在您打开之后又有改动，请刷新后再看")
    return draft


def _must_differ(tx: Tx, draft: Draft) -> None:
    newest = tx.one(NEWEST, (draft.process,))
    if newest is None:
        return
    if draft.base != newest[0]:
        why = "在您起草之后发布了新的版本，这一稿还不含它的改动。请与现行版本比较、合并后，点“以现行版本为基础”"
        raise NotPossible(what="继续", why=why)
    if documents_of(tx, draft.process, newest[0]) == dict(draft.documents):
        raise NotPossible(what="继续", why="草稿与现行版本没有差别")


def _must_hold(problems: list[Problem]) -> None:
    errors = [one for one in problems if one.level == "error"]
    if errors:
        raise DefinitionInvalid(errors)


def scenarios(draft: Draft) -> list[str]:
    """The names of the draft's scenarios."""
    return sorted(path.removeprefix(SCENARIOS).removesuffix(".yaml") for path in draft.documents if SCENARIOS in path)


def _outcome(draft: Draft, name: str) -> str:
    if name not in draft.played:
        return "没有运行"
    return draft.played[name] or "符合"


def _must_pass(draft: Draft) -> None:
    """A scenario that went otherwise stops the version; one that was not run is on record as such."""
    wrong = [name for name in scenarios(draft) if draft.played.get(name)]
    if wrong:
        raise NotPossible(what="发布", why=f"情景“{'”、“'.join(wrong)}”不符合预期。请改图，或改正情景的预期后重新运行")


def _given(field: str, label: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        what = f"请写明{label}" if not text else f"{label}有 {len(text)} 个字，最多 {LONGEST} 个字"
        raise FormInvalid([FieldProblem(field, what, label)], {field: text})
    return text
