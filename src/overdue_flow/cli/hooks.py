"""Hooks from a module of the host's: `--hooks service.hooks:register`, or `--hooks service.hooks:HOOKS`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from overdue_flow.cli.manners import Mistake
from overdue_flow.errors import OverdueFlowError
from overdue_flow.problems import did_you_mean
from overdue_flow.runtime.flow import Flow

Register: TypeAlias = Callable[[Flow], object]
"""Registers hooks with a flow."""

_EXPECTED = "expected a module and a name in it, such as `service.hooks:register`"


def hooks_named(text: str) -> Register:
    """What registers the hooks that `module:name` names: a function that takes the flow, or a mapping from actions to
    hooks. The module is looked for in the current folder, too."""
    module, colon, name = text.partition(":")
    if not (module and colon and name):
        raise Mistake(f"`{text}` names no hooks: {_EXPECTED}")
    found = _named(_imported(module, text), name, text)
    if isinstance(found, Mapping):
        return lambda flow: [flow.on(action)(hook) for action, hook in found.items()]
    if callable(found):
        return lambda flow: _registered(found, flow, text)
    raise Mistake(f"`{text}` is neither a function that takes the flow nor a mapping from actions to hooks")


def _registered(register: Register, flow: Flow, text: str) -> None:
    try:
        register(flow)
    except OverdueFlowError:
        raise  # the flow does not take what it registers, and says why
    except (Exception, SystemExit) as error:  # a function of the host's may raise anything
        raise Mistake(f"cannot register the hooks `{text}`: {type(error).__name__}: {error}") from error


def _imported(module: str, text: str) -> Any:
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:  # a module of the host's may raise anything while it is imported
        raise Mistake(f"cannot load the hooks `{text}`: {type(error).__name__}: {error}") from error


def _named(module: Any, name: str, text: str) -> Any:
    for part in name.split("."):
        if not hasattr(module, part):
            hint = did_you_mean(part, [one for one in vars(module) if not one.startswith("_")])
            raise Mistake(f"cannot load the hooks `{text}`: there is no `{part}`" + (f"; {hint}" if hint else ""))
        module = getattr(module, part)
    return module
