// Arrow IPC through the reference JavaScript implementation.
//
//   node ipc.mjs read <input>                     print schema and values as one JSON document
//   node ipc.mjs copy <input> <output> file|stream    read, then write again with this implementation
//   node ipc.mjs make <output> file|stream        write a file of known values
//
// Values keep every bit: 64-bit integers, decimals and temporal values are decimal strings, floats the hexadecimal of their
// 64-bit form, binary is hexadecimal, structs and maps are arrays.
import { readFileSync, writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';

const { Type } = arrow;
const units = ['s', 'ms', 'us', 'ns'];

function typeName(type) {
  switch (type.typeId) {
    case Type.Null: return 'null';
    case Type.Int: return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`;
    case Type.Float: return `float${[16, 32, 64][type.precision]}`;
    case Type.Bool: return 'bool';
    case Type.Utf8: return 'string';
    case Type.LargeUtf8: return 'large_string';
    case Type.Binary: return 'binary';
    case Type.LargeBinary: return 'large_binary';
    case Type.FixedSizeBinary: return `fixed_binary(${type.byteWidth})`;
    case Type.Date: return type.unit === 0 ? 'date32' : 'date64';
    case Type.Time: return `time${type.bitWidth}(${units[type.unit]})`;
    case Type.Timestamp: return `timestamp(${units[type.unit]}${type.timezone ? ',' + type.timezone : ''})`;
    case Type.Duration: return `duration(${units[type.unit]})`;
    case Type.Decimal: return `decimal${type.bitWidth}(${type.precision},${type.scale})`;
    case Type.List: return `list<${fieldName(type.children[0])}>`;
    case Type.FixedSizeList: return `fixed_list<${fieldName(type.children[0])},${type.listSize}>`;
    case Type.Struct: return `struct<${type.children.map(fieldName).join(',')}>`;
    case Type.Map: return `map<${type.children[0].type.children.map(fieldName).join(',')}${type.keysSorted ? ',sorted' : ''}>`;
    case Type.Dictionary: return `dictionary<${typeName(type.indices)},${typeName(type.dictionary)}${type.isOrdered ? ',ordered' : ''}>`;
    default: throw new Error(`type ${type} is not part of the check`);
  }
}

const fieldName = field => `${field.name}:${typeName(field.type)}${field.nullable ? '?' : ''}`;

const floatBits = value => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return Number.isNaN(value) ? 'nan' : view.getBigUint64(0).toString(16).padStart(16, '0');
};

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function decimal(words) {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i]);
  return BigInt.asIntN(words.length * 32, value).toString();
}

const hex = bytes => Buffer.from(bytes).toString('hex');

function isValid(data, i) {
  if (data.type.typeId === Type.Null) return false;
  const bitmap = data.nullBitmap;
  if (!bitmap || bitmap.byteLength === 0) return true;
  const at = i + data.offset;
  return (bitmap[at >> 3] >> (at & 7) & 1) === 1;
}

function dump(data, i) {
  if (!isValid(data, i)) return null;
  const { type, values, valueOffsets, children } = data;
  const slice = () => values.subarray(Number(valueOffsets[i]), Number(valueOffsets[i + 1]));
  switch (type.typeId) {
    case Type.Int: return type.bitWidth === 64 ? values[i].toString() : values[i];
    case Type.Float: return floatBits(type.precision === 0 ? half(values[i]) : values[i]);
    case Type.Bool: { const at = i + data.offset; return (values[at >> 3] >> (at & 7) & 1) === 1; }
    case Type.Utf8: case Type.LargeUtf8: return Buffer.from(slice()).toString('utf8');
    case Type.Binary: case Type.LargeBinary: return hex(slice());
    case Type.FixedSizeBinary: return hex(values.subarray(i * type.byteWidth, (i + 1) * type.byteWidth));
    case Type.Date: case Type.Time: case Type.Timestamp: case Type.Duration: return values[i].toString();
    case Type.Decimal: { const n = type.bitWidth / 32; return decimal(values.subarray(i * n, (i + 1) * n)); }
    case Type.List: return range(children[0], valueOffsets[i], valueOffsets[i + 1]);
    case Type.FixedSizeList: return range(children[0], i * type.listSize, (i + 1) * type.listSize);
    case Type.Struct: return children.map(child => dump(child, i));
    case Type.Map: return range(children[0], valueOffsets[i], valueOffsets[i + 1]);
    case Type.Dictionary: return at(data.dictionary, Number(values[i]));
    default: throw new Error(`type ${type} is not part of the check`);
  }
}

const range = (data, from, to) => Array.from({ length: Number(to) - Number(from) }, (_, k) => dump(data, Number(from) + k));

function at(vector, i) {
  for (const data of vector.data) {
    if (i < data.length) return dump(data, i);
    i -= data.length;
  }
  throw new Error('an index lies outside its dictionary');
}

const metadata = map => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

function open(path) {
  const reader = arrow.RecordBatchReader.from(readFileSync(path)).open();
  const schema = reader.schema;
  return { schema, batches: [...reader] };
}

function read(path) {
  const { schema, batches } = open(path);
  return {
    schema: schema.fields.map(fieldName),
    metadata: metadata(schema.metadata),
    fieldMetadata: schema.fields.map(field => metadata(field.metadata)),
    lengths: batches.map(batch => batch.numRows),
    columns: schema.fields.map((_, c) => batches.flatMap(batch => range(batch.data.children[c], 0, batch.numRows))),
  };
}

function write(table, path, kind) {
  writeFileSync(path, arrow.tableToIPC(table, kind));
}

function known() {
  const vector = (values, type) => arrow.vectorFromArray(values, type);
  return new arrow.Table({
    i32: vector([1, null, -3, 2147483647], new arrow.Int32()),
    i64: vector([1n, -9223372036854775808n, null, 9223372036854775807n], new arrow.Int64()),
    u8: vector([0, 255, null, 7], new arrow.Uint8()),
    f64: vector([1.5, -0, null, Infinity], new arrow.Float64()),
    flag: vector([true, null, false, true], new arrow.Bool()),
    text: vector(['', 'grüße', null, '日本'], new arrow.Utf8()),
    word: vector(['a', 'b', null, 'a'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int16())),
    list: vector([[1, 2], [], null, [null]], new arrow.List(new arrow.Field('item', new arrow.Int32(), true))),
    pair: vector([{ x: 1, y: 'p' }, null, { x: null, y: 'q' }, { x: 4, y: null }],
      new arrow.Struct([new arrow.Field('x', new arrow.Int32(), true), new arrow.Field('y', new arrow.Utf8(), true)])),
  });
}

const [verb, ...rest] = process.argv.slice(2);
switch (verb) {
  case 'read':
    process.stdout.write(JSON.stringify(read(rest[0])));
    break;
  case 'copy': {
    const { schema, batches } = open(rest[0]);
    write(new arrow.Table(schema, batches), rest[1], rest[2]);
    break;
  }
  case 'make':
    write(known(), rest[0], rest[1]);
    break;
  default:
    process.stderr.write('usage: node ipc.mjs read|copy|make ...\n');
    process.exitCode = 2;
}
