"""NUS-WIDE, from the user's own copy of the images."""

from trainers.config import Config

CONFIG = Config(
    dataset="nuswide",
    backbone="nin",
    image_size=224,
    load_size=256,
    flip=True,
    epochs=60,
    batch_size=64,
    optimizer="sgd",
    learning_rate=0.01,
    schedule="step",
    momentum=0.9,
    weight_decay=5e-4,
)
