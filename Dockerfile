# The share server, for one machine or many. The data folder is /data; docs/deploy.md says how to run it.

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/envelope/package.json packages/envelope/
COPY packages/protocol/package.json packages/protocol/
COPY packages/client/package.json packages/client/
COPY packages/cli/package.json packages/cli/
# Removes the Node that the packages bring, since the image has the same one.
RUN npm ci --omit=dev && npm cache clean --force && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=5332 DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY packages ./packages
COPY src ./src
COPY public ./public
RUN install --directory --owner=1000 --group=1000 --mode=0700 /data
USER 1000
VOLUME /data
EXPOSE 5332
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s \
  CMD ["node", "--input-type=module", "--eval", "process.exit((await fetch(`http://127.0.0.1:${process.env.PORT}/ready`)).ok ? 0 : 1)"]
# Node itself, not npm: the server has to get the signal to stop.
CMD ["node", "src/operator/main.ts", "start"]
