"""Three-way merge of a generated file: what a user sees, case by case."""

from __future__ import annotations

from textwrap import dedent

import pytest

from helm_aeterna.formats import FormatError
from helm_aeterna.outputs.merge.trees import WHOLE_FILE, merge_yaml, same

LAST = dedent("""\
    # Written by helm aeterna 1
    cache:
      type: dragonfly
      dragonfly:
        enabled: true
    aeterna:
      replicas: 1
      args:
        - one
    """)

MINE = dedent("""\
    # Written by helm aeterna 1
    cache: # ours
      type:   dragonfly   # the default

      # switched on by the team
      dragonfly:
        enabled: true
    aeterna:
      extra: "kept"   # by hand
      replicas: 1
      args:
        - one
    mine: {a: 1}
    """)


def test_new_values_go_where_the_old_ones_stood() -> None:
    new = LAST.replace("type: dragonfly", "type: valkey").replace("enabled: true", "enabled: false")

    merged = merge_yaml(LAST, MINE, new)

    assert merged.text == MINE.replace("dragonfly   #", "valkey   #").replace("enabled: true", "enabled: false")
    assert merged.conflicts == ()


def test_new_keys_follow_their_neighbour_in_the_users_indentation() -> None:
    disk = "aeterna:\n    replicas: 1 # enough\n\n# the cache\ncache:\n    type: valkey\n"
    new = "aeterna:\n  replicas: 1\n  port: 8080\ningress:\n  hosts:\n    - a\ncache:\n  type: valkey\n"

    merged = merge_yaml("aeterna:\n  replicas: 1\ncache:\n  type: valkey\n", disk, new)

    assert merged.text == (
        "aeterna:\n    replicas: 1 # enough\n    port: 8080\ningress:\n  hosts:\n  - a\n\n"
        "# the cache\ncache:\n    type: valkey\n"
    )


def test_what_the_program_takes_back_goes_and_comments_stay() -> None:
    merged = merge_yaml(LAST, MINE, LAST.replace("  dragonfly:\n    enabled: true\n", ""))

    assert merged.text == MINE.replace("  dragonfly:\n    enabled: true\n", "")


def test_a_map_that_is_taken_back_leaves_the_users_own_keys() -> None:
    merged = merge_yaml("a:\n  x: 1\n  y: 2\nb: 1\n", "a:\n  x: 1 # why\n  y: 2\n  mine: 3\nb: 1\n", "b: 1\n")

    assert merged.text == "a:\n  # why\n  mine: 3\nb: 1\n"
    assert merged.conflicts == ()


def test_both_changed_it_the_users_value_stays_and_the_key_is_named() -> None:
    disk = LAST.replace("replicas: 1", "replicas: 5")

    merged = merge_yaml(LAST, disk, LAST.replace("replicas: 1", "replicas: 2"))

    assert merged.text == disk
    assert merged.conflicts == ("aeterna.replicas",)


def test_both_changed_it_alike() -> None:
    disk = LAST.replace("replicas: 1", "replicas: 2 # same thought")

    merged = merge_yaml(LAST, disk, LAST.replace("replicas: 1", "replicas: 2"))

    assert merged.text == disk
    assert merged.conflicts == ()


@pytest.mark.parametrize("new", ["port: 7\n", "port: 5\nhost: changed\n"])
def test_the_user_took_a_key_out(new: str) -> None:
    merged = merge_yaml("port: 5\nhost: a\n", "port: 5\n", new)

    assert merged.text == new.replace("host: changed\n", "")
    assert merged.conflicts == (("host",) if "host" in new else ())


def test_nobody_knows_what_was_written_last() -> None:
    merged = merge_yaml(None, "a: 1\nb: 2\n", "a: 1\nb: 3\nc: 4\n")

    assert merged.text == "a: 1\nb: 2\nc: 4\n"
    assert merged.conflicts == ("b",)


def test_a_broken_note_of_what_was_written_last_counts_as_none() -> None:
    assert merge_yaml("a: [", "a: 1\n", "a: 2\n").conflicts == ("a",)


HEAD = "# Written by helm aeterna\n"
BLOCKS = f"{HEAD}\n# The server\naeterna:\n  replicas: 2\n\n# Cache: Dragonfly\ncache:\n  type: dragonfly\n"
VALKEY = BLOCKS.replace("Dragonfly\n", "Valkey\n# Open source\n").replace("dragonfly", "valkey")


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_comments_above_blocks_follow_the_program(line_break: str) -> None:
    added = "  mine: 1 # why\n"
    disk, wanted = ((text + added).replace("\n", line_break) for text in (BLOCKS, VALKEY))
    assert merge_yaml(BLOCKS, disk, VALKEY).text == wanted


