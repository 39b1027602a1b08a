"""What is shipped to run the service with is sound, as far as linters and schemas can tell."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]  # the package ships no types
import pytest
import yaml

from app.assembly import manifests
from app.settings import Settings, setting_names

DEPLOY = Path(__file__).parents[2] / "deploy"
SHIPPED = sorted(
    path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix in {"", ".yaml", ".service", ".example"}
)
RESOURCES = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")


def test_container_file_pleases_the_linter() -> None:
    """The linter for container files has nothing to say."""
    linter = Path(sys.executable).parent / "hadolint"
    if not linter.exists():
        pytest.skip("the linter is packaged for Linux on x86-64 only")
    done = subprocess.run([linter, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("path", RESOURCES, ids=lambda path: path.name)
def test_manifest_is_what_kubernetes_knows(path: Path) -> None:
    """Every manifest holds to the official schema, with no key that it does not know."""
    for resource in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        kubernetes_validate.validate(resource, "1.34", strict=True)


def test_kustomization_names_every_manifest() -> None:
    """No manifest is left out, and none is named that is not there."""
    named = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert sorted(named) == [path.name for path in RESOURCES]


@pytest.mark.parametrize("path", RESOURCES, ids=lambda path: path.name)
def test_services_set_no_settings(path: Path) -> None:
    """No pod is given variables about services: the one of our name would be taken for FOLLOWTHROUGH_PORT."""
    for resource in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        if "template" in resource["spec"]:
            assert resource["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_containers_are_locked_down() -> None:
    """Every container of the cluster and of compose has a read-only file system and no rights to gain."""
    pod = yaml.safe_load((DEPLOY / "kubernetes" / "deployment.yaml").read_text(encoding="utf-8"))["spec"]["template"]
    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    for container in (*pod["spec"]["initContainers"], *pod["spec"]["containers"]):
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"], container["name"]
        assert not rights["allowPrivilegeEscalation"], container["name"]
        assert rights["capabilities"] == {"drop": ["ALL"]}, container["name"]
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name in ("upgrade", "followthrough"):
        assert services[name]["read_only"], name
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["security_opt"] == ["no-new-privileges:true"], name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_settings_exist(path: Path) -> None:
    """Every setting that a shipped file names is one of ours."""
    known = set(setting_names([Settings, *(manifest.settings for manifest in manifests().values())]))
    named = set(re.findall(r"FOLLOWTHROUGH_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert named <= known, named - known


def test_unit_is_understood_by_systemd() -> None:
    """The unit has no line that systemd does not know; that the program lies elsewhere here is all it may say."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not on this machine")
    unit = DEPLOY / "systemd" / "followthrough.service"
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if unit.name in line]
    assert [line for line in lines if "is not executable" not in line] == []
