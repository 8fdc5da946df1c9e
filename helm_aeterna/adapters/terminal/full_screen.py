"""The wizard's terminal: hands over keys, paints what it is given, and puts everything back at the end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any, Protocol

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import get_cwidth

from helm_aeterna.adapters.terminal.capabilities import PLAIN_STYLES, STYLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

_ESCAPE_WAIT = 0.05  # seconds in which the rest of an escape sequence must come; ssh sends it in one piece

_KEYS: Mapping[str, str] = {
    "up": "up", "c-p": "up", "down": "down", "c-n": "down", "left": "left", "right": "right", "home": "home",
    "c-a": "home", "end": "end", "c-e": "end", "pageup": "page-up", "pagedown": "page-down", "enter": "enter",
    "c-j": "enter", "tab": "next", "s-tab": "previous", "escape": "back", "c-b": "back", "f1": "help",
    "c-c": "leave", "c-d": "leave", "backspace": "backspace", "delete": "delete", "c-u": "erase-line",
    "c-k": "erase-rest", "c-w": "erase-word",
}  # fmt: skip


class Drawing(Protocol):
    """What is painted: lines of styled texts, and where the cursor stands."""

    @property
    def lines(self) -> Sequence[Sequence[tuple[str, str]]]:
        """Rows of (style, text)."""
        ...

    @property
    def cursor(self) -> tuple[int, int] | None:
        """Column and row."""
        ...


class Screen(Protocol):
    """What lives on the terminal."""

    @property
    def finished(self) -> bool:
        """Whether it has come to its end."""
        ...

    def draw(self, columns: int, rows: int) -> Drawing:
        """Say what is painted."""
        ...

    def press(self, key: str) -> None:
        """Take a named key."""
        ...

    def type(self, text: str) -> None:
        """Take letters."""
        ...

    def wake(self) -> None:
        """Take what happened in the background."""
        ...


class Stopped(Exception):  # noqa: N818 - not an error: somebody ended the program or the terminal went away
    """The program was told to end."""


class Terminal:
    """One full-screen run.

    Args:
        colour: Whether colours are wanted.
        keys: Where keys come from; None is the terminal.
        paper: Where it is painted; None is the terminal.
    """

    def __init__(self, *, colour: bool, keys: Input | None = None, paper: Output | None = None) -> None:
        self._colour = colour
        self._keys = keys
        self._paper = paper
        self._application: Application[None] | None = None
        self._screen: Screen | None = None

    def run(self, screen: Screen) -> None:
        """Show the screen until it is finished.

        Raises:
            Stopped: A signal came, or the terminal is gone.
        """
        self._screen = screen
        control = FormattedTextControl(self._text, focusable=True, show_cursor=True, get_cursor_position=self._cursor)
        application: Application[None] = Application(
            layout=Layout(Window(control, always_hide_cursor=Condition(lambda: self._drawing().cursor is None))),
            key_bindings=self._bindings(),
            style=Style.from_dict(STYLES if self._colour else PLAIN_STYLES),
            color_depth=ColorDepth.DEPTH_4_BIT if self._colour else ColorDepth.DEPTH_1_BIT,
            full_screen=True,
            input=self._keys,
            output=self._paper,
        )
        application.ttimeoutlen = _ESCAPE_WAIT
        application.timeoutlen = _ESCAPE_WAIT
        self._application = application
        try:
            application.run(pre_run=self._listen)
        except (EOFError, OSError) as error:
            raise Stopped from error

    def wake(self) -> None:
        """Have the screen look at what happened in the background; may be called from any thread."""
        application = self._application
        if application is not None and application.loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop ended in the meantime
                application.loop.call_soon_threadsafe(self._woken)

    def lend(self, work: Callable[[], None]) -> None:
        """Give the terminal to something else, as it was before, and take it back afterwards."""

        async def lent() -> None:
            await run_in_terminal(work, in_executor=True)
            self._woken()

        assert self._application is not None  # noqa: S101 - only a running screen lends
        self._application.create_background_task(lent())

    def _woken(self) -> None:
        application = self._application
        if application is None or application.is_done:
            return
        try:
            if self._screen is not None:
                self._screen.wake()
        except BaseException as error:  # noqa: BLE001 - raised again by `run`, the terminal put back
            application.exit(exception=error)
        else:
            self._go_on()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(self._woken)  # something may have ended before there was anybody to wake
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            # In the main thread only; a test may run elsewhere.
            with contextlib.suppress(ValueError, RuntimeError):
                loop.add_signal_handler(number, self._stop)

    def _stop(self) -> None:
        application = self._application
        if application is not None and application.is_running and not application.is_done:
            application.exit(exception=Stopped())

    def _go_on(self) -> None:
        application = self._application
        if application is None or application.is_done:
            return
        if self._screen is not None and self._screen.finished:
            application.exit()
        else:
            application.invalidate()

    def _drawing(self) -> Drawing:
        assert self._application is not None  # noqa: S101 - only a running screen is drawn
        assert self._screen is not None  # noqa: S101
        size = self._application.output.get_size()
        return self._screen.draw(size.columns, size.rows)

    def _text(self) -> StyleAndTextTuples:
        drawing = self._drawing()
        row = drawing.cursor[1] if drawing.cursor else -1
        fragments: StyleAndTextTuples = []
        for place, line in enumerate(drawing.lines):
            fragments += [("", "\n")] if place else []
            fragments += [(f"class:{style}" if style else "", text) for style, text in line]
            # The cursor stands on a letter: behind the last one it needs a blank.
            fragments += [("", " ")] if place == row else []
        return fragments

    def _cursor(self) -> Point | None:
        drawing = self._drawing()
        if drawing.cursor is None:
            return None
        column, row = drawing.cursor
        return Point(_letters("".join(text for _, text in drawing.lines[row]), column), row)

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        for key, meaning in _KEYS.items():
            bindings.add(key, eager=key != "escape")(self._pressing(meaning))

        @bindings.add(Keys.Any)
        def _letters(event: KeyPressEvent) -> None:
            self._typed(event.data)

        @bindings.add(Keys.BracketedPaste)
        def _paste(event: KeyPressEvent) -> None:
            self._typed(event.data)

        @bindings.add("c-z")
        def _aside(event: KeyPressEvent) -> None:
            event.app.suspend_to_background()

        return bindings

    def _pressing(self, meaning: str) -> Callable[[KeyPressEvent], Any]:
        def press(_event: KeyPressEvent) -> None:
            if self._screen is not None:
                self._screen.press(meaning)
                self._go_on()

        return press

    def _typed(self, text: str) -> None:
        if self._screen is not None and text:
            self._screen.type(text)
            self._go_on()


def _letters(text: str, columns: int) -> int:
    """How many letters stand in the first columns: a wide one takes two."""
    place = 0
    while place < len(text) and columns > 0:
        columns -= get_cwidth(text[place])
        place += 1
    return place
