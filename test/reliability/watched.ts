import type { Outside } from './outside.ts';

/** Lets every call of an AWS client go through `outside`. */
export function watched<T extends { middlewareStack: { add: (...parameters: never[]) => void } }>(
  client: T,
  outside: Outside,
): T {
  const add = client.middlewareStack.add as unknown as (
    middleware: (
      next: (args: unknown) => Promise<unknown>,
      context: { commandName: string },
    ) => unknown,
    options: object,
  ) => void;
  add.call(
    client.middlewareStack,
    (next, context) => (args: unknown) => outside.call(context.commandName, () => next(args)),
    { step: 'initialize', priority: 'high' },
  );
  return client;
}
