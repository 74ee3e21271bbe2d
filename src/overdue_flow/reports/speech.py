"""What reports say, before it is said in a language: phrases of their own, words of the format, labels of the policy.

A report is built once and spoken in English or Chinese. English stands in the code; `zh.txt` has the Chinese for each
phrase and word, in one file. What the host gave (ids, names, amounts, free text) is shown as it is. A part may carry
the group of what it tells, so that it can be kept from who may not see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, TypeAlias, Union

from overdue_flow.guards.vocabulary import Fact
from overdue_flow.reports.seen import HIDDEN, Group

Section: TypeAlias = Literal["phrases", "words", "fields"]
"""A part of `zh.txt`."""

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Said: TypeAlias = Union[str, "Phrase", "Code", "Named", "Joined", "Guarded"]
"""Text as it is, or what becomes text in a language."""


class Phrase(NamedTuple):
    """A phrase of the program's own, in English, with what is put where it names `{something}`."""

    words: str
    values: tuple[tuple[str, Said], ...] = ()


class Code(NamedTuple):
    """A word of the format, such as `no_answer`: with blanks in English (or as it is `written`), by its translation
    elsewhere. The name of a `field` may mean something else than the word."""

    word: str
    written: bool = False
    field: bool = False


class Named(NamedTuple):
    """A label of the policy, by language; `otherwise` where it has none in the one that is spoken."""

    label: tuple[tuple[str, str], ...]
    otherwise: str = ""


class Joined(NamedTuple):
    """Several things, one after the other."""

    parts: tuple[Said, ...]
    by: Literal[", ", "; ", " ", ": ", ""] = ", "


class Guarded(NamedTuple):
    """Something of a group of its own, inside of something else."""

    group: Group
    said: Said


def say(words: str, **values: object) -> Phrase:
    """A phrase; values that are no text yet are shown as they are (amounts exactly)."""
    return Phrase(words, tuple((name, as_said(value)) for name, value in values.items()))


def code(word: str | None) -> Said:
    """A word of the format; nothing for none."""
    return Code(word) if word else ""


def named(label: Mapping[str, str], otherwise: str = "") -> Said:
    """A label of the policy, or `otherwise`."""
    return Named(tuple(label.items()), otherwise) if label else otherwise


def fact_label(fact: Fact) -> Said:
    """What a fact is called; in Chinese by its own term, where it has one."""
    return Named((("en", fact.label), ("zh", fact.label_zh))) if fact.label_zh else Phrase(fact.label)


def listed(parts: Iterable[Said], by: Literal[", ", "; ", " ", ": ", ""] = ", ") -> Joined:
    """What there is of `parts`, one after the other."""
    return Joined(tuple(part for part in parts if part != ""), by)


def as_said(value: object) -> Said:
    """A value as text; None is nothing, what can be said already stays so."""
    if value is None:
        return ""
    if isinstance(value, str | Phrase | Code | Named | Joined | Guarded):
        return value
    return str(value)


# --- in a language ---

_CHINESE_JOINTS = {", ": "，", "; ": "；", " ": " ", ": ": "：", "": ""}


def spoken(said: Said, lang: Language = "en") -> str:
    """What is said, in a language."""
    match said:
        case str():
            return said
        case Phrase(words=words, values=values):
            found = words if lang == "en" else in_chinese(words)
            return found.format(**{name: spoken(value, lang) for name, value in values}) if values else found
        case Code(word=word, written=written, field=field):
            plain = word.replace("_", " ")
            if lang == "en":
                return word if written else plain
            return in_chinese(plain, "fields", "words", "phrases") if field else in_chinese(plain, "words", "phrases")
        case Named(label=label, otherwise=otherwise):
            told = dict(label)
            return told.get(lang) or (next(iter(told.values())) if told else otherwise)
        case Joined(parts=parts, by=by):
            joint = by if lang == "en" else _CHINESE_JOINTS[by]
            return joint.join(text for part in parts if (text := spoken(part, lang)))
        case Guarded(said=inner):
            return spoken(inner, lang)


def without(said: Said, hides: Callable[[Group], bool]) -> Said:
    """The same with `HIDDEN` in the place of each part whose group is hidden."""
    match said:
        case Guarded(group=group, said=inner):
            return HIDDEN if hides(group) else without(inner, hides)
        case Phrase(words=words, values=values):
            return Phrase(words, tuple((name, without(value, hides)) for name, value in values))
        case Joined(parts=parts, by=by):
            return Joined(tuple(without(part, hides) for part in parts), by)
        case _:
            return said


def in_chinese(english: str, *sections: Section) -> str:
    """The Chinese of a phrase (or of what stands in the first of the `sections` that has it); the English without."""
    for section in sections or ("phrases",):
        found = chinese()[section].get(english)
        if found is not None:
            return found
    return english


@cache
def chinese() -> Mapping[Section, Mapping[str, str]]:
    """The Chinese of every phrase, word and name of a field, by the English."""
    found: dict[Section, dict[str, str]] = {"phrases": {}, "words": {}, "fields": {}}
    here = found["phrases"]
    for line in files("overdue_flow.reports").joinpath("zh.txt").read_text("utf-8").splitlines():
        match line.strip():
            case "[phrases]" | "[words]" | "[fields]" as section:
                here = found[section[1:-1]]  # type: ignore[index]  # one of the three
            case text if text and not text.startswith("#"):
                english, _sign, translated = text.partition(" = ")
                here[english] = translated
    return found


__all__ = [
    "LANGUAGES", "Code", "Guarded", "Joined", "Language", "Named", "Phrase", "Said", "as_said", "chinese",
    "code", "fact_label", "listed", "named", "say", "spoken", "without",
]  # fmt: skip
