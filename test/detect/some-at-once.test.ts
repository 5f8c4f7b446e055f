import { describe, expect, it } from 'vitest';
import { someAtOnce } from '../../lambda/detect/some-at-once.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('using items, some at once', () => {
  it('uses every item, never more of them than that', async () => {
    const used: number[] = [];
    let underWay = 0;
    let most = 0;
    await someAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await turn();
      underWay -= 1;
      used.push(item);
    });
    expect(used.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('begins nothing after a failure, and throws when nothing is under way any more', async () => {
    const done: number[] = [];
    const using = someAtOnce([1, 2, 3, 4, 5], 2, async (item) => {
      if (item === 1) throw new Error('no');
      for (let turns = 0; turns < 5; turns += 1) await turn();
      done.push(item);
    });
    await expect(using).rejects.toThrow('no');
    expect(done).toEqual([2]);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(done).toEqual([2]);
  });

  it('has nothing to do without items', async () => {
    await expect(someAtOnce([], 3, () => Promise.reject(new Error('no')))).resolves.toBe(undefined);
  });
});
