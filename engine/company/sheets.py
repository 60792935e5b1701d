"""The sheets that administrators fill in: their columns, and what each one takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.calendar_seed import DayKind
from engine.company.appointment_rules import RANKS
from engine.company.days import DAY_KINDS
from engine.posts import DEPARTMENT_KINDS, POST_KINDS


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet; `is_date` for local dates, which are read in ISO form however they are written."""

    title: str
    field: str
    note: str
    required: bool = False
    choices: tuple[str, ...] = ()
    is_date: bool = False


Sheets = Mapping[str, tuple[SheetColumn, ...]]
DAYS = "工作日历"

SHEETS: Sheets = {
    "部门": (
        SheetColumn("编码", "code", "字母、数字、- 或 _，定后不改", True),
        SheetColumn("名称", "name", "部门全称", True),
        SheetColumn("类别", "kind", "从下拉列表选择", True, tuple(DEPARTMENT_KINDS.values())),
    ),
    "人员": (
        SheetColumn("登录名", "login", "2–80 个字符，不含空格，定后不改", True),
        SheetColumn("姓名", "name", "真实姓名", True),
        SheetColumn("部门编码", "department", "“部门”表或系统中已有的编码", True),
        SheetColumn("电话", "phone", "数字、空格和 + - ( )"),
        SheetColumn("邮箱", "email", "name@example.com"),
    ),
    "岗位任职": (
        SheetColumn("部门编码", "department", "岗位所在部门的编码", True),
        SheetColumn("岗位", "kind", "从下拉列表选择", True, tuple(POST_KINDS.values())),
        SheetColumn("登录名", "login", "任职人员的登录名", True),
        SheetColumn("次序", "rank", "留空为正职；副岗按次序代行", choices=tuple(RANKS.values())),
        SheetColumn("生效日期", "valid_from", "如 2026-12-01；留空即从导入时起；不能早于今天", is_date=True),
        SheetColumn("最后一天", "valid_to", "如 2026-12-31，当天仍有效；长期任职留空", is_date=True),
        SheetColumn("例外理由", "exception", "归口人员与主管领导为同一人时，写明批准的分管领导"),
    ),
    DAYS: (
        SheetColumn("日期", "day", "公司自己调整的日子，如 2026-11-20；不能早于今天", True, is_date=True),
        SheetColumn("类别", "kind", "从下拉列表选择；半天班选“工作日”并写明工作时间", True, tuple(DAY_KINDS.values())),
        SheetColumn("名称", "name", "如：厂庆放假、周末赶工", True),
        SheetColumn("工作时间", "hours", "与平日不同时填写，如 08:30-12:00；两段用逗号隔开"),
        SheetColumn("调整原因", "reason", "写明批准文号，记入变更记录", True),
    ),
}

# The national arrangement of a year, on the sheet of the same name: only what differs from the weekday.
ARRANGEMENT_KINDS: Mapping[DayKind, str] = {"holiday": DAY_KINDS["holiday"], "makeup": DAY_KINDS["makeup"]}
ARRANGEMENT: Sheets = {
    DAYS: (
        SheetColumn("日期", "day", "放假和调休上班的每一天各占一行，如 2027-02-05", True, is_date=True),
        SheetColumn("类别", "kind", "从下拉列表选择；其余日子按星期计", True, tuple(ARRANGEMENT_KINDS.values())),
        SheetColumn("名称", "name", "节日名称，如：春节、春节调休上班", True),
        SheetColumn("调整原因", "reason", "公布的文号，填一行即可，记入变更记录"),
    ),
}
