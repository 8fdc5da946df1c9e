"""The advanced options of the design, and what is asked on request only, as data."""

from __future__ import annotations

from helm_aeterna.model.question import Condition, Kind, Question


def _on(question: str) -> Condition:
    return Condition(question=question, values=("true",))


ADVANCED = (
    Question(
        id="ingress",
        ask="Enable Ingress",
        why="Reach the server from outside the cluster under a host name.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        default_reason="a host name is yours to give",
    ),
    Question(
        id="ingress-host",
        ask="Host name of the Ingress",
        group="Advanced",
        required=True,
        when=(_on("ingress"),),
        example="aeterna.example.com",
    ),
    Question(
        id="ingress-class",
        ask="IngressClass; empty for the cluster's default",
        group="Advanced",
        when=(_on("ingress"),),
        example="nginx",
    ),
    Question(
        id="ingress-tls-secret",
        ask="Secret with the TLS certificate; empty for plain HTTP",
        group="Advanced",
        when=(_on("ingress"),),
        example="aeterna-tls",
    ),
    Question(
        id="service-monitor",
        ask="Enable ServiceMonitor (Prometheus)",
        why="Let a Prometheus operator scrape the server's metrics.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        default_reason="it needs a Prometheus operator",
    ),
    Question(
        id="network-policy",
        ask="Enable Network Policies",
        why="Allow only the traffic the deployment needs; the cluster's network must enforce them.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        default_reason="not every network enforces them",
    ),
    Question(
        id="hpa",
        ask="Enable HPA (Horizontal Pod Autoscaler)",
        why="More servers under load; they share their knowledge through a git repository.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        default_reason="a single server keeps its knowledge on a volume",
    ),
    Question(
        id="hpa-min-replicas",
        ask="Smallest number of servers",
        kind=Kind.NUMBER,
        default_reason="one may fail",
        group="Advanced",
        when=(_on("hpa"),),
    ),
    Question(
        id="hpa-max-replicas",
        ask="Largest number of servers",
        kind=Kind.NUMBER,
        default_reason="a limit keeps the costs in hand",
        group="Advanced",
        when=(_on("hpa"),),
    ),
    Question(
        id="pdb",
        ask="Enable PodDisruptionBudget",
        why="Keep one server while nodes are drained; needs more than one.",
        kind=Kind.SWITCH,
        group="Advanced",
        default=False,
        default_reason="a budget for a single server would block every drain",
    ),
    Question(
        id="replicas",
        ask="Number of servers",
        why="More than one needs a git repository for the knowledge they share.",
        kind=Kind.NUMBER,
        group="Advanced",
        advanced=True,
        schema={"minimum": 1},  # the chart takes 0, to pause a release; a set-up that runs nothing is a mistake
        when=(Condition(question="hpa", values=("false",)),),
        needed=_on("pdb"),
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
        example="https://git.example.com/team/knowledge.git",
    ),
    Question(
        id="knowledge-repo-branch",
        ask="Branch of that repository",
        group="Advanced",
        advanced=True,
    ),
    Question(
        id="knowledge-size",
        ask="Size of the knowledge volume",
        group="Advanced",
        advanced=True,
    ),
    Question(
        id="log-level",
        ask="What the server logs",
        group="Advanced",
        advanced=True,
    ),
    *(
        Question(
            id=f"feature-{name}",
            ask=f"Feature: {words}",
            kind=Kind.SWITCH,
            group="Advanced",
            advanced=True,
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
    ),
    Question(
        id="image-registry",
        ask="Registry to pull all images from; empty for the usual ones",
        group="Advanced",
        advanced=True,
        example="registry.example.com",
    ),
    Question(
        id="image-tag",
        ask="Tag of the server's image; empty for the one the chart was tested with",
        group="Advanced",
        advanced=True,
        example="v0.8.0-rc.9",
    ),
)
