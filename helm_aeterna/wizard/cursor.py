"""Moving the cursor through lines, by keys or by a number."""

from __future__ import annotations

from helm_aeterna.wizard.events import Input, Picked, Press, Typed

_LEAP = 5


def moved(cursor: int, count: int, event: Input) -> int:
    """Where the cursor goes; a list ends at its ends, and a number leads to its line."""
    steps = {Press.UP: -1, Press.PREVIOUS: -1, Press.DOWN: 1, Press.NEXT: 1, Press.PAGE_UP: -_LEAP}
    steps |= {Press.PAGE_DOWN: _LEAP, Press.HOME: -count, Press.END: count}
    if isinstance(event, Picked):
        cursor = event.index
    elif isinstance(event, Typed) and event.text.isdecimal() and 0 < int(event.text) <= count:
        cursor = int(event.text) - 1
    elif isinstance(event, Press):
        cursor += steps.get(event, 0)
    return max(0, min(cursor, count - 1))
