"""The commands that keep folders of procedures and the database in step: countersign processes export, import, diff."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from engine import policy_drafts, policy_folder, policy_tables, workbench
from engine.definitions import CALLED, DIAGRAM, read_folder
from engine.errors import CountersignError
from engine.people import Person
from engine.policy import Policies
from engine.policy_reader import policy_files, read_text
from engine.policy_words import differences
from engine.transactions import Tx
from engine.workbench import manifest
from webui import shared_folders
from webui.command_line import opened, read_settings, teaching
from webui.process_folders import POLICIES, procedures

FOLDER = click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))


@click.group(help="流程文件夹与数据库互通：export 导出，import 导入为草稿，diff 说出差别。")
def processes() -> None:
    pass


@processes.command(
    "export", help="把各流程的现行版本和制度写进文件夹（默认是设置里的 processes）；多出的文件只列出，不删。"
)
@FOLDER
@click.option("--draft", is_flag=True, help="有草稿的写草稿。")
@teaching
def export(folder: Path | None, draft: bool) -> None:
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    target = folder or Path(services.settings.processes)
    known = _manifest(target)
    bases, marks = dict(known.procedures), dict(known.shared)
    with services.transactions.read() as tx:
        for one in workbench.overview(tx):
            drawn = workbench.find(tx, one.process) if draft else None
            if drawn is None and one.newest is None:
                continue
            documents = drawn.documents if drawn else workbench.documents_of(tx, one.process, one.newest.id)
            base = manifest.base_of(tx, one.process, drawn.base if drawn else one.newest.id)
            bases |= {one.process: base} if base else {}
            for line in _write(target, one.process, documents):
                click.echo(line)
        for name, text, drawn_from in shared_folders.to_export(tx, draft):
            if drawn_from is None:
                click.echo(f"共用环节 {name}：各流程现用的稿子不同，没有写；请先在流程工作台里统一")
                continue
            marks[name] = manifest.fingerprint(drawn_from)
            click.echo(f"共用环节 {name}：{'写了' if _put(target / name / DIAGRAM, text) else '已是最新'}")
        for name in policy_tables.load(tx):
            written = policy_drafts.find(tx, name) if draft else None
            text = policy_folder.written(policy_tables.history(tx, name), written.text if written else None)
            click.echo(f"制度 {name}：{'写了' if _put(target / POLICIES / f'{name}.yaml', text) else '已是最新'}")
    _put(target / manifest.NAME, manifest.written(manifest.Manifest(bases, marks)))


@processes.command("import", help="把文件夹里改过的流程收为草稿；发布仍在网页上由第二人进行。")
@FOLDER
@click.option("--as", "login", required=True, help="以谁的名义起草：登录名。")
@teaching
def import_(folder: Path | None, login: str) -> None:
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    source = folder or Path(services.settings.processes)
    with services.transactions.write() as tx:
        people = services.people(tx)
        person = _person(people.by_login(login), login)
        root, known = _root(source), _manifest(_root(source))
        drawings = shared_folders.in_folder(source)
        steps = shared_folders.bring_in(tx, services.clock.now(), people, person, drawings, known.shared)
        drawn = []
        for process, documents in _read(source):
            manifest.must_be_current(tx, process, documents, known.procedures.get(process))
            saved = workbench.bring_in(tx, services.clock.now(), people, person, process, documents)
            said = (
                "与数据库相同" if saved is None else f"已收为草稿（第 {saved.draft.revision} 稿），请在网页上提请发布"
            )
            click.echo(f"{process}：{said}")
            drawn += [process] if saved else []
            taken = saved.draft.documents if saved else _published(tx, process)
            for line in () if root == source else shared_folders.left_out(documents, taken):
                click.echo(line)
        for line in shared_folders.joined(tx, services.clock.now(), people, person, steps, drawn):
            click.echo(line)
        for name, text in _policies(root) if root == source else ():
            kept = policy_folder.bring_in(tx, services.clock.now(), people, person, name, text)
            if kept is not None:
                click.echo(f"制度 {name}：新版本已收为草稿（第 {kept.revision} 稿），请在网页上提请发布")


@processes.command("diff", help="逐条说出文件夹比数据库的现行版本改了什么；有差别时退出码为 1。")
@FOLDER
@teaching
def diff(folder: Path | None) -> None:
    from webui.services import Services

    opened(read_settings()).close()
    services = Services.build(read_settings())
    found = 0
    with services.transactions.read() as tx:
        source = folder or Path(services.settings.processes)
        for process, documents in _read(source):
            whole = workbench.with_steps_in_force(tx, process, documents)
            found += _say(process, map(str, workbench.changes(process, _published(tx, process), whole)))
        for what, told in shared_folders.differences(tx, shared_folders.in_folder(source)):
            found += _say(what, told)
        for name, text in _policies(source):
            found += _say(f"制度 {name}", _revised(tx, name, text))
    sys.exit(1 if found else 0)


def _say(what: str, told: Iterable[str]) -> int:
    """Print the differences of one thing; returns how many there are."""
    lines = list(told)
    click.echo(f"{what}：{f'{len(lines)} 处' if lines else '与数据库相同'}")
    for line in lines:
        click.echo(f"    {line}")
    return len(lines)


def _read(source: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The procedures of a folder with their documents; shared steps: `shared_folders.py`."""
    if not shared_folders.alone(source):
        yield from ((folder.name, read_folder(folder)) for folder in procedures(source))


