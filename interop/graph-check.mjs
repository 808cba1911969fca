// usage: node graph-check.mjs FOLDER
// FOLDER is a database loaded by Pennon. Every table that its graph manifest names, and the manifest itself, is opened with LanceDB at the version named and
// counted; keys, ids and list columns are read. Prints one JSON object {table path: rows}; the exit code is 1 when something cannot be read.
import path from 'node:path';
import { lancedb } from './values.mjs';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node graph-check.mjs FOLDER');
  process.exit(2);
}
async function open(relative) {
  const db = await lancedb.connect(path.resolve(folder, path.dirname(relative)));
  return db.openTable(path.basename(relative).slice(0, -'.lance'.length));
}
const manifest = await open('_graph.lance');
const rows = (await manifest.query().toArray()).map((row) => row.toJSON());
const counts = { '_graph.lance': await manifest.countRows() };
for (const row of rows) {
  if (row.kind === 'graph') continue;
  const table = await open(row.path);
  await table.checkout(Number(row.version));
  const count = await table.countRows();
  const scanned = await table.query().toArrow();
  if (scanned.numRows !== count) throw new Error(`${row.path}: ${scanned.numRows} rows read, ${count} counted`);
  if (BigInt(count) !== BigInt(row.rows)) throw new Error(`${row.path}: ${count} rows, the manifest says ${row.rows}`);
  counts[row.path] = count;
}
console.log(JSON.stringify(counts));
