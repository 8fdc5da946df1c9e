"""Trees and texts: the only parser and serialiser of YAML, JSON and .env files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from helm_aeterna.errors import AeternaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Scalar: TypeAlias = "str | int | float | bool | None"
Tree: TypeAlias = "Scalar | Mapping[str, Tree] | Sequence[Tree]"

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class FormatError(AeternaError):
    """A text is not what its file name promises; `where` holds file, line and column."""

    exit_code = 4


class StrictLoader(_Loader):  # type: ignore[misc] # the base is chosen at run time: libyaml where it is there
    """Reads YAML as Helm does, and refuses a key that stands twice in one map."""

    # Helm knows no timestamps: 2026-01-01 stays text.
    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Loader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - PyYAML's signature
        """Refuse duplicate keys, then build the map."""
        seen: set[Any] = set()
        for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)

    def construct_object(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - PyYAML's signature
        """Build a value; an error names its line and never quotes it, as it may be a credential."""
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, KeyError, AttributeError) as error:
            problem = f"the value does not fit its tag {node.tag.replace('tag:yaml.org,2002:', '!!')}"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error


class StrictDumper(_Dumper):  # type: ignore[misc] # as above
    """Writes YAML that every reader understands alike: no anchors, lists indented under their key."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - PyYAML's signature
        """Write every value out."""
        return True


# YAML 1.1 readers (Helm's among them) take these for booleans or numbers; ours must stay text.
_AMBIGUOUS = re.compile(r"^(?:y|n|yes|no|on|off|true|false|null|~|[-+.0-9][-+.0-9_eExXoOa-fA-F:]*)$", re.IGNORECASE)


def _text_node(dumper: Any, text: str) -> Any:  # noqa: ANN401 - PyYAML's types
    style = "|" if "\n" in text else '"' if _AMBIGUOUS.match(text) or not text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


StrictDumper.add_representer(str, _text_node)


_NAMED = re.compile(r"((?:alias|the tag)\b).*", re.DOTALL)


def load_yaml(text: str, where: str) -> Tree:
    """Read one YAML document.

    Args:
        text: The document.
        where: The file's name, for the error.

    Raises:
        FormatError: With line and column.
    """
    try:
        tree: Tree = yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a safe loader
        if "*" in text and _is_endless(tree, set(), set()):
            raise FormatError("not valid YAML: a value contains itself", where=where)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where
        # An alias or a tag may be a password that starts with "*" or "!": it is not quoted.
        problem = _NAMED.sub(r"\1; write text that starts with * or ! in quotes", str(error.problem or error.context))
        raise FormatError(f"not valid YAML: {problem}", where=place) from error
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise FormatError(f"not valid YAML: {error}", where=where) from error
    return tree


def _is_endless(tree: Tree, above: set[int], done: set[int]) -> bool:
    """Whether an alias stands inside the value it names; shared values are looked at once."""
    if not isinstance(tree, dict | list) or id(tree) in done:
        return False
    if id(tree) in above:
        return True
    above.add(id(tree))
    endless = any(_is_endless(value, above, done) for value in (tree.values() if isinstance(tree, dict) else tree))
    above.remove(id(tree))
    done.add(id(tree))
    return endless


def read_yaml(text: str, where: str) -> tuple[Tree, Any, list[Any]]:
    """Read one YAML document together with where its parts stand, for edits that leave the rest of the text alone.

    Returns:
        The tree; PyYAML's node of it, None for an empty text; PyYAML's tokens. Their marks index `text`.

    Raises:
        FormatError: With line and column.
    """
    tree = load_yaml(text, where)
    # The parser in Python, everywhere: the ends that libyaml reports differ between its versions.
    try:
        return tree, yaml.compose(text, Loader=yaml.SafeLoader), list(yaml.scan(text, Loader=yaml.SafeLoader))
    except RecursionError:
        raise FormatError("not valid YAML: it is nested too deeply", where=where) from None


