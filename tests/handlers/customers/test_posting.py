"""Posting: what ends up in the store, exactly once, and only through the one module that may write it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.errors import NotAllowed, Refused
from handlers.customers import posting
from handlers.customers.tables import account, account_version, name_key, party, party_name
from handlers.customers.view_tables import ROWS, VIEWS, company_code_view, fields, partner
from tests.handlers.office import ACCOUNTING, FORM, HUAWEI, TENCENT, Office, other

# What belongs to the application and not to the customer.
OF_THE_APPLICATION = {
    "search", "apply_reason", "separate_reason", "attachments", "no_tax_id_reason", "account_group", "entry_checked",
    "customer_code",
}  # fmt: skip


def test_an_approved_application_becomes_a_customer_with_its_views(each_office: Office) -> None:
    office = each_office
    case = office.ready()

    done = office.run(case, "customers.post")

    assert done.outcome == "posted"
    assert done.form == {"customer_code": "1000000"}
    with office.transactions.read() as tx:
        row = tx.core(select(account, party.c.key).join(party)).mappings().one()
        view = tx.core(select(company_code_view)).mappings().one()
    assert (row["status"], row["version"], row["key"]) == ("active", 1, f"CN/{HUAWEI}")
    assert view["credit_limit"] == Decimal("5000000.00")
    assert office.of_kind("customer.posted")[0]["customer_code"] == "1000000"


def test_every_field_people_filled_in_is_kept(office: Office) -> None:
    office.posted()

    with office.transactions.read() as tx:
        content = tx.core(select(account_version.c.snapshot)).scalar_one()

    kept = {name: value for view in VIEWS for row in content[view] for name, value in row.items()}
    sent = {k: v for k, v in (FORM | ACCOUNTING).items() if k not in OF_THE_APPLICATION and k not in ROWS}
    assert kept == sent
    assert content["contacts"] == FORM["contacts"]
    assert content["banks"] == FORM["banks"]


def test_every_field_of_the_application_form_has_a_place_in_the_store(office: Office) -> None:
    homes = {column.name for table in VIEWS.values() for column in fields(table)}

    homeless = {
        one.id for one in office.definition.catalogue.fields.values() if one.kind not in ("table", "static")
    } - homes
    rows = {
        (table.id, column.id)
        for table in office.definition.catalogue.fields.values()
        for column in table.columns
        if column.id not in {known.name for known in fields(ROWS[table.id])}
    }

    assert homeless <= OF_THE_APPLICATION
    assert rows == set()


def test_a_sold_to_account_is_its_own_partner_in_all_four_functions(office: Office) -> None:
    office.posted()

    with office.transactions.read() as tx:
        functions = {row.function for row in tx.core(select(partner))}

    assert functions == {"AG", "WE", "RE", "RG"}


def test_the_names_are_indexed_for_the_search(office: Office) -> None:
    office.posted({**FORM, "name_en": "Huawei Technologies Co., Ltd."})

    with office.transactions.read() as tx:
        names = {row.kind: row for row in tx.core(select(party_name))}
        keys = set(tx.core(select(name_key.c.key)).scalars())

    assert set(names) == {"current", "english"}
    assert names["current"].brand == "华为"
    assert "hua wei" in keys
    assert "HUAWEI" in keys


def test_a_retry_after_a_crash_gives_the_same_code_and_writes_nothing(office: Office) -> None:  # E-82
    case = office.ready()
    first = office.run(case, "customers.post", job=f"{case}.77")

    again = office.run(case, "customers.post", job=f"{case}.77")

    assert again.form == first.form
    assert len(office.of_kind("customer.posted")) == 1
    assert office.read("SELECT count(*) FROM account") == [(1,)]
    assert office.read("SELECT count(*) FROM register WHERE result = 'posted'") == [(1,)]


@settings(max_examples=10, deadline=None)
@given(plan=st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
def test_posting_is_exactly_once_whatever_is_tried_and_crashes(
    sqlite_database: str, tmp_path: Path, plan: list[tuple[int, bool]]
) -> None:
    """Each attempt may crash before its commit; at the end every posted application has one account and one code."""
    office = fresh(sqlite_database, tmp_path)
    cases = [office.ready(form=other(f"南京第{n}贸易有限公司", number)) for n, number in enumerate(NUMBERS)]
    codes: dict[int, str] = {}

    for which, crashes in plan:
        case = cases[which]
        if crashes:
            with pytest.raises(Crash):
                post_and_crash(office, case)
        else:
            code = office.run(case, "customers.post").form["customer_code"]
            assert codes.setdefault(case, code) == code

    accounts = office.read("SELECT customer_code FROM account ORDER BY id")
    assert sorted(code for (code,) in accounts) == sorted(codes.values())
    assert len(set(codes.values())) == len(codes)
    office.close()


def test_a_failure_leaves_no_trace_of_the_customer(office: Office) -> None:
    case = office.ready(form={**FORM, "account_group": "C404"})

    with pytest.raises(Exception, match="C404"):
        office.run(case, "customers.post")

    for table in ("party", "party_name", "account", "posting", "general_view"):
        assert office.read(f"SELECT count(*) FROM {table}") == [(0,)], table


def test_a_village_collective_is_accepted(office: Office) -> None:  # E-46
    code = office.posted(other("钱塘区河庄街道股份经济合作社", "N2330114MA2B3C4D5F", customer_type="社团"))

    assert office.read("SELECT p.key FROM party p") == [("CN/N2330114MA2B3C4D5F",)]
    assert code == "1000000"


def test_an_internal_customer_gets_the_code_its_application_states(office: Office) -> None:
    form = other("信息中心苏州分部", "IC0012", account_group="C008", tax_id_type="internal", customer_type="内部")

    case = office.ready(form={**form, "customer_code": "IC0012"})
    office.run(case, "customers.post")

    assert office.read("SELECT customer_code, account_group FROM account") == [("IC0012", "C008")]


def test_a_stated_code_is_never_given_twice(office: Office) -> None:
    form = other("信息中心苏州分部", "IC0012", account_group="C008", tax_id_type="internal")
    first = office.ready(form={**form, "customer_code": "IC0012"})
    office.run(first, "customers.post")
    second = office.ready(form={**form, "tax_id": "IC0013", "customer_code": "IC0012"})

    with pytest.raises(Refused, match="不得重复发放") as refusal:
        office.run(second, "customers.post")

    assert refusal.value.code == "KEY_TAKEN"


def test_a_second_account_of_a_legal_person_needs_the_declared_exception(office: Office) -> None:  # AMB-26
    office.posted()

    plain = office.apply()
    with pytest.raises(Refused, match="已属于客户 1000000"):
        office.run(plain, "customers.reserve")
    excepted = office.ready(form={**FORM, "separate_reason": "invoicing"})
    office.run(excepted, "customers.post")

    assert office.read("SELECT count(*) FROM party") == [(1,)]
    assert office.read("SELECT customer_code FROM account ORDER BY id") == [("1000000",), ("1000001",)]


def test_nobody_posts_without_a_step_the_maintainer_completed(office: Office) -> None:
    case = office.apply(form=other("深圳市腾讯计算机系统有限公司", TENCENT))
    office.done(case, "Task_release", "孙倩", ("U1", "focal"), "post")

    with pytest.raises(NotAllowed, match="维护员"):
        office.run(case, "customers.post")

    assert office.read("SELECT count(*) FROM account") == [(0,)]


def test_only_posting_writes_the_customer_tables() -> None:
    names = "party|party_name|name_key|account|account_block|account_version|partner|posting|" + "|".join(
        table.name for table in (*VIEWS.values(), *ROWS.values())
    )
    write = re.compile(
        rf"\b(insert|update|delete)\(({names})\b|(INSERT INTO|UPDATE|DELETE FROM) ({names})\b", re.IGNORECASE
    )

    writers = {
        path.as_posix()
        for folder in ("engine", "handlers", "webui")
        for path in Path(folder).rglob("*.py")
        if write.search(path.read_text(encoding="utf-8"))
    }

    assert writers == {"handlers/customers/posting.py", "handlers/customers/changes/writing.py"}


# --- facts -------------------------------------------------------------------------------------------------

NUMBERS = ("914403001922038216", "9144030071526726XG", "N2330114MA2B3C4D5F", "Y1110000MJ0123456J")


class Crash(Exception):
    """The process dies here."""


def fresh(url: str, folder: Path) -> Office:
    """An office on an empty copy of the database, for each example anew."""
    import shutil
    import uuid

    from engine.clock import ManualClock
    from tests.conftest import WEDNESDAY

    source = Path(url.removeprefix("sqlite:///"))
    copy = folder / f"{uuid.uuid4().hex}.db"
    shutil.copy(source, copy)
    return Office(f"sqlite:///{copy}", folder, ManualClock(WEDNESDAY))


def post_and_crash(office: Office, case: int) -> None:
    """Post the customer, and die before the transaction commits."""
    with office.write() as tx:
        ctx = office.context(tx, case, f"{case}.crash", "Job_post")
        item, person = tx.all(
            "SELECT id, done_by FROM work_item WHERE instance_id = ? AND node = 'Task_release'", (case,)
        )[0]
        posting.post(tx, office.clock.now(), ctx.case, ctx.job, posting.Release(item, person))
        raise Crash
