"""操作手册: the procedures as printed documents, and what each post does; published ones are for everybody."""

from webui.handbook.pages import handbook as handbook

from webui.handbook import views  # isort: skip  # noqa: F401
