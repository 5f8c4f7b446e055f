import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { deviceClass } from '../../lambda/detect/reading/device.ts';
import { distanceKm } from '../../lambda/detect/reading/distance.ts';
import { networkOf } from '../../lambda/detect/reading/network.ts';
import { originOf, readOrigin, writeOrigin } from '../../lambda/detect/reading/origin.ts';
import { phoneIn, starred } from '../../lambda/detect/reading/phone.ts';
import { ENTITY_CHARS_MAX } from '../../lambda/detect/touches.ts';
import { userEvent } from './events.ts';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.0/24'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['2001:db8:12::7', '2001:db8:12::/48'],
    ['2001:0DB8:0012:ffff:0:0:0:1', '2001:db8:12::/48'],
    ['2001:db8::7', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['192.0.2', undefined],
    ['192.0.2.7, 192.0.2.8', undefined],
    ['', undefined],
  ])('of %s is %s', (ip, network) => expect(networkOf(ip)).toBe(network));
});

const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('the kind of a device', () => {
  it.each([
    ['Chrome 141.0.0 / Windows 10.0.0', 'Chrome on Windows'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/141.0.0.0 Safari/537.36`,
      'Chrome on Windows',
    ],
    ['Edge 141.0.0 / Windows 10.0.0', 'Edge on Windows'],
    [
      `Mozilla/5.0 (Windows NT 10.0) ${BLINK} Chrome/141.0 Safari/537.36 Edg/141.0`,
      'Edge on Windows',
    ],
    ['Mobile Safari 26.0.0 / iOS 26.0.0', 'Safari on iOS'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1',
      'Safari on iOS',
    ],
    ['Chrome Mobile 143.0.0 / Android 16.0.0', 'Chrome on Android'],
    ['Firefox 143.0.0 / Ubuntu 0.0.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
      'Firefox on Linux',
    ],
    ['axios/1.12.2', 'axios'],
    ['python-requests/2.32.5', 'python requests'],
    ['1234', 'unknown'],
  ])('of %s is %s', (userAgent, device) => expect(deviceClass(userAgent)).toBe(device));
});

describe('a distance', () => {
  it('is the great circle', () => {
    const berlin = { latitude: 52.52, longitude: 13.405 };
    const sydney = { latitude: -33.87, longitude: 151.21 };
    expect(distanceKm(berlin, sydney)).toBeCloseTo(16_092, -2);
    expect(distanceKm(berlin, berlin)).toBe(0);
    expect(
      distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 }),
    ).toBeCloseTo(111, 0);
  });
});

describe('a phone number', () => {
  it.each([
    ['+1 (614) 555-0110', '16145550110'],
    [16145550110, '16145550110'],
    ['XXXXXXXX0110', undefined],
    ['alice@example.com', undefined],
    ['5550110', undefined],
    ['1'.repeat(16), undefined],
    [null, undefined],
  ])('in %s is %s', (value, phone) => expect(phoneIn(value)).toBe(phone));

  it('is told by its ending only', () => expect(starred('16145550110')).toBe('+*********10'));
});

describe('where an event came from', () => {
  it('is the same after it was written and read', () => {
    const options = { point: [52.52, 13.4] as const, device: 'odd|agent\n/1', tls: 'a|b' };
    const origin = originOf(factsOf(userEvent('s', options)));
    expect(origin).toEqual({
      ip: '192.0.2.7',
      country: 'DE',
      device: 'odd agent',
      tls: 'a|b',
      point: { latitude: 52.52, longitude: 13.4 },
    });
    expect(readOrigin(writeOrigin(origin))).toEqual({ ...origin, tls: 'a b' });
  });

  it('leaves out what makes no sense', () => {
    const nowhere = userEvent('s', { ip: '999.0.0.1', point: [0, 0] });
    expect(originOf(factsOf(nowhere))).toMatchObject({ ip: undefined, point: undefined });
    const offEarth = userEvent('s', { point: [91, 0] });
    expect(originOf(factsOf(offEarth)).point).toBeUndefined();
  });

  it('fits into an entry, whatever the event holds', () => {
    const wild = fc.string({ maxLength: 2_000, unit: 'binary' });
    fc.assert(
      fc.property(wild, wild, wild, fc.ipV6(), (device, tls, country, ip) => {
        const origin = originOf(factsOf(userEvent('s', { device, tls, country, ip })));
        const written = writeOrigin(origin);
        expect(written.length).toBeLessThanOrEqual(ENTITY_CHARS_MAX);
        expect(writeOrigin(readOrigin(written))).toBe(written);
      }),
    );
  });
});