def dump_yaml(tree: Tree, header: str = "") -> str:
    """Write one YAML document, keys in the order of the tree, below `header` as comment lines."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    body: str = yaml.dump(tree, Dumper=StrictDumper, sort_keys=False, allow_unicode=True, width=120)
    return comment + body


def load_json(text: str, where: str) -> Tree:
    """Read JSON.

    Raises:
        FormatError: With line and column.
    """
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except json.JSONDecodeError as error:
        raise FormatError(f"not valid JSON: {error.msg}", where=f"{where}:{error.lineno}:{error.colno}") from error


def dump_json(tree: Tree, indent: int | None = 2) -> str:
    """Write JSON with a line feed at its end."""
    return json.dumps(tree, indent=indent, ensure_ascii=False) + "\n"


def flatten(tree: Mapping[str, Tree], prefix: str = "") -> dict[str, Tree]:
    """List the leaves of a tree by their dotted paths; an empty map is a leaf."""
    leaves: dict[str, Tree] = {}
    for key, value in tree.items():
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict) and value:
            leaves |= flatten(value, path)
        else:
            leaves[path] = value
    return leaves


def nest(leaves: Mapping[str, Tree]) -> dict[str, Tree]:
    """Build the tree whose leaves stand at the given dotted paths, in their order; a number is a place in a list."""
    tree: dict[str, Any] = {}
    for path, value in leaves.items():
        *parents, last = path.split(".")
        branch: Any = tree
        for key, following in zip(parents, path.split(".")[1:], strict=True):
            branch = _step(branch, key, [] if following.isdigit() else {})
        _put(branch, last, value)
    return tree


def _step(branch: Any, key: str, empty: Any) -> Any:  # noqa: ANN401 - half-built trees
    if isinstance(branch, list):
        if int(key) == len(branch):
            branch.append(empty)
        return branch[int(key)]
    return branch.setdefault(key, empty)


def _put(branch: Any, key: str, value: Tree) -> None:  # noqa: ANN401 - half-built trees
    if isinstance(branch, list):
        branch.insert(int(key), value)
    elif isinstance(branch, dict):
        branch[key] = value
    else:
        raise ValueError(f"{key} has no map to stand in")


def lookup(tree: Tree, path: str) -> Tree:
    """Say what stands at a dotted path, None where nothing does."""
    for key in path.split("."):
        if not isinstance(tree, dict) or key not in tree:
            return None
        tree = tree[key]
    return tree


# One entry of a .env file, as Compose reads it: quoted once or twice, over several lines perhaps, or up to a comment.
_ENTRY = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\r\n]*))""",
    re.MULTILINE | re.DOTALL,
)


def read_env(text: str, where: str) -> dict[str, tuple[str, tuple[int, int]]]:
    """Read a .env file: name to its text and to the span of its entry. The last entry of a name counts.

    Raises:
        FormatError: A quotation mark is not closed; with the line.
    """
    entries: dict[str, tuple[str, tuple[int, int]]] = {}
    for found in _ENTRY.finditer(text):
        name, single, double, plain = found.groups()
        if single is not None:
            value = single.replace("\\'", "'")
        elif double is not None:
            value = re.sub(r"\\(.)", lambda pair: {"n": "\n"}.get(pair[1], pair[1]), double, flags=re.DOTALL)
        elif plain[:1] in {"'", '"'}:
            line = text.count("\n", 0, found.start()) + 1
            raise FormatError("not a .env file: a quotation mark is not closed", where=f"{where}:{line}")
        else:
            value = re.split(r"(?:^|\s)#", plain, maxsplit=1)[0].strip()
        entries[name] = (value, found.span())
    return entries


def env_entry(name: str, text: str) -> str:
    """Write an entry of a .env file: in single quotes, where only the quote itself means something.

    A backslash before the quote, or at the end, cannot stand there.
    """
    if re.search(r"\\(?:'|$)", text):
        return f'{name}="' + re.sub(r'([\\"$])', r"\\\1", text) + '"'
    return f"{name}='" + text.replace("'", r"\'") + "'"


def credentials(path: str, text: str) -> dict[str, Tree]:
    """The entries of a file of credentials, a .env file or YAML; none where it cannot be read."""
    try:
        if path.endswith(".env"):
            return {name: value for name, (value, _) in read_env(text, path).items()}
        tree = load_yaml(text, path)
    except FormatError:
        return {}
    return flatten(tree) if isinstance(tree, dict) else {}
