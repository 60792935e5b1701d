"""The national arrangement of a year, read from a file: every row checked, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from engine.calendar_seed import DayKind, Special, seed_year
from engine.company.administration import short_text
from engine.company.sheets import ARRANGEMENT, ARRANGEMENT_KINDS, DAYS
from engine.company.workbook import Finding, ImportRejected, SheetRow, read_workbook

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")  # 全国年节及纪念日放假办法
KINDS: Mapping[str, DayKind] = {label: kind for kind, label in ARRANGEMENT_KINDS.items()}
LONGEST = 80  # of a name, as the calendar keeps it


class Arrangement(NamedTuple):
    """The days of a year that differ from their weekday, and the notice that says so."""

    days: Mapping[date, Special]
    reason: str


def read_arrangement(content: bytes, filename: str, year: int) -> Arrangement:
    """Read the holidays and make-up days of a year from an .xlsx or .csv file with the sheet 工作日历.

    Raises ImportRejected with a finding per cell. The file replaces the estimate of the whole year, so every
    festival must be in it.
    """
    workbook = read_workbook(content, filename, ARRANGEMENT)
    incomplete = {finding.row for finding in workbook.findings}
    rows = [row for row in workbook.rows.get(DAYS, ()) if not {1, row.number} & incomplete]
    faults = [fault for row in rows for fault in _faults(row, year)]
    _refuse([*workbook.findings, *faults, *_repeated(rows)])
    days = {date.fromisoformat(row.values["day"]): _special(row) for row in rows}
    _refuse(_missing(days, year))
    reasons = dict.fromkeys(row.values.get("reason", "") for row in rows)
    return Arrangement(days, "；".join(reason for reason in reasons if reason))


def _refuse(findings: Iterable[Finding]) -> None:
    if found := sorted(findings, key=lambda finding: finding.row or 0):
        raise ImportRejected(found)


def _special(row: SheetRow) -> Special:
    return Special(KINDS[row.values["kind"]], row.values["name"])


def _faults(row: SheetRow, year: int) -> Iterator[Finding]:
    kind = KINDS.get(row.values["kind"])
    if kind is None:
        text = (
            f"“{row.values['kind']}”不在可选范围：{'、'.join(ARRANGEMENT_KINDS.values())}；其余日子按星期计，不必列出"
        )
        yield Finding(DAYS, row.number, "类别", text)
    if text := _date_fault(row.values["day"], year, kind):
        yield Finding(DAYS, row.number, "日期", text)
    for problem in short_text("name", "名称", row.values["name"], LONGEST):
        yield Finding(DAYS, row.number, "名称", problem.message)


def _date_fault(text: str, year: int, kind: DayKind | None) -> str:
    """What is wrong with the date of a row; empty when it is right."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return f"“{text}”不是日期，请写成 {year}-01-01 这样的形式"
    if day.year != year:
        return f"{text} 不在 {year} 年，请删去这一行；别的年份的日子可在“导入”页作为公司调整导入"
    if kind == "makeup" and day.weekday() < 5:
        return f"{text} 是星期{'一二三四五'[day.weekday()]}，本来就上班；调休上班只会在周末，请核对日期"
    return ""


def _repeated(rows: Sequence[SheetRow]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for row in rows:
        if (number := first.setdefault(row.values["day"], row.number)) != row.number:
            yield Finding(DAYS, row.number, "日期", f"与第 {number} 行重复，请删去一行")


def _missing(days: Mapping[date, Special], year: int) -> Iterator[Finding]:
    """The festivals without a day off; when they fall, the estimate knows."""
    off = {day for day, special in days.items() if special.kind == "holiday"}
    estimate = sorted(seed_year(year).special.items())
    for festival in FESTIVALS:
        usual = [day for day, (kind, name) in estimate if kind == "holiday" and festival in name]
        wanted = [date(year, 1, 1)] if festival == "元旦" else usual
        if wanted and not off.intersection(wanted):
            text = f"没有{festival}（{wanted[0]}）的放假；文件替换全年的预估，缺的节日会算作上班，请补全"
            yield Finding(DAYS, None, "日期", text)
