"""Browsers and what they look at: Chromium once per session, an installation and people per test.

Playwright drives the Chromium of the machine; where there is none these tests are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from engine import migrate
from engine.clock import ManualClock
from tests.browser.colleague import Colleague
from tests.browser.site import DATABASE, Site, settings_in
from tests.cast import MONDAY
from tests.journeys.company import Company
from webui import demo

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60_000  # milliseconds; the machine may be busy with other tests
NO_CHROMIUM = "没有找到 Chromium：浏览器测试已跳过。安装 chromium，或用环境变量 COUNTERSIGN_TEST_CHROMIUM 指明路径"

Arrive = Callable[..., Colleague]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("COUNTERSIGN_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip(NO_CHROMIUM)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def small_company(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation with the people of `tests.cast`, before its first case."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(sqlite_template, folder / DATABASE)
    Company(f"sqlite:///{folder / DATABASE}", folder, ManualClock(MONDAY)).close()
    return folder


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration as `countersign run --demo` fills it."""
    folder = tmp_path_factory.mktemp("demonstration")
    migrate.upgrade(settings_in(folder).database)
    assert demo.fill(settings_in(folder))
    return folder


@pytest.fixture
def licence(tmp_path: Path) -> Path:
    path = tmp_path / "营业执照副本.pdf"
    path.write_bytes(b"%PDF-1.4\n% a licence\n%%EOF\n")
    return path


@pytest.fixture
def site(small_company: Path, tmp_path: Path) -> Iterator[Site]:
    """The small company on Monday 16 November 2026, 09:00, in demo mode."""
    opened = Site(small_company, tmp_path / "site", MONDAY)
    yield opened
    opened.close()


@pytest.fixture
def demo_site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    opened = Site(demonstration, tmp_path / "demo")
    yield opened
    opened.close()


class People:
    """Everybody who has come to a browser in this test."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.present: list[Colleague] = []

    def arrive(self, address: str, name: str = "", **options: Any) -> Colleague:
        """A fresh browser; `options` are Playwright's: viewport, color_scheme, java_script_enabled …"""
        defaults = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = self.chromium.new_context(**{**defaults, **options})
        context.set_default_timeout(PATIENCE)
        self.present.append(Colleague(context, address, name))
        return self.present[-1]

    def pictures(self, folder: Path) -> list[Path]:
        """What everybody sees now."""
        taken = []
        for number, colleague in enumerate(self.present):
            path = folder / f"{number}-{colleague.name or 'visitor'}.png"
            colleague.page.screenshot(path=path, full_page=True)
            taken.append(path)
        return taken

    def go_home(self) -> None:
        for colleague in self.present:
            colleague.context.close()


@pytest.fixture
def people(chromium: Browser) -> Iterator[People]:
    """Those who come to a browser; a script error or a violated security policy fails the test."""
    everybody = People(chromium)
    yield everybody
    faults = [fault for colleague in everybody.present for fault in colleague.faults]
    everybody.go_home()
    assert not faults, "\n".join(faults)


@pytest.fixture
def sign_in(request: pytest.FixtureRequest, people: People) -> Arrive:
    """`sign_in("孙倩")`: the person at an own browser, before the inbox, on the site of this test."""
    opened: Site = request.getfixturevalue("demo_site" if "demo_site" in request.fixturenames else "site")

    def arrive(name: str, **options: Any) -> Colleague:
        colleague = people.arrive(opened.address, name, **options)
        colleague.choose_in_demo(opened.login(name))
        return colleague

    return arrive


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Keep a picture of every browser when a test fails."""
    report = yield
    used = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed and "people" in used:
        taken = used["people"].pictures(used["tmp_path"])
        report.sections.append(("pictures", "\n".join(str(path) for path in taken)))
    return report
