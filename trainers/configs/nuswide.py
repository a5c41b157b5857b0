"""NUS-WIDE, from the user's own copy of the images.

    python -m trainers.main --dataset=nuswide --data_dir=DIR

Not measured on the real set, which cannot be passed on. On two CPU cores the
preset trains 66 images a second; docs/nuswide.md says what a drawn miniature
gives.
"""

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

# The drawn miniature wants a small network.
_MINIATURE = {
    "backbone": "plain_cnn",
    "image_size": 48,
    "load_size": 54,
    "epochs": 40,
    "margin": 2.0,
    "loss_reduction": "mean_active",
    "optimizer": "adamw",
    "learning_rate": 2e-3,
    "schedule": "cosine",
    "weight_decay": 0.02,
}
PROTOCOLS = {"mini": _MINIATURE, "mini81": _MINIATURE}
