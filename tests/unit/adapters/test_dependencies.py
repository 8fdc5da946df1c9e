"""The chart is completed in the cache, never in place, from what is at hand before anything is fetched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helm_aeterna.adapters.dependencies import archives_in, cache_root, content_digest, take_in
from helm_aeterna.adapters.helm import Helm, find_helm
from helm_aeterna.commands.chart_copy import chart_for_installing, chart_for_rendering
from helm_aeterna.errors import CheckError, HelmError, PrerequisiteError, WriteError
from helm_aeterna.formats import load_yaml
from tests.support.fake_helm import FakeHelm
from tests.support.tiny_chart import make_archive, make_chart


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    return make_chart(tmp_path / "tiny")


@pytest.fixture
def archives(tmp_path: Path) -> tuple[Path, ...]:
    folder = tmp_path / "archives"
    return (make_archive(folder, "blue", "1.2.3"), make_archive(folder, "green", "v4.5.6"))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": f"{tmp_path / 'bin'}:{os.defpath}",
        "HOME": str(tmp_path / "home"),
        "AETERNA_CACHE": str(tmp_path / "cache"),
    }


@pytest.fixture
def fake(tmp_path: Path) -> FakeHelm:
    return FakeHelm.make(tmp_path / "bin")


@pytest.fixture
def helm(fake: FakeHelm, environment: dict[str, str]) -> Helm:
    assert fake.program.is_file()
    return find_helm(environment, namespace="default")


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"AETERNA_CACHE": "/a", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/a/charts"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/helm-aeterna/charts"),
        ({"HOME": "/h"}, "/h/.cache/helm-aeterna/charts"),
    ],
)
def test_the_cache_is_where_people_expect_it(environment: dict[str, str], place: str) -> None:
    assert cache_root(environment) == Path(place)


def test_without_archives_a_copy_without_dependencies_is_rendered(chart: Path, environment: dict[str, str]) -> None:
    before = everything(chart)
    with chart_for_rendering(chart, environment) as rendering:
        assert "blue, green" in rendering.note
        metadata = load_yaml((rendering.path / "Chart.yaml").read_text(), "")
        assert isinstance(metadata, dict)
        assert "dependencies" not in metadata
        assert metadata["name"] == "tiny"
        assert (rendering.path / "templates" / "configmap.yaml").is_file()
        gone = rendering.path
    assert not gone.exists()
    assert everything(chart) == before
    assert not cache_root(environment).exists()


def test_archives_in_the_chart_itself_are_used(chart: Path, environment: dict[str, str]) -> None:
    make_archive(chart / "charts", "blue", "1.2.3")
    make_archive(chart / "charts", "green", "v4.5.6")
    with chart_for_rendering(chart, environment) as rendering:
        assert (rendering.path, rendering.note) == (chart, "")
        assert sorted(rendering.archives) == ["blue", "green"]


def test_an_archive_of_another_version_is_not_at_hand(chart: Path, environment: dict[str, str]) -> None:
    make_archive(chart / "charts", "blue", "1.2.4")
    make_archive(chart / "charts", "green", "v4.5.6")
    with chart_for_rendering(chart, environment) as rendering:
        assert "blue" in rendering.note


def test_missing_archives_are_fetched_once_into_a_copy(
    chart: Path, archives: tuple[Path, ...], fake: FakeHelm, helm: Helm, environment: dict[str, str]
) -> None:
    fake.answer("pull", copies=archives)
    before, said = everything(chart), list[str]()
    first = chart_for_installing(chart, helm, say=said.append)
    assert first.path.parent == cache_root(environment)
    assert sorted(path.name for path in (first.path / "charts").iterdir()) == ["blue-1.2.3.tgz", "green-v4.5.6.tgz"]
    assert everything(chart) == before
    assert [text.split(" from ")[0] for text in said] == [
        "fetching subchart 1 of 2: blue 1.2.3",
        "fetching subchart 2 of 2: green v4.5.6",
    ]
    second = chart_for_installing(chart, helm)
    with chart_for_rendering(chart, environment) as third:
        assert first.path == second.path == third.path
    assert len(fake.heard("pull")) == 2
    assert [path.name for path in cache_root(environment).iterdir()] == [first.path.name]


def test_fetching_leaves_the_users_repository_list_alone(
    chart: Path, archives: tuple[Path, ...], fake: FakeHelm, environment: dict[str, str]
) -> None:
    fake.answer("pull", copies=archives)
    own = {
        "HELM_REPOSITORY_CONFIG": "/u/repositories.yaml",
        "HELM_REPOSITORY_CACHE": "/u/cache",
        "HELM_REGISTRY_CONFIG": "/u/r",
    }
    chart_for_installing(chart, find_helm({**environment, **own}, namespace="default"))
    for call in fake.heard("pull"):
        for name in ("HELM_REPOSITORY_CONFIG", "HELM_REPOSITORY_CACHE", "HELM_CONTENT_CACHE", "HELM_CACHE_HOME"):
            assert call.environment[name].startswith(environment["AETERNA_CACHE"])
        assert call.environment["HELM_REGISTRY_CONFIG"] == "/u/r"


def test_a_mirror_is_asked_instead(chart: Path, archives: tuple[Path, ...], fake: FakeHelm, helm: Helm) -> None:
    fake.answer("pull", copies=archives)
    chart_for_installing(chart, helm, mirror="oci://127.0.0.1:5000/charts")
    assert [call.argv[1] for call in fake.heard("pull", "--plain-http")] == [
        "oci://127.0.0.1:5000/charts/blue",
        "oci://127.0.0.1:5000/charts/green",
    ]


def test_a_changed_chart_takes_its_archives_from_the_older_copy(
    chart: Path, archives: tuple[Path, ...], fake: FakeHelm, helm: Helm
) -> None:
    fake.answer("pull", copies=archives)
    first = chart_for_installing(chart, helm)
    (chart / "values.yaml").write_text("colour: green\n")
    second = chart_for_installing(chart, helm)
    assert second.path != first.path
    assert (second.path / "values.yaml").read_text() == "colour: green\n"
    assert len(fake.heard("pull")) == 2


def test_only_what_is_missing_is_fetched(chart: Path, archives: tuple[Path, ...], fake: FakeHelm, helm: Helm) -> None:
    make_archive(chart / "charts", "blue", "1.2.3")
    fake.answer("pull", copies=archives)
    assert sorted(chart_for_installing(chart, helm).archives) == ["blue", "green"]
    assert [call.argv[1] for call in fake.heard("pull")] == ["oci://registry.example.org/charts/green"]


def test_offline_the_error_names_the_ways_out(
    chart: Path, fake: FakeHelm, helm: Helm, environment: dict[str, str]
) -> None:
    fake.answer("pull", err="Error: looks like this is not reachable: dial tcp: no such host", code=1)
    with pytest.raises(PrerequisiteError, match=r"blue 1\.2\.3 cannot be fetched: looks like") as caught:
        chart_for_installing(chart, helm)
    for way in ("--repository-mirror", str(chart / "charts"), "blue-1.2.3.tgz", str(cache_root(environment))):
        assert way in caught.value.fix
    assert list(cache_root(environment).iterdir()) == []


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def test_a_truncated_archive_never_gets_into_the_cache(
    chart: Path, archives: tuple[Path, ...], fake: FakeHelm, helm: Helm, environment: dict[str, str]
) -> None:
    damaged(archives[0])
    fake.answer("pull", copies=archives)
    with pytest.raises(HelmError, match=r"damaged, or not blue 1\.2\.3"):
        chart_for_installing(chart, helm)
    assert list(cache_root(environment).iterdir()) == []


@pytest.mark.parametrize("fault", ["truncated", "emptied", "a template changed"])
def test_a_damaged_copy_in_the_cache_is_replaced_whole(
    chart: Path, archives: tuple[Path, ...], fake: FakeHelm, helm: Helm, fault: str
) -> None:
    fake.answer("pull", copies=archives)
    copy = chart_for_installing(chart, helm).path
    before = everything(copy)
    if fault == "truncated":
        damaged(copy / "charts" / "blue-1.2.3.tgz")
    elif fault == "emptied":
        (copy / "charts" / "blue-1.2.3.tgz").write_bytes(b"")
    else:
        (copy / "templates" / "configmap.yaml").write_text("")
    again = chart_for_installing(chart, helm)
    assert (again.path, everything(copy)) == (copy, before)
    calls = len(fake.heard("pull"))
    assert calls == (2 if fault == "a template changed" else 3)
    assert chart_for_installing(chart, helm).path == copy
    assert len(fake.heard("pull")) == calls
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_staging_folders_of_killed_runs_are_removed(
    chart: Path, archives: tuple[Path, ...], fake: FakeHelm, helm: Helm, environment: dict[str, str]
) -> None:
    fake.answer("pull", copies=archives)
    root = cache_root(environment)
    (root / ".staging-old" / "fetched").mkdir(parents=True)
    (root / ".staging-new").mkdir()
    os.utime(root / ".staging-old", (0, 0))
    copy = chart_for_installing(chart, helm).path
    assert sorted(path.name for path in root.iterdir()) == sorted([".staging-new", copy.name])


def test_a_wrong_archive_is_refused(chart: Path, tmp_path: Path, fake: FakeHelm, helm: Helm) -> None:
    fake.answer("pull", copies=(make_archive(tmp_path / "wrong", "blue", "9.9.9"),))
    with pytest.raises(HelmError, match=r"damaged, or not blue 1\.2\.3"):
        chart_for_installing(chart, helm)


def test_a_lock_that_does_not_belong_is_refused_before_anything(chart: Path, fake: FakeHelm, helm: Helm) -> None:
    text = (chart / "Chart.yaml").read_text()
    (chart / "Chart.yaml").write_text(text.replace("blue.enabled", "blue.on"))
    with pytest.raises(CheckError, match="does not belong"):
        chart_for_installing(chart, helm)
    assert fake.heard("pull") == []


def test_what_is_no_chart_is_a_missing_prerequisite(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(PrerequisiteError) as caught, chart_for_rendering(tmp_path, environment):
        pass
    assert "--chart" in caught.value.fix


def test_unpacked_subcharts_count_and_rubbish_does_not(tmp_path: Path) -> None:
    make_chart(tmp_path / "charts" / "tiny", dependencies=())
    make_archive(tmp_path / "charts", "blue", "1.2.3")
    (tmp_path / "charts" / "broken.tgz").write_bytes(b"rubbish")
    (tmp_path / "charts" / "README.md").write_text("x")
    assert [(one.name, one.version) for one in archives_in(tmp_path / "charts")] == [
        ("blue", "1.2.3"),
        ("tiny", "0.1.0"),
    ]


def test_the_content_digest_sees_names_and_texts_but_not_subcharts(chart: Path) -> None:
    before = content_digest(chart)
    make_archive(chart / "charts", "blue", "1.2.3")
    assert content_digest(chart) == before
    (chart / "values.yaml").rename(chart / "values2.yaml")
    assert content_digest(chart) != before


def test_many_files_that_cannot_be_copied_are_one_line(chart: Path, tmp_path: Path) -> None:
    for number in range(50):
        (chart / f"link-{number}").symlink_to("/no/such/file")
    (tmp_path / "stage").mkdir()
    with pytest.raises(WriteError) as caught:
        take_in(chart, (), tmp_path / "cache" / "copy", tmp_path / "stage")
    assert "No such file or directory" in caught.value.message
    assert len(caught.value.message) < 200
    assert "AETERNA_CACHE" in caught.value.fix
