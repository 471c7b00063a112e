import { createApi } from './api.js';

const { ISSUER = 'http://localhost:3000', PORT = '4000', HOST = 'localhost' } = process.env;
const { RESOURCE = `http://localhost:${PORT}`, AUDIENCE = RESOURCE } = process.env;

createApi({ issuer: ISSUER, resource: RESOURCE, audience: AUDIENCE }).listen(Number(PORT), HOST, () => {
  console.log(`Notes API on http://${HOST}:${PORT}, for tokens of ${ISSUER} whose aud is ${AUDIENCE}`);
});
