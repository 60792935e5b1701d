"""签章文件: what leaves the system as one file can be checked by anybody, and nothing in it can be changed unseen."""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import casefile, signed_form, signing
from engine.clock import ManualClock
from engine.forms import stored
from engine.forms.sensitive import SALT
from engine.seals import ROOT, Seals
from engine.signed_check import NotASignedForm, Verdict, check
from engine.store import dumps
from handlers.notices import formal
from tests.conftest import WEDNESDAY
from tests.journeys.company import TERMINAL, Company
from tests.journeys.test_modify_and_freeze import urgent
from tests.journeys.test_signatures import signed_on_paper

ACCOUNT, MOBILE = "4000021209200012345", "13800138000"
EVERYTHING = frozenset({"banks", "contacts", "tax_id"})


def exported(company: Company, case: int, clear: frozenset[str] = frozenset()) -> bytes:
    with company.transactions.read() as tx:
        file = casefile.read(tx, company.engine.definitions, case)
        people, letters = company.engine.snapshots.at(tx).people, formal.signed_letters(tx, case)
        return signed_form.write(tx, file, people, company.engine.seals, company.clock.now(), clear, letters)


def fault(whole: Any, root: str = "") -> str:
    """What a changed file is said to suffer from; "" when nothing was noticed."""
    try:
        return check(signed_form.canonical(whole), "x.json", root).fault
    except NotASignedForm as error:
        return error.message


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company with an application signed by 马国栋 and 陈立, and a letter of an urgent freeze."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "test.db").write_bytes(sqlite_template.read_bytes())
    made = Company(f"sqlite:///{folder / 'test.db'}", folder, ManualClock(WEDNESDAY))
    made.ready("FIN", "MKT")
    yield made
    made.close()


@pytest.fixture(scope="module")
def file(office: Company) -> bytes:
    return exported(office, 1, EVERYTHING)


# --- what it says ---------------------------------------------------------------------------------------------


def test_it_tells_who_signed_what_when(office: Company, file: bytes) -> None:
    verdict = check(file)

    assert verdict.fault == ""
    told = "\n".join(verdict.lines)
    assert "2026-09-16 09:00 经营一部马国栋在“主管领导审批”签字并盖章：申请事项、" in told
    assert "财务部陈立在“主管领导签字盖章”签字并盖章：会计成本视图" in told
    assert f"根密钥指纹 {office.engine.seals.root()['fingerprint']}" in told


def test_sensitive_values_are_in_it_only_for_those_who_may_see_them(office: Company, file: bytes) -> None:
    """Without them it proves as much: the commitments are what was hashed."""
    masked = exported(office, 1)

    for secret in (ACCOUNT, MOBILE):
        assert secret.encode() in file.replace(b" ", b"")
        assert secret.encode() not in masked.replace(b" ", b"")
    assert check(masked).fault == ""
    assert "敏感信息" in "".join(check(masked).lines)
    assert "敏感信息" not in "".join(check(file).lines)


def test_a_form_of_the_first_release_keeps_its_secrets_too(company: Company) -> None:
    """It has no salt, so a section with something sensitive in it is given by its hash alone."""
    case = company.apply()
    with company.transactions.write() as tx:
        plain = {name: value for name, value in company.form(case).items() if name != SALT}
        catalogue = company.engine.definitions.newest(tx, "customer_create")[1]
        tx.run("UPDATE instance SET form = ? WHERE id = ?", (stored(tx.vault, catalogue.sensitive, plain), case))
    company.approve(case)

    file = exported(company, case)
    sections = orjson.loads(file)["sections"]

    assert ACCOUNT.encode() not in file
    assert set(sections["bank"]) == {"title", "labels", "hash"}
    assert "values" in sections["application"]
    assert check(file).fault == ""


def test_what_the_record_holds_is_read_in_no_file(company: Company) -> None:
    """A modification is filled in from the customer; whoever applies sees its numbers masked, here too."""
    case = company.modify(company.posted(), city="东莞")
    company.approve(case)

    file = exported(company, case, EVERYTHING)

    assert ACCOUNT.encode() not in file
    assert check(file).fault == ""


