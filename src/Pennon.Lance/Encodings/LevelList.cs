using System.Buffers;

namespace Pennon.Lance.Encodings;

/// <summary>Repetition or definition levels of a page; as long as all of them are zero no memory is used.</summary>
internal sealed class LevelList : IDisposable
{
    ushort[] _levels = [];

    public int Count { get; private set; }

    /// <summary>Whether some level may be other than zero.</summary>
    public bool IsMaterialised { get; private set; }

    /// <summary>The levels; only when <see cref="IsMaterialised"/>.</summary>
    public Span<ushort> Span => _levels.AsSpan(0, Count);

    public void AppendZeros(int count)
    {
        if (IsMaterialised) Extend(count).Clear();
        else Count += count;
    }

    /// <summary>Lengthens the list by levels of undefined value, which the caller sets.</summary>
    public Span<ushort> Extend(int count)
    {
        var needed = checked(Count + count);
        if (needed > _levels.Length)
        {
            var bigger = ArrayPool<ushort>.Shared.Rent(Math.Max(needed, (int)Math.Min(2L * _levels.Length, Array.MaxLength / 2)));
            if (IsMaterialised) Span.CopyTo(bigger);
            if (_levels.Length != 0) ArrayPool<ushort>.Shared.Return(_levels);
            _levels = bigger;
        }
        if (!IsMaterialised)
        {
            _levels.AsSpan(0, Count).Clear();
            IsMaterialised = true;
        }
        var span = _levels.AsSpan(Count, count);
        Count = needed;
        return span;
    }

    public void Clear()
    {
        Count = 0;
        IsMaterialised = false;
    }

    public void Dispose()
    {
        var levels = _levels;
        _levels = [];
        Clear();
        if (levels.Length != 0) ArrayPool<ushort>.Shared.Return(levels);
    }
}
