"""The deployment as Helm values, and back: the one place, beside checks/, that knows keys of values.yaml."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from helm_aeterna.catalogue.evaluate import parts_of, text_of
from helm_aeterna.formats import Tree, dump_yaml, lookup, nest
from helm_aeterna.model.artefact import PRIVATE, Artefact
from helm_aeterna.model.deployment import Chosen, Deployment, Existing, Remote
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from helm_aeterna.catalogue.entry import Catalogue, Part, Setting
    from helm_aeterna.formats import Scalar
    from helm_aeterna.model.deployment import Credential

VALUES, SECRET_VALUES = "values.yaml", "values.secret.yaml"

_HEADER = """\
Values of the Helm chart "aeterna", written by `helm aeterna init`.
They hold what was chosen and what differs from the chart's defaults; `helm aeterna show --all` lists every key.
Edit freely: every later run of `helm aeterna init` keeps your changes and comments."""

_CREDENTIALS_HEADER = """\
Credentials for the Helm chart "aeterna", written by `helm aeterna init`.
Keep this file to yourself: out of git, readable by you alone.
The KMS key encrypts stored data: without it that data cannot be read again."""


# Questions outside the catalogue: id to the keys that get the answer. Those that are not here are no keys of the chart.
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "secrets-provider": ("secrets.provider",),
    "secret-store-name": ("secrets.externalSecrets.secretStoreRef.name",),
    "secret-store-kind": ("secrets.externalSecrets.secretStoreRef.kind",),
    "ingress": ("ingress.enabled",),
    "ingress-host": ("ingress.hosts.0.host",),
    "ingress-class": ("ingress.className",),
    "ingress-tls-secret": ("ingress.tls.0.secretName",),
    "service-monitor": ("observability.serviceMonitor.enabled",),
    "network-policy": ("security.networkPolicy.enabled",),
    "hpa": ("autoscaling.enabled",),
    "hpa-min-replicas": ("autoscaling.minReplicas",),
    "hpa-max-replicas": ("autoscaling.maxReplicas",),
    "pdb": ("podDisruptionBudget.enabled",),
    "replicas": ("aeterna.replicas",),
    "knowledge-size": ("aeterna.knowledgeRepo.persistence.size",),
    "storage-class": ("global.storageClass",),
    "image-registry": ("global.imageRegistry",),
    "image-tag": ("aeterna.image.tag",),
}
_REMOTE = "secrets.externalSecrets"


def places(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Question id to the keys of values.yaml that get its answer, the one that describes it first."""
    found = dict(_OPTIONS)
    for _, part in catalogue.parts():
        for setting in part.settings.values():
            key = f"{part.values.block}.{setting.name}"
            if setting.secret:
                # Further keys of a credential are for the name of an existing Secret.
                found[part.existing] = (f"{part.values.block}.existingSecret", *setting.also)
                found[f"{part.existing}-key"] = (f"{part.values.block}.existingSecretKey",)
            if setting.ask or setting.id:
                found[part.question(setting)] = (key,) if setting.secret else (key, *setting.also)
    return found


def answer_schemas(catalogue: Catalogue, schema: Mapping[str, Tree]) -> dict[str, Mapping[str, Tree]]:
    """Question id to what values.schema.json says of its answer: type, default, limits."""
    return {identifier: _schema_of(schema, keys[0]) for identifier, keys in places(catalogue).items()}


def _schema_of(schema: Mapping[str, Tree], path: str) -> Mapping[str, Tree]:
    """The part of a JSON Schema that describes a dotted path; empty where it says nothing."""
    part: Tree = schema
    for key in path.split("."):
        part = lookup(part, "items") if key.isdigit() else lookup(lookup(part, "properties"), key)
    return part if isinstance(part, dict) else {}


def setting_defaults(catalogue: Catalogue, schema: Mapping[str, Tree], deployment: Deployment) -> dict[str, Scalar]:
    """part/name of each setting of the deployment to its default in the chart."""
    found: dict[str, Scalar] = {}
    for part, about in parts_of(catalogue, deployment).items():
        for name in about.settings:
            default = lookup(_schema_of(schema, f"{about.values.block}.{name}"), "default")
            found |= {f"{part}/{name}": default} if isinstance(default, str | int | float | bool) else {}
    return found


