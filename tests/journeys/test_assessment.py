"""The monthly assessment from its timer to the lock: drafted, public, appealed, confirmed, locked, exported."""

from __future__ import annotations

import pytest

from engine import policy_tables, worklists
from engine.errors import NotAllowed, NotPossible
from engine.transactions import Tx
from handlers.penalties import ledger
from handlers.penalties.period import Month
from tests.cast import moment
from tests.journeys.assessments import OCTOBER, SEPTEMBER, Assessments, each_months, months, refused
from tests.journeys.company import POLICY

__all__ = ["each_months", "months"]


def difference(company: Assessments, which: Month = SEPTEMBER) -> object:
    with company.transactions.read() as tx:
        kept = ledger.locked(tx, which)
        assert kept is not None
        return ledger.recompute(tx, kept)


def files(company: Assessments, case: int) -> dict[str, str]:
    with company.transactions.read() as tx:
        rows = tx.all("SELECT name, content FROM attachment WHERE instance_id = ? ORDER BY name", (case,))
    return {str(name): bytes(content).decode("utf-8-sig") for name, content in rows}


def status(company: Assessments, which: Month = SEPTEMBER) -> str:
    found = company.course(which)
    return found.status if found else ""


def outcome(company: Assessments, case: int) -> tuple[str, str]:
    with company.transactions.read() as tx:
        row = tx.one("SELECT status, outcome FROM instance WHERE id = ?", (case,))
    assert row is not None
    return row[0], row[1]


# --- the whole month ----------------------------------------------------------------------------------------------


def test_a_month_goes_from_its_timer_to_the_lock(each_months: Assessments) -> None:
    each_months.late_check()
    case = each_months.begun()
    assert status(each_months) == "draft"

    each_months.clock.move_to(moment("2026-10-08", "09:00"))
    each_months.checked(case)
    each_months.do(case, "Task_approve", "钱卫东", "approve")
    assert status(each_months) == "public"
    assert "70.00" in each_months.told("郭建国", "penalty_department")[0].subject
    assert "50.00" in each_months.told("李志强", "penalty_own")[0].subject
    each_months.settled(case)
    each_months.confirmed(case)

    assert status(each_months) == "locked"
    assert outcome(each_months, case) == ("ended", "locked")
    assert difference(each_months) is None
    whole = files(each_months, case)
    people = whole["主数据考核-2026-09-个人.csv"].splitlines()
    assert people[0] == "工号,姓名,期间,项目,金额,依据编号"
    assert [row.split(",")[1:5] for row in people[1:]] == [
        ["郭建国", "2026-09", "主数据考核", "20.00"],
        ["李志强", "2026-09", "主数据考核", "50.00"],
    ]
    assert each_months.told("李志强", "penalty_result")


def test_the_timer_begins_a_month_once_and_a_month_is_not_assessed_twice(each_months: Assessments) -> None:
    case = each_months.begun()
    each_months.sweep_to("2026-10-01", "10:00")

    with refused("的考核已由"):
        each_months.hand(month="2026-09")
    with refused("还没有结束"):
        each_months.hand(month="2026-10")

    assert each_months.course().case_id == case  # type: ignore[union-attr]


def test_a_month_begun_by_hand_is_left_to_its_case_when_the_timer_comes(months: Assessments) -> None:
    months.sweep_to("2026-10-01", "08:00")
    case = months.hand(month="2026-09")

    months.sweep_to("2026-10-01", "08:31")

    assert months.course().case_id == case  # type: ignore[union-attr]
    with months.transactions.read() as tx:
        rows = tx.all("SELECT id, status FROM instance WHERE process = 'penalty_assessment' ORDER BY id")
    assert [row[1] for row in rows] == ["open", "ended"]


def test_a_month_whose_case_was_voided_is_assessed_anew(months: Assessments) -> None:
    case = months.published()
    months.engine.cancel(case, months.cast.person("赵磊"), "误发起")
    assert status(months) == "draft"

    again = months.hand(month="2026-09")

    assert again != case
    assert months.course().case_id == again  # type: ignore[union-attr]


def test_a_month_that_nobody_confirms_is_never_locked(months: Assessments) -> None:
    months.late_check()
    case = months.published()
    months.settled(case)

    months.sweep_to("2026-12-20")

    assert status(months) == "public"
    assert months.open_nodes(case) == ["Task_finance"]
    with months.transactions.read() as tx:
        assert not tx.all("SELECT 1 FROM penalty_line WHERE month = '2026-09'")


