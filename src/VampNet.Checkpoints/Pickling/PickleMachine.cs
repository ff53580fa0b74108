using System.Globalization;
using System.Numerics;
using System.Text;

namespace VampNet.Checkpoints.Pickling;

/// <summary>
/// Runs a pickle without Python: opcodes build plain values, globals are names, and only the constructors listed in
/// <see cref="KnownGlobals"/> are evaluated. Nothing is imported or called.
/// </summary>
/// <remarks>The opcodes are described in CPython's Lib/pickletools.py; the persistent ids in torch/serialization.py.</remarks>
internal sealed class PickleMachine
{
    private readonly PickleBudget _budget;
    private readonly ISet<string> _globals;
    private readonly Action<StorageReference>? _onStorage;
    private readonly PickleStack _stack;
    private readonly bool _withArrays;
    private readonly Dictionary<long, object?> _memo = [];

    private PickleMachine(PickleBudget budget, ISet<string> globals, Action<StorageReference>? onStorage, bool withArrays)
    {
        (_budget, _globals, _onStorage, _withArrays) = (budget, globals, onStorage, withArrays);
        _stack = new PickleStack(budget.Limits.PickleStack);
    }

    /// <summary>Reads one pickle.</summary>
    /// <param name="bytes">Bytes that hold the pickle, and perhaps more.</param>
    /// <param name="position">Offset of its first byte; afterwards, offset of its end.</param>
    /// <param name="budget">The remaining memory of the file.</param>
    /// <param name="globals">Every global that is met is added.</param>
    /// <param name="onStorage">Called with every storage that the pickle refers to.</param>
    /// <param name="withArrays">Whether numpy arrays are read; otherwise they stay names, like every global that is not known.</param>
    /// <exception cref="CheckpointException">VNC03xx: the pickle is damaged, refused, or asks for too much.</exception>
    public static object? Read(
        ReadOnlySpan<byte> bytes,
        ref int position,
        PickleBudget budget,
        ISet<string> globals,
        Action<StorageReference>? onStorage = null,
        bool withArrays = false
    )
    {
        PickleCursor cursor = new(bytes, position);
        object? value = new PickleMachine(budget, globals, onStorage, withArrays).Run(ref cursor);
        position = cursor.Position;
        return value;
    }

    private object? Run(ref PickleCursor cursor)
    {
        while (true)
        {
            int at = cursor.Position;
            PickleOpcode opcode = (PickleOpcode)cursor.Byte();
            if (opcode == PickleOpcode.Stop)
            {
                return Stop();
            }

            _budget.Charge(PickleBudget.ObjectBytes / 4);
            Step(opcode, at, ref cursor);
        }
    }

    private object? Stop()
    {
        object? value = _stack.Pop();
        return _stack.Count == 0
            ? value
            : throw new CheckpointException(
                CheckpointErrorIds.PickleStack,
                $"{_stack.Count} values left when the pickle stops",
                "a pickle that holds one value"
            );
    }

    private void Step(PickleOpcode opcode, int at, ref PickleCursor cursor)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                RequireProtocol(cursor.Byte(), at);
                break;
            case PickleOpcode.Frame:
                cursor.Take(8);
                break;
            case PickleOpcode.Mark:
                _stack.Mark();
                break;
            case PickleOpcode.Pop:
                _stack.Pop();
                break;
            case PickleOpcode.PopMark:
                _stack.PopMark();
                break;
            case PickleOpcode.Dup:
                _stack.Push(_stack.Peek());
                break;

            case PickleOpcode.None:
                _stack.Push(null);
                break;
            case PickleOpcode.NewTrue:
                _stack.Push(true);
                break;
            case PickleOpcode.NewFalse:
                _stack.Push(false);
                break;
            case PickleOpcode.BinInt:
                _stack.Push((long)cursor.Int32());
                break;
            case PickleOpcode.BinInt1:
                _stack.Push((long)cursor.Byte());
                break;
            case PickleOpcode.BinInt2:
                _stack.Push((long)cursor.UInt16());
                break;
            case PickleOpcode.Long1:
                PushInteger(new BigInteger(cursor.Take(cursor.Byte())));
                break;
            case PickleOpcode.Long4:
                PushInteger(new BigInteger(cursor.Take(ShortLength(cursor.Int32(), at))));
                break;
            case PickleOpcode.Int:
                PushDecimal(cursor.Line(), at);
                break;
            case PickleOpcode.Long:
                PushInteger(DecimalInteger(cursor.Line(), at));
                break;
            case PickleOpcode.BinFloat:
                _stack.Push(cursor.BigEndianDouble());
                break;
            case PickleOpcode.Float:
                _stack.Push(DecimalReal(cursor.Line(), at));
                break;

