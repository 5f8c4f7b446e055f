import { expect, it } from 'vitest';
import { parseDomain } from '../../lambda/auth0/domain.ts';
import { createHttp } from '../../lambda/auth0/http.ts';
import type { SealedToken } from '../../lambda/auth0/sealed-token.ts';
import { createTokenKeeper } from '../../lambda/auth0/token-keeper.ts';
import { systemClock } from '../../lambda/platform/clock.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import { CLIENT_ID, CLIENT_SECRET, serve } from '../local/tenant-client.ts';

async function keeperOf() {
  const { tenant, clock } = await serve([]);
  let kept: SealedToken | undefined;
  const keeper = createTokenKeeper({
    http: createHttp(),
    domain: parseDomain(tenant.host),
    readCredentials: async () => ({
      clientId: CLIENT_ID,
      clientSecret: new Secret(CLIENT_SECRET),
    }),
    readPreviousCredentials: async () => undefined,
    store: {
      load: async () => kept,
      save: async (token) => {
        kept = token;
      },
    },
    clock: systemClock,
  });
  return { keeper, tenant, clock };
}

it('requests that overlap share one token', async () => {
  const { keeper, tenant } = await keeperOf();
  const tokens = await Promise.all([keeper.current(), keeper.current(), keeper.current()]);
  expect(new Set(tokens.map((token) => token.reveal())).size).toBe(1);
  expect(tenant.faults.requests.token).toBe(1);
});

it('requests that are refused with the same token get one new one', async () => {
  const { keeper, tenant, clock } = await keeperOf();
  const refused = await keeper.current();
  clock.ms += 1_000;
  const [first, second] = await Promise.all([keeper.renew(refused), keeper.renew(refused)]);
  const third = await keeper.renew(refused);
  expect([second.reveal(), third.reveal()]).toEqual([first.reveal(), first.reveal()]);
  expect(first.reveal()).not.toBe(refused.reveal());
  expect(tenant.faults.requests.token).toBe(2);
});
