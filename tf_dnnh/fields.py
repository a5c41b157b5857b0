"""Typed fields of configurations: their ranges, values and descriptions.

A configuration is a frozen dataclass whose numeric fields are annotated with a
`Range` and whose fields are described under `Attributes:` in its docstring. A
nested configuration's fields have dotted names, such as `augmentation.flip`.
The imports are light, since commands need them before TensorFlow is loaded.
"""

import dataclasses
import inspect
import math
import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple


class Range(NamedTuple):
    """Smallest and largest value of a number.

    Attributes:
        low: smallest value.
        high: largest value.
        above: whether `low` itself is excluded.
    """

    low: float = -math.inf
    high: float = math.inf
    above: bool = False

    def __contains__(self, value: object) -> bool:
        """Returns whether a number lies within; NaN never does."""
        if not isinstance(value, int | float):
            return False
        enough = value > self.low if self.above else value >= self.low
        return enough and value <= self.high

    def __str__(self) -> str:
        low = "greater than" if self.above else "at least"
        words = [f"{low} {self.low:g}"] if self.low > -math.inf else []
        if self.high < math.inf:
            words.append(f"at most {self.high:.10g}")
        return " and ".join(words) or "any number"


Positive = Annotated[float, Range(0, above=True)]
NotNegative = Annotated[float, Range(0)]
Share = Annotated[float, Range(0, 1)]
Count = Annotated[int, Range(1)]
Length = Annotated[int, Range(0)]


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of a configuration.

    Attributes:
        name: dotted name.
        allowed: the types, or the values of a fixed list, that it accepts.
        range: range of its numbers; None for any.
        default: its default value.
        description: its meaning, from the docstring of its class.
    """

    name: str
    allowed: tuple[Any, ...]
    range: Range | None
    default: Any
    description: str

    def check(self, value: Any) -> None:
        """Raises `ValueError` unless the field accepts the value."""
        if isinstance(value, bool):
            fits = bool in self.allowed
        elif isinstance(value, int) and float in self.allowed:
            fits = True
        else:
            fits = value in self.allowed or type(value) in self.allowed
        if not fits:
            raise ValueError(self._refusal(self.describe_type(), value))
        if self.range and value is not None and value not in self.range:
            raise ValueError(self._refusal(str(self.range), value))

    def parse(self, text: str) -> Any:
        """Turns text into a value.

        Raises:
            ValueError: if the text is not a value of the field.
        """
        if type(None) in self.allowed and text.lower() == "none":
            return None
        if text in self.allowed or str in self.allowed:
            return text
        if bool in self.allowed and text.lower() in ("true", "false"):
            return text.lower() == "true"
        for number in (int, float):
            if number in self.allowed:
                try:
                    return number(text)
                except ValueError:
                    continue
        raise ValueError(self._refusal(self.describe_type(), text))

    def describe_type(self) -> str:
        """Returns the accepted types or values, such as `int or none`."""
        return " or ".join(
            "none" if a is type(None) else getattr(a, "__name__", str(a))
            for a in self.allowed
        )

    def _refusal(self, allowed: str, value: Any) -> str:
        return f"`{self.name}` must be {allowed}. Received: {value}"


def fields(config: type) -> dict[str, Field]:
    """Returns the fields of a configuration, nested ones included, by name."""
    return {field.name: field for field in _walk(config, "")}


def check(config: Any) -> None:
    """Raises `ValueError` for the first value that its field rejects."""
    values = flatten(config)
    for name, field in fields(type(config)).items():
        field.check(values[name])


def flatten(config: Any) -> dict[str, Any]:
    """Returns the values of a configuration by dotted name."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if dataclasses.is_dataclass(value):
            inner = flatten(value).items()
            values |= {f"{field.name}.{name}": v for name, v in inner}
        else:
            values[field.name] = value
    return values


def replace(config: Any, changes: Mapping[str, Any]) -> Any:
    """Returns a copy of a configuration with some values replaced.

    Args:
        config: a dataclass.
        changes: values by dotted name; a name without a dot may also stand
            for a whole nested configuration.
    """
    inner: dict[str, dict[str, Any]] = {}
    outer = {}
    for name, value in changes.items():
        head, dot, rest = name.partition(".")
        if dot:
            inner.setdefault(head, {})[rest] = value
        else:
            outer[name] = value
    for head, nested in inner.items():
        outer[head] = replace(outer.get(head, getattr(config, head)), nested)
    return dataclasses.replace(config, **outer)


def _walk(config: type, prefix: str) -> Iterator[Field]:
    hints = typing.get_type_hints(config, include_extras=True)
    described = _descriptions(config)
    for field in dataclasses.fields(config):
        hint = hints[field.name]
        if dataclasses.is_dataclass(hint):
            assert isinstance(hint, type)
            yield from _walk(hint, f"{prefix}{field.name}.")
            continue
        allowed, bounds = _allowed(hint)
        yield Field(
            prefix + field.name,
            allowed,
            bounds,
            field.default,
            described[field.name],
        )


def _allowed(hint: Any) -> tuple[tuple[Any, ...], Range | None]:
    """Returns the types (or literal values) of a hint, and its range."""
    if typing.get_origin(hint) is Annotated:
        allowed, _ = _allowed(typing.get_args(hint)[0])
        return allowed, hint.__metadata__[0]
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        parts = [_allowed(part) for part in typing.get_args(hint)]
        bounds = [bound for _, bound in parts if bound]
        allowed = tuple(a for kinds, _ in parts for a in kinds)
        return allowed, bounds[0] if bounds else None
    if typing.get_origin(hint) is Literal:
        return typing.get_args(hint), None
    return (hint,), None


def _descriptions(config: type) -> dict[str, str]:
    """Returns the texts under `Attributes:` in a docstring, by name."""
    _, _, text = (inspect.getdoc(config) or "").partition("Attributes:\n")
    section = re.split(r"\n(?=\S)", text)[0]
    found = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", section, re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in found}
