# One image for every part; docker-compose.yml says which command each runs.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=helpdesk.settings.prod \
    HELPDESK_DATA_DIR=/data \
    PATH=/app/.venv/bin:$PATH

RUN groupadd --gid 10001 helpdesk && useradd --uid 10001 --gid 10001 --no-create-home helpdesk \
    && install -d -o helpdesk -g helpdesk /data

WORKDIR /app
COPY pyproject.toml requirements.lock ./
RUN python -m venv .venv \
    && sed -n '/^uv==/,/[^\\]$/p' requirements.lock > /tmp/uv.txt \
    && pip install --no-cache-dir --require-hashes -r /tmp/uv.txt \
    && uv pip sync --no-cache --python .venv/bin/python --no-python-downloads --require-hashes requirements.lock \
    && rm /tmp/uv.txt

COPY manage.py ./
COPY helpdesk helpdesk
COPY accounts accounts
COPY faq faq
COPY tickets tickets
COPY disputes disputes
COPY templates templates
COPY static static
RUN python manage.py messages --compile

USER helpdesk
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "helpdesk.wsgi:application"]
