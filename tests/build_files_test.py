"""Tests without Bazel that the BUILD files cover the tree."""

import ast
import collections
import functools
import pathlib
import tempfile
import unittest
from collections.abc import Iterable, Iterator

from tests import imports

ROOT = pathlib.Path(__file__).resolve().parent.parent
LABEL = "//{}:{}"
# It imports the packages that depend on it only when they are used.
LAZY = pathlib.Path("tf_dnnh/__init__.py")

Target = collections.namedtuple("Target", "rule label srcs deps")


def package_of(root: pathlib.Path, path: pathlib.Path) -> pathlib.Path:
    """Returns the nearest folder above a file that has a BUILD file."""
    for folder in path.parents:
        if (root / folder / "BUILD").is_file():
            return folder
    return pathlib.Path()


def read_targets(root: pathlib.Path, folder: pathlib.Path) -> list[Target]:
    """Evaluates a BUILD file: Bazel's language is nearly Python's."""
    found = []

    def glob(include: Iterable[str], exclude: Iterable[str] = ()) -> list[str]:
        base = root / folder
        wanted, others = (
            {path for pattern in patterns for path in base.glob(pattern)}
            for patterns in (include, exclude)
        )
        return [
            path.relative_to(base).as_posix()
            for path in sorted(wanted - others)
            if package_of(root, path.relative_to(root)) == folder
        ]

    def label(name: str) -> str:
        name = name.removeprefix(":")
        if not name.startswith("//"):
            return LABEL.format(folder, name)
        package, _, own = name.removeprefix("//").partition(":")
        return LABEL.format(package, own or pathlib.Path(package).name)

    def python(rule: str, name: str, srcs=(), deps=(), **_) -> None:
        sources = tuple(folder / source for source in srcs)
        found.append(Target(rule, label(name), sources, set(map(label, deps))))

    rules = dict.fromkeys(
        ("load", "package", "exports_files", "filegroup"),
        lambda *args, **kwargs: None,
    )
    for rule in ("py_library", "py_test", "py_binary"):
        rules[rule] = functools.partial(python, rule)
    text = (root / folder / "BUILD").read_text(encoding="utf-8")
    exec(text, rules | {"glob": glob})
    return found


def problems(root: pathlib.Path) -> Iterator[str]:
    """Yields a sentence for each fault in the BUILD files."""
    modules = imports.modules(root)
    folders = {package_of(root, module) for module in modules}
    targets = []
    for folder in sorted(folders - {pathlib.Path()}):
        targets += read_targets(root, folder)
    owners = collections.defaultdict(list)
    for target in targets:
        if target.rule != "py_binary":
            for source in target.srcs:
                owners[source].append(target.label)
    for module in modules:
        if len(owners[module]) != 1:
            yield f"{module} must be in one library or test: {owners[module]}."
        for name in missing_modules(root, module):
            yield f"{module} imports {name}, which does not exist."
    for target in targets:
        for source in target.srcs:
            if target.rule == "py_binary":
                needed = {source}  # Its library has the rest.
            elif source == LAZY:
                needed = set()
            else:
                needed = imports.first_party(root, source)
                needed |= running_packages(root, source)
            labels = {label for path in needed for label in owners[path]}
            for label in sorted(labels - target.deps - {target.label}):
                yield f"{target.label}: {source} needs {label} in `deps`."
    yield from circles({target.label: target.deps for target in targets})


def missing_modules(root: pathlib.Path, module: pathlib.Path) -> list[str]:
    """Returns the first-party names that a module imports but do not exist."""
    return [
        name
        for name in sorted(imports.imported_names(root, module))
        if name.split(".")[0] in imports.PACKAGES
        and imports.module_file(root, name) is None
    ]


def running_packages(
    root: pathlib.Path, module: pathlib.Path
) -> set[pathlib.Path]:
    """Returns the `__init__.py` above a module that contain code."""
    above = [root / folder / "__init__.py" for folder in module.parents]
    return {
        path.relative_to(root)
        for path in above
        if path.is_file() and len(ast.parse(path.read_text("utf-8")).body) > 1
    }


