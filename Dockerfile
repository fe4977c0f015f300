# One image for every process of the hub: `evermynd serve` (the default), `worker`, `schedule` and `migrate`.
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
WORKDIR /source
COPY requirements.lock ./
RUN /venv/bin/pip install --require-hashes --compile --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bots bots
COPY conversation conversation
COPY jobs jobs
COPY knowledge knowledge
COPY ui ui
RUN /venv/bin/pip install --no-deps --compile .

FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 evermynd \
    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin evermynd \
    && install --directory --owner=evermynd --group=evermynd --mode=700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TZ=UTC \
    EVERMYND_HOST=0.0.0.0 \
    EVERMYND_DATA_DIR=/data
WORKDIR /home/evermynd
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:%s/readyz' % os.environ.get('EVERMYND_PORT', '8000'), timeout=4)"]
ENTRYPOINT ["evermynd"]
CMD ["serve"]
