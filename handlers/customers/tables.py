"""The customer store: one party per legal person, its accounts (customer codes), keys, numbers, registers.

The tables of a customer's data — party, name, account and the views in `view_tables` — are written by `posting.py`
and `changes/writing.py` alone (SD-010 2.3: only the maintainer, only on a released application). Everybody may read.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store import Instant, Json, case_column, id_column, metadata, partial_index
from handlers.customers.values.secrets import PartyKey, number_type, snapshot_type

ACCOUNT_STATUS = {"active": "正常", "frozen": "冻结", "archived": "归档", "merged": "已合并"}
NAME_KINDS = {
    "current": "现名",
    "former": "曾用名",
    "short": "简称",
    "english": "英文名",
    "traditional": "繁体名",
}
RESULTS = {
    "route": "分发完善",
    "complete": "资料齐全，直接建档",
    "not_new": "非新增，退回",
    "incomplete": "资料不全，退回",
    "posted": "已建档",
    "disputed": "申请部门有异议",
}


_ACTIVE = "status = 'active'"
_OPEN = "released_at IS NULL"

# --- who the customer is ---------------------------------------------------------------------------

party = Table(  # 法人或自然人主体: what must exist once
    "party",
    metadata,
    id_column(),
    Column("key", PartyKey),  # keys.party_key as secrets.stored_key; NULL: it has no number of its own (E-48)
    Column("customer_type", String(20), nullable=False),
    Column("country", String(2), nullable=False),
    Column("tax_id_type", String(20), nullable=False),
    Column("tax_id", number_type()),
    Column("status", String(10), nullable=False),  # active merged
    Column("created_at", Instant, nullable=False),
    Index("ix_party_tax_id", "tax_id"),
    partial_index("uq_party_key", "key", where=_ACTIVE, unique=True),
)

party_name = Table(  # every name a party has or had, with what the search needs
    "party_name",
    metadata,
    id_column(),
    Column("party_id", ForeignKey("party.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # NAME_KINDS
    Column("name", String(200), nullable=False),
    Column("normal", String(200), nullable=False),
    Column("brand", String(200), nullable=False),
    Column("initials", String(200), nullable=False),  # pinyin initials of the normal name
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    Index("ix_party_name_party_id", "party_id"),
    Index("ix_party_name_normal", "normal"),
    Index("ix_party_name_initials", "initials"),
    Index("ix_party_name_brand", "brand"),
)

name_key = Table(  # index of the matcher: keys two names must share to be compared at all
    "name_key",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("name_id", ForeignKey("party_name.id"), primary_key=True),
)

name_gram = Table(  # index of the list's search: pairs of neighbouring characters, see grams.py
    "name_gram",
    metadata,
    Column("gram", String(8), primary_key=True),
    Column("name_id", ForeignKey("party_name.id"), primary_key=True),
)

applied = Table(  # applications in flight for new customers, for the matcher; gone when they are posted or over
    "applied",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("key", PartyKey),  # of the party, reserved or not yet
    Index("ix_applied_key", "key"),
)

applied_name = Table(
    "applied_name",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("applied.instance_id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200), nullable=False),
    Index("ix_applied_name_instance_id", "instance_id"),
)

applied_name_key = Table(  # the index of those names, as name_key is of the customers'
    "applied_name_key",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("name_id", ForeignKey("applied_name.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_applied_name_key_name_id", "name_id"),
)

account = Table(
    "account",
    metadata,
    id_column(),
    Column("customer_code", String(10), nullable=False, unique=True),  # never given twice (1.1 一码多物)
    Column("account_group", ForeignKey("number_range.account_group"), nullable=False),
    Column("party_id", ForeignKey("party.id"), nullable=False),  # immutable
    Column("department_id", ForeignKey("department.id"), nullable=False),  # that applied for it
    Column("status", String(10), nullable=False),  # ACCOUNT_STATUS
    Column("version", Integer, nullable=False),  # number of the newest account_version
    Column("created_at", Instant, nullable=False),
    Column("place_key", String(64)),  # of a ship-to: parent and address, see places.place_key
    # While it is frozen everywhere: why, by which request, since when. What is blocked where: `account_block`.
    Column("freeze_kind", String(10)),
    Column("freeze_reason", Text),
    Column("freeze_request_id", Integer),  # the instance; SQLite adds no foreign key to a table that is referred to
    Column("frozen_at", Instant),
    Index("uq_account_place_key", "place_key", unique=True),
    Index("ix_account_party_id", "party_id"),
    Index("ix_account_status", "status", "customer_code"),
    Index("ix_account_account_group", "account_group", "status"),
    Index("ix_account_department_id", "department_id", "status"),
)

account_version = Table(  # what a posting left behind, never changed afterwards
    "account_version",
    metadata,
    id_column(),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("number", Integer, nullable=False),
    case_column(),
    Column("posted_by", ForeignKey("person.id"), nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("snapshot", snapshot_type(), nullable=False),
    Column("hash", String(64), nullable=False),  # secrets.digest of the snapshot
    UniqueConstraint("account_id", "number"),
    Index("ix_account_version_posted_at", "posted_at"),
)

# --- keys and numbers ------------------------------------------------------------------------------

key_reservation = Table(  # an application in flight holds the key of its party (E-33)
    "key_reservation",
    metadata,
    id_column(),
    Column("key", PartyKey, nullable=False),
    case_column(),
    Column("department_id", ForeignKey("department.id"), nullable=False),
    Column("reserved_at", Instant, nullable=False),
    Column("released_at", Instant),
    Column("released_as", String(12)),  # posted closed not_new
    partial_index("uq_key_reservation_key", "key", where=_OPEN, unique=True),
    Index("ix_key_reservation_instance_id", "instance_id"),
)

number_range = Table(
    "number_range",
    metadata,
    Column("account_group", String(10), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("prefix", String(4), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("used", Integer, nullable=False),  # the number given last; first - 1 before the first one
    Column("external", Boolean, nullable=False),  # the application states the code
)

# --- what happened to applications -----------------------------------------------------------------

search_log = Table(  # SD-010 3.3.2: evidence that the applicant looked
    "search_log",
    metadata,
    id_column(),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("tax_id", number_type(), nullable=False),
    Column("normal", String(200), nullable=False),
    Column("key", PartyKey),
    Column("hits", Json, nullable=False),
    Index("ix_search_log_person_id", "person_id", "at"),
)

saved_query = Table(  # a search of the customer list that somebody keeps; shared within a department, if one is named
    "saved_query",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("department_id", ForeignKey("department.id")),
    Column("name", String(40), nullable=False),
    Column("query", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("person_id", "name"),
    Index("ix_saved_query_department_id", "department_id"),
)

register = Table(  # 登记簿: check results and times (SD-010 3.3.3), and the counterpart's objections
    "register",
    metadata,
    id_column(),
    case_column(),
    Column("job", String(40), nullable=False, unique=True),  # a job enters one line, however often it is tried
    Column("round", Integer, nullable=False),
    Column("result", String(12), nullable=False),  # RESULTS
    Column("reason_code", String(40), nullable=False),
    Column("note", Text, nullable=False),
    Column("existing_code", String(10)),
    Column("person_id", ForeignKey("person.id")),  # who checked, posted or objected
    Column("received_at", Instant),  # when the step they did reached them
    Column("done_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    Index("ix_register_instance_id", "instance_id"),
    Index("ix_register_result", "result", "recorded_at"),
)

gate_result = Table(  # what the gate of 2.3 found each time it was asked
    "gate_result",
    metadata,
    Column("job", String(40), primary_key=True),
    case_column(),
    Column("checked_at", Instant, nullable=False),
    Column("findings", Json, nullable=False),
    Index("ix_gate_result_instance_id", "instance_id", "checked_at"),
)

posting = Table(  # one per application and account: the proof that makes posting exactly-once (E-82)
    "posting",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),  # a freeze may be of several
    Column("job", String(40), nullable=False),
    Column("customer_code", String(10), nullable=False),
    Column("work_item_id", String(40), nullable=False),  # the released step it was done on
    Column("posted_by", ForeignKey("person.id"), nullable=False),
    Column("posted_at", Instant, nullable=False),
)
