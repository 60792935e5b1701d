"""What every page owes its readers, whoever they are: a heading, names for all controls, no scrolling sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.colleague import Colleague
from tests.browser.conftest import Arrive
from tests.browser.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TABS = ("form", "diagram", "log", "changes", "limits")
PAGES = {
    "孙倩": (
        "/", "/done", "/started", "/notices", "/apply", "/apply/customer_create", "/attachments", "/password",
        "/customers", "/customers?q=hc", "/customers/1000001", "/customers/1000001?tab=history",
        "/customers?q=公司&region=32&industry=C&order=name", "/customers/1000001?tab=contacts",
        "/customers/1000001?at=2026-10-31", "/reports",
        *(f"/reports/RP-{number}" for number in ("09", "10", "12", "16")),
        *(f"/cases/CREATE?tab={tab}" for tab in TABS), "/cases/CREATE/print",
    ),
    "李志强": ("/", "/?scope=department", "/incidents", "/assessment/mine"),
    "陈立": (
        "/assessment", "/assessment/2026-11", "/assessment/mine",
        *(f"/assessment/2026-11?tab={tab}" for tab in ("persons", "late", "notes")),
        "/assessment/findings?month=2026-11&kind=late",
    ),
    "赵磊": (
        "/clock", "/settings/", "/settings/departments", "/settings/departments/new", "/settings/persons",
        "/settings/persons/new", "/settings/persons/3", "/settings/posts", "/settings/posts/appoint",
        "/settings/calendar", "/settings/import", "/settings/audit",
        *(f"/workbench/customer_modify/{page}" for page in ("versions", "migrate", "migrations")),
    ),
}  # fmt: skip
WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
AUDIT = """() => {
    const shown = (element) => element.checkVisibility();
    const all = (selector) => [...document.querySelectorAll(selector)];
    const named = (element) => element.labels?.length || element.getAttribute('aria-label')
        || element.getAttribute('aria-labelledby') || element.title || element.textContent.trim();
    const name = (element) => element.outerHTML.slice(0, 120);
    const ids = all('[id]').map((element) => element.id);
    const headings = all('h1').length;
    return [
        ...(headings === 1 ? [] : [`${headings} headings h1`]),
        ...all('input:not([type=hidden]), select, textarea, button, a[href]')
            .filter((element) => shown(element) && !named(element)).map((element) => `no name: ${name(element)}`),
        ...all('img:not([alt])').map((element) => `no alt: ${name(element)}`),
        ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: #${id}`),
        ...all('a[href^="#"]').filter((link) => link.hash && !document.getElementById(link.hash.slice(1)))
            .map((link) => `leads nowhere: ${link.hash}`),
    ];
}"""


def judged(colleague: Colleague) -> list[str]:
    """What is wrong with the page before a colleague, on a wide screen and on a telephone."""
    colleague.page.wait_for_load_state("load")
    found = [*colleague.page.evaluate(AUDIT), *colleague.too_wide()]
    colleague.page.set_viewport_size(PHONE)
    found += [f"at 390: {wide}" for wide in colleague.too_wide()]
    colleague.page.set_viewport_size(WIDE)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_headed_named_and_fit_wide_and_narrow_screens(demo_site: Site, sign_in: Arrive, name: str) -> None:
    colleague = sign_in(name)
    wrong = {}
    for path in PAGES[name]:
        colleague.open(path.replace("CREATE", str(demo_site.first("customer_create"))))
        if found := judged(colleague):
            wrong[path] = found

    assert wrong == {}


def test_a_month_and_a_finding_draw_their_pictures_and_fit(demo_site: Site, sign_in: Arrive) -> None:
    """
    Given the month of November with findings
    When 陈立 opens a row in place, then one of its findings
    Then both charts and the time bar are drawn, and the pages fit.
    """
    chen = sign_in("陈立")
    chen.open("/assessment/2026-11?open=0")
    expect(chen.page.locator("[data-chart] svg").first).to_be_visible()
    assert chen.page.locator("[data-chart=multiples] svg").count() >= 1
    chen.page.get_by_role("link", name="展开财务部").click()
    expect(chen.page.get_by_role("link", name="收起财务部")).to_be_visible()
    assert judged(chen) == []

    chen.page.locator(".k-sheet-inside a").first.click()
    expect(chen.page.locator(".k-timebar svg").first).to_be_visible()
    assert judged(chen) == []


def test_a_step_at_work_and_a_form_half_filled_fit_too(demo_site: Site, sign_in: Arrive) -> None:
    li = sign_in("李志强")
    li.open_first("核对与分发")
    assert judged(li) == []
    li.press("资料不全，退回申请部门")
    assert judged(li) == []

    sun = sign_in("孙倩")
    sun.open("/apply/customer_create")
    sun.fill_form({"legal_name": "苏州恒川精密机械有限公司", "tax_id_type": "none"})
    sun.press("查重")
    sun.sees("不是同一客户的理由")
    sun.page.locator("[data-add-row]").first.click()
    assert judged(sun) == []


def test_the_theme_is_chosen_once_and_kept(demo_site: Site, sign_in: Arrive) -> None:
    li = sign_in("李志强", color_scheme="light")
    root = li.page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")

    for _ in range(3):
        if root.get_attribute("data-bs-theme") == "dark":
            break
        li.press("切换浅色、深色、跟随系统")

    expect(root).to_have_attribute("data-bs-theme", "dark")
    li.open("/customers")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    assert li.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


def test_the_paper_form_has_everything_and_nothing_else(demo_site: Site, sign_in: Arrive) -> None:
    sun = sign_in("孙倩")
    sun.open(f"/cases/{demo_site.first('customer_create')}/print")

    sun.page.emulate_media(media="print")

    sun.sees("客户主数据维护（创建）申请表", "CJ-2026-0001", "审批、签字与盖章", "接收与处理时间", "校验码")
    expect(sun.page.get_by_role("img", name="华东事业部印章", exact=True)).to_be_visible()
    expect(sun.page.get_by_role("button", name="打印")).to_be_hidden()
    assert sun.page.pdf(format="A4").startswith(b"%PDF")
