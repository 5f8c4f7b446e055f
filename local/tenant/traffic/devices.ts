/** The browsers, phones and programs that people and machines come with. */

import type { Draw } from './draw.ts';

export interface Device {
  /** As Auth0 shortens it: product and version, then system and version. */
  readonly parsed: string;
  /** As the device itself sends it. */
  readonly raw: string;
  readonly isMobile: boolean;
  readonly ip: string;
  readonly ja3: string;
  readonly ja4: string;
  /** A few clients are too odd to be parsed; their raw text is logged. */
  readonly unparsed: boolean;
}

type Model = readonly [parsed: string, raw: string, ja4: string];

const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';

function desktopModels(): Model[] {
  const models: Model[] = [];
  for (const version of [141, 142, 143]) {
    models.push(
      [
        `Chrome ${version}.0.0 / Windows 10.0.0`,
        `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/${version}.0.0.0 Safari/537.36`,
        't13d1516h2_8daaf6152771',
      ],
      [
        `Chrome ${version}.0.0 / Mac OS X 10.15.7`,
        `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${BLINK} Chrome/${version}.0.0.0 Safari/537.36`,
        't13d1516h2_8daaf6152771',
      ],
      [
        `Edge ${version}.0.0 / Windows 10.0.0`,
        `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/${version}.0.0.0 Safari/537.36 Edg/${version}.0.0.0`,
        't13d1516h2_8daaf6152771',
      ],
    );
  }
  for (const version of [143, 144]) {
    models.push([
      `Firefox ${version}.0.0 / Ubuntu 0.0.0`,
      `Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`,
      't13d1715h2_5b57614c22b0',
    ]);
  }
  models.push([
    'Safari 26.0.0 / Mac OS X 10.15.7',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/26.0 Safari/605.1.15`,
    't13d2014h2_a09f3c656075',
  ]);
  return models;
}

const DESKTOPS = desktopModels();

const PHONES: readonly Model[] = [
  [
    'Mobile Safari 26.0.0 / iOS 26.0.0',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) ${APPLE} Version/26.0 Mobile/15E148 Safari/604.1`,
    't13d2014h2_a09f3c656075',
  ],
  [
    'Mobile Safari 18.6.0 / iOS 18.6.0',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${APPLE} Version/18.6 Mobile/15E148 Safari/604.1`,
    't13d2014h2_a09f3c656075',
  ],
  [
    'Chrome Mobile 143.0.0 / Android 16.0.0',
    `Mozilla/5.0 (Linux; Android 16; Pixel 9) ${BLINK} Chrome/143.0.0.0 Mobile Safari/537.36`,
    't13d1516h2_8daaf6152771',
  ],
  [
    'Samsung Internet 28.0.0 / Android 15.0.0',
    `Mozilla/5.0 (Linux; Android 15; SM-S921B) ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    't13d1516h2_8daaf6152771',
  ],
];

const PROGRAMS: readonly Model[] = [
  ['Other 0.0.0 / Other 0.0.0', 'axios/1.12.2', 't13d5911h1_a33745022dd6'],
  ['Python Requests 2.32.0 / Linux 0.0.0', 'python-requests/2.32.5', 't13d4907h2_0d8feac7bc37'],
  ['Other 0.0.0 / Other 0.0.0', 'Go-http-client/2.0', 't13d1312h2_f57a46bbacb6'],
];

function device(draw: Draw, model: Model, isMobile: boolean, ip: string): Device {
  const [parsed, raw, ja4Start] = model;
  return {
    parsed,
    raw,
    isMobile,
    ip,
    ja3: draw.hex(32),
    ja4: `${ja4Start}_${draw.hex(12)}`,
    unparsed: draw.chance(0.07),
  };
}

export function drawDesktop(draw: Draw, ip: string): Device {
  return device(draw, draw.pick(DESKTOPS), false, ip);
}

export function drawPhone(draw: Draw, ip: string): Device {
  return device(draw, draw.pick(PHONES), true, ip);
}

export function drawProgram(draw: Draw, ip: string): Device {
  return device(draw, draw.pick(PROGRAMS), false, ip);
}
