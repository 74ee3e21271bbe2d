"""Stop switches: an action, or all contact, stops at once for every worker that shares the store.

Switches stand in the store and are read right before each hook is called. What is stopped waits where it is, no try is
counted, and it goes out when the switch is taken back.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from overdue_flow.cases.effects import Effect
from overdue_flow.runtime.hooks import Hooks
from overdue_flow.store.consequences import plain_text
from overdue_flow.store.protocol import EVERY_CONTACT, Store, Switch

log = logging.getLogger("overdue_flow.outbox")


def stopping(effect: Effect, stopped: Mapping[str, Switch]) -> Switch | None:
    """The switch, of those that are `stopped`, that keeps an effect from going out; None where none does."""
    found = stopped.get(effect.action)
    return stopped.get(EVERY_CONTACT) if found is None and effect.kind == "contact" else found


def stop(store: Store, hooks: Hooks, switch: Switch) -> None:
    """Stop an action, or all contact. HookError for a name that is neither."""
    if switch.name != EVERY_CONTACT:
        hooks.check_name(switch.name)
    switch = switch._replace(by=plain_text(switch.by), reason=plain_text(switch.reason))
    store.stop(switch)
    told = {"switch": switch.name, "by": switch.by, "reason": switch.reason}
    log.warning("%s is stopped by %s: %s", switch.name, switch.by, switch.reason, extra=told)
