import { styleText } from 'node:util';
import type { TenantCondition } from '../lambda/collect/tenant-state.ts';
import { COUNTED_MAX } from '../lambda/detect/incident-store.ts';
import { durationWords } from '../lambda/platform/duration.ts';
import type { QueueDepths } from '../local/checks/subject.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { countOf } from './search-output.ts';

/** How a tenant is doing. */
export interface StatusOfTenant extends TenantCondition {
  readonly tenant: string;
  readonly lastPollAt: string | undefined;
  readonly eventsLastHour: number;
  readonly eventsLastDay: number;
  readonly lagSeconds: number | undefined;
  readonly hoursToLoss: number | undefined;
  /** 0 to 1. */
  readonly rateShareUsed: number | undefined;
  /** Incidents that were seen in the last day; {@link COUNTED_MAX} means so many or more. */
  readonly incidents: number;
}

export interface Status {
  readonly tenants: readonly StatusOfTenant[];
  readonly queue: QueueDepths;
}

const COLUMNS = [
  { title: 'TENANT', widthMin: 6, widthMax: 32 },
  { title: 'STATE', widthMin: 5, widthMax: 24 },
  { title: 'LAST POLL (UTC)', widthMin: 19, widthMax: 19 },
  { title: 'LAG', widthMin: 6, widthMax: 8 },
  { title: '1 HOUR', widthMin: 6, widthMax: 10 },
  { title: '1 DAY', widthMin: 6, widthMax: 11 },
  { title: 'TO LOSS', widthMin: 7, widthMax: 8 },
  { title: 'RATE', widthMin: 5, widthMax: 5 },
  { title: 'INCIDENTS', widthMin: 9, widthMax: 9 },
] as const;

const STYLES = { green: 'green', amber: 'yellow', red: 'red' } as const;
const HOUR_MS = 3600_000;

/** The table of tenants, what is wrong with those that are not green, and the queue. */
export function showStatus({ tenants, queue }: Status, width: number): string {
  if (tenants.length === 0) return 'No tenant has been polled yet.\n';
  const { waiting, inFlight, deadLetters } = queue;
  const depths = `queue: ${count(waiting)} waiting, ${count(inFlight)} in flight, ${countOf(deadLetters, 'dead letter')}`;
  const hint = deadLetters === 0 ? '' : ' (collector redrive --dry-run says why)';
  const reasons = tenants.filter(({ colour }) => colour !== 'green').map(reasonOf);
  return `${plainTable(COLUMNS, tenants.map(rowOf), width)}${reasons.join('')}${depths}${hint}\n`;
}

const rowOf = (status: StatusOfTenant): readonly (string | undefined)[] => [
  status.tenant,
  `${status.colour}: ${status.word}`,
  status.lastPollAt?.slice(0, 19).replace('T', ' '),
  status.lagSeconds === undefined ? undefined : durationWords(status.lagSeconds * 1000),
  count(status.eventsLastHour),
  count(status.eventsLastDay),
  lossWords(status.hoursToLoss),
  status.rateShareUsed === undefined ? undefined : `${Math.round(status.rateShareUsed * 100)} %`,
  `${count(status.incidents)}${status.incidents < COUNTED_MAX ? '' : '+'}`,
];

/** Coloured only where the stream is a terminal. */
function reasonOf({ tenant, colour, reason, remedy, code }: StatusOfTenant): string {
  const shown = styleText(STYLES[colour], `${tenant}: ${colour}`, { stream: process.stdout });
  const named = code === undefined ? '' : ` ${code}:`;
  const todo = remedy === undefined ? '' : `  ${remedy}\n`;
  return `${shown}:${named} ${printable(reason)}\n${todo}`;
}

function lossWords(hours: number | undefined): string | undefined {
  if (hours === undefined) return undefined;
  return hours > 0 ? durationWords(hours * HOUR_MS) : 'passed';
}

const count = (value: number): string => value.toLocaleString('en-US');
