"""A policy as a diagram, in the text of Mermaid or of Graphviz: stages, groups, and the rules that lead between them.

`transitions` draws: a machine of its own is made for the drawing, with groups as nested states, and is never run. A
rule of a group, or of `everywhere`, is drawn once from each group in which it applies throughout, so that a road is one
arrow and not one per stage. Rules that do something without moving the loan are not drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

from transitions.extensions.diagrams import HierarchicalGraphMachine
from transitions.extensions.diagrams_graphviz import NestedGraph as GraphvizGraph
from transitions.extensions.diagrams_mermaid import NestedGraph as MermaidGraph
from transitions.extensions.nesting import NestedState

from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.policy import Policy, Rule

Format: TypeAlias = Literal["mermaid", "graphviz"]

_SEPARATOR = "__"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset("accdescr acctitle as class classdef click default direction end fork graph href join node note "
                      "state strict style subgraph title digraph edge".split())  # fmt: skip
"""Words that mean something else to Mermaid or Graphviz."""


def draw(policy: Policy, form: Format = "mermaid", *, conditions: bool = True) -> str:
    """The diagram as text, ending with a line feed. Arrows say the rule and its event; with `conditions`, its guard."""
    graph_of = {"mermaid": _Mermaid, "graphviz": _Graphviz}[form]
    safe = _safe_in_mermaid if form == "mermaid" else str
    ids = _ids(policy)
    machine = _Drawing(
        model=_Nothing(),
        states=[_state(policy, path, ids, safe) for path in policy.stages if "." not in path],
        initial=ids[policy.start],
        transitions=list(_arrows(policy, ids, safe)),
        auto_transitions=False,
        graph_engine="mermaid",
        show_conditions=conditions,
    )
    title = f"{policy.id} {policy.version}"
    drawn: Any = graph_of(machine).get_graph(title=f"title: {title}" if form == "mermaid" else title)
    lines = (line.rstrip() for line in drawn.source.strip().split("\n"))
    return "\n".join(lines) + "\n"


# --- what is drawn ---


def _ids(policy: Policy) -> dict[str, str]:
    """A name for each stage that both languages can read: its own where that is plain."""
    ids: dict[str, str] = {}
    for number, path in enumerate(policy.stages, 1):
        around, _, name = path.rpartition(".")
        plain = _PLAIN.fullmatch(name) and name.lower() not in _RESERVED and _SEPARATOR not in name
        own = name if plain else f"stage{number}"
        ids[path] = f"{ids[around]}{_SEPARATOR}{own}" if around else own
    return ids


def _state(policy: Policy, path: str, ids: dict[str, str], safe: Callable[[str], str]) -> dict[str, Any]:
    stage = policy.stages[path]
    said = default_text(stage.label)
    name = path.rpartition(".")[2]
    state: dict[str, Any] = {
        "name": ids[path].rpartition(_SEPARATOR)[2],
        "label": safe(f"{name}: {said}" if said and said != name else name),
        "final": stage.end,
    }
    if stage.children:
        state["children"] = [_state(policy, child, ids, safe) for child in stage.children]
        if stage.first and stage.first in stage.children:
            state["initial"] = ids[stage.first].rpartition(_SEPARATOR)[2]
    return state


def _arrows(policy: Policy, ids: dict[str, str], safe: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    """One arrow for each rule and source, in the order of the sources in the file."""
    found: dict[str, list[tuple[str, Rule]]] = {}
    for rule in policy.rules:
        if rule.to is not None:
            for source in _sources(policy, rule):
                found.setdefault(source, []).append((source, rule))
    for path in policy.stages:
        for source, rule in found.get(path, []):
            assert rule.to is not None
            yield {
                "trigger": f"{source} by {rule.id}",
                "source": ids[source],
                "dest": ids[rule.to],
                "label": safe(_label(rule)),
                "conditions": [safe(rule.guard.text)] if rule.guard else None,
            }


def _sources(policy: Policy, rule: Rule) -> list[str]:
    """Where the arrows of a rule begin: the outermost groups in which it applies throughout, else single stages."""
    leaves = {leaf for leaf in policy.leaves if rule in policy.moves_in(leaf)}
    inside = {path: {leaf for leaf in policy.leaves if path in policy.stages[leaf].owners} for path in policy.stages}
    whole = [path for path, members in inside.items() if members <= leaves and rule.to not in members]
    outermost = [path for path in whole if not any(path.startswith(f"{other}.") for other in whole)]
    covered = {leaf for path in outermost for leaf in inside[path]}
    # a rule of a group that leads to a stage inside the group begins at each of the others
    return [path for path in policy.stages if path in outermost or (path in leaves and path not in covered)]


def _label(rule: Rule) -> str:
    on = f" on {rule.on}" if rule.on else ""
    approve = f" (approved by {rule.approve})" if rule.approve else ""
    return f"{rule.id}{on}{approve}"


_MERMAID_CODES = {"#": "#35;", ";": "#59;", ":": "#58;", '"': "#quot;", "<": "#lt;"}


def _safe_in_mermaid(text: str) -> str:
    """Text in which nothing means something else to Mermaid, on one line."""
    return "".join(_MERMAID_CODES.get(letter, letter) for letter in " ".join(text.split()))


# --- how it is drawn ---


class _Nothing:
    """The drawing needs a model, and does nothing with it."""


class _Stage(NestedState):
    """A stage, with what it is called."""

    separator = _SEPARATOR

    def __init__(self, name: str, label: str = "", **more: Any) -> None:
        super().__init__(name, **more)
        self.label = label


class _Drawing(HierarchicalGraphMachine):
    """A machine that is drawn and never run."""

    state_cls = _Stage
    style_attributes = {  # noqa: RUF012  # as there
        "node": {"default": {}, "end": {"peripheries": "2"}},
        "edge": {"default": {}},
        "graph": {"default": {"style": "rounded"}},
    }


class _Mermaid(MermaidGraph):
    """Mermaid, as transitions writes it, without the styles of a running machine."""

    def get_graph(self, title: str | None = None, roi_state: str | None = None) -> Any:
        drawn = super().get_graph(title, roi_state)
        kept = [
            line for line in drawn.source.split("\n") if not line.strip().lower().startswith(("classdef ", "class "))
        ]
        drawn.source = re.sub(r"\n{3,}", "\n\n", "\n".join(kept))
        return drawn


class _Graphviz(GraphvizGraph):
    """Graphviz, as transitions draws it, written here: no package and no program is needed for the text."""

    def generate(self) -> None:
        """Nothing is made in advance."""

    def get_graph(self, title: str | None = None, roi_state: str | None = None) -> Any:
        dot = _Dot(title or "")
        dot.line("graph", label=title, rankdir="LR", compound="true")
        dot.line("node", shape="rectangle", style="rounded")
        dot.node("the start", shape="point")
        states, transitions = self._get_elements()
        self._mark_ends(states, "")
        self._add_nodes(states, dot)
        dot.edge("the start", str(self.machine.initial))
        # an arrow from a group to its own first stage says nothing that the drawing does not
        self._add_edges([one for one in transitions if one["trigger"]], dot)
        return dot

    def _mark_ends(self, states: list[dict[str, Any]], around: str) -> None:
        for state in states:
            name = around + state["name"]
            if state.get("final"):
                self.set_node_style(name, "end")
            self._mark_ends(state.get("children", []), name + _SEPARATOR)

    def _convert_state_attributes(self, state: dict[str, Any]) -> str:
        return str(state["label"])


class _Dot:
    """The text of a graph in Graphviz' language; what transitions asks of the `graphviz` package, and no more."""

    def __init__(self, name: str) -> None:
        self._lines = [f"digraph {_quoted(name)} {{"]
        self._depth = 1

    @property
    def source(self) -> str:
        """The text."""
        return "\n".join([*self._lines, "}"])

    def line(self, subject: str, /, **attributes: Any) -> None:
        """One statement."""
        said = ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())
        self._lines.append(f"{'  ' * self._depth}{subject} [{said}];" if said else f"{'  ' * self._depth}{subject};")

    def node(self, name: str, /, **attributes: Any) -> None:
        """A stage."""
        self.line(_quoted(name), **attributes)

    def edge(self, source: str, dest: str, /, **attributes: Any) -> None:
        """An arrow; several rules between the same two stages stand under each other."""
        labels = [attributes.pop(where) for where in ("label", "headlabel", "taillabel") if where in attributes]
        if labels:
            attributes["label"] = "\n".join(labels).replace(" | ", "\n")
        self.line(f"{_quoted(source)} -> {_quoted(dest)}", **attributes)

    @contextmanager
    def subgraph(self, name: str, graph_attr: dict[str, Any]) -> Iterator[_Dot]:
        """A group."""
        self._lines.append(f"{'  ' * self._depth}subgraph {_quoted(name)} {{")
        self._depth += 1
        self.line("graph", **graph_attr)
        yield self
        self._depth -= 1
        self._lines.append("  " * self._depth + "}")


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\l")
    return f'"{text}\\l"' if "\\l" in text else f'"{text}"'
