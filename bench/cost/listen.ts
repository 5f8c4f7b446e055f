/** Keeps what is written to the standard streams while something runs, a line each. */
export async function listen<T>(
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly lines: readonly string[] }> {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  let text = '';
  for (const stream of streams) {
    stream.write = (chunk: Uint8Array | string): boolean => {
      text += String(chunk);
      return true;
    };
  }
  try {
    const value = await run();
    return { value, lines: text.split('\n').filter((line) => line !== '') };
  } finally {
    for (const [index, stream] of streams.entries()) stream.write = writes[index] ?? stream.write;
  }
}
