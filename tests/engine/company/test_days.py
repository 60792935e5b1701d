"""The company's own days: on record, never in the past."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine import company, store
from engine.errors import FormInvalid, NotPossible
from engine.transactions import Tx
from tests.cast import MONDAY, Cast

HALF_DAY: dict[str, Any] = {
    "kind": "workday",
    "name": "年会，下午放假",
    "hours": ["08:30-12:00"],
    "reason": "总办 37 号",
}


def entries(tx: Tx) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.core(select(store.calendar_day)).mappings()]


def test_an_extra_half_day_off_is_stored_with_its_hours_and_its_reason(tx: Tx, cast: Cast) -> None:
    """E-10."""
    company.set_day(tx, MONDAY, cast.person("赵磊"), "2026-11-20", **HALF_DAY)

    (entry,) = entries(tx)
    assert (entry["kind"], entry["hours"], entry["source"]) == ("workday", ["08:30-12:00"], "company")
    log = tx.core(select(store.admin_log).order_by(store.admin_log.c.id.desc())).mappings().first()
    assert log is not None
    assert log["subject"] == "公司日历 2026-11-20"
    assert log["data"]["reason"] == "总办 37 号"


def test_a_day_set_twice_keeps_the_last_word_and_logs_the_first(tx: Tx, cast: Cast) -> None:
    admin = cast.person("赵磊")
    company.set_day(tx, MONDAY, admin, "2026-11-20", **HALF_DAY)

    company.set_day(tx, MONDAY, admin, "2026-11-20", kind="holiday", name="厂庆", reason="改为全天")

    (entry,) = entries(tx)
    assert (entry["kind"], entry["hours"]) == ("holiday", None)
    log = tx.core(select(store.admin_log).order_by(store.admin_log.c.id.desc())).mappings().first()
    assert log is not None
    assert log["data"]["before"]["hours"] == ["08:30-12:00"]


def test_a_public_holiday_comes_back_when_the_company_takes_its_entry_back(tx: Tx, cast: Cast) -> None:
    admin = cast.person("赵磊")
    work = {"kind": "makeup", "name": "抢运加班", "reason": "合同交期"}
    company.set_day(tx, MONDAY, admin, "2027-01-01", **work)

    company.clear_day(tx, MONDAY, admin, "2027-01-01", reason="合同改期")

    (entry,) = entries(tx)
    assert (entry["kind"], entry["name"]) == ("holiday", "元旦")
    with pytest.raises(NotPossible, match="没有对这一天"):
        company.clear_day(tx, MONDAY, admin, "2027-01-01", reason="再来一次")


def test_yesterday_is_not_turned_into_a_holiday(tx: Tx, cast: Cast) -> None:
    """E-11: no overtime is erased by a change of the calendar."""
    with pytest.raises(FormInvalid) as refused:
        company.set_day(tx, MONDAY, cast.person("赵磊"), "2026-11-15", **HALF_DAY)

    assert [p.field for p in refused.value.problems] == ["day"]
    assert "免责申请" in refused.value.problems[0].message


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"day": "11月20日"}, "day"),
        ({"kind": "party"}, "kind"),
        ({"name": ""}, "name"),
        ({"reason": " "}, "reason"),
        ({"hours": ["08:30-"]}, "hours"),
        ({"hours": ["08:30-12:00", "11:00-17:30"]}, "hours"),
        ({"kind": "holiday"}, "hours"),
    ],
)
def test_a_faulty_day_is_refused_at_its_field(tx: Tx, cast: Cast, change: dict[str, Any], field: str) -> None:
    given = {"day": "2026-11-20"} | HALF_DAY | change

    with pytest.raises(FormInvalid) as refused:
        company.set_day(tx, MONDAY, cast.person("赵磊"), given.pop("day"), **given)

    assert [p.field for p in refused.value.problems] == [field]


def test_a_cleared_day_follows_the_public_calendar_again(tx: Tx, cast: Cast) -> None:
    admin = cast.person("赵磊")
    company.set_day(tx, MONDAY, admin, "2026-11-20", **HALF_DAY)
    calendar_version = tx.core(select(store.config.c.calendar)).scalar_one()

    company.clear_day(tx, MONDAY, admin, "2026-11-20", reason="年会取消")

    assert entries(tx) == []
    assert tx.core(select(store.config.c.calendar)).scalar_one() == calendar_version + 1
    with pytest.raises(NotPossible, match="没有对这一天"):
        company.clear_day(tx, MONDAY, admin, "2026-11-20", reason="再来一次")


def test_a_day_is_kept_under_one_way_of_writing_its_date(tx: Tx, cast: Cast) -> None:
    with pytest.raises(FormInvalid) as refused:
        company.set_day(tx, MONDAY, cast.person("赵磊"), "20261120", **HALF_DAY)

    assert [p.field for p in refused.value.problems] == ["day"]
