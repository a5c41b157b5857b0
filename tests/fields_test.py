"""Tests of configuration fields: types, ranges, descriptions, nesting."""

import dataclasses
import unittest
from typing import Annotated, Literal

from tf_dnnh import fields
from tf_dnnh.fields import Count, Positive, Range


@dataclasses.dataclass(frozen=True)
class Inner:
    """Something inside.

    Attributes:
        side: length of a side,
            in pixels.
    """

    side: Count = 3


@dataclasses.dataclass(frozen=True)
class Outer:
    """Something outside.

    Attributes:
        rate: speed of things.
        share: none for a default.
        kind: which one.
        on: whether it is.
        inner: something inside.

    Example:
        >>> Outer().rate
        1.0
    """

    rate: Positive = 1.0
    share: Annotated[float, Range(0, 0.5)] | None = None
    kind: Literal["a", "b"] = "a"
    on: bool = False
    inner: Inner = dataclasses.field(default_factory=Inner)


class FieldsTest(unittest.TestCase):
    def test_names_are_dotted_and_described(self):
        found = fields.fields(Outer)
        self.assertEqual(
            list(found), ["rate", "share", "kind", "on", "inner.side"]
        )
        side = found["inner.side"]
        self.assertEqual(side.description, "length of a side, in pixels.")
        self.assertEqual((side.default, side.range), (3, Range(1)))
        self.assertEqual(found["kind"].allowed, ("a", "b"))

    def test_values_are_checked(self):
        for changes, words in (
            ({"rate": 0.0}, "`rate` must be greater than 0. Received: 0.0"),
            ({"rate": float("nan")}, "greater than 0. Received: nan"),
            ({"rate": "fast"}, "`rate` must be float"),
            ({"share": 0.6}, "at least 0 and at most 0.5"),
            ({"kind": "c"}, "`kind` must be a or b. Received: c"),
            ({"on": 1}, "`on` must be bool"),
            ({"rate": True}, "`rate` must be float"),
            ({"inner.side": 0}, "`inner.side` must be at least 1"),
            ({"inner.side": 2.0}, "`inner.side` must be int"),
        ):
            changed = fields.replace(Outer(), changes)
            with (
                self.subTest(changes),
                self.assertRaisesRegex(ValueError, words),
            ):
                fields.check(changed)
        for changes in ({}, {"rate": 2}, {"share": 0.5}, {"inner.side": 1}):
            fields.check(fields.replace(Outer(), changes))

    def test_text_becomes_a_value(self):
        found = fields.fields(Outer)
        for name, text, value in (
            ("rate", "2", 2.0),
            ("share", "none", None),
            ("share", "0.25", 0.25),
            ("kind", "b", "b"),
            ("on", "True", True),
            ("inner.side", "7", 7),
        ):
            parsed = found[name].parse(text)
            self.assertEqual((parsed, type(parsed)), (value, type(value)))
        for name, text in (("on", "maybe"), ("inner.side", "1.5")):
            with self.assertRaisesRegex(ValueError, f"`{name}` must be"):
                found[name].parse(text)

    def test_a_whole_nested_configuration_and_its_fields_change(self):
        changed = fields.replace(
            Outer(), {"inner": Inner(5), "inner.side": 9, "on": True}
        )
        self.assertEqual(
            fields.flatten(changed),
            {
                "rate": 1.0,
                "share": None,
                "kind": "a",
                "on": True,
                "inner.side": 9,
            },
        )


if __name__ == "__main__":
    unittest.main()
