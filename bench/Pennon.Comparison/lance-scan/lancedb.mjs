// usage: node lancedb.mjs DATABASE-DIR      times with LanceDB what "Pennon.Comparison lance-scan" times with Pennon
import { lancedb } from './packages.mjs';

const db = await lancedb.connect(process.argv[2]);
const table = await db.openTable('scan');
const total = await table.countRows();
const drain = async (query) => { let rows = 0; for await (const batch of query) rows += batch.numRows; return rows; };

async function time(name, work, operations = 1, repeats = 10) {
  const warming = performance.now();
  while (performance.now() - warming < 1000) await work();
  let best = Infinity, rows = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i++) {
    const started = performance.now();
    rows = await work();
    best = Math.min(best, performance.now() - started);
  }
  const used = process.cpuUsage(before);
  const processor = (used.user + used.system) / 1000 / repeats / operations;
  console.log(`${name.padEnd(24)} ${(best / operations).toFixed(3).padStart(10)} ms ${processor.toFixed(3).padStart(10)} ms processor ${String(rows).padStart(10)} rows`);
}

await time('full', () => drain(table.query()));
for (const column of ['id', 'x', 's', 'v']) await time(`project ${column}`, () => drain(table.query().select([column])));
for (const [where, columns] of [['x < 1'], ['x < 500', ['id', 'x']], ['id = 7654321'], ["s like '%-976'", ['id']]])
  await time(`filter ${where}`, () => drain(columns ? table.query().where(where).select(columns) : table.query().where(where)));
await time('count x < 1', () => table.countRows('x < 1'));
let seed = 1;
const next = () => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor(seed / 4294967296 * total); };
await time('take 1', async () => { for (let i = 0; i < 20; i++) await drain(table.takeOffsets([next()])); return 1; }, 20);
await time('take 1000', () => drain(table.takeOffsets(Array.from({ length: 1000 }, next))));
process.exit(0);
