// usage: node engine.mjs        a LanceDB engine that takes one JSON command a line and answers each with one JSON line
//
// A command is {"op": NAME, "db": FOLDER, "table": NAME, ...}; the answer is {"ok": RESULT} or {"error": MESSAGE}. Optional on most: "branch",
// "version". Rows are objects; columns are named with types by "schema": [[NAME, TYPE, NULLABLE], ...] where TYPE is int32, int64 (decimal text),
// float, double, bool, utf8, vector:N (float32), list:utf8.
//   create {schema, rows, options?}   add {schema, rows}   merge {on, schema, rows, update?, insert?, deleteBySource?}
//   count {where?}   rows {where?, columns?, order?, rowId?, limit?}   schema   version   versions
//   delete {where}   update {where, values}   addColumns {columns: [{name, valueSql}]}   dropColumns {columns}   alterColumns {changes}
//   createIndex {column, kind, options?, name?}   dropIndex {name}   indexes   indexStats {name}   optimize {cleanup?}   restore
//   vector {column, vector, k, metric?, probes?, refine?, ef?, where?, exact?, columns?}   text {query, columns?, k, where?, kind?}   explain {where}
//   tag {name, of}   tags   createBranch {name, of?}   branches   deleteBranch {name}   drop
import readline from 'node:readline';
import { lancedb, arrow, columns as columnsOf } from './values.mjs';

