"""Random months: whatever people do, the ledger re-adds, and a locked month recomputes to the same bytes.

The people are those of the journeys: applications are checked, handed over, paused, released by 李志强 and
吴晓东, completed by finance; a deputy comes into office, the policy and the calendar change, appeals are decided.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import policy_tables, recompute
from engine.errors import CountersignError
from engine.step import Step
from engine.store import stamp
from handlers.penalties import explain, ledger, month
from handlers.penalties.basis import live
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from tests.cast import moment
from tests.journeys.company import POLICY, Company, firm

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
PAIR = ("李志强", "吴晓东")


def check(company: Company, number: int) -> None:
    """One of the oldest open applications is routed to finance by whoever may."""
    for case in company.open_at("Task_check")[:1]:
        company.route(case, "FIN", who=_hand(company, case, "Task_check"))


def hand_over(company: Company, number: int) -> None:
    for case in company.open_at("Task_check")[:1]:
        item = company.item(case, "Task_check")
        holder = _hand(company, case, "Task_check")
        company.engine.claim(item, company.cast.person(holder))
        other = PAIR[1 - PAIR.index(holder)]
        company.engine.transfer(item, company.cast.person(holder), company.cast.person(other), "外出")


def _hand(company: Company, case: int, node: str) -> str:
    holder = company.open_items(case, node)[0]["holder_id"]
    return next((name for name in PAIR if company.cast.person(name) == holder), PAIR[0])


def complete(company: Company, number: int) -> None:
    for case in company.open_at("Task_complete_view")[:1]:
        company.answer(case, "FIN")


def send_back(company: Company, number: int) -> None:
    for case in company.open_at("Task_check")[:1]:
        who = _hand(company, case, "Task_check")
        company.do(case, "Task_check", who, "incomplete", "缺执照", missing_items=["attachments"])


def pause(company: Company, number: int) -> None:
    for case in company.open_at("Task_check")[-1:]:
        company.engine.suspend(case, company.cast.person("李志强"), "等待客户", "等客户补证照")


def go_on(company: Company, number: int) -> None:
    for row in company.read("SELECT id FROM instance WHERE status = 'suspended' ORDER BY id LIMIT 1"):
        company.engine.resume(row[0], company.cast.person("李志强"), "已补")


def apply(company: Company, number: int) -> None:
    company.sent(form=firm(number))


def new_holder(company: Company, number: int) -> None:
    """吴晓东 becomes the maintainer, 李志强 leaves the post: what lies unclaimed is his from now on."""
    with company.transactions.write() as tx:
        tx.run("UPDATE holder SET rank = 1 - rank WHERE post_id = ?", (company.cast.post("MDM", "maintainer"),))
        tx.run("UPDATE config SET people = people + 1")


def dearer(company: Company, number: int) -> None:
    """A new version of the policy from that day on."""
    day = company.clock.now().date().isoformat()
    text = POLICY.read_text(encoding="utf-8").replace('"2004-04"', f'"v{number}"').replace("2004-04-01", day)
    with company.transactions.write() as tx:
        policy_tables.publish(tx, company.clock.now(), text.replace("focal: 50", "focal: 60"))


def day_off(company: Company, number: int) -> None:
    """Tomorrow is declared a day off; what is not due yet moves."""
    tomorrow = (company.clock.now() + timedelta(days=1)).date().isoformat()
    with company.transactions.write() as tx:
        tx.run("DELETE FROM calendar_day WHERE calendar = 'company' AND day = ?", (tomorrow,))
        tx.run("INSERT INTO calendar_day (calendar, day, kind, name, provisional, source)"
               " VALUES ('company', ?, 'rest', '停电', ?, 'company')", (tomorrow, False))  # fmt: skip
        tx.run("UPDATE config SET calendar = calendar + 1")
    recompute.recompute(company.engine, company.cast.person("赵磊"), "停电")


def appeal(company: Company, number: int) -> None:
    """The newest finding is appealed against; every other appeal is upheld."""
    late = assessed(company, Month.of(company.clock.now())).late[-1:]
    for one in late:
        decide(company, one.ref.case_id, one.name, "upheld" if number % 2 else "rejected")


ACTS: dict[str, Callable[[Company, int], None]] = {
    one.__name__: one
    for one in (apply, check, hand_over, complete, send_back, pause, go_on, new_holder, dearer, day_off, appeal)
}
WAITS = (0, 1, 3, 5, 20, 30)  # hours
STORY = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(WAITS)), min_size=6, max_size=16)


@given(before=STORY, after=STORY)
@settings(max_examples=15)
def test_a_locked_month_re_adds_and_recomputes(
    fresh_company: Callable[[], Company], before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    company = fresh_company()
    try:
        play(company, [("apply", 1)] * 3 + before, 1)
        company.clock.move_to(max(moment("2026-10-08", "09:00"), company.clock.now()))
        company.engine.sweep()
        found = assessed(company, SEPTEMBER)
        adds_up(company, found)
        lock(company, SEPTEMBER)

        play(company, after, 100)

        assert difference(company, SEPTEMBER) is None
        adds_up(company, assessed(company, OCTOBER))
        company.clock.move_to(max(moment("2026-11-02", "09:00"), company.clock.now()))
        company.engine.sweep()
        lock(company, OCTOBER)
        assert difference(company, OCTOBER) is None
        settled(company)
    finally:
        company.close()


def play(company: Company, story: list[tuple[str, int]], first: int) -> None:
    """Do one thing after another; what the rules of the house forbid at that moment is left out."""
    for number, (name, wait) in enumerate(story, start=first):
        with contextlib.suppress(CountersignError):
            ACTS[name](company, number)
        company.clock.advance(hours=wait)
        company.engine.sweep()


def assessed(company: Company, which: Month) -> Assessed:
    with company.transactions.read() as tx:
        return ledger.build(tx, which, company.engine.snapshots.at(tx), company.clock.now())[0]


def adds_up(company: Company, found: Assessed) -> None:
    """What must hold of any month at any time."""
    for one in found.late:
        hands = explain.hands(one, found.basis)
        assert all(each.counted >= timedelta(0) for each in hands)
        assert explain.total(hands, late=True) == one.overrun >= timedelta(0)  # 0: done in the night after
        assert one.deadline is not None
        assert explain.total(hands) == explain.total(hands, late=False) + one.overrun
    charged = [one for one in found.late if found.counts(one)]
    assert sorted(name for line in found.lines if line.role == "focal" for name in line.findings) == sorted(
        one.name for one in charged if one.payer.person is not None
    )
    breaches = company.read(
        "SELECT count(*) FROM event WHERE kind = 'deadline.breached' AND occurred_at >= ? AND occurred_at < ?"
        " AND data NOT LIKE '%phone%'", stamp(found.month.begin), stamp(found.month.end),
    )[0][0]  # fmt: skip
    assert breaches == len(found.late)
    with company.transactions.read() as tx:
        basis = live(tx, company.engine.snapshots.at(tx), company.clock.now())
        by_events = month.assess(tx, found.month, basis, month.positions(tx, found.month, basis))
    assert dict(by_events.met) == dict(found.met)
    assert by_events.lines == found.lines


def settled(company: Company) -> None:
    """All reports together charge what the log says now: nothing is lost between lock and adjustment."""
    with company.transactions.read() as tx:
        told = {row[0]: Decimal(0) for row in tx.all("SELECT of_month FROM penalty_line")}
        for of_month, amount in tx.all("SELECT of_month, amount FROM penalty_line"):
            told[of_month] += Decimal(amount)
        kept = ledger.locked(tx, SEPTEMBER)
        assert kept is not None
        now = month.assess(tx, SEPTEMBER, kept.basis, steps=False)
    assert told.get(str(SEPTEMBER), Decimal(0)) == now.total


def lock(company: Company, which: Month) -> None:
    with company.transactions.write() as tx:
        ledger.begin(tx, which, company.clock.now(), None)
        ledger.lock(tx, which, company.engine.snapshots.at(tx), company.clock.now())


def difference(company: Company, which: Month) -> ledger.Difference | str | None:
    with company.transactions.read() as tx:
        kept = ledger.locked(tx, which)
        assert kept is not None
        return ledger.recompute(tx, kept)


def decide(company: Company, case: int, finding: str, outcome: str) -> None:
    """Put a decided appeal on record."""
    with company.transactions.write() as tx:
        step = Step.of(company.engine, tx, case, company.cast.person("黄雅琴"))
        step.record("penalty.decided", finding=finding, outcome=outcome, reason="核实")
        step.save()
