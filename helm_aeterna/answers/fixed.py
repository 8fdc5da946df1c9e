"""Where to deploy, how, and where credentials live: the questions in front, as data."""

from __future__ import annotations

from helm_aeterna.model.question import Condition, Kind, Option, Question

_COMPOSE_LATER = "the Compose output is not part of this version"
_OPENCODE_LATER = "the OpenCode output is not part of this version"
_HYBRID_LATER = "a central server has no reader in this version"
_OPAL_LATER = "the chart's OPAL templates are not part of this version"


TARGET = Question(
    id="target",
    ask="Where shall Aeterna run?",
    why="Decides which files are written.",
    kind=Kind.CHOICE,
    group="Deployment",
    explicit=True,
    default="kubernetes",
    default_reason="the chart is what this program installs",
    options=(
        Option(value="docker-compose", label="Local development (Docker Compose)", unavailable=_COMPOSE_LATER),
        Option(value="kubernetes", label="Kubernetes (Helm chart)", why="values for charts/aeterna"),
        Option(value="opencode-only", label="OpenCode configuration only", unavailable=_OPENCODE_LATER),
    ),
)

MODE = Question(
    id="mode",
    ask="How shall this deployment work?",
    why="A local deployment has all its parts itself.",
    kind=Kind.CHOICE,
    group="Deployment",
    explicit=True,
    default="local",
    default_reason="everything in one place",
    options=(
        Option(value="local", label="Local", why="server, database, cache and vector database of its own"),
        Option(value="hybrid", label="Hybrid", unavailable=_HYBRID_LATER),
        Option(value="remote", label="Remote", unavailable=_HYBRID_LATER),
    ),
)

OPAL = Question(
    id="opal",
    ask="Deploy the OPAL authorization stack?",
    why="Without it the deployment has a single tenant.",
    kind=Kind.CHOICE,
    group="Authorization",
    default="false",
    options=(
        Option(value="true", label="Yes (recommended for multi-tenant)", unavailable=_OPAL_LATER),
        Option(
            value="false",
            label="No (single-tenant mode)",
            note="Without OPAL there is a single tenant: all who reach the server share everything",
        ),
    ),
)

OPENCODE = Question(
    id="opencode",
    ask="Configure OpenCode's MCP tools?",
    kind=Kind.CHOICE,
    group="OpenCode",
    default="false",
    options=(
        Option(value="true", label="Yes (configure MCP tools)", unavailable=_OPENCODE_LATER),
        Option(value="false", label="No"),
    ),
)

SECRETS = (
    Question(
        id="secrets-provider",
        ask="Where do the credentials live?",
        why="Secrets never go into values.yaml.",
        kind=Kind.CHOICE,
        group="Secrets",
        default="helm",
        default_reason="works everywhere: a second values file that only you can read",
        advanced=True,
        options=(
            Option(value="helm", label="A second values file", why="values.secret.yaml, readable by you alone"),
            Option(value="sops", label="SOPS", why="the same file, for you to encrypt with sops"),
            Option(value="external-secrets", label="External Secrets", why="references into your secret store"),
        ),
    ),
    Question(
        id="secret-store-name",
        ask="Name of the SecretStore",
        group="Secrets",
        required=True,
        when=(Condition(question="secrets-provider", values=("external-secrets",)),),
        example="vault",
    ),
    Question(
        id="secret-store-kind",
        ask="Kind of the SecretStore",
        kind=Kind.CHOICE,
        group="Secrets",
        default="ClusterSecretStore",
        default_reason="one store usually serves the whole cluster",
        when=(Condition(question="secrets-provider", values=("external-secrets",)),),
        options=(
            Option(value="ClusterSecretStore", label="ClusterSecretStore", why="one for the whole cluster"),
            Option(value="SecretStore", label="SecretStore", why="one in the release's namespace"),
        ),
    ),
    Question(
        id="secret-store-prefix",
        ask="Path of the credentials in your secret store",
        why="A credential is looked for at <path>/<name>, e.g. aeterna/kms-key.",
        group="Secrets",
        default="aeterna",
        default_reason="the credentials are this program's",
        when=(Condition(question="secrets-provider", values=("external-secrets",)),),
    ),
    Question(
        id="secret-store-optional",
        ask="Optional credentials that are in your secret store, separated by commas",
        why="Required ones are always looked for; an optional one only when it is named here.",
        group="Secrets",
        advanced=True,
        when=(Condition(question="secrets-provider", values=("external-secrets",)),),
        example="qdrant-api-key,redis-password",
    ),
)
