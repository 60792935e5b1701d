"""One line of a file judged: by the forms' own validation, against its own file, the customers, what is in flight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.errors import FormInvalid
from engine.forms import Context, Field, Form, read
from engine.people import People
from engine.transactions import Tx
from handlers.customers import guards, numbering
from handlers.customers.batch.columns import EXPLANATION, OWN_CODE, FileColumn
from handlers.customers.matching.naming import normalise
from handlers.customers.matching.search import Hit, candidate_of, find
from handlers.customers.values.keys import key_of
from handlers.customers.values.secrets import stored_key

Found = list[list[str]]  # [column id, message]; a doubt that stops nothing has WARN as its third
WARN = "warn"
SHOWN_OPTIONS = 8
LONGEST_CODE = 10

_IN_FILE = "SELECT min(row) FROM import_row WHERE batch_id = ? AND row < ? AND key = ?"
_IN_FLIGHT = (
    "SELECT i.number, r.row FROM import_row r JOIN import_batch b ON b.id = r.batch_id"
    " JOIN instance i ON i.id = b.instance_id WHERE r.key = ? AND b.id != ? AND r.status = 'ready'"
    " AND r.result IS NULL AND b.status IN ('submitted', 'posting') LIMIT 1"
)
_NAME_IN_FILE = "SELECT min(row) FROM import_row WHERE batch_id = ? AND row < ? AND normal = ? AND key IS NULL"
_CODE_IN_FILE = "SELECT min(row) FROM import_row WHERE batch_id = ? AND row < ? AND customer_code = ?"


@dataclass
class Checked:
    """What a line came to; `status` is one of `tables.ROW_STATUS`."""

    row: int
    status: str
    form: dict[str, Any] | None
    findings: Found
    name: str = ""
    key: str | None = None
    normal: str = ""
    customer_code: str | None = None


@dataclass
class Judge:
    """Judges the lines of one batch; remembers those of the part under way, which are not in the tables yet."""

    tx: Tx
    now: datetime
    people: People
    batch_id: int
    kind: str
    group: str | None
    form: Form
    columns: tuple[FileColumn, ...]
    department_id: int
    seen: dict[str, int] = field(default_factory=dict)  # key or code → the first line with it

    def __post_init__(self) -> None:
        self.context = Context(self.tx, self.now, self.people, self.department_id, applicant=self.department_id)
        self.titles = {one.id: one for one in self.columns}

    def judge(self, row: int, cells: Mapping[str, str], faults: Found) -> Checked:
        """The verdict over one line; `faults` is what the file itself has already lost of it."""
        posted, findings = self._posted(cells)
        findings = [*faults, *findings]
        values: dict[str, Any] = posted
        doubts: Found = []
        try:
            submission = read(self.form, posted, {}, self.context)
            values = submission.values
            doubts = [[one.field, one.message, WARN] for one in submission.warnings]
        except FormInvalid as error:
            said = {column for column, _ in findings}
            findings += [[one.field, one.message] for one in error.problems if one.field not in said]
        name = str(cells.get("legal_name") or cells.get(OWN_CODE) or "")[:200]
        made = Checked(row, "ready", values, findings, name, normal=normalise(name)[:200])
        duplicate = self._figures(made, values) if self.kind == "figures" else self._customer(made, values, cells)
        if duplicate:
            made.findings.append(duplicate)
            made.status = "duplicate"
        elif made.findings:
            made.status = "faulty"
        made.findings += doubts
        if made.status != "ready":
            made.form = None
        return made

    # --- what was typed -----------------------------------------------------------------------------------------

    def _posted(self, cells: Mapping[str, str]) -> tuple[dict[str, Any], Found]:
        """The cells as a page would post them: labels of options become their values, columns of tables rows."""
        posted: dict[str, Any] = {}
        findings: Found = []
        for column in self.columns:
            text = cells.get(column.id, "")
            if column.id == EXPLANATION.id:
                continue
            value: Any = text
            if text and column.field.kind == "choice":
                value = self._chosen(column.field, text)
                if value is None:
                    findings.append([column.id, self._no_option(column.field, text)])
                    continue
            _put(posted, column, value)
        for one in self.form.catalogue.fields.values():
            if one.columns:
                posted[one.id] = [row for row in posted.get(one.id, ()) if any(row.values())]
            elif posted.get(one.id, "") == "" and one.default is not None:
                posted[one.id] = one.default
        if self.group:
            posted["account_group"] = self.group
        return posted, findings

    def _chosen(self, one: Field, text: str) -> str | None:
        """The value of an option by its value, its label, or the label without the code before it."""
        options = self.context.options_of(one)
        for value, label in options:
            if text in (value, label, label.partition("　")[0], label.partition(" ")[2]):
                return value
        # A spreadsheet makes a number of 01: the option is found by what is left of it.
        return next((value for value, _ in options if text.isdecimal() and value.lstrip("0") == text.lstrip("0")), None)

    def _no_option(self, one: Field, text: str) -> str:
        labels = [label for _, label in self.context.options_of(one)]
        shown = "、".join(labels[:SHOWN_OPTIONS]) + ("……" if len(labels) > SHOWN_OPTIONS else "")
        return f"“{text}”不在可选范围内；可填：{shown}"

    # --- duplicates -----------------------------------------------------------------------------------------------

    def _customer(self, made: Checked, values: Mapping[str, Any], cells: Mapping[str, str]) -> list[str] | None:
        if self.kind == "opening":
            made.customer_code = cells.get(OWN_CODE, "").strip().upper()
            if found := self._code(made):
                return found
        made.key = stored_key(self.tx.vault, key_of(values))
        if first := self._earlier(made):
            return ["tax_id" if made.key else "legal_name", f"与第 {first} 行重复；请删去一行"]
        if made.key and (other := self.tx.one(_IN_FLIGHT, (made.key, self.batch_id))):
            return ["tax_id", f"批量申请 {other[0]} 第 {other[1]} 行已在办理同一客户；请等其办结，或删去这一行"]
        if not values.get("legal_name"):
            return None
        return self._like(made, values, cells.get(EXPLANATION.id, "").strip())

    def _like(self, made: Checked, values: Mapping[str, Any], explained: str) -> list[str] | None:
        """Known customers and applications in flight: the same key is a duplicate, a near name must be explained."""
        near: list[Hit] = []
        for hit in find(self.tx, candidate_of(values), made.key):
            if hit.same_key:
                where = "正在申请新增" if hit.status == "applied" else f"已存在：{hit.candidate} {hit.name}"
                return ["tax_id", f"同一证件号的客户{where}（{hit.status_text}）；请删去这一行，需要时改走修改或扩展"]
            if hit.verdict in ("block", "dismiss") and self.kind == "new":
                near.append(hit)
        if near and not explained:
            names = "；".join(f"{hit.candidate} {hit.name}（相似度 {hit.score}）" for hit in near[:3])
            message = f"与{names}相近；若是同一客户请删去这一行，若不是请在“{EXPLANATION.label}”列写明理由和依据"
            made.findings.append([EXPLANATION.id, message])
        elif near and made.form is not None:
            why = {"reason": explained, "evidence": explained}
            made.form[guards.FIELD] = {"search_ids": [], "dismissals": {hit.candidate: why for hit in near}}
        return None

    def _earlier(self, made: Checked) -> int | None:
        """The earlier line about the same party: of its number, or without one of its name."""
        if made.key:
            return self._first(made, made.key)
        return self._first(made, made.normal and f"name/{made.normal}", _NAME_IN_FILE, made.normal)

    def _code(self, made: Checked) -> list[str] | None:
        """The stated code of an existing customer: within no range but its group's, and used once."""
        code = made.customer_code
        if not code:
            made.findings.append([OWN_CODE, "“客户编码”必填，请填写原系统的编码"])
            return None
        if not code.isalnum() or not code.isascii() or len(code) > LONGEST_CODE:
            made.findings.append([OWN_CODE, "客户编码只能是字母和数字，最多 10 位"])
            return None
        if first := self._first(made, f"code/{code}", _CODE_IN_FILE, code):
            return [OWN_CODE, f"客户编码 {code} 与第 {first} 行重复；请核对"]
        if self.tx.one("SELECT 1 FROM account WHERE customer_code = ?", (code,)):
            return [OWN_CODE, f"客户编码 {code} 在系统中已有；请删去这一行，需要时改走修改"]
        other = numbering.foreign_range(self.tx, self.group or "", code)
        if other:
            made.findings.append([OWN_CODE, other])
        return None

    def _figures(self, made: Checked, values: Mapping[str, Any]) -> list[str] | None:
        code, company_code = (str(values.get(name) or "").strip() for name in (OWN_CODE, "company_code"))
        made.customer_code, made.key = code[:10] or None, f"{code}/{company_code}"[:80]
        if first := self._first(made, made.key):
            what = f"公司代码 {company_code} " if company_code else ""
            return [OWN_CODE, f"客户 {code} {what}与第 {first} 行重复；请合并成一行"]
        if code and not self.tx.one("SELECT 1 FROM account WHERE customer_code = ?", (code,)):
            made.findings.append([OWN_CODE, f"系统中没有客户编码 {code}；请核对，或先建档"])
        return None

    def _first(self, made: Checked, what: str | None, sql: str = _IN_FILE, value: str | None = None) -> int | None:
        """The earlier line of the file that says the same."""
        if not what:
            return None
        if what in self.seen:
            return self.seen[what]
        self.seen[what] = made.row
        row = self.tx.one(sql, (self.batch_id, made.row, value or what))
        return int(row[0]) if row and row[0] is not None else None


def _put(posted: dict[str, Any], column: FileColumn, value: Any) -> None:
    table, _, rest = column.id.partition(".")
    if not rest:
        posted[column.id] = value
        return
    number, _, name = rest.partition(".")
    rows = posted.setdefault(table, [])
    while len(rows) <= int(number):
        rows.append({})
    if value in ("", None) and column.field.default is not None and any(rows[int(number)].values()):
        value = column.field.default
    rows[int(number)][name] = value
