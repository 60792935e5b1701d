"""The command line: countersign run, schedule, init, due, check, verify, backup, restore, migrate, and the keys."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import click

from engine import backup as archives
from engine import limits, memory, migrate, roots
from webui.command_line import opened, read_settings, teaching, vault_of
from webui.evidence_commands import evidence, export_log, verify_evidence
from webui.key_commands import keys, rotate_keys, verify_form
from webui.penalty_commands import recompute, report
from webui.process_commands import processes


@click.group(help="会签：按流程图运行公司的制度。")
def main() -> None:
    pass


FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
COMMANDS = (verify_form, keys, rotate_keys, evidence, verify_evidence, export_log, report, recompute, processes)
for _command in COMMANDS:
    main.add_command(_command)


@main.command(help="启动网页服务；--demo 在空库中建演示数据。")
@click.option("--demo", is_flag=True, help="演示模式：空库时建演示数据，登录页可选人，时钟可前拨。")
@teaching
def run(demo: bool) -> None:
    from webui import create_app
    from webui.demo import fill
    from webui.founding import upgrade
    from webui.serving import server

    settings = read_settings(demo=True) if demo else read_settings()
    upgrade(settings)
    if demo:
        fill(settings)
    app = create_app(settings)
    metronome = app.extensions["countersign"].metronome()
    listening = server(app, settings)
    if settings.scheduler:
        metronome.start()
    memory.settle()
    print(f"http://127.0.0.1:{listening.effective_port}", flush=True)  # it listens already
    listening.run()


@main.command(help="单独运行定时任务，供多个网页进程共用（网页进程设 scheduler: false）。")
@teaching
def schedule() -> None:
    from webui.services import Services

    opened(read_settings()).close()
    metronome = Services.build(read_settings()).metronome()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    metronome.start()
    print("定时任务已启动", flush=True)
    stop.wait()
    metronome.stop()


@main.command(help="建立空的系统：数据库、公司日历、主数据维护部门和第一位管理员。")
@click.option("--company", prompt="公司名称", help="公司名称")
@click.option("--login", prompt="管理员登录名", help="管理员登录名")
@click.option("--name", prompt="管理员姓名", help="管理员姓名")
@click.option("--password", prompt="密码（至少 10 位）", hide_input=True, confirmation_prompt="再输一次")
@teaching
def init(company: str, login: str, name: str, password: str) -> None:
    from webui.founding import found

    settings = read_settings()
    migrate.upgrade(settings.database, vault=vault_of(settings))
    found(settings, company, login, name, password)
    click.echo(f"已建立“{company}”。运行 countersign run，用 {login} 登录，在“设置”中建部门、岗位和人员。")


@main.command(help="某时刻收到的步骤何时到期，例：countersign due '2026-09-18 17:30' 4h")
@click.argument("received")
@click.argument("limit")
@click.option("--clock", default="work", help="work 工作时间，wall 自然时间，duty 值班时间")
@teaching
def due(received: str, limit: str, clock: str) -> None:
    for line in limits.explain_due(received, limit, clock):
        click.echo(line)


@main.command(help="检查一个流程，或一个文件夹里的各流程；有错误时退出码为 1。")
@click.argument("folder", required=False, type=FOLDER)
@teaching
def check(folder: Path | None) -> None:
    from webui.checking import check_all

    installed = Path(read_settings().processes)
    lines, errors = check_all(folder or installed, installed)
    for line in lines:
        click.echo(line)
    sys.exit(1 if errors else 0)


@main.command(help="在一次性的演示公司里走流程的情景，并写出走过多少；不符合预期时退出码为 1。")
@click.argument("folder", required=False, type=FOLDER)
@click.option("--missed", is_flag=True, help="逐条列出没有情景走过的环节和连线。")
@teaching
def scenarios(folder: Path | None, missed: bool) -> None:
    from webui.scenarios import report as played

    installed = Path(read_settings().processes)
    failed = False
    for line, wrong in played.report(folder or installed, installed, missed):
        click.echo(line)
        failed |= wrong
    sys.exit(1 if failed else 0)


@main.command(help="核对事件日志与每日签名，指出第一条被改动、删除或插入的事件。")
@teaching
def verify() -> None:
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    with services.transactions.read() as tx:
        cases = tx.all("SELECT count(*), coalesce(sum(event_count), 0) FROM instance")[0]
        days = tx.all("SELECT count(*) FROM daily_root")[0][0]
        faults = list(services.engine.verify())
        faults += roots.verify(tx, services.engine.seals, Path(services.settings.exports))
    for fault in faults:
        click.echo(f"{fault.number}：{fault.what}")
    if not faults:
        said = f"与 {days} 天的每日签名一致" if days else "首尾相接；还没有每日签名，整条改写看不出来"
        click.echo(f"完好：{cases[0]} 件流程、{cases[1]} 条事件{said}。")
    sys.exit(1 if faults else 0)


@main.command(help="把全部数据备份成一个文件（两种数据库通用；密钥另行保管）。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@teaching
def backup(file: Path) -> None:
    click.echo(archives.backup(opened(read_settings()), file))


@main.command(help="把备份恢复到一个空的数据库。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@teaching
def restore(file: Path) -> None:
    click.echo(archives.restore(read_settings().database, file, vault_of(read_settings())))


@main.command(help="用校验规则检查已有客户，逐条列出不合格的编码。")
@teaching
def scan() -> None:
    from engine.clock import local
    from handlers.customers.rules.scan import scan as scan_store
    from handlers.customers.rules.scan import told
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    with services.transactions.read() as tx:
        results = scan_store(tx, local(services.clock.now()).date())
    for line in told(results):
        click.echo(line)


@main.command("migrate", help="把数据库升级到本版本的表结构和参考数据。")
@teaching
def migrate_command() -> None:
    from webui.founding import upgrade

    upgrade(read_settings())
    click.echo("数据库已是最新的表结构和参考数据。")


if __name__ == "__main__":
    main()
