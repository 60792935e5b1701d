"""设置: the pages of administrators — departments, persons, posts, calendar, import, check, audit list."""

from webui.people.pages import people as people

from webui.people import arrangement, audit, calendar, departments, imports, persons, posts, proposals, reference, rules  # isort: skip  # noqa: F401
