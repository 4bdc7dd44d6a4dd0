import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction, Socket } from 'node:net';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { addressInHost, isPrivateAddress } from './addresses.js';
import type { HttpOptions } from './options.js';
import { pausable } from './paused-sockets.js';
import { proxiesFrom } from './proxies.js';

/** The connections of a run: kept open and used again, closed at its end. */
export class Connections {
  /** Whether requests may go through a proxy, which then does the look-up of names. */
  readonly proxied: boolean;
  readonly #lookup: LookupFunction;
  readonly #open: (lookup: LookupFunction) => Dispatcher;
  readonly #opened = new Map<string, Dispatcher>();
  /** By origin: whether all connections to it so far went to private addresses. */
  readonly #private = new Map<string, boolean>();

  /**
   * @param lookup finds the addresses of names, as `dns.lookup` does
   * @throws WordmillError `usage` for a proxy in the environment that is no URL
   */
  constructor(
    options: Pick<HttpOptions, 'connectTimeout' | 'headersTimeout'>,
    environment: NodeJS.ProcessEnv,
    lookup: LookupFunction = systemLookup as LookupFunction,
  ) {
    const proxies = proxiesFrom(environment);
    this.proxied = proxies.httpProxy !== '' || proxies.httpsProxy !== '';
    this.#lookup = lookup;
    const timeout = options.connectTimeout * 1000;
    const headersTimeout = options.headersTimeout * 1000;
    const pool = (origin: string | URL, settings: object): Pool => {
      const { connect } = settings as { connect: buildConnector.connector };
      return new Pool(origin, { ...settings, headersTimeout, connect: pausable(connect) });
    };
    this.#open = (find) =>
      new EnvHttpProxyAgent({
        ...proxies,
        connect: this.#noting(buildConnector({ timeout, lookup: find })),
        proxyTls: { timeout },
        requestTls: { timeout },
        // A plain request is passed on by the proxy; many proxies make tunnels to port 443 only.
        proxyTunnel: false,
        factory: pool,
        clientFactory: pool,
      });
  }

  /**
   * What sends requests of a method. A guarded one connects to no private address. HEAD has one of its own: undici closes
   * its connections, since some servers send a body after it, and an agent gives up all of a host when one is closed.
   */
  dispatcher(method: 'GET' | 'HEAD', guarded: boolean): Dispatcher {
    const key = `${method} ${guarded}`;
    let dispatcher = this.#opened.get(key);
    if (!dispatcher) {
      dispatcher = this.#open(guarded ? publicOnly(this.#lookup) : this.#lookup);
      this.#opened.set(key, dispatcher);
    }
    return dispatcher;
  }

  /** Whether a server that has answered is at a private address. What a proxy has reached counts as public. */
  isPrivate({ origin, hostname }: URL): boolean {
    const address = addressInHost(hostname);
    return this.#private.get(origin) ?? (address !== undefined && isPrivateAddress(address));
  }

  /**
   * Refuses a private address before a request is made to it; where a proxy connects, also a name that has one here.
   *
   * @throws PrivateAddress
   */
  async refusePrivate({ hostname }: URL): Promise<void> {
    const address = addressInHost(hostname);
    if (address !== undefined) {
      if (isPrivateAddress(address)) throw new PrivateAddress(address);
    } else if (this.proxied) {
      const error = await new Promise<Error | null>((resolve) =>
        publicOnly(this.#lookup)(hostname, { all: true }, resolve),
      );
      // A name that is not known here may be known to the proxy.
      if (error instanceof PrivateAddress) throw error;
    }
  }

  /** Ends all connections, those in use too. */
  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map((dispatcher) => dispatcher.destroy()));
  }

  #noting(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) =>
      connect(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
        if (socket) this.#note(`${options.protocol}//${options.host}`, socket);
        callback(...([error, socket] as Parameters<buildConnector.Callback>));
      });
  }

  #note(origin: string, { remoteAddress }: Socket): void {
    const isPrivate = remoteAddress !== undefined && isPrivateAddress(remoteAddress);
    this.#private.set(origin, isPrivate && this.#private.get(origin) !== false);
  }
}

/** A redirect from a public address led to a private one. */
export class PrivateAddress extends Error {
  constructor(readonly address: string) {
    super(`${address} is a private address`);
  }
}

/** Looks names up and refuses those with a private address: the addresses that are checked are those connected to. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const addresses = found as { address: string; family: number }[];
      const inside = addresses.find(({ address }) => isPrivateAddress(address));
      if (inside) callback(new PrivateAddress(inside.address), '');
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });
}
