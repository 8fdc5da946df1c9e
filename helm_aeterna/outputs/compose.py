"""The deployment as Docker Compose: docker-compose.yaml, and .env with the credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helm_aeterna.catalogue.evaluate import Endpoint, Known, environments, filled, first, know, parts_of, spell
from helm_aeterna.errors import AeternaError
from helm_aeterna.formats import dump_yaml, env_entry, read_env
from helm_aeterna.model.artefact import PRIVATE, Artefact
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helm_aeterna.catalogue.entry import Catalogue, Container, Part
    from helm_aeterna.catalogue.evaluate import Text
    from helm_aeterna.formats import Scalar, Tree
    from helm_aeterna.model.deployment import Deployment
    from helm_aeterna.model.question import Script

COMPOSE, ENV = "docker-compose.yaml", ".env"

_HEADER = """\
Aeterna for Docker Compose, written by `helm aeterna init`. Start it: docker compose up -d
Edit freely: `helm aeterna init --reconfigure` keeps your changes and comments."""

_ENV_HEADER = """\
# Credentials for docker-compose.yaml, written by `helm aeterna init`.
# Keep this file to yourself: out of git, readable by you alone.
# The KMS key encrypts stored data: without it that data cannot be read again.
"""

# Quick while a database starts, patient with a slow machine.
_TIMING: Mapping[str, Tree] = {"interval": "5s", "timeout": "5s", "retries": 30, "start_period": "5s"}


def variable_of(question: str) -> str:
    """The name of a credential in .env. A variable of the shell beats that file, so the name is one of our own."""
    return "AETERNA_SECRET_" + question.upper().replace("-", "_")


def secrets_in_env(script: Script, text: str) -> dict[str, SecretText]:
    """Question id to the credential that stands for it in .env.

    Raises:
        FormatError: It is not a .env file.
    """
    there = read_env(text, ENV)
    names = {question.id: variable_of(question.id) for question in script if question.secret}
    return {
        question: SecretText(there[name][0]) for question, name in names.items() if name in there and there[name][0]
    }


def compose_artefacts(
    catalogue: Catalogue, deployment: Deployment, defaults: Mapping[str, Scalar]
) -> tuple[Artefact, ...]:
    """Write the deployment as a Compose project.

    Args:
        catalogue: Its parts and their containers.
        deployment: What to deploy.
        defaults: part/name of a setting to its default.
    """
    project = _Project(catalogue, deployment, defaults)
    entries = (env_entry(name, secret.reveal()) + "\n" for name, secret in sorted(project.secrets().items()))
    return (
        Artefact(path=COMPOSE, text=dump_yaml(project.tree(), _HEADER), purpose="Docker Compose services", keep=True),
        Artefact(
            path=ENV,
            text=_ENV_HEADER + "".join(entries),
            mode=PRIVATE,
            purpose="credentials, readable by you alone",
            keep=True,
        ),
    )


class _Project:
    """One Compose project: the services whose image can be named, and what they know of each other."""

    def __init__(self, catalogue: Catalogue, deployment: Deployment, defaults: Mapping[str, Scalar]) -> None:
        self._deployment = deployment
        self._parts = parts_of(catalogue, deployment)
        ends = {"images": Endpoint(facts=catalogue.images)}
        self._services = _running(self._parts, know(self._parts, deployment, ends, defaults))
        for part in {part for part, _ in self._services.values()}:
            own = [container for of, container in self._services.values() if of == part]
            ends[part] = Endpoint(facts={name: text for of in own for name, text in of.facts.items()})
        facts = know(self._parts, deployment, ends, defaults).facts
        self._variables = self._named()
        self._known = Known(facts=facts, credentials=self._variables.keys())

    def _named(self) -> dict[str, str]:
        """Each credential to its name in .env."""
        names: dict[str, str] = {}
        for part, about in self._parts.items():
            chosen = self._deployment.parts.get(part)
            there = chosen.secrets if chosen else {}
            ids = {name: about.question(setting) for name, setting in about.settings.items() if not setting.probe}
            ids |= {name: question for name, (_, question, _) in about.local.items()}
            names |= {f"{part}/{name}": variable_of(ids[name]) for name in there if name in ids}
        return names

    def secrets(self) -> dict[str, SecretText]:
        """Name in .env to its credential."""
        found: dict[str, SecretText] = {}
        for credential, variable in self._variables.items():
            part, name = credential.split("/", 1)
            secret = self._deployment.parts[part].secrets[name]
            if not isinstance(secret, SecretText):
                raise AeternaError("Compose reads no Secrets of Kubernetes", where=credential)
            found[variable] = secret
        return found

    def tree(self) -> Tree:
        """The tree of docker-compose.yaml."""
        environment = environments(self._parts, self._known)
        services: dict[str, Tree] = {
            name: self._service(name, part, container, environment.get(name, {}))
            for name, (part, container) in self._services.items()
        }
        volumes = {volume: None for _, container in self._services.values() for volume in container.volumes}
        return {"name": "aeterna", "services": services, "volumes": volumes}

    def _service(self, name: str, part: str, container: Container, environment: Mapping[str, Text]) -> Tree:
        def fill(form: str) -> str:
            if text := first(part, (form,), self._known):
                return self._spelt(text)
            raise AeternaError(f"not everything in {form!r} is known", where=f"containers.{name}")

        variables = {**environment, **filled(part, container.env, self._known)}
        service: dict[str, Any] = {
            "image": fill(container.image),
            "user": container.user,
            "entrypoint": list(map(fill, container.entrypoint)),
            "command": list(map(fill, container.command)),
            "environment": {variable: self._spelt(text) for variable, text in variables.items()},
            "depends_on": dict(self._after(container.after)),
            "ports": [f"127.0.0.1:{port}:{port}" for port in map(fill, container.publish)],
            "volumes": [f"{volume}:{fill(path)}" for volume, path in container.volumes.items()],
            "healthcheck": {"test": list(map(fill, container.health)), **_TIMING} if container.health else {},
            "restart": "no" if container.once else "unless-stopped",
        }
        return {key: value for key, value in service.items() if value}

    def _spelt(self, text: Text) -> str:
        return spell(text, lambda plain: plain.replace("$", "$$"), lambda id_: "${" + self._variables[id_] + "}")

    def _after(self, names: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """A name is a container's, or a part's: then all of its containers. What does not run is not waited for."""
        for name in names:
            for service, (part, container) in self._services.items():
                if service == name or (part == name and name not in self._services):
                    done = "service_completed_successfully" if container.once else "service_started"
                    yield service, {"condition": "service_healthy" if container.health else done}


def _running(parts: Mapping[str, Part], known: Known) -> dict[str, tuple[str, Container]]:
    """Service to its part and container, of those whose image can be named."""
    return {
        name: (part, container)
        for part, about in parts.items()
        for name, container in about.containers.items()
        if first(part, (container.image,), known)
    }
