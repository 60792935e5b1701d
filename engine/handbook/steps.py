"""The steps of a procedure in the order people meet them: who, what, with which form, by when, and what follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.check.subject import Subject, letters_sent
from engine.forms import Form, Outcome
from engine.handbook import fields
from engine.handbook.book import Goal, Lead, Result, Step, StepKind
from engine.handbook.clocks import Clocks
from engine.handbook.ways import Way, Ways
from engine.handbook.words import period_text
from engine.operations import Operation
from engine.posts import DEPARTMENT_KINDS
from engine.spiff.drawing import KINDS, OPERATION, Shape, timer_text
from engine.spiff.xml import bpmn, ours
from engine.workbench.facts import DEPARTMENTS, department_name, post_name

_KINDS: Mapping[str, StepKind] = {"start": "start", "user": "user", "service": "service"}
_BLANK = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}", re.DOTALL)
_TEXT = re.compile(r"""["'](.*?)["']""")
_SUBJECT = "主题："
# What the blanks of a letter are filled with; anything else is an open blank.
_BLANKS = {
    "case.title": "客户或事项", "case.number": "单号", "case.department": "申请部门", "step": "环节", "month": "月份",
    "customer_code": "客户编码", "existing_code": "已有编码", "form.customer_code": "客户编码", "whom": "部门",
    "total": "金额", "until": "申诉截止日", "finding": "考核事项", "letter_number": "函件编号", "who": "经办人",
}  # fmt: skip


class Steps:
    """The steps of one procedure, numbered."""

    def __init__(self, subject: Subject, clocks: Clocks) -> None:
        self.subject, self.clocks, self.ways = subject, clocks, Ways(subject)
        self.order = self.ways.order
        self.numbers = {shape.id: number for number, shape in enumerate(self.order, start=1)}
        self._froms = self._arrivals()

    def all(self) -> tuple[Step, ...]:
        return tuple(self._step(shape) for shape in self.order)

    def idle(self) -> tuple[Step, ...]:
        """Steps of shared parts that this procedure never comes to."""
        left = (shape for shape in self.subject.of_kind("user", "service") if shape.id not in self.numbers)
        return tuple(self._step(shape, idle=True) for shape in left)

    def form(self, node: str) -> str:
        """The name of the form of a step, "" for none."""
        return ours(self.subject.drawing.shapes[node].element).get("form", "")

    def known(self, node: str) -> bool:
        """Whether the node is one that cases come to and people can name."""
        shape = self.subject.drawing.shapes.get(node)
        named = shape is not None and KINDS[shape.tag] not in ("event", "gateway") and shape.element.get("name")
        return shape is not None and bool(named) and self.ways.reaches(shape)

    def goal(self, node: str) -> Goal:
        shape = self.subject.drawing.shapes[node]
        if shape.tag == "endEvent":
            name = shape.element.get("name") or ""
            ended = "本支办完" if node in self.ways.side_ends or not name else "流程结束"
            return Goal(f"{ended}（{name}）" if name else ended)
        return Goal(shape.element.get("name") or shape_words(shape), self.numbers.get(node))

    def leads(self, ways: Iterable[Way]) -> tuple[Lead, ...]:
        """Ways as leads; those that differ only in where they stop are one. A silent end behind a step goes unsaid."""
        found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Goal]] = {}
        for way in ways:
            goals = found.setdefault((way.when, way.through), [])
            if not (way.through and self._silent(way.to)):
                goals.append(self.goal(way.to))
        through = {one: tuple(self.goal(node) for node in one) for _when, one in found}
        return tuple(Lead(tuple(dict.fromkeys(to)), when, through[passed]) for (when, passed), to in found.items())

    def _silent(self, node: str) -> bool:
        shape = self.subject.drawing.shapes[node]
        return shape.tag == "endEvent" and not shape.element.get("name")

    def _arrivals(self) -> dict[str, list[str]]:
        """For each step the people's steps, or starts, after which it comes."""
        found: dict[str, list[str]] = {}
        for shape in self.order:
            if KINDS[shape.tag] != "service":
                for way in self.ways.on(shape):
                    for node in (*way.through, way.to):
                        found.setdefault(node, []).append(shape.id)
        return found

    def _step(self, shape: Shape, idle: bool = False) -> Step:
        settings, form = ours(shape.element), self.subject.form_of(shape)
        kind = _KINDS[KINDS[shape.tag]]
        operation = self.subject.registry.operations.get(settings.get(OPERATION, ""))
        post, department = (self.subject.lane_setting(shape, key) or "" for key in ("post", "department"))
        return Step(
            number=self.numbers.get(shape.id, 0),
            kind=kind,
            node=shape.id,
            home=shape.process,
            name=shape.element.get("name") or shape_words(shape),
            part=self._part(shape),
            who="系统" if kind == "service" else self._who(shape, post, department),
            post=post if kind != "service" else "",
            department=department,
            kinds=self._kinds(department),
            purpose=" ".join((shape.element.findtext(bpmn("documentation")) or "").split()),
            intro=form.intro if form else _begins(shape),
            repeated=self._repeated(shape),
            duty="duty" in settings,
            separate=tuple(self._named(settings.get("separate", ""))),
            comes_from=tuple(dict.fromkeys(self.goal(one) for one in self._froms.get(shape.id, ()))),
            writes=fields.writes(form) if form else (),
            reads=fields.reads(form) if form else (),
            own=fields.own(form) if form else (),
            results=tuple(self._results(shape, form)) if kind != "service" else (),
            leads=self.leads(self._after(shape)) if kind == "service" else (),
            timing=self.clocks.of(shape) if kind == "user" else None,
            signature=self._signature(settings, form),
            operation=operation.title if operation else "",
            letters=tuple(self._letters(shape, operation)),
            clauses=tuple(settings.get("clauses", "").split()),
            idle=idle,
        )

    def _after(self, shape: Shape) -> Iterable[Way]:
        """What directly follows an automatic step."""
        return self.ways.on(shape, self.ways.known_at.get(shape.id, {}), far=False)

    def _who(self, shape: Shape, post: str, department: str) -> str:
        """The lane's own words for who works in it; the step's, where it says otherwise than its lane."""
        lane, settings = self.subject.lane(shape), ours(shape.element)
        said = f"{self._item() if department == 'item' else department_name(department)} {post_name(post)}"
        if lane and department != "item" and (post == "any" or "post" not in settings):
            said = lane.name
        kinds = "、".join(f"{DEPARTMENT_KINDS.get(one, one)}部门" for one in settings.get("departments", "").split())
        return f"{said}（{kinds}）" if kinds else said

    def _kinds(self, department: str) -> tuple[str, ...]:
        """Which kinds of departments a step falls to: the applicant's are those that may apply."""
        if department != "applicant":
            return (department,) if department in DEPARTMENT_KINDS else ()
        starts = [one for one in self.order if KINDS[one.tag] == "start"]
        return tuple(kind for one in starts for kind in ours(one.element).get("departments", "").split())

    def _item(self) -> str:
        """What the departments of a repeated step are called: the property that the process names."""
        processes = self.subject.drawing.processes.values()
        names = (one.get("name") for process in processes for one in process.iterfind(bpmn("property")))
        return next((name for name in names if name), DEPARTMENTS["item"])

    def _part(self, shape: Shape) -> str:
        return next((one.name for one in reversed(list(self.subject.surroundings(shape)))), "")

    def _repeated(self, shape: Shape) -> str:
        return f"{self._item()}每个一份，同时办理" if self.subject.repeated(shape) else ""

    def _named(self, nodes: str) -> Iterable[str]:
        shapes = self.subject.drawing.shapes
        return dict.fromkeys(shapes[node].name for node in nodes.split() if node in shapes)

    def _results(self, shape: Shape, form: Form | None) -> Iterable[Result]:
        if form is None:
            leads = self.leads(self.ways.on(shape))
            timed = shape.event == "timer"
            return [Result("到时自动开始" if timed else "办结", "", (), leads)]
        return [self._result(shape, form, one) for one in form.outcomes]

    def _result(self, shape: Shape, form: Form, outcome: Outcome) -> Result:
        known = {form.decision: outcome.id} if form.decision else {}
        needs = [f"填“{form.fields[name].label}”" for name in outcome.requires]
        needs += ["写明意见"] if outcome.needs_comment else []
        needs += ["签字"] if outcome.signs else []
        needs += ["可以不填全"] if outcome.skip_validation else []
        return Result(outcome.label, outcome.consequence, tuple(needs), self.leads(self.ways.on(shape, known)))

    def _signature(self, settings: Mapping[str, str], form: Form | None) -> str:
        acts = [word for key, word in (("sign", "签字"), ("seal", "加盖部门电子印章")) if settings.get(key) == "true"]
        if not acts:
            return ""
        covers = fields.signed(form) if form else ""
        scan = "；可以上传纸质签字盖章的扫描件代替印章" if form and form.scan else ""
        return "并".join(acts) + (f"，签的是：{covers}" if covers else "") + scan

    def _letters(self, shape: Shape, operation: Operation | None) -> Iterable[str]:
        names = [*(operation.letters if operation else ()), *letters_sent(shape)]
        texts = (self.subject.documents.get(f"letters/{name}.j2", "") for name in names)
        return [subject_of(text) for text in texts if text]


def _begins(shape: Shape) -> str:
    text = timer_text(shape)
    return f"{period_text(text)} 由系统自动开始。" if text and shape.tag == "startEvent" else ""


def shape_words(shape: Shape) -> str:
    """What an element without a name is called."""
    return {"start": "开始", "end": "结束", "user": "办理", "service": "自动步骤"}.get(KINDS[shape.tag], "图上的节点")


def subject_of(letter: str) -> str:
    """The subject of a letter, its blanks in words: `已建档：〔客户或事项〕，客户编码〔客户编码〕`."""
    first = letter.strip().partition("\n")[0].removeprefix(_SUBJECT).strip()
    return _BLANK.sub(lambda found: _blank(found[1]), first)


def _blank(expression: str | None) -> str:
    if expression is None:
        return ""
    expression = expression.strip()
    if expression in _BLANKS:
        return f"〔{_BLANKS[expression]}〕"
    either = _TEXT.findall(expression)
    return "／".join(either) if either else "〔…〕"
