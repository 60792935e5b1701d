"""A person at a browser, in short words; whatever goes wrong on a page meanwhile is remembered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

NOISE = "Failed to load resource"  # the console repeats every answer of 4xx; `_answered` judges those itself
FAULTS = {404}


class Colleague:
    """A browser of one person's own: signs in, opens, fills in, presses, looks."""

    def __init__(self, context: BrowserContext, address: str, name: str = "") -> None:
        self.address, self.name = address, name
        self.context = context
        self.page: Page = context.new_page()
        self.faults: list[str] = []  # errors of scripts, violations of the content security policy, missing pages
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._answered)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NOISE):
            self.faults.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or response.status in FAULTS:
            self.faults.append(f"{response.request.method} {response.url}: {response.status}")

    # --- coming and going -----------------------------------------------------------------------------------------

    def open(self, path: str = "/") -> None:
        self.page.goto(path if path.startswith("http") else self.address + path)

    def choose_in_demo(self, login: str) -> None:
        """Sign in with one click, as the demo's login page offers."""
        self.open("/login")
        self.page.locator(f'button[name=demo][value="{login}"]').click()
        self.page.wait_for_url(f"{self.address}/")

    def sign_in(self, login: str, password: str) -> None:
        self.open("/login")
        self.page.fill("#username", login)
        self.page.fill("#password", password)
        self.press("登录")

    def open_first(self, *texts: str) -> None:
        """Open the first line of the inbox that says all this."""
        self.open("/")
        line = self.page.locator("tr.k-row")
        for text in texts:
            line = line.filter(has_text=text)
        line.first.locator("td.k-customer a").click()
        expect(self.page.locator("#work")).to_be_visible()

    # --- doing ----------------------------------------------------------------------------------------------------

    def press(self, label: str) -> None:
        """Press the button of this name; one in an open dialog goes first."""
        self._in_front().get_by_role("button", name=label, exact=True).click()

    def follow(self, label: str, exact: bool = True) -> None:
        self.page.get_by_role("link", name=label, exact=exact).first.click()

    def decide(self, label: str, comment: str = "") -> None:
        """Press an outcome and confirm it, with a comment where one is written."""
        self.press(label)
        dialog = self.page.locator("dialog[open]")
        if comment:
            dialog.locator("textarea").first.fill(comment)
        dialog.locator("[data-confirm]").click()

    def search_for(self, name: str, tax_id: str) -> None:
        """The first step of an application: look for the customer by name and number."""
        self.open("/apply")
        self.page.locator('a.k-choice[href="/apply/customer_create"]').click()
        self.fill_form({"legal_name": name, "tax_id": tax_id})
        self.press("查重")

    def apply(self, form: Mapping[str, Any], *files: Path) -> None:
        """Search, fill in the whole form, attach the files and hand it in."""
        self.search_for(form["legal_name"], form["tax_id"])
        self.sees("可以申请新增")
        self.fill_form({name: value for name, value in form.items() if name != "attachments"})
        self.attach(*files)
        self.press("提交主管领导审批")
        self.page.wait_for_url("**/cases/*")

    def fill_form(self, values: Mapping[str, Any]) -> None:
        """Fill in the controls of these names; lists of rows are tables, other lists are ticks."""
        for name, value in values.items():
            if isinstance(value, Sequence) and not isinstance(value, str):
                self._fill_list(name, value)
            else:
                self.fill(name, value)

    def fill(self, name: str, value: Any) -> None:
        controls = self.control(name)
        kind = controls.first.evaluate("control => control.type")
        if kind == "radio":
            self.page.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            controls.set_checked(bool(value))
        elif kind == "select-one":
            controls.select_option(str(value))
        else:
            controls.fill(str(value))

    def control(self, name: str) -> Locator:
        return self._in_front().locator(f'[name="{name}"]')

    def attach(self, *files: Path) -> None:
        """Choose files; the page sends them at once and lists what was kept."""
        listed = self.page.locator(".k-files li")
        already = listed.count()
        self.page.locator("input[type=file]").set_input_files(list(files))
        expect(listed).to_have_count(already + len(files))

    def _fill_list(self, name: str, values: Sequence[Any]) -> None:
        if not values or not isinstance(values[0], Mapping):
            for value in values:
                self.page.locator(f'[name="{name}"][value="{value}"]').check()
            return
        table = self.page.locator(f'[data-table="{name}"]')
        for number, row in enumerate(values):
            if table.locator("tbody tr").count() <= number:
                table.locator("[data-add-row]").click()
            for column, value in row.items():
                self.fill(f"{name}-{number}-{column}", value)

    def _in_front(self) -> Locator:
        dialog = self.page.locator("dialog[open]")
        return dialog if dialog.count() else self.page.locator("body")

    # --- looking --------------------------------------------------------------------------------------------------

    def sees(self, *texts: str) -> None:
        """Every text stands on the page within a few seconds."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True)

    def sees_not(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text, use_inner_text=True)

    def inbox(self) -> str:
        """The words of the inbox' lines."""
        self.open("/")
        return re.sub(r"\s+", " ", self.page.locator("#inbox-rows").inner_text())

    def too_wide(self) -> list[str]:
        """What stands out of the page on the right and makes it scroll sideways."""
        found: list[str] = self.page.evaluate(
            """() => {
                const wide = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= wide) return [];
                return [...document.body.querySelectorAll('*')]
                    .filter((element) => element.getBoundingClientRect().right > wide + 1)
                    .slice(0, 5).map((element) => `${element.tagName}.${element.className}`);
            }"""
        )
        return found
