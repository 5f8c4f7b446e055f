import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentPage, overview, tenantPage } from '../../lambda/console/pages.ts';
import { INCIDENTS_READ_MAX, type TenantReading } from '../../lambda/console/reading.ts';
import type { Incident } from '../../lambda/detect/incident.ts';
import { COUNTED_MAX } from '../../lambda/detect/incident-store.ts';
import { HOSTILE } from './hostile.ts';
import { checkpoint, gap, incident, NOW_MS, reading, SURROUNDINGS } from './readings.ts';

const MOMENT = { nowMs: NOW_MS, range: undefined };

/** A tenant all of whose texts are the given one. */
function tenantOf(text: string): TenantReading {
  return reading({
    tenant: { name: text, tickEveryMs: 1, isPaused: false, retentionDays: 1 },
    condition: { colour: 'red', word: text, reason: text, remedy: text, code: text },
    checkpoint: checkpoint({ lastPollAt: text }, { collectedUntil: text }),
    gaps: [gap({ from: text, to: text, recordedAt: text })],
    incidents: [hostileIncident(text)],
  });
}

const hostileIncident = (text: string) =>
  incident({
    id: text,
    tenant: text,
    title: text,
    ruleId: text,
    entity: { kind: 'user', value: text },
    attack: [text],
    todo: text,
    timeline: [{ ms: NOW_MS, logId: text, text }],
  });

function pagesOf(text: string): string {
  const one = tenantOf(text);
  return [
    overview([one], SURROUNDINGS, MOMENT),
    tenantPage(one, SURROUNDINGS, MOMENT),
    incidentPage(hostileIncident(text), SURROUNDINGS),
  ].join('\n');
}

/** The elements of a page, with the names of their attributes. */
const skeleton = (page: string): string[] =>
  [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));

describe('the pages', () => {
  it('have the same elements and attributes whatever the texts in the books are', () => {
    const expected = skeleton(pagesOf('plain'));
    expect(expected.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(
        HOSTILE.filter((text) => text !== '' && Number.isNaN(Date.parse(text))),
        (text) => {
          expect(skeleton(pagesOf(text))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('show the tenants that need somebody first, and say so in a sentence', () => {
    const named = (name: string, colour: 'green' | 'amber' | 'red') => ({
      ...reading(),
      tenant: { ...reading().tenant, name },
      condition: { ...reading().condition, colour },
    });
    const page = overview(
      [named('acme', 'green'), named('staging', 'amber'), named('billing', 'red')],
      SURROUNDINGS,
      MOMENT,
    ).toString();
    expect(page).toContain('3 tenants: 1 red (billing), 1 amber (staging), 1 green');
    expect([...page.matchAll(/id="tile-(\w+)"/g)].map(([, name]) => name)).toEqual([
      'billing',
      'staging',
      'acme',
    ]);
  });

  it('tell how much of an incident is not in its timeline', () => {
    const page = incidentPage(incident({ count: 1_235 }), SURROUNDINGS).toString();
    expect(page).toContain('1,234 more events');
  });

  it('list no more than the newest incidents, and say that there are more', () => {
    const read = Array.from({ length: INCIDENTS_READ_MAX }, (_, index) =>
      incident({ id: `A0-${index}` }),
    );
    const pageOf = (incidents: readonly Incident[]) =>
      tenantPage(reading({ incidents }), SURROUNDINGS, MOMENT).toString();
    const page = pageOf(read);
    expect(page.match(/%22incident%22/g)).toHaveLength(50);
    expect(page).toContain('The newest 50;');
    expect(pageOf(read.slice(1))).not.toContain('The newest');
  });

  it('count the incidents of a week, up to a bound', () => {
    const pageOf = (recentIncidents: number) =>
      tenantPage(reading({ recentIncidents }), SURROUNDINGS, MOMENT).toString();
    expect(pageOf(1_234)).toContain('<dt>Incidents, 7 days</dt><dd>1,234</dd>');
    expect(pageOf(COUNTED_MAX)).toContain('<dd>10,000+</dd>');
  });
});
