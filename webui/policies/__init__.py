"""制度: its text, its parameters and how they are read, its versions, the next one drafted and reviewed."""

from webui.policies.views import policies

__all__ = ["policies"]
