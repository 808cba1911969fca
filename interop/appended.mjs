// usage: node appended.mjs snapshot FOLDER | node appended.mjs check FOLDER
// For tables that LanceDB made and Pennon then appends to. "snapshot" keeps what LanceDB reads before; "check" expects the same rows
// followed by those of NAME.appended.json, all indices still in place, and LanceDB able to go on: append, index, compact.
// "check" ends with "N passed, N failed"; the exit code is 1 when something failed.
import fs from 'node:fs';
import path from 'node:path';
import { lancedb, columns } from './values.mjs';

const [mode, folder] = process.argv.slice(2);
if (!folder || !['snapshot', 'check'].includes(mode)) {
  console.error('usage: node appended.mjs snapshot|check FOLDER');
  process.exit(2);
}
process.chdir(folder);
const db = await lancedb.connect('.');
const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const indices = async (table) => (await table.listIndices()).map((i) => `${i.name}:${i.indexType}:${i.columns}`).sort();
let passed = 0, failed = 0;
async function check(name, action) {
  try {
    await action();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${String(error.message).slice(0, 500)}`);
  }
}
const equal = (got, want, what) => { if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what}: got ${JSON.stringify(got).slice(0, 200)}, expected ${JSON.stringify(want).slice(0, 200)}`); };

for (const name of fs.readdirSync('.').filter((f) => f.endsWith('.lance')).map((f) => f.slice(0, -'.lance'.length)).sort()) {
  const table = await db.openTable(name);
  if (mode === 'snapshot') {
    fs.writeFileSync(`${name}.before.json`, JSON.stringify({ version: await table.version(), rows: await table.countRows(), columns: columns(await table.query().toArrow()), indices: await indices(table) }));
    continue;
  }
  const before = read(`${name}.before.json`), added = read(`${name}.appended.json`);
  const all = Object.fromEntries(Object.entries(before.columns).map(([column, values]) => [column, [...values, ...added.columns[column]]]));
  await check(`${name}: has the next version`, async () => equal(await table.version(), before.version + 1, 'version'));
  await check(`${name}: counts`, async () => equal(await table.countRows(), before.rows + added.rows, 'rows'));
  await check(`${name}: reads old and new rows`, async () => { const got = columns(await table.query().toArrow()); for (const [column, values] of Object.entries(all)) equal(got[column], values, column); });
  await check(`${name}: keeps its indices`, async () => equal(await indices(table), before.indices, 'indices'));
  await check(`${name}: finds new rows through its indices`, async () => {
    const ids = (values) => (values ?? []).filter((v) => v !== null).slice(0, 5);
    for (const id of [...ids(added.columns.id), ...ids(before.columns.id)]) equal(await table.countRows(`id = ${id}`), all.id.filter((v) => v === id).length, `id = ${id}`);
  });
  await check(`${name}: old version reads as before`, async () => {
    const old = await db.openTable(name);
    await old.checkout(before.version);
    equal(columns(await old.query().toArrow()), before.columns, 'rows');
  });
  await check(`${name}: LanceDB compacts and re-indexes`, async () => {
    await table.optimize();
    equal(await table.countRows(), before.rows + added.rows, 'rows');
    equal((await table.listIndices()).map((i) => i.name).sort(), before.indices.map((i) => i.split(':')[0]), 'indices');
  });
}
if (mode === 'check') {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
