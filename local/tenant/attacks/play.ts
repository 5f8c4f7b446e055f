import type { EventSlot } from '../event-slot.ts';
import { Draw, mix } from '../traffic/draw.ts';
import { type Fields, type Shape, tell } from '../traffic/fields.ts';
import { shapeOfCall } from '../traffic/management.ts';
import type { Population } from '../traffic/people.ts';
import type { Scene } from '../traffic/scene.ts';
import type { Tenant } from '../traffic/tenant.ts';
import type { Move } from './attack.ts';
import type { AttackPlan, AttackRun } from './plan.ts';
import { createVictims, setStage } from './stage.ts';
import { ATTACKS } from './table.ts';

/** The event of an attack in this slot; undefined when the slot belongs to normal traffic. */
export type PlayAttack = (slot: EventSlot) => Fields | undefined;

/** Plays the attacks of a plan with the shapes of normal events. */
export function playAttacks(
  plan: AttackPlan,
  tenant: Tenant,
  population: Population,
  rota: readonly string[],
  shapes: ReadonlyMap<string, Shape>,
): PlayAttack {
  const victimsOf = createVictims(plan.seed, tenant, population, rota);
  let latest: { run: AttackRun; moves: readonly Move[] } | undefined;
  return (slot) => {
    const run = plan.runAt(slot.index);
    const number = run?.slots.indexOf(slot.index) ?? -1;
    if (run === undefined || number === -1) return undefined;
    if (latest?.run !== run) {
      const stage = setStage(tenant, population, victimsOf(run), run);
      latest = { run, moves: ATTACKS[run.name].moves(stage) };
    }
    const move = latest.moves[number];
    if (move === undefined) throw new Error(`${run.name} has too few events`);
    const shape = move.call === undefined ? shapes.get(move.code) : shapeOfCall(move.call);
    if (shape === undefined) throw new Error(`no shape for event type ${move.code}`);
    return changed(tell(shape, sceneOf(plan.seed, tenant, move, slot)), move);
  };
}

function sceneOf(seed: number, tenant: Tenant, move: Move, slot: EventSlot): Scene {
  const { code, cast, person, device, application, session } = move;
  return {
    slot,
    at: slot.date.getTime(),
    draw: new Draw(mix(seed, 0xe7a, slot.index)),
    tenant,
    code,
    cast,
    person,
    device,
    application,
    connection: person.connection,
    session,
    loginsCount: person.loginsBefore,
  };
}

/** The order of the keys stays: only values are replaced. */
const changed = (event: Fields, { details }: Move): Fields =>
  details === undefined
    ? event
    : { ...event, details: { ...(event['details'] as Fields), ...details } };
