"""The workflows publish only tested tags, use pinned actions, and have no more permissions than they need."""

import re
from pathlib import Path

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[1] / ".github" / "workflows").glob("*.yml"))
NAMES = [path.name for path in WORKFLOWS]
THIS_REPOSITORY = "./"


def workflow(name):
    [path] = [path for path in WORKFLOWS if path.name == name]
    # YAML 1.1 reads the key "on" as true.
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text("utf-8")).items()}


def steps(name):
    return [step for job in workflow(name)["jobs"].values() for step in job.get("steps", [])]


def permissions(name):
    """Returns the permissions to write, as pairs of job and permission; None stands for the whole workflow."""
    document = workflow(name)
    granted = {
        None: document["permissions"],
        **{job: each.get("permissions", {}) for job, each in document["jobs"].items()},
    }
    return {(job, scope) for job, scopes in granted.items() for scope, access in scopes.items() if access != "read"}


def jobs_before(name, job):
    """Returns the jobs that must have passed before a job runs."""
    needs = workflow(name)["jobs"][job].get("needs", [])
    direct = [needs] if isinstance(needs, str) else needs
    return {*direct, *(other for each in direct for other in jobs_before(name, each))}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_with_their_version(path):
    used = re.findall(r"^ *(?:- )?uses: (.*)$", path.read_text("utf-8"), re.MULTILINE)
    foreign = [each for each in used if not each.startswith(THIS_REPOSITORY)]
    assert foreign
    assert [each for each in foreign if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


def test_each_action_has_one_version():
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS)
    used = set(re.findall(r"uses: ([\w-]+/[\w./-]+)@(.*)", text))
    assert len(used) == len({action for action, _ in used})


@pytest.mark.parametrize("name", NAMES)
def test_no_checkout_keeps_its_credentials(name):
    checkouts = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step.get("with", {}).get("persist-credentials") is False for step in checkouts)


def test_only_publication_may_write():
    assert permissions("ci.yml") == set()
    assert permissions("release.yml") == {("package", "id-token"), ("image", "packages"), ("release", "contents")}


@pytest.mark.parametrize("job", ["package", "image", "release"])
def test_only_a_tested_tag_is_published(job):
    release = workflow("release.yml")
    assert release["on"] == {"push": {"tags": ["v*"]}}
    assert release["jobs"]["test"]["uses"] == f"{THIS_REPOSITORY}.github/workflows/ci.yml"
    assert "workflow_call" in workflow("ci.yml")["on"]
    assert {"version", "test"} <= jobs_before("release.yml", job)


def test_published_package_is_what_the_tests_have_built():
    [published] = [step for step in workflow("release.yml")["jobs"]["package"]["steps"] if "download" in step["uses"]]
    built = [step["with"] for step in steps("ci.yml") if "upload-artifact" in step.get("uses", "")]
    assert published["with"] in [{"name": each["name"], "path": each["path"]} for each in built]


def test_release_has_the_package_and_its_sbom_and_no_other_artifact():
    attached = [
        step["with"]
        for step in workflow("release.yml")["jobs"]["release"]["steps"]
        if "download" in step.get("uses", "")
    ]
    built = {step["with"]["name"] for step in steps("ci.yml") if "upload-artifact" in step.get("uses", "")}
    assert {each.get("name") for each in attached} == built == {"distributions", "sbom"}


def test_dry_run_builds_the_image_that_is_published():
    [published], [built] = (
        [step["with"] for step in steps(name) if step.get("uses", "").startswith("docker/build-push-action@")]
        for name in ("release.yml", "ci.yml")
    )
    assert (published["push"], built["push"]) == (True, False)
    assert [
        {key: each[key] for key in ("context", "platforms", "provenance", "sbom")} for each in (published, built)
    ] == [{"context": ".", "platforms": "linux/amd64,linux/arm64", "provenance": "mode=max", "sbom": True}] * 2


@pytest.mark.parametrize("name", NAMES)
def test_jobs_have_a_timeout(name):
    jobs = workflow(name)["jobs"].items()
    assert [job for job, each in jobs if "steps" in each and not each.get("timeout-minutes", 360) <= 60] == []
