import { WordmillError } from '../../core/errors.js';

/** Proxies as undici takes them; '' where there is none. */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  /** Hosts that are reached without one. */
  readonly noProxy: string;
}

/**
 * The proxies that the environment names: `http_proxy`, `https_proxy`, `no_proxy`, or the same in capitals; those in
 * small letters come first. A proxy without a scheme is one of http.
 *
 * @throws WordmillError `usage` for a proxy that is no URL of http or https; the message does not hold it
 */
export function proxiesFrom(environment: NodeJS.ProcessEnv): Proxies {
  return {
    httpProxy: proxyIn(environment, 'http_proxy'),
    httpsProxy: proxyIn(environment, 'https_proxy'),
    noProxy: environment.no_proxy ?? environment.NO_PROXY ?? '',
  };
}

function proxyIn(environment: NodeJS.ProcessEnv, name: string): string {
  const given = environment[name] ?? environment[name.toUpperCase()] ?? '';
  if (given === '') return '';
  const url = given.includes('://') ? given : `http://${given}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new WordmillError('usage', 'this is no proxy that can be used here', {
    place: { key: environment[name] === undefined ? name.toUpperCase() : name },
    hint: 'Give a URL such as http://proxy.example.org:3128.',
  });
}
