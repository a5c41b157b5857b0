"""Runs this folder's tests on the backbones that take long to build."""

import unittest
from unittest import mock

import pytest

from tests.conformance import (
    documentation_test,
    mixed_precision_test,
    public,
    purity_test,
    saved_model_test,
    serialisation_test,
)

LISTS = ("LAYERS", "MODELS", "LOSSES", "BACKBONES", "EVERYTHING")


class _Heavy(unittest.TestCase):
    def setUp(self):
        super().setUp()
        for name in LISTS:
            chosen = public.HEAVY_BACKBONES if name in LISTS[3:] else {}
            patched = mock.patch.object(public, name, chosen)
            patched.start()
            self.addCleanup(patched.stop)


@pytest.mark.slow
class DocumentationTest(_Heavy, documentation_test.DocumentationTest):
    pass


@pytest.mark.slow
class MixedPrecisionTest(_Heavy, mixed_precision_test.MixedPrecisionTest):
    pass


@pytest.mark.slow
class PurityTest(_Heavy, purity_test.PurityTest):
    pass


@pytest.mark.slow
class SavedModelTest(_Heavy, saved_model_test.SavedModelTest):
    pass


@pytest.mark.slow
class SerialisationTest(_Heavy, serialisation_test.SerialisationTest):
    pass


if __name__ == "__main__":
    unittest.main()
