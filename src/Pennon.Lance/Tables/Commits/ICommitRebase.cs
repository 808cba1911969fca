namespace Pennon.Lance.Tables;

/// <summary>Fits a staged operation to a version that others committed since it was staged.</summary>
internal interface ICommitRebase
{
    /// <summary>Changes the operation so that it can be applied to a newer version.</summary>
    /// <param name="newer">The version it will be applied to.</param>
    /// <param name="deletionsMeet">Whether another operation deleted rows of the same fragments.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Keys of files written on the way, to be deleted if the operation is abandoned.</returns>
    /// <exception cref="ConflictException">It cannot be fitted and has to be run again.</exception>
    ValueTask<IReadOnlyList<string>> RebaseAsync(StoredVersion newer, bool deletionsMeet, CancellationToken cancellationToken);
}
