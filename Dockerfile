# Training in a container: see docs/docker.md. For GPUs, build with
# --build-arg TAG=2.21.0-gpu.
ARG TAG=2.21.0
FROM tensorflow/tensorflow:${TAG}

WORKDIR /opt/tf_dnnh
COPY setup.py setup.cfg pyproject.toml README.md LICENSE ./
COPY tf_dnnh tf_dnnh
COPY trainers trainers
COPY export export
# hadolint ignore=DL3013
RUN pip install --no-cache-dir '.[pretrained]' \
    && useradd --create-home --uid 1000 trainer \
    && install --directory --owner=trainer /work

USER 1000
WORKDIR /work
ENTRYPOINT ["python", "-m", "trainers.main"]
CMD ["--help"]
