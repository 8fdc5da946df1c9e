"""The kinds of page that the wizard has: one row each; a new kind is its own module and a row here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.wizard.check_page import check_choices, is_check_missing, on_check, run_check, was_checked
from helm_aeterna.wizard.choice_page import choice_view, choices_of, is_family_missing, on_choice
from helm_aeterna.wizard.drawing.form import form_body, secret_body
from helm_aeterna.wizard.drawing.list import check_body, list_body, switches_body
from helm_aeterna.wizard.drawing.review import review_body
from helm_aeterna.wizard.form_page import drafted, focused, form_view, on_form, values_of
from helm_aeterna.wizard.page_kind import PageKind
from helm_aeterna.wizard.plain import answers, text
from helm_aeterna.wizard.review_page import make_preview, on_review, selectable
from helm_aeterna.wizard.secret_page import fetch, on_secret, secret_view
from helm_aeterna.wizard.switches_page import is_switches_missing, on_switches, switches_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.wizard.drawing.frame import Glyphs
    from helm_aeterna.wizard.page import Page
    from helm_aeterna.wizard.state import State


def _never(_state: State, _page: Page) -> bool:
    return False


def _always(_state: State, _page: Page) -> bool:
    return True


def _form_enter(state: State) -> str:
    return "go on" if state.view.cursor + 1 == len(state.page.questions) else "next"


def _form_hints(state: State, glyphs: Glyphs) -> list[tuple[str, str]]:
    return [(glyphs.left_right, "change")] if values_of(focused(state)) else []


PAGE_KINDS: Mapping[str, PageKind] = {
    "start": PageKind(
        press=on_choice,
        draw=list_body,
        text=text.choice_text,
        is_missing=_never,
        was_seen=_always,
        count=lambda state: len(choices_of(state)),
        enter=lambda _: "begin",
    ),
    "choice": PageKind(press=on_choice, view=choice_view, draw=list_body, text=text.choice_text),
    "family": PageKind(
        press=on_choice, view=choice_view, draw=list_body, text=text.choice_text, is_missing=is_family_missing
    ),
    "form": PageKind(
        press=on_form,
        view=form_view,
        leave=drafted,
        focus=focused,
        draw=form_body,
        text=text.form_text,
        ask=answers.ask_field,
        read=answers.read_field,
        enter=_form_enter,
        hints=_form_hints,
        is_typing=lambda state: not values_of(focused(state)),
    ),
    "switches": PageKind(
        press=on_switches,
        view=switches_view,
        is_missing=is_switches_missing,
        focus=lambda _: None,
        draw=switches_body,
        text=text.switches_text,
        ask=answers.ask_switches,
        read=answers.read_switches,
        echo=answers.echo_switches,
        enter=lambda _: "go on",
        hints=lambda _, __: [("Space", "on/off")],
    ),
    "secret": PageKind(
        press=on_secret,
        view=secret_view,
        effect=fetch,
        draw=secret_body,
        text=text.secret_text,
        count=answers.count_sources,
        ask=answers.ask_secret,
        read=answers.read_secret,
        enter=lambda _: "go on",
        is_typing=lambda _: True,
    ),
    "check": PageKind(
        press=on_check,
        is_missing=is_check_missing,
        was_seen=was_checked,
        effect=run_check,
        draw=check_body,
        text=text.check_text,
        count=lambda state: len(check_choices(state.check_runs.get(state.page.owner))),
    ),
    "review": PageKind(
        press=on_review,
        is_missing=_never,
        was_seen=_always,
        effect=make_preview,
        draw=review_body,
        text=text.review_text,
        count=lambda state: len(selectable(state)),
    ),
}
