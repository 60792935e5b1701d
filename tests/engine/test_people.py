"""Who answers for what, and when: the snapshot that every step asks."""

from __future__ import annotations

import pytest

from engine import company
from engine.errors import Misconfigured, NotFound
from engine.people import People
from engine.transactions import Transactions
from tests.cast import MONDAY, Cast, moment, move_in

TUESDAY = moment("2026-11-17")


@pytest.fixture
def cast(transactions: Transactions) -> Cast:
    with transactions.write() as tx:
        return move_in(tx)


def now_people(transactions: Transactions) -> People:
    with transactions.read() as tx:
        return People.load(tx)


def test_the_holder_acts_first_and_deputies_act_on_the_holders_behalf(cast: Cast) -> None:
    maintainer = cast.post("MDM", "maintainer")

    acting = cast.people.acting(maintainer, MONDAY)

    assert [(a.person.name, a.rank, a.on_behalf_of and a.on_behalf_of.name) for a in acting] == [
        ("李志强", 0, None),
        ("吴晓东", 1, "李志强"),
    ]


def test_looking_somebody_up_by_code_login_or_number(cast: Cast) -> None:
    people = cast.people
    unit = people.by_code("U1")
    sunqian = people.by_login("sunqian")

    assert unit is not None
    assert sunqian is not None
    assert people.department(unit.id).name == "经营一部"
    assert people.person(sunqian.id).department_id == unit.id
    assert people.maintaining(MONDAY).name == "信息中心"
    assert [d.code for d in people.departments("marketing", MONDAY)] == ["MKT"]
    assert people.post_name(cast.post("FIN", "focal")) == "财务部归口人员"
    with pytest.raises(NotFound, match="编号 999"):
        people.person(999)


def test_before_a_department_was_founded_nothing_of_it_is_in_force(cast: Cast) -> None:
    the_day_before = moment("2026-11-15")

    assert cast.people.departments(now=the_day_before) == ()
    assert cast.people.acting(cast.post("U1", "focal"), the_day_before) == ()
    with pytest.raises(Misconfigured, match="主数据维护"):
        cast.people.maintaining(the_day_before)


def test_a_deputy_from_tomorrow_may_not_act_today_but_may_tomorrow(transactions: Transactions, cast: Cast) -> None:
    """E-26: today's work stays with 孙倩, tomorrow's is also 何晓雯's."""
    focal, deputy = cast.post("U1", "focal"), cast.person("何晓雯")
    unit = cast.department("U1")

    with transactions.write() as tx:
        admin = cast.person("赵磊")
        company.appoint(
            tx,
            MONDAY,
            admin,
            department_id=unit,
            kind="focal",
            person_id=deputy,
            rank=1,
            valid_from=TUESDAY,
            valid_to=moment("2026-11-20"),
        )
    people = now_people(transactions)

    assert people.may(deputy, focal, MONDAY) is None
    tomorrow = people.may(deputy, focal, TUESDAY)
    assert tomorrow is not None
    assert tomorrow.on_behalf_of == cast.whole("孙倩")
    assert people.may(deputy, focal, moment("2026-11-20")) is None
    assert people.holder(focal, TUESDAY) == cast.whole("孙倩")  # the penalty stays with the holder (AMB-21)


def test_the_holder_at_a_past_moment_is_still_known_after_the_handover(transactions: Transactions, cast: Cast) -> None:
    """E-27: who takes over after the due moment does not inherit the penalty."""
    focal, unit, admin = cast.post("U1", "focal"), cast.department("U1"), cast.person("赵磊")
    with transactions.read() as tx:
        appointment = People.load(tx).appointments(focal)[0]

    with transactions.write() as tx:
        company.end_appointment(tx, MONDAY, admin, appointment.id, TUESDAY)
        company.appoint(
            tx,
            MONDAY,
            admin,
            department_id=unit,
            kind="focal",
            person_id=cast.person("何晓雯"),
            valid_from=TUESDAY,
        )
    people = now_people(transactions)

    last_second_of_monday = moment("2026-11-16", "23:59:59")
    assert people.holder(focal, last_second_of_monday) == cast.whole("孙倩")
    assert people.holder(focal, TUESDAY) == cast.whole("何晓雯")


def test_a_vacant_focal_post_falls_to_the_deputy_and_then_to_the_leader(transactions: Transactions, cast: Cast) -> None:
    """E-24."""
    focal, unit, admin = cast.post("U1", "focal"), cast.department("U1"), cast.person("赵磊")
    with transactions.write() as tx:
        deputy = company.appoint(
            tx,
            MONDAY,
            admin,
            department_id=unit,
            kind="focal",
            person_id=cast.person("何晓雯"),
            rank=1,
        )
        company.end_appointment(tx, MONDAY, admin, cast.people.appointments(focal)[0].id)
        with_deputy = People.load(tx).executor(focal, MONDAY)
        company.end_appointment(tx, MONDAY, admin, deputy)
        without = People.load(tx).answering("focal", unit, MONDAY)

    assert with_deputy is not None
    assert (with_deputy.acting.person.name, with_deputy.vacant) == ("何晓雯", False)
    assert with_deputy.acting.on_behalf_of is None
    assert (without.acting.person.name, without.vacant) == ("马国栋", True)
    assert without.post.kind == "leader"


