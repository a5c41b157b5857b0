"""Digits: 1,797 handwritten ones that come with scikit-learn.

    python -m trainers.main --dataset=digits

Expected: MAP 0.982 at 48 bits, seed 0 (300 queries against 1,497 images).
Measured with TensorFlow 2.21 and Keras 3.15 on two busy CPU cores: 64 s of
training and 4 s of evaluation, about a minute and a half in all.
"""

from trainers.config import Config

CONFIG = Config(
    dataset="digits",
    image_size=16,
    backbone="plain_cnn",
    epochs=40,
    margin=2.0,
    crop_padding=1,
    weight_decay=0.02,
)
