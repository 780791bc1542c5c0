# Stage 1 installs the locked packages and Ninefold with its built web interface into one folder; the build hook
# brings Node for that as a Python package. Stage 2 takes the folder: no Node, no compiler, no sources.
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /opt/ninefold
COPY requirements.lock ./
RUN /opt/ninefold/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN /opt/ninefold/bin/pip install --no-cache-dir --no-deps . \
    && rm -rf /opt/ninefold/lib/python3.11/site-packages/pip

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Ninefold" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /var/lib/ninefold --create-home --shell /usr/sbin/nologin ninefold
COPY --from=build /opt/ninefold /opt/ninefold
ENV PATH=/opt/ninefold/bin:$PATH NINEFOLD_HOME=/var/lib/ninefold PYTHONUNBUFFERED=1
USER ninefold
WORKDIR /var/lib/ninefold
VOLUME /var/lib/ninefold
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('NINEFOLD_PORT', '8000') + '/readyz', timeout=2)"]
ENTRYPOINT ["ninefold"]
CMD ["serve"]
