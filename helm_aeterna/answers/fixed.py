"""The questions that are not choices of the catalogue, as data."""

from __future__ import annotations

from helm_aeterna.model.question import Condition, Kind, Option, Question

_COMPOSE_LATER = "the Compose output is not part of this version"
_OPENCODE_LATER = "the OpenCode output is not part of this version"
_HYBRID_LATER = "a central server has no reader in this version"
_OPAL_LATER = "the chart's OPAL templates are not part of this version"


def _on(question: str) -> Condition:
    return Condition(question=question, values=("true",))


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
    paths=("aeterna.mode",),
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
        Option(value="false", label="No (single-tenant mode)"),
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
        paths=("secrets.provider",),
    ),
    Question(
        id="secret-store-name",
        ask="Name of the SecretStore",
        group="Secrets",
        required=True,
        when=(Condition(question="secrets-provider", values=("external-secrets",)),),
        paths=("secrets.externalSecrets.secretStoreRef.name",),
        example="vault",
    ),
    Question(
        id="secret-store-kind",
        ask="Kind of the SecretStore",
        kind=Kind.CHOICE,
        group="Secrets",
        default="ClusterSecretStore",
        when=(Condition(question="secrets-provider", values=("external-secrets",)),),
        options=(
            Option(value="ClusterSecretStore", label="ClusterSecretStore", why="one for the whole cluster"),
            Option(value="SecretStore", label="SecretStore", why="one in the release's namespace"),
        ),
        paths=("secrets.externalSecrets.secretStoreRef.kind",),
    ),
    Question(
        id="secret-store-prefix",
        ask="Path of the credentials in your secret store",
        why="A credential is looked for at <path>/<name>, e.g. aeterna/kms-key.",
        group="Secrets",
        default="aeterna",
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

ADVANCED = (
    Question(
        id="ingress",
        ask="Enable Ingress",
        why="Reach the server from outside the cluster under a host name.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        paths=("ingress.enabled",),
    ),
    Question(
        id="ingress-host",
        ask="Host name of the Ingress",
        group="Advanced",
        required=True,
        when=(_on("ingress"),),
        paths=("ingress.hosts.0.host",),
        example="aeterna.example.com",
    ),
    Question(
        id="ingress-class",
        ask="IngressClass; empty for the cluster's default",
        group="Advanced",
        when=(_on("ingress"),),
        paths=("ingress.className",),
        example="nginx",
    ),
    Question(
        id="ingress-tls-secret",
        ask="Secret with the TLS certificate; empty for plain HTTP",
        group="Advanced",
        when=(_on("ingress"),),
        paths=("ingress.tls.0.secretName",),
        example="aeterna-tls",
    ),
    Question(
        id="service-monitor",
        ask="Enable ServiceMonitor (Prometheus)",
        why="Let a Prometheus operator scrape the server's metrics.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        paths=("observability.serviceMonitor.enabled",),
    ),
    Question(
        id="network-policy",
        ask="Enable Network Policies",
        why="Allow only the traffic the deployment needs; the cluster's network must enforce them.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        paths=("security.networkPolicy.enabled",),
    ),
    Question(
        id="hpa",
        ask="Enable HPA (Horizontal Pod Autoscaler)",
        why="More servers under load; they share their knowledge through a git repository.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        paths=("autoscaling.enabled",),
    ),
    Question(
        id="hpa-min-replicas",
        ask="Smallest number of servers",
        kind=Kind.NUMBER,
        group="Advanced",
        when=(_on("hpa"),),
        paths=("autoscaling.minReplicas",),
    ),
    Question(
        id="hpa-max-replicas",
        ask="Largest number of servers",
        kind=Kind.NUMBER,
        group="Advanced",
        when=(_on("hpa"),),
        paths=("autoscaling.maxReplicas",),
    ),
    Question(
        id="pdb",
        ask="Enable PodDisruptionBudget",
        why="Keep one server while nodes are drained; needs more than one.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        paths=("podDisruptionBudget.enabled",),
    ),
    Question(
        id="replicas",
        ask="Number of servers",
        why="More than one needs a git repository for the knowledge they share.",
        kind=Kind.NUMBER,
        group="Advanced",
        advanced=True,
        when=(Condition(question="hpa", values=("false",)),),
        needed=_on("pdb"),
        paths=("aeterna.replicas",),
    ),
    Question(
        id="knowledge-repo-url",
        ask="URL of the git repository for the knowledge",
        why="Several servers keep one knowledge there; a single server can keep it on a volume.",
        group="Advanced",
        advanced=True,
        needed=Condition(
            question="hpa", values=("true",), or_else=Condition(question="replicas", at_least=2, or_else=_on("pdb"))
        ),
        paths=("aeterna.knowledgeRepo.url",),
        example="https://git.example.com/team/knowledge.git",
    ),
    Question(
        id="knowledge-repo-branch",
        ask="Branch of that repository",
        group="Advanced",
        advanced=True,
        paths=("aeterna.knowledgeRepo.branch",),
    ),
    Question(
        id="knowledge-size",
        ask="Size of the knowledge volume",
        group="Advanced",
        advanced=True,
        paths=("aeterna.knowledgeRepo.persistence.size",),
    ),
    Question(
        id="log-level",
        ask="What the server logs",
        group="Advanced",
        advanced=True,
        paths=("aeterna.logLevel",),
    ),
    *(
        Question(
            id=f"feature-{name}",
            ask=f"Feature: {words}",
            kind=Kind.SWITCH,
            group="Advanced",
            advanced=True,
            paths=(f"aeterna.features.{name}",),
        )
        for name, words in (
            ("cca", "context agents"),
            ("radkit", "agent-to-agent protocol"),
            ("rlm", "recursive language model search"),
        )
    ),
    Question(
        id="storage-class",
        ask="StorageClass of all volumes; empty for the cluster's default",
        group="Advanced",
        advanced=True,
        paths=("global.storageClass",),
    ),
    Question(
        id="image-registry",
        ask="Registry to pull all images from; empty for the usual ones",
        group="Advanced",
        advanced=True,
        paths=("global.imageRegistry",),
        example="registry.example.com",
    ),
    Question(
        id="image-tag",
        ask="Tag of the server's image; empty for the one the chart was tested with",
        group="Advanced",
        advanced=True,
        paths=("aeterna.image.tag",),
        example="v0.8.0-rc.9",
    ),
)