def test_an_exemption_needs_a_reason_and_a_second_person(months: Assessments) -> None:
    months.late_check()
    name = months.assessed().late[0].name
    case = months.begun()
    months.clock.move_to(moment("2026-10-08", "09:00"))

    with refused("豁免理由"):
        months.checked(case, {name: ""})
    months.checked(case, {name: "当天机房停电，有值班记录"})
    assert months.assessed().status(name) == "proposed", "not before it is approved"
    with pytest.raises(NotAllowed):
        months.do(case, "Task_approve", "方蕾", "approve")
    months.do(case, "Task_approve", "钱卫东", "approve")
    months.engine.sweep()

    assert months.assessed().status(name) == "exempt"
    assert not months.assessed().lines
    assert not months.told("李志强", "penalty_own"), "nothing is charged to him"


def test_finance_sends_a_month_back_and_it_is_published_anew(months: Assessments) -> None:
    months.late_check()
    name = months.assessed().late[0].name
    case = months.published()
    months.settled(case)

    months.do(case, "Task_finance", "陈立", "refuse", "这一项系系统停机")
    months.checked(case, {name: "系统停机"})
    months.do(case, "Task_approve", "钱卫东", "approve")
    months.engine.sweep()
    months.settled(case)
    months.confirmed(case)

    assert status(months) == "locked"
    assert not months.assessed().lines


def test_a_month_whose_figures_changed_after_the_signatures_is_confirmed_anew(months: Assessments) -> None:
    months.late_check()
    case = months.published()
    months.settled(case)
    months.do(case, "Task_finance", "陈立", "confirm")
    late = months.appeal(months.assessed().late[0].name, "李志强", "MDM")
    months.rule(late)

    months.do(case, "Task_hr", "钱卫东", "confirm")
    assert status(months) == "confirmed"
    months.engine.sweep()
    assert months.open_nodes(case) == ["Task_finance"]
    months.confirmed(case)

    assert status(months) == "locked"
    assert not months.assessed().lines


def test_a_later_month_waits_for_the_earlier_one(months: Assessments) -> None:
    september = months.published()
    october = months.published(OCTOBER)
    months.settled(october, OCTOBER)

    months.confirmed(october)
    assert status(months, OCTOBER) == "confirmed"
    months.confirmed(september)
    months.passing()

    assert (status(months), status(months, OCTOBER)) == ("locked", "locked")
    assert (difference(months), difference(months, OCTOBER)) == (None, None)


@pytest.mark.parametrize(("events", "extra"), [(2, 0), (3, 200), (5, 200), (6, 400)])  # E-91
def test_every_full_three_of_a_month_cost_the_department_another_200(
    months: Assessments, events: int, extra: int
) -> None:
    for number in range(events):
        months.late_check(number, hours=24)

    lines = months.assessed().lines

    assert sum(int(line.amount) for line in lines if line.role == "extra") == extra


# --- appeals ------------------------------------------------------------------------------------------------------


def test_one_appeal_is_upheld_and_one_rejected(each_months: Assessments) -> None:
    each_months.late_check(1, hours=24)
    each_months.late_check(2, hours=24)
    first, second = (one.name for one in each_months.assessed().late)
    case = each_months.published()

    upheld = each_months.appeal(first, "李志强", "MDM")
    rejected = each_months.appeal(second, "郭建国", "MDM", "请假有审批单")
    assert status(each_months) == "appeal"
    each_months.settled(case)
    assert not each_months.open_nodes(case), "it waits for the appeals"
    each_months.rule(upheld)
    each_months.rule(rejected, hr="reject")
    each_months.passing()
    each_months.confirmed(case)

    month = each_months.assessed()
    assert (month.status(first), month.status(second)) == ("upheld", "rejected")
    assert [int(line.amount) for line in month.lines] == [50, 20]
    assert "申诉成立，不扣" in each_months.told("李志强", "penalty_decided")[-1].subject
    assert difference(each_months) is None


def test_a_withdrawn_appeal_leaves_the_finding_as_it_was(months: Assessments) -> None:
    months.late_check()
    name = months.assessed().late[0].name
    months.published()
    appeal = months.appeal(name, "李志强", "MDM")
    assert months.assessed().status(name) == "appealed"

    months.engine.withdraw(appeal, months.cast.person("李志强"), "已查明是本人原因")

    assert months.assessed().status(name) == "proposed"
    assert len(months.assessed().lines) == 2


