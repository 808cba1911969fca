using Pennon.Arrow.Compute;
using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>The dictionaries a reader has seen. Deltas are kept apart until somebody asks, then joined once.</summary>
internal sealed class DictionaryStore
{
    readonly Dictionary<long, IpcField> _fields = [];
    readonly Dictionary<long, List<ArrowArray>> _values = [];

    public DictionaryStore(IpcField[] fields, long offset)
    {
        foreach (IpcField field in fields)
            Register(field, offset);
    }

    void Register(IpcField field, long offset)
    {
        if (field.DictionaryId is { } id && !_fields.TryAdd(id, field) && _fields[id].ValueType != field.ValueType)
            throw new ArrowFormatException($"dictionary {id} is declared both as {_fields[id].ValueType} and as {field.ValueType}", offset);
        foreach (IpcField child in field.Children)
            Register(child, offset);
    }

    /// <summary>Takes a dictionary batch in.</summary>
    public void Add(FlatTable header, ArrowBuffer body, long bodyOffset, ArrowReadOptions options, bool allowReplacement)
    {
        long id = header.GetInt64(DictionaryBatchSlot.Id);
        if (!_fields.TryGetValue(id, out IpcField? field))
            throw new ArrowFormatException($"no field uses dictionary {id}", header.Offset);
        if (!header.TryGetTable(DictionaryBatchSlot.Data, out FlatTable data))
            throw new ArrowFormatException($"dictionary batch {id} has no data", header.Offset);
        ArrowArray values = BatchDecoder.Values(data, field, body, bodyOffset, this, options);
        bool known = _values.TryGetValue(id, out List<ArrowArray>? parts);
        if (header.GetBool(DictionaryBatchSlot.IsDelta) && known)
        {
            parts!.Add(values);
            return;
        }
        if (known && !allowReplacement)
            throw new ArrowFormatException($"dictionary {id} is given twice, which a file does not allow", header.Offset);
        foreach (ArrowArray part in parts ?? [])
            part.Dispose();
        _values[id] = [values];
    }

    /// <summary>The values for a field, owned by the caller. A dictionary that never came is empty.</summary>
    public ArrowArray Get(IpcField field)
    {
        if (!_values.TryGetValue(field.DictionaryId!.Value, out List<ArrowArray>? parts))
            return NullRows.Of(field.ValueType, 0);
        if (parts.Count > 1)
        {
            ArrowArray joined;
            try
            {
                joined = Concat.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts));
            }
            catch (ArrowComputeException e)
            {
                throw new ArrowFormatException($"dictionary {field.DictionaryId} grew too large: {e.Message}", 0, e);
            }
            foreach (ArrowArray part in parts)
                part.Dispose();
            parts.Clear();
            parts.Add(joined);
        }
        return parts[0].Share();
    }

    public void Dispose()
    {
        foreach (List<ArrowArray> parts in _values.Values)
            foreach (ArrowArray part in parts)
                part.Dispose();
        _values.Clear();
    }
}