def test_comments_above_blocks_that_the_user_wrote_or_took_out_stay() -> None:
    own = BLOCKS.replace("# Cache: Dragonfly\n", "# Cache: ours\n")
    assert merge_yaml(BLOCKS, own, VALKEY).text == own.replace("dragonfly", "valkey")
    bare = BLOCKS.replace("# Cache: Dragonfly\n", "")
    assert merge_yaml(BLOCKS, bare, VALKEY).text == bare.replace("dragonfly", "valkey")
    more = BLOCKS.replace("# Cache: Dragonfly\n", "# first\n# Cache: Dragonfly\n# last\n")
    assert merge_yaml(BLOCKS, more, VALKEY).text == more.replace("Dragonfly\n", "Valkey\n# Open source\n").replace(
        "dragonfly", "valkey"
    )


def test_a_block_comes_and_goes_with_its_comment() -> None:
    mine = BLOCKS.replace("replicas: 2", "replicas: 2 # mine")
    without = mine[: mine.index("\n# Cache")]
    assert merge_yaml(BLOCKS, mine, BLOCKS[: BLOCKS.index("\n# Cache")]).text.rstrip() == without.rstrip()
    assert merge_yaml(BLOCKS[: BLOCKS.index("\n# Cache")], without, BLOCKS).text == mine
    assert merge_yaml(None, "{}\n", BLOCKS).text.lstrip() == BLOCKS.removeprefix(HEAD).lstrip()


def test_a_file_without_comments_gets_them() -> None:
    bare = f"{HEAD}aeterna:\n  replicas: 2\ncache:\n  type: dragonfly\n"
    assert merge_yaml(bare, bare + "mine: 1\n", BLOCKS).text == BLOCKS + "mine: 1\n"


def test_the_untouched_header_follows_the_program() -> None:
    new = LAST.replace("aeterna 1", "aeterna 2\n# with another line")

    assert merge_yaml(LAST, MINE, new).text == MINE.replace("aeterna 1", "aeterna 2\n# with another line")
    own = MINE.replace("aeterna 1\n", "aeterna 1\n# and me\n")
    assert merge_yaml(LAST, own, new).text == own


@pytest.mark.parametrize(
    ("last", "disk", "new", "expected"),
    [
        pytest.param("a: {}\n", "a: {} # c\n", "a:\n  x: 1\n", "a: # c\n  x: 1\n", id="empty map grows"),
        pytest.param("a:\n  x: 1\n", "a: # c\n  # d\n  x: 1 # e\n", "a: 1\n", "# d\n# e\na: 1 # c\n", id="to scalar"),
        pytest.param("a: 1\n", "a: 1 # c\n", "a:\n  x:\n  - 1\n", "a: # c\n  x:\n  - 1\n", id="scalar to map"),
        pytest.param("a:\n", "a: # c\n", "a: 1\n", "a: 1 # c\n", id="nothing to scalar"),
        pytest.param("a: 1\n", "a: 1 # c\n", "a:\n", "a: null # c\n", id="scalar to nothing"),
        pytest.param("a: 1\n", "a: 1 # c\n", "a: |-\n  x\n  y\n", "a: |- # c\n  x\n  y\n", id="scalar to literal"),
        pytest.param("a: |\n  x\n  y\n", "a: | # c\n   x\n   y\n\nb: 1\n", "a: z\n", "# c\na: z\n\nb: 1\n", id="text"),
        pytest.param("a: [1]\n", "a: # c\n- 1 # d\nb: 1\n", "a: [1, 2]\n", "# d\na: # c\n- 1\n- 2\nb: 1\n", id="list"),
        pytest.param("a: 1\n", "a: 1", "a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 3\n", id="no line break at the end"),
        pytest.param("a: 1\n", "# only this\n", "a: 1\nb: 2\n", "# only this\nb: 2\n", id="only a comment"),
        pytest.param("", "", "a: 1\n", "a: 1\n", id="empty file"),
        pytest.param("a: 1\n", "\ufeffa: 1\nmine: 1\n", "a: 2\n", "\ufeffa: 2\nmine: 1\n", id="byte order mark"),
        pytest.param("a: 1\n", "---\na: 1 #\n...\n", "a: 1\nb: 2\n", "---\na: 1 #\nb: 2\n...\n", id="document marks"),
        pytest.param("a: 1\n", "a: 1\r\nm: 1\r\n", "a: 1\nb:\n  c: 1\n", "a: 1\r\nb:\r\n  c: 1\r\nm: 1\r\n", id="CRLF"),
        pytest.param(
            "a: {x: 1, y: 2, z: 3}\n",
            "a: {x: 1, m: 0, y: 2, z: 3}\n",
            "a: {x: 5, n: k}\n",
            'a: {x: 5, m: 0, "n": "k"}\n',
            id="brackets",
        ),
        pytest.param("a: {x: 1, y: 2}\n", "a: { x: 1, y: 2 } # c\n", "a: {y: 2}\n", "a: { y: 2 } # c\n", id="first"),
        pytest.param("a: {x: 1}\n", "a: {\n  x: 1, # c\n}\n", "a: {x: 2}\n", "# c\na:\n  x: 2\n", id="comment inside"),
        pytest.param("a: {x: 1}\n", "a: {x: 1} # c\n", "a: {}\n", "a: {} # c\n", id="the only one goes"),
        pytest.param("a: {x: }\n", "a: {x: ,y: 1}\n", "a: {x: 1}\n", "a: {x: 1 ,y: 1}\n", id="nothing in brackets"),
        pytest.param("{a: 1}\n", "{a: 1, b: 2}\n", "{a: 3}\n", "{a: 3, b: 2}\n", id="whole file in brackets"),
        pytest.param("a: 1\nb: 1\n", "# h\na: 1 # c\nb: 1\n", "{}\n", "# h\n# c\n", id="nothing is left"),
    ],
)
def test_ways_of_writing(last: str, disk: str, new: str, expected: str) -> None:
    merged = merge_yaml(last, disk, new)

    assert merged.text == expected
    assert merged.conflicts == ()


