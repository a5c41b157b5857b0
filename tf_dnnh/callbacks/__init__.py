"""Callbacks for `model.fit`."""

from tf_dnnh.callbacks.validation_map import ValidationMAP

__all__ = ["ValidationMAP"]
