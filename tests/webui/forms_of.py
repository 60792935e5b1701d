"""What a browser would post for a form of a page as it is drawn."""

from __future__ import annotations

from html.parser import HTMLParser


def posted_by(html: str, mark: str = "k-item") -> dict[str, list[str]]:
    """The controls of the form with this class, by name."""
    reader = _Controls()
    start = html.index(mark)
    reader.feed(html[html.rindex("<form", 0, start) : html.index("</form>", start)])
    return reader.found


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.select, self.chosen, self.area = "", None, ""  # type: str, str | None, str

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "input" and name and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self.found.setdefault(name, []).append(value)
        elif tag == "select":
            self.select, self.chosen = name, None
        elif tag == "option" and self.select and ("selected" in told or self.chosen is None):
            self.chosen = value
        elif tag == "textarea":
            self.area = name
            self.found.setdefault(name, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select:
            self.found.setdefault(self.select, []).append(self.chosen or "")
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][-1] += data
