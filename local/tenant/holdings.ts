import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PLANS } from '../../lambda/auth0/plan.ts';
import type { PlanName } from '../../lambda/platform/names.ts';
import { UsageError } from '../usage-error.ts';
import { planAttacks } from './attacks/plan.ts';
import { ATTACK_NAMES, type AttackName } from './attacks/table.ts';
import { EventBlocks, TextBlock, type TextEvent } from './event-block.ts';
import type { EventSlot } from './event-slot.ts';
import { readEventsFile } from './events-file.ts';
import { generatedBlock } from './generated-block.ts';
import { makeLogId } from './log-ids.ts';
import { createTraffic, type Traffic } from './traffic.ts';

/** What a simulated tenant holds is written down, so that the next run holds the same and more. */
const STATE = z.object({
  version: z.literal(1),
  blocks: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('generated'),
        seed: z.number(),
        count: z.number(),
        fromMs: z.number(),
        toMs: z.number(),
        attacks: z.array(z.enum(ATTACK_NAMES)).optional(),
      }),
      z.object({
        kind: z.literal('file'),
        path: z.string(),
        newestAtMs: z.number().optional(),
      }),
      z.object({ kind: z.literal('live'), file: z.string() }),
    ]),
  ),
});

type BlockState = z.infer<typeof STATE>['blocks'][number];

export interface HoldingsOptions {
  /** Where the state is kept. */
  readonly dir: string;
  readonly hostname: string;
  readonly plan: PlanName;
  readonly seed: number;
  /** Attacks that new events play; none unless told. */
  readonly attacks?: readonly AttackName[] | undefined;
}

const EVENT_GAP_MS = 10_000;
const DAY_MS = 24 * 3600_000;
/** Behind every generated id of the same millisecond. */
const LIVE_MICROS = 999;

/** The log events of a simulated tenant, kept over restarts. */
export class Holdings {
  readonly events = new EventBlocks();
  readonly #options: HoldingsOptions;
  readonly #traffic: Traffic;
  readonly #blocks: BlockState[] = [];
  #newestMs = 0;