def _root(source: Path) -> Path:
    """Where the manifest lies: beside the folders of procedures."""
    return source.resolve().parent if (source / DIAGRAM).is_file() else source


def _manifest(root: Path) -> manifest.Manifest:
    file = root / manifest.NAME
    return manifest.read(read_text(file)) if file.is_file() else manifest.Manifest()


def _policies(source: Path) -> Iterator[tuple[str, str]]:
    """The policies beside the procedures: name and text."""
    yield from ((file.stem, read_text(file)) for file in policy_files(source / POLICIES))


def _revised(tx: Tx, name: str, text: str) -> Iterator[str]:
    """What the version that a file adds would change, in words."""
    versions = policy_tables.history(tx, name)
    more = policy_folder.added(versions, name, text)
    if more is not None:
        policy = Policies.parse(more, f"{name}.yaml").versions[0]
        for what, was, now in differences(policy_drafts.before(versions, policy), policy):
            yield f"{what}：{was} → {now}"


def _published(tx: Tx, process: str) -> dict[str, str]:
    versions = workbench.versions(tx, process)
    return workbench.documents_of(tx, process, versions[0].id) if versions else {}


def _person(found: Person | None, login: str) -> int:
    if found is None:
        raise CountersignError("没有登录名为 {login} 的人。请核对 --as。", login=login)
    return found.id


def _write(target: Path, process: str, documents: Mapping[str, str]) -> Iterator[str]:
    """Write what differs; says per procedure how much, and what lies there beside it."""
    folder, written = target / process, 0
    own = {path: text for path, text in documents.items() if not path.startswith(CALLED)}
    for path, text in own.items():
        written += _put(folder / path, text)
    yield f"{process}：{f'写了 {written} 个文件' if written else '已是最新'}"
    present = {file.relative_to(folder).as_posix() for file in folder.rglob("*.*") if file.is_file()}
    known = {path for path in present if path.startswith(("forms/", "letters/", "scenarios/"))}
    yield from (f"    多出（现行版本里没有，未删）：{path}" for path in sorted(known - own.keys()))
    yield from _uncalled(target, documents)


def _put(file: Path, text: str) -> bool:
    """Write a file that differs; says whether it did."""
    if file.is_file() and file.read_bytes() == text.encode():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return True


def _uncalled(target: Path, documents: Mapping[str, str]) -> Iterator[str]:
    """Shared steps that only a draft calls so far are written when they are missing."""
    for path, text in documents.items():
        if path.startswith(CALLED) and path.endswith(".bpmn"):
            file = target / path.removeprefix(CALLED).removesuffix(".bpmn") / DIAGRAM
            if not file.is_file() and _put(file, text):
                yield f"    共用环节 {file.parent.name}：已写"