def test_whoever_is_not_concerned_cannot_appeal(months: Assessments) -> None:  # E-99
    months.late_check()
    name = months.assessed().late[0].name
    months.published()

    with refused("被考核人本人"):
        months.appeal(name, "孙倩", "U1")


def test_before_the_month_is_public_there_is_nothing_to_appeal_against(months: Assessments) -> None:
    months.late_check()

    with refused("还没有公示"):
        months.appeal(months.assessed().late[0].name, "李志强", "MDM")


def test_the_same_reason_is_heard_once(months: Assessments) -> None:
    months.late_check()
    name = months.assessed().late[0].name
    months.published()
    case = months.appeal(name, "李志强", "MDM", "系统打不开")
    with refused("正在申诉"):
        months.appeal(name, "李志强", "MDM", "另一理由")
    months.rule(case, "reject", "reject")

    with refused("同一理由"):
        months.appeal(name, "李志强", "MDM", "系统 打不开")
    again = months.appeal(name, "李志强", "MDM", "找到了当天的停机通知")

    assert months.assessed().status(name) == "appealed"
    months.rule(again)
    assert months.assessed().status(name) == "upheld"


def test_nobody_rules_on_what_is_charged_to_himself(months: Assessments) -> None:
    case = months.sent()
    months.route(case, "FIN")
    months.clock.advance(hours=8)
    months.engine.sweep()
    months.answer(case, "FIN")
    name = months.assessed().late[0].name
    months.published()
    appeal = months.appeal(name, "黄雅琴", "FIN")

    with refused("不能裁定"):
        months.do(appeal, "Task_finance", "黄雅琴", "uphold", finance_reason="同意")
    months.rule(appeal, by="徐明")

    assert months.assessed().status(name) == "upheld"


def test_an_appeal_after_the_lock_becomes_an_adjustment_of_the_next_open_month(each_months: Assessments) -> None:
    each_months.late_check()  # E-98
    name = each_months.assessed().late[0].name
    september = each_months.locked()
    each_months.late_check(2)
    october = each_months.begun(OCTOBER)

    each_months.clock.move_to(moment("2026-11-03", "09:00"))
    appeal = each_months.appeal(name, "李志强", "MDM", "补交停机证明")
    assert "调整行" in each_months.form(appeal)["appeal_note"]
    each_months.rule(appeal)
    of_october = each_months.assessed(OCTOBER).late[0].name
    each_months.checked(october, {of_october: "系统停机"})
    each_months.do(october, "Task_approve", "钱卫东", "approve")
    each_months.engine.sweep()
    each_months.settled(october, OCTOBER)
    each_months.confirmed(october)

    assert difference(each_months) is None, "September stays as it was locked"
    with each_months.transactions.read() as tx:
        kept = ledger.locked(tx, OCTOBER)
        assert kept is not None
        adjusted = [one.line.findings for one in ledger.adjustments(tx, OCTOBER, kept.positions)]
    assert adjusted
    assert set(adjusted) == {(name,)}, "not for what was decided in October"
    assert "50.00" in files(each_months, september)["主数据考核-2026-09-个人.csv"]
    whole = files(each_months, october)["主数据考核-2026-10-个人.csv"]
    assert "李志强,2026-10,主数据考核,-50.00" in whole
    assert difference(each_months, OCTOBER) is None


def test_false_news_are_ranked_anew_after_a_successful_appeal(months: Assessments) -> None:
    code = months.posted(form=None)
    months.false_new(1, code)
    months.clock.advance(days=1)
    months.false_new(2, code)
    first, second = (one.name for one, _ in months.assessed().untrue)
    assert [ordinal for _, ordinal in months.assessed().untrue] == [1, 2]
    months.published()

    months.rule(months.appeal(first, "孙倩", "U1", "客户已更名，查重未列出"))

    month = months.assessed()
    assert month.ordinal(second) == 1
    assert sorted(int(line.amount) for line in month.lines) == [20, 50]


def test_an_earlier_month_is_not_locked_once_a_later_one_is(months: Assessments) -> None:
    months.locked()
    months.hand(month="2026-08")

    def lock() -> None:
        with months.transactions.write() as tx:
            ledger.lock(tx, Month(2026, 8), months.engine.snapshots.at(tx), months.clock.now())

    with pytest.raises(NotPossible, match="已经锁定"):
        lock()


# --- who sees it, what a crash leaves -----------------------------------------------------------------------------