  constructor(options: HoldingsOptions) {
    this.#options = options;
    this.#traffic = this.#trafficOf(options.seed, options.attacks);
    mkdirSync(options.dir, { recursive: true });
    for (const block of this.#readState()) this.#addBlock(block);
  }

  /**
   * Makes sure that at least so many generated events of this seed are held. The first ones are
   * spread over the past, up to what the plan retains; further ones follow up to now. With attacks
   * they are always spread that far: who is attacked has to be known for weeks.
   */
  holdGenerated(count: number, nowMs: number): void {
    const { seed, plan, attacks = [] } = this.#options;
    const held = this.#blocks.reduce(
      (sum, block) => sum + (block.kind === 'generated' && block.seed === seed ? block.count : 0),
      0,
    );
    if (count <= held) return;
    const missing = count - held;
    const retainedMs = PLANS[plan].retentionDays * DAY_MS * 0.9;
    const reachMs = attacks.length > 0 ? retainedMs : Math.min(missing * EVENT_GAP_MS, retainedMs);
    const fromMs = Math.max(this.#newestMs + 1, nowMs - reachMs);
    const toMs = Math.max(fromMs, nowMs);
    const played = attacks.length > 0 && { attacks: [...attacks] };
    this.#append({ kind: 'generated', seed, count: missing, fromMs, toMs, ...played });
  }

  /** Holds the events of a file; the same file again adds nothing. */
  holdFile(path: string, newestAtMs: number | undefined): void {
    const held = this.#blocks.find((block) => block.kind === 'file' && block.path === path);
    if (held?.kind === 'file') {
      if ((held.newestAtMs === undefined) === (newestAtMs === undefined)) return;
      throw new UsageError(
        `This simulated tenant holds the events of ${path} ${newestAtMs === undefined ? 'moved in time' : 'at their own times'} already: choose another folder with --data`,
      );
    }
    this.#append({ kind: 'file', path, ...(newestAtMs !== undefined && { newestAtMs }) });
  }

  /** Starts a run of events that are added while time passes. */
  startLive(): LiveEvents {
    const file = `live-${this.#blocks.length}.ndjson`;
    const block = new TextBlock();
    this.#blocks.push({ kind: 'live', file });
    this.#writeState();
    this.events.add(block);
    const add = (date: Date, event: (slot: EventSlot) => Record<string, unknown>): void => {
      const index = this.events.count;
      const ingestedMs = Math.max(date.getTime(), this.#newestMs);
      this.#newestMs = ingestedMs;
      const logId = makeLogId(ingestedMs, LIVE_MICROS, index);
      const json = Buffer.from(JSON.stringify(event({ index, logId, date })));
      appendFileSync(join(this.#options.dir, file), Buffer.concat([json, Buffer.from('\n')]));
      block.append({ logId, dateMs: date.getTime(), ingestedMs, json });
    };
    return {
      append: (date) => add(date, (slot) => this.#traffic.event(slot)),
      appendTokenExchange: (date, clientId) => add(date, (slot) => tokenExchange(slot, clientId)),
    };
  }

  #append(block: BlockState): void {
    this.#addBlock(block);
    this.#writeState();
  }

  #addBlock(state: BlockState): void {
    if (state.kind === 'generated') {
      const { seed, count, fromMs, toMs } = state;
      const attacks = planOf(seed, state.attacks);
      const traffic = this.#trafficOf(seed, state.attacks);
      const firstIndex = this.events.count;
      this.events.add(generatedBlock({ traffic, seed, count, fromMs, toMs, firstIndex, attacks }));
    } else {
      this.events.add(new TextBlock(this.#readText(state)));
    }
    this.#blocks.push(state);
    const { count } = this.events;
    if (count > 0) this.#newestMs = Math.max(this.#newestMs, this.events.ingestedMs(count - 1));
  }

  #trafficOf(seed: number, attacks: readonly AttackName[] | undefined): Traffic {
    const { hostname } = this.#options;
    return createTraffic({ seed, hostname, attacks: planOf(seed, attacks) });
  }

  #readText(state: Exclude<BlockState, { kind: 'generated' }>): TextEvent[] {
    if (state.kind === 'live') {
      const path = join(this.#options.dir, state.file);
      // Without an id it is the line that a kill left half written.
      return existsSync(path)
        ? readEventsFile(path, undefined).filter(({ logId }) => logId !== undefined)
        : [];
    }
    const events = readEventsFile(state.path, state.newestAtMs);
    if ((events[0]?.ingestedMs ?? 0) < this.#newestMs) {
      throw new UsageError(
        `The events of ${state.path} are older than what this simulated tenant holds already: choose another folder with --data`,
      );
    }
    return events;
  }

  #readState(): BlockState[] {
    const path = this.#statePath();
    if (!existsSync(path)) return [];
    const parsed = STATE.safeParse(parseJson(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.data.blocks;
    throw new UsageError(
      `${path} is not of this version: remove the folder or choose another with --data`,
    );
  }

  #writeState(): void {
    const path = this.#statePath();
    writeFileSync(`${path}.new`, JSON.stringify({ version: 1, blocks: this.#blocks }, null, 2));
    renameSync(`${path}.new`, path);
  }

  #statePath(): string {
    return join(this.#options.dir, 'holdings.json');
  }
}

const planOf = (seed: number, names: readonly AttackName[] = []) =>
  names.length === 0 ? undefined : planAttacks(seed, names);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Events that a living tenant adds. */
export interface LiveEvents {
  append(date: Date): void;
  /** Auth0 logs every token it issues, those of a collector too. */
  appendTokenExchange(date: Date, clientId: string): void;
}

const tokenExchange = ({ logId, date }: EventSlot, clientId: string): Record<string, unknown> => ({
  date: date.toISOString(),
  type: 'seccft',
  description: '',
  connection_id: '',
  client_id: clientId,
  client_name: 'Log collector',
  ip: '192.0.2.10',
  user_agent: 'Other 0.0.0 / Other 0.0.0',
  user_id: '',
  user_name: '',
  scope: ['read:logs'],
  log_id: logId,
  _id: logId,
  isMobile: false,
});
