"""What happens to customers once they exist: blocks, applications in flight, changes old → new."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from engine.store import Instant, Json, case_column, id_column, metadata, partial_index
from engine.vault_columns import EncryptedValue

BLOCKS = {"posting": "记账冻结", "order": "订单冻结", "delivery": "交货冻结", "billing": "开票冻结"}
FREEZE_KINDS = {"routine": "例行冻结", "special": "特殊冻结"}
CENTRAL = "central"  # scope of a block that holds everywhere; else `company:1000` or `area:1000/10/01`
CLAIM_KINDS = {"modify": "修改", "freeze": "冻结", "unfreeze": "解冻"}
STAGES = {"submitted": "申请", "posted": "过账"}

_OPEN = "released_at IS NULL"
_ALONE = "released_at IS NULL AND kind IN ('freeze', 'unfreeze')"


account_block = Table(  # 冻结: what may not be done with the account, where; written by `changing.py` alone
    "account_block",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("scope", String(40), primary_key=True),  # CENTRAL, company:…, area:…
    Column("kind", String(10), primary_key=True),  # BLOCKS
    Column("freeze_kind", String(10), nullable=False),  # FREEZE_KINDS
    Column("reason", Text, nullable=False),
    case_column(),  # the request
    Column("since", Instant, nullable=False),
)

account_claim = Table(  # an application in flight about an account
    "account_claim",
    metadata,
    id_column(),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    case_column(),
    Column("kind", String(10), nullable=False),  # CLAIM_KINDS
    Column("claimed_at", Instant, nullable=False),
    Column("released_at", Instant),
    Column("released_as", String(12)),
    UniqueConstraint("instance_id", "account_id"),
    partial_index("ix_account_claim_account_id", "account_id", where=_OPEN),
    # The database decides a race: one freeze and one unfreeze at a time. Modifications may run side by side.
    partial_index("uq_account_claim_alone", "account_id", "kind", where=_ALONE, unique=True),
)

change_request = Table(  # an application to change, freeze or unfreeze an account: why, on what evidence
    "change_request",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("kind", String(12), nullable=False),  # changes.KINDS, or freeze, unfreeze
    Column("base_version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Json, nullable=False),  # ids of attachments
    Column("submitted_at", Instant, nullable=False),
    Column("posted_at", Instant),
    Column("version", Integer),  # the version of the account it became
    Index("ix_change_request_account_id", "account_id"),
)

change_item = Table(  # one field, old → new: as applied for in each round, and as posted
    "change_item",
    metadata,
    id_column(),
    case_column(),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("stage", String(10), nullable=False),  # STAGES
    Column("round", Integer, nullable=False),
    Column("view", String(20), nullable=False),
    Column("path", String(120), nullable=False),  # e.g. banks.1.account_no
    Column("label", String(80), nullable=False),
    Column("kind", String(10), nullable=False),  # changed added removed
    Column("sensitive", Boolean, nullable=False),
    Column("old", EncryptedValue, info={"sensitive": True}),
    Column("new", EncryptedValue, info={"sensitive": True}),
    UniqueConstraint("instance_id", "account_id", "stage", "round", "path"),
    Index("ix_change_item_account_id", "account_id", "path"),
)