def circles(graph: dict[str, set[str]]) -> Iterator[str]:
    """Yields dependencies that do not exist or are circular."""
    for label, deps in graph.items():
        for dep in sorted(deps - graph.keys()):
            yield f"{label} depends on {dep}, which does not exist."
    while ready := [one for one in graph if not graph[one] & graph.keys()]:
        for label in ready:
            del graph[label]
    if graph:
        yield f"These depend on each other in a circle: {sorted(graph)}."


class BuildFilesTest(unittest.TestCase):
    def test_they_cover_the_tree(self):
        found = "\n".join(problems(ROOT))
        self.assertFalse(found, f"\n{found}")


class ProblemsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write(
            "tf_dnnh/__init__.py", "import os\nimport tf_dnnh.data.digits\n"
        )
        self.write("tf_dnnh/BUILD", library("base", '"__init__.py"'))
        self.write("tf_dnnh/data/digits.py", "")
        self.write("tf_dnnh/data/BUILD", library("data", deps="//tf_dnnh:base"))
        self.write("export/deep/a.py", "from tf_dnnh.data import digits\n")
        self.write("export/main.py", "import export.deep.a\n")
        self.write(
            "export/BUILD",
            library("export", deps="//tf_dnnh/data", glob="**/*.py")
            + '[py_binary(name = n, srcs = [n + ".py"], deps = [":export"])'
            ' for n in ["main"]]\n',
        )

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def found(self) -> list[str]:
        return list(problems(self.root))

    def test_a_covered_tree_has_none(self):
        self.assertEqual(self.found(), [])
        self.write("export/deep/added.py", "")
        self.assertEqual(self.found(), [])

    def test_a_module_in_no_target_or_in_two(self):
        self.write("trainers/main.py", "")
        self.write("tf_dnnh/codes.py", "")
        needs = "//tf_dnnh:base"
        twice = library("a", deps=needs) + library("b", deps=needs)
        self.write("tf_dnnh/layers/x.py", "")
        self.write("tf_dnnh/layers/BUILD", twice)
        self.assertEqual(
            self.found(),
            [
                "tf_dnnh/codes.py must be in one library or test: [].",
                "tf_dnnh/layers/x.py must be in one library or test: "
                "['//tf_dnnh/layers:a', '//tf_dnnh/layers:b'].",
                "trainers/main.py must be in one library or test: [].",
            ],
        )

    def test_an_import_of_what_does_not_exist(self):
        self.write("export/main.py", "from export.gone import f\n")
        self.assertEqual(
            self.found(),
            ["export/main.py imports export.gone.f, which does not exist."],
        )

    def test_a_missing_dependency(self):
        self.write("export/BUILD", library("export", glob="**/*.py"))
        self.write("tf_dnnh/data/BUILD", library("data"))
        self.assertEqual(
            self.found(),
            [
                "//export:export: export/deep/a.py needs "
                "//tf_dnnh/data:data in `deps`.",
                "//tf_dnnh/data:data: tf_dnnh/data/digits.py needs "
                "//tf_dnnh:base in `deps`.",
            ],
        )

    def test_a_dependency_that_does_not_exist(self):
        self.write(
            "tf_dnnh/BUILD", library("base", '"__init__.py"', deps=":gone")
        )
        self.assertEqual(
            self.found(),
            ["//tf_dnnh:base depends on //tf_dnnh:gone, which does not exist."],
        )

    def test_a_circle(self):
        self.write(
            "tf_dnnh/BUILD",
            library("base", '"__init__.py"', deps="//tf_dnnh/data"),
        )
        self.assertEqual(len(self.found()), 1)
        self.assertRegex(self.found()[0], "circle: .*//tf_dnnh/data:data")


def library(
    name: str, srcs: str = "", deps: str = "", glob: str = "*.py"
) -> str:
    """Returns a py_library as text."""
    srcs = f"[{srcs}]" if srcs else f'glob(["{glob}"])'
    deps = f'deps = ["{deps}"]' if deps else ""
    return f'py_library(name = "{name}", srcs = {srcs}, {deps})\n'


if __name__ == "__main__":
    unittest.main()
