"""The events that a host sends, by name: `from overdue_flow.events import PaymentReceived`."""

from overdue_flow.cases.events import *  # noqa: F403
from overdue_flow.cases.events import __all__ as __all__
