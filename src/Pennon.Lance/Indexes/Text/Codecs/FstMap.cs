using System.Buffers.Binary;
using System.Text;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Indexes.Text;

/// <summary>
/// Reads sorted maps from byte strings to numbers in the form of the Rust crate <c>fst</c>, version 3 (TABLE 17.9): a graph of
/// states stored from its leaves up, where a state's address is its last byte.
/// </summary>
static class FstMap
{
    const int HeaderSize = 16;
    const int FooterSize = 20;
    const ulong Version = 3;
    const int IndexedTransitions = 32;

    // Bytes in order of how often keys hold them; a state with one transition names such a byte by its place here, counted from 1.
    static readonly byte[] s_common = Encoding.ASCII.GetBytes("te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG");

    /// <summary>Gives every key with its number, in order of the keys' bytes.</summary>
    /// <param name="bytes">The whole map.</param>
    /// <param name="maximumKeys">More keys than this are refused.</param>
    /// <param name="maximumBytes">Keys longer than this in total are refused.</param>
    /// <param name="add">Takes a key and its number.</param>
    /// <exception cref="CorruptEncodingException">The map is damaged.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, long maximumKeys, long maximumBytes, Action<ReadOnlySpan<byte>, ulong> add)
    {
        CorruptEncodingException.ThrowIf(bytes.Length < HeaderSize + FooterSize, "The term map is cut off");
        CorruptEncodingException.ThrowIf(BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Version, "The term map is not of version 3");
        var footer = bytes[^FooterSize..];
        CorruptEncodingException.ThrowIf(
            MaskedChecksum(bytes[..^sizeof(uint)]) != BinaryPrimitives.ReadUInt32LittleEndian(footer[16..]), "The checksum of the term map is wrong");
        var keys = BinaryPrimitives.ReadUInt64LittleEndian(footer);
        var root = BinaryPrimitives.ReadUInt64LittleEndian(footer[8..]);
        CorruptEncodingException.ThrowIf(keys > (ulong)maximumKeys, "The term map has more terms than there are posting lists");
        var nodes = bytes[..^FooterSize];
        CorruptEncodingException.ThrowIf(root >= (ulong)nodes.Length, "The root of the term map lies outside it");
        var walk = new Walk(nodes, (long)keys, maximumBytes, add);
        walk.Run((int)root);
    }

