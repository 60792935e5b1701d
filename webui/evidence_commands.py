"""The commands about proof: countersign evidence, verify-evidence, export-log."""

from __future__ import annotations

import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import click

from engine.company.administration import record
from engine.errors import CountersignError
from engine.evidence import verify
from engine.mining import traces
from webui.command_line import fingerprint, opened, read_settings, teaching


@click.command(help="把一件流程的证据包写成文件（ZIP）；敏感信息不附原文，只附摘要。导出记入审计日志。")
@click.argument("number", metavar="单号")
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@teaching
def evidence(number: str, file: Path) -> None:
    from webui.evidence_pack import EXPORTED, by_number, evidence_pack
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    with services.transactions.write() as tx:
        content = evidence_pack(tx, services, by_number(tx, number), frozenset())
        record(tx, services.clock.now(), None, EXPORTED, number.strip(), {"sha256": sha256(content).hexdigest()})
    file.write_bytes(content)
    click.echo(f"{file}　{len(content):,} 字节。用 countersign verify-evidence 或包里的 verify.py 核验。")


@click.command(
    "verify-evidence",
    help="核验证据包：事件链、各次填写、签章、每日签名；不成立时指出第一处，退出码为 1。不用数据库和网络。",
)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--root", default="", help="公司公布的根密钥指纹（64 位十六进制），见 countersign keys")
@teaching
def verify_evidence(file: Path, root: str) -> None:
    try:
        check = verify.Check(verify.read(file), fingerprint(root))
    except zipfile.BadZipFile:
        raise CountersignError("“{file}”不是完整的 ZIP 文件。请重新下载证据包。", file=file.name) from None
    for line in check.lines:
        click.echo(line)
    click.echo(f"不成立：{check.fault}。" if check.fault else "成立：全部内容与摘要、印章和每日签名一致。")
    sys.exit(1 if check.fault else 0)


@click.command("export-log", help="把一个月的事件日志写成流程挖掘工具读的文件；导出记入审计日志。")
@click.option("--format", "kind", type=click.Choice(["xes", "ocel"]), default="xes", help="XES 或 OCEL 2.0（JSON）")
@click.option("--month", required=True, metavar="2026-09", help="月份：该月在办的流程")
@click.option("--names", is_flag=True, help="写出人员姓名和登录名；不写时用代号，各月相同")
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@teaching
def export_log(kind: str, month: str, names: bool, file: Path) -> None:
    from webui import log_export
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    traces.month(month)  # before the file is touched
    with services.transactions.read() as tx, file.open("wb") as out:
        cases = log_export.write(tx, services, out, kind, month, not names)
    with services.transactions.write() as tx:
        told = {"cases": cases, "format": kind, "names": names}
        record(tx, services.clock.now(), None, log_export.EXPORTED, month.strip(), told)
    click.echo(f"{file}　{cases} 件流程。")
