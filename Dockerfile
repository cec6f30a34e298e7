# The container image of mock_zuora. BuildKit is not required.
#
#   docker build --tag mock-zuora .
#   docker run --rm --publish 127.0.0.1:8080:8080 mock-zuora
#
# docs/docker.md describes settings, mounts and build arguments. docker/check builds the image and tests it.
ARG PYTHON_VERSION=3.11
ARG BASE_IMAGE=python:${PYTHON_VERSION}-slim

FROM ${BASE_IMAGE} AS build
# The package index of pip, if not the default.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
WORKDIR /src
RUN python -m venv --without-pip /opt/mock-zuora
COPY requirements.lock ./
# What the tests run with, with checked hashes, in a layer that a change of the code does not build anew.
RUN pip --python /opt/mock-zuora/bin/python install --no-cache-dir --disable-pip-version-check --no-compile \
        --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY mock_zuora mock_zuora
# Bytecode is compiled here and not checked again, so that nothing is written at run time and file dates do not matter.
RUN pip --python /opt/mock-zuora/bin/python install --no-cache-dir --disable-pip-version-check --no-compile --no-deps . \
    && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/mock-zuora/lib

FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG REVISION
LABEL org.opencontainers.image.title="mock_zuora" \
      org.opencontainers.image.description="A local server that emulates Zuora's Custom Object Jobs API." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.url="https://github.com/mock-zuora/mock-zuora" \
      org.opencontainers.image.source="https://github.com/mock-zuora/mock-zuora" \
      org.opencontainers.image.documentation="https://github.com/mock-zuora/mock-zuora/tree/main/docs"
COPY --from=build /opt/mock-zuora /opt/mock-zuora
# Writable for the user of the server and for group 0. A new volume gets the same permissions.
RUN install -d -m 0770 -o 10001 -g 0 /data
ENV PATH=/opt/mock-zuora/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MOCK_ZUORA_HOST=:: \
    MOCK_ZUORA_CONTROL=open \
    MOCK_ZUORA_MOUNTS=/
USER 10001:0
WORKDIR /
EXPOSE 8080
# The first check starts while the server starts, and waits until the server is ready. Later checks each watch the server for
# several seconds, so that they cost little. --start-interval is not used because engines before 25 do not support it.
HEALTHCHECK --interval=200ms --timeout=25s --retries=4 CMD ["mock-zuora", "ready", "--wait", "--timeout", "3", "--watch", "15"]
ENTRYPOINT ["mock-zuora"]
CMD ["serve"]
