import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/** For `import` statements: only the exports that are asked for are read. */
const STATIC = 'node-static';
/** For `require()` of packages in CommonJS, which an ES module doesn't have, and for `import()`. */
const DYNAMIC = 'node-dynamic';

/**
 * Fetches Node's own modules instead of importing them. An import reads every export of a module, and
 * three of `node:http` load all of undici, which nobody here uses.
 */
export const nodeModules: Plugin = {
  name: 'node-modules',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      const namespace = kind === 'import-statement' ? STATIC : DYNAMIC;
      return { path: path.replace(/^node:/, ''), namespace, sideEffects: false };
    });
    build.onLoad({ filter: /./, namespace: STATIC }, ({ path }) => ({
      contents: staticModule(`node:${path}`),
    }));
    build.onLoad({ filter: /./, namespace: DYNAMIC }, ({ path }) => ({
      contents: `module.exports = ${fetched(`node:${path}`)};`,
    }));
  },
};

const fetched = (name: string): string => `process.getBuiltinModule(${JSON.stringify(name)})`;

/** What is not asked for is left out, since esbuild is told that reading an export does nothing else. */
function staticModule(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) ?? {}).filter((key) =>
    /^\w+$/.test(key),
  );
  return [
    `const whole = ${fetched(name)};`,
    'const read = (key) => whole[key];',
    ...names.map((key, at) => `const e${at} = /* @__PURE__ */ read("${key}");`),
    `export { whole as default, ${names.map((key, at) => `e${at} as ${key}`).join(', ')} };`,
  ].join('\n');
}
