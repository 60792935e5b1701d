"""The small lines of the timeline: reminders, escalations, handing over and phone calls, each under its step."""

from __future__ import annotations

from collections.abc import Sequence

from engine.casefile import Item
from engine.history import Recorded
from webui import texts
from webui.case_view import CaseView
from webui.pills import due_text

Remark = dict[str, str]


def remarks(view: CaseView, steps: Sequence[Item], duties: Sequence[Item]) -> dict[str, list[Remark]]:
    """The lines by id of the step they belong to; under the empty id those of the application."""
    found: dict[str, list[Remark]] = {}
    for event in view.file.events:
        if event.kind in texts.BY_THE_WAY and event.subject not in {duty.id for duty in duties}:
            found.setdefault(_step_of(view, event, steps), []).append(_told(view, event))
    for duty in duties:
        before = [step.id for step in steps if step.done_at and step.done_at <= duty.opened_at]
        found.setdefault(before[-1] if before else "", []).append(_call(view, duty))
    return found


def _step_of(view: CaseView, event: Recorded, steps: Sequence[Item]) -> str:
    """The step whose deadline, timer or item the event names, else the last one done before it."""
    deadline = event.data.get("deadline") or event.subject
    timer = view.file.node_at(event.node, event)
    # The step, or the sub-process that holds several, by the name it has now.
    place = view.file.passed.trail.now(timer.attached_to, event.seq) if timer and timer.attached_to else None
    named = [s for s in steps if deadline == s.deadline_id or (place and place in _places(view, s))]
    under = [step.id for step in named if step.opened_at <= event.recorded_at]
    if under:
        return under[-1]
    if any(step.id == event.subject for step in steps):
        return event.subject or ""
    done = [step.id for step in steps if step.done_at and step.done_at <= event.recorded_at]
    return done[-1] if done else ""


def _places(view: CaseView, step: Item) -> set[str]:
    """A step and the sub-process around it, by the names they have now."""
    scope, passed = view.file.node_of(step).scope, view.file.passed
    return {view.file.node_now(step)} | ({passed.now("item", step.id, scope)} if scope else set())


def _told(view: CaseView, event: Recorded) -> Remark:
    icon, tone = texts.BY_THE_WAY[event.kind]
    detail = view.teller.detail(event)
    text = view.teller.sentence(event) + (f"：{detail}" if detail else "")
    return {"icon": icon, "tone": tone, "text": text, "time": view.moment(event.occurred_at)}


def _call(view: CaseView, duty: Item) -> Remark:
    whom = f"（{view.teller.department(duty.item)}）" if duty.item is not None else ""
    if duty.done and duty.done_at:
        outcome = view.teller.outcome(duty, duty.outcome)
        text = f"{view.name(duty.done_by)}{duty.name}{whom}，{outcome}"
        return {"icon": "phone", "text": text, "time": view.moment(duty.done_at)}
    tone = "late" if view.now > duty.due else "warn"
    due = due_text(view.file.deadline_of(duty), view.now)
    return {"icon": "phone", "text": f"{view.worker(duty)}待{duty.name}{whom}", "tone": tone, "time": due}
