"""The same answers by prompts, by the printed command, by variables and by the answers file: the same files."""

from __future__ import annotations

import io
import re
import shlex
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helm_aeterna.adapters.console import Console
from helm_aeterna.adapters.runtime import Runtime
from helm_aeterna.answers.conditions import applies, completed, is_needed
from helm_aeterna.answers.parse import AnswerError, parse
from helm_aeterna.cli import main
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.question import Kind, Question, Value
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.page import START
from helm_aeterna.wizard.pages import references
from tests.support.program import run
from tests.terminal.person import Person
from tests.terminal.wizard_program import KMS_KEY, ROOT, real_script, written

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.terminal

SCRIPT = real_script()
HIDDEN = references(SCRIPT)
# What the program would make anew each time is given, so that files can be compared.
MADE = {question.variable: "t" * 48 for question in SCRIPT if question.generate} | {"AETERNA_SETUP_KMS_KEY": KMS_KEY}
CHART = {"AETERNA_CHART": str(ROOT / "charts" / "aeterna"), **MADE}
_TEXTS = ("example.org", "a-name", "https://a.example.org", "5Gi", "200m", "0 3 * * *", "http://h.example.org:1", "7")


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def values_for(question: Question) -> st.SearchStrategy[Value]:
    match question.kind:
        case Kind.CHOICE:
            return st.sampled_from([option.value for option in question.offered])
        case Kind.SWITCH:
            return st.booleans()
        case Kind.NUMBER:
            low = question.schema.get("minimum")
            first = low if isinstance(low, int) else 1
            return st.integers(first, first + 4)
        case Kind.SECRET:
            return st.from_regex(r"[A-Za-z0-9]{8,20}", fullmatch=True).map(SecretText)
        case Kind.TEXT:
            return st.sampled_from([text for text in (question.example, *_TEXTS) if text and fits(question, text)])


def fits(question: Question, text: str) -> bool:
    try:
        parse(question, text)
    except AnswerError:
        return False
    return True


@st.composite
def all_answers(draw: st.DrawFn) -> dict[str, Value]:
    """Answers that a person could give: every question that applies, one after the other."""
    taken: dict[str, Answer] = {}
    topics = {group for group in sorted({q.group for q in SCRIPT if q.advanced}) if draw(st.integers(0, 4)) == 0}
    for question in SCRIPT:
        full = completed(SCRIPT, Answers(taken))
        if question.id in HIDDEN or question.generate or not applies(question, full):
            continue
        must = question.required or is_needed(question, full) or question.explicit
        wanted = must or (question.group in topics if question.advanced else draw(st.booleans()))
        if not wanted:
            continue
        existing = next((other for other in SCRIPT if other.id == question.unless), None)
        if existing is not None and applies(existing, full) and draw(st.integers(0, 3)) == 0:
            name = Answer(value=draw(st.sampled_from(["my-secret", "theirs"])), source=Source.PROMPT)
            taken[question.unless] = name
            continue
        taken[question.id] = Answer(value=draw(values_for(question)), source=Source.PROMPT)
    full = completed(SCRIPT, Answers(taken))
    return {name: answer.value for name, answer in taken.items() if name in full}


def by_prompts(folder: Path, wanted: Mapping[str, Value]) -> str:
    """What `init` prints when a person answers."""
    person = Person(wanted)
    out, err = Tty(), io.StringIO()
    runtime = Runtime(
        environment={"PATH": "/nowhere", "HOME": str(folder), **CHART},
        cwd=folder,
        stdin=Tty(),
        console=Console(stdout=out, stderr=err),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helm_aeterna.commands.interview.run._run", person.run)
        code = main(["init", "--skip-checks"], runtime)
    assert code == 0, err.getvalue()
    assert person.pages[0] == START
    return out.getvalue()


def secret_variables(wanted: Mapping[str, Value]) -> dict[str, str]:
    named = {question.id: question.variable for question in SCRIPT}
    return {named[name]: value.reveal() for name, value in wanted.items() if isinstance(value, SecretText)}


def printed_command(out: str) -> list[str]:
    """The words of the printed command behind the program's name, as a shell reads them."""
    text = out.split("The same without questions:\n")[1]
    lines = [line for line in text.splitlines() if not line.strip().startswith("#")]
    words = shlex.split("\n".join(lines).replace("\\\n", " "))
    assert words[:2] == ["helm-aeterna", "init"]
    return words[1:]


def check(folder: Path, expected: dict[str, bytes], *arguments: str, environment: Mapping[str, str]) -> None:
    folder.mkdir()
    ran = run(*arguments, cwd=folder, environment={**CHART, **environment})
    assert ran.code == 0, ran.err
    found = written(folder)
    for name, content in expected.items():
        assert found.get(name) == content, f"{name} differs"
    assert found.keys() == expected.keys()


@given(all_answers())
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example is not worth minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
def test_four_ways_to_the_same_files(wanted: dict[str, Value]) -> None:
    secrets = secret_variables(wanted)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "prompts").mkdir()
        out = by_prompts(root / "prompts", wanted)
        expected = written(root / "prompts")
        for secret in secrets.values():
            assert secret not in out
        words = printed_command(out)
        needed = set(re.findall(r"# needs (\S+):", out)) - set(MADE)
        assert needed == set(secrets), "the command names every variable it needs"
        check(root / "command", expected, *words, environment=secrets)
        answers = str(root / "prompts" / ".aeterna" / "answers.yaml")
        check(root / "file", expected, "init", "--non-interactive", "--answers", answers, environment=secrets)
        said = {word: value for word, value in pairwise(words) if word.startswith("--")}
        flags = {question.flag: question.variable for question in SCRIPT}
        variables = {flags[flag]: value for flag, value in said.items() if flag in flags}
        check(root / "variables", expected, "init", "--non-interactive", environment={**secrets, **variables})
