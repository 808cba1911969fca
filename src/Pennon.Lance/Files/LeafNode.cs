using System.Numerics;
using System.Runtime.InteropServices;
using Pennon.Arrow;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Files;

/// <summary>The end of a path: collects levels and values for the pages of one column of the file.</summary>
internal sealed class LeafNode(int depth, LeafShape shape, LevelPath path, string name, Action<LeafNode> flush) : ColumnNode
{
    // Lists that are nearly all missing put more entries between two values than a chunk can hold, so that such pages are kept short.
    const int ManyMissing = 12 * 1024;

    public string Name => name;

    public LevelPath Path => path;

    public LeafShape Shape => shape;

    /// <summary>Number of the column in the file.</summary>
    public int Column { get; init; }

    public LeafBuffer Buffer { get; set; } = new(shape);

    public long PageBytes { get; init; }

    public bool IsFull => Buffer.Bytes >= PageBytes || (path.ListCount > 0 && Buffer.Entries - Buffer.Slots is >= ManyMissing and var missing && missing / 8 > Buffer.Slots);

    public override void Append(ArrowArray array, in LevelState state)
    {
        if (shape.Kind == LeafKind.Dictionary && Buffer.Rows > 0 && !Buffer.Dictionary!.HasRoomFor((DictionaryArray)array)) flush(this);
        var buffer = Buffer;
        if (path.ListCount > 0) AppendRepetition(buffer.Repetition, state);
        var codes = AppendDefinition(buffer.Definition, array, state);
        var first = buffer.Slots;
        switch (shape.Kind)
        {
            case LeafKind.Fixed: AppendFixed(buffer.Values, FixedBytes(array, shape.Width), shape.Width, state); break;
            case LeafKind.Boolean: AppendBooleans(buffer.Values, (BooleanArray)array, state); break;
            case LeafKind.Variable:
                if (array is VariableBinaryArray<int> text) AppendVariable(buffer, text, state, codes);
                else AppendVariable(buffer, (VariableBinaryArray<long>)array, state, codes);
                break;
            case LeafKind.Vector: AppendVectors(buffer, (FixedSizeListArray)array, state, codes); break;
            case LeafKind.Dictionary: AppendIndices(buffer, (DictionaryArray)array, state, codes); break;
        }
        buffer.Entries += state.Entries;
        buffer.Slots += state.Slots;
        if (shape.Width > 0 && !codes.IsEmpty) Scrub(buffer.Values.Span[(first * shape.Width)..], shape.Width, codes, state);
    }

