// The packages pinned in interop/, where "npm install" puts them.
import { createRequire } from 'node:module';
const interop = createRequire(new URL('../../../interop/package.json', import.meta.url));
const loaded = await import(interop.resolve('@lancedb/lancedb'));
export const lancedb = loaded.default ?? loaded;
export const arrow = createRequire(interop.resolve('@lancedb/lancedb'))('apache-arrow');
