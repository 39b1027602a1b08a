"""The compose file is one that Docker Compose knows, and its parts fit each other."""

import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml

from app.web.body import LARGEST
from tests.deploy.test_deploy import DEPLOY

SCHEMA = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"


def composed() -> dict[str, Any]:
    """Return the compose file, with what is shared put in its places."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def wrong(compose: dict[str, Any]) -> list[str]:
    """Return what the schema says against it, with the place."""
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(compose)]


def test_compose_is_what_docker_knows() -> None:
    """The file holds to the published schema of Compose."""
    assert wrong(composed()) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("restarts", "always"), ("cap_drop", "ALL"), ("depends_on", 5), ("ports", {"8080": 80})],
)
def test_schema_finds_what_is_wrong(key: str, value: object) -> None:
    """A key that is unknown or holds something else is found."""
    compose = composed()
    compose["services"]["followthrough"][key] = value
    assert wrong(compose)


def test_what_compose_names_is_there() -> None:
    """Each service that is waited for, each volume, each configuration and each file of ours exists."""
    compose = composed()
    services, volumes, configs = compose["services"], compose["volumes"], compose["configs"]
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
        assert {one["source"] for one in service.get("configs", ())} <= configs.keys(), name
        sources = {mount.split(":")[0] for mount in service.get("volumes", ())}
        assert {source for source in sources if not source.startswith((".", "/"))} <= volumes.keys(), name
        if "build" in service:
            context = (DEPLOY / service["build"]["context"]).resolve()
            assert (context / service["build"]["dockerfile"]).is_file(), name


def test_who_waits_for_an_end_waits_for_something_that_ends() -> None:
    """What has to be healthy has a check of its health, and what has to complete is not started again."""
    services = composed()["services"]
    conditions = [
        (name, how["condition"])
        for service in services.values()
        if isinstance(service.get("depends_on"), dict)
        for name, how in service["depends_on"].items()
    ]
    assert conditions
    for name, condition in conditions:
        if condition == "service_healthy":
            assert "healthcheck" in services[name], name
        if condition == "service_completed_successfully":
            assert services[name].get("restart", "no") == "no", name


def test_balancer_sends_to_the_port_that_is_served() -> None:
    """The balancer knows the services by the names and the port that they have."""
    compose = composed()
    upstream = re.search(r"server (\w+):(\d+) resolve", compose["configs"]["balancer"]["content"])
    assert upstream
    assert upstream[1] in compose["services"]
    served = re.search(r"FOLLOWTHROUGH_PORT=(\d+)|EXPOSE (\d+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    assert served
    assert upstream[2] in served.groups()


def test_a_body_that_the_door_takes_passes_the_balancer() -> None:
    """The balancer's bound on bodies is the door's own."""
    assert f"client_max_body_size {LARGEST // 1024**2}m;" in composed()["configs"]["balancer"]["content"]
