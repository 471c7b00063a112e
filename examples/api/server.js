import express from 'express';
import { createGuard } from './guard.js';

const { ISSUER = 'http://localhost:3000', PORT = '4200', HOST = 'localhost' } = process.env;
const { RESOURCE = `http://localhost:${PORT}`, INTROSPECTION_ID, INTROSPECTION_SECRET } = process.env;
if (!INTROSPECTION_ID || !INTROSPECTION_SECRET)
  throw new Error('Set INTROSPECTION_ID and INTROSPECTION_SECRET: see README.md');

const guard = createGuard({
  issuer: ISSUER,
  resource: RESOURCE,
  id: INTROSPECTION_ID,
  secret: INTROSPECTION_SECRET,
});
const notes = new Map(); // in memory: a restart forgets them

const app = express();
app.disable('x-powered-by');
app.use(express.text({ limit: '1kb', type: () => true }));
app.get('/notes', guard('notes:read'), (req, res) => {
  res.json({ notes: notes.get(req.caller.sub) ?? [] });
});
app.post('/notes', guard('notes:write', { isWrite: true }), (req, res) => {
  const mine = [...(notes.get(req.caller.sub) ?? []), String(req.body ?? '')].slice(-100);
  notes.set(req.caller.sub, mine);
  res.status(201).json({ notes: mine });
});
app.listen(Number(PORT), HOST, () =>
  console.log(`Notes API on ${RESOURCE}, for tokens and keys of ${ISSUER}`),
);
