import { describe, expect, it } from 'vitest';
import { axisOfDecades, axisOfSizes, placeOn } from '../../bench/growth/axis.ts';

describe('a logarithmic axis', () => {
  it('has whole decades around what was measured', () => {
    expect(axisOfDecades([118, 129, 512])).toEqual({
      from: 100,
      to: 1000,
      ticks: [100, 200, 500, 1000],
    });
    expect(axisOfDecades([0.0062, 0.46])).toEqual({
      from: 0.001,
      to: 1,
      ticks: [0.001, 0.01, 0.1, 1],
    });
  });

  it('has a length also when all that was measured is one power of ten', () => {
    expect(axisOfDecades([1000, 1000])).toMatchObject({ from: 1000, to: 10_000 });
  });

  it('leaves ticks out when there would be too many', () => {
    expect(axisOfDecades([1, 1e11]).ticks).toEqual([1, 1e2, 1e4, 1e6, 1e8, 1e10]);
  });

  it('has a tick at each size that was chosen', () => {
    expect(axisOfSizes([1, 3, 10])).toEqual({ from: 1, to: 10, ticks: [1, 3, 10] });
  });

  it('gives each decade as much room', () => {
    const axis = axisOfSizes([1, 10, 100]);
    expect([1, 10, 100].map((size) => placeOn(axis, size))).toEqual([0, 0.5, 1]);
    expect(placeOn(axisOfSizes([7]), 7)).toBe(0.5);
  });
});
