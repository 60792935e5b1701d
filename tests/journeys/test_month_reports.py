"""The reports of a month on timing and persons: their figures are those of the log, and they re-add."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from handlers.customers.reports import request_ledger
from handlers.penalties import personal
from handlers.penalties.access import viewer
from handlers.report_csv import table_text
from handlers.reporting import Table
from handlers.timing import efficiency, timeliness, urgent
from handlers.timing.months import percentile
from tests.journeys.company import Company, firm
from tests.journeys.test_ledger import SEPTEMBER, late_check

SPAN = (SEPTEMBER.title, SEPTEMBER.begin, SEPTEMBER.end)


def rows(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table_text(table))))


def test_the_ledger_lists_each_application_with_its_clocks_and_its_code(each_company: Company) -> None:
    """RP-01: 华为 is posted, another firm's application is withdrawn before anybody has checked it."""
    code = each_company.posted()
    gone = each_company.apply(form=firm(2))
    each_company.engine.withdraw(gone, each_company.cast.person("孙倩"), "不再需要")

    with each_company.transactions.read() as tx:
        report = request_ledger.request_ledger(tx, each_company.clock.now(), *SPAN)

    first, second = rows(report.tables[0])
    assert (first["申请事项"], first["状态"], first["客户编码"]) == ("华为技术有限公司", "办结", code)
    assert first["T1 收到→完成"].startswith("09-16 09:00→")
    assert "财务部" in first["T2 各部门"]
    assert (second["状态"], second["T1 收到→完成"]) == ("撤回", "")


def test_timeliness_counts_each_step_once_and_names_the_late_one(company: Company) -> None:
    """RP-02: a check took four and a half hours of four."""
    late_check(company)

    with company.transactions.read() as tx:
        report = timeliness.timeliness(tx, company.engine.snapshots.at(tx), company.clock.now(), *SPAN)

    checks = next(row for row in rows(report.tables[0]) if row["时钟"] == "T1 维护员审核")
    assert (checks["环节数"], checks["按时"], checks["超时"], checks["及时率"]) == ("1", "0", "1", "0.0%")
    assert checks["平均用时"] == "4 小时 30 分"
    late = next(row for row in rows(report.tables[1]) if row["环节"].startswith("T1"))
    assert (late["超时（工作时:分:秒）"], late["经办人"]) == ("0:30:00", "李志强")


def test_efficiency_names_the_bottleneck(company: Company) -> None:
    """RP-14: the check takes two hours, everything else nothing."""
    case = company.sent()
    company.engine.claim(company.item(case, "Task_check"), company.cast.person("李志强"))
    company.clock.advance(hours=2)
    company.route(case, "FIN")
    company.answer(case, "FIN")
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")

    with company.transactions.read() as tx:
        calendars = company.engine.snapshots.at(tx).calendars
        report = efficiency.efficiency(tx, calendars, company.clock.now(), *SPAN)

    assert rows(report.tables[0])[0]["中位"] == "2 小时"
    assert rows(report.tables[1])[0]["办理中位"] == "2 小时"
    assert report.tables[1].rows[0][1].note == "瓶颈"
    assert sum(float(row["占比"].rstrip("%")) for row in rows(report.tables[1])) == 100


def test_urgent_use_tells_reason_and_letter(company: Company) -> None:
    """RP-13: finance freezes because of a lawsuit."""
    code = company.posted()
    facts = {"urgent_note": "法院已受理", "letter_facts": "客户已被起诉。", "letter_request": "停止发货。"}
    to = [str(company.cast.department("U1"))]
    case = company.freeze(code, urgent_reason="legal_dispute", letter_to=to, **facts)
    company.do(case, "Task_approve", "陈立", "approve")

    with company.transactions.read() as tx:
        report = urgent.urgent(tx, company.engine.snapshots.at(tx).people, company.clock.now(), *SPAN)

    finance = next(row for row in rows(report.tables[0]) if row["部门"] == "财务部")
    assert (finance["紧急"], finance["占比"], finance["法律纠纷"]) == ("1", "100.0%", "1")
    assert rows(report.tables[1])[0]["原因"] == "法律纠纷"


def test_everybody_reads_of_himself_and_the_assessor_of_all(company: Company) -> None:
    """RP-07, E-99: 李志强 sees his 50, 孙倩 nothing."""
    late_check(company)
    with company.transactions.read() as tx:
        snapshot, now = company.engine.snapshots.at(tx), company.clock.now()
        seen = {
            name: rows(personal.personal(
                tx, snapshot, SEPTEMBER, viewer(snapshot.people, company.cast.person(name), now), now
            ).tables[0])
            for name in ("李志强", "孙倩", "赵磊")
        }  # fmt: skip

    assert [row["金额"] for row in seen["李志强"] if row["岗位"] != "小计"] == ["50"]
    assert seen["孙倩"] == []
    assert {row["姓名"] for row in seen["赵磊"]} == {"李志强", "郭建国"}


def test_a_percentile_is_a_value_that_was() -> None:
    spans = [timedelta(minutes=number) for number in (50, 10, 40, 20, 30)]

    assert [percentile(spans, share) for share in (50, 80, 95)] == [timedelta(minutes=n) for n in (30, 40, 50)]
    assert percentile([], 50) is None
