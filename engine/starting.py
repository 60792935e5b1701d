"""Starting a case: who may, is everybody there who will be needed, is the form right; then the first step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine import cases, filling, owners, prefill, urgency
from engine.cases import CaseRow
from engine.clock import local
from engine.definitions import Definition
from engine.errors import Misconfigured, NotAllowed
from engine.forms import Submission, digest, handed_in, new_salt, stored
from engine.history import GENESIS
from engine.operations import GuardContext, Launch
from engine.people import Department, People
from engine.posts import DEPARTMENT_KINDS
from engine.spiff import Node, Run
from engine.step import Step
from engine.store import dumps, stamp
from engine.transactions import Tx

if TYPE_CHECKING:
    from datetime import datetime

    from engine.engine import Engine

ANYBODY = "any"  # cs:post of a start event that is open to every person of a department; its guards say more
KNOWN = "SELECT id, number FROM instance WHERE request_key = ?"


@dataclass(frozen=True)
class Application:
    """A filled-in start form: whose, for which procedure, with an idempotency key of the page it was typed on."""

    process: str
    actor: int
    department: int
    values: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    subject: str | None = None  # what it is about, e.g. the code of the customer to be modified
    seen: str | None = None  # `prefill.seal` of what the subject held when the form was opened


@dataclass(frozen=True)
class Applicant:
    """Whose case it is; nobody's person when the clock starts it."""

    person: int | None
    department: int
    key: str | None
    subject: str | None = None


def known(tx: Tx, key: str | None) -> tuple[int, str] | None:
    """The case that this request key has started before: a double click starts nothing twice (E-31)."""
    row = tx.one(KNOWN, (key,)) if key else None
    return (row[0], row[1]) if row else None


def start(engine: Engine, tx: Tx, application: Application) -> Step:
    """Check, create the case and run it to its first waits; the caller saves."""
    now = engine.clock.now()
    people = engine.snapshots.at(tx).people
    definition_id, definition = engine.definitions.newest(tx, application.process)
    node = definition.start
    may_start(people, node, application.actor, application.department, now)
    _must_be_staffed(people, definition, application, now)
    base = _base(engine, tx, definition, node, application)
    who = GuardContext(
        tx,
        now,
        people,
        application.actor,
        application.department,
        None,
        node.id,
        application.subject,
        base,
        definition,
    )
    submission = _submission(engine, definition, node, application, who)
    applicant = Applicant(application.actor, application.department, application.key, application.subject)
    policy = engine.snapshots.at(tx).policy(definition.model.extensions.get("policy", "SD-010"), now).policy
    urgent = urgency.demanded(definition, policy, submission.values)
    case = _create(tx, definition_id, definition, applicant, submission.values, now, urgent, base or None)
    if node.extensions.get("form"):
        filling.claim_files(who, case.id, definition.forms[node.extensions["form"]], submission)
    step = Step(engine, tx, case, None, application.actor)
    step.record(
        "case.started",
        node=node.id,
        process=definition.process,
        version=definition.version,
        fields=sorted(submission.changed),
        form=digest(case.form),
        **handed_in(definition.sensitive, {name: new for name, (_, new) in submission.changed.items()}, case.form),
        department=application.department,
        about=case.subject,
        urgent=urgent,
        **filling.told(submission),
    )
    run = Run.start(definition.model, submission.decisions)
    step.begin(run)
    return step


def start_by_clock(engine: Engine, tx: Tx, process: str, node_id: str, key: str) -> Step:
    """Start a case at a timer start event: nobody applies, the lane says which department it belongs to."""
    now = engine.clock.now()
    definition_id, definition = engine.definitions.newest(tx, process)
    node = definition.model.nodes[node_id]
    people = engine.snapshots.at(tx).people
    named = owners.setting(node, "department") or "maintaining"
    department = _named(people, named, now)
    if department is None:
        remedy = "任命考核人员" if named == "assessing" else "新建该部门，或请流程负责人改图"
        raise Misconfigured(what=f"“{definition.name}”的“{node.name}”所属的部门 {named} 不存在", remedy=remedy)
    case = _create(tx, definition_id, definition, Applicant(None, department.id, key), {}, now)
    step = Step(engine, tx, case, None, None)
    step.record("case.started", node=node.id, process=process, version=definition.version, department=department.id)
    step.begin(Run.start(definition.model, {}, at=node.id))
    return step


def _named(people: People, named: str, now: datetime) -> Department | None:
    if named == "maintaining":
        return people.maintaining(now)
    if named == "assessing":
        return people.assessing(now)
    return people.by_code(named) or people.only(named, now)


