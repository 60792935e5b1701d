"""The commands of the assessment: the month's report, the arithmetic of a finding, the recomputation of a month."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from engine.snapshots import Snapshot, Snapshots
from engine.transactions import Tx
from handlers.penalties import explain, ledger
from handlers.penalties.basis import live
from handlers.penalties.findings import found
from handlers.penalties.period import Month
from handlers.report_csv import csv_bytes, table_text
from webui.command_line import opened, read_settings, teaching
from webui.services import clock_of


@click.group(help="报表。")
def report() -> None:
    pass


@report.command(help="考核月报（RP-06）：部门汇总；--whole 全部各表；--explain 一项的计算。")
@click.option("--month", "which", metavar="2026-09", help="考核月份。")
@click.option("--format", "form", type=click.Choice(["csv"]), default="csv", show_default=True, help="输出格式。")
@click.option("--whole", is_flag=True, help="输出整份月报，不只部门汇总。")
@click.option("--explain", "finding", metavar="事件号", help="打印一项考核（如 CS-412-37）的事实和计算。")
@teaching
def penalties(which: str | None, form: str, whole: bool, finding: str | None) -> None:
    transactions = opened(read_settings())
    now = clock_of(transactions).now()
    with transactions.read() as tx:
        snapshot = Snapshots().at(tx)
        if finding is not None:
            click.echo("\n".join(_explained(tx, finding, snapshot, now)))
            return
        if which is None:
            raise click.UsageError("请给出 --month 2026-09，或 --explain 事件号。")
        _, told = ledger.build(tx, Month.parse(which), snapshot, now, whole=whole)
        content = csv_bytes(told).decode("utf-8-sig") if whole else table_text(told.tables[0])
    sys.stdout.write(content.replace("\r\n", "\n"))


def _explained(tx: Tx, name: str, snapshot: Snapshot, now: datetime) -> list[str]:
    one = found(tx, name, live(tx, snapshot, now))
    assessed, _ = ledger.build(tx, Month.of(one.at), snapshot, now, whole=False)
    return explain.told(tx, one, assessed.basis, assessed.lines)


@click.command(help="按事件日志重算一个已锁定的月份：一致退出 0，不一致 1（指出第一处），没有锁定的月份 2。")
@click.option("--month", "which", required=True, metavar="2026-09", help="考核月份。")
@teaching
def recompute(which: str) -> None:
    transactions = opened(read_settings())
    with transactions.read() as tx:
        kept = ledger.locked(tx, Month.parse(which))
        if kept is None:
            click.echo(f"{which} 没有已锁定的考核月报。", err=True)
            sys.exit(2)
        fault = ledger.recompute(tx, kept)
    if fault is None:
        click.echo(f"{which} 重算一致：{kept.digest}")
        return
    click.echo(f"{which} 重算不一致：{fault}。", err=True)
    sys.exit(1)
