using System.Runtime.InteropServices;

namespace Pennon.Arrow.CData;

/// <summary><c>struct ArrowSchema</c> of the Arrow C Data Interface: a type, field or schema.</summary>
/// <remarks>A structure whose <see cref="Release"/> is null holds nothing. Whoever holds one calls <see cref="CDataImporter"/> or Release once.</remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CArrowSchema
{
    /// <summary>The type as a zero-terminated format string.</summary>
    public byte* Format;

    /// <summary>The zero-terminated field name, or null.</summary>
    public byte* Name;

    /// <summary>Length-prefixed key and value pairs, or null.</summary>
    public byte* Metadata;

    /// <summary>1 ordered dictionary, 2 nullable, 4 sorted map keys.</summary>
    public long Flags;

    /// <summary>How many children there are.</summary>
    public long ChildCount;

    /// <summary>The children.</summary>
    public CArrowSchema** Children;

    /// <summary>The type of a dictionary's values, or null.</summary>
    public CArrowSchema* Dictionary;

    /// <summary>Gives everything back; null once that was done.</summary>
    public delegate* unmanaged[Cdecl]<CArrowSchema*, void> Release;

    /// <summary>Belongs to the producer.</summary>
    public void* PrivateData;
}

/// <summary><c>struct ArrowArray</c> of the Arrow C Data Interface: the memory of a column or batch.</summary>
/// <remarks>A structure whose <see cref="Release"/> is null holds nothing. Whoever holds one calls <see cref="CDataImporter"/> or Release once.</remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CArrowArray
{
    /// <summary>Rows.</summary>
    public long Length;

    /// <summary>Null rows, or -1 when not known.</summary>
    public long NullCount;

    /// <summary>Rows of the buffers to pass over.</summary>
    public long Offset;

    /// <summary>How many buffers there are.</summary>
    public long BufferCount;

    /// <summary>How many children there are.</summary>
    public long ChildCount;

    /// <summary>The buffers; a null validity says that nothing is null.</summary>
    public void** Buffers;

    /// <summary>The children.</summary>
    public CArrowArray** Children;

    /// <summary>The dictionary's values, or null.</summary>
    public CArrowArray* Dictionary;

    /// <summary>Gives everything back; null once that was done.</summary>
    public delegate* unmanaged[Cdecl]<CArrowArray*, void> Release;

    /// <summary>Belongs to the producer.</summary>
    public void* PrivateData;
}

/// <summary><c>struct ArrowArrayStream</c> of the Arrow C stream interface: batches to be pulled one by one.</summary>
/// <remarks>A structure whose <see cref="Release"/> is null holds nothing. Its functions are not called by two threads at once.</remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CArrowArrayStream
{
    /// <summary>Writes the schema; returns 0 or an errno.</summary>
    public delegate* unmanaged[Cdecl]<CArrowArrayStream*, CArrowSchema*, int> GetSchema;

    /// <summary>Writes the next batch, a released structure at the end; returns 0 or an errno.</summary>
    public delegate* unmanaged[Cdecl]<CArrowArrayStream*, CArrowArray*, int> GetNext;

    /// <summary>The zero-terminated message of the last failure, valid until the next call, or null.</summary>
    public delegate* unmanaged[Cdecl]<CArrowArrayStream*, byte*> GetLastError;

    /// <summary>Gives everything back; null once that was done.</summary>
    public delegate* unmanaged[Cdecl]<CArrowArrayStream*, void> Release;

    /// <summary>Belongs to the producer.</summary>
    public void* PrivateData;
}
