"""YAML as plain text with places. The only file that imports yaml.

Nothing is typed here: every scalar stays the text that stands in the file (`on` is not true, `NO` is not false,
`0.10` is not a float, a date stays text), and the schema decides what it means. The tree is built from the parser's
events, so nothing in a file can make a Python object, and a hostile file is refused by a ceiling before it costs
anything.

Refused here, each with its place: what is not UTF-8, control characters, files over 1 MiB, nesting deeper than
`DEPTH_MAX`, more than `VALUES_MAX` values, duplicate keys, tags, merge keys, aliases beyond `ALIASES_MAX`, keys that
are no plain text, several documents, a file that is no mapping.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from overdue_flow.policy.alignment import Spot
from overdue_flow.policy.places import Path, Plain, Source
from overdue_flow.policy.syntax import Complaint, explain_syntax
from overdue_flow.problems import Place

BYTES_MAX = 1024 * 1024
DEPTH_MAX = 30
VALUES_MAX = 50_000
ALIASES_MAX = 20

# libyaml where PyYAML was built with it (ten times faster); both give the same events
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

NOT_IN_A_FILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What cannot stand in a file: controls but tab and line feed, and the separators that YAML takes for line ends."""


class _GivenUp(Exception):
    """The rest of the file is not worth reading; the problem is noted."""


def read(content: str | bytes, file: str) -> Source:
    """Read a file. Never raises for bad content: see `Source.problems`; `readable` is false where there is no tree to
    check.
    """
    source = Source(file)
    text = _text_of(content, source)
    if text is None:
        source.readable = False
        return source
    source.text = text
    try:
        _Composer(source).compose()
    except _GivenUp:
        source.readable = False
    except yaml.MarkedYAMLError as error:
        source.problems.append(explain_syntax(source.file, text, _said_by(error)))
        source.readable = False
    except yaml.YAMLError:
        source.refuse("not-yaml", "the file cannot be read as YAML")
        source.readable = False
    return source


def _said_by(error: yaml.MarkedYAMLError) -> Complaint:
    mark = error.problem_mark or error.context_mark
    opened = error.context_mark
    return Complaint(
        error.problem or "",
        error.context or "",
        (mark.line, mark.column) if mark else (0, 0),
        (opened.line, opened.column) if opened else None,
    )