            case PickleOpcode.BinUnicode:
                PushText(ref cursor, cursor.UInt32());
                break;
            case PickleOpcode.ShortBinUnicode:
                PushText(ref cursor, cursor.Byte());
                break;
            case PickleOpcode.BinUnicode8:
                PushText(ref cursor, cursor.Length64());
                break;
            case PickleOpcode.BinString:
                PushPython2Text(ref cursor, cursor.Int32());
                break;
            case PickleOpcode.ShortBinString:
                PushPython2Text(ref cursor, cursor.Byte());
                break;
            case PickleOpcode.BinBytes:
                PushBytes(ref cursor, cursor.UInt32());
                break;
            case PickleOpcode.ShortBinBytes:
                PushBytes(ref cursor, cursor.Byte());
                break;
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                PushBytes(ref cursor, cursor.Length64());
                break;

            case PickleOpcode.EmptyTuple:
                PushTuple([]);
                break;
            case PickleOpcode.Tuple1:
                PushTuple([_stack.Pop()]);
                break;
            case PickleOpcode.Tuple2:
                PushTuple(Reverse(_stack.Pop(), _stack.Pop()));
                break;
            case PickleOpcode.Tuple3:
                PushTuple(Reverse(_stack.Pop(), _stack.Pop(), _stack.Pop()));
                break;
            case PickleOpcode.Tuple:
                PushTuple(_stack.PopMark());
                break;
            case PickleOpcode.EmptyList:
                PushNew(new PickleList([]));
                break;
            case PickleOpcode.List:
                PushNew(new PickleList([.. _stack.PopMark()]));
                break;
            case PickleOpcode.Append:
                Add(opcode, [_stack.Pop()]);
                break;
            case PickleOpcode.Appends or PickleOpcode.AddItems:
                Add(opcode, _stack.PopMark());
                break;
            case PickleOpcode.EmptySet:
                PushNew(new PickleSet([]));
                break;
            case PickleOpcode.FrozenSet:
                PushNew(new PickleSet([.. _stack.PopMark()]));
                break;
            case PickleOpcode.EmptyDict:
                PushNew(new PickleDict());
                break;
            case PickleOpcode.Dict:
                object?[] pairs = _stack.PopMark();
                PushNew(new PickleDict());
                SetItems(opcode, pairs);
                break;
            case PickleOpcode.SetItem:
                SetItems(opcode, Reverse(_stack.Pop(), _stack.Pop()));
                break;
            case PickleOpcode.SetItems:
                SetItems(opcode, _stack.PopMark());
                break;

            case PickleOpcode.BinPut:
                Remember(cursor.Byte());
                break;
            case PickleOpcode.LongBinPut:
                Remember(cursor.UInt32());
                break;
            case PickleOpcode.Put:
                Remember(MemoIndex(cursor.Line(), at));
                break;
            case PickleOpcode.Memoize:
                Remember(_memo.Count);
                break;
            case PickleOpcode.BinGet:
                Recall(cursor.Byte(), at);
                break;
            case PickleOpcode.LongBinGet:
                Recall(cursor.UInt32(), at);
                break;
            case PickleOpcode.Get:
                Recall(MemoIndex(cursor.Line(), at), at);
                break;

            case PickleOpcode.Global:
                PushGlobal(cursor.Line(), cursor.Line());
                break;
            case PickleOpcode.StackGlobal:
                string name = _stack.Pop<string>(opcode, "a name");
                PushGlobal(_stack.Pop<string>(opcode, "a module name"), name);
                break;
            case PickleOpcode.Reduce or PickleOpcode.NewObj:
                Construct(opcode);
                break;
            case PickleOpcode.NewObjEx:
                _stack.Pop();
                Construct(opcode);
                break;
            case PickleOpcode.Build:
                Build(_stack.Pop());
                break;
            case PickleOpcode.BinPersId:
                PushPersistent(PersistentIds.Resolve(_stack.Pop()));
                break;

