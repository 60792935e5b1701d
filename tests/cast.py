"""The people in tests: who they are, where they work and what they answer for.

营销部 MKT      周敏 归口人员 · 林建平 主管领导
经营一部 U1     孙倩 归口人员 · 马国栋 主管领导 · 韩志远 分管领导 · 何晓雯 业务员，不任职
财务部 FIN      黄雅琴 归口人员 · 陈立 主管领导
信息中心 MDM    李志强 维护员 · 吴晓东 副维护员 · 郭建国 主管领导 · 赵磊 系统管理员
"""

from __future__ import annotations

from datetime import UTC, datetime

from engine import company
from engine.clock import LOCAL
from engine.people import People, Person
from engine.transactions import Tx

MONDAY = datetime(2026, 11, 16, 1, tzinfo=UTC)  # 09:00 in Shanghai

DEPARTMENTS = {"MKT": ("营销部", "marketing"), "U1": ("经营一部", "unit"), "FIN": ("财务部", "finance")}
PERSONS = {
    "zhoumin": ("周敏", "MKT", "focal", 0),
    "linjianping": ("林建平", "MKT", "leader", 0),
    "sunqian": ("孙倩", "U1", "focal", 0),
    "maguodong": ("马国栋", "U1", "leader", 0),
    "hanzhiyuan": ("韩志远", "U1", "executive", 0),
    "hexiaowen": ("何晓雯", "U1", None, 0),
    "huangyaqin": ("黄雅琴", "FIN", "focal", 0),
    "chenli": ("陈立", "FIN", "leader", 0),
    "lizhiqiang": ("李志强", "MDM", "maintainer", 0),
    "wuxiaodong": ("吴晓东", "MDM", "maintainer", 1),
    "guojianguo": ("郭建国", "MDM", "leader", 0),
}


def moment(day: str, hour: str = "00:00") -> datetime:
    """A moment of Shanghai time: `moment("2026-11-17", "09:00")`."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=LOCAL).astimezone(UTC)


class Cast:
    """Ids by name, so that a test can say `cast.person("孙倩")` and `cast.post("U1", "focal")`."""

    def __init__(self, people: People) -> None:
        self.people = people

    def person(self, name: str) -> int:
        return self.whole(name).id

    def whole(self, name: str) -> Person:
        return next(p for p in self.people.persons() if p.name == name)

    def department(self, code: str) -> int:
        found = self.people.by_code(code)
        assert found is not None
        return found.id

    def post(self, code: str, kind: str) -> int:
        found = self.people.post(kind, self.department(code))
        assert found is not None
        return found.id


def move_in(tx: Tx, now: datetime = MONDAY, password_hash: str = "") -> Cast:
    """Found the company, hire everybody and fill the posts."""
    admin = company.found(tx, now, "示范集团", "zhaolei", "赵磊", password_hash)
    codes = {"MDM": People.load(tx).maintaining().id}
    for code, (name, kind) in DEPARTMENTS.items():
        codes[code] = company.add_department(tx, now, admin, code=code, name=name, kind=kind)
    for login, (name, code, kind, rank) in PERSONS.items():
        person = company.add_person(
            tx,
            now,
            admin,
            login=login,
            name=name,
            department_id=codes[code],
            password_hash=password_hash,
            must_change=False,
        )
        if kind:
            company.appoint(tx, now, admin, department_id=codes[code], kind=kind, person_id=person, rank=rank)
    return Cast(People.load(tx))
