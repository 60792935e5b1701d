"""What the notices of the assessment lead to."""

from __future__ import annotations

from engine.people import People
from handlers.notices import outbox
from handlers.notices.outbox import Note
from tests.webui.desk import Desk, text


def test_the_notice_of_an_own_proposal_leads_to_ones_own_page(desk: Desk) -> None:
    case = desk.apply()
    with desk.app.extensions["countersign"].transactions.write() as tx:
        note = Note("penalty_own", "x", "2026年9月本人的考核建议", "合计 50.00 元", case)
        outbox.queue(tx, desk.clock.now(), People.load(tx), [desk.cast.person("李志强")], note)

    page = desk.browser_of("李志强").get("/notices")

    assert "本人的考核建议" in text(page)
    assert "/assessment/mine" in page.get_data(as_text=True)
