namespace Pennon.Lance.Tables;

sealed partial class TableVersion
{
    readonly AsyncCache<RowLocator> _rowLocator = new();

    /// <summary>Finds the rows that index files name; loaded once for the version.</summary>
    /// <exception cref="LanceFormatException">Row ids or a deletion file are damaged.</exception>
    public ValueTask<RowLocator> RowLocatorAsync(CancellationToken cancellationToken) =>
        _rowLocator.GetAsync(() => RowLocator.LoadAsync(this, CancellationToken.None).AsTask(), cancellationToken);
}
