using System.Runtime.InteropServices;
using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>
/// Large values kept outside the page: it stores only position and size of each. Read as bytes when the column is binary,
/// and as the stored pair when it is a struct.
/// </summary>
internal sealed class BlobPage : Page
{
    readonly Page _inner;

    public BlobPage(BlobLayout layout, Page inner) : base(inner.Location, new PageNesting(layout.Layers))
    {
        _inner = inner;
        if (Nesting.HasLists)
        {
            throw new LanceNotSupportedException("blobs in lists", $"A page of '{inner.Location.File}' stores blobs inside lists, which is not supported.");
        }
    }

    public override PageRead Begin(IReadOnlyList<RowRange> ranges, ValueSink sink) => new Read(this, ranges, sink);

    sealed class Read : PageRead
    {
        static readonly ColumnNesting s_plain = new([NestingKind.Item]);

        readonly BlobPage _page;
        readonly ValueSink _sink;
        readonly FixedSink _positions;
        readonly FixedSink _sizes;
        readonly StructSink _pairs;
        readonly PageRead _innerRead;
        int[]? _handles;

        public Read(BlobPage page, IReadOnlyList<RowRange> ranges, ValueSink sink)
        {
            _page = page;
            _sink = sink;
            _positions = new FixedSink(8, 0);
            _sizes = new FixedSink(8, 0);
            _pairs = new StructSink([_positions, _sizes]);
            _innerRead = page._inner.Begin(ranges, _pairs);
        }

        public override bool Plan(ReadPlan plan)
        {
            if (_handles is not null)
            {
                return false;
            }
            if (_innerRead.Plan(plan))
            {
                return true;
            }
            using var levels = new LevelStore(s_plain, 0);
            _innerRead.Decode(plan, levels);
            CorruptEncodingException.ThrowIf(!levels.Definition.IsEmpty, "the pairs of a blob page are null");
            var positions = MemoryMarshal.Cast<byte, ulong>(_positions.Values);
            var sizes = MemoryMarshal.Cast<byte, ulong>(_sizes.Values);
            _handles = new int[positions.Length];
            if (_sink is StructSink)
            {
                return false;
            }
            long total = 0;
            for (int i = 0; i < positions.Length; i++)
            {
                _handles[i] = -1;
                if (sizes[i] > 0)
                {
                    CorruptEncodingException.ThrowIf(positions[i] > (ulong)plan.FileLength || sizes[i] > (ulong)plan.FileLength, "a blob lies outside the file");
                    total += (long)sizes[i];
                    CorruptEncodingException.ThrowIf(total > plan.FileLength, "the blobs of a page are larger than the file");
                    _handles[i] = plan.Add((long)positions[i], (long)sizes[i]);
                }
            }
            return total > 0;
        }

        public override void Decode(ReadPlan plan, LevelStore levels)
        {
            var positions = MemoryMarshal.Cast<byte, ulong>(_positions.Values);
            var sizes = MemoryMarshal.Cast<byte, ulong>(_sizes.Values);
            using var definition = new Scratch<ushort>(positions.Length);
            for (int i = 0; i < positions.Length; i++)
            {
                // A null has no bytes to point at, so its position carries the levels instead.
                bool isNull = sizes[i] == 0 && positions[i] != 0;
                definition.Span[i] = isNull ? (ushort)(positions[i] >> 16) : (ushort)0;
                CorruptEncodingException.ThrowIf(isNull && (positions[i] >> 16) is 0 or > ushort.MaxValue, "a blob without bytes has an impossible level");
                if (_sink is StructSink pair)
                {
                    Append(pair.Children[0], isNull ? 0 : positions[i]);
                    Append(pair.Children[1], sizes[i]);
                    pair.Advance(1);
                }
                else
                {
                    _sink.As<VariableSink>().Append(_handles![i] >= 0 ? plan.Bytes(_handles[i]) : []);
                }
            }
            levels.Append(_page.Nesting, [], definition.Span, positions.Length);
            _pairs.Release();
        }

        static void Append(ValueSink sink, ulong value) => MemoryMarshal.Write(sink.AsFixed(8).Reserve(1), in value);
    }
}
