"""Keeps the BUILD files equal to the tree: one target a Python module.

`python -m tools.build_files` rewrites every BUILD file. What can be read off a
module is written anew: the rule, `name`, `srcs`, `main` and `deps`, with pip
packages as comments. Everything else in a BUILD file (`data`, `size`, `tags`,
other rules) is somebody's decision and stays as it stands.
`tests/build_files_test.py` fails while a BUILD file and its folder differ.
"""

import argparse
import ast
import collections
import dataclasses
import pathlib
from collections.abc import Iterator, Mapping, Sequence

from tools import imports

DERIVED = ("name", "srcs", "main", "deps")
_RULES_PYTHON = "@rules_python//python:defs.bzl"
_VISIBILITY = 'package(default_visibility = ["//visibility:public"])\n'


@dataclasses.dataclass(frozen=True)
class Target:
    """One py_library, py_binary or py_test.

    Attributes:
        rule: Name of the Bazel rule.
        name: Name of the target inside its package.
        srcs: File names inside the package.
        deps: Labels of first-party targets.
        pip: Names of pip packages, written as comments.
        kept: Source text of the other attributes, by attribute name.
        comment: The comment lines above the rule.
    """

    rule: str
    name: str
    srcs: tuple[str, ...]
    deps: tuple[str, ...]
    pip: tuple[str, ...] = ()
    kept: Mapping[str, str] = dataclasses.field(default_factory=dict)
    comment: str = ""


def build_files(root: pathlib.Path) -> list[pathlib.Path]:
    """Returns the folders, relative to `root`, that hold a BUILD file."""
    found = []
    for package in imports.PACKAGES:
        found += [path.parent for path in (root / package).rglob("BUILD")]
    return sorted(
        folder.relative_to(root)
        for folder in found
        if "node_modules" not in folder.parts
    )


def label(module: pathlib.Path, package: pathlib.Path) -> str:
    """Returns the label of a module's target as written in `package`."""
    name = _target_name(module)
    if module.parent == package:
        return f":{name}"
    folder = module.parent.as_posix()
    return f"//{folder}" if module.parent.name == name else f"//{folder}:{name}"


def wanted_targets(
    root: pathlib.Path,
) -> dict[pathlib.Path, dict[str, Target]]:
    """Returns the targets the tree asks for: package -> name -> target."""
    wanted: dict[pathlib.Path, dict[str, Target]] = {}
    wanted = collections.defaultdict(dict)
    for module in imports.modules(root):
        deps = {
            label(other, module.parent)
            for other in imports.first_party(root, module)
        }
        target = Target(
            rule=_rule(root, module),
            name=_target_name(module),
            srcs=(module.name,),
            deps=tuple(sorted(deps, key=_label_order)),
            pip=tuple(sorted(imports.pip_packages(root, module))),
        )
        wanted[module.parent][target.name] = target
    return dict(wanted)


def read_targets(text: str) -> list[Target]:
    """Returns the Python targets that a BUILD file's text declares."""
    targets = []
    for statement, rule in _statements(text):
        if not rule.startswith("py_") or not isinstance(statement, ast.Call):
            continue
        values = {word.arg or "": word.value for word in statement.keywords}
        kept = {
            key: ast.get_source_segment(text, value) or ""
            for key, value in values.items()
            if key not in DERIVED
        }
        target = Target(
            rule,
            name=ast.literal_eval(values["name"]),
            srcs=_strings(values.get("srcs")),
            deps=_strings(values.get("deps")),
            kept=kept,
            comment=_comment_above(text, statement),
        )
        targets.append(target)
    return targets


def build_text(wanted: Mapping[str, Target], present: str) -> str:
    """Returns the text of one BUILD file.

    Args:
        wanted: The package's targets by name.
        present: The BUILD file as it stands; empty if there is none.

    Returns:
        The text with the wanted targets and all that `present` decided.
    """
    targets = dict(wanted)
    for old in read_targets(present):
        if old.name in wanted:
            targets[old.name] = dataclasses.replace(
                wanted[old.name], kept=old.kept, comment=old.comment
            )
    names = sorted({target.rule for target in targets.values()})
    rules = ", ".join(f'"{name}"' for name in names)
    loads, others = _other_statements(present)
    loads = [f'load("{_RULES_PYTHON}", {rules})\n', *loads]
    blocks = ["".join(loads), _VISIBILITY, *others]
    blocks += [_target_text(targets[name]) for name in sorted(targets)]
    return "\n".join(blocks)


