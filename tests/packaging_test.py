"""Tests that the metadata lists every requirement and one version."""

import ast
import pathlib
import re
import runpy
import unittest

from tests import imports

ROOT = pathlib.Path(__file__).resolve().parent.parent


def requirement_name(requirement: str) -> str:
    """Returns the package's name from `name>=1; marker`."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return name.group().lower().replace("_", "-")


def setup_lists() -> tuple[set[str], dict[str, set[str]]]:
    """Returns the names in setup.py's REQUIRED and in each of EXTRAS.

    Only these assignments are run, because setup.py calls setup().
    """
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    kept = [
        node
        for node in tree.body
        if isinstance(node, ast.Assign) and "ROOT" not in ast.unparse(node)
    ]
    values: dict = {}
    exec(compile(ast.Module(kept, []), "setup.py", "exec"), values)
    extras = {
        extra: {requirement_name(item) for item in items}
        for extra, items in values["EXTRAS"].items()
    }
    return {requirement_name(item) for item in values["REQUIRED"]}, extras


class RequirementsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.required, cls.extras = setup_lists()
        cls.known = cls.required.union(*cls.extras.values())

    def test_every_import_of_the_package_is_listed(self):
        for module in imports.modules(ROOT):
            if module.parts[0] in ("tf_dnnh", "trainers", "export"):
                with self.subTest(module=str(module)):
                    used = imports.pip_packages(ROOT, module)
                    self.assertFalse(used - self.known)

    def test_every_import_of_the_tests_is_listed(self):
        # Scripts that make golden files state their own requirements.
        golden = pathlib.Path("tests/golden")
        for module in imports.modules(ROOT):
            tests = module.parts[0] in ("tests", "tools")
            if tests and module.parent != golden:
                with self.subTest(module=str(module)):
                    used = imports.pip_packages(ROOT, module)
                    self.assertFalse(used - self.known)

    def test_what_is_required_is_imported_somewhere(self):
        used: set[str] = set()
        for module in imports.modules(ROOT):
            if module.parts[0] in ("tf_dnnh", "trainers", "export"):
                used |= imports.pip_packages(ROOT, module)
        # TensorFlow writes summaries that only tensorboard shows, and
        # tensorflow-datasets needs importlib_resources without listing it.
        used |= {"tensorboard", "importlib-resources"}
        self.assertFalse(self.required - used)

    def test_the_extra_all_holds_all(self):
        others = set().union(*(self.extras[name] for name in self.extras))
        self.assertEqual(self.extras["all"], others)


class VersionTest(unittest.TestCase):
    def test_one_version_everywhere(self):
        version = runpy.run_path(str(ROOT / "tf_dnnh/version.py"))
        version = version["__version__"]
        for file, pattern in (
            ("MODULE.bazel", r'name = "tf_dnnh",\s+version = "([^"]+)"'),
            ("CITATION.cff", r"(?m)^version: (\S+)"),
            # The newest section that is not marked as unreleased.
            ("CHANGELOG.md", r"(?m)^## (\d\S+)$"),
        ):
            with self.subTest(file=file):
                text = (ROOT / file).read_text(encoding="utf-8")
                found = re.search(pattern, text)
                self.assertIsNotNone(found)
                self.assertEqual(found.group(1), version)


if __name__ == "__main__":
    unittest.main()
