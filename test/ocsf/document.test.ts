import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ocsfDocument } from '../../docs/ocsf-document.ts';
import { EVENT_TYPES } from '../../lambda/auth0/event-types.ts';

const text = ocsfDocument();

describe('the document on OCSF', () => {
  it('is what the code makes of it now; the script docs:generate writes it', () => {
    expect(readFileSync('docs/ocsf.md', 'utf8')).toBe(text);
  });

  it('has one row for each known code', () => {
    const rows = [...text.matchAll(/^\| `([a-z0-9_]+)` \| (?!`)[^|]+\| (?:Auth|Account|API)/gm)];
    expect(rows.map(([, code]) => code).sort()).toEqual(Object.keys(EVENT_TYPES).sort());
  });

  it.each([
    ['user_id', '`user.uid`', '`user.uid`', '`actor.user.uid`, `resources[].uid`'],
    ['ip', '`src_endpoint.ip`', '`src_endpoint.ip`', '`src_endpoint.ip`'],
    ['hostname', '`dst_endpoint.hostname`', '', '`dst_endpoint.hostname`'],
  ])('finds the place of %s', (field, ...places) => {
    expect(text).toContain(`| \`${field}\` | ${places.join(' | ')} |`);
  });
});
