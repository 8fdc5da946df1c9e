from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from helm_aeterna.model.question import Kind, Option, Question, Script
from helm_aeterna.wizard.drawing.frame import ASCII, STYLES, Glyphs, Paper, columns_of, cut, window, wrapped
from helm_aeterna.wizard.drawing.screen import draw
from helm_aeterna.wizard.events import Press
from helm_aeterna.wizard.navigation import position
from helm_aeterna.wizard.plain.text import page_text
from helm_aeterna.wizard.text_input import TextInput
from tests.unit.wizard.robot import BAD, GOOD, Robot

_EVENTS = st.lists(st.sampled_from([*Press, "a", "7", " ", "é漢" * 30, "x" * 200]), max_size=40)
_SIZES = st.sampled_from([(80, 24), (40, 12), (24, 6), (10, 3), (200, 60)])


def texts(robot: Robot, columns: int = 80, rows: int = 24, glyphs: Glyphs | None = None) -> list[str]:
    paper = Paper(columns=columns, rows=rows, glyphs=glyphs or Glyphs())
    return ["".join(text for _, text in line) for line in draw(robot.state, paper).lines]


@hypothesis_given(_EVENTS, _SIZES)
@settings(max_examples=120, deadline=None)
def test_every_screen_fits_whatever_was_pressed(events: list[Press | str], size: tuple[int, int]) -> None:
    robot = Robot(checked=frozenset({"cloud", "crate-out"}), outcomes=(BAD, GOOD)).do(*events)
    columns, rows = size
    frame = draw(robot.state, Paper(columns=columns, rows=rows))
    assert len(frame.lines) == max(rows, 6)
    for line in frame.lines:
        assert columns_of("".join(text for _, text in line)) <= max(columns, 24)
        assert {style for style, _ in line} <= STYLES
        assert all(text.isprintable() for _, text in line)
    if frame.cursor is not None:
        assert 0 <= frame.cursor[0] < max(columns, 24)
        assert 0 <= frame.cursor[1] < max(rows, 6)


@hypothesis_given(st.lists(st.sampled_from([*Press, "a", "7"]), max_size=30))
@settings(max_examples=40, deadline=None)
def test_ascii_screens_are_ascii(events: list[Press | str]) -> None:
    robot = Robot(checked=frozenset({"cloud"}), outcomes=(GOOD,)).do(*events)
    assert all(line.isascii() for line in texts(robot, glyphs=ASCII))


@hypothesis_given(st.lists(st.sampled_from([*Press, "a", "7"]), max_size=30))
@settings(max_examples=40, deadline=None)
def test_the_header_says_where_the_page_is_and_promises_no_total(events: list[Press | str]) -> None:
    robot = Robot().do(*events)
    assert position(robot.state) in texts(robot)[0]
    assert " of " not in texts(robot)[0]


def test_a_secret_is_never_drawn() -> None:
    robot = Robot().choose("steps").choose("moon").choose("cloud").do(Press.DOWN, Press.ENTER, "hushhush")
    screen = "\n".join(texts(robot))
    assert "hush" not in screen
    assert "••••••••" in screen


def test_a_long_text_scrolls_with_its_cursor() -> None:
    robot = Robot().choose("steps").choose("moon").choose("crate").choose("crate-out")
    robot.do("start" + "x" * 100 + "end")
    assert any(line.rstrip().endswith("end") for line in texts(robot))
    robot.do(Press.HOME)
    assert any("start" in line for line in texts(robot))


def test_every_page_names_its_keys() -> None:
    robot = Robot().choose("steps")
    for _ in range(5):
        footer = texts(robot)[-1]
        assert "Enter" in footer
        assert "Esc" in footer
        assert "Ctrl-C" in footer
        robot.do(Press.ENTER)


def test_the_default_and_its_reason_are_said() -> None:
    screen = "\n".join(texts(Robot().choose("steps")))
    assert "because it is near" in screen
    assert "default" in screen


def test_the_licence_is_said() -> None:
    robot = Robot().choose("steps").choose("moon").do(Press.DOWN)
    assert any("BUSL-1.1" in line for line in texts(robot))
    assert any(line.strip().startswith("! not open.") for line in texts(robot))


def test_what_a_check_found_is_said_in_words() -> None:
    robot = Robot(checked=frozenset({"vault"}), outcomes=(BAD,)).choose("steps").choose("moon").choose("vault")
    screen = "\n".join(texts(robot))
    assert "Failed" in screen
    assert "Nobody is there." in screen


