/** Ends with 0 when the server of this container lives, with 1 when it does not answer: HEALTHCHECK in the Dockerfile. */
import http from 'node:http';

const issuer = new URL(process.env.ISSUER || 'http://localhost:3000');
const path = `${issuer.pathname.replace(/\/$/, '')}/health/live`;

http
  .get({ host: '127.0.0.1', port: process.env.PORT || 3000, path, timeout: 2000 }, (answer) => {
    process.exit(answer.statusCode === 200 ? 0 : 1);
  })
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
