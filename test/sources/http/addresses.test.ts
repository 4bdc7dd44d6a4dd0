import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateAddress } from '../../../src/sources/http/addresses.js';

test('addresses that are not globally reachable are private, however they are wrapped', () => {
  for (const address of [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
    ...[
      '172.31.255.255',
      '192.0.0.1',
      '192.0.2.1',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '::127.0.0.1',
      '::ffff:10.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::10.0.0.1',
      '64:ff9b::7f00:1',
    ],
    ...[
      '64:ff9b::',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001:0:1::',
      'fc00::1',
      'fd12:3456::1',
      'fe80::1%eth0',
    ],
    ...['fec0::1', 'ff02::1', '2001:db8::1'],
  ]) {
    assert.equal(isPrivateAddress(address), true, address);
  }
});

test('others are public, also those that a network translates to public ones', () => {
  for (const address of [
    ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.0.1', '172.32.0.1'],
    ...['192.167.0.1', '192.169.0.1', '198.20.0.1', '223.255.255.255', '::ffff:93.184.215.14'],
    ...['64:ff9b::93.184.215.14', '64:ff9b::5db8:0', '2606:2800:21f::1', '2a00:1450:4001::1'],
  ]) {
    assert.equal(isPrivateAddress(address), false, address);
  }
});