def _text_of(content: str | bytes, source: Source) -> str | None:
    """The text of a file, with plain line ends; None, and a problem, where it is none."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    if len(raw) > BYTES_MAX:
        source.refuse("too-large", f"the file has more than {BYTES_MAX:,} bytes, the most that a policy may have")
        return None
    if isinstance(content, bytes):
        try:
            content = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line, column = _line_and_column(raw[: error.start].decode("utf-8", "replace"))
            spot = Spot(line, column, line, column)
            hint = "save the file as UTF-8 text"
            source.refuse("not-utf-8", f"byte 0x{raw[error.start]:02x} is not UTF-8 text", spot, hint=hint)
            return None
    text = content.removeprefix("\ufeff").replace("\r\n", "\n")
    found = NOT_IN_A_FILE.search(text)
    if found or any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        start = found.start() if found else next(i for i, letter in enumerate(text) if 0xD800 <= ord(letter) < 0xE000)
        line, column = _line_and_column(text[:start])
        spot = Spot(line, column, line, column)
        message = f"the character U+{ord(text[start]):04X} cannot stand in a policy"
        source.refuse("control-character", message, spot, hint="delete it; it may be invisible in an editor")
        return None
    return text


def _line_and_column(before: str) -> tuple[int, int]:
    return before.count("\n"), len(before) - (before.rfind("\n") + 1)


class _Composer:
    """Builds the tree from the parser's events, and notes every key and value with its spot."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.events: Iterator[Any] = iter(yaml.parse(source.text, Loader=_LOADER))
        self.anchors: dict[str, Plain] = {}
        self.aliases = 0
        self.count = 0
        self.thrown_away = 0

    def compose(self) -> None:
        source = self.source
        root = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    source.refuse(
                        "several-documents", "a second document begins here; a policy is one", _spot(event),
                        hint="delete the `---`, or move what follows to a file of its own",
                    )  # fmt: skip
                    break
            elif isinstance(event, yaml.NodeEvent):
                root = event
                source.tree = self.value(event, ())
        if not isinstance(source.tree, dict):
            shape = "a list" if isinstance(source.tree, list) else "text" if source.tree.strip() else "empty"
            said = "the file is empty" if shape == "empty" else f"the file is {shape} as a whole"
            hint = "begin with `language: 1`"
            source.refuse("no-mapping", f"{said}; expected lines such as `policy: my-policy`", hint=hint)
            raise _GivenUp

    def value(self, event: Any, path: Path) -> Plain:
        """The value that begins with `event`, as it stands at `path`."""
        self._count(event, path)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        spot = self.source.values[path] = _spot(event)
        if event.tag is not None:
            self._refuse_tag(event, path, spot)
        value: Plain
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._list(path)
        else:
            value = self._mapping(path)
        if event.anchor is not None:
            self.anchors[event.anchor] = value
        return value

    def _count(self, event: Any, path: Path) -> None:
        self.count += 1
        if self.count > VALUES_MAX:
            self.source.refuse("too-many-values", f"the file has more than {VALUES_MAX:,} values", _spot(event))
            raise _GivenUp
        if len(path) > DEPTH_MAX:
            message = f"this is nested {len(path)} deep; a policy nests at most {DEPTH_MAX}"
            self.source.refuse("too-deep", message, _spot(event))
            raise _GivenUp

    def _list(self, path: Path) -> Plain:
        items: list[Plain] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> Plain:
        found: dict[str, Plain] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, path, found)
            self.source.keys[(*path, key)] = _spot(event)
            value = self.value(next(self.events), (*path, key))
            if not key.startswith("\0"):
                found[key] = value
        return found

    def _key(self, event: Any, path: Path, found: Mapping[str, Plain]) -> str:
        """The key that begins with `event`; a made-up one where it cannot be used, whose value is then thrown away."""
        spot = _spot(event)
        if not isinstance(event, yaml.ScalarEvent):
            self.source.refuse("bad-key", "a list, a mapping or an alias stands where a name is expected", spot)
            self.value(event, (*path, self._thrown_away()))
            return self._thrown_away()
        if event.tag is not None:
            self._refuse_tag(event, path, spot)
            return self._thrown_away()
        if event.value == "<<" and not event.style:
            hint = "write the keys out, or take a pack in with `extends`"
            self.source.refuse("merge-key", "`<<` merges mappings, which a policy does not do", spot, hint=hint)
            return self._thrown_away()
        if event.value in found:
            first = self.source.keys[(*path, event.value)]
            also = ((Place(self.source.file, first.line + 1, first.column + 1), "the first one stands here"),)
            message = f"`{event.value[:60]}` is said twice"
            self.source.refuse("duplicate-key", message, spot, also=also, hint="keep one of the two")
            return self._thrown_away()
        return str(event.value)

    def _thrown_away(self) -> str:
        self.thrown_away += 1
        return f"\0{self.thrown_away}"

    def _alias(self, event: Any, path: Path) -> Plain:
        spot = _spot(event)
        self.source.values[path] = Spot(spot.line, spot.column, spot.end_line, spot.end_column, is_alias=True)
        self.aliases += 1
        if self.aliases > ALIASES_MAX:
            message = f"the file has more than {ALIASES_MAX} aliases such as `*{event.anchor[:40]}`"
            self.source.refuse("too-many-aliases", message, spot, hint="write out what they stand for")
            raise _GivenUp
        if event.anchor not in self.anchors:
            message = f"`*{event.anchor[:40]}` stands for something marked `&{event.anchor[:40]}`, and nothing above is"
            hint = "text that begins with `*` must be quoted"
            self.source.refuse("unknown-alias", message, spot, hint=hint)
            self.source.damaged.add(path)
            return ""
        value = self.anchors[event.anchor]
        self.count += _size(value)
        self._count(event, path)
        return copy.deepcopy(value)

    def _refuse_tag(self, event: Any, path: Path, spot: Spot) -> None:
        tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")[:60]
        hint = "leave it out: the kind of a value follows from where it stands"
        if tag.startswith("!") and not tag.startswith("!!") and path and path[-1] in ("when", "that", "where"):
            hint = f"to deny a condition, write `not {tag[1:]}`"
        self.source.refuse("tag", f"`{tag}` is a tag; a policy has none", spot, hint=hint)
        self.source.damaged.add(path)


def _spot(event: Any) -> Spot:
    start, end = event.start_mark, event.end_mark
    style = event.style if isinstance(event, yaml.ScalarEvent) else None
    return Spot(start.line, start.column, end.line, end.column, style or "")


def _size(value: Plain) -> int:
    """How many values stand in `value`; bounded, since what an alias stands for was counted when it was read."""
    if isinstance(value, str):
        return 1
    inside: Sequence[Plain] = list(value.values()) if isinstance(value, dict) else value
    return 1 + sum(_size(one) for one in inside)


class _PlainDumper(yaml.SafeDumper):
    """Writes text as text: nothing is a number or a flag here, so nothing needs quotes for its looks."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # as yaml declares it

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write(tree: Plain) -> str:
    """A tree as YAML that `read` gives back unchanged."""
    text: str = yaml.dump(
        tree, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False
    )
    return text
