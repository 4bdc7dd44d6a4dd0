import { WordmillError } from '../../core/errors.js';

/** The variable of the environment that holds them. */
export const CREDENTIALS_VARIABLE = 'WORDMILL_HTTP_AUTHORIZATION';

/** What is sent to whom: a header for each host, by its name as URLs have it (with a port that is not the default). */
export type Credentials = ReadonlyMap<string, { readonly header: string; readonly value: string }>;

/**
 * Credentials from the environment: `WORDMILL_HTTP_AUTHORIZATION` holds `HOST=VALUE` for the header Authorization, or
 * `HOST=NAME: VALUE` for another one; several stand on lines of their own or are separated by `;`.
 *
 * @throws WordmillError `usage` for an entry without a host; the message does not hold the entry
 */
export function credentialsFrom(environment: NodeJS.ProcessEnv): Credentials {
  const entries = (environment[CREDENTIALS_VARIABLE] ?? '').split(/[\n;]/).map((entry) => entry.trim());
  return new Map(
    entries
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [, host, header = 'authorization', value] =
          /^([a-z0-9.[\]:_-]+)=(?:([\w-]+):\s+)?([\t\x20-\x7e]+)$/i.exec(entry) ?? [];
        if (host === undefined || value === undefined) {
          throw new WordmillError('usage', 'an entry is not HOST=VALUE', {
            place: { key: CREDENTIALS_VARIABLE },
            hint: 'Such as data.example.org=Bearer TOKEN, or data.example.org=X-Api-Key: KEY; a semicolon between entries.',
          });
        }
        return [host.toLowerCase(), { header: header.toLowerCase(), value }];
      }),
  );
}

/**
 * The headers with credentials for a request that began at the URL `given` and is now at `target`: none once a redirect
 * led to another host, port or to http.
 */
export function credentialHeaders(credentials: Credentials, given: URL, target: URL): Record<string, string> {
  const found = credentials.get(given.host);
  const isSame = target.origin === given.origin || isUpgrade(given, target);
  return found && isSame ? { [found.header]: found.value } : {};
}

/** Whether a redirect only went from http to https on one host. */
function isUpgrade(given: URL, target: URL): boolean {
  return (
    given.protocol === 'http:' &&
    target.protocol === 'https:' &&
    target.host === given.host &&
    given.port === ''
  );
}
