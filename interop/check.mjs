// usage: node check.mjs FOLDER [TABLE...]
// FOLDER holds NAME.lance tables written by Pennon and NAME.expected.json beside each. Every table is read with LanceDB and compared
// value for value: whole, by ranges, by positions and by filters. Then LanceDB indexes, appends, updates, deletes and compacts it, and
// what it reads afterwards goes to NAME.after.json. The last line is "N passed, N failed"; the exit code is 1 when something failed.
import fs from 'node:fs';
import path from 'node:path';
import { lancedb, columns } from './values.mjs';

const [folder, ...only] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node check.mjs FOLDER [TABLE...]');
  process.exit(2);
}
let passed = 0, failed = 0;
async function check(name, action) {
  try {
    await action();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${String(error.message).split('\n').slice(0, 3).join(' ').slice(0, 600)}`);
  }
}
function same(actual, expected, what) {
  for (const [name, want] of Object.entries(expected)) {
    const got = actual[name];
    if (!got) throw new Error(`${what}: column ${name} is missing`);
    if (got.length !== want.length) throw new Error(`${what}: column ${name} has ${got.length} values, expected ${want.length}`);
    if (JSON.stringify(got) === JSON.stringify(want)) continue;
    for (let i = 0; i < want.length; i++) {
      const a = JSON.stringify(got[i]), b = JSON.stringify(want[i]);
      if (a !== b) throw new Error(`${what}: column ${name}, value ${i}: got ${a.slice(0, 200)}, expected ${b.slice(0, 200)}`);
    }
  }
}
const pick = (all, positions) => Object.fromEntries(Object.entries(all).map(([name, values]) => [name, positions.map((i) => values[i])]));
const between = (start, end) => Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);

const db = await lancedb.connect(path.resolve(folder));
const names = fs.readdirSync(folder).filter((f) => f.endsWith('.expected.json')).map((f) => f.slice(0, -'.expected.json'.length)).filter((n) => !only.length || only.includes(n));
for (const name of names) {
  const expected = JSON.parse(fs.readFileSync(path.join(folder, `${name}.expected.json`), 'utf8'));
  const rows = expected.rows, all = expected.columns;
  const columnNames = Object.keys(all);
  const readable = columnNames.filter((n) => !expected.unreadable.includes(n));
  const shown = (subset) => Object.fromEntries(Object.entries(subset).filter(([n]) => readable.includes(n)));
  let table;
  await check(`${name}: opens`, async () => { table = await db.openTable(name); });
  if (!table) continue;
  await check(`${name}: counts`, async () => { const n = await table.countRows(); if (n !== rows) throw new Error(`${n} rows, expected ${rows}`); });
  if (rows > 0) for (const column of readable) await check(`${name}.${column}: reads`, async () => same(columns(await table.query().select([column]).toArrow()), { [column]: all[column] }, 'scan'));
  const ranges = [[0, 1], [1, 7], [Math.floor(rows / 2) - 3, 9], [rows - 5, 5], [rows - 1, 10], [1000, 50], [Math.floor(rows / 3), 2000]].filter(([start]) => start >= 0 && start < rows);
  for (const [offset, limit] of ranges)
    await check(`${name}: rows ${offset}+${limit}`, async () => same(columns(await table.query().select(readable).offset(offset).limit(limit).toArrow()), pick(shown(all), between(offset, Math.min(rows, offset + limit))), 'range'));
  if (rows > 0) {
    const positions = [...new Set([0, 1, 2, 3, 100, 1023, 1024, 4095, 4097, Math.floor(rows / 2), rows - 2, rows - 1, ...between(0, 40).map((i) => (i * 7919) % rows)])].filter((i) => i >= 0 && i < rows).sort((a, b) => a - b);
    await check(`${name}: takes positions`, async () => same(columns(await table.takeOffsets(positions).select(readable).toArrow()), pick(shown(all), positions), 'take'));
    const low = Math.floor(rows / 4), high = Math.min(rows, low + 600);
    await check(`${name}: filters by id`, async () => same(columns(await table.query().where(`id >= ${low} AND id < ${high}`).select(readable).toArrow()), pick(shown(all), between(low, high)), 'filter'));
    for (const column of columnNames.slice(1))
      await check(`${name}.${column}: counts nulls`, async () => {
        const n = await table.countRows(`\`${column}\` IS NULL`), want = all[column].filter((v) => v === null).length;
        if (n !== want) throw new Error(`${n} nulls, expected ${want}`);
      });
  }
  if (rows === 0) continue;

  for (const [column, kind] of Object.entries(expected.indexes))
    await check(`${name}.${column}: ${kind} index`, async () => {
      const { Index } = lancedb;
      const config = { btree: () => Index.btree(), bitmap: () => Index.bitmap(), fts: () => Index.fts(), ivf_flat: () => Index.ivfFlat({ numPartitions: 2 }) }[kind]();
      await table.createIndex(column, { config });
      const values = all[column];
      if (kind === 'btree' || kind === 'bitmap') {
        const value = values.find((v) => v !== null), literal = kind === 'bitmap' && typeof value === 'string' && isNaN(value) ? `'${value}'` : value;
        const got = await table.countRows(`\`${column}\` = ${literal}`), want = values.filter((v) => v === value).length;
        if (got !== want) throw new Error(`${got} rows equal ${value}, expected ${want}`);
      } else if (kind === 'fts') {
        const found = await table.query().fullTextSearch('Müller', { columns: [column] }).limit(rows).select(['id']).toArrow();
        const want = values.filter((v) => v !== null && v.includes('Müller')).length;
        if (found.numRows !== want) throw new Error(`${found.numRows} rows contain the word, expected ${want}`);
      } else {
        const nearest = await table.query().nearestTo(values[17]).column(column).nprobes(2).limit(1).select(['id']).toArrow();
        if (columns(nearest).id[0] !== '17') throw new Error(`the nearest row is ${columns(nearest).id[0]}, expected 17`);
      }
    });
  if (rows > 10) {
    const kept = new Set(between(0, rows));
    await check(`${name}: deletes`, async () => {
      await table.delete('id % 10 = 3');
      for (let i = 3; i < rows; i += 10) kept.delete(i);
      const n = await table.countRows();
      if (n !== kept.size) throw new Error(`${n} rows after the delete, expected ${kept.size}`);
    });
    let after = pick(shown(all), [...kept]);
    await check(`${name}: reads after the delete`, async () => same(columns(await table.query().select(readable).toArrow()), after, 'scan'));
    if (expected.canAppend)
      await check(`${name}: appends`, async () => {
        const sample = await table.query().limit(5).toArrow();
        await table.add(sample);
        after = Object.fromEntries(Object.entries(after).map(([n, values]) => [n, [...values, ...values.slice(0, 5)]]));
        same(columns(await table.query().select(readable).toArrow()), after, 'scan');
      });
    if (expected.canRewrite) await check(`${name}: updates`, async () => {
      const sizeBefore = after.id.length;
      await table.update({ where: 'id = 5', valuesSql: { id: '1000005' } });
      const n = await table.countRows('id = 1000005'), want = after.id.filter((v) => v === '5').length;
      if (n !== want || (await table.countRows()) !== sizeBefore) throw new Error(`${n} rows updated, expected ${want}`);
    });
    if (expected.canRewrite) await check(`${name}: compacts`, async () => {
      const sorted = (all) => { const order = all.id.map((v, i) => [Number(v), i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, i]) => i); return pick(all, order); };
      const before = sorted(columns(await table.query().select(readable).toArrow()));
      await table.optimize();
      same(sorted(columns(await table.query().select(readable).toArrow())), before, 'scan');
    });
  }
  await check(`${name}: final state`, async () => {
    const final = columns(await table.query().select(readable).toArrow());
    fs.writeFileSync(path.join(folder, `${name}.after.json`), JSON.stringify({ table: name, rows: await table.countRows(), columns: final }));
  });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
