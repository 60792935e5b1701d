"""A month's penalties as the people concerned meet them: proposed, appealed against, confirmed, locked, adjusted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.clock import ManualClock
from tests.browser.colleague import Colleague
from tests.browser.conftest import Arrive
from tests.browser.site import DATABASE, Site
from tests.cast import moment
from tests.conftest import WEDNESDAY
from tests.journeys.assessments import Assessments

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """8 October, 10:00: 李志强 was late twice in September; the proposals are public."""
    folder = tmp_path / "published"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / DATABASE)
    with closing(Assessments(f"sqlite:///{folder / DATABASE}", folder, ManualClock(WEDNESDAY))) as company:
        company.late_check(1, hours=24)
        company.late_check(2, hours=24)
        company.published()
    opened = Site(folder, tmp_path / "site", moment("2026-10-08", "10:00"))
    yield opened
    opened.close()


def findings(colleague: Colleague) -> list[str]:
    """The names of one's own findings."""
    colleague.open("/assessment/mine")
    links = colleague.page.locator('a[href*="/assessment/findings/CS-"]').all_inner_texts()
    return list(dict.fromkeys(text for text in links if re.fullmatch(r"CS-\d+-\d+", text)))


def appealed(colleague: Colleague, name: str, text: str) -> None:
    """Look at a finding's evidence and appeal against it."""
    colleague.open(f"/assessment/findings/{name}")
    colleague.sees("为什么算超时", "时间与责任分段", "哈希链连续", "公平性检查", "金额计算")
    colleague.follow("提出申诉", exact=False)
    colleague.fill_form({"appeal_ground": "facts", "appeal_text": text})
    colleague.press("提出申诉")
    colleague.page.wait_for_url("**/cases/*")


def ruled(colleague: Colleague, name: str, field: str, *, uphold: bool) -> None:
    colleague.open_first(name)
    before = colleague.page.url
    colleague.fill(field, "已核对证据页")
    if uphold:
        colleague.press("支持申诉")
    else:
        colleague.decide("维持考核")
    colleague.page.wait_for_url(lambda url: url != before)  # the next item, or the case


def test_a_month_from_the_proposal_to_the_adjustment(site: Site, sign_in: Arrive) -> None:
    """
    Given 李志强 sees two proposals of his own, opens their evidence and appeals against both
    When finance and the assessor uphold the first and reject the second, and finance and HR confirm
    Then the month locks without the first; a late appeal that is upheld shows as an adjustment in October.
    """
    li = sign_in("李志强")
    first, second, *_others = findings(li)
    appealed(li, first, "当时系统打不开")
    appealed(li, second, "当天请假")

    finance, assessor = sign_in("黄雅琴"), sign_in("方蕾")
    for who, field in ((finance, "finance_reason"), (assessor, "hr_reason")):
        ruled(who, first, field, uphold=True)
        ruled(who, second, field, uphold=False)
    li.open("/assessment/mine")
    li.sees("申诉成立", "申诉不成立")

    site.move_to(moment("2026-10-15", "10:00"))
    confirmed(sign_in("陈立"))
    confirmed(sign_in("钱卫东"))
    assessor.open("/assessment/2026-09")
    assessor.sees("10-15 10:0", "成立 1 件，不成立 1 件", "重算逐字节一致")

    with site.desk_of(Assessments) as desk:
        late = desk.appeal(second, "李志强", "MDM", "补交假条", appeal_evidence=[desk.attach("李志强")])
        desk.rule(late)
    assessor.open("/assessment/2026-10")
    assessor.sees("另调整以前月份 -70 元")
    assessor.follow("表七 以前月份调整", exact=False)
    assessor.sees("2026-09", "-50", second)
    assessor.open("/assessment/2026-09")
    assessor.sees("重算逐字节一致")


def confirmed(colleague: Colleague) -> None:
    colleague.open_first("2026年9月")
    colleague.decide("确认并签字盖章")
