using System.Runtime.InteropServices;

namespace Pennon.Arrow.CData;

/// <summary>Batches pulled from another Arrow library. Not safe for use by several threads.</summary>
public sealed unsafe class CDataStream : IDisposable
{
    CArrowArrayStream* _stream;

    internal CDataStream(CArrowArrayStream* source)
    {
        _stream = (CArrowArrayStream*)NativeMemory.Alloc((nuint)sizeof(CArrowArrayStream));
        *_stream = *source;
        source->Release = null;
        try
        {
            CArrowSchema schema = default;
            Check(_stream->GetSchema(_stream, &schema), "its schema");
            Schema = CDataImporter.ImportSchema(&schema);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The schema of all batches.</summary>
    public Schema Schema { get; }

    /// <summary>The next batch, to be disposed by the caller, or null at the end.</summary>
    /// <exception cref="InvalidOperationException">The producer failed; the message is its own.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    public RecordBatch? Read()
    {
        ObjectDisposedException.ThrowIf(_stream is null, this);
        CArrowArray array = default;
        Check(_stream->GetNext(_stream, &array), "the next batch");
        return array.Release is null ? null : CDataImporter.ImportBatch(&array, Schema);
    }

    void Check(int code, string what)
    {
        if (code == 0)
            return;
        string reason = CDataFormat.Read(_stream->GetLastError(_stream));
        throw new InvalidOperationException($"The producer of an Arrow stream could not give {what} (error {code}): {(reason.Length == 0 ? "no reason given" : reason)}");
    }

    /// <summary>Releases the stream; batches already read stay valid.</summary>
    public void Dispose()
    {
        if (_stream is null)
            return;
        if (_stream->Release is not null)
            _stream->Release(_stream);
        NativeMemory.Free(_stream);
        _stream = null;
    }
}
