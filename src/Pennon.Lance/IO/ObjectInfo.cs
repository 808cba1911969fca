namespace Pennon.Lance.IO;

/// <summary>One object met in a listing.</summary>
/// <param name="Path">The key, '/'-separated and relative to the store's root.</param>
/// <param name="Length">The size in bytes.</param>
/// <param name="LastModified">When the object was written, UTC.</param>
public readonly record struct ObjectInfo(string Path, long Length, DateTimeOffset LastModified);
