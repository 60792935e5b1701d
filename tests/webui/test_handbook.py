"""操作手册 on its pages: everybody reads what is published, drafts are read by those who draw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import workbench
from engine.definitions import DIAGRAM, read_folder
from engine.spiff.xml import root_of
from tests.webui.desk import Desk, text
from webui.handbook.drawing import pieces
from webui.handbook.signs import wrapped

PROCESS = "customer_create"
PAGE = f"/handbook/{PROCESS}"
DIAGRAMS = sorted(Path("processes").glob("*/process.bpmn"))


def drafted(desk: Desk) -> None:
    """李志强 has begun a draft in which 核对与分发 has another name."""
    documents = read_folder(Path("processes") / PROCESS)
    renamed = documents | {DIAGRAM: documents[DIAGRAM].replace('name="核对与分发"', 'name="核对、判断与分发"')}
    person = desk.cast.person("李志强")
    with desk.transactions.write() as tx:
        draft = workbench.open_(tx, desk.clock.now(), desk.cast.people, person, PROCESS)
        workbench.save(tx, desk.clock.now(), desk.cast.people, person, PROCESS, draft.revision, renamed)


@pytest.mark.parametrize("who", ["孙倩", "黄雅琴", "李志强", "赵磊"])
def test_everybody_reads_the_handbook_of_a_published_procedure(desk: Desk, who: str) -> None:
    browser = desk.browser_of(who)

    listed, page = text(browser.get("/handbook")), text(browser.get(PAGE))

    assert "客户主数据创建" in listed
    assert "第 1 版" in page
    assert "SD-010 2004-04 版" in page
    assert "4 小时；按工作时间计，送达时起计" in page


def test_a_draft_is_read_by_those_who_draw_and_is_marked(desk: Desk) -> None:
    drafted(desk)

    page, refused = text(desk.browser_of("李志强").get(f"{PAGE}/draft")), desk.browser_of("孙倩").get(f"{PAGE}/draft")

    assert "草稿，尚未发布，不得据以办理" in page
    assert "核对、判断与分发 本版修改" in page
    assert refused.status_code == 403
    assert "草稿只给起草流程的人看" in text(refused)


def test_the_draft_stays_out_of_running_heads_for_others(desk: Desk) -> None:
    drafted(desk)

    assert desk.browser_of("孙倩").get(f"{PAGE}/running.css?draft=1").status_code == 403
    assert "草稿" in desk.browser_of("李志强").get(f"{PAGE}/running.css?draft=1").get_data(as_text=True)


@pytest.mark.parametrize("address", [f"{PAGE}?version=9", "/handbook/nothing", "/handbook/posts/nobody"])
def test_what_there_is_not_is_told(desk: Desk, address: str) -> None:
    assert desk.browser_of("孙倩").get(address).status_code == 404


@pytest.mark.parametrize("address", [PAGE, "/handbook/posts/focal"])
def test_a_downloaded_handbook_needs_nothing_else(desk: Desk, address: str) -> None:
    answer = desk.browser_of("孙倩").get(f"{address}?file=1")

    page = answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert re.findall(r"<(?:link|script|img)\b|url\((?!#)|href=\"(?!#)", page) == []
    assert "@top-left" in page


def test_the_handbook_of_a_post_names_the_versions_it_is_made_of(desk: Desk) -> None:
    page = text(desk.browser_of("马国栋").get("/handbook/posts/leader"))

    assert "客户主数据创建 第 1 版" in page
    assert "主管领导审批" in page


@pytest.mark.parametrize("file", DIAGRAMS, ids=[one.parent.name for one in DIAGRAMS])
def test_a_drawing_shows_every_name_on_pieces_that_fit_a_page(file: Path) -> None:
    document = file.read_text("utf-8")
    names = {one.get("name") for one in root_of("x", document.encode()).iter() if one.get("id", "")[:5] == "Task_"}

    drawn = pieces(document, "d")

    shown = "".join(re.findall(r"<tspan[^>]*>([^<]*)</tspan>", "".join(one.svg for one in drawn))).replace(" ", "")
    widths = [float(width) for one in drawn for width in re.findall(r'width="([\d.]+)mm"', one.svg)]
    assert [name for name in names if name and name.replace(" ", "") not in shown] == []
    assert max(widths) <= (276 if drawn[0].wide else 178)


def test_a_file_without_a_drawing_gives_no_pieces() -> None:
    assert pieces("<nonsense", "d") == []


@pytest.mark.parametrize("number", ["nan", "inf", "1e300", "x", "-49999"])
def test_absurd_measures_do_not_hold_up_a_drawing(number: str) -> None:
    document = re.sub(r' x="\d+"', f' x="{number}"', DIAGRAMS[0].read_text("utf-8"), count=3)

    assert len(pieces(document, "d")) <= 12


def test_names_in_a_drawing_cannot_leave_it() -> None:
    document = DIAGRAMS[0].read_text("utf-8").replace('name="系统"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"')

    assert "<script" not in "".join(one.svg for one in pieces(document, "d"))


def test_text_is_broken_into_lines_that_fit() -> None:
    assert wrapped("客户主数据维护", 36) == ["客户主", "数据维", "护"]
    assert wrapped("同意吗？", 36) == ["同意吗？"]
