"""Fashion-MNIST."""

from trainers.config import Config

CONFIG = Config(
    dataset="fashion_mnist",
    epochs=40,
    margin=2.0,
    weight_decay=0.02,
    flip=True,
    crop_padding=2,
)