def secrets_in(catalogue: Catalogue, values: Tree) -> dict[str, SecretText]:
    """Question id to the credential that stands in values for it."""
    return {
        part.question(setting): SecretText(text)
        for _, part in catalogue.parts()
        for setting in part.settings.values()
        if setting.secret and isinstance(text := lookup(values, f"{part.values.block}.{setting.name}"), str) and text
    }


def helm_values(catalogue: Catalogue, deployment: Deployment) -> tuple[dict[str, Tree], dict[str, SecretText]]:
    """Write the deployment as dotted keys.

    Returns:
        Keys of values.yaml without any credential; keys of the file with nothing else.
    """
    values: dict[str, Tree] = {}
    secrets: dict[str, SecretText] = {}
    for name, part in parts_of(catalogue, deployment).items():
        chosen = deployment.parts.get(name, Chosen())
        if name in catalogue.axes:
            others = (other.values.switch for other in catalogue.axes[name].choices.values())
            values |= dict.fromkeys(filter(None, others), False)
            values |= {**part.values.chosen, **({part.values.switch: True} if part.values.switch else {})}
        for key, answer in chosen.settings.items():
            values |= dict.fromkeys((f"{part.values.block}.{key}", *part.settings[key].also), answer)
        for key, credential in chosen.secrets.items():
            if isinstance(credential, SecretText):
                secrets[f"{part.values.block}.{key}"] = credential
            else:
                values |= _reference(part, part.settings[key], credential)
    for identifier, answer in deployment.options.items():
        values |= dict.fromkeys(_OPTIONS.get(identifier, ()), answer)
    if deployment.options.get("secrets-provider") == "external-secrets":
        values[f"{_REMOTE}.enabled"] = True
    return values, secrets


def _reference(part: Part, setting: Setting, credential: Existing | Remote) -> dict[str, Tree]:
    if isinstance(credential, Remote):
        return {f"{_REMOTE}.keys.{setting.secret}.key": credential.key}
    key: dict[str, Tree] = {f"{part.values.block}.existingSecretKey": credential.key} if credential.key else {}
    return dict.fromkeys((f"{part.values.block}.existingSecret", *setting.also), credential.secret) | key


def deployment_of(catalogue: Catalogue, values: Tree) -> Deployment:
    """Read values, the chart's defaults among them: what somebody wrote by hand as the chart understands it."""
    parts = {name: _chosen(part, values) for name, part in catalogue.always.items()}
    for axis in catalogue:
        for choice, part in axis.choices.items():
            if all(text_of(lookup(values, key)) == text_of(wanted) for key, wanted in part.values.chosen.items()):
                parts.setdefault(axis.id, _chosen(part, values, choice))
    choices = {name: chosen.choice for name, chosen in parts.items()}
    absent = [axis.id for axis in catalogue if not axis.within.items() <= choices.items()]
    there = {name: chosen for name, chosen in parts.items() if name not in absent}
    return Deployment(target="kubernetes", parts=there)


def _chosen(part: Part, values: Tree, choice: str = "") -> Chosen:
    block = part.values.block
    existing = text_of(lookup(values, f"{block}.existingSecret"))
    existing_key = text_of(lookup(values, f"{block}.existingSecretKey"))
    remotes = lookup(values, f"{_REMOTE}.keys") if lookup(values, "secrets.provider") == "external-secrets" else None
    settings: dict[str, Scalar] = {}
    secrets: dict[str, Credential] = {}
    for name, setting in part.settings.items():
        value = lookup(values, f"{block}.{name}")
        if not setting.secret:
            settings[name] = value if isinstance(value, str | int | float | bool) else None
        elif existing:
            secrets[name] = Existing(existing, existing_key)
        elif remote := lookup(remotes, setting.secret):
            secrets[name] = Remote(text_of(lookup(remote, "key")))
        elif text := text_of(value):
            secrets[name] = SecretText(text)
    return Chosen(choice=choice, settings=settings, secrets=secrets)


