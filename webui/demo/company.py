"""The company of the demonstration: five departments and the people who will meet in its inboxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import company
from engine.people import People
from engine.transactions import Tx
from webui.passwords import hashed

DEPARTMENTS = {
    "MKT": ("营销部", "marketing"),
    "EAST": ("华东事业部", "unit"),
    "SOUTH": ("华南事业部", "unit"),
    "FIN": ("财务部", "finance"),
    "AUD": ("审计考核部", "audit"),
}
# login: name, department, posts with rank, phone
PERSONS: dict[str, tuple[str, str, tuple[tuple[str, int], ...], str]] = {
    "lizhiqiang": ("李志强", "MDM", (("maintainer", 0),), "0512-62887701"),
    "wuxiaodong": ("吴晓东", "MDM", (("maintainer", 1), ("admin", 0)), "0512-62887702"),
    "hanzhiyuan": ("韩志远", "MDM", (("leader", 0), ("executive", 0)), "0512-62887703"),
    "sunqian": ("孙倩", "EAST", (("focal", 0),), "0512-62887711"),
    "tangwei": ("唐薇", "EAST", (("focal", 1),), "0512-62887712"),
    "maguodong": ("马国栋", "EAST", (("leader", 0),), "0512-62887713"),
    "hejunjie": ("何俊杰", "SOUTH", (("focal", 0),), "0755-28880021"),
    "luowen": ("罗雯", "SOUTH", (("leader", 0),), "0755-28880022"),
    "zhoumin": ("周敏", "MKT", (("focal", 0),), "0512-62887721"),
    "sunjie": ("孙洁", "MKT", (("focal", 1),), "0512-62887722"),
    "linjianping": ("林建平", "MKT", (("leader", 0),), "0512-62887723"),
    "huangyaqin": ("黄雅琴", "FIN", (("focal", 0),), "0512-62887731"),
    "xuming": ("徐明", "FIN", (("focal", 1),), "0512-62887732"),
    "chenli": ("陈立", "FIN", (("leader", 0),), "0512-62887733"),
    "gaoyuan": ("高远", "AUD", (("assessor", 0), ("leader", 0)), "0512-62887741"),
    "fanglei": ("方蕾", "AUD", (("assessor", 0),), "0512-62887742"),
    "zhengkai": ("郑凯", "EAST", (("staff", 0),), "0512-62887714"),
}
# Who applies for a department, who approves there.
APPLICANTS = {"EAST": ("sunqian", "maguodong"), "SOUTH": ("hejunjie", "luowen"), "MKT": ("zhoumin", "linjianping")}
ADMIN = ("zhaolei", "赵磊")
# Nobody knows it: the login page of the demonstration lets one choose a person instead.
PASSWORD = "会签演示-请在登录页选择人员"


@dataclass(frozen=True)
class DemoCompany:
    """Ids by login and by department code."""

    admin: int
    persons: dict[str, int]
    departments: dict[str, int]

    @classmethod
    def of(cls, people: People, admin: int) -> DemoCompany:
        return cls(
            admin,
            {person.login: person.id for person in people.persons()},
            {department.code: department.id for department in people.departments()},
        )


def settle_in(tx: Tx, now: datetime, name: str) -> DemoCompany:
    """Found the company and fill its posts."""
    secret = hashed(PASSWORD)
    admin = company.found(tx, now, name, *ADMIN, secret)
    codes = {"MDM": People.load(tx).maintaining().id}
    for code, (title, kind) in DEPARTMENTS.items():
        codes[code] = company.add_department(tx, now, admin, code=code, name=title, kind=kind)
    for login, (person_name, code, posts, phone) in PERSONS.items():
        person = company.add_person(
            tx,
            now,
            admin,
            login=login,
            name=person_name,
            department_id=codes[code],
            phone=phone,
            password_hash=secret,
            must_change=False,
        )
        for kind, rank in posts:
            company.appoint(tx, now, admin, department_id=codes[code], kind=kind, person_id=person, rank=rank)
    return DemoCompany.of(People.load(tx), admin)