def reads(company: Assessments, who: str, case: int, process: str) -> bool:
    with company.transactions.read() as tx:
        people, now = company.cast.people, company.clock.now()
        return company.engine.registry.readers[process](tx, people, now, company.cast.person(who), case)


def test_an_appeal_and_a_months_case_are_read_by_those_concerned_only(months: Assessments) -> None:  # E-99
    months.late_check()
    case = months.published()
    appeal = months.appeal(months.assessed().late[0].name, "李志强", "MDM")

    readers = {name for name in ("李志强", "吴晓东", "郭建国", "孙倩", "黄雅琴", "方蕾", "赵磊")
               if reads(months, name, appeal, "penalty_appeal")}  # fmt: skip
    assert readers == {"李志强", "郭建国", "黄雅琴", "方蕾", "赵磊"}
    assert not reads(months, "李志强", case, "penalty_assessment"), "it names everybody"
    assert reads(months, "陈立", case, "penalty_assessment")


@pytest.mark.parametrize("operation", ["penalties.draft", "penalties.publish", "penalties.lock", "penalties.export"])
def test_a_process_that_dies_in_a_step_of_the_month_leaves_nothing_half_done(
    months: Assessments, operation: str
) -> None:
    months.late_check()
    months.bench.crashing.add(operation)
    months.sweep_to("2026-10-01", "08:31")
    months.bench.crashing.discard("penalties.draft")
    months.passing()
    case = months.course().case_id  # type: ignore[union-attr]
    assert case is not None
    months.checked(case)
    months.do(case, "Task_approve", "钱卫东", "approve")
    if operation == "penalties.publish":
        assert status(months) == "draft"
        assert not months.told("李志强", "penalty_own")
    months.bench.crashing.discard("penalties.publish")
    months.passing()
    months.settled(case)
    months.confirmed(case)
    if operation == "penalties.lock":
        assert status(months) == "confirmed"
    months.bench.crashing.clear()
    months.passing()

    assert status(months) == "locked"
    assert len(files(months, case)) == 3
    assert len(months.told("李志强", "penalty_own")) == 1
    assert difference(months) is None
    with months.transactions.read() as tx:
        kinds = [row[0] for row in tx.all("SELECT kind FROM event WHERE instance_id = ?", (case,))]
    assert all(kinds.count(kind) == 1 for kind in ("penalty.drafted", "penalty.published", "penalty.locked"))


def test_amounts_of_a_new_policy_leave_the_month_before_as_it_was(months: Assessments) -> None:  # E-97
    months.late_check()
    with months.transactions.write() as tx:
        text = POLICY.read_text(encoding="utf-8").replace("focal: 50", "focal: 80")
        text = text.replace('"2004-04"', '"2026-10"').replace("2004-04-01", "2026-10-01")
        policy_tables.publish(tx, months.clock.now(), text)
    months.locked()
    months.late_check(2)

    assert [int(line.amount) for line in months.assessed().lines] == [50, 20]
    assert [int(line.amount) for line in months.assessed(OCTOBER).lines] == [80, 20]
    assert difference(months) is None


def test_a_department_keeps_its_name_of_the_month(months: Assessments) -> None:  # E-94
    months.late_check()
    months.locked()
    name = months.cast.people.maintaining().name

    months.changed(rename, department=months.cast.department("MDM"))

    assert months.assessed().basis.people.maintaining().name == name
    assert months.cast.people.maintaining().name == "数字化部"
    assert difference(months) is None


def rename(tx: Tx, now: object, actor: int, department: int) -> None:
    tx.run("UPDATE department SET name = '数字化部' WHERE id = ?", (department,))
    tx.run("UPDATE config SET people = people + 1")


def test_a_colleague_finds_no_appeal_in_the_department_s_list(each_months: Assessments) -> None:
    """E-99: what 李志强 appeals against is not listed for his department."""
    each_months.late_check(1, hours=24)
    finding = each_months.assessed().late[0].name
    each_months.published()
    each_months.appeal(finding, "李志强", "MDM")
    private = sorted(each_months.engine.registry.readers)

    with each_months.transactions.read() as tx:
        department = [each_months.cast.department("MDM")]
        everything = worklists.open_of(tx, department)
        listed = worklists.open_of(tx, department, without=private)
        count = worklists.count_open_of(tx, department, private)

    assert "penalty_appeal" in {one.process for one in everything}
    assert {one.process for one in listed}.isdisjoint(private)
    assert count == len(listed)