def start_for(engine: Engine, tx: Tx, launch: Launch) -> Step | None:
    """Start a case that another one launches, at its plain start event; None when it was started before.

    It is saved by the caller, in the transaction of the job that launches it.
    """
    if known(tx, launch.key):
        return None
    definition_id, definition = engine.definitions.newest(tx, launch.process)
    applicant = Applicant(None, launch.department, launch.key)
    case = _create(tx, definition_id, definition, applicant, launch.form, engine.clock.now())
    step = Step(engine, tx, case, None, None)
    node = definition.start
    step.record(
        "case.started", node=node.id, process=launch.process, version=definition.version, department=launch.department
    )
    step.begin(Run.start(definition.model, {}, at=node.id))
    return step


def may_start(people: People, node: Node, actor: int, department: int, now: datetime) -> None:
    """Only the post the diagram names, of a department of the kinds it names (2.1.1, 3.1).

    Raises NotAllowed with whom to turn to.
    """
    kinds = node.extensions.get("departments", "").split()
    own = people.department(department)
    if node.extensions.get("post") == ANYBODY and people.person(actor).department_id == department:
        return
    if kinds and own.kind not in kinds:
        allowed = "、".join(DEPARTMENT_KINDS.get(kind, kind) for kind in kinds)
        raise NotAllowed(
            what="提出这项申请", why=f"按制度只能由{allowed}部门提出，{own.name}请联系相关经营单位的归口人员"
        )
    post = people.post(owners.setting(node, "post") or "focal", department)
    if post is None or people.may(actor, post.id, now) is None:
        name = people.post_name(post.id) if post else f"{own.name}归口人员"
        raise NotAllowed(what="提出这项申请", why=f"只有{name}可以提交；您可以保存草稿，请其提交（SD-010 3.1）")


def _must_be_staffed(people: People, definition: Definition, application: Application, now: datetime) -> None:
    """Every step that is sure to come for the applicant's or the maintaining department must find somebody."""
    for node in definition.model.nodes.values():
        whose, kind = owners.setting(node, "department"), owners.setting(node, "post")
        if node.kind != "user" or whose not in ("applicant", "maintaining") or not kind:
            continue
        department = application.department if whose == "applicant" else people.maintaining(now).id
        executor = people.answering(kind, department, now)
        if node.extensions.get("separate") and _alone(people, executor.post.id, application.actor, now):
            raise Misconfigured(
                what=f"{people.post_name(executor.post.id)}只有申请人本人，“{node.name}”无人可以审核",
                remedy="为该岗位任命另一人，或请上级部门代为提出",
            )


def _alone(people: People, post_id: int, actor: int, now: datetime) -> bool:
    return {acting.person.id for acting in people.acting(post_id, now)} <= {actor}


def _submission(
    engine: Engine, definition: Definition, node: Node, application: Application, who: GuardContext
) -> Submission:
    name = node.extensions.get("form")
    if name is None:
        return filling.without_form(node.id, "start", application.values, {})
    form = definition.forms[name]
    return filling.submit(form, application.values, who.base, who, engine.registry, application.department)


def _base(engine: Engine, tx: Tx, definition: Definition, node: Node, application: Application) -> dict[str, Any]:
    """What the subject of the application holds now; refused when the form was filled in over something else."""
    form = definition.forms.get(node.extensions.get("form", ""))
    if form is None:
        return {}
    base = prefill.current(tx, engine.clock.now(), engine.registry, form, application.subject)
    prefill.must_be_seen(tx, base, application.seen, application.values)
    return base


def _create(
    tx: Tx,
    definition_id: int,
    definition: Definition,
    applicant: Applicant,
    form: Mapping[str, Any],
    now: datetime,
    urgent: bool = False,
    base: Mapping[str, Any] | None = None,
) -> CaseRow:
    model, form = definition.model, {**form, **new_salt(definition.sensitive)}
    text = stored(tx.vault, definition.sensitive, form)
    number = cases.next_number(tx, model.extensions.get("prefix", "LC"), local(now).year)
    title = definition.title(form) or model.name
    row = tx.one(
        cases.CREATE,
        (
            number, definition_id, definition.process, title, applicant.person, applicant.department, urgent,
            applicant.key, applicant.subject, None if base is None else tx.vault.encrypt(base), text, b"", GENESIS,
            stamp(now),
        ),
    )  # fmt: skip
    assert row is not None
    return CaseRow(
        row[0], number, definition_id, definition.process, title, "open", None, applicant.person,
        applicant.department, urgent, 1, form, b"", 0, 0, GENESIS, applicant.subject,
        None if base is None else dict(base), stored=text, plain=dumps(form),
    )  # fmt: skip
