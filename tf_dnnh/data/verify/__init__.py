"""Checks of a data set and its split, and the report on them."""

from tf_dnnh.data.verify.checks import Check, content_hashes, verify
from tf_dnnh.data.verify.report import verify_report

__all__ = ["Check", "content_hashes", "verify", "verify_report"]