def write(root: pathlib.Path) -> list[pathlib.Path]:
    """Rewrites the BUILD files under `root`.

    Returns:
        The files written or, where a folder's last module went, deleted.
    """
    changed = []
    wanted = wanted_targets(root)
    for package in sorted({*wanted, *build_files(root)}):
        path = root / package / "BUILD"
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if package not in wanted and not read_targets(present):
            continue
        text = build_text(wanted.get(package, {}), present)
        if package not in wanted:
            path.unlink()
        elif text != present:
            path.write_text(text, encoding="utf-8")
        else:
            continue
        changed.append(path.relative_to(root))
    return changed


def _target_name(module: pathlib.Path) -> str:
    """Returns a module's own name or, for `__init__.py`, its package's."""
    return module.parent.name if module.stem == "__init__" else module.stem


def _label_order(dep: str) -> tuple[bool, str]:
    """Orders labels as buildifier does: own package first, then by folder."""
    return not dep.startswith(":"), dep.replace(":", " ")


def _rule(root: pathlib.Path, module: pathlib.Path) -> str:
    """Returns the rule for a module: what runs as a script is a binary."""
    if module.name.endswith("_test.py"):
        return "py_test"
    tree = ast.parse((root / module).read_text(encoding="utf-8"))
    runs = module.name == "__main__.py" or any(
        isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)
        for node in tree.body
    )
    return "py_binary" if runs else "py_library"


def _statements(text: str) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Yields a BUILD file's statements and the names of the rules called."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield node.value, ast.unparse(node.value.func)
        else:
            yield node, ""


def _other_statements(text: str) -> tuple[list[str], list[str]]:
    """Returns the foreign loads and rules of a BUILD file, as they stand."""
    loads, others = [], []
    for node, rule in _statements(text):
        if rule == "package" or rule.startswith("py_"):
            continue
        block = _comment_above(text, node)
        block += f"{ast.get_source_segment(text, node)}\n"
        if rule != "load":
            others.append(block)
        elif _RULES_PYTHON not in block:
            loads.append(block)
    return loads, others


def _comment_above(text: str, node: ast.expr | ast.stmt) -> str:
    """Returns the comment lines that stand directly above a statement."""
    lines = text.splitlines(keepends=True)
    start = node.lineno - 1
    while start and lines[start - 1].startswith("#"):
        start -= 1
    return "".join(lines[start : node.lineno - 1])


def _strings(node: ast.expr | None) -> tuple[str, ...]:
    """Returns the strings of a list in a BUILD file."""
    return tuple(ast.literal_eval(node)) if node else ()


def _target_text(target: Target) -> str:
    """Returns one rule in buildifier's format."""
    attributes = dict(target.kept)
    source = target.srcs[0]
    if target.rule != "py_library" and source != f"{target.name}.py":
        attributes["main"] = f'"{source}"'
    deps = [f'"{dep}",' for dep in target.deps]
    deps += [f"# pip: {name}" for name in target.pip]
    text = target.comment + f'{target.rule}(\n    name = "{target.name}",\n'
    for key in ("size", "timeout"):
        if key in attributes:
            text += f"    {key} = {attributes.pop(key)},\n"
    text += f'    srcs = ["{source}"],\n'
    for key in sorted(attributes):
        text += f"    {key} = {attributes[key]},\n"
    return text + _deps_text(deps) + ")\n"


def _deps_text(deps: Sequence[str]) -> str:
    """Returns the `deps` attribute: a line if it fits, else a list."""
    if not deps:
        return ""
    if len(deps) == 1 and deps[0].startswith('"'):
        return f"    deps = [{deps[0].rstrip(',')}],\n"
    body = "".join(f"        {line}\n" for line in deps)
    return f"    deps = [\n{body}    ],\n"


def main() -> None:
    """Rewrites the BUILD files of the working tree and names them."""
    argparse.ArgumentParser(
        description="Rewrites the BUILD files after the tree."
    ).parse_args()
    for path in write(pathlib.Path(__file__).resolve().parent.parent):
        print(path)


if __name__ == "__main__":
    main()
