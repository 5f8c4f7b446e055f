import { describe, expect, it } from 'vitest';
import { Turns } from '../../../lambda/collect/backfill/turns.ts';

describe('turns', () => {
  it('let one thing end before the next begins, in the order of asking', async () => {
    const turns = new Turns();
    const said: string[] = [];
    const speak = (name: string) => async () => {
      said.push(`${name} begins`);
      await Promise.resolve();
      said.push(`${name} ends`);
      return name;
    };
    const names = ['a', 'b', 'c'];
    expect(await Promise.all(names.map((name) => turns.take(speak(name))))).toEqual(names);
    expect(said).toEqual(names.flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('do nothing any more after a failure', async () => {
    const turns = new Turns();
    const failing = turns.take(() => Promise.reject(new Error('no')));
    let isDone = false;
    const next = turns.take(async () => {
      isDone = true;
    });
    await expect(failing).rejects.toThrow('no');
    await expect(next).rejects.toThrow('no');
    expect(isDone).toBe(false);
  });
});