@pytest.mark.parametrize(
    ("last", "disk", "new", "conflicts"),
    [
        pytest.param("a: 1\nb: 1\n", "a: &x 1\nb: *x\n", "a: 2\nb: 1\n", ("a",), id="anchor"),
        pytest.param("a: 1\nb: 1\n", "a: &x 1\nb: *x\n", "a: 1\nb: 2\n", ("b",), id="alias"),
        pytest.param(
            "b: {c: 1, d: 1}\n", "a: &x {c: 1}\nb: {<<: *x, d: 1}\n", "b: {c: 1, d: 2}\n", ("b",), id="merge key"
        ),
        pytest.param("a: x\n", "a: !!str x\n", "a: y\n", ("a",), id="tag"),
        pytest.param("a: x\n", "? a\n: x\n", "a: y\n", (WHOLE_FILE,), id="question mark"),
        pytest.param("a: {b: 1}\n", "a: {\n  b: 1, # m\n  m: 1}\n", "a: {b: 2}\n", ("a",), id="comment in brackets"),
        pytest.param("a: 1\n", "- 1\n", "a: 2\n", (WHOLE_FILE,), id="a list"),
        pytest.param(
            "a: 1\nb: 2\n", "a: 1 #\nb: |\n  x", "a: 1\nb: 2\nc: 3\n", ("b", "c"), id="literal to the very end"
        ),
    ],
)
def test_what_cannot_be_edited_safely_stays(last: str, disk: str, new: str, conflicts: tuple[str, ...]) -> None:
    merged = merge_yaml(last, disk, new)

    assert merged.text == disk
    assert set(merged.conflicts) <= set(conflicts)
    assert merged.conflicts


def test_beside_an_anchor_the_rest_is_merged() -> None:
    merged = merge_yaml("a: 1\nc: 1\n", "a: &x 1\nb: *x\nc: 1\n", "a: 1\nc: 2\nd: 3\n")

    assert merged.text == "a: &x 1\nb: *x\nc: 2\nd: 3\n"
    assert merged.conflicts == ()


@pytest.mark.parametrize(
    ("disk", "place"),
    [
        ("a: 1\nb: [\n", "values.yaml:3:1"),
        ("a: 1\na: 2\n", "values.yaml:2:1"),
        ("a: 1\n---\nb: 1\n", "values.yaml:2:1"),
        ("\ta: 1\n", "values.yaml:1:1"),
        ("a: &x\n  b: *x\n", "values.yaml"),
        ("a: " + "[" * 2000 + "]" * 2000, "values.yaml"),
    ],
)
def test_a_broken_file_is_named_with_its_place(disk: str, place: str) -> None:
    with pytest.raises(FormatError) as caught:
        merge_yaml(LAST, disk, LAST)
    assert caught.value.where == place


def test_types_count() -> None:
    assert not same([1], [True])
    assert not same("1", 1)
    assert not same(1, 1.0)
    assert same(float("nan"), float("nan"))
    assert same({"a": 1, "b": [1]}, {"b": [1], "a": 1})


def test_the_text_is_not_shown_by_accident() -> None:
    assert "hunter2" not in repr(merge_yaml("a: 1\n", "password: hunter2\n", "a: 1\n"))