            default:
                throw Refused(opcode, at);
        }
    }

    private static CheckpointException Refused(PickleOpcode opcode, int at) =>
        Enum.IsDefined(opcode)
            ? new(
                CheckpointErrorIds.OpcodeForbidden,
                $"pickle opcode {opcode.ToString().ToUpperInvariant()} at byte {at}",
                "the opcodes that torch.save writes",
                "The file was not written by torch.save and may be made to run code; do not load it in Python"
            )
            : new(
                CheckpointErrorIds.OpcodeUnknown,
                $"byte 0x{(byte)opcode:x2} at byte {at} of a pickle, where an opcode should be",
                "a pickle opcode",
                "The file is damaged or no checkpoint; get it again"
            );

    private static void RequireProtocol(byte protocol, int at)
    {
        if (protocol > 5)
        {
            throw PickleCursor.Malformed(at, $"pickle protocol {protocol}", "protocol 0 to 5");
        }
    }

    private static int ShortLength(int length, int at) =>
        length is >= 0 and <= 1024 ? length : throw PickleCursor.Malformed(at, $"an integer of {length} bytes", "0 to 1024 bytes");

    private static BigInteger DecimalInteger(string line, int at) =>
        BigInteger.TryParse(line.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? value
            : throw PickleCursor.Malformed(at, $"'{line}'", "an integer");

    private static double DecimalReal(string line, int at) =>
        double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw PickleCursor.Malformed(at, $"'{line}'", "a number");

    private static long MemoIndex(string line, int at) =>
        long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long index)
            ? index
            : throw PickleCursor.Malformed(at, $"'{line}'", "a memo index");

    private static object?[] Reverse(params object?[] popped)
    {
        Array.Reverse(popped);
        return popped;
    }

    private void PushInteger(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            _stack.Push((long)value);
        }
        else
        {
            PushNew(value);
        }
    }

    /// <summary>INT, which wrote booleans as 00 and 01 before protocol 2.</summary>
    private void PushDecimal(string line, int at)
    {
        if (line is "00" or "01")
        {
            _stack.Push(line == "01");
        }
        else
        {
            PushInteger(DecimalInteger(line, at));
        }
    }

    private void PushText(ref PickleCursor cursor, long byteCount)
    {
        string text = cursor.Utf8(byteCount);
        _budget.Charge(2L * text.Length);
        PushNew(text);
    }

    private void PushPython2Text(ref PickleCursor cursor, long byteCount)
    {
        string text = Encoding.Latin1.GetString(cursor.Take(byteCount));
        _budget.Charge(2L * text.Length);
        PushNew(text);
    }

    private void PushBytes(ref PickleCursor cursor, long byteCount)
    {
        byte[] bytes = cursor.Take(byteCount).ToArray();
        _budget.Charge(bytes.Length);
        PushNew(bytes);
    }

    private void PushTuple(object?[] items)
    {
        _budget.Charge(8L * items.Length);
        PushNew(new PickleTuple(items));
    }

    private void PushNew(object value)
    {
        _budget.Charge(PickleBudget.ObjectBytes);
        _stack.Push(value);
    }

    private void PushPersistent(object value)
    {
        if (value is StorageReference reference)
        {
            _onStorage?.Invoke(reference);
        }

        PushNew(value);
    }

    private void PushGlobal(string module, string name)
    {
        if (module.Length + name.Length > _budget.Limits.NameLength)
        {
            throw new CheckpointException(
                CheckpointErrorIds.OperandMalformed,
                $"a global whose name has {module.Length + name.Length} characters",
                $"at most {_budget.Limits.NameLength}"
            );
        }

        PickleGlobal global = new(module, name);
        _globals.Add(global.FullName);
        PushNew(global);
    }

    private void Add(PickleOpcode opcode, object?[] items)
    {
        _budget.Charge(16L * items.Length);
        switch (_stack.Peek())
        {
            case PickleList list:
                list.Items.AddRange(items);
                break;
            case PickleSet set:
                set.Items.AddRange(items);
                break;
            case PickleInstance:
                break;
            default:
                throw new CheckpointException(
                    CheckpointErrorIds.OperandKind,
                    $"opcode {opcode} on a value of another kind",
                    "a list or a set"
                );
        }
    }

    private void SetItems(PickleOpcode opcode, object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw new CheckpointException(
                CheckpointErrorIds.PickleStack,
                $"opcode {opcode} on {pairs.Length} values",
                "pairs of a key and a value"
            );
        }

        _budget.Charge(PickleBudget.ObjectBytes * (pairs.Length / 2));
        if (_stack.Peek() is PickleInstance)
        {
            return;
        }

        if (_stack.Peek() is not PickleDict dict)
        {
            throw new CheckpointException(CheckpointErrorIds.OperandKind, $"opcode {opcode} on a value of another kind", "a dict");
        }

        for (int i = 0; i < pairs.Length; i += 2)
        {
            dict.Set(pairs[i], pairs[i + 1]);
        }
    }

    private void Remember(long index)
    {
        object? value = _stack.Peek();
        if (_memo.TryAdd(index, value))
        {
            _budget.Charge(PickleBudget.ObjectBytes);
        }
        else
        {
            _memo[index] = value;
        }
    }

    private void Recall(long index, int at) =>
        _stack.Push(
            _memo.TryGetValue(index, out object? value)
                ? value
                : throw new CheckpointException(
                    CheckpointErrorIds.PickleMemo,
                    $"memo entry {index}, asked for at byte {at} of a pickle",
                    "an entry that was stored before"
                )
        );

    private void Construct(PickleOpcode opcode)
    {
        PickleTuple arguments = _stack.Pop<PickleTuple>(opcode, "a tuple of arguments");
        _stack.Push(
            _stack.Pop() switch
            {
                PickleGlobal global => KnownGlobals.Construct(global, arguments, _budget, _withArrays),
                PickleInstance instance => new PickleInstance(instance.Type),
                _ => throw new CheckpointException(
                    CheckpointErrorIds.OperandKind,
                    $"opcode {opcode} on a value of another kind",
                    "a global to construct"
                ),
            }
        );
    }

    private void Build(object? state)
    {
        switch (_stack.Peek())
        {
            case PickleInstance instance:
                instance.State = state;
                break;
            case PickleDict dict:
                dict.Attributes = state;
                break;
            case NumpyType type when state is PickleTuple { Items: [_, string order, ..] }:
                type.BigEndian = order == ">";
                break;
            case NumpyArray array when array.TrySet(state):
                break;
            default:
                throw new CheckpointException(
                    CheckpointErrorIds.OperandKind,
                    "opcode Build on a value that has no state",
                    "an object, an OrderedDict, a numpy dtype or a numpy array"
                );
        }
    }
}
