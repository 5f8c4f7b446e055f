import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

interface StandIn {
  /** What a module asks for. */
  readonly path: RegExp;
  /** Which modules get the stand-in. */
  readonly askedBy: RegExp;
  /** Lies beside this file, and says what it saves. */
  readonly file: string;
}

const ANYBODY = /./;
const AXIOS = /[\\/]axios[\\/]lib[\\/]/;

const STAND_INS: readonly StandIn[] = [
  {
    path: /^@aws-sdk\/credential-provider-node$/,
    askedBy: ANYBODY,
    file: 'lambda-credentials.ts',
  },
  { path: /^form-data$/, askedBy: ANYBODY, file: 'no-form-data.ts' },
  { path: /^debug$/, askedBy: ANYBODY, file: 'no-debug.ts' },
  { path: /^\.\/(?:fetch|xhr)\.js$/, askedBy: AXIOS, file: 'no-adapter.ts' },
  { path: /^http2$/, askedBy: AXIOS, file: 'http2-later.ts' },
];

/** axios looks once whether there is the web's `FormData`, and looking at it loads all of undici. */
const LOOK_AT_FORM_DATA = "typeof G.FormData !== 'undefined' ? G.FormData : undefined";

/** Leaves out of the bundles what the packages bring along and no call of ours reaches. */
export const standIns: Plugin = {
  name: 'stand-ins',
  setup(build) {
    for (const { path, askedBy, file } of STAND_INS) {
      build.onResolve({ filter: path }, ({ importer }) =>
        askedBy.test(importer) ? { path: join(import.meta.dirname, file) } : undefined,
      );
    }
    build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/]utils\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (text.includes(LOOK_AT_FORM_DATA)) {
        return { contents: text.replace(LOOK_AT_FORM_DATA, 'undefined'), loader: 'js' };
      }
      return {
        errors: [
          { text: `${path} looks at FormData in another way; see infra/bundle/stand-ins.ts` },
        ],
      };
    });
  },
};
