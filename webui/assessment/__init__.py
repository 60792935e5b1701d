"""考核: the month's report, the findings behind every figure, one finding with its evidence, what is one's own."""

from webui.assessment.views import assessment

__all__ = ["assessment"]
