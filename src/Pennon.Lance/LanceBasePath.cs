using Pennon.Lance.IO;

namespace Pennon.Lance;

/// <summary>Another place that holds files of a table: the source of a shallow clone or of a branch.</summary>
/// <param name="Id">The number files refer to it by.</param>
/// <param name="Name">Its name, if it has one.</param>
/// <param name="Path">The place as the creator of the table spelled it.</param>
/// <param name="IsDatasetRoot">Whether the files lie in the folders of a table below it rather than directly in it.</param>
public sealed record LanceBasePath(uint Id, string? Name, string Path, bool IsDatasetRoot);

/// <summary>Where a base path was found.</summary>
/// <param name="Store">The store that holds it.</param>
/// <param name="Prefix">The key of its folder in that store; empty for the store's root.</param>
public readonly record struct LanceLocation(IObjectStore Store, string Prefix);
