# docker build -t seawall . && docker run --rm seawall scan --redis "$REDIS_URL"
FROM python:3.12-slim

RUN useradd --create-home --uid 10001 seawall
WORKDIR /opt/seawall
# The lock alone first: this layer is built again only when it changes.
COPY requirements/core.lock requirements/core.lock
RUN pip install --no-cache-dir --root-user-action=ignore --require-hashes -r requirements/core.lock
COPY LICENSE README.md pyproject.toml ./
COPY src src
RUN pip install --no-cache-dir --root-user-action=ignore --no-deps --no-build-isolation --no-index .

USER seawall
WORKDIR /home/seawall
ENTRYPOINT ["seawall"]
CMD ["--help"]
