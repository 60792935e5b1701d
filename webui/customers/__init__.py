"""客户: the list and its criteria, one customer whole, and sensitive values in full for a stated purpose."""

from webui.customers.views import customers

__all__ = ["customers"]
