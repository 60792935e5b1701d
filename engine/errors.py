"""Errors that teach: what happened, why, what to do. The text is a Chinese message id with named values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class CountersignError(Exception):
    """Base of every error that a person may read.

    `template` is the Chinese message with `{names}`; `values` fills it. Pages translate the template first.
    """

    template = "操作未能完成。"
    status = 400

    def __init__(self, template: str | None = None, **values: Any) -> None:
        if template is not None:
            self.template = template
        self.values = values
        super().__init__(self.message)

    @property
    def message(self) -> str:
        # Without values the text is said as it is: a file's name may hold braces.
        return self.template.format(**self.values) if self.values else self.template


class NotFound(CountersignError):
    """没有找到所指的对象。"""

    template = "没有找到{what}。请从列表重新进入；如刚被撤回或办结，可在“已办”中查看。"
    status = 404


class NotAllowed(CountersignError):
    """这个人在这个岗位上无权做这件事。"""

    template = "您无权{what}：{why}"
    status = 403


class AlreadyDone(CountersignError):
    """别人先办了这一步。"""

    template = "这一步已由{who}于 {when} {did}，您的填写没有提交，内容仍保留在页面上。"
    status = 409


class Conflict(CountersignError):
    """同一时间有别的改动。"""

    template = "单据刚被其他人改动，请刷新后重试。您的填写仍保留。"
    status = 409


class NotPossible(CountersignError):
    """当前状态下做不了。"""

    template = "现在不能{what}：{why}"
    status = 409


class Misconfigured(CountersignError):
    """部门、岗位、制度或设置缺了什么。"""

    template = "{what}。请管理员到“设置”中补上：{remedy}"
    status = 409


class FormInvalid(CountersignError):
    """填写的内容有误；`problems` 逐项说明字段、问题和改法。"""

    template = "有 {count} 处需要更正。"
    status = 422

    def __init__(self, problems: Sequence[FieldProblem], values: Mapping[str, Any] | None = None) -> None:
        self.problems = tuple(problems)
        self.typed = dict(values or {})
        super().__init__(count=len(self.problems))


class FieldProblem:
    """One field of a form that is not right: `field` is its path (`banks.0.account_no`), `message` the remedy."""

    __slots__ = ("field", "label", "message")

    def __init__(self, field: str, message: str, label: str = "") -> None:
        self.field, self.message, self.label = field, message, label

    def __repr__(self) -> str:
        return f"{self.field}: {self.message}"


class Refused(Exception):
    """A business refusal by an operation; `code` is what an error boundary event of the diagram catches."""

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, details
