"""What the parts of a catalogue say of each other - facts, credentials, carriers, names - which no schema can check."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from helm_aeterna.catalogue.entry import FACT
from helm_aeterna.catalogue.evaluate import full_name
from helm_aeterna.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helm_aeterna.catalogue.entry import Axis, Catalogue, Container, Part, Row


def references(catalogue: Catalogue) -> list[Finding]:
    """Every mistake in a catalogue that keeps its schema; none in one that both readers understand alike."""
    facts, credentials = _facts(catalogue), _credentials(catalogue)
    containers = {name for _, _, part in _parts(catalogue) for name in part.containers}
    found = [finding for axis in catalogue for finding in _axis(catalogue, axis)]
    for place, name, part in _parts(catalogue):
        for where, program, rows in _lists(part):
            if program and program not in containers:
                found.append(_problem(f"{place}.{where}", "there is no such container", ", ".join(sorted(containers))))
            found += _rows(f"{place}.{where}", name, rows, facts, credentials)
        for container, of in part.containers.items():
            there = containers | catalogue.axes.keys()
            found += _container(f"{place}.containers.{container}", name, of, facts, there)
        found += _check(place, part, catalogue)
    return [*found, *_settings(catalogue), *_owners(catalogue)]


def _problem(place: str, problem: str, fix: str = "") -> Finding:
    return Finding(code="AET900", where=place, problem=problem, fix=fix)


def _parts(catalogue: Catalogue) -> Iterator[tuple[str, str, Part]]:
    """Place, name and description of every part."""
    yield from ((f"always.{name}", name, part) for name, part in catalogue.always.items())
    for axis in catalogue:
        yield from ((f"axes.{axis.id}.choices.{part.id}", axis.id, part) for part in axis.choices.values())


def _lists(part: Part) -> Iterator[tuple[str, str, tuple[Row, ...]]]:
    """Every list of rows of a part: its place, its program, itself."""
    yield from ((f"env.{program}", program, rows) for program, rows in part.env.items())
    yield from ((f"clients.{client}", "", rows) for client, rows in part.clients.items())
    yield from ((f"containers.{name}.env", name, of.env) for name, of in part.containers.items())


def _axis(catalogue: Catalogue, axis: Axis) -> Iterator[Finding]:
    for key in ("default", "fallback"):
        choice = getattr(axis, key)
        if choice and choice not in axis.choices:
            yield _problem(f"axes.{axis.id}.{key}", f"{choice} is not one of its choices", ", ".join(axis.choices))
    for outer, choice in axis.within.items():
        if outer not in catalogue.axes or choice not in catalogue.axes[outer].choices:
            yield _problem(f"axes.{axis.id}.within", f"there is no choice {choice} of {outer}")
        elif catalogue.axes[outer].within:
            yield _problem(f"axes.{axis.id}.within", f"{outer} is itself within another choice")


def _facts(catalogue: Catalogue) -> set[str]:
    """Full names of all plain facts."""
    facts = {f"images/{name}" for name in catalogue.images}
    for _, name, part in _parts(catalogue):
        facts |= {f"{name}/{setting.name}" for setting in part.settings.values() if not setting.secret}
        facts |= {f"{name}/{fact}" for of in part.containers.values() for fact in of.facts}
    return facts


def _credentials(catalogue: Catalogue) -> dict[str, bool]:
    """Full names of all credentials, and whether they may stand inside a text."""
    safe: dict[str, bool] = {}
    for _, name, part in _parts(catalogue):
        for setting in part.settings.values():
            if setting.secret:
                full = f"{name}/{setting.name}"
                safe[full] = setting.url_safe and safe.get(full, True)
        safe = {f"{name}/{ref}": True for ref in part.refs} | safe
    return safe


def _used(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(fact for text in texts for fact in FACT.findall(text)))


def _rows(
    place: str, part: str, rows: Iterable[Row], facts: set[str], credentials: Mapping[str, bool]
) -> Iterator[Finding]:
    carried: set[str] = set()
    for index, row in enumerate(rows):
        at = f"{place}[{index}]"
        if row.secret and full_name(part, row.secret) not in credentials:
            yield _problem(at, f"{row.secret} is not a credential", "name a setting with `secret`, or one of `refs`")
        carried.add(full_name(part, row.secret))
        for fact in _used(row.value):
            name = full_name(part, fact)
            if name in credentials and name not in carried:
                yield _problem(at, f"uses {{{fact}}} before a row carries it", f"add a row with secret: {fact}")
            elif name in credentials and not credentials[name]:
                yield _problem(at, f"{{{fact}}} stands inside a text", f"say urlSafe: true at {name}")
            elif name not in {*credentials, *facts} and not (name.startswith("options/") and ".clients." in place):
                yield _problem(at, f"nothing says {{{fact}}}", "name a setting, or a fact of a container")


def _container(place: str, part: str, of: Container, facts: set[str], there: set[str]) -> Iterator[Finding]:
    for key in ("image", "entrypoint", "command", "health", "volumes"):
        texts = getattr(of, key)
        for fact in _used(texts.values() if isinstance(texts, dict) else [texts] if key == "image" else texts):
            if full_name(part, fact) not in facts:
                fix = "name a plain setting, or a fact of a container"
                yield _problem(f"{place}.{key}", f"nothing says {{{fact}}}", fix)
    for other in sorted(set(of.after) - there):
        yield _problem(f"{place}.after", f"there is no container or axis {other}")


def _check(place: str, part: Part, catalogue: Catalogue) -> Iterator[Finding]:
    """A check knows the settings of its own part alone."""
    if part.check is None:
        return
    tree = {key: value for key, value in asdict(part.check).items() if key != "shapes"}
    names = {*_used(_texts(tree)), part.check.credential, *(shape.of for shape in part.check.shapes)}
    for name in sorted(names - {""} - part.settings.keys()):
        yield _problem(f"{place}.check", f"{name} is not one of its settings", ", ".join(part.settings))
    if tree.get("via") and tree["via"] not in catalogue.axes:
        yield _problem(f"{place}.check.via", f"there is no axis {tree['via']}", ", ".join(catalogue.axes))


def _texts(tree: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a check is made of
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list | tuple):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(item)


def _settings(catalogue: Catalogue) -> Iterator[Finding]:
    """Each credential reaches a program, under a name that is its own."""
    carried = {
        full_name(name, row.secret)
        for _, name, part in _parts(catalogue)
        for _, _, rows in _lists(part)
        for row in rows
    }
    owners = {(one.secret, name) for _, name, part in _parts(catalogue) for one in part.settings.values()}
    count = Counter(secret for secret, _ in owners)
    for place, name, part in _parts(catalogue):
        for setting in part.settings.values():
            at = f"{place}.settings.{setting.name}"
            if setting.secret and not setting.probe and f"{name}/{setting.name}" not in carried:
                yield _problem(at, "no row carries it", "add one, or say probe: true")
            if setting.secret and count[setting.secret] > 1:
                yield _problem(at, f"the name {setting.secret} is another part's too")
            for key, other in {"from": setting.source, "within": setting.within}.items():
                if other not in {"", *part.settings}:
                    yield _problem(f"{at}.{key}", f"{other} is not one of its settings", ", ".join(part.settings))


def _owners(catalogue: Catalogue) -> Iterator[Finding]:
    """A variable of a program is one part's, and a question id is one choice's: flags are the same for everybody."""
    variables: dict[tuple[str, str], str] = {}
    questions: dict[str, str] = {axis.flag: f"axes.{axis.id}" for axis in catalogue}
    for place, name, part in _parts(catalogue):
        for where, program, rows in _lists(part):
            for row in rows if program else ():
                if (owner := variables.setdefault((program, row.name), name)) != name:
                    yield _problem(f"{place}.{where}", f"{row.name} is {owner}'s already")
        for setting in part.settings.values():
            ids = [part.question(setting)] if setting.ask or setting.id else []
            for identifier in [*ids, *([part.existing] if setting.secret else [])]:
                if (taken := questions.setdefault(identifier, place)) != place:
                    yield _problem(f"{place}.settings.{setting.name}", f"{taken} asks under the id {identifier}")
