"""The yearly review line by line: what finance proposed, what each department said, what each filer applied for."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from engine.store import Instant, Json, case_column, id_column, metadata
from handlers.customers.view_tables import Money

ORIGINS = {"listed": "系统列出", "added": "财务补充"}
PROPOSALS = {"propose": "提议冻结", "leave": "不提议"}
OPINIONS = {"agree": "同意冻结", "keep": "保留", "defer": "暂缓"}
RESULTS = {
    "freeze": "同意冻结",
    "area": "保留，同意的单位可冻结本单位销售范围",
    "keep": "保留",
    "unanswered": "没有全部答复，保留",
}
OUTCOMES = {"frozen": "已冻结", "blocked": "已冻结销售范围", "refused": "未冻结", "left": "单位没有报送"}


freeze_review = Table(
    "freeze_review",
    metadata,
    id_column(),
    case_column(),  # the case of the review
    Column("year", Integer, nullable=False),
    Column("silent_since", String(10), nullable=False),  # the last transaction of a candidate is before this day
    Column("opened_at", Instant, nullable=False),
    UniqueConstraint("instance_id"),
)

freeze_line = Table(  # one customer of a review
    "freeze_line",
    metadata,
    id_column(),
    Column("review_id", ForeignKey("freeze_review.id"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("origin", String(10), nullable=False),  # ORIGINS
    Column("as_of", String(10)),  # the day of the figures, as they were when the line was made
    Column("last_transaction_on", String(10)),
    Column("open_balance", Money),
    Column("open_orders", Integer),
    Column("proposal", String(10)),  # PROPOSALS; NULL: finance has not said
    Column("reason", Text),  # of the proposal, or of leaving it out
    Column("proposed_by", ForeignKey("person.id")),
    Column("result", String(12)),  # RESULTS, when the opinions were put together
    UniqueConstraint("review_id", "account_id"),
    Index("ix_freeze_line_account_id", "account_id"),
)

freeze_opinion = Table(  # what a department says about a line; without a signature it counts as silence
    "freeze_opinion",
    metadata,
    Column("line_id", ForeignKey("freeze_line.id"), primary_key=True),
    Column("department_id", ForeignKey("department.id"), primary_key=True),
    Column("decision", String(10)),  # OPINIONS; NULL: no answer
    Column("reason", Text),
    Column("answered_by", ForeignKey("person.id")),
    Column("answered_at", Instant),
    Column("signed_by", ForeignKey("person.id")),
    Column("signed_at", Instant),
)

freeze_filing = Table(  # a line in the 冻结申请表 of the department that files it
    "freeze_filing",
    metadata,
    Column("line_id", ForeignKey("freeze_line.id"), primary_key=True),
    Column("department_id", ForeignKey("department.id"), primary_key=True),
    Column("scopes", Json, nullable=False),  # ["central"], or the sales areas offered: ["area:1000/10/01"]
    Column("instance_id", ForeignKey("instance.id")),  # the application
    Column("choice", String(10)),  # file leave
    Column("choice_reason", Text),
    Column("outcome", String(10)),  # OUTCOMES
    Column("problem", Text),  # why it was not frozen
    Column("done_at", Instant),
    Index("ix_freeze_filing_instance_id", "instance_id"),
)
