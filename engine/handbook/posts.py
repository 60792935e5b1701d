"""岗位操作说明: what one post does in all procedures; what several share alike is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from engine import due_story
from engine.handbook.book import Goal, Handbook, Lead, Result, Step, Timing
from engine.handbook.clocks import entry_error_text, false_new_text, heard, overtime_text
from engine.limits import Limit
from engine.policy import Policy
from engine.posts import DEPARTMENT_KINDS, POST_KINDS

FINANCE = "finance"

T = TypeVar("T", Step, Timing)


@dataclass(frozen=True)
class Role:
    """A post as people ask for it; `does` says which steps are its own."""

    key: str
    title: str
    does: Callable[[Step], bool]


def _post(kind: str) -> Role:
    return Role(kind, POST_KINDS[kind], lambda step: step.post == kind and step.kinds != (FINANCE,))


def _financial(step: Step) -> bool:
    """Steps of the finance department: its own, and those it has like other departments."""
    return step.post in ("focal", "leader") and (FINANCE in step.kinds or step.department == "item")


ROLES = (
    _post("focal"),
    _post("leader"),
    _post("maintainer"),
    _post("assessor"),
    Role(FINANCE, "财务部归口人员和主管领导", _financial),
    _post("executive"),
    _post("admin"),
)


@dataclass(frozen=True)
class Variant:
    """How a step is done in some procedures; its own numbers and ids are gone."""

    step: Step
    procedures: tuple[str, ...]


@dataclass(frozen=True)
class Duty:
    """A step of a post by its name, with how it is done where, and by when."""

    name: str
    who: str
    procedures: tuple[str, ...]
    purposes: tuple[str, ...]
    timings: tuple[tuple[Timing, tuple[str, ...]], ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class PostHandbook:
    """Everything one post does; `hears` are the warnings and escalations that reach it."""

    role: Role
    policy: str
    duties: tuple[Duty, ...]
    hears: tuple[tuple[str, str], ...]
    costs: tuple[str, ...]


def roles_in(books: Iterable[Handbook], policy: Policy | None) -> list[Role]:
    """The posts that have something to do or to hear."""
    known = list(books)
    return [role for role in ROLES if any(map(role.does, _steps(known))) or _told(role, policy)]


def of_post(role: Role, books: Iterable[Handbook], policy: Policy | None) -> PostHandbook:
    """The handbook of a post over the given procedures."""
    known = list(books)
    duties = tuple(_duties(role, known))
    name = f"{policy.id} {policy.version} 版" if policy else ""
    hears = [*(_own(policy) if policy and duties else ()), *_told(role, policy)]
    return PostHandbook(role, name, duties, tuple(hears), tuple(_costs(role, policy)))


def _steps(books: Iterable[Handbook]) -> Iterable[Step]:
    return (step for book in books for step in book.steps if step.kind != "service")


def _duties(role: Role, books: Iterable[Handbook]) -> Iterator[Duty]:
    found: dict[tuple[str, str], list[tuple[str, Step]]] = {}
    for book in books:
        for step in book.steps:
            if step.kind != "service" and role.does(step):
                found.setdefault((step.name, _whose(step)), []).append((book.name, _own_part(step, role)))
    for (name, who), steps in found.items():
        timings = _grouped((replace(step.timing, clauses="", key=""), book) for book, step in steps if step.timing)
        variants = _grouped((_alike(step), book) for book, step in steps)
        yield Duty(
            name,
            who,
            tuple(dict.fromkeys(book for book, _step in steps)),
            tuple(dict.fromkeys(step.purpose or step.intro for _book, step in steps if step.purpose or step.intro)),
            tuple(timings.items()),
            tuple(Variant(step, names) for step, names in variants.items()),
        )


def _whose(step: Step) -> str:
    """Who does it, without which kinds of departments may."""
    return step.who.partition("（")[0]


def _grouped(pairs: Iterable[tuple[T, str]]) -> dict[T, tuple[str, ...]]:
    """Equal things once, each with the procedures it comes from."""
    found: dict[T, list[str]] = {}
    for thing, book in pairs:
        found.setdefault(thing, []).append(book)
    return {thing: tuple(dict.fromkeys(names)) for thing, names in found.items()}


def _own_part(step: Step, role: Role) -> Step:
    """Of what departments of several kinds fill in, only that of the role's own kind."""
    mine = DEPARTMENT_KINDS.get(role.key)
    if mine is None:
        return step
    own = [one for one in step.writes if one.whom in ("", f"{mine}部门")]
    others = [one for one in step.writes if one.whom == "其他部门"]
    return replace(step, writes=tuple(own or others))


def _alike(step: Step) -> Step:
    """A step without what differs between procedures though people do the same."""
    return replace(
        step,
        number=0,
        node="",
        home="",
        part="",
        who="",
        department="",
        kinds=(),
        purpose=step.purpose or step.intro,
        intro="",
        comes_from=tuple(dict.fromkeys(_unnumbered(one) for one in step.comes_from)),
        results=tuple(_plain(one) for one in step.results),
        reads=(),
        timing=None,
        signature="签字并加盖部门电子印章" if step.signature else "",
        clauses=(),
        changed=None,
    )


def _plain(result: Result) -> Result:
    """Only where it leads: consequences and automatic steps are in the handbook of the procedure."""
    leads = (Lead(tuple(map(_unnumbered, one.to)), one.when) for one in result.leads)
    return replace(result, consequence="", leads=tuple(dict.fromkeys(one for one in leads if one.to)))


def _unnumbered(goal: Goal) -> Goal:
    return Goal(goal.name if goal.number else goal.name.partition("（")[0])


def _own(policy: Policy) -> list[tuple[str, str]]:
    """What happens to steps of one's own as their time runs out."""
    return [(f"用去时限的 {one.share}%" if one.share else _after(one.after), heard(one)) for one in policy.ladder.rungs]


def _told(role: Role, policy: Policy | None) -> list[tuple[str, str]]:
    """When the post hears of work that others owe."""
    kind = "leader" if role.key == FINANCE else role.key
    found = [one for one in policy.ladder.rungs if one.to == kind] if policy else []
    return [(f"别人的待办{_after(one.after)}仍未办", "上报给本岗位，请督促办理；上报不等于批准") for one in found]


def _after(limit: Limit | None) -> str:
    return f"到期后 {due_story.length(str(limit))}" if limit else "到期"


def _costs(role: Role, policy: Policy | None) -> list[str]:
    if policy is None:
        return []
    texts = {
        "focal": [f"4.1 超时：{overtime_text(policy)}。", f"4.2 申报不实：{false_new_text(policy)}"],
        "leader": [f"4.1 超时：{overtime_text(policy)}。"],
        "executive": [f"4.1 超时：{overtime_text(policy)}。"],
        "maintainer": [f"4.1 超时：{overtime_text(policy, '维护员')}。", f"4.3 录入错误：{entry_error_text(policy)}"],
        FINANCE: [f"4.1 超时：{overtime_text(policy)}。"],
    }
    return texts.get(role.key, [])
