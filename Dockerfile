# One image for every role: `palomar <role>`; without arguments it lists them. `docker build -t palomar .`
# Nothing is fetched when it runs, nothing is written but /tmp, and it runs as uid 65532.

# .bun-version; a test keeps the two alike.
ARG BUN_VERSION=1.4.5

FROM oven/bun:${BUN_VERSION}-slim AS build
WORKDIR /src
# The manifests first: what they name is installed again only when one of them changes. The lockfile is frozen, so each
# workspace's manifest must be here.
COPY package.json bun.lock bunfig.toml ./
COPY patches/ patches/
COPY packages/bus/package.json packages/bus/
COPY dashboard/package.json dashboard/
COPY load/package.json load/
COPY packages/blob/package.json packages/blob/
COPY packages/cloud-api/package.json packages/cloud-api/
COPY packages/contracts/package.json packages/contracts/
COPY packages/db/package.json packages/db/
COPY packages/errors/package.json packages/errors/
COPY packages/ratelimit/package.json packages/ratelimit/
COPY packages/rpc/package.json packages/rpc/
COPY packages/runtime/package.json packages/runtime/
COPY packages/seal/package.json packages/seal/
COPY packages/testkit/package.json packages/testkit/
COPY services/analytics/package.json services/analytics/
COPY services/automation/package.json services/automation/
COPY services/dispatcher/package.json services/dispatcher/
COPY services/gateway/package.json services/gateway/
COPY services/inbox/package.json services/inbox/
COPY services/ingest/package.json services/ingest/
COPY services/media/package.json services/media/
COPY services/tenancy/package.json services/tenancy/
COPY simulator/package.json simulator/
RUN bun install --frozen-lockfile
COPY . .
RUN bun run build /app

FROM oven/bun:${BUN_VERSION}-distroless
LABEL org.opencontainers.image.title="Palomar" \
      org.opencontainers.image.description="A self-hosted, multi-tenant WhatsApp Business platform" \
      org.opencontainers.image.licenses="Apache-2.0"
# The root may be read-only: Bun keeps no cache of what it compiles.
ENV BUN_RUNTIME_TRANSPILER_CACHE_PATH=0 \
    NODE_ENV=production \
    BIND_HOST=0.0.0.0 \
    HOST=0.0.0.0
COPY --from=build --chown=0:0 /app /app
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/bun", "/app/palomar.js"]
