"""A year that administrators have published: what the company changes in it and takes back again."""

from __future__ import annotations

from datetime import date

import pytest

from engine import calendar_tables, company, recompute
from engine.calendar import Calendar
from engine.calendar_seed import Special
from engine.clock import local
from tests.cast import moment
from tests.engine.world import World
from tests.governed import changed, year

BRIDGE, SATURDAY, TUESDAY = date(2027, 1, 4), date(2027, 1, 9), date(2027, 1, 5)
YEAR_2027 = {
    date(2027, 1, 1): Special("holiday", "元旦"),
    BRIDGE: Special("holiday", "元旦"),
    SATURDAY: Special("makeup", "元旦调休上班"),
}
WORK = {"kind": "workday", "name": "抢运加班", "reason": "合同交期"}


@pytest.fixture
def published(world: World) -> World:
    world.clock.move_to(moment("2026-12-01", "09:00"))
    with world.transactions.write() as tx:
        calendar_tables.seed(tx, [2026, 2027])
    changed(world.engine, world.cast, year(2027, YEAR_2027), "国办发明电〔2026〕7 号")
    return world


def calendar(world: World) -> Calendar:
    with world.transactions.read() as tx:
        return calendar_tables.load_calendars(tx)["company"]


@pytest.mark.parametrize(
    ("day", "public"),
    [(BRIDGE, ("holiday", "元旦")), (TUESDAY, ("workday", "")), (SATURDAY, ("makeup", "元旦调休上班"))],
)
def test_a_day_taken_back_follows_what_was_published(published: World, day: date, public: tuple[str, str]) -> None:
    """The estimate knew neither the bridge day nor the Saturday, and must not come back."""
    admin, now = published.cast.person("赵磊"), published.clock.now()
    with published.transactions.write() as tx:
        company.set_day(tx, now, admin, day.isoformat(), **WORK)
        company.clear_day(tx, now, admin, day.isoformat(), reason="合同改期")

    found = calendar(published).day(day)

    assert (found.kind, found.name) == public
    assert not found.provisional


def test_what_the_company_said_before_a_year_was_published_stays_until_it_is_taken_back(world: World) -> None:
    admin, now = world.cast.person("赵磊"), world.clock.now()
    with world.transactions.write() as tx:
        calendar_tables.seed(tx, [2027])
        company.set_day(tx, now, admin, BRIDGE.isoformat(), **WORK)
    changed(world.engine, world.cast, year(2027, YEAR_2027))
    kept = calendar(world).day(BRIDGE).name

    with world.transactions.write() as tx:
        company.clear_day(tx, now, admin, BRIDGE.isoformat(), reason="合同改期")

    assert kept == "抢运加班"
    assert calendar(world).day(BRIDGE).name == "元旦"


def test_publishing_is_on_the_audit_list_with_its_days_and_its_notice(published: World) -> None:
    with published.transactions.read() as tx:
        subject, data = tx.all("SELECT subject, data FROM admin_log ORDER BY id DESC LIMIT 1")[0]

    assert subject == "2027 年"
    assert "国办发明电〔2026〕7 号" in data
    assert "2027-01-09" in data


def test_a_moved_limit_says_its_case_and_its_name(published: World) -> None:
    published.clock.move_to(moment("2026-12-31", "16:00"))
    case, admin = published.apply(), published.cast.person("赵磊")
    with published.transactions.write() as tx:
        company.set_day(
            tx, published.clock.now(), admin, TUESDAY.isoformat(), kind="holiday", name="盘点", reason="例行"
        )

    moved = recompute.recompute(published.engine, admin, "盘点")

    told = {(one.case_id, one.name, f"{local(one.before):%m-%d %H:%M}", f"{local(one.due):%m-%d %H:%M}")
            for one in moved if one.clock == "T1"}  # fmt: skip
    assert told == {(case, "维护员审核", "01-05 11:00", "01-06 11:00")}
