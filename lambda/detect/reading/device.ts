/** What a browser is called, by the first of these that its user agent mentions. */
const BROWSERS: readonly (readonly [mention: string, name: string])[] = [
  ['edg', 'Edge'],
  ['samsung', 'Samsung Internet'],
  ['opr/', 'Opera'],
  ['opera', 'Opera'],
  ['firefox', 'Firefox'],
  ['fxios', 'Firefox'],
  ['chrom', 'Chrome'],
  ['crios', 'Chrome'],
  ['safari', 'Safari'],
];

const SYSTEMS: readonly (readonly [mention: string, name: string])[] = [
  ['iphone', 'iOS'],
  ['ipad', 'iOS'],
  ['/ ios', 'iOS'],
  ['android', 'Android'],
  ['windows', 'Windows'],
  ['mac os', 'macOS'],
  ['macintosh', 'macOS'],
  ['chrome os', 'ChromeOS'],
  ['cros ', 'ChromeOS'],
  ['linux', 'Linux'],
  ['ubuntu', 'Linux'],
];

const READ_CHARS_MAX = 400;
const NAME_CHARS_MAX = 30;

/**
 * Browser and system of a user agent without their versions, such as `Chrome on Windows`. Auth0 logs
 * the text that the browser sends or a shortened form of it (`Chrome 141.0.0 / Windows 10.0.0`), in
 * turns: both come to the same. A program is called what it calls itself.
 */
export function deviceClass(userAgent: string): string {
  const lower = userAgent.slice(0, READ_CHARS_MAX).toLowerCase();
  const browser = mentioned(lower, BROWSERS) ?? programName(lower);
  const system = mentioned(lower, SYSTEMS);
  return system === undefined ? browser : `${browser} on ${system}`;
}

const mentioned = (
  text: string,
  names: readonly (readonly [mention: string, name: string])[],
): string | undefined => names.find(([mention]) => text.includes(mention))?.[1];

const programName = (lower: string): string =>
  lower
    .split(/[/\d]/, 1)
    .join('')
    .replace(/[^a-z]+/g, ' ')
    .trim()
    .slice(0, NAME_CHARS_MAX) || 'unknown';
