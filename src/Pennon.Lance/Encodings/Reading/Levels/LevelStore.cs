using System.Buffers;
using System.Numerics.Tensors;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>
/// The repetition and definition levels of the entries read from one leaf column, in the column's numbering. Definition levels
/// are kept only from the first page that has any, so that columns without nulls never touch them.
/// </summary>
internal sealed class LevelStore(ColumnNesting nesting, int expected) : IDisposable
{
    ushort[] _definition = [];
    ushort[] _repetition = [];
    bool _hasDefinition;

    public ColumnNesting Nesting => nesting;

    public bool HasLists => nesting.ListCount > 0;

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>Definition levels, or empty if everything is valid.</summary>
    public ReadOnlySpan<ushort> Definition => _hasDefinition ? _definition.AsSpan(0, Count) : [];

    public ReadOnlySpan<ushort> Repetition => HasLists ? _repetition.AsSpan(0, Count) : [];

    /// <summary>Appends entries of a page.</summary>
    /// <param name="repetition">One level per entry if the column has lists.</param>
    /// <param name="definition">One level per entry in the page's numbering, or empty if all are valid.</param>
    /// <param name="leavesAreNull">Whether entries that no level calls null have no value all the same.</param>
    public void Append(PageNesting page, ReadOnlySpan<ushort> repetition, ReadOnlySpan<ushort> definition, int count, bool leavesAreNull = false)
    {
        if (HasLists)
        {
            CorruptEncodingException.ThrowIf(repetition.Length != count, "a page with lists has no repetition levels");
            Grow(ref _repetition, count);
            repetition.CopyTo(_repetition.AsSpan(Count));
        }
        var table = page.TranslationTo(nesting);
        if (definition.IsEmpty)
        {
            if (_hasDefinition || leavesAreNull)
            {
                StartDefinition();
                Grow(ref _definition, count);
                _definition.AsSpan(Count, count).Clear();
            }
        }
        else
        {
            CorruptEncodingException.ThrowIf(definition.Length != count, "a page has fewer definition levels than entries");
            int largest = TensorPrimitives.Max(definition);
            CorruptEncodingException.ThrowIf(largest > page.MaxDefinition, "a definition level names no layer");
            if (largest > 0 || _hasDefinition || leavesAreNull)
            {
                StartDefinition();
                Grow(ref _definition, count);
                Translate(table, definition, _definition.AsSpan(Count, count));
            }
        }
        if (leavesAreNull)
        {
            _definition.AsSpan(Count, count).Replace((ushort)0, (ushort)nesting.NullLevel(0));
        }
        Count += count;
    }

    static void Translate(ushort[] table, ReadOnlySpan<ushort> definition, Span<ushort> target)
    {
        bool identity = true;
        for (int i = 0; i < table.Length; i++)
        {
            identity &= table[i] == i;
        }
        if (identity)
        {
            definition.CopyTo(target);
            return;
        }
        for (int i = 0; i < definition.Length; i++)
        {
            target[i] = table[definition[i]];
        }
    }

    void StartDefinition()
    {
        if (!_hasDefinition)
        {
            _hasDefinition = true;
            _definition = ArrayPool<ushort>.Shared.Rent(Math.Max(expected, Count));
            _definition.AsSpan(0, Count).Clear();
        }
    }

    void Grow(ref ushort[] array, int count)
    {
        int needed = checked(Count + count);
        if (needed <= array.Length)
        {
            return;
        }
        var larger = ArrayPool<ushort>.Shared.Rent(Math.Max(needed, Math.Max(expected, array.Length * 2)));
        array.AsSpan(0, Count).CopyTo(larger);
        if (array.Length > 0)
        {
            ArrayPool<ushort>.Shared.Return(array);
        }
        array = larger;
    }

    public void Dispose()
    {
        foreach (var array in (ReadOnlySpan<ushort[]>)[_definition, _repetition])
        {
            if (array.Length > 0)
            {
                ArrayPool<ushort>.Shared.Return(array);
            }
        }
        _definition = [];
        _repetition = [];
        Count = 0;
    }
}
