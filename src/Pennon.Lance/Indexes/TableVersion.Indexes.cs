using Pennon.Lance.Indexes;

namespace Pennon.Lance.Tables;

/// <content>The indexes of a version.</content>
sealed partial class TableVersion
{
    IReadOnlyList<IndexSegment>? _indexes;

    /// <summary>Every entry of the index section, in stored order; parsed once.</summary>
    /// <exception cref="LanceFormatException">The index section is damaged.</exception>
    public IReadOnlyList<IndexSegment> Indexes => _indexes ??= IndexSegment.ReadAll(this);

    /// <summary>A fragment by its id; null if the version does not have it.</summary>
    public TableFragment? FindFragment(uint id)
    {
        _byId ??= Fragments.ToDictionary(static f => f.Id);
        return _byId.GetValueOrDefault(id);
    }

    Dictionary<uint, TableFragment>? _byId;
}
