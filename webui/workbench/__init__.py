"""流程工作台: procedures are redrawn, checked, compared and published here."""

from webui.workbench.pages import workbench as workbench

from webui.workbench import comparing, editor, form_catalogue, form_items, forms, golden_cases, listing  # isort: skip  # noqa: F401
from webui.workbench import migrating, playing, publishing, running, scenarios  # isort: skip  # noqa: F401
from webui.workbench import uploading, versions  # isort: skip  # noqa: F401
