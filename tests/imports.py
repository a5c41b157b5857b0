"""Reads from source which modules import which."""

import ast
import pathlib
import sys

PACKAGES = (
    "benchmarks",
    "examples",
    "export",
    "tests",
    "tf_dnnh",
    "tools",
    "trainers",
)
PIP_NAMES = {
    "PIL": "pillow",
    "griffe": "griffelib",
    "absl": "absl-py",
    "ai_edge_litert": "ai-edge-litert",
    "faiss": "faiss-cpu",
    "google": "protobuf",
    "grpc": "grpcio",
    "sklearn": "scikit-learn",
    "tensorflow_datasets": "tensorflow-datasets",
    "tensorflow_serving": "tensorflow-serving-api",
}


def modules(root: pathlib.Path) -> list[pathlib.Path]:
    """Returns the first-party modules under `root`, relative to it, sorted.

    Empty `__init__.py` files are left out: they import and define nothing.
    """
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            relative = path.relative_to(root)
            hidden = any(part.startswith(".") for part in relative.parts)
            if not hidden and "node_modules" not in relative.parts:
                found.append(relative)
    return [path for path in found if not _is_empty(root / path)]


def imported_names(root: pathlib.Path, module: pathlib.Path) -> set[str]:
    """Returns the dotted names that a module's import statements mention.

    Args:
        root: The repository.
        module: The module's file, relative to `root`.

    Returns:
        `a.b` for `import a.b` and `a.b.c` for `from a.b import c`, wherever
        in the file the statement stands; relative imports made absolute.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse((root / module).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [node.module] if node.module else []
            if node.level:
                parts = module.parent.parts
                base = [*parts[: len(parts) - node.level + 1], *base]
            names.update(".".join([*base, item.name]) for item in node.names)
    return names


def module_file(root: pathlib.Path, dotted: str) -> pathlib.Path | None:
    """Returns the file, relative to `root`, that provides a dotted name.

    `a.b.C` is looked for in `a/b/C.py`, `a/b/C/__init__.py`, `a/b.py` and
    `a/b/__init__.py`, in this order; None if it is in none of them.
    """
    parts = dotted.split(".")
    for length in range(len(parts), max(len(parts) - 2, 0), -1):
        stem = pathlib.Path(*parts[:length])
        for candidate in (stem.with_suffix(".py"), stem / "__init__.py"):
            if (root / candidate).is_file():
                return candidate
    return None


def first_party(root: pathlib.Path, module: pathlib.Path) -> set[pathlib.Path]:
    """Returns the repository's own modules that a module imports."""
    found = set()
    scripts = _scripts(root, module)
    for dotted in imported_names(root, module):
        top = dotted.split(".")[0]
        if top in PACKAGES or top in scripts:
            path = scripts.get(top) or module_file(root, dotted)
            if path and path != module and not _is_empty(root / path):
                found.add(path)
    return found


def pip_packages(root: pathlib.Path, module: pathlib.Path) -> set[str]:
    """Returns the pip packages that a module imports."""
    tops = {name.split(".")[0] for name in imported_names(root, module)}
    tops -= {*PACKAGES, *sys.stdlib_module_names, *_scripts(root, module)}
    return {PIP_NAMES.get(top, top) for top in tops}


def _scripts(
    root: pathlib.Path, module: pathlib.Path
) -> dict[str, pathlib.Path]:
    """Returns the example scripts that a module may import by their stems.

    Examples are in no package, so that a reader can copy them: they and their
    tests find each other on `sys.path`.
    """
    if "examples" not in module.parts:
        return {}
    return {
        path.stem: path.relative_to(root)
        for path in (root / "examples").rglob("*.py")
        if "node_modules" not in path.parts
    }


def _is_empty(path: pathlib.Path) -> bool:
    return path.name == "__init__.py" and path.stat().st_size == 0