def test_nobody_stands_in_for_a_missing_leader(transactions: Transactions, cast: Cast) -> None:
    """E-23: the submission is blocked with what to do, never approved by somebody else."""
    leader, unit, admin = cast.post("U1", "leader"), cast.department("U1"), cast.person("赵磊")

    with transactions.write() as tx:
        company.end_appointment(tx, MONDAY, admin, cast.people.appointments(leader)[0].id)
    people = now_people(transactions)

    assert people.executor(leader, MONDAY) is None
    with pytest.raises(Misconfigured, match=r"经营一部的主管领导.*没有人任职.*任命") as refused:
        people.answering("leader", unit, MONDAY)
    assert refused.value.status == 409


def test_only_maintainers_stand_in_for_maintainers(transactions: Transactions, cast: Cast) -> None:
    """SD-010 2.3: no leader may enter master data for want of a maintainer."""
    post, admin = cast.post("MDM", "maintainer"), cast.person("赵磊")

    with transactions.write() as tx:
        for appointment in cast.people.appointments(post):
            company.end_appointment(tx, MONDAY, admin, appointment.id)
    people = now_people(transactions)

    with pytest.raises(Misconfigured, match="维护员"):
        people.answering("maintainer", cast.department("MDM"), MONDAY)


def test_an_executive_who_is_not_named_is_the_leader(cast: Cast) -> None:
    """AMB-23: 分管领导 defaults to the same person as 主管领导."""
    unit = cast.people.answering("executive", cast.department("U1"), MONDAY)
    finance = cast.people.answering("executive", cast.department("FIN"), MONDAY)

    assert unit.acting.person.name == "韩志远"
    assert finance.acting.person.name == "陈立"


def test_a_deactivated_person_keeps_the_name_and_loses_the_posts(transactions: Transactions, cast: Cast) -> None:
    """E-110."""
    huang, focal = cast.person("黄雅琴"), cast.post("FIN", "focal")
    wednesday = moment("2026-11-18", "10:00")

    with transactions.write() as tx:
        company.deactivate_person(tx, wednesday, cast.person("赵磊"), huang)
    people = now_people(transactions)

    assert people.person(huang).name == "黄雅琴"
    assert people.acting(focal, wednesday) == ()
    assert people.posts_of(huang, wednesday) == ()
    held_on_monday = people.holder(focal, MONDAY)
    assert held_on_monday is not None
    assert held_on_monday.name == "黄雅琴"


def test_posts_of_lists_held_and_deputised_posts(cast: Cast) -> None:
    deputised = cast.people.posts_of(cast.person("吴晓东"), MONDAY)
    none = cast.people.posts_of(cast.person("何晓雯"), MONDAY)

    assert [post.kind for post in deputised] == ["maintainer"]
    assert none == ()


def test_a_complete_company_has_only_the_lonely_administrator_to_mention(cast: Cast) -> None:
    problems = cast.people.problems(MONDAY)

    assert [(p.code, p.level) for p in problems] == [("few_admins", "warning")]


def test_the_check_names_a_single_maintainer_without_deputy(transactions: Transactions, cast: Cast) -> None:
    """E-87."""
    post = cast.post("MDM", "maintainer")
    deputy = next(a for a in cast.people.appointments(post) if a.rank == 1)

    with transactions.write() as tx:
        company.end_appointment(tx, MONDAY, cast.person("赵磊"), deputy.id)
    problem = now_people(transactions).problems(MONDAY)[0]

    assert (problem.code, problem.level, problem.target) == ("single_maintainer", "error", ("post", post))
    assert "李志强" in problem.what
    assert "副岗" in problem.remedy


def test_the_check_names_departments_without_focal_person_or_leader(transactions: Transactions, cast: Cast) -> None:
    with transactions.write() as tx:
        admin = cast.person("赵磊")
        legal = company.add_department(tx, MONDAY, admin, code="LAW", name="法务部", kind="legal")
    problems = now_people(transactions).problems(MONDAY)

    assert {p.code: p.target for p in problems if p.level == "error"} == {
        "no_focal": ("department", legal),
        "no_leader": ("department", legal),
    }


def test_the_check_names_a_post_led_by_a_deputy_alone(transactions: Transactions, cast: Cast) -> None:
    post = cast.post("MDM", "maintainer")

    with transactions.write() as tx:
        company.end_appointment(tx, MONDAY, cast.person("赵磊"), cast.people.appointments(post)[0].id)
    codes = {p.code for p in now_people(transactions).problems(MONDAY)}

    assert {"single_maintainer", "deputy_only"} <= codes


def test_an_empty_installation_says_what_it_needs(transactions: Transactions) -> None:
    problems = now_people(transactions).problems(MONDAY)

    assert {p.code for p in problems} == {"no_maintaining_department", "few_admins"}
    assert all(p.level == "error" and p.remedy for p in problems)