const databases = new Map();
async function database(folder) {
  if (!databases.has(folder)) databases.set(folder, await lancedb.connect(folder));
  return databases.get(folder);
}
const types = {
  int32: () => new arrow.Int32(), int64: () => new arrow.Int64(), float: () => new arrow.Float32(), double: () => new arrow.Float64(),
  bool: () => new arrow.Bool(), utf8: () => new arrow.Utf8(),
};
function typeOf(text) {
  const [name, rest] = text.split(':');
  if (name === 'vector') return new arrow.FixedSizeList(Number(rest), new arrow.Field('item', new arrow.Float32(), true));
  if (name === 'list') return new arrow.List(new arrow.Field('item', typeOf(rest), true));
  return types[name]();
}
/** Rows as an Arrow table of exactly the named columns. */
function arrowOf(schema, rows) {
  const fields = schema.map(([name, type, nullable]) => new arrow.Field(name, typeOf(type), nullable ?? true));
  const data = fields.map((field, c) => {
    const values = rows.map((row) => row[field.name] ?? null);
    const read = schema[c][1] === 'int64' ? values.map((v) => (v === null ? null : BigInt(v))) : values;
    if (field.type.typeId !== arrow.Type.FixedSizeList) return arrow.vectorFromArray(read, field.type).data[0] ?? arrow.makeData({ type: field.type, length: 0 });
    const size = field.type.listSize, items = new Float32Array(read.length * size), valid = new Uint8Array(Math.ceil(read.length / 8) + 8);
    let nulls = 0;
    read.forEach((v, i) => { if (v === null) nulls++; else { valid[i >> 3] |= 1 << (i & 7); items.set(v, i * size); } });
    const child = arrow.makeData({ type: new arrow.Float32(), length: items.length, nullCount: 0, data: items });
    return arrow.makeData({ type: field.type, length: read.length, nullCount: nulls, nullBitmap: nulls ? valid : undefined, child });
  });
  const plain = new arrow.Schema(fields);
  return new arrow.Table(plain, new arrow.RecordBatch(plain, arrow.makeData({ type: new arrow.Struct(fields), length: rows.length, nullCount: 0, children: data })));
}
function rowsOf(table) {
  const all = columnsOf(table), names = table.schema.fields.map((f) => f.name);
  return Array.from({ length: table.numRows }, (_, i) => Object.fromEntries(names.map((name) => [name, all[name][i]])));
}
async function open(command) {
  let table = await (await database(command.db)).openTable(command.table);
  if (command.branch) table = await (await table.branches()).checkout(command.branch);
  if (command.version) await table.checkout(command.version);
  return table;
}
const { Index } = lancedb;
const kinds = {
  btree: () => Index.btree(), bitmap: () => Index.bitmap(), labelList: () => Index.labelList(), fts: (o) => Index.fts(o), fm: () => Index.fm(),
  ivfFlat: (o) => Index.ivfFlat(o), ivfPq: (o) => Index.ivfPq(o), ivfRq: (o) => Index.ivfRq(o), hnswPq: (o) => Index.hnswPq(o), hnswSq: (o) => Index.hnswSq(o),
};
const plainJson = (value) => JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v)));
function shaped(query, c) {
  if (c.where) query = query.where(c.where);
  if (c.columns) query = query.select(c.columns);
  return query;
}
const operations = {
  async create(c) {
    const table = await (await database(c.db)).createTable(c.table, arrowOf(c.schema, c.rows ?? []), { mode: c.mode ?? 'create', storageOptions: c.options });
    return table.version();
  },
  async drop(c) { await (await database(c.db)).dropTable(c.table); },
  async add(c) { const t = await open(c); await t.add(arrowOf(c.schema, c.rows)); return t.version(); },
  async merge(c) {
    const t = await open(c);
    let builder = t.mergeInsert(c.on);
    if (c.update ?? true) builder = builder.whenMatchedUpdateAll(typeof c.update === 'string' ? { where: c.update } : undefined);
    if (c.insert ?? true) builder = builder.whenNotMatchedInsertAll();
    if (c.deleteBySource) builder = builder.whenNotMatchedBySourceDelete(typeof c.deleteBySource === 'string' ? { where: c.deleteBySource } : undefined);
    return builder.execute(arrowOf(c.schema, c.rows));
  },
  async count(c) { return (await open(c)).countRows(c.where); },
  async rows(c) {
    let query = shaped((await open(c)).query(), c);
    if (c.rowId) query = query.withRowId();
    if (c.limit) query = query.limit(c.limit);
    const rows = rowsOf(await query.toArrow());
    if (c.order) rows.sort((a, b) => (Number(a[c.order]) - Number(b[c.order])));
    return rows;
  },
  async schema(c) { return (await (await open(c)).schema()).fields.map((f) => [f.name, f.type.toString(), f.nullable]); },
  async version(c) { return (await open(c)).version(); },
  async versions(c) { return (await (await open(c)).listVersions()).map((v) => v.version); },
  async delete(c) { const t = await open(c); await t.delete(c.where); return t.version(); },
  async update(c) { const t = await open(c); await t.update({ where: c.where, valuesSql: c.values }); return t.version(); },
  async addColumns(c) { const t = await open(c); await t.addColumns(c.columns); return t.version(); },
  async dropColumns(c) { const t = await open(c); await t.dropColumns(c.columns); return t.version(); },
  async alterColumns(c) { const t = await open(c); await t.alterColumns(c.changes); return t.version(); },
  async createIndex(c) { const t = await open(c); await t.createIndex(c.column, { config: kinds[c.kind](c.options), ...(c.name ? { name: c.name } : {}), replace: c.replace ?? true }); return t.version(); },
  async dropIndex(c) { const t = await open(c); await t.dropIndex(c.name); return t.version(); },
  async indexes(c) { return (await open(c)).listIndices(); },
  async indexStats(c) { return (await open(c)).indexStats(c.name); },
  async optimize(c) { const t = await open(c); return t.optimize(c.cleanup ? { cleanupOlderThan: new Date(), deleteUnverified: false } : {}); },
  async restore(c) { const t = await open(c); await t.restore(); return t.version(); },
  async vector(c) {
    let query = shaped((await open(c)).query().nearestTo(c.vector).column(c.column).limit(c.k ?? 10), c);
    if (c.metric) query = query.distanceType(c.metric);
    if (c.probes) query = query.nprobes(c.probes);
    if (c.refine) query = query.refineFactor(c.refine);
    if (c.ef) query = query.ef(c.ef);
    if (c.exact) query = query.bypassVectorIndex();
    return rowsOf(await query.toArrow());
  },
  async text(c) {
    const { MatchQuery, PhraseQuery, Operator } = lancedb;
    const column = c.columns?.[0];
    const text = c.kind === 'phrase' ? new PhraseQuery(c.query, column, c.slop ? { slop: c.slop } : undefined)
      : c.kind === 'and' ? new MatchQuery(c.query, column, { operator: Operator.And })
      : c.kind === 'fuzzy' ? new MatchQuery(c.query, column, { fuzziness: c.fuzziness ?? 1 }) : new MatchQuery(c.query, column);
    let query = (await open(c)).query().fullTextSearch(text).limit(c.k ?? 10);
    if (c.where) query = query.where(c.where);
    if (c.select) query = query.select(c.select);
    return rowsOf(await query.toArrow());
  },
  async explain(c) { return shaped((await open(c)).query(), c).explainPlan(true); },
  async tag(c) { await (await (await open(c)).tags()).create(c.name, c.of); },
  async tags(c) { return (await (await open(c)).tags()).list(); },
  async createBranch(c) { const t = await (await database(c.db)).openTable(c.table); await (await t.branches()).create(c.name, c.from, c.of); },
  async branches(c) { return Object.keys(await (await (await open(c)).branches()).list()); },
  async deleteBranch(c) { await (await (await open(c)).branches()).delete(c.name); },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  let answer;
  try {
    const command = JSON.parse(line);
    const operation = operations[command.op];
    if (!operation) throw new Error(`there is no operation '${command.op}'`);
    answer = { ok: (await operation(command)) ?? null };
  } catch (error) {
    answer = { error: String(error.message) };
  }
  process.stdout.write(JSON.stringify(plainJson(answer)) + '\n');
}
process.exit(0);
