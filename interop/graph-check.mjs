// usage: node graph-check.mjs FOLDER...
// Each FOLDER is a database loaded by Pennon. Every table that its graph manifest names, and the manifest itself, is opened with LanceDB at the version named,
// counted and read to its end. Prints one JSON object {folder: {table path: rows}}; the exit code is 1 when something cannot be read.
import path from 'node:path';
import { lancedb } from './values.mjs';

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('usage: node graph-check.mjs FOLDER...');
  process.exit(2);
}

async function rowsOf(table, name) {
  const count = await table.countRows();
  let scanned = 0;
  for await (const batch of await table.query()) scanned += batch.numRows;
  if (scanned !== count) throw new Error(`${name}: ${scanned} rows read, ${count} counted`);
  return count;
}

const all = {};
for (const folder of folders) {
  const open = async (relative) => {
    const db = await lancedb.connect(path.resolve(folder, path.dirname(relative)));
    return db.openTable(path.basename(relative).slice(0, -'.lance'.length));
  };
  const manifest = await open('_graph.lance');
  const counts = { '_graph.lance': await rowsOf(manifest, '_graph.lance') };
  for (const { kind, path: name, version, rows } of (await manifest.query().toArray()).map((row) => row.toJSON())) {
    if (kind === 'graph') continue;
    const table = await open(name);
    await table.checkout(Number(version));
    const count = await rowsOf(table, name);
    if (BigInt(count) !== BigInt(rows)) throw new Error(`${name}: ${count} rows, the manifest says ${rows}`);
    counts[name] = count;
  }
  all[folder] = counts;
}
console.log(JSON.stringify(all));
