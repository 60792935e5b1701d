"""An empty installation grows on its pages alone until the first application lies before the maintainer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.colleague import Colleague
from tests.browser.conftest import People
from tests.browser.founded import Founded
from tests.handlers.office import FORM

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "四月的风吹过太湖水面"
HIRED = {
    "sunqian": ("孙倩", "经营一部"),
    "maguodong": ("马国栋", "经营一部"),
    "lizhiqiang": ("李志强", "信息中心"),
    "wuxiaodong": ("吴晓东", "信息中心"),
    "guojianguo": ("郭建国", "信息中心"),
}
APPOINTED = (  # who, where, as what, rank: 1 is the first deputy
    ("孙倩", "经营一部", "focal", 0),
    ("马国栋", "经营一部", "leader", 0),
    ("李志强", "信息中心", "maintainer", 0),
    ("吴晓东", "信息中心", "maintainer", 1),
    ("郭建国", "信息中心", "leader", 0),
    ("郭建国", "信息中心", "admin", 0),
)


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[Founded]:
    installation = Founded(tmp_path, PASSWORD)
    yield installation
    installation.close()


def test_a_new_company_is_set_up_on_its_pages_and_takes_its_first_application(
    founded: Founded, people: People, licence: Path
) -> None:
    admin = people.arrive(founded.address, "赵磊")
    admin.sign_in("zhaolei", PASSWORD)
    _add_department(admin, "U1", "经营一部", "unit")
    secrets = {login: _hire(admin, login, *who) for login, who in HIRED.items()}
    for appointment in APPOINTED:
        _appoint(admin, *appointment)
    admin.open("/settings/")
    admin.sees("配置完整")

    sun = _enter(people, founded, "sunqian", secrets)
    sun.apply({**FORM, "salesperson": "孙倩", "verified_by": "孙倩"}, licence)
    sun.sees("马国栋")
    ma = _enter(people, founded, "maguodong", secrets)
    ma.open_first("华为技术有限公司")
    ma.decide("同意并签字盖章")

    li = _enter(people, founded, "lizhiqiang", secrets)
    assert "核对与分发" in li.inbox()
    assert "华为技术有限公司" in li.inbox()


def _add_department(admin: Colleague, code: str, name: str, kind: str) -> None:
    admin.open("/settings/departments")
    admin.follow("新建部门")
    admin.fill_form({"code": code, "name": name, "kind": kind})
    admin.press("保存")
    admin.sees(f"已新建部门{name}")


def _hire(admin: Colleague, login: str, name: str, department: str) -> str:
    """Returns the one-time password that the page shows."""
    admin.open("/settings/persons")
    admin.follow("新建人员")
    admin.fill_form({"login": login, "name": name})
    admin.control("department_id").select_option(label=department)
    admin.press("保存")
    admin.sees("只显示这一次")
    return admin.page.locator(".k-code").inner_text()


def _appoint(admin: Colleague, name: str, department: str, post: str, rank: int) -> None:
    admin.open("/settings/posts")
    admin.follow("任命")
    admin.control("department_id").select_option(label=department)
    admin.fill_form({"kind": post, "rank": rank})
    person = admin.control("person_id")
    person.select_option(person.locator("option", has_text=name).get_attribute("value"))
    admin.press("任命")
    admin.sees("已任命")


def _enter(people: People, founded: Founded, login: str, secrets: dict[str, str]) -> Colleague:
    """The first sign-in: the one-time password is changed before anything else."""
    colleague = people.arrive(founded.address, HIRED[login][0])
    colleague.sign_in(login, secrets[login])
    colleague.sees("您用的是一次性密码")
    colleague.fill_form({"password": PASSWORD, "repeated": PASSWORD})
    colleague.press("修改密码")
    colleague.sees("密码已修改")
    return colleague
