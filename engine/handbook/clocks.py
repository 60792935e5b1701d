"""The clock over a step in words: the hours of the policy, what happens as they run out, what lateness costs."""

from __future__ import annotations

from collections.abc import Iterable

from engine import due_story
from engine.check.subject import Subject
from engine.handbook.book import ClauseLine, Goal, Step, Timing
from engine.limits import Limit
from engine.policy import ClockRule, Policy
from engine.policy_rules import Rung
from engine.policy_words import spelled
from engine.posts import POST_KINDS
from engine.spiff.drawing import Shape
from engine.spiff.xml import ours
from engine.wording import amount_text

KINDS = {"work": "按工作时间计", "wall": "按自然时间计", "duty": "按值班时间计"}
STARTS = {"delivered": "送达时起计", "last_return": "最后一个部门转回时起计"}
MEASURED = "不限时（只计量）"
FREE = "超时登记，不扣款"


class Clocks:
    """The clocks of one procedure under one version of its policy (None: it names no policy)."""

    def __init__(self, subject: Subject, policy: Policy | None) -> None:
        self.subject, self.policy = subject, policy
        kind = subject.setting("kind") or ""
        self.urgent = bool(policy and subject.setting("urgent") and policy.may_be_urgent(kind))

    def of(self, shape: Shape) -> Timing | None:
        """The clock over a step; None when nothing is said about one."""
        scope = self._scope(shape)
        if scope is None:
            why = ours(shape.element).get("untimed")
            return Timing(untimed=why) if why else None
        settings = ours(scope.element)
        key = settings["clock"]
        rule = self._rule(key, settings.get("limit"), scope, urgent=False)
        if rule is None:
            return Timing(key=key, name=scope.name, untimed="制度和流程图都没有写明时限")
        hurried = self._rule(key, settings.get("limit"), scope, urgent=True) if self.urgent else None
        duty = "duty" in ours(shape.element)
        return Timing(
            key=key,
            name=rule.name,
            normal=limit_text(rule),
            urgent=limit_text(hurried) if hurried else "",
            counted=counted_text(rule),
            covers="" if scope.id == shape.id else scope.name,
            continues=self._continued(settings.get("continues")),
            clauses="、".join(dict.fromkeys((*rule.clauses, *(hurried.clauses if hurried else ())))),
            marks=self._marks(rule, duty),
            urgent_marks=self._marks(hurried, duty) if hurried and hurried.limit != rule.limit else (),
            cost=self._cost(scope, (rule, hurried)),
        )

    def _scope(self, shape: Shape) -> Shape | None:
        places = (shape, *self.subject.surroundings(shape))
        return next((one for one in places if "clock" in ours(one.element)), None)

    def _rule(self, key: str, limit: str | None, scope: Shape, urgent: bool) -> ClockRule | None:
        known = self.policy.limit(key, urgent) if self.policy else None
        if known is not None or limit is None:
            return known
        return ClockRule(key, scope.name, Limit.parse(limit), "work", False, (), "case", "delivered")

    def _continued(self, key: str | None) -> str:
        rule = self.policy.limit(key, urgent=False) if key and self.policy else None
        return f"没有分发的，接着“{rule.name}”的时限计，不另计" if rule else ""

    def _marks(self, rule: ClockRule, duty: bool) -> tuple[tuple[str, str], ...]:
        """What happens when; duties on the side warn nobody (`engine/ladder.py`)."""
        if self.policy is None or rule.limit is None or duty:
            return ()
        return tuple((moment_text(one, rule.limit), heard(one)) for one in self.policy.ladder.rungs)

    def _cost(self, scope: Shape, rules: Iterable[ClockRule | None]) -> str:
        priced = [rule for rule in rules if rule and rule.penalised and rule.limit]
        if self.policy is None or not priced:
            return FREE if any(rule and rule.limit for rule in rules) else ""
        overtime = self.policy.penalty.overtime
        maintaining = self.subject.lane_setting(scope, "department") == "maintaining"
        if maintaining and not overtime.include_maintainer:
            return FREE
        return overtime_text(self.policy, "维护员" if maintaining else "归口人员")


def limit_text(rule: ClockRule) -> str:
    """`4 小时`."""
    return due_story.length(str(rule.limit)) if rule.limit else MEASURED


def counted_text(rule: ClockRule) -> str:
    """How the time is counted: `按工作时间计，送达时起计`; working days say so themselves."""
    days = rule.limit is not None and rule.limit.unit == "d" and rule.kind == "work"
    return "，".join(([] if days else [KINDS[rule.kind]]) + [STARTS[rule.starts]])


def moment_text(rung: Rung, limit: Limit) -> str:
    """When a rung of the ladder is reached: `用去 50%（2 小时）`, `到期（4 小时）`, `到期后 2 小时`."""
    if rung.share:
        days = limit.unit == "d"
        used = f"{limit.amount * rung.share / 100:g} 个工作日" if days else amount_text(limit.span * rung.share / 100)
        return f"用去 {rung.share}%（{used}）"
    return f"到期后 {due_story.length(str(rung.after))}" if rung.after else f"到期（{due_story.length(str(limit))}）"


def heard(rung: Rung) -> str:
    """Who hears of it when a rung is reached."""
    if rung.share:
        return "提醒经办人"
    post = POST_KINDS.get(rung.to, rung.to)
    return f"仍未办的，上报{post}" if rung.after else f"记为超时，上报责任部门{post}"


def overtime_text(policy: Policy, who: str = "归口人员") -> str:
    """What one breach costs (4.1)."""
    rule = policy.penalty.overtime
    leader = f"分管领导（没有另任的即主管领导）{rule.leader:f} 元"
    return f"每超时一次：责任{who} {rule.focal:f} 元，{leader}；{department_text(policy)}"


def department_text(policy: Policy) -> str:
    """What repeated breaches cost the department (4.1)."""
    rule = policy.penalty.overtime
    return f"责任部门当月每满 {rule.every} 次另扣 {rule.department_extra:f} 元"


def costs(policy: Policy | None, steps: Iterable[Step]) -> tuple[ClauseLine, ...]:
    """The sums of chapter 4 that this procedure can bring about, each with the steps it concerns."""
    if policy is None:
        return ()
    steps = list(steps)
    late = [one for one in steps if one.kind == "user" and one.timing and one.timing.cost not in ("", FREE)]
    known = (
        ClauseLine("4.1", "超时", f"{overtime_text(policy, '归口人员或维护员')}。", _goals(late)),
        ClauseLine("4.2", "申报不实", false_new_text(policy), _citing(steps, "4.2")),
        ClauseLine("4.3", "录入错误", entry_error_text(policy), _citing(steps, "4.3")),
    )
    return tuple(one for one in known if one.steps)


def false_new_text(policy: Policy) -> str:
    """What an application for a customer that is not new costs (4.2)."""
    rule = policy.penalty.false_new
    return (
        f"客户已有编码而申请新增的：责任人 {rule.person:f} 元，责任部门 {rule.department:f} 元；"
        f"第二次为第一次的 {rule.factor} 倍，第三次起{spelled(policy)['penalty.false_new.escalation'][1]}。"
    )


def entry_error_text(policy: Policy) -> str:
    """What a record entered wrongly costs (4.3)."""
    return f"认定为录入错误的，每条记录维护员 {policy.penalty.entry_error.maintainer:f} 元。"


def _citing(steps: Iterable[Step], clause: str) -> tuple[Goal, ...]:
    return _goals(one for one in steps if clause in one.clauses)


def _goals(steps: Iterable[Step]) -> tuple[Goal, ...]:
    return tuple(one.goal for one in steps)
