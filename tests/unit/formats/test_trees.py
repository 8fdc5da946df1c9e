from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helm_aeterna.formats import FormatError, dump_yaml, flatten, load_json, load_yaml, nest

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
KEYS = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
LEAVES = st.one_of(st.booleans(), st.integers(-(10**9), 10**9), TEXTS)
TREES = st.dictionaries(KEYS, st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, min_size=1)), max_size=5)


@settings(deadline=None)  # a busy machine is no fault of the code
@given(TREES)
def test_yaml_comes_back_as_it_went(tree: dict[str, object]) -> None:
    assert (load_yaml(dump_yaml(tree), "t") or {}) == tree  # type: ignore[arg-type] # made of scalars and maps


@settings(deadline=None)  # a busy machine is no fault of the code
@given(TREES)
def test_leaves_make_the_tree_again(tree: dict[str, object]) -> None:
    assert nest(flatten(tree)) == tree  # type: ignore[arg-type] # made of scalars and maps


@pytest.mark.parametrize(
    "text", ["yes", "0x10", "1e3", "012", "null", "1_000", "1:30", "2026-01-01", "", "~", "=", ".5"]
)
def test_text_that_looks_like_something_else_stays_text_for_every_reader(text: str) -> None:
    written = dump_yaml({"a": text})
    assert load_yaml(written, "t") == {"a": text}
    assert text in {"2026-01-01", "="} or '"' in written


def test_numbers_are_places_in_a_list() -> None:
    assert nest({"a.0.b": 1, "a.0.c.0": 2, "a.1": 3}) == {"a": [{"b": 1, "c": [2]}, 3]}


def test_dates_stay_text_as_in_helm() -> None:
    assert load_yaml("a: 2026-01-01", "t") == {"a": "2026-01-01"}


@pytest.mark.parametrize(
    ("text", "place"), [("a: 1\na: 2\n", "f:2:1"), ("a: [1\n", "f:2:1"), ("\ta: 1", "f:1:1"), ("a: b: c", "f:1:5")]
)
def test_wrong_yaml_says_where(text: str, place: str) -> None:
    with pytest.raises(FormatError) as refused:
        load_yaml(text, "f")
    assert refused.value.where == place


def test_wrong_json_says_where() -> None:
    with pytest.raises(FormatError) as refused:
        load_json("{,}", "f.json")
    assert refused.value.where == "f.json:1:2"


@pytest.mark.parametrize(
    "value",
    ["!!int canary", "!!float canary", "!!bool canary", "!!timestamp canary", "!!binary can-ary", "!canary x",
     "!!canary x", "*canary", "!!map canary", "!!set canary", "&canary *canary", "!!null canary", "%canary"],
)  # fmt: skip
def test_an_error_names_the_place_and_never_the_value(value: str) -> None:
    where, said = "f:2:", ""
    try:
        load_yaml(f"a: 1\nb: {value}\n", "f")
    except FormatError as refused:
        where, said = refused.where, refused.message
    assert where.startswith("f:2:")
    assert "can" not in said.replace("cannot", "").replace("scan", "")