@pytest.mark.parametrize(("count", "focus", "height"), [(30, 0, 5), (30, 29, 5), (30, 15, 5), (3, 1, 5), (3, 0, 0)])
def test_a_window_shows_the_focus(count: int, focus: int, height: int) -> None:
    start, end = window(count, focus, height)
    assert start <= focus < end or height <= 0
    assert 0 <= start <= end <= count


def test_wide_letters_count_twice() -> None:
    assert columns_of("漢字") == 4
    assert columns_of("é") == 1
    assert columns_of("กำั") == 2  # a vowel above its letter takes no column
    assert columns_of(cut("漢字漢字", 5, Glyphs())) <= 5


def test_words_that_are_too_long_are_broken() -> None:
    assert wrapped("aaaa bbbbbbbbbbbb", 5) == ["aaaa", "bbbbb", "bbbbb", "bb"]


class TestLine:
    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ((Press.BACKSPACE,), "ab c|"),
            ((Press.HOME, Press.DELETE), "|b cd"),
            ((Press.LEFT, "x"), "ab cx|d"),
            ((Press.ERASE_WORD,), "ab |"),
            ((Press.ERASE_LINE,), "|"),
            ((Press.LEFT, Press.LEFT, Press.ERASE_REST), "ab |"),
            ((Press.HOME, Press.RIGHT, Press.END), "ab cd|"),
            (("\x1b[0m\n",), "ab cd[0m|"),
            (("e\tf\r\n",), "ab cde f|"),
        ],
    )
    def test_editing(self, keys: tuple[Press | str, ...], expected: str) -> None:
        line = TextInput.of("ab cd")
        for key in keys:
            line = line.pressed(key) if isinstance(key, Press) else line.typed(key)
        assert f"{line.text[: line.at]}|{line.text[line.at :]}" == expected

    def test_it_does_not_show_itself(self) -> None:
        assert "hush" not in repr(TextInput.of("hush"))


def test_a_flat_terminal_still_shows_the_question() -> None:
    robot = Robot().choose("steps")
    assert "Where to?" in "\n".join(texts(replace_rows(robot), 80, 8))


def test_a_small_terminal_shows_what_is_chosen_before_all_else() -> None:
    robot = Robot().choose("steps").choose("moon")
    assert any(line.startswith("  ❯ Crate") for line in texts(robot, 40, 10))
    robot.choose("crate").choose("crate-out").do(Press.ENTER)
    shown = texts(robot, 40, 10)
    assert any(line.startswith("  ❯ Host of the crate") for line in shown)
    assert any("✗" in line for line in shown), "what is wrong is seen, too"
    robot.do(Press.LEAVE)
    assert any(line.startswith("  ❯ Leave") for line in texts(robot, 40, 10))


def test_columns_that_do_not_fit_are_left_out_whole() -> None:
    robot = Robot().choose("steps").choose("moon")
    assert not any("…" in line for line in texts(robot, 44, 24))
    assert any("default" in line for line in texts(robot, 44, 24))


def test_the_end_of_a_long_text_is_reached_and_left_with_one_key() -> None:
    robot = Robot().choose("recommended").do(*[Press.ENTER] * 3, "d")
    assert robot.state.dialog is not None
    paper = Paper(columns=24, rows=10)
    robot.do(Press.END)
    frame = draw(robot.state, paper)
    shown = ["".join(text for _, text in line) for line in frame.lines]
    assert any(line.strip() == "end" for line in shown)
    assert frame.scroll is not None
    assert 0 < frame.scroll < robot.state.scroll, "the drawing says how far it went"


def test_the_first_page_tells_what_of_an_earlier_run_is_lost() -> None:
    robot = Robot(notices=("The last answers cannot be read",))
    assert any("! The last answers cannot be read." in line for line in texts(robot))
    assert "The last answers cannot be read" in page_text(robot.state)
    assert "The last answers cannot be read" not in page_text(robot.choose("steps").state)


def replace_rows(robot: Robot) -> Robot:
    robot.state = replace(robot.state)
    return robot


def test_a_small_terminal_shows_a_line_wherever_it_hides_one() -> None:
    """Finding W16: no blank line stands beside hidden ones."""
    robot = Robot(script=LONG).choose("steps")
    for _ in range(9):
        screen = texts(robot, columns=60, rows=14)
        shown = [line for line in screen if "Option" in line]
        body = screen[2:-2]
        assert len(shown) == 9 or all(line.strip() for line in body[2:]), screen
        robot.do(Press.DOWN)


LONG = Script(
    (
        Question(
            id="long",
            ask="Which one?",
            kind=Kind.CHOICE,
            options=tuple(Option(value=str(n), label=f"Option {n}", why=f"why {n}") for n in range(9)),
        ),
    )
)
