"""Staged imports: a file, its rows, what was found in each, what became of each. Nothing here is a customer."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.store import Instant, Json, id_column, metadata
from handlers.customers.values.secrets import PartyKey, snapshot_type

KINDS = {"new": "批量新增", "opening": "期初装载", "figures": "余额与交易数据"}
PROCESSES = {"new": "customer_batch_import", "opening": "customer_opening_load"}  # which approve a batch
STATUS = {
    "reading": "读取中",  # the file is being taken apart
    "checking": "校验中",
    "staged": "待提交",
    "rejected": "不能读取",  # `problem` says why
    "submitted": "审批中",
    "posting": "写入中",
    "done": "已完成",
    "dropped": "已放弃",  # discarded, or its application was refused or withdrawn
}
ROW_STATUS = {"waiting": "待校验", "ready": "可导入", "faulty": "有误", "duplicate": "重复", "skipped": "跳过"}
RESULTS = {"posted": "已建档", "failed": "未建档"}

import_batch = Table(
    "import_batch",
    metadata,
    id_column(),
    Column("kind", String(10), nullable=False),  # KINDS
    Column("status", String(10), nullable=False),  # STATUS
    Column("account_group", String(10)),  # that all its customers belong to
    Column("as_of", String(10)),  # of figures: the local day they describe
    Column("filename", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file; what the approval is bound to
    Column("content", LargeBinary, nullable=False),
    Column("department_id", ForeignKey("department.id"), nullable=False),
    Column("uploaded_by", ForeignKey("person.id"), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("definition_id", ForeignKey("definition.id")),  # whose field catalogue the rows are checked by
    Column("columns", Json),  # what the headings were understood as
    Column("total", Integer, nullable=False),  # filled rows in the file
    Column("staged", Integer, nullable=False),  # rows taken over so far
    Column("checked", Integer, nullable=False),  # rows checked so far
    Column("written", Integer, nullable=False),  # rows posted or failed so far
    Column("problem", Text),
    Column("instance_id", ForeignKey("instance.id")),
    Column("staged_at", Instant),  # when checking was over
    Column("done_at", Instant),
    Index("ix_import_batch_status", "status"),
    Index("ix_import_batch_instance_id", "instance_id"),
)

import_row = Table(
    "import_row",
    metadata,
    Column("batch_id", ForeignKey("import_batch.id"), primary_key=True),
    Column("row", Integer, primary_key=True),  # as the spreadsheet counts
    Column("status", String(10), nullable=False),  # ROW_STATUS
    Column("cells", snapshot_type(), nullable=False),  # column id → what the cell said
    Column("form", snapshot_type()),  # what the forms made of it
    Column("findings", Json, nullable=False),  # [[column id, message], …], doubts with "warn"
    Column("name", String(200), nullable=False),  # to recognise the row by
    Column("key", PartyKey),  # of the party, as in party.key
    Column("normal", String(200), nullable=False),  # the name as the matcher compares it
    Column("result", String(10)),  # RESULTS
    Column("problem", Text),  # why it was not posted
    Column("account_id", ForeignKey("account.id")),
    Column("customer_code", String(10)),
    Index("ix_import_row_status", "batch_id", "status"),
    Index("ix_import_row_key", "key"),
    Index("ix_import_row_normal", "batch_id", "normal"),
)
