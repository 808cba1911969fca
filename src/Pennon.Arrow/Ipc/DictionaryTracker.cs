namespace Pennon.Arrow.Ipc;

/// <summary>Knows which dictionaries a writer has sent, and what must be sent before the next batch.</summary>
/// <param name="fields">The numbered fields of the schema.</param>
/// <param name="allowReplacement">Whether a changed dictionary may replace the one sent before; files cannot do that.</param>
internal sealed class DictionaryTracker(IpcField[] fields, bool allowReplacement)
{
    readonly Dictionary<long, ArrowArray> _sent = [];

    public List<EncodedMessage> Messages(RecordBatch batch)
    {
        List<EncodedMessage> messages = [];
        for (int i = 0; i < fields.Length; i++)
            Visit(fields[i], batch.Column(i), messages);
        return messages;
    }

    void Visit(IpcField field, ArrowArray array, List<EncodedMessage> messages)
    {
        if (array is DictionaryArray coded)
        {
            // What the values themselves refer to has to be known first.
            Descend(field, coded.Dictionary, messages);
            Send(field, coded.Dictionary, messages);
        }
        else
        {
            Descend(field, array, messages);
        }
    }

    void Descend(IpcField field, ArrowArray array, List<EncodedMessage> messages)
    {
        if (array is StructArray structs)
            for (int i = 0; i < field.Children.Length; i++)
                Visit(field.Children[i], structs.Children[i], messages);
        else
            for (int i = 0; i < field.Children.Length; i++)
                Visit(field.Children[i], array.StoredChildren[i], messages);
    }

    void Send(IpcField field, ArrowArray values, List<EncodedMessage> messages)
    {
        long id = field.DictionaryId!.Value;
        ArrowArray? sent = _sent.GetValueOrDefault(id);
        if (sent is not null && ArrowArrayEquality.Same(sent, values))
            return;
        bool extends = false;
        if (sent is not null && sent.Length < values.Length)
        {
            using ArrowArray start = values.Slice(0, sent.Length);
            extends = ArrowArrayEquality.Same(sent, start);
        }
        if (sent is not null && !extends && !allowReplacement)
            throw new InvalidOperationException(
                $"Column '{field.Field.Name}' changed its dictionary between batches, which the file format cannot express: write a stream, extend the first dictionary, or decode the column.");
        messages.Add(BatchEncoder.Dictionary(id, extends ? values.Slice(sent!.Length, values.Length - sent.Length) : values, extends));
        _sent[id] = values.Share();
    }
}
