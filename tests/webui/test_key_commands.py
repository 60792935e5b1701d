"""The commands about signatures and keys, as somebody types them; and the files that pages give away for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from engine import rotation
from tests.webui.desk import Desk, text
from webui.cli import main

Type = Callable[..., Result]


@pytest.fixture
def typed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Type:
    """`typed("keys")` runs `countersign keys` in this office."""
    for name in ("database", "keys", "exports"):
        monkeypatch.setenv(f"COUNTERSIGN_{name.upper()}", getattr(desk.settings, name))
    return lambda *words: CliRunner().invoke(main, list(words))


def downloaded(desk: Desk, case: int, folder: Path, who: str = "孙倩") -> Path:
    """The 签章文件 of a case, from its page."""
    browser = desk.browser_of(who)
    assert f"/cases/{case}/signed.json" in browser.get(f"/cases/{case}").get_data(as_text=True)
    answer = browser.get(f"/cases/{case}/signed.json")
    assert answer.status_code == 200
    file = folder / "signed.json"
    file.write_bytes(answer.data)
    return file


def root_of(typed: Type) -> str:
    found = re.search(r"根密钥指纹 ([0-9a-f]{64})", typed("keys").output)
    assert found is not None
    return found[1]


def test_a_downloaded_form_is_verified_where_there_is_no_database(
    desk: Desk, typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, root = downloaded(desk, desk.approved(), tmp_path), root_of(typed)
    monkeypatch.setenv("COUNTERSIGN_DATABASE", f"sqlite:///{tmp_path}/nowhere/none.db")

    result = typed("verify-form", str(file), "--root", root)

    assert result.exit_code == 0, result.output
    assert "2026-11-16 09:00 经营一部马国栋在“主管领导审批”签字并盖章" in result.output
    assert result.output.endswith("成立：签字、印章与内容一致。\n")


def test_a_form_of_somebody_else_is_named(desk: Desk, typed: Type, tmp_path: Path) -> None:
    file = downloaded(desk, desk.approved(), tmp_path)

    result = typed("verify-form", str(file), "--root", "ab" * 32)

    assert result.exit_code == 1
    assert "不成立：签发的根密钥是" in result.output


def test_a_changed_form_and_what_is_no_form_end_with_one(desk: Desk, typed: Type, tmp_path: Path) -> None:
    file = downloaded(desk, desk.approved(), tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("华为", "华力"), encoding="utf-8")
    (tmp_path / "letter.json").write_text('{"format": "a letter"}')

    changed, strange = typed("verify-form", str(file)), typed("verify-form", str(tmp_path / "letter.json"))
    short = typed("verify-form", str(file), "--root", "abcd")

    assert (changed.exit_code, strange.exit_code, short.exit_code) == (1, 1, 1)
    assert "签字和印章不成立" in changed.output
    assert "“letter.json”不是会签系统导出的签章文件" in strange.output
    assert "64 位" in short.output


def test_the_download_says_what_the_person_may_see_and_is_on_record(desk: Desk, tmp_path: Path) -> None:
    case = desk.routed()
    account = desk.form(case)["banks"][0]["account_no"]

    own = downloaded(desk, case, tmp_path).read_text(encoding="utf-8")
    other = downloaded(desk, case, tmp_path, "周敏").read_text(encoding="utf-8")

    assert account in own
    assert account not in other
    with desk.transactions.read() as tx:
        rows = tx.all("SELECT subject FROM admin_log WHERE kind = 'signed.exported'")
    assert [row[0] for row in rows] == [orjson.loads(own)["case"]["number"]] * 2


def test_new_keys_are_made_listed_and_on_record(desk: Desk, typed: Type, tmp_path: Path) -> None:
    old = downloaded(desk, desk.approved(), tmp_path)
    root = root_of(typed)

    rotated = typed("rotate-keys")
    listed = typed("keys").output

    assert rotated.exit_code == 0, rotated.output
    assert "加密密钥：此后用" in rotated.output
    assert "经营一部印章：此后用" in rotated.output
    assert (
        len(re.findall(r"经营一部　[0-9a-f]{16}　启用 至 2\d{3}-|经营一部　[0-9a-f]{16}　2\d{3}-.* 至 今", listed)) == 2
    )
    assert typed("verify-form", str(old), "--root", root).exit_code == 0
    with desk.transactions.read() as tx:
        rows = tx.all("SELECT subject FROM admin_log WHERE kind = 'keys.rotated' ORDER BY id")
    assert {row[0] for row in rows} >= {"加密密钥", "经营一部印章"}
    audit = text(desk.browser_of("赵磊").get("/settings/audit"))
    assert "更换密钥" in audit


def test_old_rows_are_written_anew_on_demand(desk: Desk, typed: Type) -> None:
    case = desk.approved()
    before = desk.form(case)
    typed("rotate-keys", "--only", "vault")

    first, again = typed("rotate-keys", "--reencrypt"), typed("rotate-keys", "--reencrypt")

    assert re.search(r"instance\.form　1 行，改用新密钥 1 行", first.output), first.output
    assert "完成：0 行" in again.output
    assert desk.form(case) == before
    assert sum(written for _, _, written in rotation.reencrypt(desk.transactions)) == 0


def test_a_revoked_seal_is_named_with_the_reason(desk: Desk, typed: Type, tmp_path: Path) -> None:
    case = desk.approved()
    key = orjson.loads(downloaded(desk, case, tmp_path).read_bytes())["signatures"][0]["signed"]["seal"]["key_id"]

    unreasoned = typed("rotate-keys", "--revoke", key)
    unknown = typed("rotate-keys", "--revoke", "0" * 16, "--reason", "被盗")
    revoked = typed("rotate-keys", "--revoke", key, "--reason", "密钥文件被盗")
    verified = typed("verify-form", str(downloaded(desk, case, tmp_path)))

    assert (unreasoned.exit_code, unknown.exit_code, revoked.exit_code) == (1, 1, 0)
    assert f"经营一部印章密钥 {key} 已作废" in revoked.output
    assert verified.exit_code == 1
    assert f"密钥 {key} 已作废：密钥文件被盗" in verified.output
    assert "已作废：密钥文件被盗" in typed("keys").output
