"""Files of the imports that people download: the template to fill in, what was found, what came of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter

from engine.excel import Column, Note, Sheet, write
from engine.forms import Context
from engine.transactions import Tx
from handlers.customers.batch.columns import FileColumn
from handlers.customers.batch.lines import MOST_ROWS
from handlers.customers.batch.queries import Batch, cells, shown
from handlers.customers.batch.staging import EXAMPLE
from handlers.customers.batch.tables import KINDS, RESULTS, ROW_STATUS

LONGEST_LIST = 250  # characters a drop-down may hold; longer lists stand on a sheet of their own
EXAMPLES = {
    "legal_name": EXAMPLE + "苏州某某机械有限公司", "tax_id": "91320500MA1XXXXXXX", "customer_type": "企业",
    "tax_id_type": "统一社会信用代码", "customer_code": EXAMPLE + "1000000", "city": "苏州", "postcode": "215000",
    "phone": "0512 6512 0000", "open_balance": "1200.50", "open_orders": "3", "last_transaction_on": "2026-09-30",
    "verified_on": "2026-09-15", "contacts.0.name": "王芳", "contacts.0.mobile": "13800138000",
}  # fmt: skip


def template(kind: str, group: str, columns: Sequence[FileColumn], context: Context, now: datetime) -> bytes:
    """An empty workbook to fill in: headings, drop-downs with what is allowed, a marked example, an explanation."""
    buffer = io.BytesIO()
    title = f"{KINDS[kind]}模板{group}"
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "created": now.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "top"})
        must = book.add_format({"bold": True, "bg_color": "#FDF1D7", "border": 1, "text_wrap": True, "valign": "top"})
        texts, example = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "italic": True})
        example.set_font_color("#7A828F")
        page, lists = book.add_worksheet("客户" if kind != "figures" else "余额"), book.add_worksheet("选项")
        page.freeze_panes(1, 1)
        notes: list[tuple[str, str, str, str]] = []
        for place, column in enumerate(columns):
            required = column.field.required is True and "." not in column.id
            page.set_column(place, place, max(14, 2 * len(column.title) + 2), texts)
            page.write_string(0, place, column.title, must if required else head)
            options = [label for _, label in context.options_of(column.field)] if column.field.kind == "choice" else []
            if options:
                lists.write_column(0, place, [column.title, *options])
                page.data_validation(
                    1, place, MOST_ROWS, place, {"validate": "list", "source": _source(options, place)}
                )
            sample = EXAMPLES.get(column.id) or (options[0] if options and required else "")
            page.write_string(1, place, sample, example)
            allowed = "、".join(options[:20]) + ("……（全部见“选项”表）" if len(options) > 20 else "")
            notes.append((column.section, column.title, _need(column), "；".join(filter(None, (column.note, allowed)))))
        _explain(book, kind, head, notes)
    return buffer.getvalue()


def _source(options: list[str], place: int) -> list[str] | str:
    if len(",".join(options)) <= LONGEST_LIST:
        return options
    letter = xlsxwriter.utility.xl_col_to_name(place)
    return f"=选项!${letter}$2:${letter}${len(options) + 1}"


def _need(column: FileColumn) -> str:
    if column.field.required is True:
        return "必填" if "." not in column.id else "有此行时必填"
    return "按情形" if column.field.required else ""


def _explain(book: xlsxwriter.Workbook, kind: str, head: object, notes: list[tuple[str, str, str, str]]) -> None:
    page = book.add_worksheet("说明")
    page.set_column(0, 1, 24)
    page.set_column(2, 2, 12)
    page.set_column(3, 3, 90)
    words = [
        f"一次最多 {MOST_ROWS:,} 行，列标题不要改；第二行是示例，以“{EXAMPLE}”开头的行不导入，可以留着或删去。",
        "单元格都是文本格式：编码、账号、税号请直接填写，不要设成数字；不要合并单元格，不要带宏。",
        "上传只是暂存：逐行校验、查重，什么都不写入；审批、签字、盖章之后才建档。" if kind != "figures" else
        "上传只是暂存：逐行校验，确认后才导入；同一截止日期再次导入即替换。",
    ]  # fmt: skip
    for row, text in enumerate(words):
        page.write_string(row, 0, text)
    page.write_row(len(words) + 1, 0, ("栏目", "列", "必填", "说明"), head)
    for row, note in enumerate(notes, start=len(words) + 2):
        page.write_row(row, 0, note)


def findings_file(tx: Tx, found: Batch, columns: Sequence[FileColumn], which: str, now: datetime) -> bytes:
    """The lines with what was found: coloured cells with comments, and the findings as text; sensitive cells masked."""
    head = [
        Column("行号", "number"),
        Column("状态"),
        Column("问题与改法", width=60),
        Column("结果"),
        Column("客户编码"),
    ]
    notes, table = {}, []
    places = {column.id: place for place, column in enumerate(columns, start=len(head))}
    titles = {column.id: column.title for column in columns}
    for at, (number, said, findings, (status, result, problem, code)) in enumerate(cells(tx, found.id, which)):
        text = "\n".join(
            f"{'提醒 ' if level else ''}{titles.get(column, column)}：{message}" for column, message, *level in findings
        )
        outcome = RESULTS.get(result or "", "")
        line = [number, ROW_STATUS[status], "\n".join(filter(None, (text, problem))), outcome, code]
        table.append([*line, *(shown(column, said.get(column.id, "")) for column in columns)])
        for column, message, *level in findings:
            if column in places:
                notes[(at, places[column])] = Note(message, "warn" if level or status == "duplicate" else "bad")
    own = [Column(column.title) for column in columns]
    return write([Sheet("校验结果", [*head, *own], table, notes), _totals(found)], f"批次 {found.id} 校验结果", now)


def _totals(found: Batch) -> Sheet:
    rows: list[list[object]] = [["读入行数", found.total]]
    rows += [[text, found.counts.get(status, 0)] for status, text in ROW_STATUS.items() if status != "waiting"]
    rows += [[text, found.results.get(result, 0)] for result, text in RESULTS.items()]
    return Sheet("合计", [Column("项目", width=20), Column("行数", "number")], rows)
