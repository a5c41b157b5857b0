"""The BUILD files and the tree agree, with or without Bazel at hand."""

import pathlib
import tempfile
import unittest

from tools import build_files, imports

ROOT = pathlib.Path(__file__).resolve().parent.parent
REMEDY = "`python -m tools.build_files` repairs it."


class BuildFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.wanted = build_files.wanted_targets(ROOT)
        cls.declared = {
            package: build_files.read_targets(
                (ROOT / package / "BUILD").read_text(encoding="utf-8")
            )
            for package in build_files.build_files(ROOT)
        }

    def test_every_module_is_in_exactly_one_target(self):
        for module in imports.modules(ROOT):
            owners = [
                target.name
                for target in self.declared.get(module.parent, [])
                if module.name in target.srcs
            ]
            with self.subTest(module=str(module)):
                self.assertEqual(len(owners), 1, f"{owners}. {REMEDY}")

    def test_every_source_and_dependency_exists(self):
        labels = {
            build_files.label(pathlib.Path(package, source), pathlib.Path())
            for package, targets in self.declared.items()
            for target in targets
            for source in target.srcs
        }
        for package, targets in self.declared.items():
            for target in targets:
                with self.subTest(package=str(package), target=target.name):
                    for source in target.srcs:
                        self.assertTrue((ROOT / package / source).is_file())
                    for dep in target.deps:
                        whole = f"//{package.as_posix()}{dep}"
                        if dep.startswith(":") and whole not in labels:
                            whole = f"//{package.as_posix()}"
                        elif not dep.startswith(":"):
                            whole = dep
                        self.assertIn(whole, labels, REMEDY)

    def test_rules_and_dependencies_are_those_of_the_imports(self):
        for package, targets in self.declared.items():
            for target in targets:
                wanted = self.wanted.get(package, {}).get(target.name)
                with self.subTest(package=str(package), target=target.name):
                    self.assertIsNotNone(wanted, f"Stale. {REMEDY}")
                    self.assertEqual(target.rule, wanted.rule, REMEDY)
                    self.assertEqual(target.srcs, wanted.srcs, REMEDY)
                    self.assertEqual(target.deps, wanted.deps, REMEDY)

    def test_no_two_targets_depend_on_each_other(self):
        graph = {
            module: imports.first_party(ROOT, module)
            for module in imports.modules(ROOT)
        }
        while ready := [m for m in graph if not graph[m] & graph.keys()]:
            for module in ready:
                del graph[module]
        self.assertFalse(graph, "These modules import each other in a circle.")


class ToolTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name: str, text: str) -> pathlib.Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def test_writes_one_target_a_module(self):
        self.write("tf_dnnh/codes.py", "import numpy as np\n")
        self.write("tf_dnnh/data/__init__.py", "from .digits import load\n")
        self.write("tf_dnnh/data/digits.py", "def load():\n  import sklearn\n")
        self.write(
            "tests/codes_test.py",
            "import os\nfrom tf_dnnh import codes, data\n"
            "import tf_dnnh.data.digits\n",
        )
        self.write("tests/__init__.py", "")

        build_files.write(self.root)

        # Worked by hand: an empty __init__.py has no target, os comes with
        # Python, a package's target bears the package's name.
        self.assertEqual(
            (self.root / "tests/BUILD").read_text(encoding="utf-8"),
            'load("@rules_python//python:defs.bzl", "py_test")\n\n'
            'package(default_visibility = ["//visibility:public"])\n\n'
            "py_test(\n"
            '    name = "codes_test",\n'
            '    srcs = ["codes_test.py"],\n'
            "    deps = [\n"
            '        "//tf_dnnh:codes",\n'
            '        "//tf_dnnh/data",\n'
            '        "//tf_dnnh/data:digits",\n'
            "    ],\n"
            ")\n",
        )
        data = (self.root / "tf_dnnh/data/BUILD").read_text(encoding="utf-8")
        self.assertIn('    name = "data",\n    srcs = ["__init__.py"]', data)
        self.assertIn('    deps = [":digits"],\n', data)
        self.assertIn("        # pip: scikit-learn\n", data)
        self.assertEqual(build_files.write(self.root), [])

    def test_what_runs_is_a_binary(self):
        self.write("export/__main__.py", "print(1)\n")
        self.write("export/main.py", 'if __name__ == "__main__":\n    1\n')
        self.write("export/other.py", "import export.main\n")

        rules = build_files.wanted_targets(self.root)[pathlib.Path("export")]

        self.assertEqual(rules["__main__"].rule, "py_binary")
        self.assertEqual(rules["main"].rule, "py_binary")
        self.assertEqual(rules["other"].rule, "py_library")
        self.assertEqual(rules["other"].deps, (":main",))

    def test_keeps_what_somebody_decided(self):
        self.write("tests/a_test.py", "")
        path = self.write(
            "tests/BUILD",
            'load("@rules_cc//cc:defs.bzl", "cc_library")\n'
            '# Why C.\ncc_library(name = "c")\n'
            "# Why manual.\n"
            'py_test(name = "a_test", srcs = ["gone.py"], tags = ["manual"],\n'
            '    data = glob(["*.json"]), deps = [":gone"], size = "small")\n'
            'py_library(name = "gone", srcs = ["gone.py"])\n',
        )

        build_files.write(self.root)

        self.assertEqual(
            path.read_text(encoding="utf-8"),
            'load("@rules_python//python:defs.bzl", "py_test")\n'
            'load("@rules_cc//cc:defs.bzl", "cc_library")\n\n'
            'package(default_visibility = ["//visibility:public"])\n\n'
            '# Why C.\ncc_library(name = "c")\n\n'
            "# Why manual.\n"
            "py_test(\n"
            '    name = "a_test",\n'
            '    size = "small",\n'
            '    srcs = ["a_test.py"],\n'
            '    data = glob(["*.json"]),\n'
            '    tags = ["manual"],\n'
            ")\n",
        )

    def test_a_folder_without_modules_loses_its_build_file(self):
        path = self.write(
            "export/BUILD", 'py_library(name = "a", srcs = ["a.py"])\n'
        )
        self.assertEqual(
            build_files.write(self.root), [pathlib.Path("export/BUILD")]
        )
        self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main()
