"""A question script of its own: a target, questions and backends that no catalogue has."""

from __future__ import annotations

from helm_aeterna.model.question import Condition, Kind, Option, Question, Script


def on(question: str, *values: str) -> Condition:
    return Condition(question=question, values=values)


TARGET = Question(
    id="target",
    ask="Where to?",
    kind=Kind.CHOICE,
    group="Deployment",
    default="moon",
    default_reason="it is near",
    explicit=True,
    options=(
        Option(value="moon", label="Moon", why="near"),
        Option(value="mars", label="Mars", why="far"),
        Option(value="sun", label="Sun", unavailable="too hot"),
    ),
)
STORE = Question(
    id="store",
    ask="Which store?",
    why="Things are kept there",
    kind=Kind.CHOICE,
    group="Store",
    default="crate",
    options=(
        Option(value="crate", label="Crate", licence="MIT", open_source=True, family="crate", kind="bundled"),
        Option(value="crate-out", label="Crate", licence="MIT", open_source=True, family="crate", kind="external"),
        Option(value="vault", label="Vault", licence="BUSL-1.1", open_source=False, kind="bundled", note="not open"),
        Option(value="cloud", label="Cloud", kind="managed", why="rented"),
        Option(value="nothing", label="None", kind="none"),
    ),
)
OUT = on("store", "crate-out")
CLOUD = on("store", "cloud")
HERE = on("secrets-provider", "helm")

SCRIPT = Script(
    (
        TARGET,
        Question(
            id="secrets-provider",
            ask="Where do secrets live?",
            kind=Kind.CHOICE,
            group="Secrets",
            default="helm",
            advanced=True,
            options=(Option(value="helm", label="A file", why="here"), Option(value="far", label="Far", why="there")),
        ),
        STORE,
        Question(id="store-size", ask="Size of the crate", group="Store", advanced=True, when=(on("store", "crate"),)),
        Question(id="store-host", ask="Host of the crate", group="Store", required=True, when=(OUT,), example="h.org"),
        Question(
            id="store-port",
            ask="Port of the crate",
            kind=Kind.NUMBER,
            group="Store",
            default=70,
            default_reason="everybody uses it",
            schema={"minimum": 1, "maximum": 65535, "description": "Where it listens."},
            when=(OUT,),
        ),
        Question(
            id="store-key",
            ask="Key of the crate",
            kind=Kind.SECRET,
            group="Store",
            secret="store-key",
            unless="store-existing-secret",
            variables=("CRATE_KEY",),
            when=(OUT, HERE),
        ),
        Question(id="store-existing-secret", ask="Name of a Secret", group="Store", advanced=True, when=(OUT,)),
        Question(
            id="store-existing-secret-key", ask="Key inside it", group="Store", advanced=True, default="k", when=(OUT,)
        ),
        Question(
            id="cloud-token",
            ask="Token of the cloud",
            kind=Kind.SECRET,
            group="Store",
            secret="cloud-token",
            required=True,
            when=(CLOUD, HERE),
        ),
        Question(id="copies", ask="Keep copies", kind=Kind.SWITCH, group="Store", when=(CLOUD,)),
        Question(
            id="copies-where",
            ask="Where the copies go",
            group="Store",
            required=True,
            when=(CLOUD, on("copies", "true")),
        ),
        Question(
            id="speed",
            ask="How fast",
            kind=Kind.CHOICE,
            group="Store",
            default="3",
            when=(CLOUD,),
            options=tuple(Option(value=value, label=value) for value in ("1", "3", "5")),
        ),
        Question(
            id="master-key",
            ask="Key of everything",
            kind=Kind.SECRET,
            group="Aeterna",
            secret="master",
            required=True,
            generate="kms-key",
        ),
        Question(id="door", ask="Open a door", why="For visitors", kind=Kind.SWITCH, group="Advanced", default=False),
        Question(id="door-name", ask="Name on the door", group="Advanced", required=True, when=(on("door", "true"),)),
        Question(id="alarm", ask="Set an alarm", kind=Kind.SWITCH, group="Advanced", default=False),
        Question(
            id="crew",
            ask="Size of the crew",
            kind=Kind.NUMBER,
            group="Advanced",
            advanced=True,
            needed=on("alarm", "true"),
        ),
    )
)
