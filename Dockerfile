# Two targets: `web` without torch for the web server, the sweeper and migrations, and `worker` with everything.
FROM python:3.12-slim AS base
# Byte code is made with the image: each start, and each start of a worker's child process, would compile it again.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_COMPILE_BYTECODE=1 BRANDKILN_HOME=/data
WORKDIR /app
RUN useradd --uid 1000 --create-home brandkiln && install -d -o brandkiln -g brandkiln /data
COPY constraints.txt .
RUN pip install --no-cache-dir -c constraints.txt uv
COPY pyproject.toml README.md LICENSE manage.py ./
COPY platform platform
COPY generators generators
COPY workers workers
COPY templates templates
RUN PYTHONDONTWRITEBYTECODE= python -m compileall -q platform generators workers
VOLUME /data

FROM base AS web
RUN uv pip install --system --no-cache -c constraints.txt -b constraints.txt -e .
USER brandkiln
EXPOSE 8000
CMD ["uvicorn", "brandkiln.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--timeout-graceful-shutdown", "10"]

FROM base AS worker
# Compiles what the copywriter computes between matrix products, for the processor that it runs on.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
# cpu, or the CUDA version of the machine's driver, for instance cu130.
ARG TORCH_BACKEND=cpu
RUN uv pip install --system --no-cache -c constraints.txt -b constraints.txt --torch-backend ${TORCH_BACKEND} -e ".[worker]" \
 && uv pip install --system --no-cache -c constraints.txt --no-deps --group weights
USER brandkiln
CMD ["celery", "-A", "workers.app", "worker", "--loglevel", "INFO", "--without-mingle", "--without-gossip", "--queues", "platform,sample,train"]
