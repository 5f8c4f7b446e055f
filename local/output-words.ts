/** Words and figures of the lines that a run prints. */
export const clock = (): string => new Date().toTimeString().slice(0, 8);
export const count = (value: unknown): string => Number(value).toLocaleString('en-US');
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const plural = (value: number, one: string, many: string = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
