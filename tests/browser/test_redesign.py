"""The whole way of a change: drawn, checked, tried, compared, published by another, running cases moved, followed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.test_workbench import choose, draw_legal_step, editing, give_to_leader
from tests.cast import MONDAY
from tests.journeys.company import FORM, firm

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROCESS = "customer_modify"
# The middle of the flow on which a modification goes to other departments, on the screen.
TO_DEPARTMENTS = """(() => {
    const flow = modeler.get('elementRegistry').get('Flow_Gw_route_Merge_route');
    const canvas = modeler.get('canvas');
    canvas.scrollToElement(flow, 120);
    const { x, y, scale } = canvas.viewbox(), box = canvas.getContainer().getBoundingClientRect();
    const [a, b] = flow.waypoints;
    return [(((a.x + b.x) / 2) - x) * scale + box.x, (((a.y + b.y) / 2) - y) * scale + box.y];
})()"""


def limit_of(site: Site, case: int) -> str:
    """The limit under which a department completes its view in this case."""
    with site.services.transactions.read() as tx:
        rows = tx.all("SELECT amount FROM deadline WHERE instance_id = ? AND clock = 'T2'", (case,))
    return str(rows[-1][0])


def test_departments_get_six_hours_and_legal_a_step_and_running_cases_come_along(site: Site, sign_in: Arrive) -> None:
    """
    Given two running modifications, one before the leader, one at finance with its four hours
    When 李志强 gives T2 six hours and draws a legal step, 赵磊 publishes and moves what can move
    Then the next case comes to the legal step and has six hours, and what ran before keeps its four
    """
    with site.desk() as desk:
        early = desk.modify(desk.posted(), city="东莞市")
        late = desk.modify(desk.posted(form=firm(1)), city="东莞市")
        desk.approve(late)
        desk.route(late, "FIN")
    li = sign_in("李志强")
    editing(li, PROCESS)

    # T2 改为 6 小时：时钟在共用环节里，在调用它的环节上改
    li.page.locator("[data-bench=fit]").click()
    choose(li, "Sub_departments")
    li.page.get_by_label("正常限期").fill("6h")
    li.page.get_by_label("正常限期").blur()
    li.sees("制度现为 4h")

    # 先写表单，再把“法务审核”画到分发的连线上；忘了表单，检查标出来
    draw_legal_step(li, TO_DEPARTMENTS)
    expect(li.page.locator(".djs-shape.k-wrong")).to_have_count(1)
    give_to_leader(li)
    li.page.get_by_label("不限时的原因").fill("制度没有规定时限")
    li.page.get_by_label("不限时的原因").blur()
    expect(li.page.locator(".djs-shape.k-wrong")).to_have_count(0)
    expect(li.page.locator("[data-bench-status]")).to_contain_text("已保存")

    # 情景、变更清单、在办影响，然后提请
    li.page.locator("[data-bench-changes]").click()
    li.sees("新增 人工办理“法务审核”", "制度 SD-010 的时限 T2", "在办 2 件：可迁移 2")
    li.press("全部运行")
    expect(li.page.locator("[data-played-tag]", has_text="符合")).to_have_count(6)
    li.page.get_by_label("修改原因").fill("T2 改为 6 小时，分发前由法务审核")
    li.press("提请发布")
    li.sees("待复核")

    # 另一人看同一份依据，发布，预演迁移，再迁移
    zhao = sign_in("赵磊")
    zhao.open(f"/workbench/{PROCESS}/changes")
    zhao.page.get_by_label("复核意见").fill("同意")
    zhao.press("批准并发布第 2 版")
    zhao.sees("第 2 版", "批准：赵磊")
    zhao.open(f"/workbench/{PROCESS}/migrate")
    zhao.sees("在办 2 件：可迁移 2")
    zhao.page.get_by_label("迁移原因").fill("在办的也由法务审核")
    zhao.press("迁移勾选的流程")
    zhao.sees("已迁移")

    # 次日：新的一件和迁移过来的一件都到法务审核；新收到的限 6 小时，早先收到的仍限 4 小时
    site.move_to(MONDAY + timedelta(days=1))
    with site.desk() as desk:
        third = desk.modify(desk.posted(form=firm(2)), city="东莞市")
        for case in (early, third):
            desk.approve(case)
            desk.route(case, "FIN")
            assert [node for node in desk.open_nodes(case) if node.startswith("Activity")]
    ma = sign_in("马国栋")
    ma.open_first(FORM["legal_name"], "法务审核")
    ma.fill("legal_opinion", "同意修改")
    ma.press("出具意见")
    ma.sees(firm(2)["legal_name"], "送各部门完善，限 6 小时")  # the new one is opened next
    assert (limit_of(site, early), limit_of(site, late)) == ("6h", "4h")
