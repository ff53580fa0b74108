using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using VampNet.Checkpoints.Pickling;

namespace VampNet.Checkpoints.Writing;

/// <summary>Writes pickle protocol 2 or 3 opcode for opcode as CPython's pickler does, so that a file rewritten is the same file.</summary>
/// <remarks>The order of opcodes and of memo entries follows CPython's Modules/_pickle.c. Texts and globals are memoized by
/// value.</remarks>
internal sealed class PickleWriter
{
    private const int BatchSize = 1000;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Dictionary<object, int> _memo = [];
    private int _memoized;

    /// <param name="protocol">2, as torch.save writes, or 3, which has bytes.</param>
    public PickleWriter(byte protocol = 2)
    {
        Write(PickleOpcode.Proto);
        Bytes([protocol]);
    }

    public ReadOnlyMemory<byte> Finish()
    {
        Write(PickleOpcode.Stop);
        return _buffer.WrittenMemory;
    }

    public void None() => Write(PickleOpcode.None);

    public void Boolean(bool value) => Write(value ? PickleOpcode.NewTrue : PickleOpcode.NewFalse);

    public void Real(double value)
    {
        Write(PickleOpcode.BinFloat);
        BinaryPrimitives.WriteDoubleBigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void Integer(BigInteger value)
    {
        if (value >= 0 && value <= byte.MaxValue)
        {
            Write(PickleOpcode.BinInt1);
            Bytes([(byte)value]);
        }
        else if (value >= 0 && value <= ushort.MaxValue)
        {
            Write(PickleOpcode.BinInt2);
            BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), (ushort)value);
            _buffer.Advance(2);
        }
        else if (value >= int.MinValue && value <= int.MaxValue)
        {
            Write(PickleOpcode.BinInt);
            Int32((int)value);
        }
        else
        {
            byte[] bytes = value.ToByteArray();
            Write(PickleOpcode.Long1);
            Bytes([checked((byte)bytes.Length)]);
            Bytes(bytes);
        }
    }

    public void Text(string value)
    {
        if (Recall(value))
        {
            return;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        Write(PickleOpcode.BinUnicode);
        Int32(utf8.Length);
        Bytes(utf8);
        Memoize(value);
    }

    /// <summary>A bytes object, which protocol 2 does not have. The same array written again is the same object.</summary>
    public void ByteString(byte[] value)
    {
        if (Recall(value))
        {
            return;
        }

        if (value.Length <= byte.MaxValue)
        {
            Write(PickleOpcode.ShortBinBytes);
            Bytes([(byte)value.Length]);
        }
        else
        {
            Write(PickleOpcode.BinBytes);
            Int32(value.Length);
        }

        Bytes(value);
        Memoize(value);
    }

    public void Global(string module, string name)
    {
        PickleGlobal global = new(module, name);
        if (Recall(global))
        {
            return;
        }

        Write(PickleOpcode.Global);
        Bytes(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));
        Memoize(global);
    }

    public void Tuple(params Action[] items)
    {
        if (items.Length > 3)
        {
            Write(PickleOpcode.Mark);
        }

        foreach (Action item in items)
        {
            item();
        }

        Write(
            items.Length switch
            {
                0 => PickleOpcode.EmptyTuple,
                1 => PickleOpcode.Tuple1,
                2 => PickleOpcode.Tuple2,
                3 => PickleOpcode.Tuple3,
                _ => PickleOpcode.Tuple,
            }
        );
        if (items.Length > 0)
        {
            Memoize(new object());
        }
    }

    public void List(IReadOnlyList<Action> items)
    {
        Write(PickleOpcode.EmptyList);
        Memoize(new object());
        Batches(items, PickleOpcode.Append, PickleOpcode.Appends);
    }

    /// <summary>A dict; each entry writes its key, then its value.</summary>
    public void Dict(IReadOnlyList<Action> entries)
    {
        Write(PickleOpcode.EmptyDict);
        Memoize(new object());
        Batches(entries, PickleOpcode.SetItem, PickleOpcode.SetItems);
    }

    /// <summary>A collections.OrderedDict; each entry writes its key, then its value.</summary>
    public void OrderedDict(IReadOnlyList<Action> entries)
    {
        Call(() => Global("collections", "OrderedDict"), () => Tuple());
        Batches(entries, PickleOpcode.SetItem, PickleOpcode.SetItems);
    }

    public void Call(Action callable, Action arguments)
    {
        callable();
        arguments();
        Write(PickleOpcode.Reduce);
        Memoize(new object());
    }

    /// <summary>Gives the object written last its state.</summary>
    public void Build(Action state)
    {
        state();
        Write(PickleOpcode.Build);
    }

    public void PersistentId(Action id)
    {
        id();
        Write(PickleOpcode.BinPersId);
    }

    /// <summary>One item alone, or batches of up to a thousand behind a mark, as batch_list_exact and batch_dict do.</summary>
    private void Batches(IReadOnlyList<Action> items, PickleOpcode one, PickleOpcode many)
    {
        for (int start = 0; start < items.Count; start += BatchSize)
        {
            int end = Math.Min(start + BatchSize, items.Count);
            bool single = end - start == 1;
            if (!single)
            {
                Write(PickleOpcode.Mark);
            }

            for (int i = start; i < end; i++)
            {
                items[i]();
            }

            Write(single ? one : many);
        }
    }

    private bool Recall(object value)
    {
        if (!_memo.TryGetValue(value, out int index))
        {
            return false;
        }

        WriteIndexed(PickleOpcode.BinGet, PickleOpcode.LongBinGet, index);
        return true;
    }

    private void Memoize(object value)
    {
        WriteIndexed(PickleOpcode.BinPut, PickleOpcode.LongBinPut, _memoized);
        _memo.Add(value, _memoized++);
    }

    private void WriteIndexed(PickleOpcode narrow, PickleOpcode wide, int index)
    {
        if (index <= byte.MaxValue)
        {
            Write(narrow);
            Bytes([(byte)index]);
        }
        else
        {
            Write(wide);
            Int32(index);
        }
    }

    private void Write(PickleOpcode opcode) => Bytes([(byte)opcode]);

    private void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    private void Bytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);
}
