"""通知: the bell, the list, and that the first reading is what stays on record."""

from __future__ import annotations

from datetime import datetime

from handlers.notices import queries
from handlers.notices.outbox import Note, queue
from tests.webui.desk import Desk, press, text


def tell(desk: Desk, who: str, subject: str) -> None:
    with desk.transactions.write() as tx:
        people = desk.app.extensions["countersign"].people(tx)
        queue(tx, desk.clock.now(), people, [desk.cast.person(who)], Note("result", subject, subject, "请核对编码。"))


def read_at(desk: Desk, who: str) -> list[datetime | None]:
    with desk.transactions.read() as tx:
        return [one.read_at for one in queries.latest(tx, desk.cast.person(who))]


def test_the_bell_counts_and_the_list_tells(desk: Desk) -> None:
    tell(desk, "孙倩", "已建档：甲公司")
    tell(desk, "孙倩", "已建档：乙公司")
    tell(desk, "周敏", "已建档：丙公司")

    focal = desk.browser_of("孙倩")
    page = focal.get("/notices")

    assert "通知，2 条未读" in page.get_data(as_text=True)
    assert "已建档：甲公司" in text(page)
    assert "请核对编码。" in text(page)
    assert "已建档：丙公司" not in text(page)


def test_looking_at_the_list_marks_nothing(desk: Desk) -> None:
    """Being read is evidence: only the person's own click makes it."""
    tell(desk, "孙倩", "已建档：甲公司")

    desk.browser_of("孙倩").get("/notices")

    assert read_at(desk, "孙倩") == [None]


def test_the_first_reading_counts(desk: Desk) -> None:
    tell(desk, "孙倩", "已建档：甲公司")
    focal, first = desk.browser_of("孙倩"), desk.clock.now()
    press(focal, "/notices", "/notices/1/read")
    desk.clock.advance(minutes=5)

    press(focal, "/notices", "/notices/1/read")
    press(focal, "/notices", "/notices/read")

    assert read_at(desk, "孙倩") == [first]
    assert "已读" in text(focal.get("/notices"))


def test_nobody_reads_for_somebody_else(desk: Desk) -> None:
    tell(desk, "孙倩", "已建档：甲公司")

    press(desk.browser_of("周敏"), "/notices", "/notices/1/read")

    assert read_at(desk, "孙倩") == [None]


def test_all_can_be_marked_at_once(desk: Desk) -> None:
    tell(desk, "孙倩", "已建档：甲公司")
    tell(desk, "孙倩", "已建档：乙公司")

    answer = press(focal := desk.browser_of("孙倩"), "/notices", "/notices/read")

    assert "已将 2 条标为已读" in text(focal.get(answer.location))
    assert None not in read_at(desk, "孙倩")
