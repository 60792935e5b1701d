"""演示时钟: only in the demonstration, only for administrators, only forward; what is due on the way happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from engine.calendar import Calendar
from engine.clock import local
from tests.cast import moment
from tests.webui.desk import Desk, press, text
from webui import create_app
from webui.clock import next_morning


class PlayedClock:
    """The desk's clock, which stands still, with the offset that the page moves."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def now(self) -> datetime:
        with self.desk.transactions.read() as tx:
            return self.desk.clock.now() + timedelta(seconds=tx.all("SELECT clock_offset FROM config")[0][0])


class Demo:
    """The same office in demo mode."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.clock = desk, PlayedClock(desk)
        self.app = create_app(replace(desk.settings, demo=True), self.clock)

    def browser_of(self, name: str) -> FlaskClient:
        browser = self.app.test_client()
        press(browser, "/login", "/login", demo=self.desk.cast.whole(name).login)
        return browser

    @property
    def here(self) -> str:
        return f"{local(self.clock.now()):%m-%d %H:%M}"


@pytest.fixture
def demo(desk: Desk) -> Iterator[Demo]:
    opened = Demo(desk)
    yield opened
    opened.app.extensions["countersign"].transactions.close()


def test_a_real_company_s_clock_cannot_be_moved(desk: Desk) -> None:
    admin = desk.browser_of("赵磊")

    assert admin.get("/clock").status_code == 404
    assert press(admin, "/password", "/clock", to="1h").status_code == 404


def test_only_administrators_move_it_and_everybody_sees_that_it_moves(demo: Demo) -> None:
    focal = demo.browser_of("孙倩")

    refused = press(focal, "/apply", "/clock", to="1h")

    assert refused.status_code == 403
    assert "演示时钟" in text(focal.get("/"))
    assert demo.here == "11-16 09:00"


@pytest.mark.parametrize(
    ("fields", "then"),
    [
        ({"to": "1h"}, "11-16 10:00"),
        ({"to": "4h"}, "11-16 13:00"),
        ({"to": "morning"}, "11-17 08:30"),
        ({"to": "moment", "moment": "2026-11-20T14:15"}, "11-20 14:15"),
    ],
)
def test_it_moves_by_a_step_or_to_a_moment(demo: Demo, fields: dict[str, str], then: str) -> None:
    admin = demo.browser_of("赵磊")

    answer = press(admin, "/clock", "/clock", **fields)

    assert "时钟已拨到" in text(admin.get(answer.location))
    assert demo.here == then
    assert "前拨演示时钟" in text(admin.get("/settings/audit"))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-11-16T08:59", "时钟只能前拨"),
        ("2027-11-16T09:00", "一次最多前拨 60 天"),
        ("明天", "不是时刻"),
        ("", "不是时刻"),
    ],
)
def test_it_never_goes_back_nor_too_far(demo: Demo, typed: str, why: str) -> None:
    answer = press(demo.browser_of("赵磊"), "/clock", "/clock", to="moment", moment=typed)

    assert answer.status_code == 422
    assert why in text(answer)
    assert demo.here == "11-16 09:00"


def test_what_is_due_on_the_way_happens_at_its_own_moment(demo: Demo) -> None:
    """李志强 owes the check by 14:30; the clock is moved to the next morning."""
    case = demo.desk.approved()

    press(demo.browser_of("赵磊"), "/clock", "/clock", to="morning")

    fired = [event for event in demo.desk.log(case) if event.kind == "timer.fired"]
    assert [f"{local(event.recorded_at):%m-%d %H:%M}" for event in fired][:1] == ["11-16 14:30"]
    assert "催办" in text(demo.browser_of("郭建国").get("/notices"))


@pytest.mark.parametrize(
    ("here", "morning"),
    [
        ("2026-11-17 07:00", "2026-11-17 08:30"),
        ("2026-11-17 08:30", "2026-11-18 08:30"),
        ("2026-11-20 18:00", "2026-11-23 08:30"),
        ("2026-09-30 17:30", "2026-10-08 08:30"),
        ("2026-10-09 18:00", "2026-10-10 08:30"),
    ],
)
def test_the_next_working_morning_knows_the_holidays(here: str, morning: str) -> None:
    found = next_morning(Calendar(), moment(*here.split()))

    assert found == moment(*morning.split())