def values_artefacts(
    catalogue: Catalogue, schema: Mapping[str, Tree], deployment: Deployment, *, full: bool = False
) -> tuple[Artefact, ...]:
    """Write the deployment as Helm values.

    Args:
        catalogue: Where its parts stand in the values.
        schema: values.schema.json; its order of keys is that of values.yaml.
        deployment: What to deploy.
        full: Write the answers that equal the chart's defaults, too.
    """
    values, secrets = helm_values(catalogue, deployment)
    chosen = {key for part in parts_of(catalogue, deployment).values() for key in _selectors(part)}
    written = {key: value for key, value in values.items() if full or key in chosen or _differs(schema, key, value)}
    artefacts = [
        Artefact(
            path=VALUES,
            text=_readable(ordered(nest(written), schema), _comments(catalogue, schema, deployment, written)),
            purpose="Helm values",
            keep=True,
            implied={key: value for key, value in values.items() if key not in written},
        )
    ]
    if secrets:
        revealed = {path: secret.reveal() for path, secret in secrets.items()}
        artefacts.append(
            Artefact(
                path=SECRET_VALUES,
                text=dump_yaml(ordered(nest(revealed), schema), _CREDENTIALS_HEADER),
                mode=PRIVATE,
                purpose="credentials, readable by you alone",
                keep=True,
            )
        )
    return tuple(artefacts)


def _selectors(part: Part) -> tuple[str, ...]:
    """The keys that select a part."""
    return tuple(dict.fromkeys([*part.values.chosen, *filter(None, [part.values.switch])]))


def _differs(schema: Mapping[str, Tree], path: str, value: Tree) -> bool:
    """Whether a value is not the chart's default; a list is one value, so what stands in one is written."""
    default = _schema_of(schema, path).get("default")
    return type(default) is not type(value) or default != value or any(key.isdigit() for key in path.split("."))


def _readable(tree: Tree, comments: Mapping[str, Sequence[str]]) -> str:
    """Write each block below its comment."""
    items = tree.items() if isinstance(tree, dict) else ()
    blocks = (dump_yaml({key: value}, "\n".join(comments[key])) for key, value in items)
    return "\n".join([dump_yaml({}, _HEADER).removesuffix("{}\n"), *blocks])


def _comments(
    catalogue: Catalogue, schema: Mapping[str, Tree], deployment: Deployment, written: Iterable[str]
) -> dict[str, list[str]]:
    """Block of values.yaml to what was chosen there, what it means, and what must agree with it."""
    blocks = dict.fromkeys(key.split(".")[0] for key in written)
    comments = {block: [text_of(_schema_of(schema, block).get("description"))] for block in blocks}
    parts = parts_of(catalogue, deployment)
    for name, part in parts.items():
        if name in catalogue.axes:
            label = f"{part.label} ({part.licence})" if part.licence else part.label
            block = _selectors(part)[0].split(".")[0]
            comments[block] = [f"{catalogue.axes[name].label}: {label}", *filter(None, [part.why, part.note])]
    for keys in (keys for part in parts.values() for keys in _agreeing(part, written)):
        for block in dict.fromkeys(key.split(".")[0] for key in keys):
            comments.setdefault(block, []).append(f"{' and '.join(keys)} must agree")
    return {block: [line for text in texts for line in wrap(text, 110)] for block, texts in comments.items()}


def _agreeing(part: Part, written: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Keys, or blocks of the same keys, that say one thing."""
    if len(_selectors(part)) > 1:
        yield _selectors(part)
    pairs: dict[tuple[str, ...], None] = {}
    for name, setting in part.settings.items():
        mine = f"{part.values.block}.{'existingSecret' if setting.secret else name}"
        if mine in written and setting.also:
            rest = name.partition(".")[2]
            pairs[tuple(key.removesuffix(rest).rstrip(".") for key in (mine, *setting.also))] = None
    yield from pairs


def ordered(tree: Tree, schema: Mapping[str, Tree]) -> Tree:
    """Put the keys of a tree into the order of its schema; unknown ones last."""
    if isinstance(tree, list):
        items = schema.get("items")
        return [ordered(item, items if isinstance(items, dict) else {}) for item in tree]
    if not isinstance(tree, dict):
        return tree
    properties = schema.get("properties")
    known: dict[str, Tree] = properties if isinstance(properties, dict) else {}
    keys = [key for key in known if key in tree] + [key for key in tree if key not in known]
    parts = {key: known.get(key) for key in keys}
    return {key: ordered(tree[key], part if isinstance(part, dict) else {}) for key, part in parts.items()}