def test_the_code_on_paper_is_the_code_of_the_file(office: Company, file: bytes) -> None:
    with office.transactions.read() as tx:
        code = signed_form.code_of(casefile.read(tx, office.engine.definitions, 1))

    for one in (file, exported(office, 1)):
        assert f"校验码 {code}" in "".join(check(one).lines)


def test_a_signature_on_paper_is_told_as_such(company: Company) -> None:
    case = signed_on_paper(company)

    verdict = check(exported(company, case))

    assert verdict.fault == ""
    assert "马国栋在“主管领导审批”以纸质签字盖章，附扫描件 审批页扫描件.pdf（sha256 " in "".join(verdict.lines)


def test_what_was_changed_after_signing_is_named(company: Company) -> None:
    """The file is as it was issued; the signature in it no longer holds."""
    case = company.sent()
    company.route(case, "MKT")
    company.complete_view(case, "MKT")

    verdict = check(exported(company, case))

    assert "的内容与2026-09-16 09:00 经营一部马国栋在“主管领导审批”签字时不同" in verdict.fault


def test_letters_are_signed_and_sealed_alike(company: Company) -> None:
    code = company.posted()
    case = company.freeze(code, **urgent(company, "U1", "MKT"))
    company.approve(case, "FIN")
    file = exported(company, case)
    whole = orjson.loads(file)

    verdict = check(file)
    whole["letters"][0]["text"]["recipients"] = "营销部"

    assert verdict.fault == ""
    assert "财务部陈立发出的 财务部函〔2026〕1 号，盖财务部印章，主送 营销部、经营一部：关于" in "".join(verdict.lines)
    assert "财务部函〔2026〕1 号的文字与盖章时不同" in fault(whole)


# --- what was tampered with -----------------------------------------------------------------------------------


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_single_byte_can_be_changed_added_or_left_out(file: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(file) - 1))
    kind = data.draw(st.sampled_from(["change", "add", "leave out"]))
    byte = bytes([data.draw(st.integers(0, 255))])
    end = place if kind == "add" else place + 1
    changed = file[:place] + (b"" if kind == "leave out" else byte) + file[end:]
    if changed == file:
        return

    try:
        verdict = check(changed)
    except NotASignedForm:
        return

    assert verdict.fault


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from paths(one, (*path, key))


def other(value: Any) -> Any:
    """A value of the same kind that is another one."""
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    if isinstance(value, bool | int | float):
        return not value if isinstance(value, bool) else value + 1
    return "x" if value is None else type(value)()


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_part_can_be_changed_doubled_or_left_out(file: bytes, data: st.DataObject) -> None:
    whole = orjson.loads(file)
    *outer, last = data.draw(st.sampled_from(sorted(paths(whole), key=str)))
    place = whole
    for step in outer:
        place = place[step]
    kind = data.draw(st.sampled_from(["change", "double", "leave out"]))
    if kind == "leave out":
        del place[last]
    elif kind == "double" and isinstance(place, list):
        place.insert(last, copy.deepcopy(place[last]))
    else:
        place[last] = other(place[last])
    if whole == orjson.loads(file):
        return

    assert fault(whole)


def test_a_changed_value_is_named_with_its_section_and_signer(file: bytes) -> None:
    whole = orjson.loads(file)
    whole["sections"]["identity"]["values"]["legal_name"] = "华为技术有限公司（改）"

    assert "的内容与2026-09-16 09:00 经营一部马国栋在“主管领导审批”签字时不同，签字和印章不成立" in fault(whole)


def test_a_changed_signature_is_named_with_its_signer(file: bytes) -> None:
    whole = orjson.loads(file)
    whole["signatures"][0]["signed"]["at"] = "2026-09-15T01:00:00.000+00:00"

    assert "马国栋在“主管领导审批”的印章与所签的内容不符" in fault(whole)


def test_another_name_under_a_signature_is_named(file: bytes) -> None:
    whole = orjson.loads(file)
    whole["signatures"][0]["person"] = "罗雯"

    assert "经营一部罗雯在“主管领导审批”的签字是马国栋签的" in fault(whole)


def test_another_layout_is_not_the_same_file(file: bytes) -> None:
    assert "写法在导出之后被改动" in check(orjson.dumps(orjson.loads(file))).fault


# --- keys -----------------------------------------------------------------------------------------------------


