"""Reads the live cluster through Helm itself: the same program, the same credentials, the same context.

Helm renders a chart of one template in a dry run against the server; the template looks objects up and prints them.
So no kubectl is needed, no token passes through this program, and there is no second opinion about which cluster is
meant. Nothing is created. The content of Secrets stays inside Helm: only the names of their keys come out, and a
digest where one is asked for.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helm_aeterna.errors import AeternaError, HelmError
from helm_aeterna.formats import dump_json, load_json, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helm_aeterna.adapters.helm import Helm

Object = dict[str, Any]
_DENIED = re.compile(
    r'cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]+)")?'
)

_CHART = "apiVersion: v2\nname: helm-aeterna-reader\nversion: 0.1.0\ndescription: Looks objects up, creates nothing\n"
_TEMPLATE = """\
{{- define "reader.bare" }}
{{- $bare := . }}
{{- if eq (.kind | default "") "Secret" "ConfigMap" }}
{{- $bare = set (omit . "data" "binaryData" "stringData") "keys" (.data | default dict | keys | sortAlpha) }}
{{- end }}
{{- $bare | toJson }}
{{- end }}
{{- $answers := list }}
{{- range $read := .Values.reads }}
{{- $answer := dict "served" ($.Capabilities.APIVersions.Has (printf "%s/%s" $read.api $read.kind)) }}
{{- if and $answer.served $read.look }}
{{- $found := lookup $read.api $read.kind $read.namespace $read.name }}
{{- $objects := ternary (list $found) ($found.items | default list) (ne $read.name "") }}
{{- $bare := list }}
{{- range $objects }}
{{- if and . (or (not $read.label) (has (get (.metadata.labels | default dict) $read.label) $read.among)) }}
{{- $bare = append $bare (include "reader.bare" . | fromJson) }}
{{- with get ($found.data | default dict) $read.digest }}
{{- $_ := set $answer "digest" (. | b64dec | sha256sum) }}
{{- end }}
{{- end }}
{{- end }}
{{- $_ := set $answer "objects" $bare }}
{{- end }}
{{- $answers = append $answers $answer }}
{{- end }}
{{- dict "answers" $answers "version" .Capabilities.KubeVersion.Version | toJson }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One question to the cluster: an object by name, or all of a kind.

    Attributes:
        api: apps/v1, v1, …
        kind: Deployment, …
        namespace: Empty for all namespaces and for what has none.
        name: Empty for a list.
        digest: Key of a named Secret whose value's SHA-256 is wanted.
        look: Whether objects are wanted; else only whether the kind is served, which needs no right.
        label: Name of a label that the wanted objects have; empty for all objects.
        among: The label's wanted values.
    """

    api: str
    kind: str
    namespace: str = ""
    name: str = ""
    digest: str = ""
    look: bool = True
    label: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the cluster says to one question.

    Attributes:
        served: Whether it knows the kind at all.
        allowed: Whether the user may read it.
        objects: What there is.
        digest: SHA-256 of the Secret's value that was asked for.
    """

    served: bool = True
    allowed: bool = True
    objects: tuple[Object, ...] = field(default=(), repr=False)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The live cluster that Helm works on."""

    helm: Helm

    def read(self, reads: Sequence[Read]) -> tuple[Answer, ...]:
        """Answer all questions, in their order, by one call of Helm and one more for each kind the user may not read.

        Raises:
            PrerequisiteError: The cluster is not there.
            HelmError: Helm failed for another reason than missing rights.
        """
        if not reads:
            return ()
        try:
            return tuple(self._answers(reads))
        except HelmError as error:
            denied = [_is_denied(read, error.message) for read in reads]
            if not any(denied):
                raise
        rest = iter(self.read([read for read, no in zip(reads, denied, strict=True) if not no]))
        return tuple(Answer(allowed=False) if no else next(rest) for no in denied)

    def _answers(self, reads: Sequence[Read]) -> Iterator[Answer]:
        said = self._ask([asdict(read) for read in reads])
        for entry in said["answers"]:
            objects = tuple(_without_bookkeeping(found) for found in entry.get("objects") or ())
            yield Answer(served=entry["served"], objects=objects, digest=entry.get("digest", ""))

    def _ask(self, questions: list[dict[str, Any]]) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="helm-aeterna-reader-") as folder:
            (Path(folder) / "templates").mkdir()
            (Path(folder) / "Chart.yaml").write_text(_CHART, encoding="utf-8")
            (Path(folder) / "templates" / "NOTES.txt").write_text(_TEMPLATE, encoding="utf-8")
            command = ("install", "helm-aeterna-reader", folder, "--dry-run=server", "--output=json", "--values=-")
            said = self.helm.ask(*command, text=dump_json({"reads": [*questions]}))
        release: Any = load_json(said, "helm install --dry-run=server")
        notes: Any = load_json(release["info"]["notes"], "what Helm read from the cluster")
        return notes if isinstance(notes, dict) else {"answers": []}


def _is_denied(read: Read, message: str) -> bool:
    """Whether the API server's refusal is about this question."""
    said = _DENIED.search(message)
    if said is None or not read.look:
        return False
    scoped = bool(said["namespace"]) and read.kind != "Namespace"
    # Resources are plurals, which change the last letter of a kind at most: policies, ingresses.
    return (
        said["resource"].startswith(read.kind.lower()[:-1])
        and (said["verb"], said["group"]) == ("get" if read.name else "list", read.api.rpartition("/")[0])
        and (said["namespace"] == read.namespace if scoped else not read.namespace)
    )


def _without_bookkeeping(found: Object) -> Object:
    metadata = {key: value for key, value in found.get("metadata", {}).items() if key != "managedFields"}
    return {**found, "metadata": metadata}


def context_name(environment: Mapping[str, str]) -> str:
    """Say which context is used, for people; empty where no kubeconfig says so (inside a pod, for example)."""
    if environment.get("HELM_KUBECONTEXT"):
        return environment["HELM_KUBECONTEXT"]
    named = environment.get("KUBECONFIG") or str(Path(environment.get("HOME", "~")).expanduser() / ".kube" / "config")
    for place in named.split(":"):
        try:
            tree = load_yaml(Path(place).read_text(encoding="utf-8"), place)
        except (OSError, UnicodeDecodeError, AeternaError):
            continue  # Helm is the one to complain about it
        if isinstance(tree, dict) and tree.get("current-context"):
            return str(tree["current-context"])
    return ""
