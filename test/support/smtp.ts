import type { Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real mail server that keeps what it accepts, and fails in the ways that mail servers fail. */
export interface MailServer {
  /** For `SMTP_URL`, with user and password when `auth` was given. */
  url: string;
  /** What was accepted, in order. */
  received: ReceivedMail[];
  /** Resolves with the first accepted mail for which this holds, one that came before included. */
  waitForMail(matches?: (mail: ReceivedMail) => boolean): Promise<ReceivedMail>;
  /** How it treats the next connections. */
  behave(behaviour: MailServerBehaviour): void;
  /** How often somebody has connected. */
  connections(): number;
  close(): Promise<void>;
}

/**
 * `accept`; `refuse-recipient` (550, for ever) and `try-later` (451) after the recipient was named; `refuse-auth`;
 * `hang`: connects and never says a word; `drop`: closes the connection in the middle of the message.
 */
export type MailServerBehaviour =
  | 'accept'
  | 'refuse-recipient'
  | 'try-later'
  | 'refuse-auth'
  | 'hang'
  | 'drop';

export interface ReceivedMail extends Email {
  /** The envelope: what the server acts on, whatever the headers say. */
  envelope: { from: string; to: string[] };
  /** Whether the connection was encrypted. */
  isEncrypted: boolean;
  raw: string;
}

export async function startMailServer(
  options: {
    auth?: { user: string; password: string };
    startTls?: boolean;
    /** Whether it says that it takes addresses beyond ASCII (RFC 6531); it does unless said. */
    smtpUtf8?: boolean;
    /** Where it listens; any free port unless said. For a server that comes back. */
    port?: number;
  } = {},
): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const waiting = new Set<() => void>();
  const hanging = new Set<Socket>();
  let behaviour: MailServerBehaviour = 'accept';
  let connections = 0;

  const server = new SMTPServer({
    // Its own certificate is self-signed: clients have to be told to accept it.
    disabledCommands: options.startTls ? [] : ['STARTTLS'],
    authOptional: !options.auth,
    allowInsecureAuth: !options.startTls,
    disableReverseLookup: true,
    hideSMTPUTF8: options.smtpUtf8 === false,
    closeTimeout: 100,
    onConnect(_session, answer) {
      connections += 1;
      if (behaviour !== 'hang') answer();
    },
    onAuth(auth, _session, answer) {
      const isRight = auth.username === options.auth?.user && auth.password === options.auth?.password;
      if (isRight && behaviour !== 'refuse-auth') answer(null, { user: auth.username ?? '' });
      else answer(refusal(535, 'wrong user or password'));
    },
    onRcptTo(_address, _session, answer) {
      if (behaviour === 'refuse-recipient') answer(refusal(550, 'no such person here'));
      else if (behaviour === 'try-later') answer(refusal(451, 'come back later'));
      else answer();
    },
    onData(stream, session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        if (behaviour === 'drop') {
          for (const connection of server.connections) connection.close();
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const raw = Buffer.concat(chunks);
        received.push({
          ...(await PostalMime.parse(raw)),
          envelope: { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) },
          isEncrypted: session.secure,
          raw: raw.toString('utf8'),
        });
        answer();
        for (const look of [...waiting]) look();
      });
    },
  });
  server.on('error', () => {}); // a client that goes away is ordinary here
  server.server.on('connection', (socket: Socket) => {
    hanging.add(socket);
    socket.once('close', () => hanging.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port');
  const user = options.auth
    ? `${encodeURIComponent(options.auth.user)}:${encodeURIComponent(options.auth.password)}@`
    : '';

  return {
    url: `smtp://${user}127.0.0.1:${address.port}`,
    received,
    connections: () => connections,
    behave(next) {
      behaviour = next;
    },
    waitForMail(matches = () => true) {
      return new Promise((resolve) => {
        const look = () => {
          const mail = received.find(matches);
          if (!mail) return;
          waiting.delete(look);
          resolve(mail);
        };
        waiting.add(look);
        look();
      });
    },
    async close() {
      for (const socket of hanging) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