    void AppendRepetition(LevelList repetition, in LevelState state)
    {
        var target = repetition.Extend(state.Entries);
        var max = (ushort)path.ListCount;
        if (state.Repetition is null)
        {
            target.Fill(max);
            return;
        }
        var source = state.Repetition.AsSpan(0, state.Entries);
        var i = 0;
        var highest = new Vector<ushort>(max);
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count) (highest - new Vector<ushort>(source[i..])).CopyTo(target[i..]);
        for (; i < source.Length; i++) target[i] = (ushort)(max - source[i]);
    }

    Span<ushort> AppendDefinition(LevelList definition, ArrowArray array, in LevelState state)
    {
        if (state.Definition is null && !array.HasNulls && shape.Kind != LeafKind.Null)
        {
            definition.AppendZeros(state.Entries);
            return default;
        }
        var target = definition.Extend(state.Entries);
        NullMarking.Apply(array, state, target, LevelPath.NullCode(depth));
        return target;
    }

    static ReadOnlySpan<byte> FixedBytes(ArrowArray array, int width) => array.Length == 0 ? default : array.Buffers[1].Span.Slice(array.Offset * width, array.Length * width);

    static void AppendFixed(ByteSink target, ReadOnlySpan<byte> source, int width, in LevelState state)
    {
        var bytes = target.Extend(checked(state.Slots * width));
        if (state.Index is null)
        {
            if (state.Slots > 0) source.Slice(state.Base * width, bytes.Length).CopyTo(bytes);
            return;
        }
        var index = state.Index.AsSpan(0, state.Slots);
        switch (width)
        {
            case 4: Gather(MemoryMarshal.Cast<byte, int>(source), index, MemoryMarshal.Cast<byte, int>(bytes)); break;
            case 8: Gather(MemoryMarshal.Cast<byte, long>(source), index, MemoryMarshal.Cast<byte, long>(bytes)); break;
            default:
                for (var i = 0; i < index.Length; i++) source.Slice(index[i] * width, width).CopyTo(bytes[(i * width)..]);
                break;
        }
    }

    static void Gather<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> index, Span<T> target) where T : unmanaged
    {
        for (var i = 0; i < index.Length; i++) target[i] = source[index[i]];
    }

    static void AppendBooleans(ByteSink target, BooleanArray array, in LevelState state)
    {
        var flags = target.Extend(state.Slots);
        if (state.Index is null)
        {
            FlagPacking.Unpack(array.Bits.Span, array.Offset + state.Base, flags);
            return;
        }
        for (var i = 0; i < flags.Length; i++) flags[i] = array.GetValue(state.Index[i]) ? (byte)1 : (byte)0;
    }

    static void AppendVariable<TOffset>(LeafBuffer buffer, VariableBinaryArray<TOffset> array, in LevelState state, ReadOnlySpan<ushort> codes)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        if (state.Slots == 0) return;
        var offsets = array.Offsets;
        var data = array.Data;
        if (buffer.Ends.Length == 0) buffer.Ends.AppendValue(0);
        var ends = buffer.Ends.Extend<int>(state.Slots);
        var position = buffer.Values.Length;
        if (state.Index is null && codes.IsEmpty)
        {
            var first = long.CreateTruncating(offsets[state.Base]);
            var run = long.CreateTruncating(offsets[state.Base + state.Slots]) - first;
            Require(position + run);
            var shift = position - first;
            var previous = first;
            for (var i = 0; i < ends.Length; i++)
            {
                var end = long.CreateTruncating(offsets[state.Base + i + 1]);
                if (end < previous) throw Decreasing(array, state.Base + i);
                ends[i] = (int)(end + shift);
                previous = end;
            }
            buffer.Values.Append(data.Slice((int)first, (int)run));
            return;
        }
        var slot = 0;
        for (var e = 0; e < state.Entries; e++)
        {
            var code = codes.IsEmpty ? (ushort)0 : codes[e];
            if (!state.Owns(code)) continue;
            if (code == 0)
            {
                var item = state.Item(slot);
                var start = long.CreateTruncating(offsets[item]);
                var length = long.CreateTruncating(offsets[item + 1]) - start;
                if (length < 0) throw Decreasing(array, item);
                Require(position + length);
                buffer.Values.Append(data.Slice((int)start, (int)length));
                position += (int)length;
            }
            ends[slot++] = position;
        }
    }

    static void Require(long bytes)
    {
        if (bytes > Array.MaxLength) throw new LanceNotSupportedException("page size", $"A page would hold {bytes:N0} bytes of strings or binary, which is more than {Array.MaxLength:N0}; write fewer rows at a time.");
    }

    static ArgumentException Decreasing(ArrowArray array, int row) => new($"The offsets of an array of {array.Type} decrease at row {row}.");

    static void AppendVectors(LeafBuffer buffer, FixedSizeListArray array, in LevelState state, ReadOnlySpan<ushort> codes)
    {
        var shape = buffer.Shape.Vector!;
        ArrowArray level = array;
        var perValue = 1;
        for (var d = 0; d < shape.Dimensions.Length; d++)
        {
            level = ((FixedSizeListArray)level).Items;
            perValue *= shape.Dimensions[d];
            AppendItemValidity(ref buffer.ItemValidity[d], level, perValue, buffer.Slots, state);
        }
        if (level is BooleanArray bits)
        {
            var flags = buffer.Values.Extend(checked(state.Slots * perValue));
            for (var i = 0; i < state.Slots; i++) FlagPacking.Unpack(bits.Bits.Span, bits.Offset + state.Item(i) * perValue, flags.Slice(i * perValue, perValue));
        }
        else AppendFixed(buffer.Values, FixedBytes(level, shape.ItemBits / 8), shape.BytesPerValue, state);
        var width = shape.BytesPerValue / perValue;
        var deepest = buffer.ItemValidity[^1];
        if (deepest is null || !level.HasNulls) return;
        var values = buffer.Values.Span[(buffer.Slots * shape.BytesPerValue)..];
        var valid = deepest.Span[(buffer.Slots * perValue)..];
        for (var i = 0; i < valid.Length; i++)
            if (valid[i] == 0) values.Slice(i * width, width).Clear();
    }

    static void AppendItemValidity(ref ByteSink? flags, ArrowArray items, int perValue, int slotsBefore, in LevelState state)
    {
        if (!items.HasNulls && flags is null) return;
        if (flags is null)
        {
            flags = new ByteSink(checked((slotsBefore + state.Slots) * perValue));
            flags.Extend(slotsBefore * perValue).Fill(1);
        }
        var target = flags.Extend(checked(state.Slots * perValue));
        if (!items.HasNulls)
        {
            target.Fill(1);
            return;
        }
        for (var i = 0; i < state.Slots; i++) FlagPacking.Unpack(items.Validity.Span, items.Offset + state.Item(i) * perValue, target.Slice(i * perValue, perValue));
    }

    void AppendIndices(LeafBuffer buffer, DictionaryArray array, in LevelState state, ReadOnlySpan<ushort> codes)
    {
        var map = buffer.Dictionary!.Unify(array.Dictionary);
        var target = buffer.Values.Extend(checked(state.Slots * shape.Width));
        switch (array.Indices)
        {
            case PrimitiveArray<sbyte> a: MapIndices(a.Values, map, state, codes, MemoryMarshal.Cast<byte, sbyte>(target)); break;
            case PrimitiveArray<byte> a: MapIndices(a.Values, map, state, codes, target); break;
            case PrimitiveArray<short> a: MapIndices(a.Values, map, state, codes, MemoryMarshal.Cast<byte, short>(target)); break;
            case PrimitiveArray<ushort> a: MapIndices(a.Values, map, state, codes, MemoryMarshal.Cast<byte, ushort>(target)); break;
            case PrimitiveArray<int> a: MapIndices(a.Values, map, state, codes, MemoryMarshal.Cast<byte, int>(target)); break;
            case PrimitiveArray<uint> a: MapIndices(a.Values, map, state, codes, MemoryMarshal.Cast<byte, uint>(target)); break;
            case PrimitiveArray<long> a: MapIndices(a.Values, map, state, codes, MemoryMarshal.Cast<byte, long>(target)); break;
            case PrimitiveArray<ulong> a: MapIndices(a.Values, map, state, codes, MemoryMarshal.Cast<byte, ulong>(target)); break;
            default: throw new ArgumentException($"{array.Type} has no integer indices.", nameof(array));
        }
    }

    void MapIndices<T>(ReadOnlySpan<T> indices, ReadOnlySpan<int> map, in LevelState state, ReadOnlySpan<ushort> codes, Span<T> target)
        where T : unmanaged, IBinaryInteger<T>
    {
        var slot = 0;
        for (var e = 0; e < state.Entries; e++)
        {
            var code = codes.IsEmpty ? (ushort)0 : codes[e];
            if (!state.Owns(code)) continue;
            if (code != 0)
            {
                target[slot++] = T.Zero;
                continue;
            }
            var item = state.Item(slot);
            var index = long.CreateTruncating(indices[item]);
            if ((ulong)index >= (ulong)map.Length)
                throw new ArgumentException($"Row {item} of dictionary column '{name}' has index {index}, and its dictionary {map.Length} items.");
            var mapped = map[(int)index];
            if (mapped < 0)
                throw new LanceNotSupportedException("null dictionary item", $"Column '{name}' points at a null item of its dictionary; make the row itself null.");
            target[slot++] = T.CreateTruncating(mapped);
        }
    }

    /// <summary>Clears the values of missing entries.</summary>
    static void Scrub(Span<byte> values, int width, ReadOnlySpan<ushort> codes, in LevelState state)
    {
        if (state.Slots == state.Entries)
        {
            for (var at = 0; ; at++)
            {
                var next = codes[at..].IndexOfAnyExcept((ushort)0);
                if (next < 0) return;
                at += next;
                values.Slice(at * width, width).Clear();
            }
        }
        var slot = 0;
        foreach (var code in codes)
        {
            if (!state.Owns(code)) continue;
            if (code != 0) values.Slice(slot * width, width).Clear();
            slot++;
        }
    }
}
