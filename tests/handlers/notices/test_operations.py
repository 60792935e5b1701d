"""What service tasks tell people: who owes what since when, and what became of an application."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Misconfigured, NotFound
from engine.store import stamp
from handlers.notices import letters
from tests.handlers.office import Office


def overdue(office: Office, case: int, clock: str, node: str, code: str, post: str, **late: float) -> str:
    """An open step under a deadline that has passed."""
    now, due = office.clock.now(), office.clock.now() - timedelta(**late)
    count = office.read("SELECT count(*) FROM deadline")[0][0]
    key, item = f"{case}.d{count}", f"{case}.w{count}"
    with office.write() as tx:
        tx.run(
            "INSERT INTO deadline (id, instance_id, scope, node, clock, department_id, post_id, calendar, received_at,"
            " amount, kind, urgent, due, provisional, steps, status, breached, round)"
            " VALUES (?, ?, 's', ?, ?, ?, ?, 'company', ?, '4h', 'work', ?, ?, ?, '[]', 'open', ?, 1)",
            (
                key, case, node, clock, office.cast.department(code), office.cast.post(code, post),
                stamp(due - timedelta(hours=4)), False, stamp(due), False, False,
            ),
        )  # fmt: skip
        tx.run(
            "INSERT INTO work_item (id, instance_id, node, name, post_id, department_id, deadline_id, due, urgent,"
            " round, status, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 'open', ?)",
            (
                item, case, node, office.definition.model.nodes[node].name, office.cast.post(code, post),
                office.cast.department(code), key, stamp(due), False, stamp(now),
            ),
        )  # fmt: skip
    return key


def escalations(office: Office) -> list[tuple[int, str, str]]:
    rows = office.read(
        "SELECT person_id, subject, body FROM notice WHERE kind = 'escalate' AND channel = 'inbox' ORDER BY id"
    )
    return [tuple(row) for row in rows]


def test_the_leader_of_the_owing_department_hears_who_what_when_and_how_late(office: Office) -> None:
    case = office.apply()
    overdue(office, case, "T1", "Task_check", "MDM", "maintainer", hours=1, minutes=20)

    office.run(case, "notices.escalate", node="Job_escalate_check", clock="T1")

    person, subject, body = escalations(office)[0]
    assert person == office.cast.person("郭建国")
    assert "CJ-2026-0001" in subject
    assert office.definition.model.nodes["Task_check"].name in subject
    assert "李志强" in body
    assert "2026-09-16 07:40 到期" in body
    assert "1 小时 20 分" in body


def test_a_deadline_is_escalated_once_a_later_one_again(office: Office) -> None:
    case = office.apply()
    overdue(office, case, "T1", "Task_check", "MDM", "maintainer", hours=1)
    for _ in range(3):
        office.run(case, "notices.escalate", node="Job_escalate_check", clock="T1")
    once = len(escalations(office))

    overdue(office, case, "T1", "Task_check", "MDM", "maintainer", minutes=1)
    office.run(case, "notices.escalate", node="Job_escalate_check", clock="T1")

    assert once == 1
    assert len(escalations(office)) == 2
    assert len(office.of_kind("notice.queued")) == 2


def test_each_late_department_is_escalated_to_its_own_leader(office: Office) -> None:
    case = office.apply()
    for code in ("FIN", "MKT"):
        overdue(office, case, "T2", "Task_complete_view", code, "focal", minutes=5)

    for code in ("FIN", "MKT"):
        office.run(
            case, "notices.escalate", node="Job_escalate_department", clock="T2", item=office.cast.department(code)
        )

    assert [person for person, _, _ in escalations(office)] == [
        office.cast.person("陈立"),
        office.cast.person("林建平"),
    ]
    assert "黄雅琴" in escalations(office)[0][2]


def test_a_deadline_that_went_on_from_another_clock_is_found_by_its_timer(office: Office) -> None:
    """Without routing T1 goes on into the release step, whose timer is drawn for T3 (AMB-10)."""
    case = office.apply()
    overdue(office, case, "T1", "Sub_maintain", "MDM", "maintainer", minutes=5)

    office.run(case, "notices.escalate", node="Job_escalate_maintain", clock="T3")

    assert [person for person, _, _ in escalations(office)] == [office.cast.person("郭建国")]


def test_a_step_finished_in_the_same_moment_escalates_nobody(office: Office) -> None:
    case = office.apply()
    key = overdue(office, case, "T1", "Task_check", "MDM", "maintainer", minutes=1)
    with office.write() as tx:
        tx.run("UPDATE deadline SET status = 'met' WHERE id = ?", (key,))

    office.run(case, "notices.escalate", node="Job_escalate_check", clock="T1")

    assert escalations(office) == []


def test_the_applicant_department_learns_the_code_and_who_posted_it_when(office: Office) -> None:
    case = office.ready()
    office.run(case, "customers.post")

    office.run(case, "notices.result")
    office.run(case, "notices.result")

    rows = office.read("SELECT person_id, subject, body FROM notice WHERE kind = 'result' AND channel = 'inbox'")
    assert [row[0] for row in rows] == [office.cast.person("孙倩")]
    assert "1000000" in rows[0][1]
    assert "李志强" in rows[0][2]
    assert "2026-09-16 09:" in rows[0][2]


def test_the_focal_person_is_told_along_with_whoever_applied(office: Office) -> None:
    case = office.ready(who="何晓雯")
    office.run(case, "customers.post")

    office.run(case, "notices.result")

    told = office.read("SELECT person_id FROM notice WHERE kind = 'result' AND channel = 'inbox' ORDER BY id")
    assert [row[0] for row in told] == [office.cast.person("孙倩"), office.cast.person("何晓雯")]


def test_there_is_no_result_to_tell_before_posting(office: Office) -> None:
    with pytest.raises(NotFound, match="建档记录"):
        office.run(office.ready(), "notices.result")


def test_any_letter_of_the_procedure_can_be_sent(office: Office) -> None:
    case = office.apply()

    office.run(case, "notices.send", letter="incomplete")

    assert office.read("SELECT person_id FROM notice WHERE channel = 'inbox' AND kind = 'incomplete'") == [
        (office.cast.person("孙倩"),)
    ]


# --- letters -----------------------------------------------------------------------------------------------


def test_the_first_line_of_a_letter_is_its_subject() -> None:
    letter = letters.render("主题：你好 {{ name }}\n\n第一行\n第二行\n", "hello", {"name": "孙倩"})

    assert letter == letters.Letter("你好 孙倩", "第一行\n第二行")


def test_a_name_the_letter_is_not_given_is_a_mistake_and_says_where() -> None:
    with pytest.raises(Misconfigured, match=r"letters/hello\.j2"):
        letters.render("主题：{{ nobody }}", "hello", {})


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ form.update({'tax_id': '1'}) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% for x in range(999999999) %}x{% endfor %}",
    ],
)
def test_a_letter_cannot_reach_out_of_its_sandbox(text: str) -> None:
    with pytest.raises(Misconfigured):
        letters.render(text, "evil", {"form": {"tax_id": "9"}})


def test_a_letter_that_the_procedure_lacks_is_named(office: Office) -> None:
    case = office.apply()

    with pytest.raises(Misconfigured, match=r"letters/gruss\.j2"):
        office.run(case, "notices.send", letter="gruss")
