"""Tests of the table of formats and of the flags made from it."""

import pkgutil
import unittest

from export import main
from export.export_error import WrongCommand
from export.formats import AGREEMENT, DEFAULT_FORMATS, FORMATS, check_formats


class FormatsTest(unittest.TestCase):
    def test_the_command_takes_every_row_and_nothing_else(self) -> None:
        flag = main.define_flags()["formats"]
        self.assertEqual(flag.help, f"some of {','.join(FORMATS)}")
        self.assertEqual(flag.value, list(DEFAULT_FORMATS))
        for name in FORMATS:
            check_formats([name])
        for formats in (["coreml"], ["tflite", "coreml"], []):
            with self.assertRaisesRegex(WrongCommand, "Received: "):
                check_formats(formats)

    def test_every_row_names_a_writer(self) -> None:
        for name, row in FORMATS.items():
            with self.subTest(name):
                self.assertTrue(callable(pkgutil.resolve_name(row.writer)))

    def test_every_file_has_a_limit_and_a_flag(self) -> None:
        flags = main.define_flags()
        files = [file for row in FORMATS.values() for file in row.agreement]
        # No two formats write a file of the same name.
        self.assertEqual(files, list(AGREEMENT))
        for file, share in AGREEMENT.items():
            self.assertEqual(flags[f"{file}_agreement"].value, share)


if __name__ == "__main__":
    unittest.main()
