"""Wrong inputs: each ends with a clear message, its fix and the documented exit code, and nothing half-written."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support.program import run
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path


class Wrong(NamedTuple):
    """One wrong input: what is typed, how it ends, what must be said."""

    arguments: str
    code: int
    says: tuple[str, ...]
    files: dict[str, str] = {}  # noqa: RUF012 - never changed
    environment: dict[str, str] = {}  # noqa: RUF012 - never changed
    stdin: str = ""


NI = "init --non-interactive --defaults "

WRONG = {
    "no command": Wrong("", 2, ()),
    "unknown command": Wrong("instal", 2, ("unknown command 'instal'", "did you mean install?")),
    "unknown top flag": Wrong("--verbose", 2, ("unknown flag --verbose",)),
    "unknown flag": Wrong(NI + "--vector-bakend qdrant", 2, ("unknown flag --vector-bakend", "--vector-backend")),
    "abbreviated flag": Wrong(NI + "--vector qdrant", 2, ("unknown flag --vector",)),
    "stray argument": Wrong(NI + "please", 2, ("unexpected argument 'please'",)),
    "flag without value": Wrong(NI + "--cache", 2, ("--cache", "expected")),
    "flag given twice": Wrong(NI + "--cache valkey --cache dragonfly", 2, ("--cache is given twice", "say it once")),
    "secret as plain flag": Wrong(NI + "--openai-api-key sk-canary", 2, ("unknown flag", "--openai-api-key-file")),
    "unknown backend": Wrong(NI + "--vector-backend milvus", 3, ("'milvus' is not a choice", "choose qdrant")),
    "misspelt backend": Wrong(NI + "--vector-backend pincone", 3, ("did you mean pinecone?",)),
    "unknown cache": Wrong(NI + "--cache memcached", 3, ("'memcached' is not a choice",)),
    "unknown provider": Wrong(NI + "--llm gemini", 3, ("'gemini' is not a choice", "openai")),
    "target of a later version": Wrong(NI + "--target opencode-only", 3, ("not part of this version", "kubernetes")),
    "mode of a later version": Wrong(NI + "--mode hybrid", 3, ("cannot be chosen", "choose local")),
    "OPAL of a later version": Wrong(NI + "--opal true", 3, ("OPAL templates are not part of this version",)),
    "port of letters": Wrong(NI + "--cache external --cache-host h --cache-port abc", 3, ("not a whole number",)),
    "port too large": Wrong(NI + "--cache external --cache-host h --cache-port 70000", 3, ("out of range", "65535")),
    "port zero": Wrong(NI + "--cache external --cache-host h --cache-port 0", 3, ("out of range",)),
    "host with blanks": Wrong(
        NI + "--cache external --cache-host 'my host'",
        3,
        ("--cache-host", "contains a blank", "for example redis.example.org"),
    ),
    "host is a URL": Wrong(
        NI + "--cache external --cache-host redis://h:1",
        3,
        ("starts with redis:// and contains the port :1", "write h"),
    ),
    "host with a final dot": Wrong(NI + "--cache external --cache-host r.example.org.", 3, ("ends with '.'",)),
    "host with a port": Wrong(NI + "--cache external --cache-host r:6379", 3, ("contains the port :6379", "write r")),
    "address without scheme": Wrong(
        NI + "--llm ollama --ollama-host o:11434", 3, ("has no https:// in front", "write https://o:11434")
    ),
    "size with a blank": Wrong(
        NI + "--knowledge-size '20 GB'", 3, ("'20 GB' contains a blank and has the unit GB", "write 20Gi")
    ),
    "host is missing": Wrong(NI + "--cache external", 3, ("--cache-host is missing",)),
    "bad quantity": Wrong(NI + "--dragonfly-memory-limit 1gigabyte", 3, ("--dragonfly-memory-limit", "right form")),
    "bad instances": Wrong(NI + "--postgresql-instances 0", 3, ("--postgresql-instances",)),
    "missing credential": Wrong(NI + "--llm openai", 3, ("OPENAI_API_KEY", "--openai-api-key-file FILE")),
    "missing managed settings": Wrong(
        NI + "--vector-backend databricks",
        3,
        ("--databricks-workspace-url is missing", "--databricks-token-file is missing"),
    ),
    "contradictory flags": Wrong(NI + "--qdrant-host h", 3, ("does not apply", "--vector-backend qdrant-external")),
    "credential twice": Wrong(
        NI + "--cache external --cache-host h --cache-password-file pw --cache-existing-secret s",
        3,
        ("--cache-existing-secret is given",),
        {"pw": "x"},
    ),
    "switch of letters": Wrong(NI + "--hpa=perhaps", 3, ("neither true nor false",)),
    "several servers without git": Wrong(
        NI + "--replicas 2", 3, ("--knowledge-repo-url is missing: --replicas 2 needs it",)
    ),
    "budget alone": Wrong(NI + "--pdb", 3, ("--knowledge-repo-url is missing: --pdb true needs it",)),
    "no server": Wrong(NI + "--replicas 0", 3, ("0 is out of range", "from 1")),
    "ingress without host": Wrong(NI + "--ingress", 3, ("--ingress-host is missing",)),
    "store without name": Wrong(NI + "--secrets-provider external-secrets", 3, ("--secret-store-name is missing",)),
    "no open source": Wrong(NI + "--open-source-only --cache dragonfly", 3, ("BUSL-1.1", "--cache valkey")),
    "empty secret": Wrong(NI + "--llm openai --openai-api-key-file k", 3, ("is empty",), {"k": "\n"}),
    "secret of two lines": Wrong(NI + "--llm openai --openai-api-key-file k", 3, ("one line",), {"k": "a\nb"}),
    "secret with a mark": Wrong(NI + "--kms-key-file k", 3, ("byte order mark",), {"k": "\ufeffabc"}),
    "secret with escape": Wrong(NI + "--kms-key-file k", 3, ("control character",), {"k": "abc\x1b[0m"}),
    "secret with a tab": Wrong(NI + "--kms-key-file k", 3, ("a tab",), {"k": "abc\tdef"}),
    "octal answer": Wrong(
        NI + "--answers a.yaml",
        3,
        ("a.yaml: postgresql-instances 010 is 8 in YAML", 'write "010" in quotes'),
        {"a.yaml": "postgresql-instances: 010\n"},
    ),
    "version of two digits": Wrong(
        NI + "--answers a.yaml",
        3,
        ("image-tag 1.10 is 1.1 in YAML",),
        {"a.yaml": "cache: valkey\nimage-tag: 1.10 # new\n"},
    ),
    "octal answer of the last run": Wrong(
        NI + "--reconfigure",
        3,
        (".aeterna/answers.yaml: replicas 010 is 8 in YAML",),
        {".aeterna/answers.yaml": "replicas: 010\n"},
    ),
    "unknown optional credential": Wrong(
        NI + "--secrets-provider external-secrets --secret-store-name v --secret-store-optional kms,redis-password",
        3,
        ("'kms' is not a credential", "redis-password"),
    ),
    "secret file missing": Wrong(NI + "--llm openai --openai-api-key-file nowhere", 2, ("nowhere", "cannot be read")),
    "answers file missing": Wrong(NI + "--answers nowhere.yaml", 3, ("nowhere.yaml", "cannot be read")),
    "answers file is a folder": Wrong(NI + "--answers .", 3, ("cannot be read",)),
    "answers file broken": Wrong(NI + "--answers a.yaml", 3, ("a.yaml:2:", "not valid YAML"), {"a.yaml": "a: [\n"}),
    "answers file twice a key": Wrong(
        NI + "--answers a.yaml", 3, ("stands twice", "a.yaml:2:1"), {"a.yaml": "cache: valkey\ncache: dragonfly\n"}
    ),
    "answers file with a list": Wrong(NI + "--answers a.yaml", 3, ("not a map",), {"a.yaml": "- a\n"}),
    "answers file of tomorrow": Wrong(NI + "--answers a.yaml", 3, ("update the plugin",), {"a.yaml": "version: 9\n"}),
    "answers file with unknown keys": Wrong(
        NI + "--answers a.yaml", 3, ("did you mean cache?", "a.yaml: cach"), {"a.yaml": "cach: valkey\n"}
    ),
    "answers from broken stdin": Wrong(NI + "--answers -", 3, ("stdin:", "not valid YAML"), stdin="{"),
    "wrong variable": Wrong(NI, 3, ("AETERNA_SETUP_CACHE", "not a choice"), environment={"AETERNA_SETUP_CACHE": "x"}),
    "chart missing": Wrong("init --chart nowhere", 5, ("there is no chart", "--chart")),
    "validate nothing": Wrong("validate", 5, ("there is no values.yaml", "helm aeterna init")),
    "validate missing file": Wrong("validate -f nowhere.yaml", 4, ("nowhere.yaml", "cannot be read")),
    "validate broken file": Wrong("validate -f v.yaml", 4, ("v.yaml:", "not valid YAML"), {"v.yaml": "a: {"}),
    "validate a list": Wrong("validate -f v.yaml", 4, ("not a map",), {"v.yaml": "- a"}),
    "show nothing": Wrong("show", 5, ("there is no values.yaml",)),
    "show nonsense": Wrong("show -f v.yaml cach", 2, ("cach", "did you mean cache?"), {"v.yaml": "{}"}),
    "value that is none of its tag": Wrong(
        "validate -f v.yaml", 4, ("AET822", "v.yaml:1:4", "!!int"), {"v.yaml": "a: !!int sk-canary"}
    ),
    "no helm": Wrong("install", 5, ("there is no Helm", "install Helm"), {"values.yaml": "{}\n"}),
    "namespace of capitals": Wrong(
        "install -n Foo_bar", 2, ("'Foo_bar' cannot be the name",), {"values.yaml": "{}\n"}, {"HELM_BIN": "HELM"}
    ),
    "namespace without name": Wrong("install -n", 2, ("-n needs a value",)),
}


def split(arguments: str) -> list[str]:
    import shlex

    return shlex.split(arguments)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_wrong_input(tmp_path: Path, wrong: Wrong) -> None:
    for name, text in wrong.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    environment = dict(wrong.environment)
    if environment.get("HELM_BIN") == "HELM":
        environment["HELM_BIN"] = str(require("helm4"))
    ran = run(*split(wrong.arguments), cwd=tmp_path, environment=environment, stdin=wrong.stdin)
    assert ran.code == wrong.code, ran.err
    for words in wrong.says:
        assert words in ran.err
    assert "Traceback" not in ran.err
    assert "sk-canary" not in ran.err
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(wrong.files)


def test_there_are_at_least_forty() -> None:
    assert len(WRONG) >= 40


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; the next test shows the same for root")
def test_a_folder_without_write_permission(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    ran = run("init", "--defaults", cwd=tmp_path)
    assert ran.code == 7
    assert "everything was put back" in ran.err


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    ran = run("init", "--defaults", "--output", "out", cwd=tmp_path)
    assert ran.code == 7
    assert "put back" in ran.err
    assert (tmp_path / "out").read_text() == "a file"


def test_an_output_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").mkdir()
    ran = run("init", "--defaults", cwd=tmp_path)
    assert ran.code == 7
    assert "values.yaml" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["values.yaml"]


def test_a_bug_is_one_line_and_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("sk-canary")

    monkeypatch.setattr("helm_aeterna.commands.init.preview", broken)
    ran = run("init", "--defaults", cwd=tmp_path)
    assert ran.code == 1
    assert "this is a bug: RuntimeError" in ran.err
    assert "sk-canary" not in ran.err
