import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are not globally reachable, or that lead to such addresses: IANA's special-purpose registries for IPv4
 * and IPv6 (RFC 6890), multicast, and 6to4 and Teredo, which wrap IPv4. Link-local ones (169.254.0.0/16, fe80::/10) are
 * where clouds answer with a machine's credentials. An IPv4-mapped IPv6 address counts as the address in it.
 */
const PRIVATE = new BlockList();

for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  // Unspecified, loopback, and the old form that holds an IPv4 address.
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

/** What a network translates to IPv4, by its last four bytes (RFC 6052). */
const TRANSLATED = new BlockList();
TRANSLATED.addSubnet('64:ff9b::', 96, 'ipv6');

/** Whether an IP address is private: loopback, link-local, of a local network, or otherwise not globally reachable. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  if (isIP(plain) !== 6) return PRIVATE.check(plain, 'ipv4');
  if (TRANSLATED.check(plain, 'ipv6')) return PRIVATE.check(lastFourBytes(plain), 'ipv4');
  return PRIVATE.check(plain, 'ipv6');
}

/** The address that a URL's host is written as, if it is one and no name. */
export function addressInHost(hostname: string): string | undefined {
  const plain = hostname.replace(/^\[|\]$/g, '');
  return isIP(plain) ? plain : undefined;
}

function lastFourBytes(address: string): string {
  // URL writes every IPv6 address the same way, without dots; these have "::" only before the last two groups.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':').slice(-2);
  return groups
    .map((group) => Number.parseInt(group || '0', 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}
