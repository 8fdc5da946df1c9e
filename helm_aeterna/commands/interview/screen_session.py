"""The wizard on a screen: keys to events, effects to threads, results back to the state."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.drawing.frame import Frame, Glyphs, Paper
from helm_aeterna.wizard.drawing.hints import is_typing
from helm_aeterna.wizard.drawing.screen import draw
from helm_aeterna.wizard.events import CheckBegan, Effect, Event, Fetch, Press, RunCheck, Typed
from helm_aeterna.wizard.reducer import due, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from helm_aeterna.adapters.terminal.full_screen import Terminal
    from helm_aeterna.commands.interview.effects import Work
    from helm_aeterna.wizard.state import State


class Session:
    """One wizard on one terminal.

    Attributes:
        state: Where it stands.
    """

    def __init__(
        self, state: State, work: Work, terminal: Terminal, keep: Callable[[State], None], glyphs: Glyphs
    ) -> None:
        self.state = state
        self._work = work
        self._terminal = terminal
        self._keep = keep
        self._glyphs = glyphs
        self._results: queue.SimpleQueue[tuple[Effect, Event | BaseException]] = queue.SimpleQueue()
        self._running: Effect | None = None
        self._drawn: tuple[State, Paper, Frame] | None = None
        self._attend()

    @property
    def finished(self) -> bool:
        """Whether the wizard ended."""
        return self.state.exit is not None

    def draw(self, columns: int, rows: int) -> Frame:
        """The screen as it should look now."""
        wanted = (self.state, Paper(columns=columns, rows=rows, glyphs=self._glyphs))
        if self._drawn is None or self._drawn[0] is not wanted[0] or self._drawn[1] != wanted[1]:
            frame = draw(*wanted)
            if frame.scroll is not None and frame.scroll != self.state.scroll:
                self.state = replace(self.state, scroll=frame.scroll)
            self._drawn = (self.state, wanted[1], frame)
        return self._drawn[2]

    def press(self, key: str) -> None:
        """Take a named key."""
        self._event(Press(key))

    def type(self, text: str) -> None:
        """Take letters; a blank is a key where nothing is typed, and a question mark asks for help there."""
        if text == "?" and not is_typing(self.state):
            self._event(Press.HELP)
        else:
            self._event(Press.SPACE if text == " " else Typed(text))

    def wake(self) -> None:
        """Take the results of what ran in the background.

        Raises:
            BaseException: What went wrong there.
        """
        while not self._results.empty():
            effect, event = self._results.get()
            if isinstance(event, BaseException):
                raise event
            if self._running is effect:
                self._running = None
            self._event(event)
        self._attend()

    def _event(self, event: Event) -> None:
        before = self.state
        self.state = step(before, event)
        if self.state.exit is None and (self.state.at != before.at or self.state.answers is not before.answers):
            self._keep(self.state)
        self._attend()

    def _attend(self) -> None:
        """Start what is due, once."""
        effect = due(self.state)
        if effect is None or self._running == effect:
            return
        if isinstance(effect, RunCheck):
            self.state = step(self.state, CheckBegan(effect.check))
        self._running = effect
        if isinstance(effect, Fetch) and effect.source == "command":
            self._terminal.lend(lambda: self._do(effect, self.state))
        else:
            threading.Thread(target=self._do, args=(effect, self.state), daemon=True).start()

    def _do(self, effect: Effect, state: State) -> None:
        try:
            event: Event | BaseException = self._work.done(effect, state)
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that can show it
            event = error
        self._results.put((effect, event))
        self._terminal.wake()
