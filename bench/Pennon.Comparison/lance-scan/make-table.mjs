// usage: node make-table.mjs DATABASE-DIR [ROWS]      writes the table "scan": id int64, x double, s string, v vector(16)
import { arrow, lancedb } from './packages.mjs';

const rows = Number(process.argv[3] ?? 10_000_000), part = 500_000;
const db = await lancedb.connect(process.argv[2]);
let seed = 12345, table = null;
const random = () => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return seed / 4294967296; };
const vector = new arrow.FixedSizeList(16, new arrow.Field('item', new arrow.Float32(), true));
const fields = [['id', new arrow.Int64()], ['x', new arrow.Float64()], ['s', new arrow.Utf8()], ['v', vector]].map(([n, t]) => new arrow.Field(n, t, true));
const schema = new arrow.Schema(fields);
for (let start = 0; start < rows; start += part) {
  const count = Math.min(part, rows - start);
  const ids = new BigInt64Array(count), xs = new Float64Array(count), vs = new Float32Array(count * 16), offsets = new Int32Array(count + 1);
  const text = Buffer.alloc(count * 24);
  let end = 0;
  for (let i = 0; i < count; i++) {
    ids[i] = BigInt(start + i);
    xs[i] = random() * 1000;
    end += text.write(`name-${Math.floor(random() * 1e9).toString(36)}-${(start + i) % 977}`, end);
    offsets[i + 1] = end;
  }
  for (let i = 0; i < vs.length; i++) vs[i] = random();
  const data = (type, extra) => arrow.makeData({ type, length: count, nullCount: 0, ...extra });
  const columns = [
    data(fields[0].type, { data: ids }), data(fields[1].type, { data: xs }),
    data(fields[2].type, { valueOffsets: offsets, data: new Uint8Array(text.subarray(0, end)) }),
    data(vector, { child: arrow.makeData({ type: new arrow.Float32(), length: count * 16, nullCount: 0, data: vs }) }),
  ];
  const batch = new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(fields), length: count, nullCount: 0, children: columns }));
  const content = new arrow.Table(schema, batch);
  if (table) await table.add(content); else table = await db.createTable('scan', content, { mode: 'overwrite' });
}
console.log(`${await table.countRows()} rows`);
process.exit(0);
