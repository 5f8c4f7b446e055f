import { target } from '../targets.ts';
import type { BacklogResult, Growth, TenantsResult } from './results.ts';

const SPEED_RATIO_MIN = 0.8;
const USD_RATIO_MAX = 1;
const BACKLOG_EVENTS = { fewer: 100_000, more: 1_000_000 };
const TENANTS = { fewer: 10, more: 200 };

/**
 * Says of each target whether it is kept: that ten times the events take no more than about ten times
 * the time and the money, and that many tenants slow each other down no more than a few.
 *
 * @throws when a size to compare was not measured
 */
export function isLinear(growth: Growth): boolean {
  const backlogs = compare(growth.backlogs, ({ events }) => events, BACKLOG_EVENTS);
  const tenants = compare(growth.tenants, (one) => one.tenants, TENANTS);
  return [
    target('events/s at a million events beside 100,000', backlogs(speed), {
      min: SPEED_RATIO_MIN,
    }),
    target('dollars an event at a million beside 100,000', backlogs(usdPerEvent), {
      max: USD_RATIO_MAX,
    }),
    target('events/s with 200 tenants beside 10', tenants(speed), { min: SPEED_RATIO_MIN }),
  ].every(Boolean);
}

const speed = ({ eventsPerSecond }: BacklogResult | TenantsResult): number => eventsPerSecond;
const usdPerEvent = ({ usd, events }: BacklogResult): number => usd / events;

/** How a figure at the larger size stands beside the same at the smaller. */
function compare<Result>(
  results: readonly Result[],
  sizeOf: (result: Result) => number,
  sizes: { readonly fewer: number; readonly more: number },
): (figureOf: (result: Result) => number) => number {
  const at = (size: number): Result => {
    const found = results.find((result) => sizeOf(result) === size);
    if (found === undefined) throw new Error(`Nothing was measured at ${size}`);
    return found;
  };
  const [fewer, more] = [at(sizes.fewer), at(sizes.more)];
  return (figureOf) => figureOf(more) / figureOf(fewer);
}
