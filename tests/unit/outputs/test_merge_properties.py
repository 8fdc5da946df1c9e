"""Three-way merge against a plain merge of trees: any tree, any way of writing it down."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helm_aeterna.formats import dump_yaml, load_yaml
from helm_aeterna.outputs.merge.trees import merge_yaml, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from helm_aeterna.formats import Tree

MISSING = object()
KEYS = st.sampled_from(["host", "port", "apiKey", "b", "c-d", "e.f/g", "on", "1", "ключ"])
TEXTS = st.one_of(
    st.sampled_from(
        ["", "qdrant", "yes", "1.0", "# no comment", "a: b", "two\nlines", "end\n", "end\n\n", " lead\n x"]
    ),
    st.text(alphabet="ab #:-'\"\\{}[],&*!|>%@`\n\té", max_size=12),
    st.text(alphabet="word ", min_size=100, max_size=180),
)
SCALARS = st.one_of(TEXTS, st.integers(-9, 99), st.booleans(), st.none(), st.sampled_from([0.5, 1.0]))


def maps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(KEYS, values, max_size=4)


TREES = maps(st.recursive(SCALARS, lambda inner: st.one_of(maps(inner), st.lists(inner, max_size=3)), max_leaves=12))


@st.composite
def changed(draw: st.DrawFn, tree: dict[str, Any], values: st.SearchStrategy[Any] = SCALARS) -> dict[str, Any]:
    """The tree after somebody worked on it: values changed, keys gone, new and in another order."""
    result: dict[str, Any] = {}
    for key in draw(st.permutations(list(tree))):
        what = draw(st.sampled_from(["keep", "keep", "keep", "drop", "scalar", "tree"]))
        if what == "keep":
            value = tree[key]
            result[key] = draw(changed(value)) if isinstance(value, dict) else value
        elif what != "drop":
            result[key] = draw(values if what == "scalar" else TREES)
    return result | {key: value for key, value in draw(TREES).items() if key not in tree}


class Pen:
    """Writes a tree as a person might: brackets or lines, any indentation, comments and blank lines anywhere."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.comments: list[str] = []

    def coin(self) -> bool:
        return self.draw(st.integers(0, 3)) == 0

    def comment(self) -> str:
        self.comments.append(f"# mine {len(self.comments)}: {{x}}, 'y'")
        return self.comments[-1]

    def margin(self, indent: str) -> str:
        """What may stand between two entries."""
        pieces = [f"{indent}{self.comment()}\n" if self.coin() else "", "\n" if self.coin() else ""]
        return "".join(pieces)

    def tail(self) -> str:
        return f"  {self.comment()}" if self.coin() else ""

    def block(self, tree: dict[str, Any], indent: str = "") -> str:
        return "".join(self.margin(indent) + self.entry(key, value, indent) for key, value in tree.items())

    def entry(self, key: str, value: Any, indent: str) -> str:
        name = key if key in {"host", "port", "apiKey", "b", "c-d", "ключ"} else json.dumps(key)
        deeper = indent + " " * self.draw(st.integers(1, 4))
        if isinstance(value, dict) and value and not self.coin():
            return f"{indent}{name}:{self.tail()}\n{self.block(value, deeper)}"
        if isinstance(value, list) and value and not self.coin():
            items = "".join(f"{self.margin(deeper)}{deeper}- {flow(item)}{self.tail()}\n" for item in value)
            return f"{indent}{name}:{self.tail()}\n{items}"
        return f"{indent}{name}: {self.scalar(value, deeper)}"

    def scalar(self, value: Any, deeper: str) -> str:
        if isinstance(value, str) and re.fullmatch(r"(?:[a-z]+\n)+", value) and self.coin():
            body = "".join(f"{deeper}{line}\n" for line in value.splitlines())
            return f"|{self.tail()}\n{body}"
        if isinstance(value, list) and value and self.coin():
            items = ",\n".join(f"{deeper}{flow(item)}" for item in value)
            return f"[{self.tail()}\n{items}{self.tail()}\n{deeper}]{self.tail()}\n"
        written = "" if value is None and self.coin() else flow(value)
        return f"{written}{self.tail()}\n"


def flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def three_way(base: Any, ours: Any, theirs: Any, path: tuple[str, ...], conflicts: list[str]) -> Any:
    """The rule, on trees alone."""
    if isinstance(ours, dict) and (isinstance(theirs, dict) or (theirs is MISSING and isinstance(base, dict))):
        was, wanted = (side if isinstance(side, dict) else {} for side in (base, theirs))
        merged = {}
        for key in [*ours, *(key for key in wanted if key not in ours)]:
            sides = [side.get(key, MISSING) for side in (was, ours, wanted)]
            value = three_way(sides[0], sides[1], sides[2], (*path, key), conflicts)
            if value is not MISSING:
                merged[key] = value
        return MISSING if theirs is MISSING and not merged and ours else merged
    if equal(ours, base):
        return theirs
    if not equal(theirs, base) and not equal(ours, theirs):
        conflicts.append(".".join(path))
    return ours


def equal(one: Any, other: Any) -> bool:
    if MISSING in (one, other):
        return one is other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@st.composite
def situations(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], str, list[str]]:
    base = draw(TREES)
    ours, theirs = draw(changed(base)), draw(changed(base))
    pen = Pen(draw)
    disk = (pen.block(ours) or "{}\n") + pen.margin("")
    return base, ours, theirs, disk, pen.comments


def text_of(tree: Tree) -> str:
    return dump_yaml(tree, header="Written by the program")


@settings(max_examples=300, deadline=None)
@given(situation=situations(), windows=st.booleans(), cut=st.booleans())
def test_says_what_the_merge_of_the_trees_says(
    situation: tuple[dict[str, Any], dict[str, Any], dict[str, Any], str, list[str]], *, windows: bool, cut: bool
) -> None:
    base, ours, theirs, disk, comments = situation
    if cut and not re.search(r"\|.*\n[^\n]*\n*\Z", disk):  # a literal needs its last line break
        disk = disk.rstrip("\n")
    disk = disk.replace("\n", "\r\n") if windows else disk
    assert same(load_yaml(disk, "disk") or {}, ours)
    conflicts: list[str] = []
    expected = three_way(base, ours, theirs, (), conflicts)

    merged = merge_yaml(text_of(base), disk, text_of(theirs))

    assert sorted(merged.conflicts) == sorted(conflicts)
    assert same(load_yaml(merged.text, "merged") or {}, expected)
    assert [comment for comment in comments if comment not in merged.text] == []
    assert "\r\n" not in disk or "\n" not in merged.text.replace("\r\n", "")


DAMAGED = st.sampled_from([None, "", "- 1\n", "a: [\n", "\x00", "only text\n", "# a comment\n"])


@settings(max_examples=150, deadline=None)
@given(situations(), st.one_of(DAMAGED, TREES))
def test_whatever_the_record_says_what_differs_from_it_stays(
    situation: tuple[dict[str, Any], dict[str, Any], dict[str, Any], str, list[str]], record: Any
) -> None:
    _, ours, theirs, disk, comments = situation
    base = record if isinstance(record, dict) else {}
    conflicts: list[str] = []
    expected = three_way(base, ours, theirs, (), conflicts)

    merged = merge_yaml(text_of(record) if isinstance(record, dict) else record, disk, text_of(theirs))

    assert sorted(merged.conflicts) == sorted(conflicts)
    assert same(load_yaml(merged.text, "merged") or {}, expected)
    assert [comment for comment in comments if comment not in merged.text] == []


@settings(max_examples=80, deadline=None)
@given(situations())
def test_without_news_the_file_stays_as_it_is(
    situation: tuple[dict[str, Any], dict[str, Any], dict[str, Any], str, list[str]],
) -> None:
    base, _, _, disk, _ = situation
    assert merge_yaml(text_of(base), disk, text_of(base)).text == disk


@settings(max_examples=80, deadline=None)
@given(situations())
def test_untouched_lines_stay_as_they_are(
    situation: tuple[dict[str, Any], dict[str, Any], dict[str, Any], str, list[str]],
) -> None:
    _, ours, _, disk, _ = situation
    assume(ours)
    added = {**ours, "brand-new": {"key": "value"}}
    merged = merge_yaml(text_of(ours), disk, text_of(added)).text
    kept = merged.replace("brand-new:\n  key: value\n", "")
    assert kept == disk


@settings(max_examples=80, deadline=None)
@given(TREES, st.data())
def test_a_file_nobody_touched_becomes_the_new_one(base: dict[str, Any], data: st.DataObject) -> None:
    theirs = data.draw(changed(base))
    assert merge_yaml(text_of(base), text_of(base), text_of(theirs)).text == text_of(theirs)


def test_the_rule_itself() -> None:
    conflicts: list[str] = []
    rule: Callable[..., Any] = three_way
    assert rule({"a": 1}, {"a": 1}, {"a": 2}, (), conflicts) == {"a": 2}
    assert rule({"a": 1}, {"a": 3}, {"a": 2}, (), conflicts) == {"a": 3}
    assert conflicts == ["a"]
