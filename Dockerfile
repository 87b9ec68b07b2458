# The service without the embedded PostgreSQL: it needs DATABASE_URL. See docker-compose.yml.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script is needed here: the image brings its own Node and no PostgreSQL.
RUN npm ci --omit=dev --ignore-scripts
COPY scripts/generate.ts scripts/
COPY prisma prisma
RUN node scripts/generate.ts
RUN npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY package.json LICENSE* ./
COPY prisma prisma
COPY src src
COPY --from=build /app/src/database/generated src/database/generated
# The first admin key is kept here when ADMIN_KEY is not set.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
