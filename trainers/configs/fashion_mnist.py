"""Fashion-MNIST by the same protocol as CIFAR-10.

    python -m trainers.main --dataset=fashion_mnist

Takes TensorFlow Datasets' copy, or the four original files in `--data_dir`,
or those that Debian's package dataset-fashion-mnist installs. Not measured:
the settings are CIFAR-10's with weaker augmentation and a shorter schedule.
"""

from trainers.config import Config

CONFIG = Config(
    dataset="fashion_mnist",
    epochs=40,
    margin=2.0,
    weight_decay=0.02,
    flip=True,
    crop_padding=2,
)
