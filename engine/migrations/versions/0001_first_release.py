"""first release"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("tz", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("duty_hours", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_calendar")),
    )
    op.create_table(
        "config",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), server_default="0", nullable=False),
        sa.Column("calendar", sa.Integer(), server_default="0", nullable=False),
        sa.Column("policy", sa.Integer(), server_default="0", nullable=False),
        sa.Column("clock_offset", sa.Integer(), server_default="0", nullable=False),
        sa.Column("beat", sa.String(29), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config")),
    )
    op.create_table(
        "daily_root",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.Column("signed_at", sa.String(29), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_root")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(29), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_login_attempt_address_at", ["address", "at"], unique=False)
        batch_op.create_index("ix_login_attempt_login_at", ["login", "at"], unique=False)

    op.create_table(
        "number",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_number")),
    )
    op.create_table(
        "number_range",
        sa.Column("account_group", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_group", name=op.f("pk_number_range")),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("began_at", sa.String(29), nullable=False),
        sa.Column("ended_at", sa.String(29), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=True),
        sa.Column("customer_type", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("tax_id_type", sa.String(length=20), nullable=False),
        sa.Column("tax_id", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.String(29), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(
            "uq_party_key",
            ["key"],
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )

    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String(29), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_policy_name_version")),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("node", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("next_at", sa.String(29), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("process", "node", name=op.f("uq_schedule_process_node")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("provisional", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name=op.f("fk_calendar_day_calendar")),
        sa.PrimaryKeyConstraint("calendar", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("calendar", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.String(29), nullable=False),
        sa.Column("valid_to", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name=op.f("fk_department_calendar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_table(
        "party_name",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("normal", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.String(29), nullable=False),
        sa.Column("valid_to", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_name_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_name")),
    )
    with op.batch_alter_table("party_name", schema=None) as batch_op:
        batch_op.create_index("ix_party_name_initials", ["initials"], unique=False)
        batch_op.create_index("ix_party_name_normal", ["normal"], unique=False)
        batch_op.create_index("ix_party_name_party_id", ["party_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("customer_code", sa.String(length=10), nullable=False),
        sa.Column("account_group", sa.String(length=10), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_group"], ["number_range.account_group"], name=op.f("fk_account_account_group")
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_account_department_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_account_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("customer_code", name=op.f("uq_account_customer_code")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_party_id", ["party_id"], unique=False)
        batch_op.create_index("ix_account_status", ["status", "customer_code"], unique=False)

    op.create_table(
        "name_key",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["name_id"], ["party_name.id"], name=op.f("fk_name_key_name_id")),
        sa.PrimaryKeyConstraint("key", "name_id", name=op.f("pk_name_key")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("session_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_person_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_post_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("department_id", "kind", name=op.f("uq_post_department_id_kind")),
    )
    op.create_table(
        "admin_log",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(29), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_admin_log_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_log")),
    )
    op.create_table(
        "bank_account",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=True, comment="开户银行"),
        sa.Column("branch_name", sa.String(length=120), nullable=True, comment="支行"),
        sa.Column("cnaps_code", sa.String(length=20), nullable=True, comment="联行号"),
        sa.Column("account_no", sa.String(length=40), nullable=True, comment="银行账号"),
        sa.Column("account_name", sa.String(length=200), nullable=True, comment="户名"),
        sa.Column("account_kind", sa.String(length=20), nullable=True, comment="账户类别"),
        sa.Column("currency", sa.String(length=20), nullable=True, comment="币种"),
        sa.Column("is_default", sa.Boolean(), nullable=True, comment="默认账户"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bank_account_account_id")),
        sa.PrimaryKeyConstraint("account_id", "line", name=op.f("pk_bank_account")),
    )
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.create_index("ix_bank_account_account_no", ["account_no"], unique=False)

    op.create_table(
        "company_code_view",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("company_code", sa.String(length=20), nullable=True, comment="公司代码"),
        sa.Column("reconciliation_account", sa.String(length=20), nullable=True, comment="统驭科目"),
        sa.Column("sort_key", sa.String(length=20), nullable=True, comment="排序码"),
        sa.Column("payment_terms", sa.String(length=20), nullable=True, comment="付款条件"),
        sa.Column("payment_method", sa.String(length=20), nullable=True, comment="付款方式"),
        sa.Column("dunning_procedure", sa.String(length=20), nullable=True, comment="催款程序"),
        sa.Column("credit_limit", sa.String(24), nullable=True, comment="信用额度"),
        sa.Column("credit_currency", sa.String(length=20), nullable=True, comment="信用币种"),
        sa.Column("credit_control_area", sa.String(length=20), nullable=True, comment="信用控制范围"),
        sa.Column("risk_class", sa.String(length=20), nullable=True, comment="风险等级"),
        sa.Column("credit_rating", sa.String(length=20), nullable=True, comment="信用评级"),
        sa.Column("tolerance_group", sa.String(length=20), nullable=True, comment="容差组"),
        sa.Column("accounting_clerk", sa.String(length=20), nullable=True, comment="会计员"),
        sa.Column("previous_code", sa.String(length=20), nullable=True, comment="旧编码"),
        sa.Column("cost_centre", sa.String(length=20), nullable=True, comment="成本中心"),
        sa.Column("profit_centre", sa.String(length=20), nullable=True, comment="利润中心"),
        sa.Column("statement_cycle", sa.String(length=20), nullable=True, comment="对账周期"),
        sa.Column("vat_payer_kind", sa.String(length=20), nullable=True, comment="纳税人类型"),
        sa.Column("invoice_type", sa.String(length=20), nullable=True, comment="发票类型"),
        sa.Column("invoice_title", sa.String(length=200), nullable=True, comment="发票抬头"),
        sa.Column("taxpayer_no", sa.String(length=40), nullable=True, comment="纳税人识别号"),
        sa.Column("invoice_address", sa.String(length=200), nullable=True, comment="开票地址"),
        sa.Column("invoice_phone", sa.String(length=40), nullable=True, comment="开票电话"),
        sa.Column("invoice_email", sa.String(length=200), nullable=True, comment="收票邮箱"),
        sa.Column("tax_classification", sa.String(length=20), nullable=True, comment="税分类"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_company_code_view_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_code_view")),
        sa.UniqueConstraint("account_id", "company_code", name=op.f("uq_company_code_view_account_id_company_code")),
    )
    op.create_table(
        "contact",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=True, comment="姓名"),
        sa.Column("gender", sa.String(length=20), nullable=True, comment="性别"),
        sa.Column("department", sa.String(length=60), nullable=True, comment="部门"),
        sa.Column("position", sa.String(length=60), nullable=True, comment="职务"),
        sa.Column("role", sa.String(length=20), nullable=True, comment="联系角色"),
        sa.Column("mobile", sa.String(length=40), nullable=True, comment="手机"),
        sa.Column("phone", sa.String(length=40), nullable=True, comment="电话"),
        sa.Column("email", sa.String(length=200), nullable=True, comment="电子邮箱"),
        sa.Column("wechat", sa.String(length=60), nullable=True, comment="微信"),
        sa.Column("birthday", sa.String(length=10), nullable=True, comment="生日"),
        sa.Column("is_primary", sa.Boolean(), nullable=True, comment="主要联系人"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_account_id")),
        sa.PrimaryKeyConstraint("account_id", "line", name=op.f("pk_contact")),
    )
    op.create_table(
        "definition",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_definition_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("process", "version", name=op.f("uq_definition_process_version")),
    )
    op.create_table(
        "draft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("person_id", "subject", name=op.f("pk_draft")),
    )
    op.create_table(
        "general_view",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=True, comment="客户名称"),
        sa.Column("short_name", sa.String(length=40), nullable=True, comment="简称"),
        sa.Column("name_en", sa.String(length=200), nullable=True, comment="英文名称"),
        sa.Column("name_trad", sa.String(length=200), nullable=True, comment="繁体名称"),
        sa.Column("customer_type", sa.String(length=20), nullable=True, comment="客户类型"),
        sa.Column("is_internal", sa.Boolean(), nullable=True, comment="内部客户"),
        sa.Column("trading_partner", sa.String(length=20), nullable=True, comment="贸易伙伴"),
        sa.Column("lifecycle", sa.String(length=20), nullable=True, comment="生命周期"),
        sa.Column("tax_id_type", sa.String(length=20), nullable=True, comment="证件/税号类型"),
        sa.Column("tax_id", sa.String(length=40), nullable=True, comment="统一社会信用代码/税号"),
        sa.Column("legal_representative", sa.String(length=50), nullable=True, comment="法定代表人"),
        sa.Column("registered_capital", sa.String(24), nullable=True, comment="注册资本"),
        sa.Column("established_on", sa.String(length=10), nullable=True, comment="成立日期"),
        sa.Column("business_term", sa.String(length=40), nullable=True, comment="营业期限"),
        sa.Column("licence_status", sa.String(length=20), nullable=True, comment="登记状态"),
        sa.Column("industry_code", sa.String(length=20), nullable=True, comment="所属行业"),
        sa.Column("scale", sa.String(length=20), nullable=True, comment="规模"),
        sa.Column("country", sa.String(length=20), nullable=True, comment="国家/地区"),
        sa.Column("region_code", sa.String(length=20), nullable=True, comment="行政区划"),
        sa.Column("city", sa.String(length=60), nullable=True, comment="城市"),
        sa.Column("district", sa.String(length=60), nullable=True, comment="区县"),
        sa.Column("street_address", sa.String(length=200), nullable=True, comment="地址"),
        sa.Column("postcode", sa.String(length=20), nullable=True, comment="邮政编码"),
        sa.Column("registered_address", sa.String(length=200), nullable=True, comment="注册地址"),
        sa.Column("phone", sa.String(length=40), nullable=True, comment="电话"),
        sa.Column("fax", sa.String(length=40), nullable=True, comment="传真"),
        sa.Column("website", sa.String(length=200), nullable=True, comment="网址"),
        sa.Column("group_parent", sa.String(length=200), nullable=True, comment="所属集团"),
        sa.Column("parent_code", sa.String(length=10), nullable=True, comment="上级客户编码"),
        sa.Column("source_channel", sa.String(length=20), nullable=True, comment="客户来源"),
        sa.Column("source_note", sa.String(length=400), nullable=True, comment="来源说明"),
        sa.Column("verified_against", sa.String(length=20), nullable=True, comment="真实性核验依据"),
        sa.Column("verified_on", sa.String(length=10), nullable=True, comment="核验日期"),
        sa.Column("verified_by", sa.String(length=80), nullable=True, comment="核验人"),
        sa.Column("former_names", sa.Text(), nullable=True, comment="曾用名"),
        sa.Column("remarks", sa.String(length=1000), nullable=True, comment="重要备注"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_general_view_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_general_view")),
    )
    op.create_table(
        "holder",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), server_default="0", nullable=False),
        sa.Column("valid_from", sa.String(29), nullable=False),
        sa.Column("valid_to", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_holder_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_holder_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder")),
    )
    with op.batch_alter_table("holder", schema=None) as batch_op:
        batch_op.create_index("ix_holder_person", ["person_id"], unique=False)
        batch_op.create_index("ix_holder_post", ["post_id"], unique=False)

    op.create_table(
        "partner",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(length=4), nullable=False, comment="功能"),
        sa.Column("partner_id", sa.Integer(), nullable=False, comment="合作伙伴"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_partner_account_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["account.id"], name=op.f("fk_partner_partner_id")),
        sa.PrimaryKeyConstraint("account_id", "function", name=op.f("pk_partner")),
    )
    op.create_table(
        "sales_area_view",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sales_organisation", sa.String(length=20), nullable=True, comment="销售组织"),
        sa.Column("distribution_channel", sa.String(length=20), nullable=True, comment="分销渠道"),
        sa.Column("division", sa.String(length=20), nullable=True, comment="产品组"),
        sa.Column("cooperation_mode", sa.String(length=20), nullable=True, comment="合作方式"),
        sa.Column("sales_currency", sa.String(length=20), nullable=True, comment="销售币种"),
        sa.Column("customer_group", sa.String(length=20), nullable=True, comment="客户组"),
        sa.Column("sales_district", sa.String(length=20), nullable=True, comment="销售地区"),
        sa.Column("sales_office", sa.String(length=20), nullable=True, comment="销售办公室"),
        sa.Column("sales_group", sa.String(length=20), nullable=True, comment="销售小组"),
        sa.Column("salesperson", sa.String(length=80), nullable=True, comment="责任业务员"),
        sa.Column("price_group", sa.String(length=20), nullable=True, comment="价格组"),
        sa.Column("price_list", sa.String(length=20), nullable=True, comment="价格清单"),
        sa.Column("pricing_procedure", sa.String(length=20), nullable=True, comment="定价过程"),
        sa.Column("shipping_condition", sa.String(length=20), nullable=True, comment="装运条件"),
        sa.Column("delivery_priority", sa.String(length=20), nullable=True, comment="交货优先级"),
        sa.Column("delivering_plant", sa.String(length=20), nullable=True, comment="交货工厂"),
        sa.Column("incoterms", sa.String(length=20), nullable=True, comment="国际贸易条款"),
        sa.Column("partial_delivery", sa.Boolean(), nullable=True, comment="允许部分交货"),
        sa.Column("account_assignment_group", sa.String(length=20), nullable=True, comment="科目分配组"),
        sa.Column("sales_tax_classification", sa.String(length=20), nullable=True, comment="销售税分类"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sales_area_view_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_area_view")),
        sa.UniqueConstraint(
            "account_id",
            "sales_organisation",
            "distribution_channel",
            "division",
            name=op.f("uq_sales_area_view_account_id_sales_organisation_distribution_channel_division"),
        ),
    )
    op.create_table(
        "search_log",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(29), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tax_id", sa.String(length=60), nullable=False),
        sa.Column("normal", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=True),
        sa.Column("hits", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_search_log_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_log")),
    )
    with op.batch_alter_table("search_log", schema=None) as batch_op:
        batch_op.create_index("ix_search_log_person_id", ["person_id", "at"], unique=False)

    op.create_table(
        "instance",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("applicant_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=True),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("event_head", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.String(29), nullable=False),
        sa.Column("ended_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["person.id"], name=op.f("fk_instance_applicant_id")),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_instance_definition_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_instance_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("number", name=op.f("uq_instance_number")),
        sa.UniqueConstraint("request_key", name=op.f("uq_instance_request_key")),
    )
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.create_index("ix_instance_applicant", ["applicant_id", "started_at"], unique=False)
        batch_op.create_index("ix_instance_status", ["status", "started_at"], unique=False)

    op.create_table(
        "account_version",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("posted_by", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.String(29), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_version_account_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_account_version_instance_id")),
        sa.ForeignKeyConstraint(["posted_by"], ["person.id"], name=op.f("fk_account_version_posted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_version")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_account_version_account_id_number")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_attachment_instance_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_attachment_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_instance", ["instance_id"], unique=False)

    op.create_table(
        "deadline",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=30), nullable=False),
        sa.Column("node", sa.String(length=120), nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.String(29), nullable=False),
        sa.Column("amount", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("due", sa.String(29), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("breached", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("closed_at", sa.String(29), nullable=True),
        sa.Column("paused_at", sa.String(29), nullable=True),
        sa.Column("paused_left", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_deadline_department_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_deadline_instance_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_deadline_policy_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_deadline_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index("ix_deadline_instance", ["instance_id"], unique=False)
        batch_op.create_index(
            "ix_deadline_overdue",
            ["due"],
            unique=False,
            sqlite_where=sa.text("status = 'open' AND NOT breached"),
            postgresql_where=sa.text("status = 'open' AND NOT breached"),
        )

    op.create_table(
        "event",
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("occurred_at", sa.String(29), nullable=False),
        sa.Column("recorded_at", sa.String(29), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("node", sa.String(length=120), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_event_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", "seq", name=op.f("pk_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gate_result",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.String(29), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_gate_result_instance_id")),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_gate_result")),
    )
    with op.batch_alter_table("gate_result", schema=None) as batch_op:
        batch_op.create_index("ix_gate_result_instance_id", ["instance_id", "checked_at"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("node", sa.String(length=120), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.String(29), nullable=False),
        sa.Column("resolved_at", sa.String(29), nullable=True),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_incident_instance_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_incident_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index("ix_incident_status", ["status", "opened_at"], unique=False)
        batch_op.create_index("ix_incident_subject", ["subject"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=120), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("run_after", sa.String(29), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("done_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_job_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_due",
            ["run_after"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.create_index("ix_job_instance", ["instance_id"], unique=False)

    op.create_table(
        "key_reservation",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("reserved_at", sa.String(29), nullable=False),
        sa.Column("released_at", sa.String(29), nullable=True),
        sa.Column("released_as", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_key_reservation_department_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_key_reservation_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_reservation")),
    )
    with op.batch_alter_table("key_reservation", schema=None) as batch_op:
        batch_op.create_index("ix_key_reservation_instance_id", ["instance_id"], unique=False)
        batch_op.create_index(
            "uq_key_reservation_key",
            ["key"],
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.String(29), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(29), nullable=False),
        sa.Column("sent_at", sa.String(29), nullable=True),
        sa.Column("read_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_notice_instance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notice_dedupe_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("status IN ('queued', 'sending')"),
            postgresql_where=sa.text("status IN ('queued', 'sending')"),
        )
        batch_op.create_index(
            "ix_notice_unread",
            ["person_id", "created_at"],
            unique=False,
            sqlite_where=sa.text("channel = 'inbox'"),
            postgresql_where=sa.text("channel = 'inbox'"),
        )

    op.create_table(
        "posting",
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("customer_code", sa.String(length=10), nullable=False),
        sa.Column("work_item_id", sa.String(length=40), nullable=False),
        sa.Column("posted_by", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_posting_account_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_posting_instance_id")),
        sa.ForeignKeyConstraint(["posted_by"], ["person.id"], name=op.f("fk_posting_posted_by")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_posting")),
        sa.UniqueConstraint("job", name=op.f("uq_posting_job")),
    )
    op.create_table(
        "register",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("existing_code", sa.String(length=10), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.String(29), nullable=True),
        sa.Column("done_at", sa.String(29), nullable=True),
        sa.Column("recorded_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_register_instance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_register_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
        sa.UniqueConstraint("job", name=op.f("uq_register_job")),
    )
    with op.batch_alter_table("register", schema=None) as batch_op:
        batch_op.create_index("ix_register_instance_id", ["instance_id"], unique=False)
        batch_op.create_index("ix_register_result", ["result", "recorded_at"], unique=False)

    op.create_table(
        "timer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=120), nullable=False),
        sa.Column("deadline_id", sa.String(length=40), nullable=True),
        sa.Column("due", sa.String(29), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fired_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_timer_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_timer_due",
            ["due"],
            unique=False,
            sqlite_where=sa.text("status = 'pending'"),
            postgresql_where=sa.text("status = 'pending'"),
        )
        batch_op.create_index("ix_timer_instance", ["instance_id"], unique=False)

    op.create_table(
        "work_item",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("form", sa.String(length=120), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("deadline_id", sa.String(length=40), nullable=True),
        sa.Column("due", sa.String(29), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.String(29), nullable=False),
        sa.Column("viewed_at", sa.String(29), nullable=True),
        sa.Column("claimed_at", sa.String(29), nullable=True),
        sa.Column("done_at", sa.String(29), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("submission", sa.Text(), nullable=True),
        sa.Column("replaced", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_work_item_department_id")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_work_item_done_by")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_work_item_holder_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_work_item_instance_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["person.id"], name=op.f("fk_work_item_on_behalf_of")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_work_item_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.create_index("ix_work_item_done_by", ["done_by", "done_at"], unique=False)
        batch_op.create_index(
            "ix_work_item_holder",
            ["holder_id"],
            unique=False,
            sqlite_where=sa.text("status = 'claimed'"),
            postgresql_where=sa.text("status = 'claimed'"),
        )
        batch_op.create_index(
            "ix_work_item_inbox",
            ["post_id", "due"],
            unique=False,
            sqlite_where=sa.text("status IN ('open', 'claimed', 'paused')"),
            postgresql_where=sa.text("status IN ('open', 'claimed', 'paused')"),
        )
        batch_op.create_index("ix_work_item_instance", ["instance_id"], unique=False)

    op.execute("INSERT INTO config (id) VALUES (1)")
