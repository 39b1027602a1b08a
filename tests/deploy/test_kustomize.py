"""The manifests fit each other once `kustomize` has put its labels on and made its names."""

from collections.abc import Iterator
from typing import Any

import yaml

from app.settings import PREFIX
from tests.deploy.test_deploy import DEPLOY

FOLDER = DEPLOY / "kubernetes"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
SELECTORS = {
    "Deployment": ("selector", "matchLabels"),
    "Service": ("selector",),
    "PodDisruptionBudget": ("selector", "matchLabels"),
    "NetworkPolicy": ("podSelector", "matchLabels"),
}
"""Where each kind says which pods it means; the label is put there with `includeSelectors`, and into the pods."""


def built() -> Iterator[dict[str, Any]]:
    """Yield the resources with the labels on them, as `kubectl apply -k` would send them."""
    labels = {}
    for one in KUSTOMIZATION["labels"]:
        assert one["includeSelectors"]
        labels.update(one["pairs"])
    for name in KUSTOMIZATION["resources"]:
        for resource in yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")):
            selector(resource).update(labels)
            if "template" in resource["spec"]:
                resource["spec"]["template"]["metadata"]["labels"].update(labels)
            yield resource


def selector(resource: dict[str, Any]) -> dict[str, str]:
    """Return which pods a resource means; a kind that is not known here fails."""
    found = resource["spec"]
    for step in SELECTORS[resource["kind"]]:
        found = found[step]
    assert isinstance(found, dict)
    return found


def pod() -> dict[str, Any]:
    """Return the one pod, with its labels."""
    (found,) = (one["spec"]["template"] for one in built() if one["kind"] == "Deployment")
    assert isinstance(found, dict)
    return found


def containers() -> list[dict[str, Any]]:
    """Return all containers of the pod."""
    spec = pod()["spec"]
    return [*spec["initContainers"], *spec["containers"]]


def test_each_selector_means_our_pods() -> None:
    """Nobody means no pods or others: not who keeps them, who sends to them, who spares them, who guards them."""
    labels = pod()["metadata"]["labels"]
    for resource in built():
        assert selector(resource), resource["kind"]
        assert selector(resource).items() <= labels.items(), resource["kind"]
    for spread in pod()["spec"]["topologySpreadConstraints"]:
        assert spread["labelSelector"]["matchLabels"].items() <= labels.items()


def test_ports_are_named_as_they_are() -> None:
    """Service, network policy and probes name a port that a container has."""
    ports = {port["name"] for container in containers() for port in container.get("ports", ())}
    asked = {
        container[probe]["httpGet"]["port"]
        for container in containers()
        for probe in ("startupProbe", "livenessProbe", "readinessProbe")
        if probe in container
    }
    for resource in built():
        if resource["kind"] == "Service":
            asked |= {port["targetPort"] for port in resource["spec"]["ports"]}
        if resource["kind"] == "NetworkPolicy":
            asked |= {port["port"] for rule in resource["spec"]["ingress"] for port in rule["ports"]}
    assert asked
    assert asked <= ports


def test_what_containers_are_given_is_made() -> None:
    """Each secret, each configuration and each image has its line in the kustomization."""
    secrets = {one["name"] for one in KUSTOMIZATION["secretGenerator"]}
    configurations = {one["name"] for one in KUSTOMIZATION["configMapGenerator"]}
    assert {container["image"] for container in containers()} <= {one["name"] for one in KUSTOMIZATION["images"]}
    given = [source for container in containers() for source in container.get("envFrom", ())]
    assert {source["secretRef"]["name"] for source in given} == secrets
    volumes = {volume["name"]: volume for volume in pod()["spec"]["volumes"]}
    assert {one["configMap"]["name"] for one in volumes.values() if "configMap" in one} == configurations
    for container in containers():
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes.keys()


def test_the_policy_lies_where_it_is_looked_for() -> None:
    """The file of the configuration is mounted where the setting says."""
    (container,) = pod()["spec"]["containers"]
    (looked_for,) = (one["value"] for one in container["env"] if one["name"] == f"{PREFIX}POLICY")
    (folder,) = (mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "policy")
    (generated,) = KUSTOMIZATION["configMapGenerator"]
    assert looked_for in {f"{folder}/{file}" for file in generated["files"]}
