import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lambda/auth0/event-facts.ts';
import type { Rule, Severity } from '../../lambda/detect/rule.ts';
import { PROFILES, RULES } from '../../lambda/detect/rules/catalogue.ts';
import type { DetectionSettings } from '../../lambda/detect/settings.ts';
import { incidentsOf } from './harness.ts';

/** Events that raise one incident of a rule. */
export interface Raised {
  readonly when: string;
  readonly events: readonly JsonObject[];
  readonly severity?: Severity;
  /** Kind and value. */
  readonly about?: string;
  /** The last line of the timeline. */
  readonly line?: string;
  readonly settings?: Partial<DetectionSettings>;
}

/** Events that come close, and raise nothing. */
export interface Quiet {
  readonly when: string;
  readonly events: readonly JsonObject[];
  readonly settings?: Partial<DetectionSettings>;
}

export const COLLECTOR = 'collector-client';

/** The rule raises one incident by each of the first, and none by the others. */
export function ruleCases(id: string, raises: readonly Raised[], quiet: readonly Quiet[]): void {
  const rules: readonly Rule[] = RULES.filter((rule) => rule.id === id);
  const raisedBy = ({ events, settings }: Quiet) =>
    incidentsOf(events, {
      rules,
      profiles: PROFILES,
      settings: settings ?? {},
      collectorClientId: COLLECTOR,
    });
  describe(`${id} (${rules[0]?.title})`, () => {
    it.each(raises)('is raised when $when', (example) => {
      const incidents = raisedBy(example);
      expect(incidents).toHaveLength(1);
      const [incident] = incidents;
      expect(incident?.severity).toBe(example.severity ?? rules[0]?.severity);
      const about = `${incident?.entity.kind} ${incident?.entity.value}`;
      if (example.about !== undefined) expect(about).toBe(example.about);
      if (example.line !== undefined) expect(incident?.timeline.at(-1)?.text).toBe(example.line);
    });
    it.each(quiet)('is quiet when $when', (example) => {
      expect(raisedBy(example)).toEqual([]);
    });
  });
}
