"""Renders the templates of HTML pages."""

import functools
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tf_dnnh.pages import formats

if TYPE_CHECKING:
    import jinja2

# `base.css` (colours and type), `tables.css`, `figures.css`, balance bars.
SHARED = pathlib.Path(__file__).parent / "templates"


def render(folder: pathlib.Path, name: str, values: Mapping[str, Any]) -> str:
    """Renders a template as a page; values are escaped.

    Args:
        folder: templates of the page; it may include those of `SHARED`.
        name: the template.
        values: its variables; one that is missing is an error.

    Returns:
        The page.
    """
    return _environment(folder).get_template(name).render(values)


@functools.cache
def _environment(folder: pathlib.Path) -> "jinja2.Environment":
    # Imported here: only processes that write a page need Jinja.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("duration", "number", "percent", "score", "signed"):
        environment.filters[name] = getattr(formats, name)
    environment.tests["lopsided"] = formats.is_lopsided
    return environment
