using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Pennon.Lance.Encodings;

/// <summary>Bytes that break the rules of their encoding. Codecs do not know which file they read; the page reader
/// turns this into a <see cref="LanceFormatException"/> that names the file and the offset.</summary>
internal sealed class CorruptEncodingException(string message) : Exception(message)
{
    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Throw(string message) => throw new CorruptEncodingException(message);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ThrowIf([DoesNotReturnIf(true)] bool corrupt, string message)
    {
        if (corrupt)
        {
            Throw(message);
        }
    }
}