    /// <summary>The CRC-32C of the bytes, rotated and shifted so that checksums of checksums do not cancel out.</summary>
    public static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = System.Numerics.BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            crc = System.Numerics.BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return (crc >> 15 | crc << 17) + 0xA282EAD8;
    }

    struct Frame
    {
        public Node Node;
        public int Next;
        public ulong Output;
    }

    ref struct Walk(ReadOnlySpan<byte> nodes, long keys, long maximumBytes, Action<ReadOnlySpan<byte>, ulong> add)
    {
        readonly ReadOnlySpan<byte> _nodes = nodes;
        long _keys = keys;
        long _bytes = maximumBytes;
        byte[] _key = new byte[64];

        public void Run(int root)
        {
            var stack = new List<Frame>(64);
            Enter(stack, root, 0, 0);
            while (stack.Count > 0)
            {
                var depth = stack.Count - 1;
                var frame = stack[depth];
                if (frame.Next == frame.Node.Transitions)
                {
                    stack.RemoveAt(depth);
                    continue;
                }
                var (input, output, target) = frame.Node.Transition(_nodes, frame.Next);
                frame.Next++;
                stack[depth] = frame;
                if (depth == _key.Length)
                    Array.Resize(ref _key, depth * 2);
                _key[depth] = input;
                Enter(stack, target, depth + 1, unchecked(frame.Output + output));
            }
            CorruptEncodingException.ThrowIf(_keys != 0, "The term map has fewer terms than it says");
        }

        void Enter(List<Frame> stack, int address, int length, ulong output)
        {
            var node = Node.At(_nodes, address);
            if (node.Final)
            {
                CorruptEncodingException.ThrowIf(--_keys < 0, "The term map has more terms than it says");
                CorruptEncodingException.ThrowIf((_bytes -= length) < 0, "The terms of the term map are longer than its limit");
                add(_key.AsSpan(0, length), unchecked(output + node.FinalOutput));
            }
            else
            {
                CorruptEncodingException.ThrowIf(node.Transitions == 0, "The term map has a state that leads nowhere");
            }
            stack.Add(new Frame { Node = node, Output = output });
        }
    }

    struct Node
    {
        public bool Final;
        public int Transitions;
        public ulong FinalOutput;
        // Where a state of several transitions keeps its parts; the low end of the state.
        int _inputs, _targets, _outputs, _end;
        int _targetSize, _outputSize;
        bool _single;
        byte _input;
        int _target;
        ulong _output;

        public static Node At(ReadOnlySpan<byte> nodes, int address)
        {
            if (address == 0)
                return new Node { Final = true };
            CorruptEncodingException.ThrowIf(address < HeaderSize || address >= nodes.Length, "The term map points outside itself");
            var state = nodes[address];
            var at = address - 1;
            return state >> 6 >= 2 ? Single(nodes, state, at) : Several(nodes, state, at);
        }

        public readonly (byte Input, ulong Output, int Target) Transition(ReadOnlySpan<byte> nodes, int number)
        {
            if (_single)
                return (_input, _output, _target);
            var input = nodes[_inputs - number];
            var delta = Number(nodes, _targets - (number + 1) * _targetSize + 1, _targetSize);
            var output = Number(nodes, _outputs - (number + 1) * _outputSize + 1, _outputSize);
            return (input, output, TargetOf(_end, delta));
        }

        static Node Single(ReadOnlySpan<byte> nodes, byte state, int at)
        {
            var node = new Node { _single = true, Transitions = 1 };
            var code = state & 63;
            if (code == 0)
                node._input = nodes[Step(ref at, 1)];
            else
                node._input = s_common[code - 1];
            if (state >> 6 == 3)
            {
                // The node just before this one.
                node._target = at;
                return node;
            }
            var sizes = nodes[Step(ref at, 1)];
            var targetSize = sizes >> 4;
            var outputSize = sizes & 15;
            CorruptEncodingException.ThrowIf(targetSize > 8 || outputSize > 8, "A state of the term map has numbers of more than eight bytes");
            at -= targetSize;
            CorruptEncodingException.ThrowIf(at < 0, "A state of the term map is cut off");
            var delta = Number(nodes, at + 1, targetSize);
            at -= outputSize;
            CorruptEncodingException.ThrowIf(at < 0, "A state of the term map is cut off");
            node._output = Number(nodes, at + 1, outputSize);
            node._target = TargetOf(at + 1, delta);
            return node;
        }

        static Node Several(ReadOnlySpan<byte> nodes, byte state, int at)
        {
            var node = new Node { Final = (state & 64) != 0 };
            var count = state & 63;
            if (count == 0)
            {
                count = nodes[Step(ref at, 1)];
                if (count == 1)
                    count = 256;
            }
            var sizes = nodes[Step(ref at, 1)];
            node.Transitions = count;
            node._targetSize = sizes >> 4;
            node._outputSize = sizes & 15;
            CorruptEncodingException.ThrowIf(node._targetSize > 8 || node._outputSize > 8, "A state of the term map has numbers of more than eight bytes");
            if (count > IndexedTransitions)
                Step(ref at, 256);
            node._inputs = Step(ref at, count);
            node._targets = Step(ref at, count * node._targetSize);
            node._outputs = Step(ref at, count * node._outputSize);
            if (node.Final)
            {
                at -= node._outputSize;
                CorruptEncodingException.ThrowIf(at < 0, "A state of the term map is cut off");
                node.FinalOutput = Number(nodes, at + 1, node._outputSize);
            }
            node._end = at + 1;
            return node;
        }

        // Takes bytes downwards and gives the highest of them.
        static int Step(ref int at, int size)
        {
            var highest = at;
            at -= size;
            CorruptEncodingException.ThrowIf(at < 0, "A state of the term map is cut off");
            return highest;
        }

        static int TargetOf(int end, ulong delta)
        {
            if (delta == 0)
                return 0;
            CorruptEncodingException.ThrowIf(delta > (ulong)end, "The term map points outside itself");
            return end - (int)delta;
        }

        static ulong Number(ReadOnlySpan<byte> nodes, int start, int size)
        {
            ulong value = 0;
            for (var i = size - 1; i >= 0; i--)
                value = value << 8 | nodes[start + i];
            return value;
        }
    }
}
