import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../local/console/run-control.ts';

const HOUR_MS = 3_600_000;
const going = new AbortController().signal;

/** Whether a wait has ended after everything that is due now was done. */
async function watched(
  wait: Promise<void>,
): Promise<{ readonly hasEnded: () => Promise<boolean> }> {
  let ended = false;
  void wait.then(() => {
    ended = true;
  });
  return {
    hasEnded: async () => {
      await nextTurn();
      return ended;
    },
  };
}

describe('the control of a run', () => {
  it('lets the next tick come when its time has come', async () => {
    await new RunControl().nextTick(0, going);
    await new RunControl().nextTick(5, going);
  });

  it('brings a tick that is asked for at once, once', async () => {
    const control = new RunControl();
    const { hasEnded } = await watched(control.nextTick(HOUR_MS, going));
    expect(await hasEnded()).toBe(false);
    control.tickNow();
    expect(await hasEnded()).toBe(true);
    const next = await watched(control.nextTick(HOUR_MS, going));
    expect(await next.hasEnded()).toBe(false);
    control.tickNow();
  });

  it('remembers what was asked for during a tick', async () => {
    const control = new RunControl();
    control.tickNow();
    await control.nextTick(HOUR_MS, going);
  });

  it('holds ticks back while it is paused, but not one that is asked for', async () => {
    const control = new RunControl();
    control.pause();
    const { hasEnded } = await watched(control.nextTick(0, going));
    expect(await hasEnded()).toBe(false);
    control.tickNow();
    expect(await hasEnded()).toBe(true);
    expect(control.isPaused).toBe(true);
    const held = await watched(control.nextTick(0, going));
    expect(await held.hasEnded()).toBe(false);
    control.resume();
    expect(await held.hasEnded()).toBe(true);
    expect(control.isPaused).toBe(false);
  });

  it('ends every wait when the run ends', async () => {
    const control = new RunControl();
    control.pause();
    const stopping = new AbortController();
    const wait = control.nextTick(HOUR_MS, stopping.signal);
    stopping.abort();
    await wait;
  });
});
