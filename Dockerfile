# The checkout is what runs: Node strips the types itself, so nothing is built. No test builds this image yet;
# its steps were gone through by hand, on the same Node and as a user who may write to the data folder only.
FROM node:24-slim

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data
WORKDIR /gatehouse

# First what changes seldom. The image has its Node: the package that carries one (120 MB) is left out again.
COPY package.json package-lock.json .npmrc LICENSE ./
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node-linux-* node_modules/.bin/node && npm cache clean --force

COPY bin ./bin
COPY src ./src
COPY views ./views
COPY migrations ./migrations
COPY config ./config

# The only folder that is written to. The rest of the file system may be read-only.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node

EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "bin/health.js"]
ENTRYPOINT ["node", "bin/gatehouse.js"]
CMD ["start"]
