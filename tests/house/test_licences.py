"""Every package that Ninefold runs with has a licence we know, accept and list in docs/licences.md."""

import importlib.metadata
import json
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.test_tree import locked, settings
from tests.house.tree import ROOT

PERMISSIVE = ("Apache-2.0", "BSD", "MIT", "PSF", "ISC", "Python-2.0", "0BSD", "ZPL-2.1")
# copyleft that reaches no further than the package itself, each with its reason
WITH_REASON = {
    "spiffworkflow": "LGPL 3: an unmodified library, installed apart, replaceable",
    "psycopg": "LGPL-3.0-only: an unmodified library, installed apart, replaceable",
    "psycopg-binary": "LGPL-3.0-only: the same, compiled, with libpq",
    "orjson": "MPL-2.0 for some of its files: unmodified, installed apart",
}
CLASSIFIERS = {
    "BSD License": "BSD", "MIT License": "MIT", "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF", "ISC License (ISCL)": "ISC",
    "Zope Public License": "ZPL-2.1",
}  # fmt: skip


def run_time() -> dict[str, str]:
    """Name and licence of each distribution in the closure of the declared dependencies, as installed here."""
    found: dict[str, str] = {}
    waiting = [Requirement(line) for line in settings()["project"]["dependencies"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset({"", *wanted.extras})
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        package = importlib.metadata.distribution(name)
        found[name] = licence_of(package)
        children = [Requirement(line) for line in package.requires or ()]
        waiting += [
            child
            for child in children
            if child.marker is None or any(child.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    return found


def licence_of(package: importlib.metadata.Distribution) -> str:
    told = package.metadata.get("License-Expression") or ""
    if not told:
        classes = [
            line.rsplit(" :: ", 1)[-1] for line in package.metadata.get_all("Classifier") or () if "License ::" in line
        ]
        told = " AND ".join(CLASSIFIERS.get(each, each) for each in classes)
    return told or (package.metadata.get("License") or "unknown").splitlines()[0]


RUN_TIME = run_time()


@pytest.mark.parametrize("name", sorted(RUN_TIME))
def test_a_package_that_we_run_with_has_an_accepted_licence(name: str) -> None:
    licence = RUN_TIME[name]

    assert "AGPL" not in licence
    assert "Affero" not in licence
    alternatives = re.split(r"\s+OR\s+", licence.strip("()"))
    permissive = any(
        all(part.strip("() ").startswith(PERMISSIVE) for part in re.split(r"\s+AND\s+", each)) for each in alternatives
    )
    assert permissive or name in WITH_REASON, f"{name}: {licence}"


def test_the_closure_is_what_the_lock_installs() -> None:
    elsewhere = {
        "colorama",
        "cffi",
        "pycparser",
        "greenlet",
        "tzdata",
        "typing-extensions",
        "setuptools",
    }  # by platform

    assert set(locked("requirements.lock")) - set(RUN_TIME) <= elsewhere
    assert set(RUN_TIME) - set(locked("requirements.lock")) <= elsewhere


def test_the_list_of_licences_names_each_package_and_its_licence() -> None:
    rows = dict(
        re.findall(
            r"^\| `([^`]+)` \| ([^|]+?) \|", (ROOT / "docs/licences.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )

    assert rows == RUN_TIME


def test_each_exception_is_explained_in_the_list() -> None:
    text = (ROOT / "docs/licences.md").read_text(encoding="utf-8")

    assert [name for name in WITH_REASON if name not in text] == []
    assert "watermark" in text
    assert "SNOMED CT" in text


def web_packages() -> dict[str, dict[str, str]]:
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    return {place.rpartition("node_modules/")[2]: package for place, package in lock["packages"].items() if place}


def test_the_interfaces_packages_have_accepted_licences() -> None:
    shipped = ("MIT", "ISC", "Apache-2.0", "BSD", "0BSD", "OFL-1.1")  # a typeface is served unchanged: OFL
    own_words = {
        "bpmn-js",
        "dmn-js",
        "@bpmn-io/form-js-editor",
        "@bpmn-io/form-js-viewer",
        "diagram-js-minimap",
    }  # bpmn.io
    found = {
        name: package.get("license", "unknown")
        for name, package in web_packages().items()
        if not package.get("license", "unknown").startswith(shipped)
        and not (name in own_words and package["license"] == "SEE LICENSE IN LICENSE")
        and not (package["license"] == "MPL-2.0" and (package.get("dev") or package.get("devOptional")))
    }

    assert found == {}


def test_the_interfaces_lock_has_hashes_and_no_addresses() -> None:
    packages = web_packages()

    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
