// Arrow values as JSON without loss, in the form the expected files have.
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
export const lancedb = require('@lancedb/lancedb');
export const arrow = createRequire(require.resolve('@lancedb/lancedb'))('apache-arrow');
const { Type } = arrow;

const real = (x) => (Number.isNaN(x) ? 'NaN' : x === Infinity ? 'Infinity' : x === -Infinity ? '-Infinity' : Object.is(x, -0) ? '-0' : x);
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
const bytesOf = (view, start, end) => Buffer.from(view.buffer, view.byteOffset + start, end - start);
const long = (values, i) => String(new BigInt64Array(values.buffer, values.byteOffset + i * 8, 1)[0]);
function unscaled(bytes) {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return String(BigInt.asIntN(bytes.length * 8, value));
}

/** Element i of an arrow.Data. */
export function element(data, i) {
  const type = data.type;
  if (type.typeId === Type.Null) return null;
  if (type.typeId !== Type.Dictionary && data.nullBitmap?.length && !data.getValid(i)) return null;
  const at = data.offset + i;
  switch (type.typeId) {
    case Type.Bool: return ((data.values[at >> 3] >> (at & 7)) & 1) === 1;
    case Type.Int: return type.bitWidth === 64 ? String(data.values[i]) : data.values[i];
    case Type.Float: return type.precision === 0 ? real(half(data.values[i])) : real(data.values[i]);
    case Type.Utf8: case Type.LargeUtf8: return bytesOf(data.values, Number(data.valueOffsets[i]), Number(data.valueOffsets[i + 1])).toString('utf8');
    case Type.Binary: case Type.LargeBinary: return bytesOf(data.values, Number(data.valueOffsets[i]), Number(data.valueOffsets[i + 1])).toString('base64');
    case Type.FixedSizeBinary: return bytesOf(data.values, i * type.byteWidth, (i + 1) * type.byteWidth).toString('base64');
    case Type.Decimal: return unscaled(bytesOf(data.values, (i * type.bitWidth) / 8, ((i + 1) * type.bitWidth) / 8));
    case Type.Date: return type.unit === 0 ? data.values[i] : long(data.values, i);
    case Type.Time: return type.bitWidth === 32 ? data.values[i] : long(data.values, i);
    case Type.Timestamp: case Type.Duration: return long(data.values, i);
    case Type.List: return range(data.children[0], Number(data.valueOffsets[i]), Number(data.valueOffsets[i + 1]));
    case Type.FixedSizeList: return range(data.children[0], i * type.listSize, (i + 1) * type.listSize);
    case Type.Struct: return Object.fromEntries(type.children.map((field, k) => [field.name, element(data.children[k], i)]));
    case Type.Map: {
      const [keys, values] = data.children[0].children, pairs = [];
      for (let k = data.valueOffsets[i]; k < data.valueOffsets[i + 1]; k++) pairs.push([element(keys, k), element(values, k)]);
      return pairs;
    }
    case Type.Dictionary: {
      if (data.nullBitmap?.length && !data.getValid(i)) return null;
      let index = Number(data.values[i]);
      for (const part of data.dictionary.data) {
        if (index < part.length) return element(part, index);
        index -= part.length;
      }
      throw new Error(`dictionary index ${data.values[i]} is out of range`);
    }
    // Not known to the JavaScript classes, but it has the layout of a list with 64-bit offsets.
    case 21: return range(data.children[0], Number(data.valueOffsets[i]), Number(data.valueOffsets[i + 1]));
    default: throw new Error(`no JSON form for ${type}`);
  }
}
function range(child, start, end) {
  const items = [];
  for (let i = start; i < end; i++) items.push(element(child, i));
  return items;
}

/** All columns of an arrow.Table, by name. */
export function columns(table) {
  const out = {};
  table.schema.fields.forEach((field, c) => {
    const values = [];
    for (const data of table.getChildAt(c).data) for (let i = 0; i < data.length; i++) values.push(element(data, i));
    out[field.name] = values;
  });
  return out;
}
