"""证据包: one case as a file that anybody can check, and in which nothing can be changed unseen."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import merkle
from engine.evidence import verify
from engine.evidence.package import zipped
from engine.seals import Seals
from engine.store import dumps, loads
from tests.patience import PATIENCE
from tests.webui.desk import Desk, text
from webui.evidence_pack import evidence_pack

ACCOUNT, MOBILE = "4000021209200012345", "13800138000"
Files = dict[str, bytes]


def posted(desk: Desk) -> int:
    """华为, applied for by 孙倩, signed by 马国栋 and 陈立, posted late by 李志强; covered by signed roots."""
    case = desk.approved()
    desk.at("2026-11-16", "15:30")  # T1 has passed: breach, escalation, root of the 16th
    desk.completed(case)
    desk.do(case, "Task_release", "李志强", "post", entry_checked=True)
    desk.at("2026-11-17", "09:00")
    return case


def packed(desk: Desk, case: int, clear: frozenset[str] = frozenset()) -> bytes:
    services = desk.app.extensions["countersign"]
    with desk.transactions.read() as tx:
        return evidence_pack(tx, services, case, clear)


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fault(files: Files, root: str = "") -> str:
    return verify.Check(files, root).fault


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("proof")
    (folder / "test.db").write_bytes(sqlite_template.read_bytes())
    opened = Desk(f"sqlite:///{folder / 'test.db'}", folder)
    posted(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def files(office: Desk) -> Files:
    return unpacked(packed(office, 1))


# --- what it holds ------------------------------------------------------------------------------------------------


def test_an_untouched_file_is_found_whole_on_each_database(database: str, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path)
    try:
        content = packed(desk, posted(desk))
        again = packed(desk, 1)
    finally:
        desk.close()

    check = verify.Check(unpacked(content))

    assert check.fault == ""
    assert any("处签字" in line for line in check.lines)
    assert any("每日签名覆盖前" in line for line in check.lines)
    assert content == again, "the same state gives the same bytes"


def test_it_checks_itself_without_this_system(office: Desk, files: Files, tmp_path: Path) -> None:
    """
    Given the file on a computer that has nothing but Python
    When its own verifier is run, on the ZIP and in the unpacked folder
    Then it says that all is well, and with another root key's fingerprint that it is not ours.
    """
    own = office.engine.seals.root()["fingerprint"]
    (tmp_path / "case.zip").write_bytes(zipped(files))
    for name, content in files.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(tmp_path / "folder" / "verify.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE)

    on_zip, in_folder = run("case.zip", "--root", own), run()
    foreign = run("case.zip", "--root", "0" * 64)

    assert (on_zip.returncode, in_folder.returncode) == (0, 0), on_zip.stdout + on_zip.stderr + in_folder.stdout
    assert "成立：全部内容与摘要、印章和每日签名一致" in on_zip.stdout
    assert foreign.returncode == 1
    assert "不是本公司的系统签发" in foreign.stdout


def test_a_reader_finds_everything_on_its_first_page(files: Files) -> None:
    page = files["index.html"].decode()

    for said in (
        "证据包", "华为技术有限公司", "马国栋", "主管领导审批", "财务部", "到期未办，登记超时事件", "工作日历 company",
        "2026-11-16 周一", "催办与上报函", "站内通知", "营业执照副本.pdf", "每日签名", "python3 verify.py",
    ):  # fmt: skip
        assert said in page, said
    assert "http://" not in page
    assert "https://" not in page
    policies = [name for name in files if name.startswith("policies/") and name.endswith(".yaml")]
    assert policies
    assert b"clocks:" in files[policies[0]]
    assert b"<bpmn" in files["definition/process.bpmn"]


def test_deadlines_come_with_the_sentence_that_explains_them(files: Files) -> None:
    deadlines = json.loads(files["deadlines.json"])

    [late] = [one for one in deadlines if one["late"] and one["clock"] == "T1"]
    assert "13:30" in late["explanation"][0]
    assert all(one["policy"] and one["calendar_version"] for one in deadlines)


def test_sensitive_values_travel_only_with_those_who_may_see_them_and_prove_as_much(office: Desk, files: Files) -> None:
    disclosed = unpacked(packed(office, 1, frozenset({"banks", "contacts", "tax_id"})))

    for secret in (ACCOUNT, MOBILE):
        assert not [name for name, content in files.items() if secret.encode() in content.replace(b" ", b"")]
        assert secret.encode() in disclosed["versions.json"].replace(b" ", b"")
    assert fault(disclosed) == fault(files) == ""
    versions = json.loads(files["versions.json"])
    assert versions[0]["step"]
    assert all(one["proved"] for one in versions)


def test_the_tree_proves_one_case_among_many(office: Desk, files: Files) -> None:
    """No other case is named in it."""
    desk_roots = [json.loads(content) for name, content in files.items() if name.startswith("roots/")]

    assert desk_roots
    assert all("leaves" not in one for one in desk_roots)
    assert desk_roots[-1]["leaf"][0] == json.loads(files["case.json"])["events"]


def test_a_root_of_the_first_release_proves_it_too(office: Desk, files: Files) -> None:
    """It has no tree: the proof lists the leaves it was made of."""
    day = sorted(name for name in files if name.startswith("roots/"))[-1]
    exported = Path(office.settings.exports) / f"root-{Path(day).stem}.json"
    content = loads(exported.read_text())
    payload = {name: value for name, value in content["payload"].items() if name != "tree"}
    old = {"payload": payload, "seal": office.engine.seals.seal("log", payload), "leaves": content["leaves"]}
    kept = exported.read_text()
    exported.write_text(dumps(old))
    try:
        flat = unpacked(packed(office, 1))
    finally:
        exported.write_text(kept)

    assert "leaves" in json.loads(flat[day])
    assert fault(flat) == ""


# --- what was tampered with ---------------------------------------------------------------------------------------


def lines(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["events.jsonl"].splitlines()]


def with_events(files: Files, events: list[dict[str, Any]]) -> Files:
    written = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in events)
    return {**files, "events.jsonl": written.encode()}


def test_every_altered_event_is_named(files: Files) -> None:
    events = lines(files)
    for place, event in enumerate(events):
        changed = [*events[:place], event | {"occurred_at": "2026-11-15T01:00:00.000+00:00"}, *events[place + 1 :]]

        assert f"第 {place + 1} 条事件（{event['kind']}）与其校验值不符" in fault(with_events(files, changed))


def test_every_removed_event_is_named(files: Files) -> None:
    events = lines(files)
    for place in range(len(events)):
        assert f"第 {place + 1} 条事件被删除" in fault(with_events(files, [*events[:place], *events[place + 1 :]]))


def test_every_inserted_event_is_named(files: Files) -> None:
    events = lines(files)
    for place, event in enumerate(events):
        inserted = [*events[: place + 1], event, *events[place + 1 :]]

        assert f"第 {place + 1} 条事件（{event['kind']}）是后来插入的" in fault(with_events(files, inserted))


def test_every_file_altered_removed_or_added_is_named(files: Files) -> None:
    for name in files:
        if name == "manifest.json":
            continue
        removed = {one: content for one, content in files.items() if one != name}
        altered = {**files, name: files[name] + b" "}

        assert fault(removed) == f"文件 {name} 被删除"
        assert fault(altered), name
    assert fault({**files, "attachments/x.pdf": b"x"}) == "文件 attachments/x.pdf 是后来加入的"
    assert "没有 manifest.json" in fault({})


def edited(files: Files, name: str, change: Callable[[Any], None]) -> Files:
    content = json.loads(files[name])
    change(content)
    return {**files, name: json.dumps(content, ensure_ascii=False).encode()}


def test_what_was_changed_is_named_as_what_it_is(files: Files) -> None:
    def value(versions: Any) -> None:
        versions[0]["values"]["legal_name"] = "华为技术有限公司（改）"

    def due(deadlines: Any) -> None:
        deadlines[0]["first_due"] = "2026-11-20T01:00:00.000+00:00"

    def signer(signed: Any) -> None:
        signed["signatures"][0]["signed"]["at"] = "2026-11-15T01:00:00.000+00:00"

    root = sorted(name for name in files if name.startswith("roots/"))[0]
    policy = next(name for name in files if name.startswith("policies/") and name.endswith(".json"))

    def amount(content: Any) -> None:
        content["policy"]["version"] = "9"

    def leaf(content: Any) -> None:
        content["leaf"][1] = "0" * 64

    expected = {
        "所填的内容与第": edited(files, "versions.json", value),
        "与开始计时的事件不符": edited(files, "deadlines.json", due),
        "马国栋在“主管领导审批”的印章或签名与内容不符": edited(files, "signed.json", signer),
        "不包含这件流程": edited(files, root, leaf),
        "与其指纹不符": edited(files, policy, amount),
        "流程定义（definition/）": {**files, "definition/process.bpmn": files["definition/process.bpmn"] + b" "},
    }
    for said, changed in expected.items():
        assert said in fault(changed), said


def rewritten(files: Files) -> list[dict[str, Any]]:
    """The chain of somebody who changed an event and computed every hash anew."""
    events, before = lines(files), verify.GENESIS
    events[1]["occurred_at"] = "2026-11-15T01:00:00.000+00:00"
    for one in events:
        one["hash"] = before = verify.link(before, one)
    return events


def test_a_rewritten_chain_is_caught_by_the_signed_root(files: Files, tmp_path: Path) -> None:
    """Even when manifest and root key are somebody's own, the log's signature over the old head remains."""
    events = rewritten(files)
    changed = with_events(files, events)

    def head(case: Any) -> None:
        case["head"] = events[-1]["hash"]

    changed = edited(changed, "case.json", head)

    assert "条或更早的事件被改写" in fault(changed)


def test_a_file_sealed_by_a_foreign_root_is_named(office: Desk, files: Files, tmp_path: Path) -> None:
    foreign = Seals(tmp_path)
    manifest = {**json.loads(files["manifest.json"]), "root": foreign.root()}
    manifest.pop("seal")
    changed = {
        **files,
        "manifest.json": dumps({**manifest, "seal": foreign.seal("installation.root", manifest)}).encode(),
    }

    assert "不是由根密钥签发" in fault(changed)


@given(data=st.data())
def test_no_single_byte_can_be_changed(files: Files, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[name]) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    changed = files[name][:place] + byte + files[name][place + 1 :]
    if changed == files[name]:
        return
    if name == "manifest.json" and _same_json(changed, files[name]):
        return  # the same list of contents, laid out differently

    assert fault({**files, name: changed})


def _same_json(one: bytes, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


# --- the parts of the proof ---------------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=5), min_size=1, max_size=70), st.data())
def test_every_leaf_of_a_tree_is_proved_by_its_path_and_no_other_is(leaves: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = merkle.path(leaves, index), merkle.root(leaves)

    assert verify.merkle(leaves[index], index, len(leaves), path) == root
    assert verify.merkle(leaves[index] + "x", index, len(leaves), path) != root
    assert verify.merkle(leaves[index], index, len(leaves), [*path, "00" * 32]) != root


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)


@given(JSON)
def test_the_verifier_writes_json_as_the_system_does(value: Any) -> None:
    assert verify.canonical(value) == dumps(value).encode()


@given(st.binary(max_size=200))
def test_the_verifier_knows_a_true_signature_from_a_false_one(message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)

    assert verify.ed25519(public, message, signature)
    assert not verify.ed25519(public, message + b"x", signature)
    assert not verify.ed25519(public, message, signature[:-1] + bytes([signature[-1] ^ 1]))


# --- who takes it -------------------------------------------------------------------------------------------------


def test_those_concerned_take_it_from_the_case_page_and_are_on_record(office: Desk) -> None:
    """
    Given 孙倩 who applied, 陈立 who leads a department of the case, 李志强 who was late in it and may be charged,
      周敏 of a department that it never concerned
    When each asks for the file
    Then the first three get it and are on record; 周敏, 吴晓东 the deputy and the colleague without a post do not.
    """
    page = office.browser_of("孙倩").get("/cases/1").get_data(as_text=True)
    taken = {name: office.browser_of(name).get("/cases/1/evidence.zip") for name in ("孙倩", "陈立", "赵磊", "李志强")}
    refused = {name: office.browser_of(name).get("/cases/1/evidence.zip") for name in ("周敏", "何晓雯", "吴晓东")}

    assert 'href="/cases/1/evidence.zip"' in page
    assert {name: answer.status_code for name, answer in taken.items()} == dict.fromkeys(taken, 200)
    assert {answer.status_code for answer in refused.values()} == {403}
    assert "证据包只供" in text(refused["吴晓东"])
    assert all(fault(unpacked(answer.data)) == "" for answer in taken.values())
    with office.transactions.read() as tx:
        rows = tx.all("SELECT actor_id, subject FROM admin_log WHERE kind = 'evidence.exported' ORDER BY id")
    number = office.column("instance", "number", 1)
    assert [tuple(row) for row in rows] == [(office.cast.person(name), number) for name in taken]


def test_a_case_not_yet_covered_by_a_root_says_so(desk: Desk) -> None:
    case = desk.apply()

    check = verify.Check(unpacked(packed(desk, case)))

    assert check.fault == ""
    assert any("尚待下一次签名" in line for line in check.lines)
    assert "还没有覆盖本件的每日签名" in unpacked(packed(desk, case))["index.html"].decode()
