import unittest

from trainers.report.data_notes import data_notes


class ReportDataTest(unittest.TestCase):
    def test_what_the_data_lack_is_said(self):
        notes = {
            "label_files": "official",
            "missing": 1200,
            "unlabelled": 3,
            "unlabelled_rule": "exclude",
        }
        self.assertEqual(
            data_notes({"notes": notes}),
            [
                "label files: official",
                "1,200 listed images are missing",
                "3 images have no label",
                "unlabelled rule: exclude",
                "their names are in data_problems.csv",
            ],
        )
        self.assertEqual(data_notes({}), [])


if __name__ == "__main__":
    unittest.main()
