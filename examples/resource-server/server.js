import { createApi } from './api.js';

const { ISSUER = 'http://localhost:3000', PORT = '4000', HOST = 'localhost' } = process.env;
const { RESOURCE = `http://localhost:${PORT}`, AUDIENCE = RESOURCE } = process.env;
const { INTROSPECTION_ID: id, INTROSPECTION_SECRET: secret } = process.env;
const introspection = id && secret ? { id, secret } : undefined;

createApi({ issuer: ISSUER, resource: RESOURCE, audience: AUDIENCE, introspection }).listen(
  Number(PORT),
  HOST,
  () => {
    console.log(`Notes API on http://${HOST}:${PORT}, for tokens of ${ISSUER} whose aud is ${AUDIENCE}`);
  },
);
