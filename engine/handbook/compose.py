"""A handbook composed of the documents of a procedure, the policy in force and its clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from engine.check.subject import Rulebook, Subject
from engine.check.subject import read as read_subject
from engine.definitions import CALLED, DIAGRAM
from engine.handbook import fields
from engine.handbook.book import Chapter, ClauseLine, Exceptional, Goal, Handbook, Note, Step, Timing
from engine.handbook.changed import plain
from engine.handbook.clocks import Clocks, costs
from engine.handbook.glossary import GLOSSARY
from engine.handbook.steps import Steps
from engine.handbook.words import Called, period_text
from engine.operations import Registry
from engine.policy import Policy, PolicyMissing
from engine.spiff.drawing import KINDS, Shape, timer_text
from engine.spiff.nodes import DEADLINE
from engine.spiff.xml import bpmn, ours
from engine.workbench.change import KINDS as CHANGES
from engine.workbench.change import Change
from engine.workbench.differences import changes as differences


def compose(
    process: str,
    documents: Mapping[str, str],
    registry: Registry,
    books: Mapping[str, Rulebook],
    day: date,
    before: Mapping[str, str] | None = None,
    called: Called = lambda _source, value: value,
) -> Handbook:
    """The handbook of a procedure under the policy in force on a local day.

    `before` are the documents of the version it replaces: what has changed since is marked. `called`
    says what people call a value whose options lie in tables.
    """
    subject, _problems = read_subject(process, documents, registry, books)
    policy = _policy(subject, day)
    clocks = Clocks(subject, policy)
    made = Steps(subject, clocks)
    changed = list(differences(process, before, documents)) if before is not None else []
    steps = tuple(_marked(one, changed, made.form(one.node)) for one in made.all())
    people = [one for one in steps if one.kind != "service"]
    element = subject.drawing.processes.get(process)
    return Handbook(
        process=process,
        name=(element.get("name") if element is not None else "") or process,
        purpose=" ".join((element.findtext(bpmn("documentation")) or "").split()) if element is not None else "",
        policy=subject.setting("policy") or "",
        policy_version=policy.version if policy else "",
        policy_since=policy.effective_from if policy else None,
        urgency=_urgency(subject, clocks),
        diagrams=tuple(_diagrams(subject, steps)),
        steps=steps,
        idle=made.idle(),
        groups=fields.groups(subject, people, called),
        timings=tuple(_timings(steps)),
        exceptions=tuple(_exceptions(subject, made)),
        costs=costs(policy, steps),
        letters=tuple(_letters(steps)),
        clauses=tuple(_clauses(subject, made)),
        glossary=GLOSSARY,
        changes=tuple((CHANGES[one.kind], *plain(one)) for one in changed),
        marks=made.numbers,
    )


def _policy(subject: Subject, day: date) -> Policy | None:
    if subject.book is None:
        return None
    try:
        return subject.book.policies.at(day)
    except PolicyMissing:
        return subject.book.policies.versions[0]


def _urgency(subject: Subject, clocks: Clocks) -> str:
    name = subject.setting("urgent") or ""
    field = subject.catalogue.fields.get(name)
    if not clocks.urgent or field is None:
        return "本流程没有紧急处理。"
    reasons = "、".join(f"“{label}”" for value, label in field.options if value != "normal")
    return f"“{field.label}”选{reasons}的，按紧急处理，各时限用紧急一栏。"


def _diagrams(subject: Subject, steps: Iterable[Step]) -> Iterator[Chapter]:
    """The procedure's own diagram, then those of its shared parts as people come to them."""
    yield Chapter("", DIAGRAM)
    for process in dict.fromkeys(step.home for step in sorted(steps, key=lambda one: one.number)):
        path = f"{CALLED}{process}.bpmn"
        if path in subject.documents:
            yield Chapter(subject.drawing.processes[process].get("name") or "共用环节", path)


def _marked(step: Step, changed: Iterable[Change], form: str) -> Step:
    """A step with what changed about it or about its form; unmarked when nothing did."""
    found = [one for one in changed if one.node == step.node or one.file == f"forms/{form}.yaml"]
    details = tuple(text for one in found for text in (plain(one)[1] or (f"{CHANGES[one.kind]}的环节",)))
    return replace(step, changed=details) if found else step


def _timings(steps: Iterable[Step]) -> Iterator[tuple[Timing, tuple[Goal, ...]]]:
    """Each clock once, with the steps it runs over."""
    clocks: dict[tuple[str, str], tuple[Timing, list[Goal]]] = {}
    for step in steps:
        if step.timing and step.timing.normal:
            key = (step.timing.key, step.timing.covers or step.timing.name)
            clocks.setdefault(key, (step.timing, []))[1].append(step.goal)
    for timing, goals in clocks.values():
        yield timing, tuple(goals)


def _exceptions(subject: Subject, made: Steps) -> Iterator[Exceptional]:
    for shape in subject.drawing.shapes.values():
        host = subject.drawing.shapes.get(shape.element.get("attachedToRef") or "")
        if host is not None and made.ways.reaches(host):
            at = made.goal(host.id).name if KINDS[host.tag] in ("user", "service") else host.name
            yield Exceptional(
                at, shape.element.get("name") or "", _happening(subject, shape), made.leads(made.ways.on(shape))
            )


def _happening(subject: Subject, shape: Shape) -> str:
    goes_on = "，办理照常进行" if shape.element.get("cancelActivity") == "false" else ""
    text = timer_text(shape)
    if text is not None:
        return ("时限到期" if text == DEADLINE else period_text(text)) + goes_on
    if shape.event == "error":
        reference = shape.definitions[0].get("errorRef")
        names = (
            one.get("name")
            for root in subject.roots
            for one in root.iterfind(bpmn("error"))
            if one.get("id") == reference
        )
        return next((f"系统判定“{name}”" for name in names if name), "系统核对没有通过")
    return {"message": "收到其他流程的消息", "signal": "收到信号"}.get(shape.event or "", "发生图上的事件") + goes_on


def _letters(steps: Iterable[Step]) -> Iterator[Note]:
    senders: dict[str, list[Goal]] = {}
    for step in steps:
        for subject in step.letters:
            senders.setdefault(subject, []).append(step.goal)
    return (Note(subject, tuple(dict.fromkeys(goals))) for subject, goals in senders.items())


def _clauses(subject: Subject, made: Steps) -> Iterator[ClauseLine]:
    """The clauses that something in this procedure carries out, by the policy's text and by the diagram."""
    cited: dict[str, list[str]] = {}
    for shape in subject.drawing.shapes.values():
        for number in ours(shape.element).get("clauses", "").split():
            cited.setdefault(number, []).append(shape.id)
    for clause in subject.book.clauses if subject.book else ():
        named = [node for process in subject.drawing.processes for node in clause.nodes.get(process, ())]
        nodes = [node for node in dict.fromkeys([*cited.get(clause.number, []), *named]) if made.known(node)]
        goals = sorted(dict.fromkeys(map(made.goal, nodes)), key=lambda one: one.number or 1000)
        if goals:
            yield ClauseLine(clause.number, clause.title, clause.text, tuple(goals))
