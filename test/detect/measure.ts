import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { detect } from '../../lambda/detect/engine.ts';
import type { EntityState } from '../../lambda/detect/entity-state.ts';
import { heavier } from '../../lambda/detect/incident.ts';
import { SEVERITIES, type Severity } from '../../lambda/detect/rule.ts';
import { createRuleSet } from '../../lambda/detect/rule-set.ts';
import { PROFILES, RULES } from '../../lambda/detect/rules/catalogue.ts';
import { DEFAULT_DETECTION } from '../../lambda/detect/settings.ts';
import { Reading } from '../../lambda/detect/touches.ts';
import { type AttackRun, attacksIn, planAttacks } from '../../local/tenant/attacks/plan.ts';
import { ATTACK_NAMES, ATTACKS } from '../../local/tenant/attacks/table.ts';
import { generatedBlock } from '../../local/tenant/generated-block.ts';
import { createTraffic } from '../../local/tenant/traffic.ts';

/** What the whole catalogue says of a simulated tenant. */
export interface Measured {
  readonly events: number;
  /** Incidents by rule and severity. */
  readonly incidents: ReadonlyMap<string, ReadonlyMap<Severity, number>>;
  /** Attacks that happened, with the rules that should have seen them and did not. */
  readonly attacks: readonly { readonly run: AttackRun; readonly missed: readonly string[] }[];
  /** CPU time that the rules took, without reading events and without storage. */
  readonly microsPerEvent: number;
}

export interface MeasureOptions {
  readonly events: number;
  readonly seed: number;
  readonly isAttacked: boolean;
  /** What all events are spread over, in days. */
  readonly days: number;
}

/** What a simulated tenant of `npm start` is spread over. */
export const FIRST_TENANT_DAYS = 27;
/** One every ten seconds: about twenty a day for each of its people. */
export const NORMAL_EVENTS_PER_DAY = 8_640;

const DAY_MS = 86_400_000;
/** Less than a run of the detector may have, more than a poll of a small tenant brings. */
const RUN_EVENTS = 20_000;
/** Few at a time, so that events are garbage soon; in the Lambda each is before the next is read. */
const READ_EVENTS = 200;
/** Noon of a Sunday: the events before it include whole weeks. */
const NEWEST_MS = Date.parse('2026-11-22T12:00:00.000Z');

/** Lets the catalogue judge the traffic of a tenant, run by run, all of it in memory. */
export function measure({ events, seed, isAttacked, days }: MeasureOptions): Measured {
  const attacks = isAttacked ? planAttacks(seed, ATTACK_NAMES) : undefined;
  const traffic = createTraffic({ seed, hostname: 'acme.us.auth0.com', attacks });
  const times = { fromMs: NEWEST_MS - days * DAY_MS, toMs: NEWEST_MS };
  const block = generatedBlock({ traffic, seed, count: events, ...times, firstIndex: 0, attacks });
  const watch = new Watch();
  const eventAt = (index: number) =>
    traffic.event({ index, logId: block.logId(index) ?? '', date: new Date(block.dateMs(index)) });
  for (let from = 0; from < events; from += READ_EVENTS) {
    const to = Math.min(events, from + READ_EVENTS);
    watch.read(Array.from({ length: to - from }, (_, at) => eventAt(from + at)));
    if (to % RUN_EVENTS === 0 || to === events) watch.judge();
  }
  const happened = isAttacked ? attacksIn(seed, events) : [];
  return {
    events,
    incidents: watch.incidents(),
    attacks: happened.map((run) => {
      const ids = run.slots.map((slot) => block.logId(slot) ?? '');
      return { run, missed: ATTACKS[run.name].raises.filter((rule) => !watch.saw(rule, ids)) };
    }),
    microsPerEvent: watch.spentMicros / events,
  };
}

class Watch {
  spentMicros = 0;
  readonly #ruleSet = createRuleSet(RULES, PROFILES, DEFAULT_DETECTION);
  readonly #states = new Map<string, EntityState>();
  readonly #severities = new Map<string, { readonly rule: string; severity: Severity }>();
  readonly #evidence = new Map<string, Set<string>>();
  #reading = new Reading(this.#ruleSet);
  #runs = 0;

  read(events: readonly Record<string, unknown>[]): void {
    const facts = events.map(factsOf);
    const before = process.cpuUsage();
    for (const one of facts) this.#reading.add(one);
    this.#count(process.cpuUsage(before));
  }

  /** Ends a run. */
  judge(): void {
    const before = process.cpuUsage();
    this.#runs += 1;
    const run = `${this.#runs}-${this.#runs}`;
    const { states, changes } = detect('acme', run, this.#reading, this.#states, this.#ruleSet);
    this.#reading = new Reading(this.#ruleSet);
    this.#count(process.cpuUsage(before));
    for (const [key, state] of states) this.#states.set(key, state);
    for (const { incident, evidence } of changes) {
      const { id, ruleId: rule, severity } = incident;
      const known = this.#severities.get(id);
      this.#severities.set(id, {
        rule,
        severity: known ? heavier(known.severity, severity) : severity,
      });
      if (!isFull(rule, severity)) continue;
      const seen = this.#evidence.get(rule) ?? new Set();
      for (const { logId } of evidence) seen.add(logId);
      this.#evidence.set(rule, seen);
    }
  }

  #count({ user, system }: NodeJS.CpuUsage): void {
    this.spentMicros += user + system;
  }

  /** True when one of these events is evidence of the rule, at the rule's own severity or above. */
  saw(rule: string, logIds: readonly string[]): boolean {
    const seen = this.#evidence.get(rule);
    return logIds.some((logId) => seen?.has(logId));
  }

  incidents(): Measured['incidents'] {
    const byRule = new Map<string, Map<Severity, number>>();
    for (const { rule, severity } of this.#severities.values()) {
      const counts = byRule.get(rule) ?? new Map<Severity, number>();
      byRule.set(rule, counts.set(severity, (counts.get(severity) ?? 0) + 1));
    }
    return byRule;
  }
}

/** False for what a rule raises but plays down. */
const isFull = (ruleId: string, severity: Severity): boolean => {
  const own = RULES.find(({ id }) => id === ruleId)?.severity ?? 'info';
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(own);
};

/** Incidents that somebody should look at, per 100,000 events. */
export function noisePer100k({ events, incidents }: Measured): number {
  const weighty = SEVERITIES.slice(SEVERITIES.indexOf('medium'));
  const counts = [...incidents.values()].flatMap((own) => weighty.map((s) => own.get(s) ?? 0));
  return (counts.reduce((sum, count) => sum + count, 0) * 100_000) / events;
}
