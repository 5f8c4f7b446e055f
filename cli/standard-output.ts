const WIDTH_MIN = 80;
/** Wide enough for all columns, where nobody says how wide the lines may be. */
const WIDTH_UNKNOWN = 160;

/** How many characters a line of the output may have. */
export const terminalWidth = (): number =>
  Math.max(process.stdout.columns ?? WIDTH_UNKNOWN, WIDTH_MIN);
