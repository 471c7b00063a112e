# The checkout is what runs: Node strips the types itself, so nothing is built. test/launcher/image.test.ts takes these steps
# in an empty root, and runs what they made as below: as a user without rights, its file system read-only.
FROM node:24-slim

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data
WORKDIR /gatehouse

# First what changes seldom. The image has its Node: the package that carries one is optional.
COPY package.json package-lock.json .npmrc LICENSE ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional

COPY bin ./bin
COPY src ./src
COPY views ./views
COPY migrations ./migrations
COPY config ./config
COPY gatehouse ./
RUN ln -s /gatehouse/gatehouse /usr/local/bin/gatehouse

# The only folder that is written to. The rest of the file system may be read-only.
RUN mkdir /data && chown node:node /data
VOLUME /data

# What Node has compiled it keeps beside the packages, by user; once the file system is read-only, it cannot.
RUN mkdir node_modules/.cache && chown node:node node_modules/.cache
USER node
RUN gatehouse compile

EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "bin/health.js"]
ENTRYPOINT ["node", "bin/gatehouse.js"]
CMD ["start"]