def forged(whole: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The same file with another name, signed, certified and sealed throughout by somebody with keys of his own."""
    seals = Seals(folder)
    whole = copy.deepcopy(whole)
    for one in whole["signatures"]:
        one["person"] = one["signed"]["name"] = "冒名者"
        one["signed"]["seal"] = seals.seal(one["signed"]["department"], signing.payload(one["signed"]))
    names = {one["owner"]: one["name"] for one in whole["keys"]}
    whole["keys"] = [seals.certificate(key, name) for owner, name in names.items() for key in seals.ring.keys(owner)]
    plain = {**{name: value for name, value in whole.items() if name != "seal"}, "root": seals.root()}
    return {**plain, "seal": seals.seal(ROOT, plain)}


def test_a_foreign_root_is_named(office: Company, file: bytes, tmp_path: Path) -> None:
    """Whoever makes all keys himself makes a file that agrees with itself; the fingerprint gives him away."""
    own = office.engine.seals.root()["fingerprint"]
    whole = forged(orjson.loads(file), tmp_path)

    assert fault(whole) == ""
    assert f"不是所指定的 {own}：不是本公司的系统签发" in fault(whole, own)
    assert check(file, root=own).fault == ""


def test_a_foreign_key_under_the_right_root_is_named(file: bytes, tmp_path: Path) -> None:
    whole = orjson.loads(file)
    whole["keys"] = forged(whole, tmp_path)["keys"]

    assert "不是由根密钥签发" in fault(whole)


def test_a_form_signed_before_a_rotation_holds_with_the_key_of_its_time(company: Company) -> None:
    before = company.sent()
    old = exported(company, before)
    company.clock.advance(hours=1)
    for owner in ("U1", "FIN"):
        company.engine.seals.ring.rotate(owner, company.clock.now())
    company.route(before, "FIN")
    company.answer(before, "FIN")
    company.restart()

    company.release(before)
    whole = orjson.loads(exported(company, before))

    assert company.findings(before) == []
    assert check(old).fault == fault(whole) == ""
    keys = {one["owner"]: one for one in whole["keys"] if one["owner"] == "U1" and one["until"]}
    assert keys["U1"]["key_id"] == whole["signatures"][0]["signed"]["seal"]["key_id"]
    assert len([one for one in whole["keys"] if one["owner"] == "U1"]) == 2


def test_a_process_that_runs_on_seals_with_the_new_key(company: Company) -> None:
    """The pages' process has the old key in memory when somebody rotates on the command line."""
    before = company.sent()
    company.clock.advance(hours=1)

    new = Seals(company.folder / "keys").ring.rotate("U1", company.clock.now())
    case = company.sent(form=TERMINAL)

    first = orjson.loads(exported(company, before))["signatures"][0]["signed"]["seal"]["key_id"]
    whole = orjson.loads(exported(company, case))
    assert first != new.key_id
    assert whole["signatures"][0]["signed"]["seal"]["key_id"] == new.key_id
    assert fault(whole) == ""


def test_an_old_key_seals_nothing_of_later_times(company: Company) -> None:
    """Whoever has kept the old key cannot seal with it today."""
    ring = company.engine.seals.ring
    [old] = ring.keys("U1", make=True)
    company.clock.advance(hours=1)
    ring.rotate("U1", company.clock.now())
    case = company.sent()
    whole = orjson.loads(exported(company, case))
    signed = whole["signatures"][0]["signed"]
    value = ring.private(old).sign(dumps(signing.payload(signed)).encode())

    signed["seal"] = {"key_id": old.key_id, "value": base64.b64encode(value).decode()}

    assert f"盖章时，所用的密钥 {old.key_id} 不在有效期内" in fault(whole)
    assert not signing.genuine(company.engine.seals, signed)


def test_a_revoked_key_is_named_and_opens_no_gate(company: Company) -> None:
    case = company.ready()
    [key] = company.engine.seals.ring.keys("FIN")
    company.engine.seals.ring.revoke(key.key_id, company.clock.now(), "密钥文件被盗")

    verdict: Verdict = check(exported(company, case))
    company.release(case)

    assert f"财务部陈立在“主管领导签字盖章”所盖印章的密钥 {key.key_id} 已作废：密钥文件被盗" in verdict.fault
    assert company.findings(case) == ["seal"]
