"""The commands about signatures and keys: countersign verify-form, keys, rotate-keys."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine import rotation, signed_check
from engine.clock import local
from engine.company.administration import record
from engine.errors import CountersignError
from engine.key_ring import SealKey
from engine.seals import LOG, ROOT
from engine.signed_form import name_of
from engine.store import moment
from webui.command_line import fingerprint, opened, read_settings, teaching


@click.command("verify-form", help="核验签章文件：谁在何时签了什么；不成立时指出第一处，退出码为 1。不用数据库和网络。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", default="", help="公司公布的根密钥指纹（64 位十六进制），见 countersign keys")
@teaching
def verify_form(file: Path, root: str) -> None:
    verdict = signed_check.check(file.read_bytes(), file.name, fingerprint(root))
    for line in verdict.lines:
        click.echo(line)
    click.echo(f"不成立：{verdict.fault}。" if verdict.fault else "成立：签字、印章与内容一致。")
    sys.exit(1 if verdict.fault else 0)


@click.command(help="列出根密钥的指纹和各部门印章密钥的有效期。")
@teaching
def keys() -> None:
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    seals = services.engine.seals
    with services.transactions.read() as tx:
        people = services.people(tx)
    click.echo(f"根密钥指纹 {seals.root()['fingerprint']}")
    for owner in seals.ring.owners():
        for key in seals.ring.keys(owner) if owner != ROOT else ():
            click.echo(f"{name_of(people, owner)}　{key.key_id}　{_validity(key)}")


@click.command(
    "rotate-keys",
    help="更换密钥：此后用新密钥加密和盖章；旧密钥仍能解密，旧印章在其有效期内的签章仍然成立。",
)
@click.option("--only", type=click.Choice(["vault", "seals"]), help="只换加密密钥（vault）或印章密钥（seals）")
@click.option("--reencrypt", is_flag=True, help="不换密钥，只把旧密钥加密的数据改用最新的密钥；可以中断后再来")
@click.option("--revoke", metavar="密钥", help="作废一把印章密钥（被盗、泄露）；它盖的章一律不再成立")
@click.option("--reason", default="", help="作废的原因，核验时会显示")
@teaching
def rotate_keys(only: str | None, reencrypt: bool, revoke: str | None, reason: str) -> None:
    opened(read_settings()).close()
    if reencrypt:
        _reencrypt()
    elif revoke:
        _revoke(revoke, reason.strip())
    else:
        _rotate(only)


def _rotate(only: str | None) -> None:
    from webui.services import Services

    services = Services.build(read_settings())
    now, seals, vault = services.clock.now(), services.engine.seals, services.transactions.vault
    with services.transactions.write() as tx:
        people = services.people(tx)
        if only != "seals":
            newest = vault.rotate()
            record(tx, now, None, "keys.rotated", "加密密钥", {"key": newest})
            click.echo(f"加密密钥：此后用 {newest}；旧数据用 countersign rotate-keys --reencrypt 改用新密钥。")
        for owner in seals.ring.owners() if only != "vault" else ():
            if owner != ROOT:
                new = seals.ring.rotate(owner, now)
                record(tx, now, None, "keys.rotated", f"{name_of(people, owner)}印章", {"key": new.key_id})
                click.echo(f"{name_of(people, owner)}印章：此后用 {new.key_id}。")
    click.echo("请把 keys 文件夹重新备份。")


def _revoke(key_id: str, reason: str) -> None:
    from webui.services import Services

    if not reason:
        raise CountersignError("请用 --reason 写明作废的原因，核验签章文件的人会看到。")
    services = Services.build(read_settings())
    now = services.clock.now()
    with services.transactions.write() as tx:
        revoked = services.engine.seals.ring.revoke(key_id, now, reason)
        owner = name_of(services.people(tx), revoked.owner)
        record(tx, now, None, "key.revoked", f"{owner}印章", {"key": key_id, "reason": reason})
    click.echo(f"{owner}印章密钥 {key_id} 已作废，此后用新的密钥；用它盖过章的在办流程须重新签字盖章。")


def _reencrypt() -> None:
    from webui.services import Services

    services = Services.build(read_settings())
    found: dict[str, tuple[int, int]] = {}
    for column, looked, written in rotation.reencrypt(services.transactions):
        before = found.get(column, (0, 0))
        found[column] = before[0] + looked, before[1] + written
    total = sum(written for _, written in found.values())
    for column, (looked, written) in found.items():
        click.echo(f"{column}　{looked} 行，改用新密钥 {written} 行")
    with services.transactions.write() as tx:
        record(tx, services.clock.now(), None, "keys.reencrypted", "敏感数据改用新密钥", {"rows": total})
    click.echo(f"完成：{total} 行。库中的数据都已用最新的密钥；旧密钥只有以前的备份还要用。")


def _validity(key: SealKey) -> str:
    told = f"{_day(key.since) or '启用'} 至 {_day(key.until) or '今'}"
    who = "（系统：事件日志、扫描件登记）" if key.owner == LOG else ""
    return f"{told}{who}" + (f"　已作废：{key.revoked}" if key.revoked else "")


def _day(stamped: str) -> str:
    return f"{local(moment(stamped)):%Y-%m-%d %H:%M}" if stamped else ""
