import { describe, expect, it } from 'vitest';
import { readNextLink } from '../../lambda/auth0/next-link.ts';

const PAGE = new URL('https://acme.eu.auth0.com/api/v2/logs?from=17&take=100');
const read = (header: string | undefined) => readNextLink(header, PAGE);
const HERE = 'https://acme.eu.auth0.com/api/v2/logs';

describe('reading the next link', () => {
  it.each([
    ['as documented', `<${HERE}?from=18&take=100>; rel="next"`],
    ['without quotes', `<${HERE}?take=100&from=18>; rel=next`],
    ['in another case', `<${HERE}?from=18>; REL="NEXT"`],
    ['with another parameter first', `<${HERE}?from=18>; title="more"; rel="next"`],
    ['with another parameter behind', `<${HERE}?from=18>; rel=next; title="more"`],
    ['behind another link', `<${HERE}?from=1>; rel="first", <${HERE}?from=18>; rel="next"`],
    ['before another link', `<${HERE}?from=18>;rel=next,<${HERE}?from=1>;rel=first`],
    ['relative to the page', '</api/v2/logs?from=18>; rel="next"'],
    [
      'with the port written out',
      '<https://ACME.eu.auth0.com:443/api/v2/logs?from=18>; rel="next"',
    ],
  ])('finds the cursor of a link %s', (_how, header) => {
    expect(read(header)).toEqual({ kind: 'from', from: '18' });
  });

  it('keeps an opaque cursor as it was meant', () => {
    expect(read(`<${HERE}?from=a%2Fb%3D%3D%20c>; rel="next"`)).toEqual({
      kind: 'from',
      from: 'a/b== c',
    });
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['only other relations', `<${HERE}?from=18>; rel="prev"`],
    ['a relation that only begins like it', `<${HERE}?from=18>; rel="next-archive"`],
    ['such a relation without quotes', `<${HERE}?from=18>; rel=nextish`],
    ['a link without brackets', `${HERE}?from=18; rel="next"`],
  ])('finds none in %s', (_what, header) => {
    expect(read(header)).toEqual({ kind: 'none' });
  });

  it.each([
    ['another host', '<https://logs.example.com/api/v2/logs?from=18>; rel="next"', 'host'],
    [
      'a host that ends alike',
      '<https://notacme.eu.auth0.com/api/v2/logs?from=1>; rel=next',
      'host',
    ],
    [
      'the host as a user name',
      '<https://acme.eu.auth0.com@192.0.2.1/api/v2/logs?from=1>; rel=next',
      'host',
    ],
    ['a host without a scheme', '<//192.0.2.1/api/v2/logs?from=1>; rel=next', 'host'],
    ['plain http', '<http://acme.eu.auth0.com/api/v2/logs?from=18>; rel="next"', 'host'],
    ['another port', '<https://acme.eu.auth0.com:8443/api/v2/logs?from=18>; rel="next"', 'host'],
    ['a file', '<file:///api/v2/logs?from=18>; rel="next"', 'host'],
    ['another path', `<${HERE}/../users?from=18>; rel="next"`, 'path'],
    ['no cursor', `<${HERE}?take=100>; rel="next"`, 'from'],
    ['an empty cursor', `<${HERE}?from=&take=100>; rel="next"`, 'from'],
    ['an endless cursor', `<${HERE}?from=${'9'.repeat(4097)}>; rel="next"`, 'from'],
    ['what is no URL', '<https://[>; rel="next"', 'URL'],
  ])('refuses a link to %s', (_what, header, why) => {
    expect(read(header)).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
  });
});
