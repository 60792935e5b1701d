"""Departments and persons: opened, edited, closed, deactivated; never deleted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from engine import company, store
from engine.errors import FormInvalid, NotFound, NotPossible
from engine.people import People
from engine.transactions import Transactions, Tx
from tests.cast import MONDAY, Cast, moment

WEDNESDAY = moment("2026-11-18", "10:00")


def fields(refused: pytest.ExceptionInfo[FormInvalid]) -> dict[str, str]:
    return {problem.field: problem.message for problem in refused.value.problems}


def claimed_item(tx: Tx, cast: Cast, name: str) -> None:
    """An open case in which this person has claimed a work item for his department."""
    unit, person = cast.department("U1"), cast.person(name)
    tx.core(
        insert(store.definition).values(
            process="p", version=1, name="p", fingerprint="f", documents=b"", published_at=MONDAY
        )
    )
    case: dict[str, Any] = {"number": "CJ-2026-0001", "process": "p", "title": "华东精密", "status": "open"}
    case |= {"form": "{}", "state": b"", "revision": 1, "event_count": 0, "event_head": ""}
    case |= {"definition_id": 1, "department_id": unit, "started_at": MONDAY}
    tx.core(insert(store.instance).values(case))
    item: dict[str, Any] = {"id": "1.17", "instance_id": 1, "node": "Task_revise", "name": "修改申请表"}
    item |= {"department_id": unit, "due": store.NEVER, "urgent": False, "round": 1, "status": "claimed"}
    tx.core(insert(store.work_item).values(item | {"holder_id": person, "opened_at": MONDAY}))


def test_a_department_needs_a_code_a_name_and_a_known_kind(tx: Tx, cast: Cast) -> None:
    with pytest.raises(FormInvalid) as refused:
        company.add_department(tx, MONDAY, cast.person("赵磊"), code="华 东", name=" ", kind="sales")

    assert set(fields(refused)) == {"code", "name", "kind"}
    assert "营销" in fields(refused)["kind"]


def test_no_department_seals_with_the_keys_of_the_system(tx: Tx, cast: Cast) -> None:
    with pytest.raises(FormInvalid) as refused:
        company.add_department(tx, MONDAY, cast.person("赵磊"), code="log", name="物流部", kind="unit")

    assert "留给系统自己的印章" in fields(refused)["code"]


def test_a_code_is_given_once(tx: Tx, cast: Cast) -> None:
    with pytest.raises(FormInvalid) as refused:
        company.add_department(tx, MONDAY, cast.person("赵磊"), code="FIN", name="第二财务部", kind="finance")

    assert "财务部" in fields(refused)["code"]


def test_there_is_one_maintaining_department(tx: Tx, cast: Cast) -> None:
    admin = cast.person("赵磊")

    with pytest.raises(FormInvalid) as second:
        company.add_department(tx, MONDAY, admin, code="MDM2", name="数据中心", kind="maintaining")
    renamed = company.edit_department(tx, MONDAY, admin, cast.department("MDM"), name="数据中心", kind="maintaining")

    assert "信息中心" in fields(second)["kind"]
    assert renamed
    assert People.load(tx).maintaining().name == "数据中心"


def test_an_edit_that_changes_nothing_is_no_change(tx: Tx, cast: Cast) -> None:
    unit = cast.department("U1")

    changed = company.edit_department(tx, MONDAY, cast.person("赵磊"), unit, name="经营一部", kind="unit")

    assert not changed
    assert "department.edited" not in tx.core(select(store.admin_log.c.kind)).scalars().all()


def test_a_department_with_people_or_open_work_is_not_closed(tx: Tx, cast: Cast) -> None:
    claimed_item(tx, cast, "孙倩")

    with pytest.raises(NotPossible) as refused:
        company.close_department(tx, MONDAY, cast.person("赵磊"), cast.department("U1"))

    assert "流程 1 件" in refused.value.message
    assert "待办 1 项" in refused.value.message
    assert "人员 4 名" in refused.value.message


def test_a_closed_department_is_history_from_that_moment_on(tx: Tx, cast: Cast) -> None:
    admin, finance = cast.person("赵磊"), cast.department("FIN")
    for name in ("黄雅琴", "陈立"):
        particulars = {"name": name, "department_id": cast.department("MKT")}
        company.edit_person(tx, MONDAY, admin, cast.person(name), **particulars)

    company.close_department(tx, WEDNESDAY, admin, finance)
    people = People.load(tx)

    assert "FIN" in [d.code for d in people.departments(now=MONDAY)]
    assert "FIN" not in [d.code for d in people.departments(now=WEDNESDAY)]
    assert people.acting(cast.post("FIN", "focal"), WEDNESDAY) == ()
    with pytest.raises(NotPossible, match="已经关闭"):
        company.close_department(tx, WEDNESDAY, admin, finance)


def test_a_login_is_given_once_also_after_somebody_has_left(tx: Tx, cast: Cast) -> None:
    admin, unit = cast.person("赵磊"), cast.department("U1")
    company.deactivate_person(tx, MONDAY, admin, cast.person("孙倩"))

    with pytest.raises(FormInvalid) as refused:
        company.add_person(tx, MONDAY, admin, login="SunQian", name="孙茜", department_id=unit)

    assert "孙倩" in fields(refused)["login"]


def test_a_person_with_faults_is_refused_field_by_field(tx: Tx, cast: Cast) -> None:
    with pytest.raises(FormInvalid) as refused:
        company.add_person(
            tx,
            MONDAY,
            cast.person("赵磊"),
            login="a b",
            name="名" * 81,
            department_id=999,
            phone="待补",
            email="无",
        )

    assert set(fields(refused)) == {"login", "name", "department_id", "phone", "email"}
    assert "81 个字，最多 80" in fields(refused)["name"]


def test_deactivating_tells_which_claimed_work_somebody_must_take_over(tx: Tx, cast: Cast) -> None:
    claimed_item(tx, cast, "孙倩")
    epoch = cast.whole("孙倩").session_epoch

    left_behind = company.deactivate_person(tx, WEDNESDAY, cast.person("赵磊"), cast.person("孙倩"))
    gone = People.load(tx).person(cast.person("孙倩"))

    assert left_behind == ("1.17",)
    assert (gone.active, gone.name) == (False, "孙倩")
    assert gone.session_epoch == epoch + 1


def test_a_person_who_comes_back_gets_no_posts_back(tx: Tx, cast: Cast) -> None:
    admin, sunqian = cast.person("赵磊"), cast.person("孙倩")
    company.deactivate_person(tx, MONDAY, admin, sunqian)

    company.reactivate_person(tx, WEDNESDAY, admin, sunqian)
    people = People.load(tx)

    assert people.person(sunqian).active
    assert people.posts_of(sunqian, WEDNESDAY) == ()


def test_nobody_locks_himself_or_the_last_administrator_out(tx: Tx, cast: Cast) -> None:
    with pytest.raises(NotPossible, match="停用自己"):
        company.deactivate_person(tx, MONDAY, cast.person("赵磊"), cast.person("赵磊"))
    with pytest.raises(NotPossible, match="最后一位系统管理员"):
        company.deactivate_person(tx, MONDAY, cast.person("李志强"), cast.person("赵磊"))


def test_a_new_password_ends_all_sessions_and_never_reaches_the_audit_list(tx: Tx, cast: Cast) -> None:
    sunqian = cast.whole("孙倩")

    company.set_password(tx, MONDAY, cast.person("赵磊"), sunqian.id, "scrypt:hash", must_change=True)
    after = People.load(tx).person(sunqian.id)

    assert (after.session_epoch, after.must_change) == (sunqian.session_epoch + 1, True)
    entry = tx.core(select(store.admin_log).order_by(store.admin_log.c.id.desc())).mappings().first()
    assert entry is not None
    assert entry["kind"] == "password.reset"
    assert "scrypt" not in str(dict(entry))


def test_a_company_is_founded_once(transactions: Transactions, tx: Tx) -> None:
    with pytest.raises(NotPossible, match="已经有人员"):
        company.found(tx, MONDAY, "示范集团", "root", "某人", "hash")


def test_a_founded_company_can_be_entered_by_its_administrator(tx: Tx, cast: Cast) -> None:
    zhaolei = cast.whole("赵磊")

    posts = cast.people.posts_of(zhaolei.id, MONDAY)

    assert [post.kind for post in posts] == ["admin"]
    assert not zhaolei.must_change  # it is the password they have just chosen
    assert tx.core(select(store.calendar.c.hours)).scalar_one() == ["08:30-12:00", "13:30-17:30"]


def test_what_does_not_exist_is_said_so(tx: Tx, cast: Cast) -> None:
    with pytest.raises(NotFound, match="部门（编号 999）"):
        company.edit_department(tx, MONDAY, cast.person("赵磊"), 999, name="无", kind="unit")
